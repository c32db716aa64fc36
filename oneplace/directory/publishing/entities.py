"""Entries of the directory as the standard's entities: required fields always, nothing empty."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

from django.conf import settings

from oneplace.directory.models import Location, Provider, Schedule, Service, ServiceAtLocation
from oneplace.directory.publishing.shapes import PROFILE, VERSION, keeps_to
from oneplace.kit.clock import local_day
from oneplace.vocabulary.ids import id_for
from oneplace.vocabulary.terms import ServiceCategory

Row = dict[str, Any]
_DAYS: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_COUNTRY: Final = "GB"
TAXONOMY_ID: Final = str(id_for("open_referral:taxonomy", "oneplace"))
_TAXONOMY: Final = "Kinds of help"


def root(base: str) -> Row:
    """What the feed is."""
    return {"version": VERSION, "profile": PROFILE, "openapi_url": f"{base}openapi.json"}


def service_row(service: Service, *, at: datetime, is_whole: bool = True) -> Row:
    """One service, fully nested, or without what is nested deepest for a list of places."""
    own = str(service.pk)
    status = _status(service, at=at)
    row: Row = {
        "id": own,
        "name": service.name,
        "status": status,
        "organization_id": str(service.provider_id),
        "description": service.what,
        "url": _fit(service.website, "uri"),
        "email": _fit(service.email, "email"),
        "fees": service.cost_words,
        "minimum_age": service.min_age,
        "maximum_age": service.max_age,
        "assured_date": _iso(service.checked_on),
        "alert": service.closed_why if status != "active" else "",
        "last_modified": service.taken_at.isoformat(),
    }
    if is_whole:
        row |= {
            "organization": organization_row(service.provider),
            "contacts": _contacts(service),
            "schedules": [
                _schedule(one, own)
                for one in service.open_times  # type: ignore[attr-defined]
            ],
            "cost_options": _costs(service),
            "languages": [
                {"id": _id("language", f"{own}:{one}"), "service_id": own, "name": one}
                for one in service.languages
            ],
            "service_areas": [{"id": _id("area", own), "service_id": own, "name": service.area}]
            if service.area
            else [],
            "service_at_locations": [
                place_row(one)
                for one in service.held_at  # type: ignore[attr-defined]
            ],
            "attributes": _attributes(service),
        }
    return without_nothing(row)


def place_row(held: ServiceAtLocation, *, service: Service | None = None, at: Any = None) -> Row:
    """That a service is offered at a location, with the location, and the service where given."""
    row: Row = {
        "id": str(held.pk),
        "service_id": str(held.service_id),
        "location_id": str(held.location_id),
        "location": _location(held.location),
    }
    if service is not None:
        row["service"] = service_row(service, at=at, is_whole=False)
    return without_nothing(row)


def organization_row(provider: Provider) -> Row:
    """One organisation; its description says at least that it offers something here."""
    return without_nothing(
        {
            "id": str(provider.pk),
            "name": provider.name,
            "description": provider.what or f"{provider.name} offers help in {_place()}.",
            "email": _fit(provider.email, "email"),
            "website": _fit(provider.website, "uri"),
        }
    )


def taxonomy_row() -> Row:
    """Our one list of kinds."""
    return {
        "id": TAXONOMY_ID,
        "name": _TAXONOMY,
        "description": "Kinds of help in this place's own words, and what its services call them.",
    }


def term_rows(kinds: Sequence[str]) -> list[Row]:
    """Every kind: those of the house, then what sources call theirs."""
    known = [(each.value, each.label) for each in ServiceCategory]
    labels = {label for _, label in known}
    return [_term(key, label) for key, label in known] + [
        _term(f"kind:{kind}", kind) for kind in kinds if kind not in labels
    ]


def _term(key: str, label: str) -> Row:
    return {
        "id": _id("term", key),
        "name": label,
        "description": f"{label}, as services in {_place()} call it.",
        "taxonomy": _TAXONOMY,
        "taxonomy_id": TAXONOMY_ID,
    }


def _attributes(service: Service) -> list[Row]:
    own = str(service.pk)
    category = ServiceCategory(service.category)
    terms = [_term(category.value, category.label)]
    if service.kind_words and service.kind_words != terms[0]["name"]:
        terms.append(_term(f"kind:{service.kind_words}", service.kind_words))
    return [
        {
            "id": _id("attribute", f"{own}:{term['id']}"),
            "link_id": own,
            "link_type": "service",
            "taxonomy_term_id": term["id"],
            "taxonomy_term": term,
        }
        for term in terms
    ]


def _contacts(service: Service) -> list[Row]:
    number = service.phone or service.provider.phone
    if not number:
        return []
    own = str(service.pk)
    contact = _id("contact", own)
    return [
        {
            "id": contact,
            "service_id": own,
            "name": service.provider.name,
            "phones": [{"id": _id("phone", own), "contact_id": contact, "number": number}],
        }
    ]


def _costs(service: Service) -> list[Row]:
    if service.cost_pence is None and not service.cost_words:
        return []
    pence = service.cost_pence
    return [
        {
            "id": _id("cost", str(service.pk)),
            "service_id": str(service.pk),
            "option": "Free" if pence == 0 else "",
            "amount": None if pence is None else pence / 100,
            "amount_description": service.cost_words,
        }
    ]


def _schedule(row: Schedule, service: str) -> Row:
    return {
        "id": str(row.pk),
        "service_id": service,
        "freq": "WEEKLY" if row.weekdays else "",
        "interval": row.every_weeks if row.weekdays else None,
        "byday": ",".join(_DAYS[day] for day in row.weekdays),
        "opens_at": f"{row.opens_at:%H:%M}" if row.opens_at else "",
        "closes_at": f"{row.closes_at:%H:%M}" if row.closes_at else "",
        "description": row.words,
    }


def _location(place: Location) -> Row:
    return {
        "id": str(place.pk),
        "location_type": "physical",
        "name": place.name,
        "latitude": place.latitude,
        "longitude": place.longitude,
        "addresses": _addresses(place),
        "accessibility": [
            {
                "id": _id("accessibility", str(place.pk)),
                "location_id": str(place.pk),
                "description": place.access_words,
            }
        ]
        if place.access_words
        else [],
    }


def _addresses(place: Location) -> list[Row]:
    """An address has a street, a town and a postcode, or it is none."""
    parts = [part.strip() for part in place.address.split(",") if part.strip()]
    if not parts or not place.postcode:
        return []
    *street, last = parts
    return [
        {
            "id": _id("address", str(place.pk)),
            "location_id": str(place.pk),
            "address_1": ", ".join(street) or last,
            "city": last if street else _place(),
            "state_province": _place(),
            "postal_code": place.postcode,
            "country": _COUNTRY,
            "address_type": "physical",
        }
    ]


def _status(service: Service, *, at: datetime) -> str:
    if not service.is_listed or service.same_as_id is not None:
        return "inactive"
    today = local_day(at)
    has_begun = service.closed_from is not None and service.closed_from <= today
    is_closed = has_begun and (service.closed_until is None or service.closed_until >= today)
    return "temporarily closed" if is_closed else "active"


def without_nothing(row: Row) -> Row:
    """The same, without anything null or empty, however deep."""
    kept: Row = _without_nothing(row)
    return kept


def _without_nothing(value: Any) -> Any:
    if isinstance(value, Mapping):
        kept = {name: _without_nothing(inner) for name, inner in value.items()}
        return {name: inner for name, inner in kept.items() if inner not in (None, "", [], {})}
    if isinstance(value, list):
        return [_without_nothing(inner) for inner in value]
    return value


def _fit(value: str, wanted: str) -> str:
    """The value, or nothing where it is not what the standard asks for."""
    return value if value and keeps_to(value, wanted) else ""


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


def _place() -> str:
    return str(settings.PLACE.name)


def _id(kind: str, key: str) -> str:
    found: uuid.UUID = id_for(f"open_referral:{kind}", key)
    return str(found)
