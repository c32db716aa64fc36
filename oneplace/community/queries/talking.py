"""Points of access, what was asked there, and weekly calls."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from oneplace.access.viewer import Viewer
from oneplace.community.models import Call, Companion, Contact, ContactOutcome, PointOfAccess
from oneplace.community.permissions import SEE_COMMUNITY
from oneplace.community.queries.groups import WITH_US
from oneplace.people.models import Person
from oneplace.referrals import queries as referrals
from oneplace.referrals.queries import Listed
from oneplace.vocabulary.terms import NeedKind


@dataclass(frozen=True)
class Asked:
    """How often something was asked for, and how often nothing was there for it."""

    need: NeedKind | None
    count: int
    nothing_there: int


def points(*, viewer: Viewer, is_open: bool = True) -> QuerySet[PointOfAccess]:
    """Points of access; of a viewer with a network, those of it and of the whole place."""
    if not viewer.may(SEE_COMMUNITY):
        return PointOfAccess.objects.none()
    found = PointOfAccess.objects.select_related("network")
    if viewer.network_id is not None:
        found = found.filter(Q(network_id=viewer.network_id) | Q(network=None))
    return found.filter(closed_on__isnull=is_open).order_by("name", "pk")


def point(point_id: uuid.UUID, *, viewer: Viewer) -> PointOfAccess | None:
    """One point of access."""
    if not viewer.may(SEE_COMMUNITY):
        return None
    return PointOfAccess.objects.select_related("network").filter(pk=point_id).first()


def contacts(point_id: uuid.UUID, *, viewer: Viewer, most: int = 60) -> Sequence[Contact]:
    """What was asked at a point, newest first."""
    if not viewer.may(SEE_COMMUNITY):
        return []
    found = Contact.objects.filter(point_id=point_id).select_related("service")
    return list(found[:most])


def asked_at(point_id: uuid.UUID, *, viewer: Viewer, since: datetime) -> list[Asked]:
    """What was asked for at a point since a moment, the most asked first."""
    if not viewer.may(SEE_COMMUNITY):
        return []
    nothing = Count("pk", filter=Q(outcome=ContactOutcome.NOTHING_THERE))
    rows = (
        Contact.objects.filter(point_id=point_id, asked_at__gte=since)
        .values("need")
        .annotate(count=Count("pk"), nothing_there=nothing)
        .order_by("-count", "need")
    )
    return [
        Asked(NeedKind(row["need"]) if row["need"] else None, row["count"], row["nothing_there"])
        for row in rows
    ]


def companions(point_id: uuid.UUID, *, viewer: Viewer) -> QuerySet[Companion]:
    """Who is rung every week from a line, in the week's order."""
    if viewer.account_id is None:
        return Companion.objects.none()
    return Companion.objects.filter(point_id=point_id, ended_on=None)


def companion(companion_id: uuid.UUID, *, viewer: Viewer) -> Companion | None:
    """One weekly call; None where it is not open to the viewer."""
    if viewer.account_id is None:
        return None
    return Companion.objects.select_related("point").filter(pk=companion_id).first()


def calls(companion_id: uuid.UUID, *, viewer: Viewer, most: int = 20) -> Sequence[Call]:
    """How the last calls went, newest first."""
    if viewer.account_id is None:
        return []
    return list(Call.objects.filter(companion_id=companion_id)[:most])


def companion_of(person_id: uuid.UUID, *, viewer: Viewer) -> Companion | None:
    """Who rings this person every week; None where nobody does, or it is not open."""
    if viewer.account_id is None:
        return None
    now = Person.objects.filter(was__pk=person_id)
    found = Companion.objects.select_related("point").filter(person__current__in=now, ended_on=None)
    return found.first()


def not_rung_yet(*, viewer: Viewer) -> list[Listed]:
    """Whom the viewer's organisation said yes to because they are lonely, and nobody rings yet."""
    if viewer.account_id is None:
        return []
    asked = [
        each
        for each in referrals.asked_of_us(viewer=viewer)
        if each.referral.state in WITH_US
        and each.name
        and NeedKind.LONELINESS.value in (each.referral.need_kind, *each.referral.concerns)
    ]
    rung = set(
        Companion.objects.filter(
            person_id__in=[each.referral.person_id for each in asked], ended_on=None
        ).values_list("person_id", flat=True)
    )
    return [each for each in asked if each.referral.person_id not in rung]
