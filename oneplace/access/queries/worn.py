"""Who looks into a safeguarding concern: for themselves and for officers."""

from datetime import datetime, timedelta
from typing import Final

from django.db import connection
from django.db.models import QuerySet

from oneplace.access.models import AuditEntry, WornPurpose
from oneplace.access.permissions import SEE_AUDIT
from oneplace.access.viewer import Viewer
from oneplace.vocabulary.terms import AuditOutcome

RECENT: Final = timedelta(days=7)
_HOUR_AGO: Final = "select clock_timestamp() - interval '1 hour'"


def own_worn(*, viewer: Viewer, at: datetime) -> QuerySet[WornPurpose]:
    """The concerns this viewer looks into now, the first to end first."""
    if viewer.account_id is None:
        return WornPurpose.objects.none()
    return WornPurpose.objects.filter(
        account_id=viewer.account_id, ended_at__isnull=True, starts_at__lte=at, ends_at__gt=at
    ).order_by("ends_at", "id")


def worn_lately(*, viewer: Viewer, at: datetime) -> QuerySet[WornPurpose]:
    """Who looked into a concern within a week, newest first; for officers."""
    found = WornPurpose.objects.filter(starts_at__gt=at - RECENT)
    return found if viewer.may(SEE_AUDIT) else found.none()


def wearing_refused_lately(*, viewer: Viewer) -> int:
    """How often a look was refused to them within the hour, by the machine's clock."""
    with connection.cursor() as cursor:
        cursor.execute(_HOUR_AGO)
        since = cursor.fetchall()[0][0]
    return AuditEntry.objects.filter(
        account_id=viewer.account_id,
        recorded_at__gt=since,
        action="wear_safeguarding",
        outcome=AuditOutcome.REFUSED,
    ).count()
