"""Reads of the agreement and its decisions, always for a viewer; the policies hide what must be."""

from oneplace.contracts.queries.alliance import (
    AgreementNow,
    agreement_now,
    seated_in,
    seats_of,
    signatories,
    signatory_of,
)
from oneplace.contracts.queries.decisions import (
    Stands,
    decision,
    decisions,
    open_decisions,
    proposals_of,
    replaceable,
    resting_on,
    waiting_decisions,
)
from oneplace.contracts.queries.meetings import (
    InTheRoom,
    conflicts_in,
    in_the_room,
    interests,
    item,
    meeting,
    meetings,
    next_meetings,
)
from oneplace.contracts.queries.questions import open_questions, question, questions

__all__ = [
    "AgreementNow",
    "InTheRoom",
    "Stands",
    "agreement_now",
    "conflicts_in",
    "decision",
    "decisions",
    "in_the_room",
    "interests",
    "item",
    "meeting",
    "meetings",
    "next_meetings",
    "open_decisions",
    "open_questions",
    "proposals_of",
    "question",
    "questions",
    "replaceable",
    "resting_on",
    "seated_in",
    "seats_of",
    "signatories",
    "signatory_of",
    "waiting_decisions",
]
