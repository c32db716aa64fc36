"""What is done with visits: booked, moved, made; nobody at the door; out alone and back again."""

from oneplace.visits.verbs.booking import book, cancel, move, plan_visit, stop_for_deaths
from oneplace.visits.verbs.going import (
    arrive,
    at_the_door,
    finish,
    note_no_answer,
    set_out,
    write_note,
)
from oneplace.visits.verbs.working_alone import (
    ask_after_overdue,
    check_in,
    check_out,
    settle_outing,
)

__all__ = [
    "arrive",
    "ask_after_overdue",
    "at_the_door",
    "book",
    "cancel",
    "check_in",
    "check_out",
    "finish",
    "move",
    "note_no_answer",
    "plan_visit",
    "set_out",
    "settle_outing",
    "stop_for_deaths",
    "write_note",
]
