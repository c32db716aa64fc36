"""A whole life history: settings, and every table filled."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from oneplace.borough.tables.every import TABLES

if TYPE_CHECKING:
    from oneplace.borough.lives.settings import Settings


@dataclass(frozen=True)
class Lives:
    """A whole life history of a borough: settings, and one Arrow table per entry of `TABLES`."""

    settings: Settings
    tables: Mapping[str, Any] = field(repr=False)
    scripted: Mapping[str, int] = field(default_factory=dict)
    """Persons written by hand, by key: `desmond`, `joyce`, ... -> person index."""

    def __getitem__(self, name: str) -> Any:
        """The Arrow table of that name."""
        return self.tables[name]

    def numpy(self, table: str, column: str) -> Any:
        """A column as numpy: int64 microseconds for `when`, int32 days for `day`, decoded strings.

        Nulls become -1 in index, count and small columns, the lowest int64 or int32 in moments and
        dates, NaN in reals and None in words and codes.
        """
        from oneplace.borough.lives.columns import as_numpy

        return as_numpy(self.tables[table].column(column), TABLES[table].column(column).kind)

    def digest(self) -> str:
        """SHA-256 over every table's bytes: equal digests mean equal lives."""
        from oneplace.borough.lives.columns import update_digest

        total = hashlib.sha256()
        for name in TABLES:
            update_digest(total, name, self.tables[name])
        return total.hexdigest()
