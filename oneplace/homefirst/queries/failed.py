"""Who was back in hospital within 72 hours, and why, as far as the desk has said."""

import uuid

from django.db.models import F, QuerySet

from oneplace.access.viewer import Viewer
from oneplace.homefirst.models import FailedDischarge
from oneplace.homefirst.permissions import RUN_LIFE_DESK, SEE_DISCHARGES


def failed_discharges(*, viewer: Viewer) -> QuerySet[FailedDischarge]:
    """Every return the viewer may read, those nobody has explained first, then the newest."""
    found = FailedDischarge.objects.select_related("case__referral", "person")
    if not viewer.may(SEE_DISCHARGES):
        return found.none()
    return found.order_by(F("explained_at").desc(nulls_first=True), "-back_at", "-pk")


def failed_discharge(failed_id: uuid.UUID, *, viewer: Viewer) -> FailedDischarge | None:
    """One return; None where it is not open to the viewer."""
    return failed_discharges(viewer=viewer).filter(pk=failed_id).first()


def why_back_to_say(*, viewer: Viewer) -> QuerySet[FailedDischarge]:
    """Returns of people of the viewer's own desk that nobody has explained, the oldest first."""
    found = FailedDischarge.objects.select_related("case__referral", "person")
    if not viewer.may(RUN_LIFE_DESK):
        return found.none()
    return found.filter(explained_at=None, case__desk_id__in=viewer.parties).order_by(
        "back_at", "pk"
    )
