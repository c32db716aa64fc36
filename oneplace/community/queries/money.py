"""Local money: what a network has, what was given to whom, and what each pound connected."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection
from django.db.models import Prefetch, QuerySet, Sum

from oneplace.access.viewer import Viewer
from oneplace.community.models import Fund, Grant, GrantCondition, GrantReport
from oneplace.community.permissions import KEEP_LOCAL_MONEY, SEE_COMMUNITY

FEWEST: int = 5
"""Fewer people than this are said as "fewer than 5": a number so small may tell who it was."""


@dataclass(frozen=True)
class Connected:
    """Whom a grant's service was asked to help while the grant ran, and how many it connected."""

    asked: int
    connected: int
    is_few: bool
    """Whether the counts are too small to be told, and stand as 0 here."""


def funds(*, viewer: Viewer) -> Sequence[Fund]:
    """Funds with `given`, the pence granted; of the viewer's network where they have one."""
    if not viewer.may(SEE_COMMUNITY):
        return []
    found = Fund.objects.select_related("network").annotate(given=Sum("grants__pence"))
    if viewer.network_id is not None and not viewer.may(KEEP_LOCAL_MONEY):
        found = found.filter(network_id=viewer.network_id)
    return list(found.order_by("network__name", "kind", "name", "pk"))


def fund(fund_id: uuid.UUID, *, viewer: Viewer) -> Fund | None:
    """One fund."""
    return next((one for one in funds(viewer=viewer) if one.pk == fund_id), None)


def grants(*, viewer: Viewer) -> QuerySet[Grant]:
    """Grants with their conditions and reports, newest first."""
    if not viewer.may(SEE_COMMUNITY):
        return Grant.objects.none()
    return Grant.objects.select_related("fund__network", "provider", "service").prefetch_related(
        Prefetch("conditions", queryset=GrantCondition.objects.order_by("position")),
        Prefetch("reports", queryset=GrantReport.objects.order_by("due_on")),
    )


def grant(grant_id: uuid.UUID, *, viewer: Viewer) -> Grant | None:
    """One grant."""
    return grants(viewer=viewer).filter(pk=grant_id).first()


def condition(condition_id: uuid.UUID, *, viewer: Viewer) -> GrantCondition | None:
    """One condition of a grant."""
    if not viewer.may(SEE_COMMUNITY):
        return None
    return GrantCondition.objects.select_related("grant").filter(pk=condition_id).first()


def report(report_id: uuid.UUID, *, viewer: Viewer) -> GrantReport | None:
    """One report of a grant."""
    if not viewer.may(SEE_COMMUNITY):
        return None
    return GrantReport.objects.select_related("grant").filter(pk=report_id).first()


def connected_by(found: Grant, *, viewer: Viewer, at: datetime) -> Connected:
    """How many people the grant's service was asked to help while it ran, and connected.

    Counts alone, through a function that answers no rows: nobody is read for it.
    """
    if not viewer.may(SEE_COMMUNITY) or found.service_id is None:
        return Connected(0, 0, False)
    until: date = found.ends_on
    with connection.cursor() as cursor:
        cursor.execute(
            "select asked, connected from referrals_connected(%s, %s, %s)",
            [found.service_id, found.starts_on, until],
        )
        asked, connected = cursor.fetchall()[0]
    if 0 < asked < FEWEST:
        return Connected(0, 0, True)
    return Connected(asked, connected, False)
