"""Who is out alone, and who should be back."""

import uuid
from datetime import datetime

from django.db.models import Q, QuerySet

from oneplace.access.viewer import Viewer
from oneplace.visits import rules
from oneplace.visits.models import Outing


def outing(outing_id: uuid.UUID, *, viewer: Viewer) -> Outing | None:
    """One check-in; None where its visit is not open to the viewer."""
    if viewer.account_id is None:
        return None
    return Outing.objects.select_related("visit__person").filter(pk=outing_id).first()


def out_now(*, viewer: Viewer) -> QuerySet[Outing]:
    """Who of the viewer's teams is in somebody's home alone now, the viewer too."""
    if viewer.account_id is None:
        return Outing.objects.none()
    ours = Q(worker_id=viewer.account_id) | Q(visit__team_id__in=viewer.parties)
    ours |= Q(visit__booked_by_id=viewer.account_id)
    return Outing.objects.filter(ours, out_at=None).select_related("visit__person")


def overdue(*, viewer: Viewer, at: datetime) -> QuerySet[Outing]:
    """Who of them should have been out, the longest overdue first."""
    return out_now(viewer=viewer).filter(out_by_at__lte=at - rules.GRACE).order_by("out_by_at")
