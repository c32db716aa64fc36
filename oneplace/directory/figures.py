"""What a later room knows of each service: how soon it answers, how often it says yes.

The room of referrals stands after this one, so it hands its counts in here (`config.wiring`).
"""

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from oneplace.access.viewer import Viewer
from oneplace.kit.formats import plural

ENOUGH: Final = 5
"""Answers below which a share says nothing, and may tell of somebody."""


@dataclass(frozen=True)
class ServiceFigures:
    """What a service was asked for in the last year, and what it said."""

    asked: int
    answered: int
    taken: int
    waiting: int
    hours: float | None
    """Half of all answers came within so many hours."""

    @property
    def reply_words(self) -> str:
        """Usually answers within two days; nothing where there were too few answers."""
        if self.answered < ENOUGH or self.hours is None:
            return ""
        hours = max(1, round(self.hours))
        days = round(self.hours / 24)
        return f"Usually answers within {plural(hours, 'hour') if hours < 36 else f'{days} days'}"

    @property
    def taken_words(self) -> str:
        """Says yes to 8 of 10; nothing where there were too few answers."""
        if self.answered < ENOUGH:
            return ""
        return f"Says yes to {round(10 * self.taken / self.answered)} of 10"


Supplier = Callable[[Sequence[uuid.UUID], Viewer, datetime], Mapping[uuid.UUID, ServiceFigures]]
_suppliers: list[Supplier] = []


def supply(supplier: Supplier) -> None:
    """Hand in who knows the figures."""
    if supplier not in _suppliers:
        _suppliers.append(supplier)


def figures_of(
    service_ids: Sequence[uuid.UUID], *, viewer: Viewer, at: datetime
) -> Mapping[uuid.UUID, ServiceFigures]:
    """The figures of these services, for somebody signed in; nothing for who is not."""
    if viewer.account_id is None or not service_ids:
        return {}
    found: dict[uuid.UUID, ServiceFigures] = {}
    for supplier in _suppliers:
        found.update(supplier(service_ids, viewer, at))
    return found
