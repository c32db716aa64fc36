"""A person's way through hospital: stays with their evidence, what held them up, what is arranged.

What feeds say stands in the record; what is written here stands beside it. Neither takes the
other's place: each says who says it.
"""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import QuerySet

from oneplace.access.viewer import Viewer
from oneplace.homefirst.models import Blocker, Discharge, Task, Transfer
from oneplace.homefirst.permissions import SEE_DISCHARGES
from oneplace.people.models import Person
from oneplace.records import queries as records
from oneplace.records.models import Entry
from oneplace.science.code_lists import read_code_lists
from oneplace.vocabulary.terms import BlockerType, EntryKind, EntryStatus, Exactness, Pathway

_ASKED: Final = (
    EntryKind.STAY,
    EntryKind.BLOCKER,
    EntryKind.REVIEW,
    EntryKind.CONDITION,
    EntryKind.OBSERVATION,
    EntryKind.NOTE,
    EntryKind.FLAG,
)
MOST: Final = 4_000
BEREAVED: Final = "flags/bereaved"


@dataclass(frozen=True)
class WaitFound:
    """One thing waited for, from a feed or written here."""

    id: uuid.UUID
    kind: BlockerType | None
    what: str
    words: str
    holder: str
    """The code of the organisation, or nothing."""
    holder_name: str
    """As written here; a feed gives a code only."""
    opened_at: datetime
    closed_at: datetime | None
    is_ours: bool
    seen_to_by: str = ""
    said_by: str = ""


@dataclass(frozen=True)
class StayFound:
    """One stay with what is known of the way out of it."""

    entry: Entry
    spell: str
    waits: tuple[WaitFound, ...]
    reviews: tuple[tuple[datetime, bool, str], ...]
    """When, whether an acute bed was needed, why: the newest last."""
    discharge: Discharge | None

    @property
    def admitted_at(self) -> datetime | None:
        """When it began."""
        return self.entry.starts_at

    @property
    def left_at(self) -> datetime | None:
        """When the person left; None while they are there."""
        return self.entry.ends_at

    @property
    def is_now(self) -> bool:
        """Whether the person is in this bed now."""
        return self.entry.status == EntryStatus.CURRENT and self.entry.ends_at is None

    @property
    def ready_at(self) -> datetime | None:
        """When they no longer needed an acute bed: as written here, else as the feed has it."""
        if self.discharge is not None and self.discharge.ready_at is not None:
            return self.discharge.ready_at
        return _moment_of(self.entry.detail.get("ready_at"))

    @property
    def expected_on(self) -> str:
        """The expected day of leaving, as ISO text; empty where nobody said."""
        if self.discharge is not None and self.discharge.expected_on is not None:
            return self.discharge.expected_on.isoformat()
        return str(self.entry.detail.get("expected_discharge") or "")[:10]

    @property
    def pathway(self) -> Pathway | None:
        """The pathway as it is, else as proposed."""
        ours = self.discharge
        if ours is not None and (ours.pathway or ours.pathway_proposed):
            return Pathway(ours.pathway or ours.pathway_proposed)
        said = self.entry.detail.get("pathway") or self.entry.detail.get("pathway_proposed") or ""
        return Pathway(said) if said in Pathway.stored_words() else None


@dataclass(frozen=True)
class Journey:
    """Everything of one person's way through hospital."""

    stays: tuple[StayFound, ...]
    """The newest first."""
    losses: tuple[tuple[datetime, str, Exactness], ...]
    """When somebody close died, in the words of the record."""


def journey(person: Person, *, viewer: Viewer) -> Journey | None:
    """The stays of a person and what stood between; None for whoever may not see discharges."""
    if not viewer.may(SEE_DISCHARGES):
        return None
    entries = list(
        Entry.objects.filter(subject__person_id=person.pk, kind__in=_ASKED)
        .exclude(status__in=(EntryStatus.IN_ERROR, EntryStatus.CANCELLED, EntryStatus.PLANNED))
        .order_by("-sorts_at", "pk")[:MOST]
    )
    plans = plans_of([person.pk])
    stays = stays_of(entries, plans)
    return Journey(tuple(stays), tuple(_losses(entries)))


def in_hospital(*, viewer: Viewer) -> list[tuple[uuid.UUID, StayFound]]:
    """Everybody in a bed whose record opens to the viewer, the longest ready first.

    Four statements, whatever the number of people.
    """
    if not viewer.may(SEE_DISCHARGES):
        return []
    now = list(records.stays_now(viewer=viewer))
    persons = {each.subject.person_id for each in now if each.subject.person_id}
    more = Entry.objects.filter(
        subject__person_id__in=persons, kind__in=(EntryKind.BLOCKER, EntryKind.REVIEW)
    ).exclude(status__in=(EntryStatus.IN_ERROR, EntryStatus.CANCELLED))
    by_person: dict[uuid.UUID, list[Entry]] = defaultdict(list)
    for each in more.select_related("subject").order_by("sorts_at", "pk"):
        if each.subject.person_id is not None:
            by_person[each.subject.person_id].append(each)
    plans = plans_of(list(persons))
    found = []
    for stay in now:
        person_id = stay.subject.person_id
        if person_id is None:
            continue
        (made,) = stays_of([stay, *by_person[person_id]], plans)
        found.append((person_id, made))
    return sorted(found, key=_longest_ready)


def _longest_ready(row: tuple[uuid.UUID, StayFound]) -> tuple[object, ...]:
    stay = row[1]
    ready = stay.ready_at
    return (ready is None, ready or stay.admitted_at or stay.entry.arrived_at, row[0])


def discharge_of(person_id: uuid.UUID, spell: str, *, viewer: Viewer) -> Discharge | None:
    """The way home from one stay, as it is planned here."""
    if viewer.account_id is None:
        return None
    now = Person.objects.filter(was__pk=person_id)
    found = Discharge.objects.filter(person__current__in=now, spell=spell)
    return found.prefetch_related("blockers", "reviews").first()


def tasks(discharge: Discharge, *, viewer: Viewer) -> QuerySet[Task]:
    """What is to be arranged, in the order written."""
    found = Task.objects.filter(discharge=discharge).order_by("written_at", "pk")
    return found if viewer.account_id is not None else found.none()


def task(task_id: uuid.UUID, *, viewer: Viewer) -> Task | None:
    """One thing to arrange."""
    if viewer.account_id is None:
        return None
    return Task.objects.select_related("discharge").filter(pk=task_id).first()


def blocker(blocker_id: uuid.UUID, *, viewer: Viewer) -> Blocker | None:
    """One thing waited for, as written here."""
    if viewer.account_id is None:
        return None
    return Blocker.objects.select_related("discharge").filter(pk=blocker_id).first()


def transfers(discharge: Discharge, *, viewer: Viewer) -> QuerySet[Transfer]:
    """The Transfer of Care forms of a way home, the newest first."""
    found = Transfer.objects.filter(discharge=discharge).order_by("-number")
    return found if viewer.account_id is not None else found.none()


def _spell_of(entry: Entry) -> str:
    """The hospital's number of a stay, which is the end of its key."""
    return entry.key.rpartition(":")[2]


def _moment_of(said: Any) -> datetime | None:
    """A moment as a feed's detail holds it."""
    if not said:
        return None
    try:
        return datetime.fromisoformat(str(said))
    except ValueError:
        return None


def plans_of(person_ids: Sequence[uuid.UUID]) -> dict[str, Discharge]:
    """The ways home planned for these people, by the hospital's number of the stay."""
    found = Discharge.objects.filter(person__current_id__in=person_ids)
    return {each.spell: each for each in found.prefetch_related("blockers", "reviews")}


def stays_of(entries: Sequence[Entry], plans: Mapping[str, Discharge]) -> list[StayFound]:
    """Stays with what was waited for and looked at, of the entries of some people."""
    waits: dict[str, list[WaitFound]] = defaultdict(list)
    reviews: dict[str, list[tuple[datetime, bool, str]]] = defaultdict(list)
    for each in entries:
        if each.kind == EntryKind.BLOCKER and each.starts_at is not None:
            waits[str(each.detail.get("spell") or "")].append(_said_wait(each))
        elif each.kind == EntryKind.REVIEW and each.starts_at is not None:
            for number in each.detail.get("numbers") or ():
                kind, _, spell = str(number).partition("|")
                if kind == "spell":
                    needs = each.detail.get("outcome") == "needs an acute bed"
                    why = str(each.detail.get("review_reason") or "")
                    reviews[spell].append((each.starts_at, needs, why))
    stays = []
    for each in entries:
        if each.kind != EntryKind.STAY or each.starts_at is None:
            continue
        spell = _spell_of(each)
        plan = plans.get(spell)
        ours = [_our_wait(one) for one in plan.blockers.all()] if plan else []
        own = sorted(reviews[spell]) or [
            (at, bool(row.get("needs_bed")), str(row.get("reason") or ""))
            for row in each.detail.get("residence_reviews") or ()
            if (at := _moment_of(row.get("at"))) is not None
        ]
        found = sorted([*waits[spell], *ours], key=lambda wait: (wait.opened_at, str(wait.id)))
        stays.append(StayFound(each, spell, tuple(found), tuple(own), plan))
    return stays


def _said_wait(entry: Entry) -> WaitFound:
    kind = str(entry.detail.get("blocker") or "")
    assert entry.starts_at is not None  # noqa: S101 - asked before
    return WaitFound(
        id=entry.pk,
        kind=BlockerType(kind) if kind in BlockerType.stored_words() else None,
        what=entry.title.partition(": ")[2] or entry.title,
        words=entry.words,
        holder=str(entry.detail.get("responsible") or entry.organisation),
        holder_name="",
        opened_at=entry.starts_at,
        closed_at=entry.ends_at,
        is_ours=False,
        said_by=entry.source,
    )


def _our_wait(blocker: Blocker) -> WaitFound:
    return WaitFound(
        id=blocker.pk,
        kind=BlockerType(blocker.kind),
        what=BlockerType(blocker.kind).label,
        words=blocker.words,
        holder=blocker.holder,
        holder_name=blocker.holder_name,
        opened_at=blocker.opened_at,
        closed_at=blocker.closed_at,
        is_ours=True,
        seen_to_by=blocker.seen_to_by,
        said_by=blocker.opened_by_name,
    )


def _losses(entries: Iterable[Entry]) -> Iterable[tuple[datetime, str, Exactness]]:
    """When somebody close died, once a day, however many sources say it."""
    lists = read_code_lists()
    seen: set[str] = set()
    for each in entries:
        if not each.code or BEREAVED not in lists.ideas(each.code_system, each.code):
            continue
        when = each.starts_at or each.recorded_at
        if when is None or each.title.casefold() in seen:
            continue
        seen.add(each.title.casefold())
        yield when, each.title, Exactness(each.exactness)
