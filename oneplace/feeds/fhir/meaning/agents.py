"""Staff, their posts, organisations and places: agents, not residents."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from oneplace.feeds.fhir.meaning.codes import words, words_each
from oneplace.feeds.fhir.meaning.forms import note_rest
from oneplace.feeds.fhir.meaning.people import address_of
from oneplace.feeds.fhir.meaning.reading import Reading, name_of, ods_code, whole_name
from oneplace.feeds.fhir.meaning.values import numbers, period_of
from oneplace.vocabulary.rows import AgentSaid

_COMMON: Final = frozenset(
    {"resourceType", "id", "meta", "text", "contained", "identifier", "active", "telecom"}
)
_NAMES: Final[dict[str, frozenset[str]]] = {
    "Practitioner": _COMMON | {"name", "address", "gender", "birthDate"},
    "PractitionerRole": _COMMON
    | {"period", "practitioner", "organization", "code", "specialty", "location"},
    "Organization": _COMMON | {"type", "name", "alias", "address", "partOf"},
    "Location": _COMMON
    | {
        "status", "mode", "name", "alias", "description", "type", "address", "physicalType",
        "managingOrganization", "partOf",
    },
}  # fmt: skip
_REGISTRATIONS: Final = ("sds-user-id", "gmc", "gmp", "nmc", "hcpc", "gphc")
"""Parts of the addresses under which registrations of professionals are sent."""


def agent(kind: str, resource: Mapping[str, Any], reading: Reading) -> AgentSaid:
    """What a resource says of an agent."""
    note_rest(resource, _NAMES[kind], reading)
    said_at, version = reading.said(resource)
    found = _READERS[kind](resource, reading)
    detail = {
        "numbers": numbers(resource.get("identifier", []), reading),
        "is_active": resource.get("active"),
        "email": _reach(resource, "email"),
        **found.pop("detail"),
    }
    return AgentSaid(
        source=reading.sender.source,
        key=reading.own_key,
        said_at=said_at,
        place=reading.place,
        version=version,
        phone=_reach(resource, "phone"),
        detail={name: value for name, value in detail.items() if value or value is False},
        **found,
    )


def _reach(resource: Mapping[str, Any], system: str) -> str:
    return next(
        (
            str(way["value"])
            for way in resource.get("telecom", ())
            if way.get("system") == system and way.get("value") and way.get("use") != "old"
        ),
        "",
    )


def _staff(resource: Mapping[str, Any], reading: Reading) -> dict[str, Any]:
    name: Mapping[str, Any] = next(
        (one for one in resource.get("name", ()) if one.get("use") not in {"old", "maiden"}), {}
    )
    registration = next(
        (
            str(one["value"])
            for one in resource.get("identifier", ())
            if one.get("value")
            and any(word in one.get("system", "").lower() for word in _REGISTRATIONS)
        ),
        "",
    )
    detail = _addressed(next(iter(resource.get("address", ())), None))
    return {"name": whole_name(name), "kind": "person", "code": registration, "detail": detail}


def _post(resource: Mapping[str, Any], reading: Reading) -> dict[str, Any]:
    """What a member of staff does where: named after both."""
    roles = words_each(resource.get("code", []), reading)
    staff = reading.pointer(resource["practitioner"]) if "practitioner" in resource else None
    organisation = reading.pointer(resource["organization"]) if "organization" in resource else None
    spent = period_of(resource.get("period", {}), reading)
    name = ", ".join(filter(None, (staff.words if staff else "", *roles)))
    places = [reading.pointer(one) for one in resource.get("location", ())]
    return {
        "name": name or (organisation.words if organisation else ""),
        "kind": "post",
        "code": "",
        "part_of": organisation.agent if organisation else "",
        "detail": {
            "roles": roles,
            "specialties": words_each(resource.get("specialty", []), reading),
            "organisation": organisation.code or organisation.words if organisation else "",
            "started_on": spent.get("from", ""),
            "ended_on": spent.get("until", ""),
            "address": ", ".join(filter(None, (place.words for place in places))),
        },
    }


def _organisation(resource: Mapping[str, Any], reading: Reading) -> dict[str, Any]:
    detail = _addressed(next(iter(resource.get("address", ())), None))
    detail["type"] = words_each(resource.get("type", []), reading)
    detail["aliases"] = [one for one in resource.get("alias", ()) if one]
    whole = reading.pointer(resource["partOf"]).agent if "partOf" in resource else ""
    return {
        "name": name_of(resource),
        "kind": "organisation",
        "code": ods_code(resource),
        "part_of": whole,
        "detail": detail,
    }


def _place(resource: Mapping[str, Any], reading: Reading) -> dict[str, Any]:
    detail = _addressed(resource.get("address"))
    detail["type"] = words_each(resource.get("type", []), reading)
    if "physicalType" in resource:
        detail["type"] = [*detail["type"], words(resource["physicalType"], reading)]
    detail["aliases"] = [one for one in resource.get("alias", ()) if one]
    if "status" in resource:
        detail["is_active"] = resource["status"] == "active"
    whole = resource.get("partOf") or resource.get("managingOrganization")
    return {
        "name": name_of(resource) or resource.get("description", ""),
        "kind": "place",
        "code": ods_code(resource),
        "part_of": reading.pointer(whole).agent if whole else "",
        "detail": detail,
    }


def _addressed(address: Mapping[str, Any] | None) -> dict[str, Any]:
    if address is None:
        return {}
    found = address_of(address)
    return {"address": found.text, "postcode": found.postcode}


_READERS: Final[dict[str, Callable[[Mapping[str, Any], Reading], dict[str, Any]]]] = {
    "Practitioner": _staff,
    "PractitionerRole": _post,
    "Organization": _organisation,
    "Location": _place,
}
