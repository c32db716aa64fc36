"""The voluntary directory as an Open Referral UK (HSDS-UK 3.0) feed, saved endpoint by endpoint.

Required fields are always there and what has no value is left out, never null or empty. Lists come
as page objects whose counts agree with their contents, as the standard's checker asks. (Human
Services Data Specification 3.0 and its UK profile, Open Referral, CC BY-SA 4.0.)
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any

import orjson

from oneplace.borough.feeds.calendar import ALWAYS, last_weekday_before, midnight
from oneplace.borough.feeds.shelf import Parcel, Shelf
from oneplace.borough.feeds.store import Store
from oneplace.vocabulary.ids import id_for
from oneplace.vocabulary.terms import FeedKind

FEED = FeedKind.VOLUNTARY_DIRECTORY
FOLDER = "directory/open_referral"
PER_PAGE = 50
MONDAY = 0
RELEASE = {
    "version": "HSDS-UK-3.0",
    "profile": "https://docs.openreferraluk.org/en/latest/",
    "openapi_url": "https://directory.example.org/openapi.json",
}

_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
CATEGORIES = {
    "garden": "Gardening help", "befriending": "Befriending", "lunch_club": "Lunch clubs",
    "exercise": "Gentle exercise", "benefits_advice": "Benefits advice",
    "debt_advice": "Debt advice", "carers": "Help for carers", "bereavement": "Bereavement",
    "transport": "Transport", "digital": "Getting online", "arts": "Arts and crafts",
    "walking": "Walking groups", "housing_help": "Housing help", "dementia": "Dementia",
    "faith": "Faith groups", "food": "Food", "handyperson": "Small repairs",
    "volunteering": "Volunteering", "men_shed": "Workshops for men",
    "falls_prevention": "Steady on your feet",
}  # fmt: skip
"""Our own short taxonomy of what the groups offer."""

_LANGUAGES = {
    "en": "English", "ta": "Tamil", "gu": "Gujarati", "pl": "Polish", "ro": "Romanian",
    "ur": "Urdu", "pt": "Portuguese", "es": "Spanish", "fr": "French",
    "bfi": "British Sign Language", "so": "Somali", "it": "Italian", "ar": "Arabic",
    "hi": "Hindi", "pa": "Panjabi", "bn": "Bengali", "tr": "Turkish", "yo": "Yoruba",
}  # fmt: skip


def write_directory(store: Store, shelf: Shelf) -> None:
    """Write the feed as it stood on the last Monday before now."""
    taken = last_weekday_before(store.settings.now, MONDAY)
    folder = PurePosixPath(FOLDER) / f"{taken:%Y-%m-%d}"
    until = midnight(taken)

    def put(name: str, value: Any, count: int) -> None:
        content = orjson.dumps(value, option=orjson.OPT_INDENT_2)
        arrives = until + dt.timedelta(hours=6)
        parcel = Parcel(folder / name, FEED, ALWAYS, until, arrives)
        shelf.put(parcel, content, unit="entities", count=count)

    services = _services(store)
    terms = _terms(store)
    organisations = list({row["organization"]["id"]: row["organization"] for row in services}
                         .values())  # fmt: skip
    places = [place for row in services for place in row.get("service_at_locations", ())]
    taxonomy = {
        "id": _id(store, "taxonomy", "offers"),
        "name": "What groups offer",
        "description": "Kinds of community activity and practical help, in this place's own words.",
    }
    put("index.json", RELEASE, 1)
    for name, rows in (
        ("services", services),
        ("organizations", organisations),
        ("service_at_locations", places),
        ("taxonomies", [taxonomy]),
        ("taxonomy_terms", list(terms.values())),
    ):
        for page in pages(rows):
            put(f"{name}_page_{page['page_number']}.json", page, page["size"])


def pages(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Page objects over a list: counts always agree with contents."""
    total = max(1, -(-len(rows) // PER_PAGE))
    found = []
    for number in range(1, total + 1):
        contents = rows[(number - 1) * PER_PAGE : number * PER_PAGE]
        found.append(
            {
                "total_items": len(rows),
                "total_pages": total,
                "page_number": number,
                "size": len(contents),
                "first_page": number == 1,
                "last_page": number == total,
                "empty": not contents,
                "contents": list(contents),
            }
        )
    return found


def _id(store: Store, kind: str, key: str) -> str:
    return str(id_for(f"open_referral:{kind}", f"{store.settings.seed}:{key}"))


def _terms(store: Store) -> dict[str, dict[str, Any]]:
    return {
        key: {
            "id": _id(store, "term", key),
            "name": name,
            "description": f"{name}, offered by voluntary and community groups.",
            "taxonomy": "What groups offer",
        }
        for key, name in CATEGORIES.items()
    }


def _services(store: Store) -> list[dict[str, Any]]:
    """Every service, fully nested."""
    rows = store.arrow(
        """SELECT v.service, v.name, v.category, v.description, v.weekday, v.starts_at, v.ends_at,
            v.cost_pence, v.minimum_age, v.languages, v.quality_checked_on, v.verified_on,
            o.voluntary_organisation AS group_number, o.name AS group_name,
            o.description AS group_description, o.email, o.website, w.phone, w.ods_code,
            n.key AS network_key, n.name AS network_name,
            a.address, a.line_1, a.line_2, a.town, a.postcode, a.latitude, a.longitude
        FROM voluntary_services v JOIN voluntary_organisations o USING (voluntary_organisation)
        JOIN organisations w ON w.organisation = o.organisation
        LEFT JOIN networks n ON n.network = v.network
        LEFT JOIN addresses a ON a.address = v.address ORDER BY v.service"""
    ).to_pylist()
    terms = _terms(store)
    return [_without_nothing(_service(store, row, terms)) for row in rows]


def _service(
    store: Store, row: Mapping[str, Any], terms: Mapping[str, dict[str, Any]]
) -> dict[str, Any]:
    key = str(row["service"])
    own = _id(store, "service", key)
    group = _id(store, "organization", str(row["group_number"]))
    term = terms[row["category"]]
    schedule = None
    if row["weekday"] is not None and row["starts_at"]:
        schedule = {
            "id": _id(store, "schedule", key),
            "freq": "WEEKLY",
            "interval": 1,
            "byday": _DAYS[row["weekday"]],
            "opens_at": row["starts_at"],
            "closes_at": row["ends_at"],
        }
    cost = row["cost_pence"]
    free = not cost
    return {
        "id": own,
        "name": row["name"],
        "status": "active",
        "organization_id": group,
        "description": row["description"],
        "url": row["website"],
        "email": row["email"],
        "minimum_age": row["minimum_age"],
        "assured_date": _iso(row["quality_checked_on"]),
        "last_modified": f"{_iso(row['verified_on'])}T09:00:00Z" if row["verified_on"] else None,
        "organization": {
            "id": group,
            "name": row["group_name"],
            "description": row["group_description"],
            "email": row["email"],
            "website": row["website"],
            "organization_identifiers": [
                {
                    "id": _id(store, "identifier", str(row["group_number"])),
                    "organization_id": group,
                    "identifier_type": "Local directory code",
                    "identifier": row["ods_code"],
                }
            ],
        },
        "contacts": [
            {
                "id": _id(store, "contact", key),
                "service_id": own,
                "name": row["group_name"],
                "phones": [{"id": _id(store, "phone", key), "number": row["phone"]}],
            }
        ],
        "schedules": [schedule] if schedule else None,
        "cost_options": [
            {
                "id": _id(store, "cost", key),
                "service_id": own,
                "option": "Free" if free else "Per session",
                "amount": 0 if free else cost / 100,
                "amount_description": "Free" if free else f"£{cost / 100:.2f} a session",
            }
        ],
        "languages": [
            {
                "id": _id(store, "language", f"{key}:{code}"),
                "service_id": own,
                "name": _LANGUAGES.get(code, code),
                "code": code,
            }
            for code in (row["languages"] or "en").split()
        ],
        "service_areas": [
            {
                "id": _id(store, "area", key),
                "service_id": own,
                "name": row["network_name"] or "The whole borough",
            }
        ],
        "service_at_locations": [_place(store, row, own)] if row["address"] is not None else None,
        "attributes": [
            {
                "id": _id(store, "attribute", key),
                "link_id": own,
                "taxonomy_term_id": term["id"],
                "link_type": "service",
                "taxonomy_term": term,
            }
        ],
    }


def _place(store: Store, row: Mapping[str, Any], service: str) -> dict[str, Any]:
    address = str(row["address"])
    location = _id(store, "location", address)
    lines = ", ".join(line for line in (row["line_1"], row["line_2"]) if line)
    return {
        "id": _id(store, "service_at_location", str(row["service"])),
        "service_id": service,
        "location_id": location,
        "location": {
            "id": location,
            "location_type": "physical",
            "name": row["line_1"] or row["line_2"],
            "latitude": round(row["latitude"], 6),
            "longitude": round(row["longitude"], 6),
            "addresses": [
                {
                    "id": _id(store, "address", address),
                    "location_id": location,
                    "address_1": lines,
                    "city": row["town"],
                    "state_province": "Greater London",
                    "postal_code": row["postcode"],
                    "country": "GB",
                    "address_type": "physical",
                }
            ],
        },
    }


def _iso(day: dt.date | None) -> str | None:
    return None if day is None else day.isoformat()


def _without_nothing(value: Any) -> Any:
    """The same, without anything null or empty, however deep."""
    if isinstance(value, dict):
        kept = {name: _without_nothing(inner) for name, inner in value.items()}
        return {name: inner for name, inner in kept.items() if inner not in (None, "", [], {})}
    if isinstance(value, list):
        return [_without_nothing(inner) for inner in value]
    return value
