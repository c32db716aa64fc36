"""Entries of many rows of one table, column by column: of all at once what `EntrySaid` is of each.

Most cells of a table repeat: a code, a unit, a practice, a day. So a column is kept as the values
that are different, and by each entry where its own stands among them. Whoever goes on from here
does its work once for each different value.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from oneplace.vocabulary.rows.said import EntrySaid


class Told(NamedTuple):
    """Some fields that the same cells tell."""

    fields: tuple[str, ...]
    """Of `EntrySaid`."""
    known: Sequence[tuple[Any, ...] | None]
    """Different values of those fields; None of cells that cannot be read. It may grow later."""
    of: Sequence[int]
    """By entry, where its values stand in `known`; a range where each has its own."""


class EntriesSaid(NamedTuple):
    """Entries of rows that stand in one table, in their order; never empty."""

    source: str
    said_at: datetime
    always: Mapping[str, Any]
    """Fields that all have alike."""
    told: Sequence[Told]
    """`subject` among their fields, and `kind` where it is not always the same."""
    rows: Sequence[int]
    """By entry, the row it comes from, counted from 0 among those read together."""
    keys: Sequence[str]
    places: Sequence[str]
    versions: Sequence[str]

    def each(self) -> Iterator[EntrySaid | None]:
        """Each entry by itself; None where a cell of its row cannot be read."""
        for number, key in enumerate(self.keys):
            fields = dict(self.always)
            for fields_of, known, of in self.told:
                values = known[of[number]]
                if values is None:
                    break
                fields.update(zip(fields_of, values, strict=True))
            else:
                yield EntrySaid(
                    source=self.source,
                    key=key,
                    said_at=self.said_at,
                    place=self.places[number],
                    version=self.versions[number],
                    **fields,
                )
                continue
            yield None
