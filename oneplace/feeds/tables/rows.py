"""Rows of a table as they stand in its file: one by one, or as many as lie plainly together."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import count, repeat
from operator import length_hint
from typing import Final, NamedTuple

# Every row of every table passes here: a tuple made at once is twice as quick as one by names.
_made: Final = tuple.__new__


class Row(NamedTuple):
    """One row as it stands in the file."""

    number: int
    """As a spreadsheet numbers it, from 1."""
    cells: Sequence[str]
    line: int
    """Of the text: how many lines stand before it."""
    end: int
    """How many lines stand before what follows it."""
    is_broken: bool = False
    """A quote in it is opened and never closed."""


class Stretch(NamedTuple):
    """Rows that stand one after another, each on a line of its own."""

    number: int
    """Of the first, as a spreadsheet numbers it."""
    line: int
    """Of the text: how many lines stand before the first."""
    cells: list[list[str]]

    def row(self, place: int) -> Row:
        """One of them, counted from 0."""
        line = self.line + place
        return _made(Row, (self.number + place, self.cells[place], line, line + 1, False))

    def rows(self, cells: Iterator[list[str]]) -> Iterator[Row]:
        """Each of them, asking the iterator of their cells no further than is needed."""
        lines, ends = count(self.line), count(self.line + 1)
        made = zip(count(self.number), cells, lines, ends, repeat(False), strict=False)
        return map(_made, repeat(Row), made)


# For fewer it is not worth the while.
_FEWEST_TOGETHER: Final = 8


class Rows:
    """Rows one by one; what stands plainly together may be taken at once as well."""

    def __init__(self, pieces: Iterable[Row | Stretch]) -> None:
        self._pieces = iter(pieces)
        self._single: Row | None = None
        self._stretch: Stretch | None = None
        # What is not given yet of the stretch at hand.
        self._left: Iterator[list[str]] = iter(())
        self._rows: Iterator[Row] = iter(())

    def __iter__(self) -> Iterator[Row]:
        """The rows that follow; whoever asks anew goes on where another has stopped."""
        while self._is_filled():
            if self._single is not None:
                row, self._single = self._single, None
                yield row
            yield from self._rows

    def together(self) -> Stretch | None:
        """The rows that follow without a break, all but the last; None where there are too few.

        Whatever stands last in a file may be a trailer, so it is always given by itself.
        """
        if not self._is_filled() or self._stretch is None:
            return None
        if length_hint(self._left) < _FEWEST_TOGETHER:
            return None
        left = list(self._left)
        number, line, cells = self._stretch
        first = len(cells) - len(left)
        last = len(cells) - 1
        self._begin(Stretch(number + last, line + last, [left.pop()]))
        return Stretch(number + first, line + first, left)

    def _is_filled(self) -> bool:
        """Whether there is another row; then it is at hand."""
        while self._single is None and not length_hint(self._left):
            piece = next(self._pieces, None)
            if piece is None:
                return False
            if isinstance(piece, Row):
                self._stretch, self._single = None, piece
            else:
                self._begin(piece)
        return True

    def _begin(self, stretch: Stretch) -> None:
        self._stretch, self._left = stretch, iter(stretch.cells)
        self._rows = stretch.rows(self._left)
