"""Where districts lie, to draw a map of our own; and everything listed, to be published."""

import math
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet
from django.db.models.functions import Length

from oneplace.access.viewer import Viewer
from oneplace.directory.models import (
    Postcode,
    Provider,
    Service,
    ServiceAtLocation,
)
from oneplace.directory.queries.service import with_places

_DISTRICT = 4


@dataclass(frozen=True)
class District:
    """The middle of a postcode district."""

    code: str
    latitude: float
    longitude: float


def districts(*, viewer: Viewer) -> list[District]:
    """Where the districts a place knows lie."""
    found = Postcode.objects.annotate(letters=Length("code")).filter(letters__lte=_DISTRICT)
    return [District(each.code, each.latitude, each.longitude) for each in found.order_by("code")]


def listed(*, viewer: Viewer) -> QuerySet[Service]:
    """Every entry that is listed, with provider, places and times, in a stable order."""
    found = Service.objects.filter(is_listed=True, same_as=None)
    return with_places(found).defer("search").order_by("taken_at", "pk")


def listed_places(*, viewer: Viewer) -> QuerySet[ServiceAtLocation]:
    """Where listed services are offered, in a stable order."""
    found = ServiceAtLocation.objects.filter(service__is_listed=True, service__same_as=None)
    return found.select_related("location", "service__provider").order_by("pk")


def listed_providers(*, viewer: Viewer) -> QuerySet[Provider]:
    """Whoever offers something that is listed, in a stable order."""
    offering = Service.objects.filter(is_listed=True, same_as=None).values("provider_id")
    return Provider.objects.filter(pk__in=offering).order_by("pk")


def kinds_in_use(*, viewer: Viewer) -> Sequence[str]:
    """The sources' own words for kinds of service, each once."""
    rows = Service.objects.filter(is_listed=True, same_as=None).exclude(kind_words="")
    return sorted(set(rows.values_list("kind_words", flat=True)))


def near_places(
    latitude: float, longitude: float, metres: float, *, viewer: Viewer
) -> Sequence[uuid.UUID]:
    """Where something is offered within so many metres: ids of services at locations.

    Distance on the flat, which over a borough is right to a metre in a hundred.
    """
    found = ServiceAtLocation.objects.filter(location__latitude__isnull=False)
    rows = found.values_list("pk", "location__latitude", "location__longitude")
    shrink = math.cos(math.radians(latitude))
    return [
        pk
        for pk, north, east in rows
        if north is not None
        and east is not None
        and math.hypot((north - latitude) * 111_200, (east - longitude) * 111_200 * shrink)
        <= metres
    ]
