"""What rooms put on My day: cards, each bringing rows to one of the page's three sections.

A room writes a class that fits `Card`; `config/wiring.py` adds it with `put_on_my_day`. The desk
never imports a room's card by itself.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Protocol

from oneplace.access.viewer import Viewer
from oneplace.kit.cards import Row, Section

__all__ = ["Card", "Row", "Section", "put_on_my_day", "rows_for"]


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
