"""Takes what was received into the record: rows of its units, written in sets."""

import uuid
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, NamedTuple

from django.db import DatabaseError, InterfaceError, OperationalError, transaction

from oneplace.access import audit
from oneplace.access.viewer import Viewer
from oneplace.feeds import queries as feeds
from oneplace.feeds.models import Delivery
from oneplace.feeds.reading import Block, Fault, Tally, Unit, unforeseen
from oneplace.feeds.verbs import mark_read
from oneplace.kit.announcing import announce
from oneplace.kit.kept_plans import cursor_of_deed
from oneplace.records.announcements import SubjectsTouched
from oneplace.records.verbs import lines, merging
from oneplace.records.verbs.columns import EntryColumns, Made
from oneplace.records.verbs.lines import From, Line, Unfit
from oneplace.records.verbs.merging import AGENTS, ENTRIES, IDENTITIES, SAME, Merged, Table
from oneplace.vocabulary.rows import (
    AgentSaid,
    EntriesSaid,
    EntrySaid,
    IdentitySaid,
    SameSaid,
    SubjectKey,
    Unmapped,
)
from oneplace.vocabulary.terms import QuarantineReason

Kept = EntrySaid | IdentitySaid | SameSaid | AgentSaid
# So many lines are written at once; a delivery of more is written while it is still being read.
CHUNK: Final = 20_000
# Two loaders may wait for each other in a circle; PostgreSQL then ends one, which tries again.
_TRIES: Final = 3
_WIDTH: Final[Mapping[Table, int]] = {
    table: len(lines.SAID) + len(table.columns) + (table is IDENTITIES)
    for table in (ENTRIES, IDENTITIES, AGENTS, SAME)
}


class TakenIn(NamedTuple):
    """What came of some deliveries."""

    deliveries: int
    entries_new: int
    entries_changed: int
    subject_ids: frozenset[uuid.UUID]
    """Of whom anything is new or has changed."""
    to_place: frozenset[uuid.UUID]
    """Those of them that are new, or of whose identity something changed."""


class _NotTogether(Exception):
    """These deliveries cannot be taken in one go; each of them can."""


@dataclass
class _Written:
    """What was written so far."""

    added: int = 0
    changed: int = 0
    touched: set[str] = field(default_factory=set)
    to_place: set[str] = field(default_factory=set)

    def note(self, table: Table, merged: Merged) -> None:
        if table is ENTRIES:
            self.added += merged.added
            self.changed += merged.changed
        self.touched |= merged.subjects
        if table in {IDENTITIES, SAME}:
            self.to_place |= merged.subjects

    def join(self, other: "_Written") -> None:
        self.added += other.added
        self.changed += other.changed
        self.touched |= other.touched
        self.to_place |= other.to_place


@dataclass
class _Held:
    """Lines not written yet, and the subjects they speak of."""

    lines: dict[Table, list[Line]] = field(
        default_factory=lambda: {ENTRIES: [], IDENTITIES: [], AGENTS: [], SAME: []}
    )
    subjects: dict[str, str] = field(default_factory=dict)
    # How many lines there are: asked after every row.
    many: int = 0

    def take(self, made: Sequence[tuple[Table, Line, tuple[SubjectKey, ...]]]) -> None:
        subjects = self.subjects
        for table, line, keys in made:
            self.lines[table].append(line)
            for id, key in zip(line.concerns, keys, strict=True):
                if id not in subjects:
                    subjects[id] = lines.subject_line(key)
        self.many += len(made)

    def take_entries(self, made: Made, start: int, end: int) -> None:
        """Some of the entries made from columns."""
        if start >= end:
            return
        self.lines[ENTRIES] += made.lines[start:end]
        self.many += end - start
        subjects = self.subjects
        for id, key in made.subjects(start, end).items():
            if id not in subjects:
                subjects[id] = lines.subject_line(key)

    def join(self, other: "_Held") -> None:
        for table, found in other.lines.items():
            self.lines[table] += found
        self.subjects |= other.subjects
        self.many += other.many

    def write(self) -> _Written:
        """Write all of it and hold nothing any more."""
        written = _Written()
        entries = self.lines[ENTRIES]
        for start in range(0, len(entries), CHUNK):
            written.note(ENTRIES, merging.write(ENTRIES, entries[start : start + CHUNK]))
        # What many deliveries repeat comes last, so that other loaders wait for it only briefly.
        added = merging.add_subjects(self.subjects)
        written.touched |= added
        written.to_place |= added
        for table in (IDENTITIES, SAME, AGENTS):
            written.note(table, merging.write(table, self.lines[table]))
        self.lines = {table: [] for table in self.lines}
        self.subjects, self.many = {}, 0
        return written


@dataclass
class _Reading:
    """One delivery while it is read."""

    delivery: Delivery
    given: From
    tally: Tally = field(default_factory=Tally)
    held: _Held = field(default_factory=_Held)
    # What makes lines of its blocks, by where the entries of a row stand among them.
    columns: dict[int, EntryColumns] = field(default_factory=dict)
    # Of a delivery too large to hold: the savepoint before it, and what was written since.
    savepoint: str | None = None
    written: _Written = field(default_factory=_Written)


@transaction.atomic(savepoint=False)
def take_in(*, deliveries: Sequence[Delivery], by: Viewer, at: datetime) -> TakenIn:
    """Write what these deliveries say, mark them read, and tell whoever listens; all or nothing.

    Works as the loader. A unit that cannot be taken is kept aside and the others go on; a delivery
    the database itself refuses is kept aside whole. Raises only where the database is out of reach.
    """
    if not deliveries:
        return TakenIn(0, 0, 0, frozenset(), frozenset())
    written = _take(deliveries, by=by, at=at)
    ids = {id: uuid.UUID(id) for id in written.touched | written.to_place}
    taken = TakenIn(
        len(deliveries),
        written.added,
        written.changed,
        frozenset(ids[id] for id in written.touched),
        frozenset(ids[id] for id in written.to_place),
    )
    audit.record(
        by=by,
        at=at,
        action="take_in",
        detail={
            "deliveries": taken.deliveries,
            "entries_new": taken.entries_new,
            "entries_changed": taken.entries_changed,
            "subjects": len(taken.subject_ids),
        },
    )
    if taken.subject_ids:
        announce(SubjectsTouched(taken.subject_ids, taken.to_place))
    return taken


def _take(deliveries: Sequence[Delivery], *, by: Viewer, at: datetime) -> _Written:
    """Take deliveries together, else one by one, else keep the one that fails aside whole."""
    for attempt in range(1, _TRIES + 1):
        try:
            with transaction.atomic():
                return _take_together(deliveries, by=by, at=at)
        except OperationalError as error:
            if attempt == _TRIES or not _is_worth_trying_again(error):
                raise
        except InterfaceError:
            raise
        except (DatabaseError, _NotTogether) as error:
            if len(deliveries) == 1:
                return _keep_aside_whole(deliveries[0], error, by=by, at=at)
            break
    written = _Written()
    for delivery in deliveries:
        written.join(_take([delivery], by=by, at=at))
    return written


def _is_worth_trying_again(error: OperationalError) -> bool:
    # Deadlocks (40P01) and failures to serialise (40001): another loader was in the way.
    return getattr(error.__cause__, "sqlstate", None) in {"40P01", "40001"}


def _keep_aside_whole(
    delivery: Delivery, error: Exception, *, by: Viewer, at: datetime
) -> _Written:
    tally = Tally()
    tally.take(Unit("whole", fault=unforeseen(error), counts=delivery.declared_count or 1))
    mark_read(read=[(delivery, tally)], by=by, at=at)
    return _Written()


def _take_together(deliveries: Sequence[Delivery], *, by: Viewer, at: datetime) -> _Written:
    readings = {
        delivery.pk: _Reading(delivery, lines.from_delivery(delivery.pk, delivery.arrived_at))
        for delivery in deliveries
    }
    # What one source sent is read together: a visit is folded from all its messages, and those of
    # a delivery that stands before another source's would not have been noted yet.
    by_source = sorted(deliveries, key=lambda delivery: delivery.source_id)
    for delivery, unit in feeds.units_in_blocks(by_source):
        reading = readings[delivery.pk]
        if reading.tally.is_whole:
            continue
        if isinstance(unit, Block):
            _take_block(reading, unit)
        elif not _take_unit(reading, unit):
            _take_back(reading, readings.values())
            continue
        if reading.held.many >= CHUNK:
            _spill(reading)
    held, written = _Held(), _Written()
    for reading in readings.values():
        held.join(reading.held)
        written.join(reading.written)
    written.join(held.write())
    mark_read(read=[(one.delivery, one.tally) for one in readings.values()], by=by, at=at)
    return written


def _take_block(reading: _Reading, block: Block) -> None:
    """Hold the lines of a block; what cannot be taken by column is taken row by row."""
    made: list[tuple[EntriesSaid, Made]] = []
    for number, said in enumerate(block.entries):
        if number not in reading.columns:
            reading.columns[number] = EntryColumns(reading.given)
        made.append((said, reading.columns[number].lines(said)))
    # A row of several entries stands or falls whole.
    apart = {said.rows[place] for said, found in made for place in found.apart}
    reading.tally.take_block(block, apart)
    # All in the order of the rows: of two that say the same the first gives its place.
    done = 0
    for place in sorted([*block.others, *(block.numbers[row] for row in apart)]):
        row = bisect_left(block.numbers, place)
        _take_rows(reading, made, done, row)
        done = row + (row in apart)
        unit = block.unit(place)
        if unit is not None:
            _take_unit(reading, unit)
    _take_rows(reading, made, done, block.many)


def _take_rows(
    reading: _Reading, made: Iterable[tuple[EntriesSaid, Made]], first: int, end: int
) -> None:
    for said, found in made:
        start = bisect_left(said.rows, first)
        reading.held.take_entries(found, start, bisect_left(said.rows, end))


def _take_unit(reading: _Reading, unit: Unit) -> bool:
    """Hold the lines of a unit, or note why it is kept aside; False where all of it now is."""
    made: list[tuple[Table, Line, tuple[SubjectKey, ...]]] = []
    if unit.fault is None:
        given = reading.given
        try:
            made = [_line_of(row, given) for row in unit.rows if not isinstance(row, Unmapped)]
        except Unfit as why:
            words = f"{why} Ask the sender to correct it, then read it again."
            fault = Fault(unit.place, QuarantineReason.IMPOSSIBLE_VALUE, words)
            unit = unit._replace(rows=(), noted=(), fault=fault)
    reading.tally.take(unit)
    if unit.fault is None:
        reading.held.take(made)
    return not reading.tally.is_whole


def _line_of(row: Kept, given: From) -> tuple[Table, Line, tuple[SubjectKey, ...]]:
    """The line of a row; a second time without what no database can hold, if that is the matter."""
    try:
        # Most rows of most feeds are entries.
        made = (
            (ENTRIES, lines.entry_line(row, given), (row.subject,))
            if isinstance(row, EntrySaid)
            else _plain_line_of(row, given)
        )
    except (Unfit, UnicodeEncodeError):
        without = lines.cleaned(row)
        if without == row:
            raise
        return _plain_line_of(without, given)
    if lines.is_clean(made[1].text, _WIDTH[made[0]]):
        return made
    return _plain_line_of(lines.cleaned(row), given)


def _plain_line_of(row: Kept, given: From) -> tuple[Table, Line, tuple[SubjectKey, ...]]:
    if isinstance(row, EntrySaid):
        return ENTRIES, lines.entry_line(row, given), (row.subject,)
    if isinstance(row, IdentitySaid):
        return IDENTITIES, lines.identity_line(row, given), (row.subject,)
    if isinstance(row, SameSaid):
        return SAME, lines.same_line(row, given), (row.kept, row.given_up)
    return AGENTS, lines.agent_line(row, given), ()


def _spill(reading: _Reading) -> None:
    """Write what is held of a large delivery, so that it can be undone with the rest of it."""
    if reading.savepoint is None:
        reading.savepoint = transaction.savepoint()
    reading.written.join(reading.held.write())


def _take_back(reading: _Reading, all_readings: Iterable[_Reading]) -> None:
    """Undo a delivery that is kept aside whole."""
    reading.held = _Held()
    if reading.savepoint is None:
        return
    if any(other.savepoint and other is not reading for other in all_readings):
        # Going back to this savepoint could undo another delivery with it.
        raise _NotTogether
    transaction.savepoint_rollback(reading.savepoint)
    reading.savepoint = None
    reading.written = _Written()


@transaction.atomic(savepoint=False)
def say_whose(
    *, whose: Mapping[uuid.UUID, uuid.UUID | None], by: Viewer, at: datetime
) -> frozenset[uuid.UUID]:
    """Say of subjects whose numbers they are now; gives back those of whom that changed.

    Only `people` calls it, in the transaction of its decision, which also leaves the audit's entry.
    """
    if not whose:
        return frozenset()
    with cursor_of_deed() as cursor:
        cursor.execute(_SAY_WHOSE, [list(whose), list(whose.values())])
        return frozenset(id for (id,) in cursor.fetchall())


_SAY_WHOSE: Final = """
update records_subject s set person_id = w.person_id
from unnest(%s::uuid[], %s::uuid[]) as w (id, person_id)
where s.id = w.id and s.person_id is distinct from w.person_id
returning s.id
"""
