"""What the room answers, always to a viewer, by thing."""

from oneplace.casefinding.queries.waiting import (
    Listed,
    Reason,
    decided,
    last_decided_by,
    last_step,
    listed,
    on_the_list,
    open_of,
    put_off,
    reasons_of,
    scores_of,
    suggestion,
    waiting_for_practice,
    why_now,
    worries_of,
)

__all__ = [
    "Listed",
    "Reason",
    "decided",
    "last_decided_by",
    "last_step",
    "listed",
    "on_the_list",
    "open_of",
    "put_off",
    "reasons_of",
    "scores_of",
    "suggestion",
    "waiting_for_practice",
    "why_now",
    "worries_of",
]
