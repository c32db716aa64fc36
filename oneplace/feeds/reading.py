"""What a reader is: it turns what was received into units, each of rows or of a fault.

A unit is what stands or falls together: a message, a transaction, a row, or a whole file where it
declares a count, a checksum or a trailer. Readers are pure: they know bytes and the vocabulary,
no database. What they need of earlier deliveries is handed to them.
"""

import importlib
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any, BinaryIO, Final, NamedTuple, Protocol, TypeVar, runtime_checkable

from oneplace.vocabulary.rows import EntriesSaid, Said, Unmapped
from oneplace.vocabulary.terms import FeedKind, QuarantineReason

# Enough of the beginning to tell every format apart.
HEAD_BYTES: Final = 8192
# A file with a thousand faults is one fault of the file; all are counted, these are described.
MOST_FAULTS: Final = 10_000
_LONGEST_PATH: Final = 300


class Fault(NamedTuple):
    """Why a unit is kept aside."""

    place: str
    """Where, in words: `message 12, PID-7`, `row 45, column born`."""
    reason: QuarantineReason
    words: str
    """What is wrong and what to do, in one or two plain sentences."""
    is_whole: bool = False
    """The whole delivery is kept aside, and no row that came of it before counts."""


class MessageNoted(NamedTuple):
    """Where a message lies and of which visit and patient it speaks, so that it is found again."""

    number: int
    offset: int
    length: int
    sha256: str
    sender: str
    control_id: str
    event: str
    visit_key: str
    prior_visit_key: str
    subject_key: str
    said_at: datetime


class ResourceNoted(NamedTuple):
    """Where a version of a resource lies, so that it is given back exactly as it was sent."""

    kind: str
    fhir_id: str
    offset: int
    length: int
    sha256: str
    last_updated: datetime
    is_deleted: bool = False
    numbers: tuple[str, ...] = ()
    """Hashes of its business identifiers, by which conditional requests find it."""


Noted = MessageNoted | ResourceNoted


class Unit(NamedTuple):
    """What stands or falls together, and what came of it."""

    place: str
    rows: Sequence[Said] = ()
    fault: Fault | None = None
    offset: int = 0
    """Bytes from the beginning of what was received."""
    length: int | None = None
    """Bytes; None where the unit is all of it."""
    noted: Sequence[Noted] = ()
    counts: int = 1
    """How many units of the sender's counting it is; 0 for rows drawn from several."""


class Block(NamedTuple):
    """Rows of a table that stand together, most of them read column by column.

    Each is a unit, as if it had been given by itself; `unit` gives it so, now and not later.
    """

    many: int
    """How many rows were read by column."""
    entries: Sequence[EntriesSaid]
    """A row of which anything in them cannot be read has to be read by itself."""
    unmapped: Sequence[tuple[Unmapped, Sequence[int]]]
    """What is counted and not taken, each with the rows that have it."""
    numbers: Sequence[int]
    """By row read by column, where it stands among all rows of the block."""
    others: Sequence[int]
    """Where rows stand that could not be read by column at all."""
    unit: Callable[[int], Unit | None]
    """A row by where it stands; None for a blank one."""


_Read = TypeVar("_Read", bound=Unit | Block)


class Earlier(NamedTuple):
    """A message of an earlier delivery that speaks of the same visit or patient."""

    content: bytes
    delivery: str
    number: int


class Given(NamedTuple):
    """What a door has answered about a resource."""

    id: str
    is_kept: bool = True
    """False: one with its number was here already, and stands."""
    version: int = 0
    """Orders what was sent at one moment, where the sender's own version does not."""


def _none_numbered(wanted: Collection[tuple[str, str]]) -> Mapping[tuple[str, str], dict[str, str]]:
    return {}


def _none_earlier(visits: Collection[str], subjects: Collection[str]) -> Iterable[Earlier]:
    return ()


@dataclass(frozen=True)
class Received:
    """One delivery as a reader sees it."""

    id: str
    source: str
    """The code of the source: it stands in every row."""
    organisation: str
    """The code of the partner, by which its own numbers are told from others'."""
    name: str
    """As the sender called it, with its folders."""
    size: int
    sha256: str
    arrived_at: datetime
    open: Callable[[], BinaryIO]
    """Its bytes from the beginning, as often as wanted."""
    declared_count: int | None = None
    covers_until: datetime | None = None
    habits: Mapping[str, Any] = field(default_factory=dict)
    mapping: str = ""
    """The text of the mapping file, for a partner's own layout."""
    given: Mapping[int, Given] | None = None
    """By the byte a resource begins at, the id its door has answered with; None of a file."""
    earlier: Callable[[Collection[str], Collection[str]], Iterable[Earlier]] = _none_earlier
    """Earlier messages about these visits or patients."""
    numbered: Callable[
        [Collection[tuple[str, str]]], Mapping[tuple[str, str], Mapping[str, str]]
    ] = _none_numbered
    """By type and hash of a business identifier, the source's resources that have it: id to the
    hash of its bytes. What is asked for stands still until the transaction ends."""

    def read(self) -> bytes:
        """All its bytes; for what is surely small."""
        with self.open() as opened:
            return opened.read()


@runtime_checkable
class Reader(Protocol):
    """Reads one format of one kind of source."""

    def recognises(self, name: str, head: bytes) -> bool:
        """Whether something of this name that begins so is of its format."""

    def count(self, received: Received) -> int | None:
        """How many units the sender would count, cheaply; None where it cannot be told."""

    def units(self, received: Received) -> Iterator[Unit]:
        """The units in the order they stand; damage gives faults, never an exception."""


@runtime_checkable
class ReaderOfSeveral(Reader, Protocol):
    """A reader that is quicker, and reads the same, with several deliveries of a source at once."""

    def units_of(self, several: Sequence[Received]) -> Iterator[tuple[Received, Unit]]:
        """The units of all, each with the delivery it belongs to."""


@runtime_checkable
class ReaderOfRows(Reader, Protocol):
    """A reader of rows that mean nothing without what stands above them in their file."""

    def alone(self, received: Received, row: bytes) -> bytes:
        """A file with one row only: what stands above it in the one received, and the row.

        The row as it is where it has a heading already or no heading can be found; never raises.
        """


@runtime_checkable
class ReaderOfBlocks(Reader, Protocol):
    """A reader that is quicker, and reads the same, with many rows of a table at once."""

    def blocks(self, received: Received) -> Iterator[Unit | Block]:
        """The units as `units` has them, those that stand together in blocks."""


# Where each reader is; loaded when first asked for.
READERS: Final[Mapping[str, str]] = {
    "hl7": "oneplace.feeds.hl7.reader:READER",
    "fhir": "oneplace.feeds.fhir.reader:READER",
    "gp_extract": "oneplace.feeds.tables.gp_extract:READER",
    "council_client_level": "oneplace.feeds.tables.council_client_level:READER",
    "council_cases": "oneplace.feeds.tables.council_cases:READER",
    "charity_cases": "oneplace.feeds.tables.charity_cases:READER",
    "community_services": "oneplace.feeds.tables.community_services:READER",
    "mapped": "oneplace.feeds.tables.mapped:READER",
    "open_referral": "oneplace.feeds.open_referral.reader:READER",
}
# Which reader takes which kind of feed.
READER_OF_KIND: Final[Mapping[FeedKind, str]] = {
    FeedKind.HOSPITAL_MESSAGES: "hl7",
    FeedKind.GP_HISTORY: "gp_extract",
    FeedKind.GP_RECENT: "fhir",
    FeedKind.MENTAL_HEALTH: "fhir",
    FeedKind.COUNCIL_CLIENT_LEVEL: "council_client_level",
    FeedKind.COUNCIL_CASES: "council_cases",
    FeedKind.CHARITY_CASES: "charity_cases",
    FeedKind.COMMUNITY_SERVICES: "community_services",
    FeedKind.VOLUNTARY_DIRECTORY: "open_referral",
}


class NoReader(LookupError):
    """There is no reader of this name, or it cannot be loaded."""


@cache
def reader(name: str) -> Reader:
    """The reader of that name; raises `NoReader`."""
    try:
        module, attribute = READERS[name].split(":")
        found = getattr(importlib.import_module(module), attribute)
    except (KeyError, ImportError, AttributeError) as error:
        raise NoReader(f"There is no reader {name!r}.") from error
    if not isinstance(found, Reader):
        raise NoReader(f"{READERS[name]} is no reader.")
    return found


def readers() -> dict[str, Reader]:
    """Every reader that is there, by name."""
    found = {}
    for name in READERS:
        try:
            found[name] = reader(name)
        except NoReader:
            continue
    return found


def read(received: Received, name: str) -> Iterator[Unit]:
    """The units of one delivery by the reader of that name; never raises.

    What declares how many units it holds is all-or-nothing: another count keeps it aside whole.
    """
    try:
        chosen = reader(name)
    except NoReader as error:
        yield Unit("whole", fault=unforeseen(error))
        return
    yield from _read(received, chosen, chosen.units)


def _read(
    received: Received, chosen: Reader, units: Callable[[Received], Iterator[_Read]]
) -> Iterator[_Read | Unit]:
    try:
        short = _miscounted(chosen, received)
        if short is not None:
            yield Unit("whole", fault=short, counts=received.declared_count or 1)
        elif not _is_rightly_empty(received):
            yield from units(received)
    except Exception as error:
        yield Unit("whole", fault=unforeseen(error))


def read_in_blocks(
    several: Sequence[Received], name: str
) -> Iterator[tuple[Received, Unit | Block]]:
    """As `read_several`, with rows that stand together in blocks where their reader can."""
    try:
        chosen = reader(name)
    except NoReader:
        chosen = None
    if not isinstance(chosen, ReaderOfBlocks):
        yield from read_several(several, name)
        return
    for received in several:
        for each in _read(received, chosen, chosen.blocks):
            yield received, each


def read_several(several: Sequence[Received], name: str) -> Iterator[tuple[Received, Unit]]:
    """The units of several deliveries of one source, oldest first; as `read`, never raises."""
    try:
        chosen = reader(name)
    except NoReader as error:
        for received in several:
            yield received, Unit("whole", fault=unforeseen(error))
        return
    if not isinstance(chosen, ReaderOfSeveral):
        for received in several:
            for unit in read(received, name):
                yield received, unit
        return
    well = []
    for received in several:
        short = _miscounted(chosen, received)
        if short is None and not _is_rightly_empty(received):
            well.append(received)
        elif short is not None:
            yield received, Unit("whole", fault=short, counts=received.declared_count or 1)
    try:
        yield from chosen.units_of(well)
    except Exception as error:
        for received in well:
            yield received, Unit("whole", fault=unforeseen(error))


def _is_rightly_empty(received: Received) -> bool:
    """Nothing was announced and nothing came: a quiet night."""
    return received.size == 0 and received.declared_count == 0


def _miscounted(chosen: Reader, received: Received) -> Fault | None:
    if received.declared_count is None or _is_rightly_empty(received):
        return None
    try:
        found = chosen.count(received)
    except Exception as error:
        return unforeseen(error)
    if found is None or found == received.declared_count:
        return None
    return Fault(
        "whole",
        QuarantineReason.CONTRADICTS,
        f"It was announced with {received.declared_count:,} and holds {found:,}, so none of it is "
        "taken. Ask the sender for the whole file and bring that in.",
        is_whole=True,
    )


def unforeseen(error: Exception) -> Fault:
    """A reader failed in a way nobody thought of: kept aside whole, with the kind of error only."""
    kind = type(error).__name__
    return Fault(
        "whole",
        QuarantineReason.UNREADABLE,
        f"Reading it failed in a way that was not foreseen ({kind}); nothing of it was taken. "
        "It is kept: read it again when this has been mended.",
        is_whole=True,
    )


class Described(NamedTuple):
    """A fault with where its unit lies, as it is written down."""

    fault: Fault
    offset: int
    length: int | None


@dataclass
class Tally:
    """What came of one delivery, gathered unit by unit while its rows are written."""

    units: int = 0
    accepted: int = 0
    kept_aside: int = 0
    rows: int = 0
    is_whole: bool = False
    """Kept aside whole: no row of it may be written."""
    faults: list[Described] = field(default_factory=list)
    unmapped: Counter[str] = field(default_factory=Counter)
    noted: list[Noted] = field(default_factory=list)

    def take(self, unit: Unit) -> list[Said]:
        """Count a unit; gives back the rows of it that the record keeps."""
        if unit.fault is not None:
            self._keep_aside(unit)
            return []
        self.units += unit.counts
        self.accepted += unit.counts
        self.noted += unit.noted
        kept = [row for row in unit.rows if row.__class__ is not Unmapped]
        if len(kept) < len(unit.rows):
            for row in unit.rows:
                if row.__class__ is Unmapped:
                    self.unmapped[row.path[:_LONGEST_PATH]] += row.times
        self.rows += len(kept)
        return kept

    def take_block(self, block: Block, apart: Collection[int]) -> None:
        """Count the rows of a block that were read by column, all but those `apart`."""
        taken = block.many - len(apart)
        self.units += taken
        self.accepted += taken
        for row, rows in block.unmapped:
            times = sum(1 for number in rows if number not in apart) if apart else len(rows)
            if times:
                self.unmapped[row.path[:_LONGEST_PATH]] += times * row.times
        for said in block.entries:
            is_apart = sum(1 for number in said.rows if number in apart) if apart else 0
            self.rows += len(said.rows) - is_apart

    def _keep_aside(self, unit: Unit) -> None:
        fault = unit.fault
        if fault is None:
            return
        if fault.is_whole:
            self.is_whole = True
            self.units = max(self.units + unit.counts, 1)
            self.accepted, self.kept_aside, self.rows = 0, self.units, 0
            self.faults = [Described(fault, 0, None)]
            self.unmapped.clear()
            self.noted.clear()
            return
        if self.is_whole:
            return
        self.units += unit.counts
        self.kept_aside += unit.counts
        if len(self.faults) < MOST_FAULTS:
            self.faults.append(Described(fault, unit.offset, unit.length))
