"""Small readings shared by the rows: times, codes, names and numbers in our own words."""

import re
from datetime import date
from functools import cache
from typing import Any, Final

from oneplace.feeds.hl7.facts import Coded, Identifier, Location, Professional
from oneplace.feeds.hl7.tables import codes
from oneplace.feeds.hl7.times import Moment, Precision
from oneplace.vocabulary.rows import SubjectKey
from oneplace.vocabulary.terms import Exactness

_EXACTNESS: Final = {
    Precision.YEAR: Exactness.YEAR,
    Precision.MONTH: Exactness.MONTH,
    Precision.DAY: Exactness.DAY,
}
# What senders write in the third component, and the short words of our rows.
_SYSTEMS: Final = {
    "SCT": "snomed", "SNM": "snomed", "SNOMED": "snomed", "SNOMED CT": "snomed",
    "I10": "icd10", "ICD10": "icd10", "ICD-10": "icd10",
    "OPCS": "opcs4", "OPCS4": "opcs4", "OPCS-4": "opcs4", "O4": "opcs4",
    "DMD": "dmd", "DM+D": "dmd",
}  # fmt: skip
_POSTCODE: Final = re.compile(r"([A-Z]{1,2}[0-9][A-Z0-9]?)([0-9][A-Z]{2})")
_AUTHORITY: Final = "hospital:"
_WITHIN_BRACKETS: Final = re.compile(r" ?\([^()]*\)")
_ASIDES: Final = re.compile(r"[,.(]| i\.e\.| unless listed")


def authority(name: str) -> str:
    """The namespace of the numbers one hospital gives."""
    return f"{_AUTHORITY}{name}"


def subject_of(identifiers: tuple[Identifier, ...], facility: str) -> SubjectKey | None:
    """The number by which the sender knows the patient; None where it gives none at all.

    Its own hospital's number first, else the first of another hospital; where only an NHS number
    came, that number as the sender's own word for the patient.
    """
    local = [each for each in identifiers if not each.is_nhs_number]
    own = [each for each in local if each.authority == facility] or local
    for each in own:
        return SubjectKey(authority(each.authority or facility), each.value)
    for each in identifiers:
        return SubjectKey(authority(facility), f"nhs:{each.value}")
    return None


def joined(subject: SubjectKey) -> str:
    """A subject as one text, for an index."""
    return f"{subject.authority}|{subject.value}"


def exactness(moment: Moment) -> Exactness:
    """How exactly a time was told."""
    return _EXACTNESS.get(moment.precision, Exactness.SECOND)


def iso(moment: Moment | None) -> str | None:
    """A time as JSON holds it: a day as a day, anything finer as a moment."""
    if moment is None:
        return None
    if moment.precision <= Precision.DAY:
        return day(moment).isoformat()
    return moment.at.isoformat()


def day(moment: Moment) -> date:
    """The day by the wall clock."""
    return moment.on


def words(coded: Coded | None) -> str:
    """A code in words, as sent."""
    if coded is None:
        return ""
    return coded.display or coded.other_display or coded.code or coded.other_code


def system(coded: Coded) -> str:
    """Our word for the system a code is of, else the sender's own."""
    return _SYSTEMS.get(coded.system.upper(), coded.system)


def codings(coded: Coded | None, *, is_all: bool = False) -> list[dict[str, str]]:
    """The alternate coding of a code, as `CodedDetail`; with `is_all` the first one too."""
    if coded is None:
        return []
    first = {"code": coded.code, "system": system(coded), "words": coded.display}
    other = {
        "code": coded.other_code,
        "system": _SYSTEMS.get(coded.other_system.upper(), coded.other_system),
        "words": coded.other_display,
    }
    return [
        said_only(each)
        for each in ((first, other) if is_all else (other,))
        if each["code"] or each["words"]
    ]


def of_list(name: str, code: str) -> str:
    """A code of one of the standard's lists in its words, or as sent where the list has it not."""
    return _shown(name, code) or code


def listed(name: str, code: str) -> list[dict[str, str]]:
    """A code of one of the standard's lists as `CodedDetail`; its system is `nhs_` and its list."""
    if not code:
        return []
    return [said_only({"code": code, "system": f"nhs_{name}", "words": _shown(name, code)})]


@cache
def _shown(name: str, code: str) -> str:
    """A code's words as far as they say what it is: what they leave out and list is cut."""
    known = codes(name).get(code)
    if known is None:
        return ""
    return _ASIDES.split(_WITHIN_BRACKETS.sub("", known["display"]), maxsplit=1)[0].strip()


def named(professional: Professional) -> str:
    """A professional's name as it is said."""
    parts = (professional.prefix, professional.given, professional.family)
    return " ".join(part for part in parts if part) or professional.identifier


def who(professional: Professional, role: str, facility: str) -> dict[str, str]:
    """A professional as `WhoDetail`, with the number that names them."""
    return said_only(
        {
            "name": named(professional),
            "role": role,
            "agent": professional_key(professional, facility),
            "code": professional.identifier,
        }
    )


def professional_key(professional: Professional, facility: str) -> str:
    """The key of a professional as somebody who acts; empty where no number was sent."""
    if not professional.identifier:
        return ""
    return f"person:{professional.authority or facility}:{professional.identifier}"


def location_json(location: Location | None) -> dict[str, str] | None:
    """A place in a hospital."""
    if location is None:
        return None
    return {name: value for name, value in location._asdict().items() if value}


def postcode(text: str) -> str:
    """A postcode in its standard form, or empty where it cannot be one."""
    found = _POSTCODE.fullmatch(re.sub(r"[^A-Z0-9]", "", text.upper()))
    return f"{found[1]} {found[2]}" if found else ""


def said_only(detail: dict[str, Any]) -> dict[str, Any]:
    """A detail without what was not said."""
    return {
        name: value
        for name, value in detail.items()
        if value is not None and value not in ("", [], {})
    }
