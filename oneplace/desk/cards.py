"""What rooms put on My day and on a person's page: cards, each bringing rows to a section.

A room writes a class that fits `Card` or `PersonCard`; `config/wiring.py` adds it with
`put_on_my_day` or `put_on_person_page`. The desk never imports a room's card by itself.
"""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Protocol

from oneplace.access.viewer import Viewer
from oneplace.kit.cards import PersonButton, PersonPart, Row, Section
from oneplace.kit.together import Asked
from oneplace.kit.words import say

__all__ = [
    "Card",
    "PersonCard",
    "Row",
    "Section",
    "buttons_for",
    "on_my_day",
    "parts_asked",
    "parts_of",
    "put_buttons_on_person_page",
    "put_on_my_day",
    "put_on_person_page",
    "rows_for",
]


class Card(Protocol):
    """One room's contribution to one section of My day."""

    @property
    def section(self) -> Section:
        """Where on the page the rows stand."""
        ...

    @property
    def permission(self) -> str:
        """Only hats with this permission are asked for rows."""
        ...

    def rows(self, *, viewer: Viewer, at: datetime) -> Sequence[Row]:
        """The rows for this viewer now, most urgent first; one statement at most."""
        ...


_cards: list[Card] = []


def put_on_my_day(*cards: Card) -> None:
    """Add rooms' cards, in the order in which their rows should stand; once, at start-up."""
    _cards.extend(card for card in cards if card not in _cards)


def on_my_day(section: Section) -> tuple[Card, ...]:
    """The cards of one section, whoever may see them."""
    return tuple(card for card in _cards if card.section == section)


def rows_for(
    viewer: Viewer, *, at: datetime, cards: Iterable[Card] | None = None
) -> dict[Section, tuple[Row, ...]]:
    """Every section's rows for one viewer: with a time first and soonest first, then the rest."""
    found: dict[Section, list[Row]] = {section: [] for section in Section}
    for card in _cards if cards is None else cards:
        if viewer.may(card.permission):
            found[card.section].extend(card.rows(viewer=viewer, at=at))
    return {
        section: tuple(sorted(rows, key=lambda row: (row.until is None, row.until or at)))
        for section, rows in found.items()
    }


class PersonCard(Protocol):
    """One room's part of the first page of a person's record."""

    @property
    def permission(self) -> str:
        """Only hats with this permission are asked for it."""
        ...

    def asks(self, person_id: uuid.UUID, *, viewer: Viewer, at: datetime) -> Asked:
        """What is to be read for it; all rooms' reads are made in one statement."""
        ...

    def part(
        self, person_id: uuid.UUID, found: Sequence[Any], *, viewer: Viewer, at: datetime
    ) -> PersonPart | None:
        """The part for this viewer made of what was found, or nothing to show; asks nothing."""
        ...


_person_cards: list[PersonCard] = []
_person_buttons: list[PersonButton] = []


def put_on_person_page(*cards: PersonCard) -> None:
    """Add rooms' parts of a person's page, in the order in which they stand; once, at start-up."""
    _person_cards.extend(card for card in cards if card not in _person_cards)


def put_buttons_on_person_page(*buttons: PersonButton) -> None:
    """Add buttons at the head of a person's record, in their order; once, at start-up."""
    _person_buttons.extend(one for one in buttons if one not in _person_buttons)


def parts_asked(person_id: uuid.UUID, *, viewer: Viewer, at: datetime) -> list[Asked]:
    """What rooms ask for what they show on this person's page; one statement reads all of it."""
    return [card.asks(person_id, viewer=viewer, at=at) for card in _person_cards_of(viewer)]


def parts_of(
    person_id: uuid.UUID, found: Iterable[Sequence[Any]], *, viewer: Viewer, at: datetime
) -> tuple[PersonPart, ...]:
    """What rooms show of themselves on this person's page, of what they asked for."""
    parts = (
        card.part(person_id, rows, viewer=viewer, at=at)
        for card, rows in zip(_person_cards_of(viewer), found, strict=True)
    )
    return tuple(part for part in parts if part is not None)


def _person_cards_of(viewer: Viewer) -> list[PersonCard]:
    return [card for card in _person_cards if viewer.may(card.permission)]


def buttons_for(viewer: Viewer) -> tuple[PersonButton, ...]:
    """The buttons this viewer may press."""
    return tuple(
        replace(one, label=say(one.label)) for one in _person_buttons if viewer.may(one.permission)
    )
