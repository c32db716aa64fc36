"""What was asked for and is not there, counted by area and need."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q

from oneplace.access.viewer import Viewer
from oneplace.community.models import UnmetBecause, UnmetNeed
from oneplace.community.permissions import SEE_COMMUNITY
from oneplace.vocabulary.terms import NeedKind


@dataclass(frozen=True)
class Unmet:
    """How often a need was not met somewhere, and why most often."""

    area: str
    need: NeedKind
    count: int
    because: tuple[tuple[UnmetBecause, int], ...]


def unmet_by_area(*, viewer: Viewer, since: datetime) -> list[Unmet]:
    """Needs not met since a moment by network, the most frequent first; nobody is named."""
    if not viewer.may(SEE_COMMUNITY):
        return []
    found = UnmetNeed.objects.filter(noted_at__gte=since)
    if viewer.network_id is not None:
        found = found.filter(Q(network_id=viewer.network_id) | Q(network=None))
    rows = (
        found.values("network__name", "need", "because")
        .annotate(count=Count("pk"))
        .order_by("network__name", "need", "-count", "because")
    )
    gathered: dict[tuple[str, str], list[tuple[UnmetBecause, int]]] = {}
    for row in rows:
        area = row["network__name"] or "The whole borough"
        reasons = gathered.setdefault((area, row["need"]), [])
        reasons.append((UnmetBecause(row["because"]), row["count"]))
    unmet = [
        Unmet(area, NeedKind(need), sum(count for _, count in reasons), tuple(reasons))
        for (area, need), reasons in gathered.items()
    ]
    return sorted(unmet, key=lambda one: (-one.count, one.area, one.need.label))
