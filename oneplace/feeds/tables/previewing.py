"""Shows what a mapping makes of a file before it is saved, and what columns a file has."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import islice
from typing import Any, Final, NamedTuple

from oneplace.feeds.reading import Received
from oneplace.feeds.tables import opening
from oneplace.feeds.tables.mapped import reader_of
from oneplace.feeds.tables.mapping import Mapping
from oneplace.feeds.tables.refusing import Unopenable
from oneplace.feeds.tables.sheets import HEADING_WITHIN, plain
from oneplace.vocabulary.rows import EntrySaid, IdentitySaid, Said, Unmapped

MOST_EXAMPLES: Final = 3
_LOOKED_AT: Final = 200


class Column(NamedTuple):
    """A column of a file."""

    name: str
    examples: tuple[str, ...]
    """The first different texts in it."""


class Shown(NamedTuple):
    """What one row becomes."""

    place: str
    said: tuple[dict[str, Any], ...]
    """Each row of ours as `{what, ...fields that say something}`, in plain text and numbers."""
    fault: str
    """Why the row would be kept aside; empty where it would not."""


class Preview(NamedTuple):
    """What a mapping makes of the first rows of a file."""

    columns: tuple[Column, ...]
    rows: tuple[Shown, ...]
    missing: tuple[str, ...]
    """Columns the mapping reads and the file has not."""
    unread: tuple[str, ...]
    """Columns the file has and the mapping does not read: they are counted, not taken."""
    refused: str
    """Why the whole file would be kept aside; empty where it would not."""


def columns_of(received: Received, sheet: str = "") -> tuple[Column, ...]:
    """The columns of a file's first table (or of a sheet by its name), with examples.

    The heading is the widest of the first rows, the uppermost of these. Raises `Unopenable`.
    """
    for table in opening.open_tables(received):
        if sheet and plain(table.sheet) != plain(sheet):
            continue
        rows = [row.cells for row in islice(table.rows, _LOOKED_AT) if any(row.cells)]
        if not rows:
            continue
        first = rows[:HEADING_WITHIN]
        widths = [sum(1 for cell in cells if cell.strip()) for cells in first]
        start = widths.index(max(widths))
        return tuple(
            Column(name.strip(), _examples(rows[start + 1 :], place))
            for place, name in enumerate(first[start])
            if name.strip()
        )
    return ()


def _examples(rows: list[Any], place: int) -> tuple[str, ...]:
    cells = (cells[place].strip() for cells in rows if place < len(cells))
    return tuple(islice(dict.fromkeys(cell for cell in cells if cell), MOST_EXAMPLES))


def first_rows(mapping: Mapping, received: Received, most: int = 10) -> Preview:
    """What a mapping makes of the first rows of a file. Never raises for what is in the file."""
    try:
        columns = columns_of(received, mapping.sheet)
    except Unopenable as refused:
        return Preview((), (), (), (), refused.words)
    there = {plain(column.name) for column in columns}
    wanted = {plain(name) for name in mapping.columns}
    missing = tuple(
        name
        for name in mapping.columns
        if plain(name) not in there and name not in mapping.optional
    )
    unread = tuple(column.name for column in columns if plain(column.name) not in wanted)
    if missing:
        listed = ", ".join(missing)
        return Preview(columns, (), missing, unread, f"The file has no column {listed}.")
    rows: list[Shown] = []
    for unit in islice(reader_of(mapping).units(received), most):
        if unit.fault is not None and unit.fault.is_whole:
            return Preview(columns, tuple(rows), missing, unread, unit.fault.words)
        fault = f"{unit.fault.place}: {unit.fault.words}" if unit.fault else ""
        rows.append(Shown(unit.place, tuple(_told(unit.rows)), fault))
    return Preview(columns, tuple(rows), missing, unread, "")


def _told(said: Any) -> Iterator[dict[str, Any]]:
    for row in said:
        if not isinstance(row, Unmapped):
            yield as_shown(row)


def as_shown(row: Said) -> dict[str, Any]:
    """A row of ours as plain text and numbers, without what says nothing."""
    told: dict[str, Any] = {"what": type(row).__name__.removesuffix("Said").lower()}
    usual = (
        EntrySaid._field_defaults if isinstance(row, EntrySaid) else IdentitySaid._field_defaults
    )
    for name, value in row._asdict().items():
        if name in ("source", "place", "version") or value == usual.get(name, ""):
            continue
        told[name] = _plain(value)
    return told


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if hasattr(value, "_asdict"):
        return {name: _plain(each) for name, each in value._asdict().items() if each}
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    return str(value) if isinstance(value, str) else value
