"""Takes services in: from directories partners send, from the place file; and where postcodes lie.

Works as the loader, in sets, the same however often it is done.
"""

import csv
import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from django.db import connection, transaction

from oneplace.access import audit
from oneplace.access.viewer import Viewer
from oneplace.directory.models import (
    Location,
    Postcode,
    Provider,
    Schedule,
    Service,
    ServiceAtLocation,
    Source,
    WordKey,
)
from oneplace.directory.reading_words import category_in, needs_in, parts_of, words_of
from oneplace.feeds import queries as feeds
from oneplace.feeds.open_referral.rows import PlaceSaid, ProviderSaid, ServiceSaid
from oneplace.partners.models import Organisation, Team
from oneplace.vocabulary.ids import id_for
from oneplace.vocabulary.place import Place
from oneplace.vocabulary.terms import NeedKind

PLACE: Final = "place"
_SHORTEST_WORD: Final = 4

# What a source says anew; capacity, closures and later checks were said here and stay.
_SAID: Final = (
    "provider", "name", "category", "kind_words", "needs", "what", "who_for", "min_age", "max_age",
    "cost_pence", "cost_words", "languages", "area", "how_to_refer", "is_self_referral", "phone",
    "email", "website", "hours", "team", "release", "is_listed", "taken_at",
)  # fmt: skip

_INDEX: Final = """
update directory_service s
   set search = setweight(to_tsvector('english', concat_ws(' ', s.name, s.kind_words)), 'A')
             || setweight(to_tsvector('english', concat_ws(' ', p.name, w.words)), 'B')
             || setweight(to_tsvector('english', concat_ws(' ', s.what, s.who_for)), 'C')
             || setweight(to_tsvector('english', concat_ws(' ', s.area, s.cost_words,
                                                           array_to_string(s.languages, ' '))), 'D')
  from directory_provider p, unnest(%(ids)s::uuid[], %(words)s::text[]) as w (id, words)
 where p.id = s.provider_id and s.id = w.id
"""
# A later check by hand is not undone by an older word of the source.
_CHECKED: Final = """
update directory_service s set checked_on = w.day, checked_by = w.who
  from unnest(%s::uuid[], %s::date[], %s::text[]) as w (id, day, who)
 where s.id = w.id and w.day is not null and (s.checked_on is null or s.checked_on < w.day)
"""


@transaction.atomic
def take_directories(*, delivery_ids: Sequence[uuid.UUID], by: Viewer, at: datetime) -> None:
    """Take the services of pages that came in by a feed."""
    for source, release, page in feeds.services_in(delivery_ids, viewer=by):
        take_said(page.services, source=source, release=release, at=at)
        if page.total is not None:
            _leave_out(source, release, page.total)
    audit.record(by=by, at=at, action="take_directories", detail={"deliveries": len(delivery_ids)})


@transaction.atomic
def take_place_services(*, place: Place, by: Viewer, at: datetime) -> int:
    """Bring the place's own services into the directory, each with the team that answers."""
    organisations = {each.code: each for each in Organisation.objects.all()}
    teams = {each.key: each for each in Team.objects.all()}
    providers = {
        partner.code: Provider(
            id=_id("provider", PLACE, partner.code),
            source=Source.PLACE,
            source_code=PLACE,
            key=partner.code,
            name=partner.name,
            email=partner.email,
            phone=partner.phone,
            organisation=organisations.get(partner.code),
        )
        for partner in place.partners
    }
    _write_providers(providers.values())
    services, checks = [], []
    for said in place.services:
        text = f"{said.name} {said.what} {said.who_for}"
        service = Service(
            id=_id("service", PLACE, said.code),
            provider=providers[said.partner],
            source=Source.PLACE,
            source_code=PLACE,
            key=said.code,
            name=said.name,
            category=said.category,
            kind_words=said.category.label,
            needs=[need.value for need in needs_in(text)],
            what=said.what,
            who_for=said.who_for,
            cost_pence=0,
            cost_words="Free",
            languages=list(said.languages),
            how_to_refer=said.how_to_refer,
            is_self_referral=said.self_referral,
            phone=said.phone,
            hours=said.hours,
            team=teams.get(said.team),
            taken_at=at,
        )
        services.append(service)
        checks.append((service.pk, said.last_verified_on, providers[said.partner].name))
    _write_services(services, checks)
    known = [service.pk for service in services]
    Service.objects.filter(source_code=PLACE).exclude(pk__in=known).update(is_listed=False)
    audit.record(by=by, at=at, action="take_place_services", detail={"services": len(services)})
    return len(services)


@transaction.atomic
def take_postcodes(*, path: Path, by: Viewer, at: datetime) -> int:
    """Read where postcodes lie from a file a place provides (postcode, latitude, longitude).

    Of each district the middle of its postcodes is kept too. Nothing is asked of anybody outside.
    """
    rows: dict[str, tuple[float, float]] = {}
    districts: dict[str, list[tuple[float, float]]] = defaultdict(list)
    with path.open(encoding="utf-8-sig", newline="") as opened:
        for row in csv.DictReader(opened):
            code = "".join(row["postcode"].upper().split())
            where = float(row["latitude"]), float(row["longitude"])
            rows[code] = where
            districts[code[:-3]].append(where)
    for district, known in districts.items():
        rows[district] = (
            sum(latitude for latitude, _ in known) / len(known),
            sum(longitude for _, longitude in known) / len(known),
        )
    Postcode.objects.bulk_create(
        [Postcode(code, latitude, longitude) for code, (latitude, longitude) in rows.items()],
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["latitude", "longitude"],
        batch_size=5_000,
    )
    audit.record(by=by, at=at, action="take_postcodes", detail={"postcodes": len(rows)})
    return len(rows)


def take_said(
    said: Sequence[ServiceSaid],
    *,
    source: str,
    release: str,
    kind: Source = Source.FEED,
    at: datetime,
) -> None:
    """Write what was said into the directory; part of the verb that audits it."""
    providers = _providers(said, source, kind)
    _write_providers(providers.values())
    services, checks = [], []
    for one in {each.key: each for each in said}.values():
        provider = providers[one.provider.key]
        kinds = ", ".join(one.kinds)
        service = Service(
            id=_id("service", source, one.key),
            provider=provider,
            source=kind,
            source_code=source,
            key=one.key[:120],
            name=one.name[:200],
            category=category_in(f"{kinds} {one.name}"),
            kind_words=kinds[:160],
            needs=[need.value for need in needs_in(f"{one.name} {kinds}")],
            what=one.what,
            who_for=one.who_for,
            min_age=one.min_age,
            max_age=one.max_age,
            cost_pence=one.cost_pence,
            cost_words=one.cost_words[:200],
            languages=[language[:60] for language in one.languages],
            area=one.area[:160],
            how_to_refer=one.how_to_refer,
            phone=one.phone[:60],
            email=one.email[:254],
            website=one.website[:300],
            release=release,
            is_listed=one.is_active,
            taken_at=at,
        )
        services.append(service)
        checks.append((service.pk, one.checked_on, provider.name))
    _write_services(services, checks)
    _write_places(said, source)


def _providers(said: Sequence[ServiceSaid], source: str, kind: Source) -> dict[str, Provider]:
    codes = {each.provider.code for each in said if each.provider.code}
    known = {each.code: each for each in Organisation.objects.filter(code__in=codes)}
    found: dict[str, Provider] = {}
    for each in said:
        one: ProviderSaid = each.provider
        found[one.key] = Provider(
            id=_id("provider", source, one.key),
            source=kind,
            source_code=source,
            key=one.key[:120],
            name=one.name[:200],
            what=one.what,
            email=one.email[:254],
            phone=one.phone[:60],
            website=one.website[:300],
            organisation=known.get(one.code),
        )
    return found


def _write_providers(providers: Iterable[Provider]) -> None:
    Provider.objects.bulk_create(
        list(providers),
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=["name", "what", "email", "phone", "website", "organisation", "is_listed"],
    )


def _write_services(
    services: Sequence[Service], checks: Sequence[tuple[uuid.UUID, date | None, str]]
) -> None:
    if not services:
        return
    Service.objects.bulk_create(
        services, update_conflicts=True, unique_fields=["id"], update_fields=_SAID, batch_size=500
    )
    index_services(services)
    with connection.cursor() as cursor:
        cursor.execute(_CHECKED, [list(part) for part in zip(*checks, strict=True)])


def index_services(services: Sequence[Service]) -> None:
    """Let what these services say be found by its words; part of the verb that wrote them."""
    ids = [service.pk for service in services]
    labels = [" ".join(NeedKind(need).label for need in service.needs) for service in services]
    with connection.cursor() as cursor:
        cursor.execute(_INDEX, {"ids": ids, "words": labels})
    words = {
        word
        for service in services
        for word in words_of(f"{service.name} {service.kind_words} {' '.join(service.needs)}")
        if len(word) >= _SHORTEST_WORD
    }
    WordKey.objects.bulk_create(
        [
            WordKey(part=part, word=word)
            for word in sorted(words)
            for part in sorted(parts_of(word))
        ],
        ignore_conflicts=True,
        batch_size=5_000,
    )


def _write_places(said: Sequence[ServiceSaid], source: str) -> None:
    places: Mapping[str, PlaceSaid] = {
        place.key: place for each in said for place in each.places if place.key
    }
    Location.objects.bulk_create(
        [
            Location(
                id=_id("location", source, place.key),
                source_code=source,
                key=place.key[:120],
                name=place.name[:200],
                address=place.address[:300],
                postcode=place.postcode[:10],
                latitude=place.latitude,
                longitude=place.longitude,
                access_words=place.access_words,
            )
            for place in places.values()
        ],
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=["name", "address", "postcode", "latitude", "longitude", "access_words"],
    )
    services = [_id("service", source, each.key) for each in said]
    Schedule.objects.filter(service_id__in=services).delete()
    ServiceAtLocation.objects.filter(service_id__in=services).delete()
    ServiceAtLocation.objects.bulk_create(
        [
            ServiceAtLocation(
                service_id=_id("service", source, each.key),
                location_id=_id("location", source, key),
            )
            for each in said
            for key in dict.fromkeys(place.key for place in each.places if place.key)
        ],
        ignore_conflicts=True,
    )
    Schedule.objects.bulk_create(
        [
            Schedule(
                service_id=_id("service", source, each.key),
                weekdays=list(one.weekdays),
                opens_at=one.opens_at,
                closes_at=one.closes_at,
                every_weeks=one.every_weeks,
                words=one.words[:200],
            )
            for each in said
            for one in each.times
        ]
    )


def _leave_out(source: str, release: str, total: int) -> None:
    """What is in no page of a whole newer release is not listed any more; it is kept."""
    services: Any = Service.objects.filter(source_code=source)
    if services.filter(release=release).count() >= total > 0:
        services.filter(release__lt=release).update(is_listed=False)


def _id(kind: str, source: str, key: str) -> uuid.UUID:
    return id_for(f"directory:{kind}", f"{source}:{key}")
