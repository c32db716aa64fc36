"""One service with where and when; where a postcode lies."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Prefetch, QuerySet

from oneplace.access.viewer import Viewer
from oneplace.directory.models import Postcode, Schedule, Service, ServiceAtLocation


@dataclass(frozen=True)
class Place:
    """Where somebody is: a postcode, or the middle of a district."""

    words: str
    latitude: float
    longitude: float
    is_district: bool


def with_places(services: QuerySet[Service]) -> QuerySet[Service]:
    """Services with their provider, places (`held_at`) and times (`open_times`)."""
    places = ServiceAtLocation.objects.select_related("location").order_by("pk")
    return services.select_related("provider", "provider__organisation", "team").prefetch_related(
        Prefetch("places", queryset=places, to_attr="held_at"),
        Prefetch("times", queryset=Schedule.objects.all(), to_attr="open_times"),
    )


def service(service_id: uuid.UUID, *, viewer: Viewer) -> Service | None:
    """One service, listed or not."""
    return with_places(Service.objects.filter(pk=service_id)).defer("search").first()


def service_of_place(code: str, *, viewer: Viewer) -> Service | None:
    """The service of this code in the place file."""
    found = Service.objects.filter(source_code="place", key=code, is_listed=True)
    return with_places(found).defer("search").first()


def services_of(service_ids: Sequence[uuid.UUID], *, viewer: Viewer) -> list[Service]:
    """These services with places and times, in the order asked."""
    found = {
        each.pk: each
        for each in with_places(Service.objects.filter(pk__in=service_ids)).defer("search")
    }
    return [found[each] for each in service_ids if each in found]


def place_of(words: str, *, viewer: Viewer) -> Place | None:
    """Where a postcode lies, or its district; None for one nobody knows. No call leaves here."""
    typed = "".join(words.upper().split())
    if not typed:
        return None
    shortest = 5
    codes = [typed] if len(typed) < shortest else [typed, typed[:-3]]
    found = {each.code: each for each in Postcode.objects.filter(pk__in=codes)}
    for code in codes:
        if code in found:
            known = found[code]
            is_district = len(code) < shortest
            spelt = code if is_district else f"{code[:-3]} {code[-3:]}"
            return Place(spelt, known.latitude, known.longitude, is_district)
    return None
