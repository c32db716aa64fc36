"""What officers ask about records kept long enough; a person stays an identifier."""

import uuid

from oneplace.access.models import RetentionDue, RetentionHold, RetentionReview
from oneplace.access.permissions import HANDLE_RIGHTS
from oneplace.access.viewer import Viewer

MOST = 100


def due_records(*, viewer: Viewer) -> list[RetentionDue]:
    """Records of the officer's partner that are past their time and not reviewed, oldest first."""
    if not viewer.may(HANDLE_RIGHTS):
        return []
    rows = RetentionDue.objects.filter(reviewed_at__isnull=True)
    return list(rows.select_related("organisation").order_by("due_on", "pk")[:MOST])


def due_record(due_id: uuid.UUID, *, viewer: Viewer) -> RetentionDue | None:
    """One of them; None for anybody else."""
    if not viewer.may(HANDLE_RIGHTS):
        return None
    return RetentionDue.objects.select_related("organisation").filter(pk=due_id).first()


def standing_holds(*, viewer: Viewer) -> list[RetentionHold]:
    """Holds of the officer's partner that stand, newest first."""
    if not viewer.may(HANDLE_RIGHTS):
        return []
    return list(RetentionHold.objects.filter(lifted_at__isnull=True)[:MOST])


def hold(hold_id: uuid.UUID, *, viewer: Viewer) -> RetentionHold | None:
    """One hold; None for anybody else."""
    if not viewer.may(HANDLE_RIGHTS):
        return None
    return RetentionHold.objects.filter(pk=hold_id).first()


def retention_reviews(*, viewer: Viewer) -> list[RetentionReview]:
    """What was decided lately, newest first."""
    if not viewer.may(HANDLE_RIGHTS):
        return []
    return list(RetentionReview.objects.all()[:MOST])
