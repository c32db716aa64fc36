"""Plans whose day to be looked at again comes, for whoever opened them."""

from datetime import datetime, timedelta
from typing import Final

from django.db.models import QuerySet

from oneplace.access.viewer import Viewer
from oneplace.kit.clock import local_day
from oneplace.plans.models import Plan

SOON: Final = timedelta(days=7)


def reviews_due(*, viewer: Viewer, at: datetime) -> QuerySet[Plan]:
    """The viewer's own open plans to be looked at again within the week or late, soonest first."""
    if viewer.account_id is None:
        return Plan.objects.none()
    due = Plan.objects.filter(closed_at=None, review_on__lte=local_day(at) + SOON)
    return (
        due.filter(opened_by_id=viewer.account_id)
        .select_related("person__current")
        .order_by("review_on", "pk")
    )
