"""What the room keeps, one thing a file."""

from oneplace.huddles.models.case import Case, CaseEvent
from oneplace.huddles.models.item import (
    Item,
    ItemEvent,
    Line,
    LineEvent,
    Paragraph,
    ParagraphEvent,
)
from oneplace.huddles.models.meeting import Attendee, Change, Meeting
from oneplace.huddles.models.series import (
    CalendarLink,
    Engagement,
    Member,
    Series,
    SeriesPractice,
)
from oneplace.huddles.models.terms import (
    CLOSING_MINUTES,
    ITEM,
    MINUTES,
    OPEN_CASES,
    OPENING_MINUTES,
    PARAGRAPH,
    PARTS,
    ChangeKind,
    Decided,
    Depth,
    ItemState,
    LineKind,
    ParagraphState,
    VisitKind,
)

__all__ = [
    "CLOSING_MINUTES",
    "ITEM",
    "MINUTES",
    "OPENING_MINUTES",
    "OPEN_CASES",
    "PARAGRAPH",
    "PARTS",
    "Attendee",
    "CalendarLink",
    "Case",
    "CaseEvent",
    "Change",
    "ChangeKind",
    "Decided",
    "Depth",
    "Engagement",
    "Item",
    "ItemEvent",
    "ItemState",
    "Line",
    "LineEvent",
    "LineKind",
    "Meeting",
    "Member",
    "Paragraph",
    "ParagraphEvent",
    "ParagraphState",
    "Series",
    "SeriesPractice",
    "VisitKind",
]
