"""What later rooms say beside a decision, such as the money it moves (`config/wiring.py`)."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from oneplace.access.viewer import Viewer


@dataclass(frozen=True)
class Beside:
    """One line beside a decision."""

    text: str
    facts: str = ""
    address: str = ""


class BesideDecision(Protocol):
    """One room's lines beside a decision."""

    @property
    def permission(self) -> str:
        """Only hats with this permission are asked for them."""
        ...

    def lines(self, decision_id: uuid.UUID, *, viewer: Viewer) -> Sequence[Beside]:
        """The lines for this viewer; one statement at most."""
        ...


_parts: list[BesideDecision] = []


def put_beside_decision(*parts: BesideDecision) -> None:
    """Add rooms' lines beside a decision, in their order; once, at start-up."""
    _parts.extend(part for part in parts if part not in _parts)


def lines_beside(decision_id: uuid.UUID, *, viewer: Viewer) -> tuple[Beside, ...]:
    """What later rooms say beside a decision."""
    return tuple(
        line
        for part in _parts
        if viewer.may(part.permission)
        for line in part.lines(decision_id, viewer=viewer)
    )
