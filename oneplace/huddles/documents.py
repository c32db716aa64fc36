"""A huddle's paragraph as a FHIR document: one Bundle a GP's system can file as it stands. Pure.

The shape is a document Bundle (FHIR R4: Composition first, then whom it speaks of) with a
DocumentReference beside it, whose attachment holds the words as plain text for systems that take
no structured document in.
"""

import base64
import uuid
from datetime import datetime
from typing import Any, Final

from oneplace.huddles.models import Paragraph
from oneplace.kit.formats import day
from oneplace.kit.words import say

_NHS_NUMBER: Final = "https://fhir.nhs.uk/Id/nhs-number"
_ODS: Final = "https://fhir.nhs.uk/Id/ods-organization-code"
_LOINC: Final = "http://loinc.org"
# LOINC 34133-9: Summarization of episode note; the type a GP's system files letters under.
_TYPE: Final = {"coding": [{"system": _LOINC, "code": "34133-9", "display": "Summary of episode"}]}


def bundle_of(paragraph: Paragraph) -> dict[str, Any]:
    """The document of a checked paragraph; a draft says `preliminary` and nothing may be filed."""
    item = paragraph.item
    person, practice = item.person, item.case.practice
    is_final = paragraph.checked_at is not None
    written_at = paragraph.checked_at or paragraph.drafted_at
    patient, author = f"urn:uuid:{person.pk}", f"urn:uuid:{_author_id(paragraph)}"
    title = say("Outcome of the {huddle} of {day}", day=day(item.meeting.starts_at))
    return {
        "resourceType": "Bundle",
        "type": "document",
        "identifier": {"system": "urn:ietf:rfc:3986", "value": f"urn:uuid:{paragraph.pk}"},
        "timestamp": _instant(written_at),
        "entry": [
            {
                "fullUrl": f"urn:uuid:{paragraph.pk}",
                "resource": {
                    "resourceType": "Composition",
                    "status": "final" if is_final else "preliminary",
                    "type": _TYPE,
                    "subject": {"reference": patient},
                    "date": _instant(written_at),
                    "author": [{"reference": author}],
                    "title": title,
                    "custodian": {"reference": f"urn:uuid:{practice.pk}"},
                    "section": [{"title": "Outcome", "text": _narrative(paragraph.words)}],
                },
            },
            {"fullUrl": patient, "resource": _patient(person)},
            {
                "fullUrl": author,
                "resource": {
                    "resourceType": "Practitioner",
                    "name": [{"text": paragraph.clinician_name if is_final else "Not checked yet"}],
                },
            },
            {
                "fullUrl": f"urn:uuid:{practice.pk}",
                "resource": {
                    "resourceType": "Organization",
                    "identifier": [{"system": _ODS, "value": practice.code}],
                    "name": practice.name,
                },
            },
            {
                "fullUrl": f"urn:uuid:{item.pk}",
                "resource": {
                    "resourceType": "DocumentReference",
                    "status": "current",
                    "docStatus": "final" if is_final else "preliminary",
                    "type": _TYPE,
                    "subject": {"reference": patient},
                    "date": _instant(written_at),
                    "author": [{"reference": author}],
                    "custodian": {"reference": f"urn:uuid:{practice.pk}"},
                    "content": [
                        {
                            "attachment": {
                                "contentType": "text/plain; charset=utf-8",
                                "title": title,
                                "data": base64.b64encode(paragraph.words.encode()).decode(),
                            }
                        }
                    ],
                },
            },
        ],
    }


def _author_id(paragraph: Paragraph) -> uuid.UUID:
    # Whoever was named and has not checked it yet is no author of it.
    named = paragraph.clinician_id if paragraph.checked_at is not None else None
    return named or paragraph.pk


def _instant(at: datetime) -> str:
    return at.isoformat(timespec="seconds")


def _patient(person: Any) -> dict[str, Any]:
    found: dict[str, Any] = {
        "resourceType": "Patient",
        "name": [{"family": person.family, "given": [person.given]}],
    }
    if person.nhs_number:
        found["identifier"] = [{"system": _NHS_NUMBER, "value": person.nhs_number}]
    if person.born_on:
        found["birthDate"] = person.born_on.isoformat()
    return found


def _narrative(words: str) -> dict[str, str]:
    safe = words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return {
        "status": "generated",
        "div": f'<div xmlns="http://www.w3.org/1999/xhtml"><p>{safe}</p></div>',
    }
