"""Turns rows into lines for COPY: with the ids made from their keys and the hash of what they say.

Pure and quick: every row of every feed passes here. A row the record cannot hold raises `Unfit`
with the reason in words; nothing of it is guessed at.
"""

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from itertools import repeat
from operator import attrgetter
from typing import Any, Final, NamedTuple, TypeVar

import orjson

from oneplace.vocabulary.rows import (
    AgentSaid,
    EntrySaid,
    IdentitySaid,
    Lasting,
    SameSaid,
    SubjectKey,
)
from oneplace.vocabulary.terms import EntryKind, EntryStatus, Exactness

# Between fields; and what stands for nothing. Characters no text of ours holds: see `cleaned`.
BETWEEN: Final = "\x1f"
NOTHING: Final = "\x1dN"
_STRIPPED: Final = dict.fromkeys((0, 0x1C, 0x1D, 0x1E, 0x1F), "�")
_HAS_STRIPPED: Final = re.compile("[\x00\x1c-\x1f]").search
# A number or code longer than this is no number or code, and no index could hold it.
LONGEST_KEY: Final = 1000
_KINDS: Final = frozenset(EntryKind.stored_words())
_STATUSES: Final = frozenset(EntryStatus.stored_words())
_EXACTNESS: Final = frozenset(Exactness.stored_words())
_ZONE: Final = attrgetter("tzinfo")
# Digits of a UUID's variant, by the digit of the hash that stands in its place.
_VARIANT: Final = {digit: "89ab"[int(digit, 16) & 3] for digit in "0123456789abcdef"}
# The same of bytes, whose first half the version and the variant stand in.
_OF_VERSION: Final = bytes(0x80 | byte & 0x0F for byte in range(256))
_OF_VARIANT: Final = bytes(0x80 | byte & 0x3F for byte in range(256))


class Unfit(ValueError):
    """The record cannot hold this row; the message says why, in words for whoever looks at it."""


class Line(NamedTuple):
    """One row ready to be written."""

    id: str
    sha: str
    """SHA-256 of what it says, in hexadecimal digits."""
    text: str
    order: tuple[datetime, str]
    """When it was said, and its version."""
    concerns: tuple[str, ...]
    """The ids of the subjects it is about."""


SAID: Final = (
    "id", "source", "content_sha", "said_at", "version", "first_said_at", "delivery_id", "place",
    "arrived_at",
)  # fmt: skip
"""The columns every line begins with."""
ENTRY: Final = (
    "kind", "key", "subject_id", "status", "starts_at", "ends_at", "exactness", "recorded_at",
    "title", "code", "code_system", "words", "value", "unit", "organisation", "by", "by_agent_id",
    "at_agent_id", "within_id", "labels", "detail",
)  # fmt: skip
AGENT: Final = ("key", "name", "kind", "code", "phone", "part_of", "detail")
SAME: Final = ("kept_id", "given_up_id", "is_same")
IDENTITY: Final = (
    "subject_id", "nhs_number", "is_nhs_number_sound", "nhs_number_status", "identifiers",
    "identifier_ids", "family", "given", "other_given", "known_as", "title", "previous_families",
    "born_on", "born_exactness", "gender", "ethnicity", "language", "needs_interpreter",
    "marital_status", "religion", "is_dead", "died_at", "died_exactness", "practice_code",
    "organisation", "lives_alone", "accommodation", "communication_needs", "is_identity_unknown",
    "is_multiple_birth", "is_deleted", "detail",
)  # fmt: skip
REACH: Final = (
    "kind", "text", "postcode", "lines", "uprn", "use", "starts_on", "ends_on", "rank", "note",
)  # fmt: skip


class From(NamedTuple):
    """What lines of one delivery have in common, as COPY wants it."""

    delivery: str
    arrived_at: str


def from_delivery(delivery_id: object, arrived_at: datetime) -> From:
    """What lines of a delivery that arrived at that moment of care time have in common."""
    return From(str(delivery_id), moment_text(arrived_at))


def id_text(namespace: str, key: str) -> str:
    """`vocabulary.ids.id_for` as 32 digits, without the detour through an object."""
    digits = hashlib.sha256(f"{len(namespace)}:{namespace}:{key}".encode()).hexdigest()
    return f"{digits[:12]}8{digits[13:16]}{_VARIANT[digits[16]]}{digits[17:32]}"


@lru_cache(maxsize=200_000)
def subject_text(authority: str, value: str) -> str:
    """The id of a subject."""
    if not authority or not value:
        raise Unfit("It names nobody: the number of the person, or who gave it, is missing.")
    if len(authority) + len(value) > LONGEST_KEY:
        raise Unfit(f"The number of the person has more than {LONGEST_KEY} characters.")
    if _HAS_STRIPPED(authority) or _HAS_STRIPPED(value):
        raise Unfit("The number of the person holds characters that no number has.")
    return id_text("subject", f"{authority}|{value}")


@lru_cache(maxsize=50_000)
def _agent_text(source: str, key: str) -> str:
    return id_text("agent", f"{source}|{key}")


# Whoever came to the emergency department and stays is one encounter whose class has changed: a
# contact, an attendance and a stay of one FHIR encounter are one thing of the record.
_ONE_WHATEVER_ITS_KIND: Final = "Encounter/"


def entry_text(source: str, kind: str, key: str) -> str:
    """The id of an entry."""
    thing = "encounter" if key.startswith(_ONE_WHATEVER_ITS_KIND) else kind
    return id_text("entry", f"{source}|{thing}|{key}")


@lru_cache(maxsize=50_000)
def _entry_text(source: str, kind_and_key: str) -> str:
    kind, _, key = kind_and_key.partition(":")
    return entry_text(source, kind, key)


def entry_texts(source: str, kinds: Iterable[str], keys: Sequence[str]) -> list[str]:
    """The ids of many entries, `entry_text` of each, by one pass over all their hashes."""
    if _ONE_WHATEVER_ITS_KIND in "".join(keys):
        return [entry_text(source, *each) for each in zip(kinds, keys, strict=False)]
    sha256, before = hashlib.sha256, f"5:entry:{source}|"
    named = map("|".join, zip(kinds, keys, strict=False))
    hashes = bytearray().join([sha256(f"{before}{each}".encode()).digest() for each in named])
    hashes[6::32] = hashes[6::32].translate(_OF_VERSION)
    hashes[8::32] = hashes[8::32].translate(_OF_VARIANT)
    digits = hashes.hex()
    return [digits[start : start + 32] for start in range(0, len(digits), 64)]


def entry_line(row: EntrySaid, given: From) -> Line:
    """The line of an entry: `SAID`, then `ENTRY`."""
    (
        source, kind, key, subject, _, _, _, status, starts_at, ends_at, exactness, recorded_at,
        title, code, code_system, words, value, unit, organisation, by, by_agent,
        at_agent, within, labels, detail,
    ) = row  # fmt: skip
    if kind not in _KINDS or status not in _STATUSES or exactness not in _EXACTNESS:
        raise Unfit(f"It is of a kind, status or exactness we do not know: {kind}, {status}.")
    if not key or len(key) > LONGEST_KEY or len(organisation) > LONGEST_KEY:
        raise Unfit(f"Its own number is missing or has more than {LONGEST_KEY} characters.")
    id = entry_text(source, kind, key)
    whom = subject_text(*subject)
    said = BETWEEN.join(
        (
            kind,
            key,
            whom,
            status,
            NOTHING if starts_at is None else moment_text(starts_at),
            NOTHING if ends_at is None else moment_text(ends_at),
            exactness,
            NOTHING if recorded_at is None else moment_text(recorded_at),
            title,
            code,
            code_system,
            words,
            NOTHING if value is None else _amount(value),
            unit,
            organisation,
            by,
            _agent_text(source, by_agent) if by_agent else NOTHING,
            _agent_text(source, at_agent) if at_agent else NOTHING,
            _entry_text(source, within) if within else NOTHING,
            _array(labels) if labels else "{}",
            _json(detail) if detail else "{}",
        )
    )
    return _line(id, row, given, said, whom)


def agent_line(row: AgentSaid, given: From) -> Line:
    """The line of an agent: `SAID`, then `AGENT`."""
    return _dated(row, given, _once(_agent, row))


def _agent(row: AgentSaid) -> "_Content":
    if not row.key:
        raise Unfit("Somebody who acts has no number of their own in it.")
    said = BETWEEN.join(
        (row.key, row.name, row.kind, row.code, row.phone, row.part_of, _json(row.detail))
    )
    return _Content(_agent_text(row.source, row.key), _sha(said), said, ())


def same_line(row: SameSaid, given: From) -> Line:
    """The line of two numbers said to be one person's: `SAID`, then `SAME`."""
    kept, given_up = subject_text(*row.kept), subject_text(*row.given_up)
    if kept == given_up:
        raise Unfit("It says of one number that it takes the place of itself.")
    key = "|".join((row.source, *row.kept, *row.given_up))
    said = BETWEEN.join((kept, given_up, _truth(row.is_same)))
    id = id_text("same", key)
    return _line(id, row, given, said, kept, given_up)


def identity_line(row: IdentitySaid, given: From) -> Line:
    """The line of an identity: `SAID`, `IDENTITY`, then its ways of reach as one JSON list."""
    return _dated(row, given, _once(_identity, row))


def _identity(row: IdentitySaid) -> "_Content":
    subject = subject_text(*row.subject)
    others = sorted(set(row.identifiers))
    said = BETWEEN.join(
        (
            subject,
            _short(row.nhs_number),
            _truth(row.is_nhs_number_sound),
            row.nhs_number_status,
            _json([list(key) for key in others]),
            "{" + ",".join(subject_text(*key) for key in others) + "}",
            row.family,
            row.given,
            row.other_given,
            row.known_as,
            row.title,
            _array(row.previous_families),
            _day(row.born_on),
            row.born_exactness,
            row.gender or "",
            row.ethnicity,
            row.language,
            _truth(row.needs_interpreter),
            row.marital_status,
            row.religion,
            _truth(row.is_dead),
            NOTHING if row.died_at is None else moment_text(row.died_at),
            row.died_exactness,
            row.practice_code,
            row.organisation,
            _truth(row.lives_alone),
            row.accommodation,
            _array(row.communication_needs),
            _truth(row.is_identity_unknown),
            _truth(row.is_multiple_birth),
            _truth(row.is_deleted),
            _json(row.detail),
            # As a list, so that a way of reach keeps its fields apart and in order.
            _json([list(way) for way in row.reach]),
        )
    )
    id = id_text("identity", "|".join((row.source, *row.subject)))
    return _Content(id, _sha(said), said, (subject,))


def without_reach(line: Line) -> tuple[str, list[str]]:
    """The line of an identity without its ways of reach, and a line for each of those.

    A way's line: identity, position, then `REACH`.
    """
    text, _, ways = line.text.rpartition(BETWEEN)
    return text, [
        BETWEEN.join(
            (
                line.id,
                str(position),
                *(_reach_field(name, value) for name, value in zip(REACH, way, strict=True)),
            )
        )
        for position, way in enumerate(orjson.loads(ways))
    ]


def _reach_field(name: str, value: Any) -> str:
    if name == "lines":
        return _array(value)
    return NOTHING if value is None else str(value)


def subject_line(key: SubjectKey) -> str:
    """The line of a subject: id, authority, value."""
    return BETWEEN.join((subject_text(*key), *key))


def is_clean(text: str, columns: int) -> bool:
    """Whether COPY and JSON can take a line, or part of one, of so many columns as it is."""
    return (
        text.count(BETWEEN) == columns - 1
        and "\x00" not in text
        and "\x1e" not in text
        # One letter is found far more quickly than a word, and most lines have none.
        and ("\\" not in text or ("\\u0000" not in text and "\\u001" not in text))
    )


def cleaned(row: Any) -> Any:
    """A row without characters that no database text or line of ours can hold.

    They are replaced by `U+FFFD`, which says that something stood there. Rows, tuples, lists and
    objects within are gone through; everything else stays.
    """
    if isinstance(row, str):
        text = row.translate(_STRIPPED).encode("utf-8", "replace").decode()
        # A word of a term stays what it is.
        return row if text == row else text
    if isinstance(row, Mapping):
        return {cleaned(key): cleaned(value) for key, value in row.items()}
    if isinstance(row, tuple):
        fields = [cleaned(value) for value in row]
        make = getattr(type(row), "_make", tuple)
        return make(fields)
    if isinstance(row, list):
        return [cleaned(value) for value in row]
    return row


class _Content(NamedTuple):
    """What a row says, as its line has it, whenever and wherever it was said."""

    id: str
    sha: str
    said: str
    concerns: tuple[str, ...]


def _sha(said: str) -> str:
    # A field added later may stand here only while it is not empty: what was said before must go
    # on having the same hash.
    return hashlib.sha256(said.encode("utf-8")).hexdigest()


_Lasts = TypeVar("_Lasts", IdentitySaid, AgentSaid)
# The fields of a row between which stand when and where it was said.
_DATED: Final = {
    row: (row._fields.index("said_at"), row._fields.index("version") + 1)
    for row in (IdentitySaid, AgentSaid)
}


def _once(make: Callable[[_Lasts], _Content], row: _Lasts) -> _Content:
    """What a row says; made once of what its reader keeps to say it again (`Lasting`)."""
    detail = row.detail
    if not isinstance(detail, Lasting):
        return make(row)
    first, last = _DATED[type(row)]
    # Mostly the same objects as before, so that comparing them looks at no text.
    fields = (row[:first], row[last:-1])
    if detail.made is None or detail.made[0] != fields:
        detail.made = (fields, make(row))
    made: _Content = detail.made[1]
    return made


def _line(
    id: str,
    row: EntrySaid | IdentitySaid | SameSaid | AgentSaid,
    given: From,
    said: str,
    *concerns: str,
) -> Line:
    return _dated(row, given, (id, _sha(said), said, concerns))


def _dated(
    row: EntrySaid | IdentitySaid | SameSaid | AgentSaid,
    given: From,
    content: tuple[str, str, str, tuple[str, ...]],
) -> Line:
    """The line of what a row says (`_Content`), with when and where it said so."""
    id, sha, said, concerns = content
    said_at, version = row.said_at, row.version
    at = moment_text(said_at)
    text = (
        f"{id}\x1f{row.source}\x1f\\x{sha}\x1f{at}\x1f{version}\x1f{at}\x1f{given.delivery}\x1f"
        f"{row.place}\x1f{given.arrived_at}\x1f{said}"
    )
    # Every row of every feed passes here: a tuple made at once is twice as quick as one by names.
    return _made(Line, (id, sha, text, (said_at, version), concerns))


_made: Final = tuple.__new__


def _word(known: frozenset[str]) -> Callable[[Any, str], str]:
    def text(value: Any, source: str) -> str:
        if value not in known:
            raise Unfit(f"It is of a kind, status or exactness we do not know: {value}.")
        return str.__str__(value)

    return text


def _when(value: datetime | None, source: str) -> str:
    return NOTHING if value is None else moment_text(value)


def _plainly(value: str, source: str) -> str:
    return value


def _short_name(value: str, source: str) -> str:
    return _short(value)


TEXT_OF: Final[Mapping[str, Callable[[Any, str], str]]] = {
    **dict.fromkeys(("title", "code", "code_system", "words", "unit", "by"), _plainly),
    "kind": _word(_KINDS),
    "status": _word(_STATUSES),
    "exactness": _word(_EXACTNESS),
    "organisation": _short_name,
    **dict.fromkeys(("starts_at", "ends_at", "recorded_at"), _when),
    "subject": lambda key, source: subject_text(*key),
    "value": lambda value, source: NOTHING if value is None else _amount(value),
    "by_agent": lambda key, source: _agent_text(source, key) if key else NOTHING,
    "at_agent": lambda key, source: _agent_text(source, key) if key else NOTHING,
    "within": lambda key, source: _entry_text(source, key) if key else NOTHING,
    "labels": lambda texts, source: _array(texts) if texts else "{}",
    "detail": lambda value, source: _json(value) if value else "{}",
}
"""How each field of an entry but its key stands in a line, as `entry_line` has it."""


_MOMENTS: Final = frozenset({"starts_at", "ends_at", "recorded_at"})


def texts_of(field: str, values: Sequence[Any], source: str) -> Iterable[str]:
    """How values of a field stand in lines, each as `TEXT_OF` has it; never none of them."""
    if field in _MOMENTS and None not in values and set(map(_ZONE, values)) == {UTC}:
        return orjson.dumps(values)[2:-2].decode().split('","')
    text_of = TEXT_OF[field]
    if values.count(values[0]) == len(values):
        return repeat(text_of(values[0], source), len(values))
    return [text_of(value, source) for value in values]


def first_said(line: Line, at: datetime) -> Line:
    """The line with the moment its content was first said."""
    fields = line.text.split(BETWEEN, len(SAID))
    fields[SAID.index("first_said_at")] = moment_text(at)
    return line._replace(text=BETWEEN.join(fields))


def key_text(number: int, line: Line) -> str:
    """The short line by which it is found out whether what it says stands already."""
    at, version = line.order
    return BETWEEN.join((str(number), line.id, f"\\x{line.sha}", moment_text(at), version))


def moment_text(value: datetime) -> str:
    """A moment in UTC as `isoformat` writes it, by a writer four times as quick."""
    if value.tzinfo is not UTC:
        if value.tzinfo is None:
            raise Unfit("A time in it does not say in which time zone it is.")
        value = _in_utc(value)
    return orjson.dumps(value)[1:-1].decode()


def _in_utc(value: datetime) -> datetime:
    try:
        return value.astimezone(UTC)
    except OverflowError as error:
        raise Unfit("A time in it lies outside the calendar.") from error


def _amount(value: Decimal) -> str:
    if not value.is_finite() or abs(value.adjusted()) > 100:
        raise Unfit("An amount in it is no number we can hold.")
    return str(value)


def _day(value: date | None) -> str:
    return NOTHING if value is None else value.isoformat()


def _truth(value: bool | None) -> str:
    return NOTHING if value is None else ("t" if value else "f")


def _short(text: str) -> str:
    if len(text) > LONGEST_KEY:
        raise Unfit(f"A number in it has more than {LONGEST_KEY} characters.")
    return text


def _array(texts: Iterable[str]) -> str:
    """An array of PostgreSQL as text."""
    quoted = (text.replace("\\", "\\\\").replace('"', '\\"') for text in texts)
    return "{" + ",".join(f'"{text}"' for text in quoted) + "}"


def _json(value: Any) -> str:
    if not value:
        return "[]" if isinstance(value, list) else "{}"
    try:
        return orjson.dumps(value, default=_plain, option=orjson.OPT_SORT_KEYS).decode()
    except (TypeError, ValueError) as error:
        raise Unfit(f"Its detail cannot be written down: {error}.") from error


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return _amount(value)
    if isinstance(value, tuple):
        return list(value)
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{type(value).__name__} is not plain")
