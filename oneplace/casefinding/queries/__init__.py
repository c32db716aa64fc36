"""What the room answers, always to a viewer, by thing."""

from oneplace.casefinding.queries.practice import (
    in_place,
    note_shown,
    practices_of,
    told_states,
)
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
    "in_place",
    "last_decided_by",
    "last_step",
    "listed",
    "note_shown",
    "on_the_list",
    "open_of",
    "practices_of",
    "put_off",
    "reasons_of",
    "scores_of",
    "suggestion",
    "told_states",
    "waiting_for_practice",
    "why_now",
    "worries_of",
]
