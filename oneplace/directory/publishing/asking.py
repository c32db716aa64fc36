"""What somebody asks of the feed by parameters, and the page they get."""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, time
from typing import Any, Final

from django.db.models import Q, QuerySet
from django.http import QueryDict

from oneplace.access.viewer import Viewer
from oneplace.directory import queries
from oneplace.directory.models import Service, ServiceAtLocation
from oneplace.directory.publishing.entities import TAXONOMY_ID, term_rows
from oneplace.directory.reading_words import words_of
from oneplace.vocabulary.terms import ServiceCategory

PER_PAGE: Final = 50
MOST_PER_PAGE: Final = 200
MOST_METRES: Final = 100_000
_DAYS: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


class NotUnderstood(ValueError):
    """A parameter that cannot be read; the message names it and says what is wanted."""


@dataclass(frozen=True)
class PageAsked:
    """Which page, of how many each."""

    number: int
    size: int

    @classmethod
    def of(cls, given: QueryDict) -> "PageAsked":
        """From `page` and `per_page`."""
        number = _number(given, "page", least=1, most=1_000_000, usual=1)
        size = _number(given, "per_page", least=1, most=MOST_PER_PAGE, usual=PER_PAGE)
        assert number is not None  # noqa: S101 - the usual stands
        assert size is not None  # noqa: S101 - the usual stands
        return cls(number, size)


def page_of(
    rows: QuerySet[Any] | Sequence[Any], asked: PageAsked, shown: Callable[[Any], Any]
) -> dict[str, Any]:
    """A page object whose counts agree with its contents."""
    total = rows.count() if isinstance(rows, QuerySet) else len(rows)
    pages = max(1, -(-total // asked.size))
    begin = (asked.number - 1) * asked.size
    contents = [shown(row) for row in rows[begin : begin + asked.size]]
    return {
        "total_items": total,
        "total_pages": pages,
        "page_number": asked.number,
        "size": len(contents),
        "first_page": asked.number == 1,
        "last_page": asked.number >= pages,
        "empty": not contents,
        "contents": contents,
    }


def services_asked(given: QueryDict, *, viewer: Viewer) -> QuerySet[Service]:
    """Listed services that fit the standard's parameters."""
    return queries.listed(viewer=viewer).filter(_fits(given, viewer=viewer))


def places_asked(given: QueryDict, *, viewer: Viewer) -> QuerySet[ServiceAtLocation]:
    """Where listed services that fit are offered, within so many metres of a postcode."""
    found = queries.listed_places(viewer=viewer)
    fitting = services_asked(given, viewer=viewer).order_by().values("pk")
    found = found.filter(service_id__in=fitting)
    postcode = given.get("postcode", "").strip()
    if not postcode:
        if given.get("proximity"):
            raise NotUnderstood("proximity: give a postcode too.")
        return found
    place = queries.place_of(postcode, viewer=viewer)
    if place is None:
        raise NotUnderstood(f"postcode: “{postcode[:10]}” is no postcode known here.")
    metres = _number(given, "proximity", least=1, most=MOST_METRES, usual=MOST_METRES)
    near = queries.near_places(
        place.latitude, place.longitude, metres or MOST_METRES, viewer=viewer
    )
    return found.filter(pk__in=near)


def _fits(given: QueryDict, *, viewer: Viewer) -> Q:
    wanted = Q()
    for word in words_of(given.get("search", "")):
        wanted &= (
            Q(name__icontains=word)
            | Q(what__icontains=word)
            | Q(kind_words__icontains=word)
            | Q(provider__name__icontains=word)
        )
    least = _number(given, "minimum_age", least=0, most=200)
    most = _number(given, "maximum_age", least=0, most=200)
    if least is not None:
        wanted &= Q(min_age__gte=least)
    if most is not None:
        wanted &= Q(max_age__lte=most)
    if term := given.get("taxonomy_term_id", "").strip():
        wanted &= _of_term(term, viewer=viewer)
    if (taxonomy := given.get("taxonomy_id", "").strip()) and taxonomy != TAXONOMY_ID:
        wanted &= Q(pk=None)
    if organisation := given.get("organization_id", "").strip():
        wanted &= Q(provider_id=_uuid("organization_id", organisation))
    if since := given.get("modified_after", "").strip():
        try:
            wanted &= Q(taken_at__date__gt=date.fromisoformat(since[:10]))
        except ValueError:
            raise NotUnderstood("modified_after: write a date like 2026-03-07.") from None
    return wanted & _open_at(given)


def _of_term(term: str, *, viewer: Viewer) -> Q:
    asked = str(_uuid("taxonomy_term_id", term))
    rows = term_rows(queries.kinds_in_use(viewer=viewer))
    name = next((row["name"] for row in rows if row["id"] == asked), None)
    if name is None:
        return Q(pk=None)
    category = next((each for each in ServiceCategory if each.label == name), None)
    return Q(category=category) if category else Q(kind_words=name)


def _open_at(given: QueryDict) -> Q:
    wanted = Q()
    if day := given.get("day", "").strip().upper()[:2]:
        if day not in _DAYS:
            raise NotUnderstood("day: write MO, TU, WE, TH, FR, SA or SU.")
        wanted &= Q(times__weekdays__contains=[_DAYS.index(day)])
    if begins := given.get("start_time", "").strip():
        wanted &= Q(times__opens_at__lte=_clock("start_time", begins))
    if ends := given.get("end_time", "").strip():
        wanted &= Q(times__closes_at__gte=_clock("end_time", ends))
    if not wanted:
        return wanted
    return Q(pk__in=Service.objects.filter(wanted).values("pk"))


def _clock(name: str, said: str) -> time:
    try:
        return time.fromisoformat(said).replace(tzinfo=None)
    except ValueError:
        raise NotUnderstood(f"{name}: write a time like 09:30.") from None


def _uuid(name: str, said: str) -> uuid.UUID:
    try:
        return uuid.UUID(said)
    except ValueError:
        raise NotUnderstood(f"{name}: “{said[:40]}” is no id.") from None


def _number(
    given: QueryDict, name: str, *, least: int, most: int, usual: int | None = None
) -> int | None:
    said = given.get(name, "").strip()
    if not said:
        return usual
    if not said.isdigit() or not least <= int(said) <= most:
        raise NotUnderstood(f"{name}: write a whole number from {least} to {most}.")
    return int(said)
