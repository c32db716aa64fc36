"""What later rooms put beside figures here: on the board page and beside a claim."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from oneplace.access.viewer import Viewer

__all__ = [
    "BesideClaim",
    "BoardCard",
    "BoardRow",
    "beside",
    "on_board",
    "put_beside_claim",
    "put_on_board",
]


@dataclass(frozen=True)
class BoardRow:
    """One line of a later room: what, in words with its date, and where to read on."""

    title: str
    words: str
    address: str = ""
    link_words: str = ""
    as_of: str = ""


class BoardCard(Protocol):
    """A later room's lines on the board page."""

    @property
    def permission(self) -> str:
        """Only hats with this permission are asked for it."""
        ...

    def rows(self, *, viewer: Viewer, at: datetime) -> Sequence[BoardRow]:
        """Its lines, one statement at most."""
        ...


class BesideClaim(Protocol):
    """A later room's lines beside one claim: its money, the decision that waits."""

    @property
    def permission(self) -> str:
        """Only hats with this permission are asked for it."""
        ...

    def rows(self, claim: str, *, viewer: Viewer, at: datetime) -> Sequence[BoardRow]:
        """Its lines beside the claim of this key."""
        ...


_board: list[BoardCard] = []
_claim: list[BesideClaim] = []


def put_on_board(*cards: BoardCard) -> None:
    """Add lines to the board page; `config/wiring.py` calls it, once, at start-up."""
    _board.extend(card for card in cards if card not in _board)


def put_beside_claim(*cards: BesideClaim) -> None:
    """Add lines beside claims; `config/wiring.py` calls it, once, at start-up."""
    _claim.extend(card for card in cards if card not in _claim)


def on_board(viewer: Viewer, *, at: datetime) -> list[BoardRow]:
    """What later rooms show on the board page."""
    return [
        row
        for card in _board
        if viewer.may(card.permission)
        for row in card.rows(viewer=viewer, at=at)
    ]


def beside(claim: str, viewer: Viewer, *, at: datetime) -> list[BoardRow]:
    """What later rooms show beside a claim."""
    return [
        row
        for card in _claim
        if viewer.may(card.permission)
        for row in card.rows(claim, viewer=viewer, at=at)
    ]
