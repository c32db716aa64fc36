"""What rows of a sheet become where each makes one entry: which cells tell which of its fields.

An `EntryForm` reads a row by itself, and as well a thousand rows column by column: each different
group of cells is read once, whatever stands beside it. Both ask the same functions, so the rule
stands in one place. A row of which anything cannot be read, or is counted as not taken, is left to
the reading by itself, which says what is wrong with it.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from oneplace.feeds.tables.refusing import Unreadable
from oneplace.feeds.tables.saying import Saying, without_nothing
from oneplace.vocabulary.rows import EntriesSaid, Said, Told

# So many different groups of cells are remembered of a file; then remembering begins anew.
_MANY: Final = 100_000


class Part(NamedTuple):
    """Fields of an entry that some cells of its row tell, whatever else stands in it."""

    fields: tuple[str, ...]
    """Of `EntrySaid`."""
    columns: tuple[str, ...]
    tells: Callable[..., tuple[Any, ...]]
    """From the table's `Saying` and those cells; may refuse, and count what it passes over."""
    tells_all: Callable[..., Sequence[tuple[Any, ...] | None]] | None = None
    """The same of whole columns, None where `tells` refuses: for cells that seldom repeat."""


class EntryForm:
    """One entry that each row of a sheet makes."""

    def __init__(
        self,
        columns: Sequence[str],
        parts: Sequence[Part],
        *,
        key: Sequence[str | tuple[str, ...]],
        always: Mapping[str, Any],
    ) -> None:
        """`columns` are the sheet's, in its order, `always` the fields that all have alike.

        `parts` stand in the order in which a row is read, so that of several faults the first is
        told. `key` names the columns whose cells, as they stand, are the entry's own number; of
        several together the first that is not empty.
        """
        place = {name: number for number, name in enumerate(columns)}
        self.parts = tuple(parts)
        self.always = dict(always)
        self.asked = [[place[name] for name in part.columns] for part in parts]
        alike = [(part,) if isinstance(part, str) else part for part in key]
        self._key = [[place[name] for name in names] for names in alike]

    def says(self, saying: Saying, cells: Sequence[str]) -> Iterator[Said]:
        """The entry of one row."""
        fields = dict(self.always)
        for part, asked in zip(self.parts, self.asked, strict=True):
            told = part.tells(saying, *[cells[place] for place in asked])
            fields.update(zip(part.fields, told, strict=True))
        key = "|".join(
            [next((cells[place] for place in places if cells[place]), "") for places in self._key]
        )
        kind, subject = fields.pop("kind"), fields.pop("subject")
        yield saying.entry(kind, key, subject, **fields)

    def keys(self, columns: Sequence[Sequence[str]]) -> list[str]:
        """The keys of rows given by column."""
        said: list[Sequence[str]] = []
        for first, *others in self._key:
            column = columns[first]
            for other in others:
                both = zip(column, columns[other], strict=True)
                column = [one or another for one, another in both]
            said.append(column)
        return list(map("|".join, zip(*said, strict=True)))


class _Known(dict[Any, int]):
    """By cells, where in `told` stands what they tell: asked for once each."""

    def __init__(self, part: Part, saying: Saying) -> None:
        super().__init__()
        self._part, self._saying = part, saying
        self._is_one = len(part.columns) == 1
        self._detail = part.fields.index("detail") if "detail" in part.fields else None
        self.told: list[tuple[Any, ...] | None] = []

    def __missing__(self, cells: Any) -> int:
        self.told.append(self._read((cells,) if self._is_one else cells))
        number = self[cells] = len(self.told) - 1
        return number

    def _read(self, cells: Sequence[str]) -> tuple[Any, ...] | None:
        part, saying = self._part, self._saying
        try:
            told = part.tells(saying, *cells)
            if not saying.also:
                return told if self._detail is None else _kept(told, self._detail)
        except Unreadable:
            pass
        # What it has counted by now is counted when its row is read by itself.
        saying.also.clear()
        return None


def _kept(told: tuple[Any, ...], detail: int) -> tuple[Any, ...]:
    return (*told[:detail], without_nothing(told[detail]), *told[detail + 1 :])


class Columns:
    """Reads rows of one file by a form, column by column, and remembers what it has read."""

    def __init__(self, form: EntryForm, saying: Saying) -> None:
        self._form, self._saying = form, saying
        self._known = [_Known(part, saying) for part in form.parts]

    def entries(
        self, columns: Sequence[Sequence[str]], places: Sequence[str], versions: Sequence[str]
    ) -> EntriesSaid:
        """The entries of rows given by column: trimmed cells in the sheet's order."""
        form = self._form
        told = []
        for number, (part, asked) in enumerate(zip(form.parts, form.asked, strict=True)):
            some = [columns[place] for place in asked]
            if part.tells_all is not None:
                values = part.tells_all(self._saying, *some)
                told.append(Told(part.fields, values, range(len(values))))
                continue
            known = self._known[number]
            if len(known) > _MANY:
                known = self._known[number] = _Known(part, self._saying)
            cells = some[0] if len(some) == 1 else zip(*some, strict=True)
            told.append(Told(part.fields, known.told, list(map(known.__getitem__, cells))))
        return EntriesSaid(
            self._saying.source, self._saying.said_at, form.always, told, range(len(places)),
            form.keys(columns), places, versions,
        )  # fmt: skip
