"""Mapping files: how a partner's own layout is read, as TOML, checked before it is used.

A mapping says whose number a row has, what the row tells of who that is, and which entries it
makes, each field from a column, from several, or as a constant; with the code tables to translate
by. What is wrong with one is told all at once, each with its key and the reason.
`docs/mapping.md` explains it with an example.
"""

import re
import tomllib
from collections.abc import Callable, Iterator, Sequence
from collections.abc import Mapping as Table
from dataclasses import dataclass
from typing import Any, Final, NamedTuple, get_type_hints

from oneplace.feeds.tables.dates import Order
from oneplace.vocabulary.rows.detail import DETAIL_OF
from oneplace.vocabulary.terms import EntryKind, EntryStatus

LONGEST: Final = 200_000
"""Characters of a mapping file."""
MOST_ENTRIES: Final = 50
_IN_BRACES: Final = re.compile(r"\{([^{}]+)\}")
_KEEP, _LEAVE_OUT, _REFUSE = "keep", "leave out", "refuse"
OTHERWISE: Final = (_KEEP, _LEAVE_OUT, _REFUSE)
"""What becomes of a code that no table has: kept as it is, left out and counted, or a fault."""


class Kind(NamedTuple):
    """What a field of ours holds."""

    name: str
    words: str


TEXT: Final = Kind("text", "text")
DAY: Final = Kind("day", "a date")
MOMENT: Final = Kind("moment", "a date or time")
AMOUNT: Final = Kind("amount", "a number")
WHOLE: Final = Kind("whole", "a whole number")
TRUTH: Final = Kind("truth", "yes or no")
SEVERAL: Final = Kind("several", "several texts")

IDENTITY_FIELDS: Final[Table[str, Kind]] = {
    "nhs_number": TEXT, "nhs_number_status": TEXT, "full_name": TEXT, "family": TEXT,
    "given": TEXT, "other_given": TEXT, "known_as": TEXT, "title": TEXT,
    "previous_families": SEVERAL, "born_on": DAY, "gender": TEXT, "ethnicity": TEXT,
    "language": TEXT, "needs_interpreter": TRUTH, "marital_status": TEXT, "religion": TEXT,
    "died_at": MOMENT, "practice_code": TEXT, "lives_alone": TRUTH, "accommodation": TEXT,
    "communication_needs": SEVERAL, "address": SEVERAL, "postcode": TEXT, "uprn": TEXT,
    "phones": SEVERAL, "email": TEXT,
}  # fmt: skip
"""What a row may tell of who somebody is."""
ENTRY_FIELDS: Final[Table[str, Kind]] = {
    "status": TEXT, "starts_at": MOMENT, "ends_at": MOMENT, "recorded_at": MOMENT, "title": TEXT,
    "code": TEXT, "code_system": TEXT, "words": TEXT, "value": AMOUNT, "unit": TEXT,
    "organisation": TEXT, "by": TEXT, "labels": SEVERAL,
}  # fmt: skip
"""The columns of an entry a mapping may fill; `detail` is beside them."""
_OF_HINT: Final = {str: TEXT, int: WHOLE, float: AMOUNT, bool: TRUTH, list[str]: SEVERAL}


@dataclass(frozen=True)
class Problem:
    """One thing wrong with a mapping."""

    key: str
    """Where: `entries[1].starts_at`."""
    reason: str


class MappingWrong(ValueError):
    """A mapping that cannot be used; every problem, each on a line with the file and the key."""

    def __init__(self, name: str, problems: Sequence[Problem]) -> None:
        self.name = name
        self.problems = tuple(problems)
        lines = (f"{name}, {each.key}: {each.reason}" for each in self.problems)
        super().__init__("\n".join(lines))


@dataclass(frozen=True)
class Value:
    """Where the value of a field comes from."""

    columns: tuple[str, ...] = ()
    text: str = ""
    """A constant, where there is no column."""
    between: str = " "
    codes: str = ""
    """The name of the table to translate by."""
    otherwise: str = _LEAVE_OUT


@dataclass(frozen=True)
class Condition:
    """Rows an entry is made of only."""

    column: str
    are: frozenset[str]
    """In small letters; empty: anything but blank."""


@dataclass(frozen=True)
class MappedEntry:
    """An entry each row makes."""

    kind: EntryKind | None
    kind_of: Value
    """From a column, where `kind` is None."""
    key: tuple[str, ...]
    columns: Table[str, Value]
    detail: Table[str, Value]
    only_if: Condition | None


@dataclass(frozen=True)
class Mapping:
    """A mapping that has been checked."""

    name: str
    sheet: str
    order: Order
    says_at: str
    youngest: int
    optional: frozenset[str]
    authority: str
    number: str
    identity: Table[str, Value]
    entries: tuple[MappedEntry, ...]
    codes: Table[str, Table[str, str]]

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column it reads, once."""
        found = dict.fromkeys([self.number, *_IN_BRACES.findall(self.authority)])
        if self.says_at:
            found[self.says_at] = None
        for value in self._values():
            found.update(dict.fromkeys(value.columns))
        for entry in self.entries:
            found.update(dict.fromkeys(entry.key))
            if entry.only_if is not None:
                found[entry.only_if.column] = None
        return tuple(found)

    def _values(self) -> Iterator[Value]:
        yield from self.identity.values()
        for entry in self.entries:
            yield entry.kind_of
            yield from entry.columns.values()
            yield from entry.detail.values()


def detail_fields(kind: EntryKind | None) -> dict[str, Kind]:
    """The keys of an entry's detail a column may fill; of a kind yet to be told, those of all."""
    hints: dict[str, Any] = {}
    for each in (kind,) if kind is not None else DETAIL_OF:
        hints.update(get_type_hints(DETAIL_OF[each]))
    return {name: _OF_HINT[hint] for name, hint in hints.items() if hint in _OF_HINT}


def read_mapping(text: str, name: str = "mapping") -> Mapping:
    """The mapping a text holds; raises `MappingWrong` with everything that is wrong with it."""
    if len(text) > LONGEST:
        raise MappingWrong(name, [Problem("file", f"It has more than {LONGEST:,} characters.")])
    try:
        given = tomllib.loads(text.removeprefix("\ufeff"))
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        reason = f"It is no TOML: {error}." if str(error) else "It is nested too deep."
        raise MappingWrong(name, [Problem("file", reason)]) from None
    checking = _Checking(given)
    mapping = checking.mapping(name)
    if checking.problems:
        raise MappingWrong(name, checking.problems)
    return mapping


class _Checking:
    """Reads a mapping part by part and gathers what is wrong."""

    def __init__(self, given: dict[str, Any]) -> None:
        self._given = given
        self.problems: list[Problem] = []
        self._codes: dict[str, dict[str, str]] = {}

    def wrong(self, key: str, reason: str) -> None:
        self.problems.append(Problem(key, reason))

    def mapping(self, name: str) -> Mapping:
        top = self._only(
            "", self._given, ("name", "file", "subject", "codes", "identity", "entries")
        )
        self._codes = self._tables(top.get("codes", {}))
        file = self._only(
            "file", top.get("file", {}), ("sheet", "dates", "says_at", "youngest", "optional")
        )
        subject = self._only("subject", top.get("subject"), ("authority", "number"))
        identity = self._fields("identity", top.get("identity", {}), IDENTITY_FIELDS.get)
        if "full_name" in identity and ("family" in identity or "given" in identity):
            self.wrong("identity.full_name", "Give the whole name or its parts, not both.")
        entries = self._entries(top.get("entries", []))
        if not identity and not entries:
            self.wrong("entries", "It makes nothing: add [[entries]] or [identity].")
        return Mapping(
            name=self._text("name", top.get("name"), "") or name,
            sheet=self._text("file.sheet", file.get("sheet"), ""),
            order=self._order(file.get("dates")),
            says_at=self._text("file.says_at", file.get("says_at"), ""),
            youngest=self._youngest(file.get("youngest", 0)),
            optional=frozenset(self._texts("file.optional", file.get("optional", []))),
            authority=self._text("subject.authority", subject.get("authority")),
            number=self._text("subject.number", subject.get("number")),
            identity=identity,
            entries=entries,
            codes=self._codes,
        )

    def _only(self, key: str, given: Any, names: Sequence[str]) -> dict[str, Any]:
        """A table with no other keys than these."""
        if not isinstance(given, dict):
            reason = "It is missing." if given is None else "It must be a table, [like.this]."
            self.wrong(key or "file", reason)
            return {}
        for each in given:
            if each not in names:
                there = ", ".join(names)
                self.wrong(_joined(key, each), f"There is no such key; there are {there}.")
        return given

    def _text(self, key: str, given: Any, default: str | None = None) -> str:
        if given is None and default is not None:
            return default
        if isinstance(given, str) and given.strip():
            return given.strip()
        if key and (given is not None or self._is_there(key)):
            reason = "It is missing." if given is None else "It must be a text that is not empty."
            self.wrong(key, reason)
        return ""

    def _is_there(self, key: str) -> bool:
        # A table that is missing altogether has been told of already.
        return isinstance(self._given.get(key.partition(".")[0]), dict)

    def _texts(self, key: str, given: Any) -> list[str]:
        if isinstance(given, str):
            given = [given]
        if isinstance(given, list) and all(isinstance(each, str) and each for each in given):
            return [each.strip() for each in given]
        self.wrong(key, "It must be a column, or a list of columns.")
        return []

    def _order(self, given: Any) -> Order:
        if given is None:
            return Order.DAY_FIRST
        try:
            return Order(given)
        except ValueError:
            there = ", ".join(order.value for order in Order)
            self.wrong("file.dates", f"{given!r} is no order of dates; there are {there}.")
            return Order.DAY_FIRST

    def _youngest(self, given: Any) -> int:
        if isinstance(given, int) and not isinstance(given, bool) and 0 <= given <= 100:
            return given
        self.wrong("file.youngest", "It must be an age in whole years, 0 to 100.")
        return 0

    def _tables(self, given: Any) -> dict[str, dict[str, str]]:
        found: dict[str, dict[str, str]] = {}
        if not isinstance(given, dict):
            self.wrong("codes", "It must be tables, each [codes.NAME].")
            return found
        for name, table in given.items():
            if not isinstance(table, dict) or not all(isinstance(v, str) for v in table.values()):
                self.wrong(f"codes.{name}", 'Each line must be THEIRS = "ours".')
                continue
            found[name] = {theirs.strip().casefold(): ours for theirs, ours in table.items()}
        return found

    def _entries(self, given: Any) -> tuple[MappedEntry, ...]:
        if not isinstance(given, list) or not all(isinstance(each, dict) for each in given):
            self.wrong("entries", "Write each one as [[entries]].")
            return ()
        if len(given) > MOST_ENTRIES:
            self.wrong("entries", f"There are more than {MOST_ENTRIES}.")
            return ()
        return tuple(self._entry(number, each) for number, each in enumerate(given, start=1))

    def _entry(self, number: int, given: dict[str, Any]) -> MappedEntry:
        key = f"entries[{number}]"
        own = {"kind", "key", "only_if", "detail"}
        kind, kind_of = self._kind(f"{key}.kind", given.get("kind"))
        there = detail_fields(kind)
        columns = self._fields(
            key,
            {name: value for name, value in given.items() if name not in own},
            ENTRY_FIELDS.get,
            also=tuple(sorted(own)),
        )
        self._only_words(f"{key}.status", columns.get("status"), EntryStatus.stored_words())
        if "title" not in columns:
            self.wrong(f"{key}.title", "It is missing: say in a few words what the entry is.")
        return MappedEntry(
            kind=kind,
            kind_of=kind_of,
            key=tuple(self._texts(f"{key}.key", given.get("key", []))),
            columns=columns,
            detail=self._fields(f"{key}.detail", given.get("detail", {}), there.get),
            only_if=self._condition(f"{key}.only_if", given.get("only_if")),
        )

    def _kind(self, key: str, given: Any) -> tuple[EntryKind | None, Value]:
        words = EntryKind.stored_words()
        if isinstance(given, str):
            if given in words:
                return EntryKind(given), Value()
            self.wrong(key, f"{given!r} is no kind of entry; there are {', '.join(words)}.")
            return None, Value()
        if given is None:
            self.wrong(
                key, 'It is missing: one word such as "contact", or { column = "Type", ... }.'
            )
            return None, Value()
        value = self._value(key, given, TEXT)
        if value.columns:
            self._only_words(key, value, words)
        return None, value

    def _only_words(self, key: str, value: Value | None, words: Sequence[str]) -> None:
        """What a field with words of its own may become."""
        if value is None:
            return
        if value.codes:
            ours = set(self._codes.get(value.codes, {}).values())
        else:
            ours = set() if value.columns else {value.text}
            if value.columns:
                self.wrong(key, "Translate it with codes: it must become one of our words.")
        for word in sorted(ours - set(words)):
            self.wrong(key, f"{word!r} is none of our words; there are {', '.join(words)}.")

    def _condition(self, key: str, given: Any) -> Condition | None:
        if given is None:
            return None
        table = self._only(key, given, ("column", "is"))
        column = self._text(f"{key}.column", table.get("column"), "")
        if not column:
            self.wrong(f"{key}.column", "It is missing.")
        are = self._texts(f"{key}.is", table.get("is", []))
        return Condition(column, frozenset(each.casefold() for each in are))

    def _fields(
        self,
        key: str,
        given: Any,
        kind_of: Callable[[str], Kind | None],
        also: Sequence[str] = (),
    ) -> dict[str, Value]:
        found: dict[str, Value] = {}
        if not isinstance(given, dict):
            self.wrong(key, "It must be a table, [like.this].")
            return found
        for name, value in given.items():
            kind = kind_of(name)
            where = _joined(key, name)
            if kind is None:
                beside = f" (beside {', '.join(also)})" if also else ""
                self.wrong(where, f"There is no such field that a column can fill{beside}.")
                continue
            found[name] = self._value(where, value, kind)
        return found

    def _value(self, key: str, given: Any, kind: Kind) -> Value:
        if isinstance(given, str) and given.strip():
            return Value((given.strip(),))
        if isinstance(given, list) and given:
            columns = self._texts(key, given)
            if kind not in (TEXT, SEVERAL):
                self.wrong(key, f"It holds {kind.words}: that comes from one column.")
            return Value(tuple(columns))
        if not isinstance(given, dict):
            self.wrong(key, 'It must be a column, a list of columns, or { text = "..." }.')
            return Value()
        names = ("column", "columns", "text", "between", "codes", "otherwise")
        table = self._only(key, given, names)
        if "text" in table:
            return self._constant(key, table, kind)
        columns = self._texts(key, table.get("columns", table.get("column", [])))
        if not columns:
            self.wrong(key, "It names neither a column nor a text.")
        codes = self._text(f"{key}.codes", table.get("codes"), "")
        if codes and codes not in self._codes:
            there = ", ".join(sorted(self._codes)) or "none"
            self.wrong(f"{key}.codes", f"There is no table [codes.{codes}]; there are {there}.")
        otherwise = table.get("otherwise", _LEAVE_OUT)
        if otherwise not in OTHERWISE:
            there = ", ".join(map(repr, OTHERWISE))
            self.wrong(f"{key}.otherwise", f"It must be one of {there}.")
        between = table.get("between", " ")
        if not isinstance(between, str):
            self.wrong(f"{key}.between", "It must be a text.")
            between = " "
        return Value(tuple(columns), "", between, codes, str(otherwise))

    def _constant(self, key: str, table: dict[str, Any], kind: Kind) -> Value:
        if len(table) > 1:
            self.wrong(key, "A constant text stands alone, without a column.")
        if kind not in (TEXT, SEVERAL, TRUTH):
            self.wrong(key, f"It holds {kind.words}: that must come from a column.")
        return Value(text=self._text(f"{key}.text", table["text"], None))


def _joined(key: str, name: str) -> str:
    return f"{key}.{name}" if key else name
