"""What the standard asks of each entity, in our own words, and whether a document keeps to it.

Human Services Data Specification 3.0 and its UK profile, Open Referral, CC BY-SA 4.0; the facts of
field, type, format and requirement are theirs. A field that is not named here may stand all the
same: the standard allows additions that do not clash.
"""

import re
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

VERSION: Final = "HSDS-UK-3.0"
PROFILE: Final = "https://docs.openreferraluk.org/en/latest/"


@dataclass(frozen=True)
class Field:
    """One field: `string`, `number`, an entity's name, or `[entity]` for a list of them."""

    type: str = "string"
    format: str = ""
    is_required: bool = False
    one_of: tuple[str, ...] = ()


_ID = Field(format="uuid", is_required=True)
_REF = Field(format="uuid")
_WORDS = Field()
_NEEDED = Field(is_required=True)
_LINK = Field(format="uri")
_MAIL = Field(format="email")
_NUMBER = Field("number")
_PLACES = ("physical", "postal", "virtual")

ENTITIES: Final[Mapping[str, Mapping[str, Field]]] = {
    "service": {
        "id": _ID, "organization_id": Field(format="uuid", is_required=True), "name": _NEEDED,
        "status": Field(is_required=True, one_of=(
            "active", "inactive", "defunct", "temporarily closed")),
        "description": _WORDS, "url": _LINK, "email": _MAIL, "fees": _WORDS,
        "accreditations": _WORDS, "minimum_age": _NUMBER, "maximum_age": _NUMBER,
        "assured_date": Field(format="date"), "assurer_email": _MAIL, "alert": _WORDS,
        "last_modified": Field(format="date-time"), "schedules": Field("[schedule]"),
        "service_areas": Field("[service_area]"),
        "service_at_locations": Field("[service_at_location]"), "languages": Field("[language]"),
        "organization": Field("organization"), "cost_options": Field("[cost_option]"),
        "contacts": Field("[contact]"), "attributes": Field("[attribute]"),
    },
    "organization": {
        "id": _ID, "name": _NEEDED, "description": _NEEDED, "email": _MAIL, "website": _LINK,
        "uri": _LINK, "organization_identifiers": Field("[organization_identifier]"),
    },
    "organization_identifier": {
        "id": _ID, "organization_id": _REF, "identifier_type": _NEEDED, "identifier": _NEEDED,
        "identifier_scheme": _WORDS,
    },
    "location": {
        "id": _ID, "location_type": Field(is_required=True, one_of=_PLACES), "name": _WORDS,
        "description": _WORDS, "latitude": _NUMBER, "longitude": _NUMBER,
        "addresses": Field("[address]"), "accessibility": Field("[accessibility]"),
    },
    "address": {
        "id": _ID, "location_id": _REF, "address_1": _NEEDED, "city": _NEEDED,
        "state_province": _NEEDED, "postal_code": _NEEDED, "country": _NEEDED,
        "address_type": Field(is_required=True, one_of=_PLACES),
    },
    "service_at_location": {
        "id": _ID, "service_id": _REF, "location_id": _REF, "location": Field("location"),
        "service": Field("service"),
    },
    "schedule": {
        "id": _ID, "service_id": _REF, "freq": Field(one_of=("WEEKLY", "MONTHLY")),
        "interval": _NUMBER, "byday": Field(format="byday"), "opens_at": Field(format="time"),
        "closes_at": Field(format="time"), "description": _WORDS, "schedule_link": _LINK,
        "valid_from": Field(format="date"), "valid_to": Field(format="date"),
    },
    "contact": {"id": _ID, "service_id": _REF, "name": _WORDS, "title": _WORDS,
                "phones": Field("[phone]")},
    "phone": {"id": _ID, "contact_id": _REF, "number": _NEEDED, "description": _WORDS},
    "cost_option": {
        "id": _ID, "service_id": _REF, "option": _WORDS, "amount": _NUMBER,
        "amount_description": _WORDS,
    },
    "language": {"id": _ID, "service_id": _REF, "name": _WORDS, "code": _WORDS},
    "service_area": {"id": _ID, "service_id": _REF, "name": _WORDS, "extent": _WORDS,
                     "uri": _LINK},
    "accessibility": {"id": _ID, "location_id": _REF, "description": _WORDS, "url": _LINK},
    "attribute": {
        "id": _ID, "link_id": _REF, "link_type": _WORDS, "taxonomy_term_id": _REF,
        "taxonomy_term": Field("taxonomy_term"),
    },
    "taxonomy": {"id": _ID, "name": _NEEDED, "description": _NEEDED, "uri": _LINK,
                 "version": _WORDS},
    "taxonomy_term": {
        "id": _ID, "name": _NEEDED, "description": _NEEDED, "parent_id": _REF,
        "taxonomy": _WORDS, "taxonomy_id": _REF, "term_uri": _LINK,
    },
}  # fmt: skip
"""The fields we know of each entity."""
_PAGE: Final = {
    "total_items": int, "total_pages": int, "page_number": int, "size": int, "first_page": bool,
    "last_page": bool, "empty": bool, "contents": list,
}  # fmt: skip
_URI: Final = re.compile(r"^https?://[^\s/]+\.[^\s]+$")
_EMAIL: Final = re.compile(r"^[^@\s]+@[^@\s]+\.[^@\s]+$")
_TIME: Final = re.compile(r"^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?(Z|[+-]\d\d:\d\d)?$")
_DAYS: Final = re.compile(r"^([+-]?\d)?(MO|TU|WE|TH|FR|SA|SU)(,([+-]?\d)?(MO|TU|WE|TH|FR|SA|SU))*$")


def faults_of(document: Any, entity: str, *, where: str = "") -> Iterator[str]:
    """What is wrong with one entity and all within it, each with its place."""
    here = where or entity
    if not isinstance(document, Mapping):
        yield f"{here}: it is no object"
        return
    fields = ENTITIES[entity]
    for name, field in fields.items():
        if field.is_required and name not in document:
            yield f"{here}.{name}: required, and missing"
    for name, value in document.items():
        if value is None or value in ("", [], {}):
            yield f"{here}.{name}: null or empty; leave it out"
        elif name in fields:
            yield from _faults_of_value(value, fields[name], f"{here}.{name}")


def faults_of_page(document: Any, entity: str) -> Iterator[str]:
    """What is wrong with a page of a list: its counts, and every entity in it."""
    if not isinstance(document, Mapping):
        yield "page: it is no object"
        return
    for name, kind in _PAGE.items():
        if not isinstance(document.get(name), kind):
            yield f"page.{name}: missing, or no {kind.__name__}"
            return
    contents = document["contents"]
    number, pages = document["page_number"], document["total_pages"]
    if document["size"] != len(contents):
        yield f"page.size: says {document['size']}, holds {len(contents)}"
    if document["empty"] is not (not contents):
        yield "page.empty: disagrees with contents"
    if document["first_page"] is not (number == 1):
        yield "page.first_page: disagrees with page_number"
    if document["last_page"] is not (number >= pages):
        yield "page.last_page: disagrees with total_pages"
    for position, row in enumerate(contents):
        yield from faults_of(row, entity, where=f"{entity}[{position}]")


def _faults_of_value(value: Any, field: Field, where: str) -> Iterator[str]:
    if field.type.startswith("["):
        if not isinstance(value, list):
            yield f"{where}: no list"
            return
        for position, row in enumerate(value):
            yield from faults_of(row, field.type.strip("[]"), where=f"{where}[{position}]")
    elif field.type in ENTITIES:
        yield from faults_of(value, field.type, where=where)
    elif field.type == "number":
        if isinstance(value, bool) or not isinstance(value, int | float):
            yield f"{where}: no number"
    elif not isinstance(value, str):
        yield f"{where}: no text"
    elif field.one_of and value not in field.one_of:
        yield f"{where}: “{value}” is none of {', '.join(field.one_of)}"
    elif not keeps_to(value, field.format):
        yield f"{where}: “{value}” is no {field.format}"


def keeps_to(value: str, wanted: str) -> bool:
    """Whether a text is a `uuid`, `uri`, `email`, `date`, `date-time`, `time` or `byday`."""
    if wanted == "uuid":
        try:
            uuid.UUID(value)
        except ValueError:
            return False
        return True
    if wanted in ("date", "date-time"):
        try:
            read = datetime.fromisoformat(value)
        except ValueError:
            return False
        return wanted == "date" or read.tzinfo is not None
    patterns = {"uri": _URI, "email": _EMAIL, "time": _TIME, "byday": _DAYS}
    return wanted not in patterns or bool(patterns[wanted].match(value))
