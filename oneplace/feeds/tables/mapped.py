"""Reads a partner's own layout through its mapping file."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any, Final

from oneplace.feeds.reading import Received, Unit
from oneplace.feeds.tables import codes, dates, values
from oneplace.feeds.tables.mapping import (
    AMOUNT,
    DAY,
    ENTRY_FIELDS,
    IDENTITY_FIELDS,
    SEVERAL,
    TEXT,
    TRUTH,
    WHOLE,
    Kind,
    MappedEntry,
    Mapping,
    MappingWrong,
    Value,
    detail_fields,
    read_mapping,
)
from oneplace.feeds.tables.refusing import Unreadable
from oneplace.feeds.tables.saying import Saying, shown
from oneplace.feeds.tables.sheets import Sheet, SheetReader, whole
from oneplace.vocabulary.rows import EntrySaid, IdentitySaid, Said, SubjectKey
from oneplace.vocabulary.terms import EntryKind, EntryStatus, Exactness, QuarantineReason

_STATUSES: Final = {word: EntryStatus(word) for word in EntryStatus.stored_words()}


class MappedReader:
    """Reads deliveries of sources that have a mapping; see `feeds.reading.Reader`."""

    def recognises(self, name: str, head: bytes) -> bool:
        """Never by itself: a mapping belongs to a source, which whoever sends it names."""
        return False

    def count(self, received: Received) -> int | None:
        """How many rows there are; None where the mapping or the file cannot be read."""
        try:
            return reader_of(read_mapping(received.mapping)).count(received)
        except MappingWrong:
            return None

    def units(self, received: Received) -> Iterator[Unit]:
        """A unit for each row."""
        if not received.mapping.strip():
            yield whole(
                "This feed has no mapping yet, so nobody knows what its columns mean. Make one "
                "(docs/mapping.md), try it with `oneplace feeds map try MAPPING FILE`, save it "
                "with the feed and read the file again.",
                QuarantineReason.UNREADABLE,
            )
            return
        try:
            mapping = read_mapping(received.mapping)
        except MappingWrong as wrong:
            yield whole(
                f"Its mapping is wrong. {wrong.problems[0].key}: {wrong.problems[0].reason}",
                QuarantineReason.UNREADABLE,
            )
            return
        yield from reader_of(mapping).units(received)

    def alone(self, received: Received, row: bytes) -> bytes:
        """One row below what stands above it in its file; see `feeds.reading.ReaderOfRows`."""
        try:
            return reader_of(read_mapping(received.mapping)).alone(received, row)
        except MappingWrong:
            return row


def reader_of(mapping: Mapping) -> SheetReader:
    """What reads the rows of files of this mapping's layout."""
    rows = _Rows(mapping)
    needs = tuple(column for column in mapping.columns if column not in mapping.optional)
    sheet = Sheet(mapping.sheet or "row", mapping.columns, needs, rows.says, mapping.youngest)
    return SheetReader(
        f"the layout {mapping.name!r}", (sheet,), only=mapping.sheet, has_own_order=False
    )


class _Rows:
    """Turns rows into what they say, by one mapping."""

    def __init__(self, mapping: Mapping) -> None:
        self._mapping = mapping
        self._place = {column: place for place, column in enumerate(mapping.columns)}
        self._cells: Sequence[str] = ()
        self._details = {entry.kind: detail_fields(entry.kind) for entry in mapping.entries}

    def says(self, saying: Saying, cells: Sequence[str]) -> Iterator[Said]:
        self._cells = cells
        mapping = self._mapping
        usual = saying.about.setdefault("said_at", saying.said_at)
        saying.said_at = usual
        if mapping.says_at:
            said_at = self._moment(saying, mapping.says_at)[0]
            saying.said_at = said_at or usual
        whom = self._whom(saying)
        if mapping.identity:
            yield self._identity(saying, whom)
        for entry in mapping.entries:
            if self._is_made(entry):
                yield self._entry(saying, whom, entry)

    def _cell(self, column: str) -> str:
        return self._cells[self._place[column]]

    def _whom(self, saying: Saying) -> SubjectKey:
        mapping = self._mapping
        authority = mapping.authority
        if "{" in authority:
            for column in self._place:
                mark = f"{{{column}}}"
                if mark in authority:
                    authority = authority.replace(mark, saying.need(column, self._cell(column)))
        return SubjectKey(authority, saying.need(mapping.number, self._cell(mapping.number)))

    def _is_made(self, entry: MappedEntry) -> bool:
        if entry.only_if is None:
            return True
        cell = self._cell(entry.only_if.column).casefold()
        return cell in entry.only_if.are if entry.only_if.are else bool(cell)

    # --- values ---

    def _text(self, saying: Saying, value: Value) -> str:
        if not value.columns:
            return value.text
        said = value.between.join(cell for each in value.columns if (cell := self._cell(each)))
        if not value.codes or not said:
            return said
        found = self._mapping.codes[value.codes].get(said.casefold())
        if found is not None:
            return found
        if value.otherwise == "refuse":
            raise Unreadable(
                value.columns[0],
                f"{value.columns[0]} holds {shown(said)}, which is not in the table "
                f"{value.codes!r} of the mapping. Add it there, or put the row right.",
                QuarantineReason.UNKNOWN_CODE,
            )
        if value.otherwise == "keep":
            return said
        saying.pass_over(value.columns[0], f"not in the table {value.codes}")
        return ""

    def _moment(self, saying: Saying, column: str) -> tuple[Any, Exactness]:
        text = self._cell(column)
        if not text:
            return None, Exactness.SECOND
        found = dates.moment(text, saying.made_on, order=self._mapping.order)
        if found is None:
            raise Unreadable(column, f"{column} holds {shown(text)}, which is no date or time.")
        return found

    def _day(self, saying: Saying, column: str) -> date | None:
        text = self._cell(column)
        if not text:
            return None
        found = dates.day(
            text,
            saying.made_on,
            dates.Meaning.BIRTH,
            youngest=saying.youngest,
            order=self._mapping.order,
        )
        if found is None:
            raise Unreadable(column, f"{column} holds {shown(text)}, which is no date.")
        return found

    def _said(self, saying: Saying, value: Value, kind: Kind) -> Any:
        """What a field is given; None or nothing where the row says nothing."""
        if kind == SEVERAL:
            if not value.columns:
                return [value.text]
            each_alone = (replace(value, columns=(column,)) for column in value.columns)
            texts = (self._text(saying, alone) for alone in each_alone)
            return [text for text in texts if text]
        text = self._text(saying, value)
        column = value.columns[0] if value.columns else ""
        if kind == TEXT or not text:
            return text
        readers = {AMOUNT: saying.amount, WHOLE: saying.whole, TRUTH: saying.truth}
        if kind in readers:
            return readers[kind](column, text)
        return self._day(saying, column) if kind == DAY else self._moment(saying, column)

    # --- rows ---

    def _identity(self, saying: Saying, whom: SubjectKey) -> IdentitySaid:
        told = {
            name: self._said(saying, value, IDENTITY_FIELDS[name])
            for name, value in self._mapping.identity.items()
        }
        nhs, is_sound = values.nhs(told.get("nhs_number") or "")
        title, given, family = values.full_name(told.get("full_name") or "")
        died_at, died = told.get("died_at") or (None, Exactness.DAY)
        born_on = told.get("born_on")
        if born_on is not None and born_on > saying.made_on:
            column = self._mapping.identity["born_on"].columns[0]
            raise Unreadable(column, f"{column} holds a birth still to come.")
        gender = told.get("gender") or ""
        ethnicity = told.get("ethnicity") or ""
        return IdentitySaid(
            saying.source,
            whom,
            saying.said_at,
            saying.place,
            saying.version,
            nhs_number=nhs,
            is_nhs_number_sound=is_sound,
            nhs_number_status=self._status_of_number(saying, told.get("nhs_number_status") or ""),
            family=told.get("family") or family,
            given=told.get("given") or given,
            other_given=told.get("other_given") or "",
            known_as=told.get("known_as") or "",
            title=told.get("title") or title,
            previous_families=tuple(told.get("previous_families") or ()),
            born_on=born_on,
            gender=saying.word("gender", gender, codes.GENDERS),
            ethnicity=saying.word("ethnicity", ethnicity, codes.ETHNICITIES) or "",
            language=told.get("language") or "",
            needs_interpreter=told.get("needs_interpreter"),
            marital_status=told.get("marital_status") or "",
            religion=told.get("religion") or "",
            is_dead=True if died_at else None,
            died_at=died_at,
            died_exactness=died if died_at else Exactness.DAY,
            practice_code=told.get("practice_code") or "",
            organisation=saying.organisation,
            lives_alone=told.get("lives_alone"),
            accommodation=told.get("accommodation") or "",
            communication_needs=tuple(
                need for text in told.get("communication_needs") or () for need in codes.needs(text)
            ),
            reach=(
                *values.address(
                    *(told.get("address") or ()),
                    code=told.get("postcode") or "",
                    uprn=told.get("uprn") or "",
                ),
                *values.phones(*(told.get("phones") or ())),
                *values.email(told.get("email") or ""),
            ),
        )

    def _status_of_number(self, saying: Saying, text: str) -> str:
        found = saying.word("nhs_number_status", text, codes.NHS_NUMBER_STATUSES)
        return found.value if found else ""

    def _entry(self, saying: Saying, whom: SubjectKey, entry: MappedEntry) -> EntrySaid:
        kind = entry.kind or self._kind(saying, entry)
        told = {
            name: self._said(saying, value, ENTRY_FIELDS[name])
            for name, value in entry.columns.items()
        }
        exactness = Exactness.SECOND
        for name in ("starts_at", "ends_at", "recorded_at"):
            if told.get(name):
                told[name], exact = told[name]
                if name != "recorded_at":
                    exactness = max(exactness, exact, key=_COARSENESS.index)
            else:
                told[name] = None
        told["exactness"] = exactness
        status = told.pop("status", "")
        told["status"] = (
            _STATUSES[status] if status else saying.status(told["starts_at"], told["ends_at"])
        )
        told["labels"] = tuple(told.get("labels") or ())
        told.setdefault("organisation", saying.organisation)
        told.setdefault("value", None)
        if told["value"] == "":
            told["value"] = None
        there = self._details[entry.kind]
        detail = {
            name: _plain(self._said(saying, value, there[name]))
            for name, value in entry.detail.items()
        }
        return saying.entry(kind, self._key(whom, entry), whom, detail=detail, **told)

    def _kind(self, saying: Saying, entry: MappedEntry) -> EntryKind:
        word = self._text(saying, entry.kind_of)
        column = entry.kind_of.columns[0]
        if not word:
            raise Unreadable(
                column,
                f"{column} holds {shown(self._cell(column))}, which the mapping makes no kind of "
                "entry of. Add it to the mapping's table.",
                QuarantineReason.UNKNOWN_CODE,
            )
        return EntryKind(word)

    def _key(self, whom: SubjectKey, entry: MappedEntry) -> str:
        if entry.key:
            return "|".join(self._cell(column) for column in entry.key)
        # A row without a reference of its own is known by all it says.
        return f"{whom.value}|{values.digest(whom.authority, *self._cells)}"


_COARSENESS: Final = (Exactness.SECOND, Exactness.DAY, Exactness.MONTH, Exactness.YEAR)


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        # A moment within a detail stands as text.
        return value[0].isoformat() if value[0] else ""
    return float(value) if isinstance(value, Decimal) else value


READER: Final = MappedReader()
