"""What a source said, in our words: the rows every feed's mapping makes and the record keeps.

Evidence before identity: a row names its subject only as its source does. Each row carries the
source's own sequence, so that late, repeated and mixed-up deliveries end in the same state: of two
rows for one thing the one with the later (`said_at`, `version`) stands, whichever came first, and a
row said again changes nothing.

`detail` is plain JSON (text, numbers, truths, lists, objects) with what its kind of entry holds
beyond the columns; `docs/reference/entries.md` describes it kind by kind. Empty text, None and
empty tuples mean "not said".
"""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final, NamedTuple

from oneplace.vocabulary.terms import EntryKind, EntryStatus, Exactness, Gender, ReachKind

NOTHING: Final[Mapping[str, Any]] = {}


class Lasting(dict[str, Any]):
    """The detail of a row that its reader keeps, to say all of it again by the same object.

    What is made of the row for the record may stay in `made`, and is forgotten with it. Nothing
    changes such a detail once it was handed on.
    """

    __slots__ = ("made",)
    made: Any

    def __init__(self, said: Mapping[str, Any]) -> None:
        super().__init__(said)
        self.made = None


class SubjectKey(NamedTuple):
    """How a source names the person it speaks of: who gave the number, and the number.

    `authority` is a namespace no other source can share by chance, such as `hospital:ABC`,
    `practice:A00001`, or the address of a FHIR identifier system.
    """

    authority: str
    value: str


class ReachSaid(NamedTuple):
    """An address, phone number or email of a person."""

    kind: ReachKind
    text: str
    """As it is shown: an address in one line without its postcode, a number, an email."""
    postcode: str = ""
    """Of an address, in the standard form `AB1 2CD`; empty where it cannot be one."""
    lines: tuple[str, ...] = ()
    uprn: str = ""
    """Unique property reference number."""
    use: str = ""
    """home, work, temporary, previous ... in the source's meaning."""
    starts_on: date | None = None
    ends_on: date | None = None
    rank: int = 0
    """Order of preference, 0 first."""
    note: str = ""


class IdentitySaid(NamedTuple):
    """What a source says of who somebody is, whole: it takes the place of what it said before."""

    source: str
    """The code of the feed, of the partner's system, or `oneplace`."""
    subject: SubjectKey
    said_at: datetime
    place: str
    """Where in what was received: `message 12`, `row 45`, `entry 3`."""
    version: str = ""
    """Orders sayings of one moment."""
    nhs_number: str = ""
    """Ten digits as sent; never matched on unless sound."""
    is_nhs_number_sound: bool = False
    nhs_number_status: str = ""
    """The stored word of `NhsNumberStatus`, where the source says it."""
    identifiers: tuple[SubjectKey, ...] = ()
    """Other numbers it gives for the same person."""
    family: str = ""
    given: str = ""
    other_given: str = ""
    known_as: str = ""
    title: str = ""
    previous_families: tuple[str, ...] = ()
    born_on: date | None = None
    born_exactness: Exactness = Exactness.DAY
    gender: Gender | None = None
    ethnicity: str = ""
    """The stored word of `EthnicCategory`."""
    language: str = ""
    """ISO 639-1 where it can be told, else as sent."""
    needs_interpreter: bool | None = None
    marital_status: str = ""
    religion: str = ""
    is_dead: bool | None = None
    died_at: datetime | None = None
    died_exactness: Exactness = Exactness.DAY
    practice_code: str = ""
    """ODS code of the general practice the source has for the person."""
    organisation: str = ""
    """ODS code of the organisation that says so."""
    lives_alone: bool | None = None
    accommodation: str = ""
    communication_needs: tuple[str, ...] = ()
    is_identity_unknown: bool = False
    """Only exact identifiers may be matched, never likeness."""
    is_multiple_birth: bool | None = None
    is_deleted: bool = False
    """The source removed the person's entry: marked, not erased."""
    reach: tuple[ReachSaid, ...] = ()
    detail: Mapping[str, Any] = NOTHING


class EntrySaid(NamedTuple):
    """One dated thing a source says of a person, whole: it takes the place of what it said before.

    (`source`, `kind`, `key`) is the thing; `subject` may change between sayings.
    """

    source: str
    kind: EntryKind
    key: str
    subject: SubjectKey
    said_at: datetime
    place: str
    version: str = ""
    status: EntryStatus = EntryStatus.NOT_SAID
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    exactness: Exactness = Exactness.SECOND
    """Of both times."""
    recorded_at: datetime | None = None
    """When the source took it down."""
    title: str = ""
    """What is shown in one line, in plain words."""
    code: str = ""
    code_system: str = ""
    """`snomed`, `icd10`, `dmd`, `opcs4`, else the system's own address."""
    words: str = ""
    """Longer text of the source: a note, a description."""
    value: Decimal | None = None
    unit: str = ""
    organisation: str = ""
    """ODS code of where it happened or who holds it; else the name as sent."""
    by: str = ""
    """The professional or team in words."""
    by_agent: str = ""
    """The key of an `AgentSaid` of the same source."""
    at_agent: str = ""
    """The key of the organisation or place as an `AgentSaid` of the same source."""
    within: str = ""
    """The `kind:key` of the entry of the same source it is part of, such as a stay."""
    labels: tuple[str, ...] = ()
    """What limits who may see it, in the source's words."""
    detail: Mapping[str, Any] = NOTHING


class SameSaid(NamedTuple):
    """A source says that two of its numbers are one person, or that this no longer holds."""

    source: str
    kept: SubjectKey
    given_up: SubjectKey
    said_at: datetime
    place: str
    version: str = ""
    is_same: bool = True


class AgentSaid(NamedTuple):
    """Somebody or something that acts: a professional, an organisation, a place; not a resident."""

    source: str
    key: str
    name: str
    said_at: datetime
    place: str
    version: str = ""
    kind: str = ""
    """`person`, `post`, `organisation`, `place` or `service`."""
    code: str = ""
    """ODS code or registration, where there is one."""
    phone: str = ""
    part_of: str = ""
    detail: Mapping[str, Any] = NOTHING


class Unmapped(NamedTuple):
    """A field that was sent and that our rows have no place for; counted, never its value."""

    source: str
    path: str
    times: int = 1


Said = EntrySaid | IdentitySaid | SameSaid | AgentSaid | Unmapped
"""Anything a mapping makes."""
