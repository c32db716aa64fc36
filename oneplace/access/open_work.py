"""The open work of somebody who leaves: later rooms say here what of theirs needs another owner."""

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from oneplace.access.viewer import Viewer


@dataclass(frozen=True)
class OpenWork:
    """One thing that stands in somebody's name."""

    # The room's own word for it: "Action", "Referral", "Visit".
    kind: str
    words: str
    address: str
    due_on: date | None = None


# Given the account and who asks, the open work that viewer may see.
Supplier = Callable[[uuid.UUID, Viewer], Iterator[OpenWork]]
_suppliers: dict[str, Supplier] = {}


def supply(room: str, supplier: Supplier) -> None:
    """Register a room's open work; called by `config.wiring` alone."""
    _suppliers[room] = supplier


def rooms() -> tuple[str, ...]:
    """The rooms that have said what their open work is."""
    return tuple(_suppliers)


def open_work_of(account_id: uuid.UUID, *, viewer: Viewer) -> list[OpenWork]:
    """Everything open in this account's name that `viewer` may see, soonest due first."""
    found = [work for supplier in _suppliers.values() for work in supplier(account_id, viewer)]
    return sorted(
        found, key=lambda work: (work.due_on is None, work.due_on or date.max, work.words)
    )
