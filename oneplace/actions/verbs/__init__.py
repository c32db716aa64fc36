"""What is done with actions and clocks, by thing; the only modules of the room that write."""

from oneplace.actions.verbs.answering import (
    accept,
    could_not_reach,
    decline,
    finish,
    no_longer_needed,
    pass_on,
    take_on,
    undo_answer,
)
from oneplace.actions.verbs.asking import ask, take_back
from oneplace.actions.verbs.away import come_back, go_away
from oneplace.actions.verbs.clocks import (
    DEATH_WAS_A_MISTAKE,
    STOPPED_BY_DEATH,
    give_breach_reason,
    pause_clock,
    resume_clock,
    start_clock,
    start_clocks_again,
    stop_clock,
    stop_clocks_of,
)
from oneplace.actions.verbs.own_page import ask_on_own_page, tell_person
from oneplace.actions.verbs.reassigning import reassign

__all__ = [
    "DEATH_WAS_A_MISTAKE",
    "STOPPED_BY_DEATH",
    "accept",
    "ask",
    "ask_on_own_page",
    "come_back",
    "could_not_reach",
    "decline",
    "finish",
    "give_breach_reason",
    "go_away",
    "no_longer_needed",
    "pass_on",
    "pause_clock",
    "reassign",
    "resume_clock",
    "start_clock",
    "start_clocks_again",
    "stop_clock",
    "stop_clocks_of",
    "take_back",
    "take_on",
    "tell_person",
    "undo_answer",
]
