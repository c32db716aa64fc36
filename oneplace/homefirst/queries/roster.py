"""Who goes out and when, and whom people want at their door."""

import uuid
from collections.abc import Sequence
from datetime import date, datetime

from django.db.models import QuerySet

from oneplace.access.viewer import Viewer
from oneplace.homefirst.models import CarerWish, RoundWorker, Shift, ShiftLead
from oneplace.homefirst.permissions import SEE_LIFE_DESK
from oneplace.homefirst.rules import LONGEST_SHIFT
from oneplace.people.models import Person


def round_workers(*, viewer: Viewer) -> QuerySet[RoundWorker]:
    """Everybody whose skills, travel and base are known, by name; for the desk alone."""
    if not viewer.may(SEE_LIFE_DESK):
        return RoundWorker.objects.none()
    return RoundWorker.objects.order_by("name", "pk")


def round_worker(account_id: uuid.UUID, *, viewer: Viewer) -> RoundWorker | None:
    """What is known of somebody who goes out; None where nothing was written yet."""
    return round_workers(viewer=viewer).filter(account_id=account_id).first()


def shifts_between(since: date, until: date, *, viewer: Viewer) -> QuerySet[Shift]:
    """Shifts of some days, the last included, with their workers; for the desk alone."""
    if not viewer.may(SEE_LIFE_DESK):
        return Shift.objects.none()
    return Shift.objects.filter(on__gte=since, on__lte=until).select_related("worker")


def carer_wishes(person_ids: Sequence[uuid.UUID], *, viewer: Viewer) -> dict[uuid.UUID, CarerWish]:
    """Whom each of these people wants at their door, by the person asked for."""
    if viewer.account_id is None or not person_ids:
        return {}
    asked = dict(Person.objects.filter(pk__in=person_ids).values_list("pk", "current_id"))
    found = CarerWish.objects.filter(
        person__current__in=set(asked.values()), ended_at=None
    ).select_related("person")
    by_person = {each.person.current_id: each for each in found}
    return {one: by_person[now] for one, now in asked.items() if now in by_person}


def shift(shift_id: uuid.UUID, *, viewer: Viewer) -> Shift | None:
    """One shift with its worker; for the desk alone."""
    if not viewer.may(SEE_LIFE_DESK):
        return None
    return Shift.objects.select_related("worker").filter(pk=shift_id).first()


def shift_lead(desk_id: uuid.UUID, *, viewer: Viewer, at: datetime) -> ShiftLead | None:
    """Who leads a desk's shift now; nobody once they have led it longer than a shift can be."""
    if not viewer.may(SEE_LIFE_DESK):
        return None
    return ShiftLead.objects.filter(
        desk_id=desk_id, until_at=None, from_at__gt=at - LONGEST_SHIFT
    ).first()
