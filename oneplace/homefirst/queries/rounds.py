"""A day's rounds: when whoever goes out is busy, what is still to be given, what was suggested.

Of visits the viewer may not open the times alone are told.
"""

import uuid
from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from django.db import connection
from django.db.models import QuerySet

from oneplace.access.viewer import Viewer
from oneplace.homefirst.models import PlannedVisit, RoundChange, RoundPlan, RoundState
from oneplace.homefirst.permissions import SEE_LIFE_DESK
from oneplace.visits.models import Visit, VisitState


class Busy(NamedTuple):
    """One visit of somebody who goes out, without whom it is to."""

    visit_id: uuid.UUID
    worker_id: uuid.UUID
    opens_at: datetime
    closes_at: datetime
    minutes: int
    planned_at: datetime | None
    state: str
    arrived_at: datetime | None
    finished_at: datetime | None


def busy(
    worker_ids: Sequence[uuid.UUID], *, since: datetime, until: datetime, viewer: Viewer
) -> list[Busy]:
    """Every visit of these workers whose window touches a span of time, by when it is planned.

    Nothing for whoever does not run a desk. One statement.
    """
    if viewer.account_id is None or not worker_ids:
        return []
    with connection.cursor() as cursor:
        cursor.execute("select * from homefirst_busy(%s, %s, %s)", [list(worker_ids), since, until])
        found = [Busy(*row) for row in cursor.fetchall()]
    return sorted(found, key=lambda each: (each.planned_at or each.opens_at, each.visit_id))


def to_be_given(
    team_ids: Sequence[uuid.UUID], *, since: datetime, until: datetime, viewer: Viewer
) -> QuerySet[Visit]:
    """Visits of these teams nobody is named for yet, whose window touches a span of time."""
    if viewer.account_id is None:
        return Visit.objects.none()
    return Visit.objects.filter(
        worker_id=None,
        team_id__in=team_ids,
        state=VisitState.BOOKED,
        opens_at__lt=until,
        closes_at__gte=since,
    ).order_by("opens_at", "pk")


def known_to(
    person_ids: Sequence[uuid.UUID], *, since: datetime, viewer: Viewer
) -> dict[uuid.UUID, frozenset[uuid.UUID]]:
    """Who has been at each of these people's doors since a moment, by the person asked for."""
    if viewer.account_id is None or not person_ids:
        return {}
    made = (
        Visit.objects.filter(
            person_id__in=person_ids, arrived_at__gte=since, worker_id__isnull=False
        )
        .values_list("person_id", "worker_id")
        .distinct()
    )
    found: dict[uuid.UUID, set[uuid.UUID]] = {}
    for person_id, worker_id in made:
        if worker_id is not None:
            found.setdefault(person_id, set()).add(worker_id)
    return {person_id: frozenset(workers) for person_id, workers in found.items()}


def suggestion(desk_id: uuid.UUID, on: date, *, viewer: Viewer) -> RoundPlan | None:
    """The suggestion a human has still to settle; None where there is none."""
    return suggestions(desk_id, on, viewer=viewer).filter(state=RoundState.READY).first()


def suggestions(desk_id: uuid.UUID, on: date, *, viewer: Viewer) -> QuerySet[RoundPlan]:
    """Every suggestion for a day, the newest first; for the desk alone."""
    if not viewer.may(SEE_LIFE_DESK):
        return RoundPlan.objects.none()
    return RoundPlan.objects.filter(desk_id=desk_id, on=on, case_id=None)


def search(desk_id: uuid.UUID, on: date, *, viewer: Viewer) -> RoundPlan | None:
    """The search for a day that is under way, or was when it was killed; None where none is."""
    return suggestions(desk_id, on, viewer=viewer).filter(state=RoundState.RECKONING).first()


def better_offer(case_id: uuid.UUID, *, viewer: Viewer) -> RoundPlan | None:
    """The newest plan around the first visit of a case; for the desk alone."""
    if not viewer.may(SEE_LIFE_DESK):
        return None
    return RoundPlan.objects.filter(case_id=case_id).order_by("-asked_at", "-pk").first()


def round_plan(plan_id: uuid.UUID, *, viewer: Viewer) -> RoundPlan | None:
    """One suggestion, settled or not; for the desk alone."""
    if not viewer.may(SEE_LIFE_DESK):
        return None
    return RoundPlan.objects.filter(pk=plan_id).first()


def planned_visits(plan_id: uuid.UUID, *, viewer: Viewer) -> QuerySet[PlannedVisit]:
    """What a suggestion says of each visit the viewer may read."""
    if viewer.account_id is None:
        return PlannedVisit.objects.none()
    return PlannedVisit.objects.filter(plan_id=plan_id).select_related("visit__person")


def round_changes(visit_ids: Sequence[uuid.UUID], *, viewer: Viewer) -> QuerySet[RoundChange]:
    """What humans changed at these visits by hand, the newest first."""
    if viewer.account_id is None:
        return RoundChange.objects.none()
    return RoundChange.objects.filter(visit_id__in=visit_ids).order_by("-happened_at", "-pk")
