"""The shape of what a room shows of itself on another page: a row of My day, and its section."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Section(StrEnum):
    """Where on My day a card's rows stand."""

    NOW = "now"
    NEXT = "next"
    SINCE_YESTERDAY = "since_yesterday"


@dataclass(frozen=True)
class Row:
    """One line of My day: who, what, why you, until when, one button."""

    what: str
    why_you: str = ""
    person: str = ""
    until: datetime | None = None
    button: str = ""
    address: str = ""
    needs_you: bool = True
    """False for what may be done but waits for nobody, such as taking back a message."""
