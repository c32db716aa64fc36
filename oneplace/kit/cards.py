"""The shape of what a room shows of itself on another page: on My day, and on a person's page."""

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


@dataclass(frozen=True)
class PersonLine:
    """One line of a room's part of a person's page."""

    text: str
    facts: str = ""
    """Quieter, behind it: who, since when, until when."""
    address: str = ""
    mark: str = ""
    """A word that must not be missed, such as `late`."""


@dataclass(frozen=True)
class PersonPart:
    """What a room shows of itself on the first page of a person's record."""

    title: str
    lines: tuple[PersonLine, ...] = ()
    quote: str = ""
    """The person's own words, where they stand before everything."""
    quote_from: str = ""
    nothing: str = ""
    """What is said where there is no line: what will come here, and from whom."""
    more: str = ""
    more_address: str = ""


@dataclass(frozen=True)
class PersonButton:
    """A button at the head of a person's record; `route` takes the person's id, and `label` may
    hold the place's own words in braces.
    """

    label: str
    route: str
    permission: str
