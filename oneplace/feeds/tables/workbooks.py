"""Opens workbooks (XLSX), after making sure that they are no bomb.

A workbook is a zip of XML. Before anything is unpacked for reading, its contents are gone through
in pieces: how large they become, how many cells there are and where the farthest one lies, for
one cell at the last place of an empty sheet would otherwise ask for all the memory there is.
Formulas are not reckoned: the value the sender's program left beside a formula is its text.
"""

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Any, Final

import python_calamine

from oneplace.feeds.reading import Received
from oneplace.feeds.tables.refusing import Unopenable

LARGEST_FILE: Final = 200 << 20
"""Bytes of the workbook as it comes."""
LARGEST_CONTENT: Final = 1 << 30
"""Bytes of what is in it, unpacked."""
MOST_PARTS: Final = 2_000
MOST_ROWS: Final = 1_048_576
MOST_COLUMNS: Final = 500
MOST_PLACES: Final = 30_000_000
"""Rows times columns of one sheet: what reading it asks of the memory."""
_MOST_TIMES: Final = 400
"""An honest sheet shrinks to a fiftieth or so; one that shrank more is a bomb."""
_PIECE: Final = 1 << 18
_MAGIC: Final = b"PK\x03\x04"
_SHEET: Final = re.compile(r"xl/worksheets/[^/]+\.xml", re.IGNORECASE)
_TAG: Final = re.compile(
    rb"<(?:\w{1,20}:)?(c|row)\b"
    rb"(?:[^<>]{0,500}?\sr\s{0,9}=\s{0,9}[\"']([A-Za-z]{0,3})([0-9]{0,9})[\"'])?"
)
_LONGEST_TAG: Final = 4_096
_DECLARED: Final = (b"<!DOCTYPE", b"<!ENTITY")


def is_workbook(head: bytes) -> bool:
    """Whether something that begins so may be a workbook."""
    return head.startswith(_MAGIC)


def sheets(received: Received) -> Iterator[tuple[str, Iterator[tuple[int, Sequence[str]]]]]:
    """Each sheet's name and its numbered rows as texts; raises `Unopenable`."""
    if received.size > LARGEST_FILE:
        raise Unopenable(
            f"The workbook has more than {LARGEST_FILE >> 20} MB. Save its sheets as CSV files: "
            "those may be of any size."
        )
    content = received.read()
    _check(content)
    try:
        workbook = python_calamine.load_workbook(io.BytesIO(content))
        names = list(workbook.sheet_names)
    except Exception as error:
        raise Unopenable(_DAMAGED) from error
    for name in names:
        try:
            rows = workbook.get_sheet_by_name(name)
            first = (rows.start or (0, 0))[0]
            values = rows.iter_rows()
        except Exception as error:
            raise Unopenable(_DAMAGED) from error
        yield name, _numbered(values, first)


_DAMAGED: Final = (
    "The workbook is damaged or locked with a password. Ask for it again, without a password, or "
    "as CSV."
)


def _numbered(values: Iterator[list[Any]], first: int) -> Iterator[tuple[int, Sequence[str]]]:
    # Rows begin at the first that has anything; calamine gives none before it.
    del first
    for number, cells in enumerate(values, start=1):
        yield number, [text_of(cell) for cell in cells]


def text_of(cell: Any) -> str:
    """A cell as text: whole numbers without `.0`, dates and times in ISO 8601."""
    write = _WRITTEN.get(type(cell))
    return str(cell) if write is None else write(cell)


def _number(cell: float) -> str:
    return str(int(cell)) if cell.is_integer() and abs(cell) < _EXACT else repr(cell)


def _moment(cell: datetime) -> str:
    return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ", "seconds")


def _span(cell: timedelta) -> str:
    minutes = int(cell.total_seconds() // 60)
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


# Beyond this a number of a spreadsheet is no longer exact to the unit.
_EXACT: Final = 1e15
_WRITTEN: Final[dict[type, Callable[[Any], str]]] = {
    str: str,
    bool: lambda cell: "Y" if cell else "N",
    float: _number,
    datetime: _moment,
    date: date.isoformat,
    time: lambda cell: cell.isoformat("seconds"),
    timedelta: _span,
    type(None): lambda _: "",
}


def beginnings(content: bytes, most: int = 20) -> list[bytes]:
    """The first rows of each sheet as a comma-separated file would begin; raises `Unopenable`.

    So that whoever tells formats apart by their headings tells a workbook's too.
    """
    if len(content) > LARGEST_FILE:
        return []
    _check(content)
    try:
        workbook = python_calamine.load_workbook(io.BytesIO(content))
        found = [
            workbook.get_sheet_by_name(name).to_python(nrows=most) for name in workbook.sheet_names
        ]
    except Exception as error:
        raise Unopenable(_DAMAGED) from error
    return [_as_csv(rows) for rows in found]


def _as_csv(rows: Sequence[Sequence[Any]]) -> bytes:
    written = io.StringIO()
    csv.writer(written).writerows([text_of(cell) for cell in row] for row in rows)
    return written.getvalue().encode()


def _check(content: bytes) -> None:
    """Go through it in pieces, within limits, before anything is laid out in memory."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            parts = packed.infolist()
            if len(parts) > MOST_PARTS:
                raise Unopenable(f"The workbook has more than {MOST_PARTS:,} parts: refused.")
            if not any(part.filename.lower() == "xl/workbook.xml" for part in parts):
                raise Unopenable("This is a packed folder, not a workbook. Unpack it first.")
            left = LARGEST_CONTENT
            for part in parts:
                if part.flag_bits & 1:
                    raise Unopenable(_DAMAGED)
                left -= _check_part(packed, part, left)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError) as error:
        raise Unopenable(_DAMAGED) from error


def _check_part(packed: zipfile.ZipFile, part: zipfile.ZipInfo, left: int) -> int:
    extent = _Extent() if _SHEET.fullmatch(part.filename) else None
    limit = min(left, max(part.compress_size, 1 << 14) * _MOST_TIMES)
    size = 0
    tail = b""
    with packed.open(part) as opened:
        while piece := opened.read(_PIECE):
            size += len(piece)
            if size > limit:
                raise Unopenable(
                    "What is packed in the workbook is far larger than the workbook: refused. Ask "
                    "for a CSV file."
                )
            whole = tail + piece
            if any(word in whole for word in _DECLARED):
                raise Unopenable("The workbook declares entities of its own: refused.")
            # A tag cut in two at the edge of a piece is looked at with the next one.
            edge = whole.rfind(b"<")
            tail = whole[edge:] if edge >= 0 and len(whole) - edge < _LONGEST_TAG else b""
            if extent is not None:
                extent.grow(whole[: len(whole) - len(tail)])
    return size


class _Extent:
    """How far a sheet reaches, by its cells' own places or, where they have none, by counting."""

    def __init__(self) -> None:
        self._row = self._column = 0
        self._last_row = self._last_column = 0

    def grow(self, piece: bytes) -> None:
        """Look at some more of the sheet; raises `Unopenable` when it reaches too far."""
        for tag, letters, digits in _TAG.findall(piece):
            if tag == b"row":
                self._row = int(digits) if digits else self._row + 1
                self._column = 0
            else:
                self._column = _column(letters) if letters else self._column + 1
                self._row = int(digits) if digits else self._row
                self._last_column = max(self._last_column, self._column)
            self._last_row = max(self._last_row, self._row)
        rows, columns = self._last_row, self._last_column
        if rows > MOST_ROWS or columns > MOST_COLUMNS or rows * columns > MOST_PLACES:
            raise Unopenable(
                f"A sheet reaches to row {rows:,} and column {columns:,}: more than "
                f"{MOST_COLUMNS} columns or {MOST_PLACES:,} places are not opened. Clear what "
                "lies outside the table, or save it as CSV."
            )


@cache
def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number
