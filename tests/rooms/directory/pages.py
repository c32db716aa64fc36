"""Pages of a small directory, and their way through the door."""

import io
from datetime import datetime
from typing import Any

import orjson

from oneplace.feeds import queries as feeds
from oneplace.feeds import verbs as feeds_verbs
from oneplace.feeds.models import Delivery, Source
from oneplace.feeds.reading import Received
from oneplace.records import verbs as records_verbs
from oneplace.vocabulary.terms import Door
from tests.factories import AT, LOADER

GARDEN: dict[str, Any] = {
    "id": "s1",
    "name": "Garden friends",
    "status": "active",
    "organization_id": "o1",
    "description": "Volunteers who help older people with their gardens.",
    "email": "garden@example.org",
    "url": "https://garden.example.org",
    "assured_date": "2026-02-01",
    "organization": {"id": "o1", "name": "Green Hands", "email": "office@example.org"},
    "cost_options": [{"id": "c1", "option": "Free", "amount": 0}],
    "attributes": [{"taxonomy_term": {"id": "t1", "name": "Gardening help"}}],
}
LUNCH: dict[str, Any] = {
    "id": "s2",
    "name": "Lunch at St Paul's",
    "status": "active",
    "organization_id": "o2",
    "description": "A hot meal and company on Tuesdays.",
    "minimum_age": 60,
    "last_modified": "2026-01-05T09:00:00Z",
    "organization": {"id": "o2", "name": "St Paul's"},
    "contacts": [{"id": "k", "phones": [{"id": "p", "number": "020 7946 0177"}]}],
    "cost_options": [
        {"id": "c2", "option": "Per session", "amount": 4.5, "amount_description": "£4.50"}
    ],
    "schedules": [
        {"freq": "WEEKLY", "interval": 1, "byday": "TU", "opens_at": "12:00", "closes_at": "14:00"}
    ],
    "languages": [{"name": "English"}, {"name": "Tamil"}],
    "service_at_locations": [
        {
            "location": {
                "id": "l1",
                "name": "St Paul's hall",
                "latitude": 51.4,
                "longitude": -0.1,
                "addresses": [{"address_1": "1 High Street", "postal_code": "CR7 8AB"}],
            }
        }
    ],
    "attributes": [{"taxonomy_term": {"id": "t2", "name": "Lunch clubs"}}],
}


def page(*services: dict[str, Any]) -> bytes:
    """A page that is a whole list."""
    return orjson.dumps(
        {
            "total_items": len(services),
            "total_pages": 1,
            "page_number": 1,
            "size": len(services),
            "contents": list(services),
        }
    )


def received(content: bytes) -> Received:
    """A page as the door's reader sees it."""
    return Received(
        id="1",
        source="voluntary_directory",
        organisation="age_uk",
        name="directory/open_referral/2026-03-09/services_page_1.json",
        size=len(content),
        sha256="",
        arrived_at=AT,
        open=lambda: io.BytesIO(content),
    )


def delivered(content: bytes, *, release: str = "2026-03-09", at: datetime) -> Delivery:
    """A page that came in at the door and has not been read."""
    return feeds_verbs.receive(
        source=Source.objects.get(pk="voluntary_directory"),
        content=content,
        name=f"directory/open_referral/{release}/services_page_1.json",
        door=Door.COMMAND,
        by=LOADER,
        at=at,
    )


def arrive(content: bytes, *, release: str = "2026-03-09", at: datetime) -> None:
    """Have a page come in at the door and be read."""
    delivered(content, release=release, at=at)
    records_verbs.take_in(deliveries=feeds.waiting(), by=LOADER, at=at)
