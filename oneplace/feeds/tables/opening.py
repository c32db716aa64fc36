"""Opens partners' tables: rows of cells with their numbers, streamed, of any UK habit.

UTF-8 with or without its mark, UTF-16, and Windows text line by line where it is not UTF-8;
commas, semicolons, tabs or bars; `sep=;` as spreadsheets write it. A cell is text, a formula too:
nothing is ever reckoned. Memory does not grow with the file. What is no table raises
`Unopenable`.
"""

import codecs
import csv
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, chain, islice
from typing import BinaryIO, Final, NamedTuple

from oneplace.feeds.reading import Received
from oneplace.feeds.tables import workbooks
from oneplace.feeds.tables.refusing import Unopenable
from oneplace.feeds.tables.rows import Row, Rows, Stretch

DELIMITERS: Final = (",", ";", "\t", "|")
_BLOCK: Final = 1 << 20
# No honest line of a table is longer, in bytes; and no honest cell spans more lines.
LONGEST_LINE: Final = 1 << 20
MOST_LINES: Final = 200
# Each costs a new beginning; so many are no slips any more.
MOST_BROKEN: Final = 100
_SNIFFED_LINES: Final = 30
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Among the first bytes of UTF-16 every second one is nought, in any text of ours.
_ENOUGH_NOUGHTS: Final = 0.3
_FEWEST_BYTES: Final = 8
# So many lines are looked at together, at the beginning of a file and later.
_FEW_LINES: Final = 64
_MANY_LINES: Final = 1000


@dataclass(frozen=True)
class Table:
    """The rows of one file, or of one sheet of a workbook."""

    sheet: str
    """The sheet's name in a workbook, else empty."""
    rows: Rows
    span: Callable[[Row], tuple[int, int | None]]
    """Where the bytes of a row just given lie in the file: offset and length."""


class Dialect(NamedTuple):
    """How a file writes its cells."""

    encoding: str
    mark: int
    """Bytes of the mark at its beginning."""
    delimiter: str
    lines_before: int
    """Lines that are no rows, such as `sep=;`."""


def open_tables(received: Received) -> Iterator[Table]:
    """The tables of a delivery, one after another; raises `Unopenable`."""
    with received.open() as opened:
        head = opened.read(_BLOCK // 16)
    if workbooks.is_workbook(head):
        for sheet, rows in workbooks.sheets(received):
            numbered = (Row(number, cells, 0, 0) for number, cells in rows)
            yield Table(sheet, Rows(numbered), lambda row: (0, None))
        return
    dialect = sniff(head)
    reading = _Reading(received, dialect)
    yield Table("", Rows(reading.pieces()), reading.span)


def first_rows(head: bytes, most: int = 20) -> list[list[str]]:
    """The first rows of a comma-separated file, from its beginning; empty for anything else."""
    if workbooks.is_workbook(head):
        return []
    try:
        dialect = sniff(head)
    except Unopenable:
        return []
    lines = _decoded(head[dialect.mark :].splitlines(keepends=True), dialect.encoding)
    reader = csv.reader(lines[dialect.lines_before :], delimiter=dialect.delimiter)
    try:
        return [row for row in islice(reader, most) if any(row)]
    except csv.Error:
        return []


def above(received: Received, is_last: Callable[[Row], bool], most: int) -> bytes:
    """The bytes of a comma-separated file up to the end of a row among its first `most` rows.

    Empty where no such row is there or it is no such file.
    """
    with received.open() as opened:
        head = opened.read(_BLOCK // 16)
    if workbooks.is_workbook(head):
        return b""
    try:
        reading = _Reading(received, sniff(head))
        for row in islice(Rows(reading.pieces()), most):
            if is_last(row):
                offset, length = reading.span(row)
                with received.open() as opened:
                    return opened.read(offset + (length or 0))
    except Unopenable:
        pass
    return b""


def below(above: bytes, row: bytes) -> bytes:
    """A row put below the beginning of a file, in the writing of that beginning."""
    encoding, _ = _encoding(above)
    wide = encoding != "utf-8"
    if wide and b"\x00" not in row:
        row = _of_unknown(row).encode(encoding)
    end = "\n".encode(encoding)
    return above + (b"" if above.endswith(end) else "\r\n".encode(encoding)) + row


def sniff(head: bytes) -> Dialect:
    """How a file that begins so writes its cells; raises `Unopenable`."""
    encoding, mark = _encoding(head)
    body = head[mark:]
    if encoding == "utf-8" and b"\x00" in body:
        raise Unopenable(
            "It holds bytes that no text has, so it is no table. Ask for a CSV or XLSX file."
        )
    if encoding != "utf-8":
        body = body[: len(body) // 2 * 2].decode(encoding, "replace").encode("utf-8", "replace")
    lines = _decoded(body.splitlines(keepends=True), "utf-8")
    first = lines[0].strip().strip('"') if lines else ""
    if first.lower().startswith("sep=") and first[4:5] in DELIMITERS:
        return Dialect(encoding, mark, first[4:5], 1)
    return Dialect(encoding, mark, _delimiter(lines), 0)


def _encoding(head: bytes) -> tuple[str, int]:
    if head.startswith((codecs.BOM_UTF32_BE, codecs.BOM_UTF32_LE)):
        raise Unopenable("It is written in UTF-32, which no table is. Save it as UTF-8 text.")
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return encoding, len(mark)
    if len(head) >= _FEWEST_BYTES:
        # Without a mark, noughts tell: after each plain letter or before it.
        odd = head[1::2].count(0) / (len(head) // 2)
        even = head[0::2].count(0) / (len(head) // 2)
        if odd > _ENOUGH_NOUGHTS > even:
            return "utf-16-le", 0
        if even > _ENOUGH_NOUGHTS > odd:
            return "utf-16-be", 0
    return "utf-8", 0


def _delimiter(lines: Sequence[str]) -> str:
    """The delimiter by which most of the first rows have the same number of cells."""
    some = [line for line in lines[:_SNIFFED_LINES] if line.strip()]
    best, highest = ",", 0.0
    for delimiter in DELIMITERS:
        try:
            widths = Counter(len(row) for row in csv.reader(some, delimiter=delimiter) if row)
        except csv.Error:
            continue
        wide = [(times, width) for width, times in widths.items() if width > 1]
        if not wide:
            continue
        times, width = max(wide)
        share = times / widths.total()
        if share * share * width > highest:
            best, highest = delimiter, share * share * width
    return best


def _decoded(lines: list[bytes], encoding: str) -> list[str]:
    """Lines of UTF-8; each that is not valid is taken as Windows text."""
    if encoding != "utf-8":
        text = b"".join(lines)
        whole = text[: len(text) // 2 * 2].decode(encoding, "replace")
        return whole.splitlines(keepends=True)
    try:
        return list(map(bytes.decode, lines))
    except UnicodeDecodeError:
        return [_of_unknown(line) for line in lines]


def _of_unknown(line: bytes) -> str:
    try:
        return line.decode()
    except UnicodeDecodeError:
        return line.decode("cp1252", "replace")


# Every row of every table passes here: a tuple made at once is twice as quick as one by names.
_made: Final = tuple.__new__
# A line that is a row of its own; see `_Reading._together`.
_BEHIND: Final = ("x",)


def _some(blocks: Iterable[list[str]]) -> Iterator[list[str]]:
    """The lines of blocks, few at first: often a heading is all that is looked for."""
    few = _FEW_LINES
    for lines in blocks:
        start = 0
        while start < len(lines):
            yield lines[start : start + few]
            start, few = start + few, _MANY_LINES


class _Given:
    """Lines for the reader of cells, more of them as they are asked for."""

    def __init__(self, lines: list[str], more: Iterator[list[str]]) -> None:
        self.many = len(lines)
        """How many lines there were up to now."""
        self.is_at_end = False
        self._lines, self._more = iter(lines), more

    def __iter__(self) -> "_Given":
        return self

    def __next__(self) -> str:
        for line in self._lines:
            return line
        lines = next(self._more, None)
        if lines is None:
            self.is_at_end = True
            raise StopIteration
        self.many += len(lines)
        self._lines = iter(lines)
        return next(self)


class _Block(NamedTuple):
    """Some lines as they were read, and where."""

    first_line: int
    offset: int
    lines: list[bytes]


class _Reading:
    """Reads one comma-separated file from its beginning to its end."""

    def __init__(self, received: Received, dialect: Dialect) -> None:
        self._received = received
        self._dialect = dialect
        self._blocks: deque[_Block] = deque(maxlen=4)
        self._edges: tuple[int, list[int]] = (-1, [])

    def pieces(self) -> Iterator[Row | Stretch]:
        """Every row, blank ones too; after a quote that never closes it goes on a line later."""
        number, line, offset = 0, 0, self._dialect.mark
        skipped = self._dialect.lines_before
        times_broken = 0
        while True:
            broken: Row | None = None
            for piece in self._pieces_from(number, line, offset, skipped):
                if isinstance(piece, Stretch):
                    number, broken = piece.number + len(piece.cells) - 1, None
                else:
                    number, broken = piece.number, piece if piece.is_broken else None
                yield piece
            if broken is None:
                return
            times_broken += 1
            if times_broken > MOST_BROKEN:
                raise Unopenable(
                    f"More than {MOST_BROKEN} rows of it open a quote that is never closed. Ask "
                    "for it with its quotes doubled inside cells."
                )
            offset = self._offset_of(broken.line) + self._width_of(broken.line)
            line = broken.line + 1
            skipped = 0

    def _pieces_from(
        self, number: int, line: int, offset: int, skipped: int
    ) -> Iterator[Row | Stretch]:
        """Rows from a line on, up to the first that is broken; a block of plain lines together."""
        with self._received.open() as opened:
            opened.seek(offset)
            some = _some(self._lines(opened, line, offset))
            for found in some:
                lines, skipped = found[skipped:], max(skipped - len(found), 0)
                line += len(found) - len(lines)
                if not lines:
                    continue
                together = self._together(lines)
                if together is not None:
                    yield Stretch(number + 1, line, together)
                    number, line = number + len(together), line + len(together)
                    continue
                for row in self._one_by_one(lines, some, number, line):
                    yield row
                    number, line = row.number, row.end
                    if row.is_broken:
                        return

    def _together(self, lines: list[str]) -> list[list[str]] | None:
        """The cells of lines each of which is a row; None where a row goes on over its line."""
        try:
            # A row of ours behind them is one of its own unless a quote is open before it.
            cells = list(csv.reader(chain(lines, _BEHIND), delimiter=self._dialect.delimiter))
        except csv.Error:
            return None
        if len(cells) != len(lines) + 1:
            return None
        del cells[-1]
        return cells

    def _one_by_one(
        self, lines: list[str], more: Iterator[list[str]], number: int, before: int
    ) -> Iterator[Row]:
        """Rows of some lines, and of those behind them up to where a row and a block end together.

        The last of them is broken where a quote in it never closes.
        """
        given = _Given(lines, more)
        reader = csv.reader(given, delimiter=self._dialect.delimiter)
        base = before
        held: Row | None = None
        try:
            for cells in reader:
                if held is not None:
                    yield held
                number += 1
                after = base + reader.line_num
                held = _made(Row, (number, cells, before, after, False))
                if after - before > MOST_LINES:
                    yield held._replace(end=before + 1, is_broken=True)
                    return
                before = after
                if reader.line_num == given.many and not given.is_at_end:
                    break
        except csv.Error:
            if held is not None:
                yield held
            yield Row(number + 1, (), before, before + 1, is_broken=True)
            return
        if held is not None:
            # The file may end within a quote, which the reader of cells passes over.
            is_open = given.is_at_end and self._is_open(held)
            yield held._replace(end=held.line + 1, is_broken=True) if is_open else held

    def _is_open(self, row: Row) -> bool:
        lines = _decoded(self._raw_lines(row.line, row.end), "utf-8")
        try:
            list(csv.reader(lines, delimiter=self._dialect.delimiter, strict=True))
        except csv.Error as error:
            return "unexpected end" in str(error)
        return False

    def _lines(self, opened: BinaryIO, line: int, offset: int) -> Iterator[list[str]]:
        """Lines of text, a block at a time; each block is remembered for a while."""
        wide = self._dialect.encoding != "utf-8"
        decoder = codecs.getincrementaldecoder(self._dialect.encoding)("replace") if wide else None
        self._blocks.clear()
        self._edges = (-1, [])
        rest = b""
        while True:
            block = opened.read(_BLOCK)
            is_last = not block
            if decoder is not None:
                block = decoder.decode(block, is_last).encode("utf-8", "replace")
            elif b"\x00" in block:
                raise Unopenable(
                    "It holds bytes that no text has, so it is no table. Ask the sender for the "
                    "file again."
                )
            lines = (rest + block).splitlines(keepends=True)
            # What ends without a line feed may go on in the next block.
            rest = lines.pop() if lines and not is_last and lines[-1][-1:] != b"\n" else b""
            if len(rest) > LONGEST_LINE or any(len(each) > LONGEST_LINE for each in lines[:1]):
                raise Unopenable(
                    f"A line of it has more than {LONGEST_LINE:,} bytes, so it is no table. Ask "
                    "for a CSV file with a line for each row."
                )
            if lines:
                self._blocks.append(_Block(line, offset, lines))
                line += len(lines)
                offset += self._width(lines)
                yield _decoded(lines, "utf-8")
            if is_last:
                return

    def span(self, row: Row) -> tuple[int, int | None]:
        """Offset and length of a row given just now, with the end of its line."""
        return self._offset_of(row.line), self._width(self._raw_lines(row.line, row.end))

    def _width(self, lines: Iterable[bytes]) -> int:
        """How many bytes of the file some lines are."""
        if self._dialect.encoding == "utf-8":
            return sum(map(len, lines))
        return sum(len(line.decode().encode(self._dialect.encoding)) for line in lines)

    def _width_of(self, line: int) -> int:
        return self._width(self._raw_lines(line, line + 1))

    def _offset_of(self, line: int) -> int:
        for block in reversed(self._blocks):
            if line >= block.first_line:
                if self._edges[0] != block.first_line:
                    widths = (self._width([each]) for each in block.lines)
                    self._edges = (block.first_line, [0, *accumulate(widths)])
                edges = self._edges[1]
                return block.offset + edges[min(line - block.first_line, len(edges) - 1)]
        return self._dialect.mark

    def _raw_lines(self, first: int, end: int) -> list[bytes]:
        found: list[bytes] = []
        for block in self._blocks:
            start = max(first - block.first_line, 0)
            stop = end - block.first_line
            if stop > 0:
                found += block.lines[start:stop]
        return found
