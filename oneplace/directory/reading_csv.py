"""A table of services typed by hand, as a spreadsheet saves it: what can be read, every fault told.

One row is one service at one place. Column names may be written as people write them; which is
which stands in `COLUMNS`. No row is lost without a word: one without a name is told of, anything
else that cannot be read is left out of its entry and told of.
"""

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import Final

from oneplace.feeds.open_referral.rows import PlaceSaid, ProviderSaid, ServiceSaid, TimeSaid

Faults = list[tuple[str, str]]

COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "key": ("id", "reference", "service id"),
    "name": ("name", "service", "service name", "title"),
    "provider": ("organisation", "organization", "provider", "charity", "group"),
    "what": ("description", "what", "about"),
    "who_for": ("who for", "eligibility", "for whom"),
    "kinds": ("kind", "category", "type"),
    "min_age": ("minimum age", "age from", "from age"),
    "max_age": ("maximum age", "age to", "to age"),
    "cost": ("cost", "price", "fee"),
    "languages": ("languages", "language"),
    "area": ("area", "covers"),
    "how_to_refer": ("how to refer", "referral", "how to ask"),
    "email": ("email", "e-mail", "mail"),
    "phone": ("phone", "telephone", "number"),
    "website": ("website", "web", "url"),
    "address": ("address", "venue", "place"),
    "postcode": ("postcode", "post code"),
    "days": ("days", "day"),
    "opens": ("opens", "from time", "start", "starts"),
    "closes": ("closes", "to time", "end", "ends"),
    "checked_on": ("checked on", "last checked", "assured date", "updated"),
}
"""Our names for the columns, and how people write them."""
MOST_ROWS: Final = 20_000

_POSTCODE: Final = re.compile(r"^[A-Z]{1,2}\d[A-Z\d]?\d[A-Z]{2}$")
_PATTERNS: Final = {
    "email": (re.compile(r"^[^@\s]+@[^@\s]+\.[^@\s]+$"), "no email address"),
    "website": (re.compile(r"^https?://[^\s/]+\.[^\s]+$"), "no address of a website"),
}
_TIME: Final = re.compile(r"^(\d{1,2})[:.]?(\d{2})?\s*(am|pm)?$")
_DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_OLDEST: Final = 120


class NotATable(ValueError):
    """What came is no table of services; the message says why and what to do."""


@dataclass(frozen=True)
class TableSaid:
    """The services of a table, and what is wrong with it: where, and what to do."""

    services: tuple[ServiceSaid, ...]
    faults: tuple[tuple[str, str], ...]


def read_table(content: bytes) -> TableSaid:
    """The services of a table; raises `NotATable` where there is none to read."""
    rows = list(csv.reader(io.StringIO(_text(content)), strict=False))
    head = next((row for row in rows if any(cell.strip() for cell in row)), None)
    if head is None:
        raise NotATable("The file is empty.")
    columns = _columns(head)
    if "name" not in columns:
        wanted = ", ".join(COLUMNS["name"])
        raise NotATable(f"No column says what each service is called. Name one of them: {wanted}.")
    faults: Faults = _unknown(head, columns)
    services = []
    begin = rows.index(head) + 1
    if len(rows) - begin > MOST_ROWS:
        raise NotATable(f"The table has more than {MOST_ROWS:,} rows. Send it in parts.")
    for number, row in enumerate(rows[begin:], start=begin + 1):
        if any(cell.strip() for cell in row):
            cells = {
                name: row[place].replace("\x00", "").strip() if place < len(row) else ""
                for name, place in columns.items()
            }
            if len(row) > len(head):
                faults.append((f"row {number}", "It has more cells than the head has columns."))
            said = _service(cells, f"row {number}", faults)
            if said is not None:
                services.append(said)
    return TableSaid(_joined(services, faults), tuple(faults))


def _text(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        # As spreadsheets of one maker save "CSV" unless asked otherwise.
        return content.decode("cp1252", errors="replace")


def _columns(head: list[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for place, cell in enumerate(head):
        said = " ".join(cell.replace("_", " ").lower().split())
        for name, words in COLUMNS.items():
            if said in words and name not in found:
                found[name] = place
    return found


def _unknown(head: list[str], columns: Mapping[str, int]) -> Faults:
    known = set(columns.values())
    return [
        (f"column “{cell.strip()}”", "We do not know what it tells; it was not read.")
        for place, cell in enumerate(head)
        if cell.strip() and place not in known
    ]


def _service(cells: Mapping[str, str], place: str, faults: Faults) -> ServiceSaid | None:
    def cell(name: str) -> str:
        return cells.get(name, "")

    if not cell("name"):
        faults.append((f"{place}, name", "It has no name, so nobody could be told of it."))
        return None
    provider = cell("provider") or cell("name")
    if not cell("provider"):
        faults.append((f"{place}, organisation", "Nobody is said to offer it."))
    pence, cost = _cost(cell("cost"))
    return ServiceSaid(
        key=(cell("key") or f"{provider}|{cell('name')}").lower()[:120],
        name=cell("name"),
        provider=ProviderSaid(
            key=provider.lower()[:120], name=provider, phone=cell("phone"), email=""
        ),
        what=cell("what"),
        who_for=cell("who_for"),
        kinds=tuple(filter(None, (cell("kinds"),))),
        min_age=_age(cells, "min_age", place, faults),
        max_age=_age(cells, "max_age", place, faults),
        cost_pence=pence,
        cost_words=cost,
        languages=tuple(_list(cell("languages"))),
        area=cell("area"),
        how_to_refer=cell("how_to_refer"),
        email=_checked(cells, "email", place, faults),
        phone=cell("phone"),
        website=_checked(cells, "website", place, faults),
        checked_on=_day(cells, place, faults),
        places=tuple(_places(cells, place, faults)),
        times=tuple(_times(cells, place, faults)),
    )


def _joined(services: list[ServiceSaid], faults: Faults) -> tuple[ServiceSaid, ...]:
    """Rows of the same service are its places and times; which rows were joined is no fault."""
    found: dict[str, ServiceSaid] = {}
    for said in services:
        before = found.get(said.key)
        if before is None:
            found[said.key] = said
            continue
        if before.what and said.what and before.what != said.what:
            faults.append(
                (f"“{said.name}”", "Two rows of it say different things; the first one stands.")
            )
        found[said.key] = before._replace(
            places=tuple(dict.fromkeys([*before.places, *said.places])),
            times=tuple(dict.fromkeys([*before.times, *said.times])),
        )
    return tuple(found.values())


def _list(words: str) -> Iterator[str]:
    for part in re.split(r"[,;/]| and ", words):
        if part.strip():
            yield part.strip()


def _cost(words: str) -> tuple[int | None, str]:
    said = words.strip()
    if said.lower() in ("free", "0", "£0", "no cost", "none"):
        return 0, "Free"
    amount = re.fullmatch(r"£?\s*(\d+(?:\.\d{1,2})?)", said)
    return (round(float(amount[1]) * 100), f"£{float(amount[1]):.2f}") if amount else (None, said)


def _age(cells: Mapping[str, str], name: str, place: str, faults: Faults) -> int | None:
    said = cells.get(name, "")
    if not said:
        return None
    if said.isdigit() and int(said) <= _OLDEST:
        return int(said)
    faults.append((f"{place}, age", f"“{said}” is no age in years; nobody is left out by it."))
    return None


def _checked(cells: Mapping[str, str], name: str, place: str, faults: Faults) -> str:
    said = cells.get(name, "")
    pattern, what = _PATTERNS[name]
    if said and not pattern.match(said):
        faults.append((f"{place}, {name}", f"“{said}” is {what}; it is not shown."))
        return ""
    return said


def _day(cells: Mapping[str, str], place: str, faults: Faults) -> date | None:
    said = cells.get("checked_on", "")
    if not said:
        return None
    for pattern in (r"(\d{4})-(\d{1,2})-(\d{1,2})", r"(\d{1,2})[./-](\d{1,2})[./-](\d{4})"):
        if found := re.fullmatch(pattern, said):
            year, month, day = found.groups() if len(found[1]) == 4 else found.groups()[::-1]
            try:
                return date(int(year), int(month), int(day))
            except ValueError:
                break
    faults.append((f"{place}, checked on", f"“{said}” is no date; write it like 7/3/2026."))
    return None


def _places(cells: Mapping[str, str], place: str, faults: Faults) -> Iterator[PlaceSaid]:
    address, postcode = cells.get("address", ""), cells.get("postcode", "").upper()
    compact = "".join(postcode.split())
    if compact and not _POSTCODE.match(compact):
        faults.append((f"{place}, postcode", f"“{postcode}” is no postcode; not shown on the map."))
        compact = ""
    if address or compact:
        spelt = f"{compact[:-3]} {compact[-3:]}" if compact else ""
        yield PlaceSaid(
            key=f"{address}|{compact}".lower()[:120],
            name=address.split(",")[0],
            address=address,
            postcode=spelt,
        )


def _times(cells: Mapping[str, str], place: str, faults: Faults) -> Iterator[TimeSaid]:
    said = cells.get("days", "")
    days = []
    for part in _list(said):
        number = next((at for at, day in enumerate(_DAYS) if part.lower().startswith(day)), None)
        if number is None:
            faults.append((f"{place}, days", f"“{part}” is no day of the week; ring to ask when."))
        else:
            days.append(number)
    opens, closes = (_time(cells, name, place, faults) for name in ("opens", "closes"))
    if days or opens:
        yield TimeSaid(weekdays=tuple(sorted(set(days))), opens_at=opens, closes_at=closes)


def _time(cells: Mapping[str, str], name: str, place: str, faults: Faults) -> time | None:
    said = cells.get(name, "").lower()
    if not said:
        return None
    if found := _TIME.match(said):
        hour = int(found[1]) % 12 + (12 if found[3] == "pm" else 0) if found[3] else int(found[1])
        if hour < 24 and int(found[2] or 0) < 60:
            return time(hour, int(found[2] or 0))
    faults.append((f"{place}, {name}", f"“{said}” is no time of day; ring to ask when."))
    return None
