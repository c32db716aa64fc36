"""The stays that the daily report and the delays are reckoned from, whoever they are of.

What feeds say and what is written here stand side by side in a stay; a ready date cleared by a
later need is cleared here too. Of people whose record opens to the viewer.
"""

import uuid
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Q

from oneplace.access.viewer import Viewer
from oneplace.homefirst.models import Discharge, ResidenceReview
from oneplace.homefirst.permissions import SEE_DISCHARGES
from oneplace.homefirst.queries.journey import StayFound, plans_of, stays_of
from oneplace.homefirst.queries.waiting import PERSON
from oneplace.kit.clock import day_begins, local_day
from oneplace.records.models import Entry
from oneplace.science.sitrep import Reasoned, StayCounted, ready_since
from oneplace.vocabulary.terms import CriteriaToReside, EntryKind, EntryStatus

MOST: Final = 40_000


def stays_counted(
    *, since: date, until: date, viewer: Viewer
) -> list[tuple[uuid.UUID, StayCounted]]:
    """Every stay in a bed at some time from `since` to `until`; five statements.

    Nothing for whoever may not see discharges.
    """
    if not viewer.may(SEE_DISCHARGES):
        return []
    begins, ends = day_begins(since), day_begins(until) + timedelta(days=1)
    there = Q(ends_at__isnull=True, status=EntryStatus.CURRENT) | Q(ends_at__gte=begins)
    stays = list(
        Entry.objects.filter(
            there, kind=EntryKind.STAY, starts_at__lt=ends, subject__person_id__isnull=False
        )
        .exclude(status__in=(EntryStatus.IN_ERROR, EntryStatus.CANCELLED, EntryStatus.PLANNED))
        .select_related("subject")
        .order_by("starts_at", "pk")[:MOST]
    )
    persons = sorted({each.subject.person_id for each in stays if each.subject.person_id})
    more = Entry.objects.filter(
        subject__person_id__in=persons, kind__in=(EntryKind.BLOCKER, EntryKind.REVIEW)
    ).exclude(status__in=(EntryStatus.IN_ERROR, EntryStatus.CANCELLED))
    plans = plans_of(persons)
    found = stays_of([*stays, *more.select_related("subject").order_by("sorts_at", "pk")], plans)
    return [
        (each.entry.subject.person_id, _counted(each))
        for each in found
        if each.entry.subject.person_id is not None
    ]


def _counted(stay: StayFound) -> StayCounted:
    ours = list(stay.discharge.reviews.all()) if stay.discharge is not None else []
    looks = [(when, needs) for when, needs, _ in stay.reviews]
    looks += [
        (_when(review), review.found == CriteriaToReside.MET)
        for review in ours
        if review.found != CriteriaToReside.NOT_RECORDED
    ]
    assert stay.admitted_at is not None  # noqa: S101 - `stays_of` leaves others out
    return StayCounted(
        key=str(stay.entry.pk),
        admitted_at=stay.admitted_at,
        left_at=stay.left_at,
        ready_at=_ready(stay.discharge, stay.ready_at, looks),
        pathway=stay.pathway.value if stay.pathway else "",
        is_death=bool(stay.entry.detail.get("is_death")),
        waits=tuple(
            Reasoned(
                str(wait.id),
                (
                    wait.kind.value if wait.kind else "other",
                    wait.holder or (PERSON if wait.is_ours else ""),
                ),
                wait.opened_at,
                wait.closed_at,
            )
            for wait in stay.waits
        ),
        looked_on=frozenset(local_day(when) for when, _ in looks),
    )


def _ready(
    plan: Discharge | None, said: datetime | None, looks: Sequence[tuple[datetime, bool]]
) -> datetime | None:
    """As written here where it was written; else as the feed has it, unless a look cleared it."""
    if plan is not None and plan.ready_at is not None:
        return plan.ready_at
    return ready_since(said, looks)


def _when(review: ResidenceReview) -> datetime:
    """When a look was taken: as written, or at noon of its day where it was written later."""
    if local_day(review.written_at) == review.on:
        return review.written_at
    return datetime.combine(review.on, time(12), ZoneInfo(settings.TIME_ZONE))
