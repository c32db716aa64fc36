"""What is done with visits: booked, moved, made; nobody at the door; out alone and back again."""

from oneplace.visits.verbs.booking import (
    book,
    cancel,
    close_opened,
    move,
    plan_visit,
    start_again,
    stop_for_deaths,
)
from oneplace.visits.verbs.going import (
    arrive,
    at_the_door,
    came_anyway,
    finish,
    note_no_answer,
    set_out,
    write_note,
)
from oneplace.visits.verbs.late import say_late
from oneplace.visits.verbs.packing import Answer, Written, settle_sent, take_back, take_pack
from oneplace.visits.verbs.working_alone import (
    ask_after_overdue,
    check_in,
    check_out,
    settle_outing,
)

__all__ = [
    "Answer",
    "Written",
    "arrive",
    "ask_after_overdue",
    "at_the_door",
    "book",
    "came_anyway",
    "cancel",
    "check_in",
    "check_out",
    "close_opened",
    "finish",
    "move",
    "note_no_answer",
    "plan_visit",
    "say_late",
    "set_out",
    "settle_outing",
    "settle_sent",
    "start_again",
    "stop_for_deaths",
    "take_back",
    "take_pack",
    "write_note",
]
