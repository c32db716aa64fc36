"""Somebody close to a patient: a RelatedPerson, or a contact within the patient's own record."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any, Final

from oneplace.feeds.fhir.meaning.codes import Concept, concept
from oneplace.feeds.fhir.meaning.forms import NOT_READ, note_extensions
from oneplace.feeds.fhir.meaning.people import GENDERS, reached
from oneplace.feeds.fhir.meaning.reading import Reading, whole_name
from oneplace.feeds.fhir.meaning.times import moment
from oneplace.feeds.fhir.meaning.values import numbers
from oneplace.vocabulary.rows import EntrySaid, SubjectKey
from oneplace.vocabulary.terms import EntryKind, EntryStatus, Exactness, ReachKind, TieKind

_KINDS: Final[dict[str, TieKind]] = {
    **dict.fromkeys(("SPS", "HUSB", "WIFE", "DOMPART", "FMRSPS"), TieKind.PARTNER),
    **dict.fromkeys(("CHILD", "CHLDADOPT", "SON", "SONC", "DAU", "DAUC", "STPCHLD"), TieKind.CHILD),
    **dict.fromkeys(("PRN", "FTH", "MTH", "NFTH", "NMTH", "STPPRN"), TieKind.PARENT),
    **dict.fromkeys(("SIB", "BRO", "SIS", "HBRO", "HSIS"), TieKind.SIBLING),
    **dict.fromkeys(
        ("FAMMEMB", "EXT", "GRPRN", "GRMTH", "GRFTH", "GRNDCHILD", "UNCLE", "AUNT", "COUSN",
         "NIENEPH", "INLAW", "CHLDINLAW", "PRNINLAW"),
        TieKind.OTHER_RELATIVE,
    ),
    "FRND": TieKind.FRIEND, "NBOR": TieKind.NEIGHBOUR, "ROOM": TieKind.FRIEND,
    "N": TieKind.NEXT_OF_KIN, "NOK": TieKind.NEXT_OF_KIN, "ECON": TieKind.NEXT_OF_KIN,
    "CAREGIVER": TieKind.UNPAID_CARER, "CGV": TieKind.UNPAID_CARER,
}  # fmt: skip
"""HL7's RoleCode (v3) and contact role (v2 table 0131); `C`, an emergency contact, is no tie."""
_RELATED_NAMES: Final = NOT_READ | {
    "patient", "identifier", "active", "relationship", "name", "telecom", "gender", "birthDate",
    "address", "period", "communication",
}  # fmt: skip
_CONTACT_NAMES: Final = frozenset(
    {"relationship", "name", "telecom", "address", "gender", "organization", "period", "extension"}
)


def related(resource: Mapping[str, Any], reading: Reading) -> EntrySaid | None:
    """A RelatedPerson; None where it does not say of whom."""
    reading.unmapped += [name for name in resource if name not in _RELATED_NAMES]
    subject = reading.pointer(resource["patient"]).subject
    if subject is None:
        return None
    detail: dict[str, Any] = {"numbers": numbers(resource.get("identifier", []), reading)}
    if "birthDate" in resource:
        detail["born_on"] = resource["birthDate"]
    for one in resource.get("communication", ()):
        detail.setdefault("language", concept(one["language"], reading).words)
    names = resource.get("name", ())
    name: Mapping[str, Any] = next(
        (one for one in names if one.get("use") not in {"old", "maiden"}), {}
    )
    entry = _entry(
        resource,
        reading,
        name=name,
        subject=subject,
        key=reading.own_key,
        detail=detail,
        resource=resource,
    )
    if resource.get("active") is False:
        entry = entry._replace(status=EntryStatus.ENDED)
    return entry


def contacts(resource: Mapping[str, Any], subject: SubjectKey, reading: Reading) -> list[EntrySaid]:
    """The contacts of a patient. They have no id: the name and the relationship make their key."""
    found = []
    for contact in resource.get("contact", ()):
        reading.unmapped += [f"contact.{n}" for n in contact if n not in _CONTACT_NAMES]
        detail: dict[str, Any] = {}
        for extension in contact.get("extension", ()):
            if "valuePositiveInt" in extension and extension["url"].endswith("ContactRank"):
                detail["rank"] = extension["valuePositiveInt"]
            else:
                note_extensions([extension], reading)
        if "organization" in contact:
            kept_by = reading.pointer(contact["organization"])
            detail["organisation"] = kept_by.code or kept_by.words
        name = contact.get("name", {})
        known = f"{whole_name(name)}|{detail.get('organisation', '')}|{_codes(contact)}"
        own = hashlib.sha256(known.encode()).hexdigest()[:16]
        key = f"{reading.own_key}#contact-{own}"
        found.append(
            _entry(
                contact,
                reading,
                name=name,
                subject=subject,
                key=key,
                detail=detail,
                resource=resource,
            )
        )
    return found


def _codes(contact: Mapping[str, Any]) -> str:
    said = [
        one.get("code", "")
        for relationship in contact.get("relationship", ())
        for one in relationship.get("coding", ())
    ]
    return " ".join(sorted(said))


def _entry(
    said: Mapping[str, Any],
    reading: Reading,
    *,
    name: Mapping[str, Any],
    subject: SubjectKey,
    key: str,
    detail: dict[str, Any],
    resource: Mapping[str, Any],
) -> EntrySaid:
    relationships = [concept(one, reading) for one in said.get("relationship", ())]
    ways = reached(said, reading)
    shown = whole_name(name) if name else str(detail.get("organisation", ""))
    address = next((way for way in ways if way.kind is ReachKind.ADDRESS), None)
    said_so = {
        "name": shown,
        "kinds": sorted({kind.value for one in relationships for kind in _kinds(one)}),
        "as_sent": ", ".join(one.words for one in relationships if one.words),
        "phones": [way.text for way in ways if way.kind in _PHONES],
        "emails": [way.text for way in ways if way.kind is ReachKind.EMAIL],
        "address": address.text if address else "",
        "postcode": address.postcode if address else "",
        "gender": GENDERS[said["gender"]].value if said.get("gender") in GENDERS else "",
        **detail,
    }
    said_at, version = reading.said(resource)
    spent = said.get("period", {})
    first = moment(spent["start"]) if "start" in spent else None
    last = moment(spent["end"]) if "end" in spent else None
    told = first or last
    told_exactly = told.exactness if told else Exactness.SECOND
    is_over = last is not None and last.at <= reading.sender.arrived_at
    return EntrySaid(
        reading.sender.source,
        EntryKind.TIE,
        key,
        subject,
        said_at,
        reading.place,
        version,
        EntryStatus.ENDED if is_over else EntryStatus.CURRENT,
        first.at if first else None,
        last.at if last else None,
        told_exactly,
        title=", ".join(filter(None, (shown, said_so["as_sent"]))) or EntryKind.TIE.label,
        detail={name: value for name, value in said_so.items() if value or value is False},
    )


_PHONES: Final = frozenset({ReachKind.LANDLINE, ReachKind.MOBILE, ReachKind.WORK_PHONE})


def _kinds(relationship: Concept) -> set[TieKind]:
    return {_KINDS[code.code] for code in relationship.codes if code.code in _KINDS}
