"""Makes lines of entries that came column by column: the same lines, without each row by itself.

What `lines.entry_line` does for one row is done here once for each different value of a column,
and for all rows at once where each has its own: ids, hashes, whole lines. A row the record cannot
hold, or which holds a character no line can, is named, and left to the way of single rows.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from itertools import repeat
from typing import Any, Final, NamedTuple

from oneplace.records.verbs import lines
from oneplace.records.verbs.lines import BETWEEN, LONGEST_KEY, From, Line, Unfit
from oneplace.vocabulary.rows import EntriesSaid, EntrySaid, SubjectKey, Told

# The fields of a row in the order in which the columns of the record have them.
_FIELDS: Final = tuple(column.removesuffix("_id") for column in lines.ENTRY)
_UNSAID: Final[Mapping[str, Any]] = EntrySaid._field_defaults
_made: Final = tuple.__new__


class Made(NamedTuple):
    """Lines of entries, in their order; those `apart` mean nothing."""

    lines: list[Line]
    whom: Sequence[str]
    """By entry, the id of its subject."""
    subject: Told
    """What tells the subjects."""
    apart: frozenset[int]
    """Where entries stand that the record cannot take so."""

    def subjects(self, start: int, end: int) -> dict[str, SubjectKey]:
        """By id the subjects of some of the entries, none of them apart."""
        fields, known, which = self.subject
        place = fields.index("subject")
        told = dict(zip(self.whom[start:end], which[start:end], strict=True))
        return {id: values[place] for id, one in told.items() if (values := known[one])}


class _Alike:
    """A column of a line that is the same in all of them."""

    def __init__(self, text: str) -> None:
        self._text = text

    def of(self, said: EntriesSaid) -> Iterable[str]:
        """The text, for ever."""
        return repeat(self._text)

    def missing(self, said: EntriesSaid) -> Iterable[int]:
        """Nothing of it is missing."""
        return ()


class _Keys:
    """The column of the keys."""

    def of(self, said: EntriesSaid) -> Iterable[str]:
        """Each as it stands."""
        return said.keys

    def missing(self, said: EntriesSaid) -> Iterable[int]:
        """Where a key stands that is none, or that no index or line could hold."""
        keys = said.keys
        if all(keys) and max(map(len, keys)) <= LONGEST_KEY and lines.is_clean("".join(keys), 1):
            return ()
        return (
            number
            for number, key in enumerate(keys)
            if not (0 < len(key) <= LONGEST_KEY and lines.is_clean(key, 1))
        )


class _Different:
    """Neighbouring columns of a line of which the same cells tell, made once for each value."""

    def __init__(self, number: int, takes: Sequence[tuple[int, str]], source: str) -> None:
        """`takes`: each field by where its value is among those told.

        In place of a field that all have alike stands its text, at -1.
        """
        self._number, self._takes, self._source = number, takes, source
        self._width = len(takes)
        self._known: Sequence[tuple[Any, ...] | None] = ()
        self._texts: list[str] = []
        self._unfit: set[int] = set()

    def of(self, said: EntriesSaid) -> list[str]:
        """By entry, its text; nothing where the record cannot hold it."""
        _, known, which = said.told[self._number]
        if known is not self._known:
            self._known, self._texts, self._unfit = known, [], set()
        self._learn(known[len(self._texts) :])
        if which == range(len(self._texts)):
            # Values that no two of them share.
            return self._texts
        return list(map(self._texts.__getitem__, which))

    def _learn(self, new: Sequence[tuple[Any, ...] | None]) -> None:
        """Make the texts of new values: together, where nothing is wrong with any of them."""
        if len(new) > 1 and None not in new:
            told = list(zip(*new, strict=True))
            try:
                columns = [
                    lines.texts_of(take, told[at], self._source) if at >= 0 else repeat(take)
                    for at, take in self._takes
                ]
                texts = list(map(BETWEEN.join, zip(*columns, strict=False)))
                if lines.is_clean("".join(texts), len(texts) * (self._width - 1) + 1):
                    self._texts += texts
                    return
            except Unfit:
                pass
        for values in new:
            self._texts.append(self._text(values))

    def missing(self, said: EntriesSaid) -> Iterable[int]:
        """Where entries stand whose text the record cannot hold, of those asked for last."""
        which = said.told[self._number].of
        if self._unfit.isdisjoint(which):
            return ()
        return (number for number, one in enumerate(which) if one in self._unfit)

    def _text(self, values: Sequence[Any] | None) -> str:
        try:
            if values is not None:
                source = self._source
                text = BETWEEN.join(
                    [
                        take if at < 0 else lines.TEXT_OF[take](values[at], source)
                        for at, take in self._takes
                    ]
                )
                if lines.is_clean(text, self._width):
                    return text
        except Unfit:
            pass
        self._unfit.add(len(self._texts))
        return ""


_Column = _Alike | _Keys | _Different


class EntryColumns:
    """Makes the lines of one form of one delivery, block after block."""

    def __init__(self, given: From) -> None:
        """`given` is what all lines of the delivery have in common."""
        self._given = given
        self._form: object = None
        self._columns: list[_Column] = []

    def lines(self, said: EntriesSaid) -> Made:
        """The lines of these entries."""
        form = (said.source, said.always, [each.fields for each in said.told])
        if form != self._form:
            self._form, self._columns = form, _laid_out(said)
            self._kind = _column(["kind"], _place_of("kind", said), said)
            self._subject = _place_of("subject", said)
            self._whom = _different(["subject"], self._subject, said)
        columns = [column.of(said) for column in self._columns]
        apart = {number for column in self._columns for number in column.missing(said)}
        whom = self._whom.of(said)
        try:
            made = self._written(said, columns, whom)
        except UnicodeEncodeError:
            made, apart = [], set(range(len(said.keys)))
        return Made(made, whom, said.told[self._subject], frozenset(apart))

    def _written(
        self, said: EntriesSaid, columns: Sequence[Iterable[str]], whom: Sequence[str]
    ) -> list[Line]:
        ids = lines.entry_texts(said.source, self._kind.of(said), said.keys)
        contents = list(map(BETWEEN.join, zip(*columns, strict=False)))
        sha256 = hashlib.sha256
        shas = [sha256(content.encode()).hexdigest() for content in contents]
        at = lines.moment_text(said.said_at)
        of_source, of_first = f"\x1f{said.source}\x1f\\x", f"\x1f{at}\x1f"
        of_delivery = f"\x1f{at}\x1f{self._given.delivery}\x1f"
        arrived = f"\x1f{self._given.arrived_at}\x1f"
        texts = [
            f"{id}{of_source}{sha}{of_first}{version}{of_delivery}{place}{arrived}{content}"
            for id, sha, version, place, content in zip(
                ids, shas, said.versions, said.places, contents, strict=True
            )
        ]
        orders = zip(repeat(said.said_at), said.versions, strict=False)
        each = zip(ids, shas, texts, orders, zip(whom, strict=True), strict=True)
        # A tuple made at once is twice as quick as one by names.
        return list(map(_made, repeat(Line), each))


def _place_of(field: str, said: EntriesSaid) -> int:
    """Which of what was told tells a field; -1 where all have it alike."""
    return next((at for at, told in enumerate(said.told) if field in told.fields), -1)


def _column(fields: Sequence[str], told: int, said: EntriesSaid) -> _Alike | _Different:
    """Neighbouring fields as one column: all that differ among them are told by the same cells."""
    if told >= 0:
        return _different(fields, told, said)
    return _Alike(BETWEEN.join(_text_of_all(field, said) for field in fields))


def _different(fields: Sequence[str], told: int, said: EntriesSaid) -> _Different:
    places = {field: place for place, field in enumerate(said.told[told].fields)}
    takes = [
        (places[field], field) if field in places else (-1, _text_of_all(field, said))
        for field in fields
    ]
    return _Different(told, takes, said.source)


def _text_of_all(field: str, said: EntriesSaid) -> str:
    return lines.TEXT_OF[field](said.always.get(field, _UNSAID.get(field)), said.source)


def _laid_out(said: EntriesSaid) -> list[_Column]:
    """What a line says, as columns; those that stand together and change together are one."""
    columns: list[_Column] = []
    fields: list[str] = []
    told = -1
    for field in (*_FIELDS, "key"):
        place = -1 if field == "key" else _place_of(field, said)
        if fields and (field == "key" or (place >= 0 <= told and place != told)):
            columns.append(_column(fields, told, said))
            fields, told = [], -1
        if field == "key":
            columns.append(_Keys())
        else:
            fields.append(field)
            told = max(told, place)
    # The key was put behind so that what stands last is laid out too.
    del columns[-1]
    return columns
