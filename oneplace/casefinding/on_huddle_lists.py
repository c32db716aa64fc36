"""Who a huddle looks after, or did until lately: what the finder asks before it suggests anybody.

The room of huddles stands after this one, so it hands its answer in here (`config.wiring`).
"""

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from oneplace.access.viewer import Viewer


@dataclass(frozen=True)
class OnHuddleList:
    """The newest case of one person: since when, who leads, whether they know, when it ended."""

    person_id: uuid.UUID
    """The person as they stand now, after any merge."""
    listed_on: date
    told_on: date | None = None
    lead_name: str = ""
    discussed_on: date | None = None
    ended_on: date | None = None

    @property
    def is_open(self) -> bool:
        """Whether the huddle looks after them now."""
        return self.ended_on is None


Supplier = Callable[[Sequence[uuid.UUID] | None, Viewer], Mapping[uuid.UUID, OnHuddleList]]
_suppliers: Final[list[Supplier]] = []


def supply(supplier: Supplier) -> None:
    """Hand in who knows whom huddles look after."""
    if supplier not in _suppliers:
        _suppliers.append(supplier)


def on_huddle_lists(
    person_ids: Sequence[uuid.UUID] | None, *, viewer: Viewer
) -> Mapping[uuid.UUID, OnHuddleList]:
    """The newest case of each of these persons, by who they are now; of everybody for None.

    As far as the viewer may read it: a run, as the loader, reads all.
    """
    if viewer.account_id is None:
        return {}
    found: dict[uuid.UUID, OnHuddleList] = {}
    for supplier in _suppliers:
        found.update(supplier(person_ids, viewer))
    return found
