"""Conditions, allergies, measurements, procedures and immunisations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from oneplace.feeds.fhir.meaning.codes import (
    code,
    concept,
    what,
    words,
    words_each,
)
from oneplace.feeds.fhir.meaning.forms import Table, choice, detail, part, place_of
from oneplace.feeds.fhir.meaning.links import (
    by_each,
    linked,
    named,
    taking_part,
    where,
    with_role,
)
from oneplace.feeds.fhir.meaning.reading import Reading
from oneplace.feeds.fhir.meaning.statuses import IN_ERROR_WORD, STATUSES
from oneplace.feeds.fhir.meaning.values import (
    ANY,
    CATEGORY,
    OF_ALL,
    OF_PATIENTS,
    RECORDED,
    amount,
    amount_words,
    ends,
    notes,
    quantity,
    range_of,
    recorded,
    when,
)
from oneplace.vocabulary.none_known import none_known_of
from oneplace.vocabulary.terms import EntryKind, EntryStatus

_STATUS, _TITLE = place_of("status"), place_of("title")
_VALUE, _UNIT = place_of("value"), place_of("unit")
_ENDS = place_of("ends_at")


def _clinical(kind: str, reading: Reading) -> None:
    """Status of a condition or allergy: in error, ruled out, or as its clinical status says."""
    found, row = reading.detail, reading.row
    certainty = found.get("certainty", "")
    if certainty == IN_ERROR_WORD:
        row[_STATUS] = EntryStatus.IN_ERROR
    elif certainty == "refuted":
        row[_STATUS] = EntryStatus.CANCELLED
    else:
        row[_STATUS] = STATUSES[kind].get(
            found.get("clinical_status", ""),
            EntryStatus.ENDED if row[_ENDS] else EntryStatus.NOT_SAID,
        )


CONDITION: Final[Table] = {
    **{name: say for name, say in OF_ALL.items() if name != "status"},
    **CATEGORY,
    **RECORDED,
    "clinicalStatus": detail("clinical_status", code),
    "verificationStatus": detail("certainty", code),
    "severity": detail("severity", words),
    "code": what,
    "bodySite": detail("body_sites", words_each),
    **choice("onset", when("began")),
    **choice("abatement", when("ended", ends)),
    "asserter": detail("asserted_by", named),
}


def finish_condition(kind: EntryKind, resource: Mapping[str, Any], reading: Reading) -> None:
    """Where it stands."""
    _clinical("Condition", reading)
    if "code" not in resource:
        reading.row[_TITLE] = kind.label


_REACTION: Final = part(
    {
        "substance": ("substance", words),
        "manifestation": ("manifestations", words_each),
        "description": ("words", None),
        "onset": ("began", None),
        "severity": ("severity", None),
        "exposureRoute": ("route", words),
        "note": ("notes", notes),
    }
)


def _reactions(values: list[dict[str, Any]], reading: Reading) -> list[dict[str, Any]]:
    found = [_REACTION(value, reading) for value in values]
    for reaction in found:
        remarks = [remark.get("text", "") for remark in reaction.pop("notes", ())]
        said = " ".join([reaction.get("words", ""), *remarks]).strip()
        if said:
            reaction["words"] = said
    return found


ALLERGY: Final[Table] = {
    **{name: say for name, say in OF_PATIENTS.items() if name != "status"},
    **RECORDED,
    "clinicalStatus": detail("clinical_status", code),
    "verificationStatus": detail("certainty", code),
    "type": detail("type"),
    "category": detail("categories", lambda values, reading: [v for v in values if v]),
    "criticality": detail("criticality"),
    "code": what,
    **choice("onset", when("began")),
    "asserter": detail("asserted_by", named),
    "lastOccurrence": detail("last_happened"),
    "reaction": detail("reactions", _reactions),
}


def finish_allergy(kind: EntryKind, resource: Mapping[str, Any], reading: Reading) -> None:
    """Where it stands; “none known” said outright, never left to silence."""
    _clinical("Condition", reading)
    found, row = reading.detail, reading.row
    codes = [one.get("code", "") for one in resource.get("code", {}).get("coding", ())]
    none = none_known_of(codes, row[_TITLE])
    if none is not None:
        found["is_none_known"] = True
        if none:
            found["none_known_of"] = none
        row[_TITLE] = row[_TITLE] or "No known allergies"
    elif "code" in resource:
        found["substance"] = row[_TITLE]
    else:
        substances = [one["substance"] for one in found.get("reactions", ()) if "substance" in one]
        row[_TITLE] = ", ".join(substances) or kind.label


def _amount(value: Mapping[str, Any], reading: Reading) -> None:
    found = quantity(value, reading)
    reading.row[_VALUE], reading.row[_UNIT] = found.value, found.unit
    if found.comparator:
        reading.detail["comparator"] = found.comparator


def _whole_number(value: int, reading: Reading) -> None:
    reading.row[_VALUE] = amount(value, reading)


_VALUES: Final = {
    **{kind: detail("answer", reader) for kind, reader in ANY.items()},
    "Quantity": _amount,
    "Integer": _whole_number,
    "Decimal": _whole_number,
    "SampledData": None,
}


def _component(value: Mapping[str, Any], reading: Reading) -> dict[str, Any]:
    whole = concept(value["code"], reading)
    said: dict[str, Any] = {**whole.main.as_detail(), "what": whole.words}
    said.pop("words", None)
    for name, inner in value.items():
        reader = ANY.get(name.removeprefix("value"))
        if name == "valueQuantity":
            found = quantity(inner, reading)
            said["value"], said["unit"] = str(found._replace(unit="")), found.unit
        elif name.startswith("value") and reader is not None:
            said["words"] = reader(inner, reading)
        elif name == "interpretation":
            said["interpretation"] = ", ".join(words_each(inner, reading))
        elif name == "referenceRange":
            said["range"] = _ranges(inner, reading)
        elif name == "dataAbsentReason":
            said["words"] = words(inner, reading)
        elif name != "code":
            reading.unmapped.append(name)
    return {name: inner for name, inner in said.items() if inner}


def _performers(values: list[dict[str, Any]], reading: Reading) -> None:
    for value in values:
        if reading.pointer(value).subject is not None:
            reading.detail["is_self_reported"] = True
        else:
            by_each([value], reading)


def _ranges(values: list[dict[str, Any]], reading: Reading) -> dict[str, Any] | None:
    if len(values) > 1:
        reading.unmapped.append("")
    return range_of(values[0], reading)


OBSERVATION: Final[Table] = {
    **OF_ALL,
    **CATEGORY,
    "code": what,
    "focus": linked("about"),
    **choice("effective", when()),
    "issued": detail("issued_at"),
    "performer": _performers,
    **{f"value{kind}": say for kind, say in _VALUES.items() if say is not None},
    "dataAbsentReason": detail("absent", words),
    "interpretation": detail(
        "interpretation", lambda values, reading: ", ".join(words_each(values, reading))
    ),
    "bodySite": detail("body_site", words),
    "method": detail("method", words),
    "specimen": detail("specimen", named),
    "device": detail("device", named),
    "referenceRange": detail("range", _ranges),
    "hasMember": linked("result"),
    "derivedFrom": linked("derived from"),
    "component": detail(
        "components", lambda values, reading: [_component(value, reading) for value in values]
    ),
}


PROCEDURE: Final[Table] = {
    **OF_ALL,
    "statusReason": detail("status_reason", words),
    "category": detail("category", lambda value, reading: [words(value, reading)]),
    "code": what,
    **choice("performed", when()),
    "recorder": RECORDED["recorder"],
    "asserter": with_role("asserted by"),
    "performer": taking_part("actor", "function", is_many=False),
    "location": where,
    "bodySite": detail("body_sites", words_each),
    "outcome": detail("outcome", words),
    "complication": detail("complications", words_each),
    "followUp": detail("follow_up", words_each),
}

_PROTOCOL: Final = part(
    {
        "doseNumberPositiveInt": ("number", None),
        "doseNumberString": ("number", None),
        "targetDisease": ("against", words_each),
        "series": ("series", None),
    }
)


def _protocols(values: list[dict[str, Any]], reading: Reading) -> None:
    for value in values:
        found = _PROTOCOL(value, reading)
        dose = str(found.get("number", ""))
        if dose.isdecimal():
            reading.detail["dose_number"] = int(dose)
        if "against" in found:
            reading.detail["protects_against"] = found["against"]


IMMUNISATION: Final[Table] = {
    **OF_PATIENTS,
    "statusReason": detail("not_given_because", words),
    "vaccineCode": what,
    **choice("occurrence", when()),
    "recorded": recorded,
    "primarySource": detail("is_primary_source"),
    "reportOrigin": detail("origin", words),
    "location": where,
    "manufacturer": detail("manufacturer", named),
    "lotNumber": detail("lot"),
    "expirationDate": detail("expires"),
    "site": detail("site", words),
    "route": detail("route", words),
    "doseQuantity": detail("dose", amount_words),
    "performer": taking_part("actor", "function", is_many=False),
    "protocolApplied": _protocols,
}


def finish_immunisation(kind: EntryKind, resource: Mapping[str, Any], reading: Reading) -> None:
    """Whether it was given."""
    reading.detail["was_given"] = resource["status"] == "completed"
