"""What stands of a person: conditions, medicines, allergies, care, ties, hazards, measurements."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import Any, Final, NamedTuple

import orjson
from django.db import connection

from oneplace.access.viewer import Viewer
from oneplace.records.queries.rows import COLUMNS, WITH_AGENTS, EntryShown, shown
from oneplace.vocabulary.terms import EntryKind, Term

# What a person's page shows beside the timeline, whatever its age.
STANDS: Final = (
    EntryKind.CONDITION,
    EntryKind.MEDICINE,
    EntryKind.ALLERGY,
    EntryKind.CARE_PACKAGE,
    EntryKind.EPISODE,
    EntryKind.TIE,
    EntryKind.HAZARD,
    EntryKind.FLAG,
    EntryKind.CARE_TEAM,
    EntryKind.REGISTRATION,
    EntryKind.CHOICE,
    EntryKind.BLOCKER,
)
# Of stays and attendances only those that go on, of the planned only what is to come.
STANDS_WHILE_OPEN: Final = (EntryKind.STAY, EntryKind.ATTENDANCE)
STANDS_WHILE_PLANNED: Final = (EntryKind.APPOINTMENT, EntryKind.TASK, EntryKind.REFERRAL)
NEWEST_DOCUMENTS: Final = 30
CHART_POINTS: Final = 12


class AllergyState(Term):
    """What is known of allergies: silence is never read as "none"."""

    RECORDED = "recorded", "Allergies recorded"
    NONE_KNOWN = "none_known", "No known allergies"
    NOT_RECORDED = "not_recorded", "Allergies not recorded"


@dataclass(frozen=True)
class Standing:
    """Everything that stands of one person, newest first in each kind."""

    entries: Mapping[EntryKind, tuple[EntryShown, ...]]
    at: datetime
    """When it stands so."""

    def of(self, kind: EntryKind) -> tuple[EntryShown, ...]:
        """Everything of a kind, what is over too."""
        return self.entries.get(kind, ())

    def now(self, kind: EntryKind) -> tuple[EntryShown, ...]:
        """What of a kind goes on: not said to be over, and without an end or one yet to come."""
        return tuple(entry for entry in self.of(kind) if entry.goes_on(self.at))

    def past(self, kind: EntryKind) -> tuple[EntryShown, ...]:
        """What of a kind is over."""
        return tuple(entry for entry in self.of(kind) if not entry.goes_on(self.at))

    @cached_property
    def medicines_by_source(self) -> Mapping[str, tuple[EntryShown, ...]]:
        """What each source says is being taken: side by side, never put together into one list."""
        taken = (one for one in self.now(EntryKind.MEDICINE) if not one.is_not_to_be_given)
        return _by_source(taken)

    @cached_property
    def allergies(self) -> tuple[EntryShown, ...]:
        """Allergies and intolerances that are recorded, without the word that there are none."""
        return tuple(
            entry for entry in self.now(EntryKind.ALLERGY) if not entry.detail.get("is_none_known")
        )

    @cached_property
    def no_known_allergies(self) -> tuple[EntryShown, ...]:
        """Who said, and when, that none are known."""
        return tuple(
            entry for entry in self.now(EntryKind.ALLERGY) if entry.detail.get("is_none_known")
        )

    @property
    def allergy_state(self) -> AllergyState:
        """Recorded, said to be none, or not recorded; recorded ones outweigh "none known"."""
        if self.allergies:
            return AllergyState.RECORDED
        # That no food or no medicine is known to be one says nothing of the rest.
        whole = any(not entry.detail.get("none_known_of") for entry in self.no_known_allergies)
        return AllergyState.NONE_KNOWN if whole else AllergyState.NOT_RECORDED

    @cached_property
    def stays(self) -> tuple[EntryShown, ...]:
        """Hospital stays and attendances that go on now."""
        return self.of(EntryKind.STAY) + self.of(EntryKind.ATTENDANCE)

    @cached_property
    def planned(self) -> tuple[EntryShown, ...]:
        """What is to come, soonest first."""
        found = [entry for kind in STANDS_WHILE_PLANNED for entry in self.of(kind)]
        return tuple(sorted(found, key=lambda entry: (entry.starts_at is None, entry.starts_at)))

    @cached_property
    def as_of(self) -> Mapping[str, datetime]:
        """When each source last said any of it."""
        found: dict[str, datetime] = {}
        for entries in self.entries.values():
            for entry in entries:
                found[entry.source] = max(entry.said_at, found.get(entry.source, entry.said_at))
        return found


def _by_source(entries: Iterable[EntryShown]) -> Mapping[str, tuple[EntryShown, ...]]:
    found: dict[str, list[EntryShown]] = defaultdict(list)
    for entry in entries:
        found[entry.source].append(entry)
    return {source: tuple(rows) for source, rows in sorted(found.items())}


def standing(person_id: uuid.UUID, *, viewer: Viewer, at: datetime) -> Standing:
    """What stands of a person, in one statement; nothing for whoever has no reason to look."""
    if viewer.account_id is None:
        return Standing({}, at)
    with connection.cursor() as cursor:
        cursor.execute(
            _STANDING,
            {
                "person": person_id,
                "stands": [kind.value for kind in STANDS],
                "open": [kind.value for kind in STANDS_WHILE_OPEN],
                "planned": [kind.value for kind in STANDS_WHILE_PLANNED],
                "at": at,
                "documents": NEWEST_DOCUMENTS,
            },
        )
        found: dict[EntryKind, list[EntryShown]] = defaultdict(list)
        for row in cursor.fetchall():
            entry = shown(row)
            found[entry.kind].append(entry)
    return Standing({kind: tuple(entries) for kind, entries in found.items()}, at)


_MINE: Final = "select s.id from records_subject s where s.person_id = %(person)s"
_STANDING: Final = f"""
with mine as materialized ({_MINE}), chosen as materialized (
    select e.* from mine join records_entry e on e.subject_id = mine.id
    where e.status not in ('in_error', 'cancelled') and (
        e.kind = any (%(stands)s)
        or e.kind = any (%(open)s) and e.status in ('current', 'not_said') and e.ends_at is null
        or e.kind = any (%(planned)s) and e.status in ('planned', 'current', 'not_said')
            and e.ends_at is null and e.starts_at > %(at)s)
    union all (
        select e.* from mine join records_entry e on e.subject_id = mine.id
        where e.kind = 'document' and e.status not in ('in_error', 'cancelled')
        order by e.sorts_at desc nulls last, e.id limit %(documents)s)
)
select {COLUMNS} from chosen e {WITH_AGENTS} order by e.sorts_at desc nulls last, e.id
"""


class Point(NamedTuple):
    """One measurement in a small chart."""

    at: datetime
    value: Decimal | None
    parts: Sequence[Mapping[str, Any]]
    """Systolic and diastolic, as `detail.components` has them."""


@dataclass(frozen=True)
class Measured:
    """One kind of measurement: its newest, and up to twelve points before it, oldest first."""

    title: str
    code: str
    unit: str
    latest: EntryShown
    points: tuple[Point, ...]


def measurements(person_id: uuid.UUID, *, viewer: Viewer) -> tuple[Measured, ...]:
    """The latest of each kind of measurement with a short history, the newest kind first."""
    if viewer.account_id is None:
        return ()
    with connection.cursor() as cursor:
        cursor.execute(_MEASURED, {"person": person_id, "points": CHART_POINTS})
        found = []
        for *row, points in cursor.fetchall():
            latest = shown(row)
            found.append(
                Measured(latest.title, latest.code, latest.unit, latest, tuple(_points(points)))
            )
    return tuple(found)


def _points(text: str) -> Iterable[Point]:
    for at, value, parts in orjson.loads(text):
        yield Point(
            datetime.fromisoformat(at), None if value is None else Decimal(value), parts or ()
        )


# One kind: the same code in the same unit, or the same words where there is no code.
_MEASURED: Final = f"""
with mine as materialized ({_MINE}), measured as materialized (
    select e.id, e.sorts_at, e.value, e.detail -> 'components' as parts,
        coalesce(nullif(e.code, ''), lower(e.title)) as what, e.unit,
        row_number() over (partition by coalesce(nullif(e.code, ''), lower(e.title)), e.unit
                           order by e.sorts_at desc, e.id) as place
    from mine join records_entry e on e.subject_id = mine.id
    where e.kind = 'observation' and e.status not in ('in_error', 'cancelled', 'planned')
      and e.sorts_at is not null
), kinds as (
    select what, unit, min(id::text) filter (where place = 1)::uuid as latest,
        jsonb_agg(jsonb_build_array(sorts_at, value::text, parts) order by place desc) as points
    from measured where place <= %(points)s group by what, unit
)
select {COLUMNS}, k.points::text
from kinds k join records_entry e on e.id = k.latest {WITH_AGENTS}
order by e.sorts_at desc, e.title
"""


@dataclass(frozen=True)
class Lane:
    """One source's part of a record: how much of it, month by month, and how fresh."""

    source: str
    total: int
    months: Mapping[str, int]
    """Entries by month as `2026-03`, the last 24 of them, those without any missing."""
    first_at: datetime | None
    last_at: datetime | None
    """When the newest thing it tells of happened."""
    said_at: datetime
    """When it last said anything."""
    arrived_at: datetime
    """When that last reached us."""


def lanes(person_id: uuid.UUID, *, viewer: Viewer, at: datetime) -> tuple[Lane, ...]:
    """What each source holds of a person over 24 months, and when it was last heard."""
    if viewer.account_id is None:
        return ()
    with connection.cursor() as cursor:
        cursor.execute(_LANES, {"person": person_id, "at": at})
        return tuple(
            Lane(source, total, orjson.loads(months), first, last, said, arrived)
            for source, total, months, first, last, said, arrived in cursor.fetchall()
        )


_LANES: Final = f"""
with mine as materialized ({_MINE}), held as materialized (
    select e.source, e.sorts_at, e.said_at, e.arrived_at,
        to_char(e.sorts_at at time zone 'Europe/London', 'YYYY-MM') as month,
        e.sorts_at > %(at)s - interval '24 months' and e.sorts_at <= %(at)s as is_recent
    from mine join records_entry e on e.subject_id = mine.id where e.status <> 'in_error'
), counted as (
    select source, month, count(*) as many from held where is_recent group by source, month
)
select source, count(*), coalesce((select jsonb_object_agg(c.month, c.many) from counted c
                                   where c.source = held.source), '{{}}')::text,
    min(sorts_at), max(sorts_at) filter (where sorts_at <= %(at)s), max(said_at), max(arrived_at)
from held group by source order by source
"""
