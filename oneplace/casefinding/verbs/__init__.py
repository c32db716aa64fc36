"""What is done in the room, by thing; the only modules that write."""

from oneplace.casefinding.verbs.deciding import (
    accept,
    decline,
    leave_list,
    list_person,
    not_now,
    record_objection,
    screen,
    take_back,
    tell,
)
from oneplace.casefinding.verbs.runs import Kept, forget_runs, keep_run
from oneplace.casefinding.verbs.suggesting import (
    NewReason,
    NewScore,
    Sbar,
    raise_worry,
    suggest,
)

__all__ = [
    "Kept",
    "NewReason",
    "NewScore",
    "Sbar",
    "accept",
    "decline",
    "forget_runs",
    "keep_run",
    "leave_list",
    "list_person",
    "not_now",
    "raise_worry",
    "record_objection",
    "screen",
    "suggest",
    "take_back",
    "tell",
]
