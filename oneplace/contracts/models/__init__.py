"""What the room keeps, one thing a file."""

from oneplace.contracts.models.alliance import Seat, Signatory
from oneplace.contracts.models.decision import Decision, DecisionStep, Ratification
from oneplace.contracts.models.interest import Interest, ItemRuling
from oneplace.contracts.models.meeting import (
    BoardMeeting,
    Item,
    Minute,
    Paper,
    Presence,
    Vote,
)
from oneplace.contracts.models.question import Question
from oneplace.contracts.models.terms import (
    DECIDES,
    MEETING,
    RESERVED,
    WITHHELD,
    InterestKind,
    InterestState,
    ItemPurpose,
    Marking,
    Matter,
    MeetingStage,
    RatificationAnswer,
    Ruling,
    SeatPresence,
    VoteSaid,
)

__all__ = [
    "DECIDES",
    "MEETING",
    "RESERVED",
    "WITHHELD",
    "BoardMeeting",
    "Decision",
    "DecisionStep",
    "Interest",
    "InterestKind",
    "InterestState",
    "Item",
    "ItemPurpose",
    "ItemRuling",
    "Marking",
    "Matter",
    "MeetingStage",
    "Minute",
    "Paper",
    "Presence",
    "Question",
    "Ratification",
    "RatificationAnswer",
    "Ruling",
    "Seat",
    "SeatPresence",
    "Signatory",
    "Vote",
    "VoteSaid",
]
