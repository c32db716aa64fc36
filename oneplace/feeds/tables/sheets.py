"""What a sheet of a partner's export is, and how its rows are run: rows of ours, or faults.

A `Sheet` names its columns in the partner's order and has one function that turns the cells of a
row, put into that order, into what was said. The function gets a `Saying`, which knows the
source, the moment and the row, and reads cells: what cannot be read raises `Unreadable`, and the
row is kept aside whole while the rest goes on. What no row of ours has a place for is counted by
column.

When a row was said follows from the export, not from its arrival: the time it covers until, else
the date in the name of its folder or file, else its arrival. Of rows of one export the later one
counts. A last row such as `TRAILER,1234` declares how many there are, and then all count or none.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import islice
from operator import itemgetter
from typing import Any, Final, Protocol, TypeVar

from oneplace.feeds.reading import Block, Fault, Received, Unit
from oneplace.feeds.tables import dates, opening
from oneplace.feeds.tables.entry_forms import Columns, EntryForm
from oneplace.feeds.tables.opening import Table
from oneplace.feeds.tables.refusing import Unopenable, Unreadable
from oneplace.feeds.tables.rows import Row, Rows, Stretch
from oneplace.feeds.tables.saying import Saying, shown
from oneplace.vocabulary.rows import EntriesSaid, Said, Unmapped
from oneplace.vocabulary.terms import QuarantineReason

# A heading may stand below a title or two.
HEADING_WITHIN: Final = 20
_NOT_LETTERS: Final = re.compile(r"[\W_]+")
_DATED: Final = re.compile(r"(?<!\d)(20\d{2})[-_]?(0[1-9]|1[0-2])[-_]?(0[1-9]|[12]\d|3[01])(?!\d)")
_MENDED: Final = re.compile(r" \((?:sheet .+, )?row (\d+)(?:, .*)?\)$")
_TRAILER: Final = re.compile(
    r"(?:t|tr|trl|trailer|trl record|eof|end|end of file|footer|rows?|row ?count|records?|"
    r"record ?count|total|total records|total rows|number of records|count)",
    re.IGNORECASE,
)
_MOST_TRAILER_CELLS: Final = 3
_MOST_DIGITS: Final = 9


@lru_cache(4096)
def plain(heading: str) -> str:
    """A heading as it is compared: letters and digits in small, one blank between words."""
    return _NOT_LETTERS.sub(" ", heading.casefold()).strip()


_made: Final = tuple.__new__
SaysOf = Callable[[Saying, Sequence[str]], Iterable[Said]]


@dataclass(frozen=True)
class Sheet:
    """One sheet of a partner's export."""

    name: str
    """As the partner calls the file, without its ending."""
    columns: tuple[str, ...]
    """In the partner's order; cells come to `says` in this order, trimmed, absent ones empty."""
    needs: tuple[str, ...]
    """Columns by which it is known, and without which it is not this sheet."""
    says: SaysOf
    youngest: int = 0
    forms: tuple[EntryForm, ...] = ()
    """Where a row makes entries and nothing else, what they are: so it is read by column too."""


def said_at(received: Received) -> datetime:
    """The moment an export speaks of: see the module."""
    if received.covers_until is not None:
        return received.covers_until.astimezone(UTC)
    found = _DATED.findall(received.name)
    for year, month, day in reversed(found):
        try:
            on = date(int(year), int(month), int(day))
        except ValueError:
            continue
        return dates.midnight(on + timedelta(days=1))
    return received.arrived_at.astimezone(UTC)


def match(heading: Sequence[str], sheets: Iterable[Sheet]) -> Sheet | None:
    """The sheet whose heading this is: all it needs is there, and most of what it has."""
    names = {plain(cell) for cell in heading}
    fitting = [sheet for sheet in sheets if all(plain(name) in names for name in sheet.needs)]
    return max(
        fitting,
        key=lambda sheet: sum(plain(name) in names for name in sheet.columns),
        default=None,
    )


_Each_co = TypeVar("_Each_co", bound=Unit | Block, covariant=True)


class _Runs(Protocol[_Each_co]):
    """`run`, or `run_in_blocks`."""

    def __call__(
        self,
        received: Received,
        table: Table,
        sheet: Sheet,
        heading: Sequence[str],
        body: Iterable[Row],
    ) -> Iterator[_Each_co]: ...


class SheetReader:
    """Reads the sheets of one feed; see `feeds.reading.Reader`."""

    def __init__(
        self,
        title: str,
        sheets: Sequence[Sheet],
        *,
        only: str = "",
        has_own_order: bool = True,
    ) -> None:
        """`only` names the one sheet of a workbook that is looked at; `has_own_order` says that
        files have the columns in the order of the sheet, whoever sends them.
        """
        self.title = title
        self.sheets = tuple(sheets)
        self._only = plain(only)
        self._has_own_order = has_own_order

    def recognises(self, name: str, head: bytes) -> bool:
        """Whether a heading near the beginning is that of one of its sheets."""
        return any(match(row, self.sheets) for row in opening.first_rows(head))

    def count(self, received: Received) -> int | None:
        """How many rows there are below the heading, blank ones and a trailer not counted."""
        total = 0
        try:
            for table in opening.open_tables(received):
                total += self._count(received, table)
        except Unopenable:
            return None
        return total

    def _count(self, received: Received, table: Table) -> int:
        found = self._heading(received, table)
        if found is None:
            return 0
        _, _, body = found
        total, last = 0, None
        for row in body:
            if not row.is_broken and not any(row.cells):
                continue
            total += 1
            last = row
        return total - (last is not None and trailer(last.cells) is not None)

    def units(self, received: Received) -> Iterator[Unit]:
        """A unit for each row of each of its sheets."""
        return self._read(received, run)

    def blocks(self, received: Received) -> Iterator[Unit | Block]:
        """The same, with rows that stand together in blocks."""
        return self._read(received, run_in_blocks)

    def _read(self, received: Received, run: "_Runs[_Each_co]") -> Iterator[_Each_co | Unit]:
        known, tables = 0, 0
        try:
            for table in opening.open_tables(received):
                tables += 1
                found = self._heading(received, table)
                if found is not None:
                    known += 1
                    sheet, heading, body = found
                    yield from run(received, table, sheet, heading, body)
                elif table.sheet:
                    yield _passed_over(received, table)
        except Unopenable as refused:
            yield whole(refused.words, refused.reason)
            return
        if not known:
            yield whole(self._why_not(received), QuarantineReason.UNREADABLE)

    def alone(self, received: Received, row: bytes) -> bytes:
        """One row below what stands above it in its file; see `feeds.reading.ReaderOfRows`."""
        if any(match(cells, self.sheets) for cells in opening.first_rows(row)):
            return row
        above = opening.above(
            received, lambda each: match(each.cells, self.sheets) is not None, HEADING_WITHIN
        )
        return opening.below(above, row) if above else row

    def _heading(
        self, received: Received, table: Table
    ) -> tuple[Sheet, Sequence[str], Iterable[Row]] | None:
        if self._only and table.sheet and plain(table.sheet) != self._only:
            return None
        above: list[Row] = []
        for row in islice(table.rows, HEADING_WITHIN):
            sheet = match(row.cells, self.sheets)
            if sheet is not None:
                return sheet, row.cells, _numbered(received, table.rows)
            above.append(row)
        return self._one_mended(received, above)

    def _one_mended(
        self, received: Received, above: Sequence[Row]
    ) -> tuple[Sheet, Sequence[str], Iterable[Row]] | None:
        # A row kept aside comes back alone when it has been mended, without its heading.
        mended = _MENDED.search(received.name)
        if mended is None or not self._has_own_order:
            return None
        stem = re.split(r"[\\/]", received.name[: mended.start()])[-1].split(".")[0]
        rows = [row for row in above if any(row.cells)]
        for sheet in self.sheets:
            is_it = sheet.name == stem or len(self.sheets) == 1
            if is_it and all(len(row.cells) == len(sheet.columns) for row in rows):
                return sheet, sheet.columns, _numbered(received, iter(rows))
        return None

    def _why_not(self, received: Received) -> str:
        if _MENDED.search(received.name):
            return (
                "Which column is which cannot be told of a row alone. Put the heading line of its "
                "file above it."
            )
        names = ", ".join(f"{sheet.name} ({', '.join(sheet.needs[:3])})" for sheet in self.sheets)
        try:
            tables = opening.open_tables(received)
            rows = islice(next(tables).rows, HEADING_WITHIN)
            cells = next((row.cells for row in rows if any(row.cells)), ())
        except (Unopenable, StopIteration):
            cells = ()
        has = ", ".join(shown(cell) for cell in list(cells)[:8] if cell) or "nothing"
        return (
            f"No heading of {self.title} is in it. It begins with {has}; known are {names}. If it "
            "is another layout, describe it in a mapping file: see docs/mapping.md."
        )


def _numbered(received: Received, rows: Iterable[Row]) -> Iterable[Row]:
    """The rows; one that comes back alone has the number it had in its file."""
    mended = _MENDED.search(received.name)
    if mended is None or len(mended[1]) > _MOST_DIGITS:
        return rows
    filled = (row for row in rows if row.is_broken or any(row.cells))
    return (row._replace(number=number) for number, row in enumerate(filled, int(mended[1])))


def whole(words: str, reason: QuarantineReason) -> Unit:
    """A unit that keeps the whole delivery aside."""
    return Unit("whole", fault=Fault("whole", reason, words, is_whole=True))


def _passed_over(received: Received, table: Table) -> Unit:
    path = f"sheet {table.sheet!r} (no sheet we know)"
    return Unit(f"sheet {table.sheet}", [Unmapped(received.source, path)], counts=0)


def trailer(cells: Sequence[str]) -> int | None:
    """How many rows a trailer declares; None where a row is none."""
    said = [cell.strip() for cell in cells if cell.strip()]
    if not 1 <= len(said) <= _MOST_TRAILER_CELLS:
        return None
    if len(said) == 1:
        name, colon, number = said[0].partition(":")
        said = [name, number.strip()] if colon else name.rsplit(" ", 1)
    if len(said) < 2 or not _TRAILER.fullmatch(said[0].strip(" :=").replace("_", " ")):
        return None
    number = next((cell for cell in said[1:] if cell.isascii() and cell.isdigit()), "")
    return int(number) if 0 < len(number) < 12 else None


def run(
    received: Received,
    table: Table,
    sheet: Sheet,
    heading: Sequence[str],
    body: Iterable[Row],
) -> Iterator[Unit]:
    """A unit for each row below the heading."""
    return _Run(received, table, sheet, heading).units(body)


def run_in_blocks(
    received: Received,
    table: Table,
    sheet: Sheet,
    heading: Sequence[str],
    body: Iterable[Row],
) -> Iterator[Unit | Block]:
    """The same, with rows that stand together in blocks where the sheet is read by column too."""
    run = _Run(received, table, sheet, heading)
    return run.blocks(body) if sheet.forms and isinstance(body, Rows) else run.units(body)


class _Run:
    """The reading of one table below its heading."""

    def __init__(
        self, received: Received, table: Table, sheet: Sheet, heading: Sequence[str]
    ) -> None:
        self._table, self._says = table, sheet.says
        self._ordered, self._others = _ordering(sheet, heading)
        self._saying = Saying(
            received.source, received.organisation, said_at(received), sheet.name, received.habits,
            sheet.youngest,
        )  # fmt: skip
        self._width = len(heading)
        self._before = f"sheet {table.sheet}, row " if table.sheet else "row "
        self._columns = [Columns(form, self._saying) for form in sheet.forms]
        self._rows_seen = 0
        # A unit is given when another has followed it: the last row may be a trailer.
        self._waiting: Unit | None = None
        self._last: Row | None = None

    def units(self, body: Iterable[Row]) -> Iterator[Unit]:
        """A unit for each row."""
        for row in body:
            unit = self._unit(row)
            if unit is not None:
                yield from self._let_go()
                self._last, self._waiting = row, unit
        yield from self._end()

    def blocks(self, body: Rows) -> Iterator[Unit | Block]:
        """Blocks of what stands together, and a unit for each other row."""
        for row in body:
            unit = self._unit(row)
            if unit is not None:
                yield from self._let_go()
                self._last, self._waiting = row, unit
            while (stretch := body.together()) is not None:
                block = self._block(stretch)
                if block is None:
                    continue
                yield from self._let_go()
                yield block
        yield from self._end()

    def _let_go(self) -> Iterator[Unit]:
        if self._waiting is not None:
            yield self._waiting
            self._waiting = None
            self._rows_seen += 1

    def _end(self) -> Iterator[Unit]:
        if self._waiting is None:
            return
        declared = trailer(self._last.cells) if self._last is not None else None
        if declared is None:
            yield self._waiting
        elif declared != self._rows_seen:
            yield whole(
                f"Its last row declares {declared:,} rows and it holds {self._rows_seen:,}, so "
                "none of it is taken. Ask the sender for the whole file and bring that in.",
                QuarantineReason.CONTRADICTS,
            )

    def _unit(self, row: Row) -> Unit | None:
        """The unit of a row; None of a blank one."""
        number, cells, _, _, is_broken = row
        if not is_broken and not any(cells):
            return None
        saying, width = self._saying, self._width
        saying.place = place = f"{self._before}{number}"
        if is_broken or len(cells) != width:
            fitted = _fitted(cells, width)
            if is_broken or fitted is None:
                return _ragged(self._table, row, place, width)
            cells = fitted
        saying.version = str(number).zfill(9)
        trimmed = list(map(str.strip, cells))
        trimmed.append("")
        try:
            said: Sequence[Said] = [*self._says(saying, self._ordered(trimmed))]
        except Unreadable as wrong:
            saying.also.clear()
            return _aside(self._table, row, place, wrong)
        if saying.also:
            said = [*said, *saying.also]
            saying.also.clear()
        if self._others:
            said = [*said, *_left_over(saying, self._others, trimmed)]
        # A tuple made at once is three times as quick as one made by names.
        return _made(Unit, (place, said, None, 0, None, (), 1))

    def _block(self, stretch: Stretch) -> Block | None:
        """The rows of a stretch, by column; None where all are blank."""
        first, _, rows = stretch
        numbers: Sequence[int] = range(len(rows))
        others: list[int] = []
        if set(map(len, rows)) != {self._width}:
            numbers = [place for place in numbers if len(rows[place]) == self._width]
            others = [place for place, cells in enumerate(rows) if len(cells) != self._width]
        filled = sum(map(any, rows))
        if not filled:
            return None
        self._rows_seen += filled
        trimmed = [
            list(map(str.strip, column))
            for column in zip(*[rows[place] for place in numbers], strict=True)
        ]
        return Block(
            len(numbers),
            self._entries(trimmed, [first + place for place in numbers]) if trimmed else (),
            [
                (Unmapped(self._saying.source, f"{self._saying.sheet}: {name}"), rows_with)
                for number, name in self._others
                if trimmed and (rows_with := _filled(trimmed[number]))
            ],
            numbers,
            others,
            lambda place: self._unit(stretch.row(place)),
        )

    def _entries(self, trimmed: list[list[str]], numbers: Sequence[int]) -> Sequence[EntriesSaid]:
        columns = self._ordered([*trimmed, [""] * len(numbers)])
        before = self._before.replace("%", "%%")
        places = list(map(f"{before}%d".__mod__, numbers))
        versions = list(map("%09d".__mod__, numbers))
        return [each.entries(columns, places, versions) for each in self._columns]


def _filled(column: Sequence[str]) -> Sequence[int]:
    """Where cells of a column are that hold something."""
    return [number for number, cell in enumerate(column) if cell]


def _ordering(
    sheet: Sheet, heading: Sequence[str]
) -> tuple[Callable[[Sequence[Any]], Sequence[Any]], list[tuple[int, str]]]:
    """What puts cells or columns into the sheet's order, and the columns it knows nothing of."""
    places: dict[str, int] = {}
    for number, cell in enumerate(heading):
        places.setdefault(plain(cell), number)
    wanted = [places.get(plain(name), -1) for name in sheet.columns]
    names = {plain(name) for name in sheet.columns}
    others = [
        (number, cell.strip() or f"column {number + 1}")
        for number, cell in enumerate(heading)
        if plain(cell) not in names
    ]
    if wanted == list(range(len(heading))):
        return _as_they_are, others
    return (itemgetter(*wanted) if len(wanted) > 1 else lambda cells: (cells[wanted[0]],)), others


def _as_they_are(cells: Sequence[Any]) -> Sequence[Any]:
    return cells[:-1]


def _left_over(
    saying: Saying, others: Sequence[tuple[int, str]], cells: Sequence[str]
) -> Iterator[Unmapped]:
    for number, name in others:
        if cells[number]:
            yield Unmapped(saying.source, f"{saying.sheet}: {name}")


def _fitted(cells: Sequence[str], width: int) -> Sequence[str] | None:
    """A row with too many cells where those beyond the heading are empty; None for any other."""
    if len(cells) > width and not any(cell.strip() for cell in cells[width:]):
        return cells[:width]
    return None


def _ragged(table: Table, row: Row, place: str, width: int) -> Unit:
    offset, length = table.span(row)
    if row.is_broken:
        words = (
            "A quote is opened in this row and never closed, so nobody can tell where its cells "
            "end. Close the quote, or take it out."
        )
    else:
        words = (
            f"The row has {len(row.cells)} cells and the heading {width}. Look for a delimiter "
            "within a text that is not in quotes, or for a row cut short."
        )
    return Unit(
        place, fault=Fault(place, QuarantineReason.UNREADABLE, words), offset=offset, length=length
    )


def _aside(table: Table, row: Row, place: str, wrong: Unreadable) -> Unit:
    offset, length = table.span(row)
    where = f"{place}, column {wrong.column}"
    return Unit(place, fault=Fault(where, wrong.reason, wrong.words), offset=offset, length=length)
