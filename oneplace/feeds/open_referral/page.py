"""Reads a page of services: what can be read is kept, every fault is told with its place.

The Human Services Data Specification 3.0 and its UK profile (Open Referral, CC BY-SA 4.0).
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, time
from typing import Any, Final

import orjson

from oneplace.feeds.open_referral.rows import (
    PageSaid,
    PlaceSaid,
    ProviderSaid,
    ServiceSaid,
    TimeSaid,
)

_DAYS: Final = {"MO": 0, "TU": 1, "WE": 2, "TH": 3, "FR": 4, "SA": 5, "SU": 6}
_DAY: Final = re.compile(r"(MO|TU|WE|TH|FR|SA|SU)$")
_LINK: Final = re.compile(r"^https?://[^\s/]+\.[^\s]+$")
_OLDEST: Final = 120

Faults = list[tuple[str, str]]


class NotAPage(ValueError):
    """What came is no page of a list; the message says why."""


def read_page(content: bytes) -> PageSaid:
    """The services of a page; raises `NotAPage` where there is no list to read."""
    try:
        page = orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise NotAPage(f"It is no JSON: {error}.") from None
    said = _mapping(page)
    rows = page if isinstance(page, list) else said.get("contents", said.get("content"))
    if not isinstance(rows, list):
        raise NotAPage("It has no list of contents, as a page of Open Referral has.")
    faults: Faults = []
    total = said.get("total_items")
    size = said.get("size")
    if isinstance(size, int) and size != len(rows):
        faults.append(("page", f"It says that it holds {size} services and holds {len(rows)}."))
    services = tuple(
        found
        for number, row in enumerate(rows, start=1)
        if (found := _service(_mapping(row), f"service {number}", faults)) is not None
    )
    return PageSaid(services, total if isinstance(total, int) else None, tuple(faults))


def _service(row: Mapping[str, Any], place: str, faults: Faults) -> ServiceSaid | None:
    name, key = _text(row, "name"), _text(row, "id")
    provider = _provider(row, place, faults)
    if not name:
        faults.append((f"{place}, name", "It has no name, so nobody could be told of it."))
        return None
    if not key:
        faults.append(
            (f"{place}, id", "It has no id; it is known by its organisation and name instead.")
        )
        key = f"{provider.key}|{name}".lower()[:120]
    cost, cost_words = _cost(row)
    website = _link(row, "url", place, faults)
    contact = next(iter(_rows(row, "contacts")), {})
    phone = next((_text(each, "number") for each in _phones(row, contact)), "")
    return ServiceSaid(
        key=key,
        name=name,
        provider=provider,
        is_active=_text(row, "status") in ("", "active"),
        what=_text(row, "description"),
        who_for=_text(row, "eligibility_description") or _who_for(row),
        kinds=tuple(dict.fromkeys(_kinds(row))),
        min_age=_age(row, "minimum_age", place, faults),
        max_age=_age(row, "maximum_age", place, faults),
        cost_pence=cost,
        cost_words=cost_words,
        languages=tuple(
            dict.fromkeys(filter(None, (_text(one, "name") for one in _rows(row, "languages"))))
        ),
        area=", ".join(filter(None, (_text(one, "name") for one in _rows(row, "service_areas")))),
        how_to_refer=_text(row, "application_process"),
        email=_text(row, "email"),
        phone=phone,
        website=website,
        checked_on=_day(row, "assured_date") or _day(row, "last_modified"),
        places=tuple(_places(row, place, faults)),
        times=tuple(_times(row, place, faults)),
    )


def _provider(row: Mapping[str, Any], place: str, faults: Faults) -> ProviderSaid:
    said = _mapping(row.get("organization"))
    key = _text(said, "id") or _text(row, "organization_id")
    name = _text(said, "name")
    if not key and not name:
        faults.append((f"{place}, organization", "Nobody is said to offer it."))
    code = next((_text(each, "identifier") for each in _rows(said, "organization_identifiers")), "")
    return ProviderSaid(
        key=key or name.lower()[:120] or "nobody",
        name=name or "Not said who",
        what=_text(said, "description"),
        email=_text(said, "email"),
        website=_link(said, "website", f"{place}, organization", faults),
        code=code,
    )


def _phones(row: Mapping[str, Any], contact: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield from _rows(row, "phones")
    yield from _rows(contact, "phones")


def _kinds(row: Mapping[str, Any]) -> Iterator[str]:
    for attribute in _rows(row, "attributes"):
        if name := _text(_mapping(attribute.get("taxonomy_term")), "name"):
            yield name


def _who_for(row: Mapping[str, Any]) -> str:
    least, most = row.get("minimum_age"), row.get("maximum_age")
    if isinstance(least, int | float) and isinstance(most, int | float):
        return f"People from {least:g} to {most:g}"
    return f"People from {least:g} years on" if isinstance(least, int | float) and least else ""


def _cost(row: Mapping[str, Any]) -> tuple[int | None, str]:
    for option in _rows(row, "cost_options"):
        amount = option.get("amount")
        words = _text(option, "amount_description") or _text(option, "option")
        if isinstance(amount, int | float) and amount >= 0:
            return round(amount * 100), words
        if words:
            return None, words
    return None, ""


def _age(row: Mapping[str, Any], name: str, place: str, faults: Faults) -> int | None:
    value = row.get(name)
    if value is None:
        return None
    if isinstance(value, int | float) and 0 <= value <= _OLDEST:
        return int(value)
    faults.append((f"{place}, {name}", "It is no age in years; nobody is left out because of it."))
    return None


def _link(row: Mapping[str, Any], name: str, place: str, faults: Faults) -> str:
    value = _text(row, name)
    if value and not _LINK.match(value):
        faults.append((f"{place}, {name}", "It is no address of a website, and is not shown."))
        return ""
    return value


def _places(row: Mapping[str, Any], place: str, faults: Faults) -> Iterator[PlaceSaid]:
    for held in _rows(row, "service_at_locations"):
        said = _mapping(held.get("location"))
        home = next(iter(_rows(said, "addresses")), {})
        lines = filter(None, (_text(home, part) for part in ("address_1", "address_2", "city")))
        address = ", ".join(dict.fromkeys(lines))
        latitude, longitude = _degrees(said, "latitude"), _degrees(said, "longitude")
        if not _is_here(latitude, longitude):
            faults.append((f"{place}, location", "It lies outside the United Kingdom; not used."))
            latitude = longitude = None
        yield PlaceSaid(
            key=_text(said, "id") or _text(held, "location_id") or address.lower()[:120],
            name=_text(said, "name"),
            address=address,
            postcode=_text(home, "postal_code").upper(),
            latitude=latitude,
            longitude=longitude,
            access_words="; ".join(
                filter(None, (_text(one, "description") for one in _rows(said, "accessibility")))
            ),
        )


def _times(row: Mapping[str, Any], place: str, faults: Faults) -> Iterator[TimeSaid]:
    for said in _rows(row, "schedules"):
        days = tuple(
            sorted(
                {
                    _DAYS[found[1]]
                    for day in _text(said, "byday").upper().split(",")
                    if (found := _DAY.search(day.strip()))
                }
            )
        )
        opens, closes = _time(said, "opens_at"), _time(said, "closes_at")
        if _text(said, "opens_at") and opens is None:
            faults.append((f"{place}, opens_at", "It is no time of day; ring to ask when."))
        every = said.get("interval")
        yield TimeSaid(
            weekdays=days or (tuple(range(7)) if _text(said, "freq") == "DAILY" else ()),
            opens_at=opens,
            closes_at=closes,
            every_weeks=every if isinstance(every, int) and every > 0 else 1,
            words=_text(said, "description") or _text(said, "notes"),
        )


def _degrees(row: Mapping[str, Any], name: str) -> float | None:
    value = row.get(name)
    return float(value) if isinstance(value, int | float) else None


def _is_here(latitude: float | None, longitude: float | None) -> bool:
    """Whether a place lies within the United Kingdom, roughly, or nobody said where it lies."""
    if latitude is None or longitude is None:
        return True
    return 49 <= latitude <= 61 and -9 <= longitude <= 2


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _rows(row: Mapping[str, Any], name: str) -> Sequence[Mapping[str, Any]]:
    value = row.get(name)
    return [each for each in value if isinstance(each, Mapping)] if isinstance(value, list) else []


def _text(row: Mapping[str, Any], name: str) -> str:
    value = row.get(name)
    if not isinstance(value, str):
        return ""
    return value.replace("\x00", "").strip()


def _day(row: Mapping[str, Any], name: str) -> date | None:
    try:
        return date.fromisoformat(_text(row, name)[:10])
    except ValueError:
        return None


def _time(row: Mapping[str, Any], name: str) -> time | None:
    try:
        return time.fromisoformat(_text(row, name)).replace(tzinfo=None)
    except ValueError:
        return None
