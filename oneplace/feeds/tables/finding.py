"""Says of a table that no reader knows why that is, and what to do."""

from collections.abc import Iterator
from typing import Final

from oneplace.feeds.reading import readers
from oneplace.feeds.tables import opening, workbooks
from oneplace.feeds.tables.sheets import Sheet, SheetReader, plain

_MOST_LISTED: Final = 8
_LIKE: Final = 0.4
# Columns and rows without which nothing looks like a table.
_FEWEST: Final = 2
# What JSON, XML and PDF begin with.
_NOT_TABLES: Final = (b"{", b"[", b"<", b"%")


def why_unknown(name: str, head: bytes) -> str:
    """Why no reader takes a table that begins so, in words for whoever brought it; empty where it
    does not look like a table at all.
    """
    if workbooks.is_workbook(head):
        return (
            "It is a workbook, and which feed it is of cannot be told before it is opened: say so "
            "with --feed."
        )
    rows = opening.first_rows(head)
    widest = max(rows, key=len, default=[])
    alike = sum(len(row) == len(widest) for row in rows)
    if len(widest) < _FEWEST or alike < _FEWEST or head.lstrip()[:1] in _NOT_TABLES:
        return ""
    listed = ", ".join(repr(cell.strip()) for cell in widest[:_MOST_LISTED])
    more = ", ..." if len(widest) > _MOST_LISTED else ""
    said = f"It is a table with the columns {listed}{more}. "
    nearest = _nearest(widest)
    if nearest is not None:
        title, sheet, missing = nearest
        said += (
            f"It is like the sheet {sheet.name!r} of {title}, but lacks "
            f"{', '.join(repr(column) for column in missing)}. "
        )
    return said + (
        "No reader knows this layout. Describe its columns in a mapping file (docs/mapping.md), "
        "try that with `oneplace feeds map try MAPPING FILE`, and save it with a feed."
    )


def _nearest(heading: list[str]) -> tuple[str, Sheet, list[str]] | None:
    names = {plain(cell) for cell in heading}
    found = []
    for title, sheet in _sheets():
        missing = [column for column in sheet.needs if plain(column) not in names]
        share = sum(plain(column) in names for column in sheet.columns) / len(sheet.columns)
        found.append((share, title, sheet, missing))
    share, title, sheet, missing = max(found, key=lambda each: each[0])
    return (title, sheet, missing) if share >= _LIKE and missing else None


def _sheets() -> Iterator[tuple[str, Sheet]]:
    for each in readers().values():
        if isinstance(each, SheetReader):
            for sheet in each.sheets:
                yield each.title, sheet
