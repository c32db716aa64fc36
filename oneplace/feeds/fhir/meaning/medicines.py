"""Medicines: asked for (MedicationRequest), or said to be taken (MedicationStatement)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from oneplace.feeds.fhir.meaning.codes import concept, what, words, words_each
from oneplace.feeds.fhir.meaning.forms import Table, choice, detail, note_rest, part, place_of
from oneplace.feeds.fhir.meaning.links import linked, named, with_role
from oneplace.feeds.fhir.meaning.reading import Reading
from oneplace.feeds.fhir.meaning.values import (
    ANY,
    CATEGORY,
    OF_ALL,
    RECORDED,
    amount_words,
    quantity,
    recorded,
    starts,
    timing,
    when,
)
from oneplace.vocabulary.terms import EntryKind

_TITLE = place_of("title")
_MEDICINE_NAMES: Final = frozenset({"resourceType", "id", "meta", "text", "code", "form"})


def _medicine(value: Mapping[str, Any], reading: Reading) -> None:
    """A medicine by reference: contained, or only named."""
    found = reading.pointer(value)
    held = found.resource
    if held is not None and held.get("resourceType") == "Medication":
        note_rest(held, _MEDICINE_NAMES, reading)
        if "code" in held:
            what(held["code"], reading)
        if "form" in held:
            reading.detail["form"] = words(held["form"], reading)
        return
    reading.row[_TITLE] = found.words or found.key


_AMOUNT: Final = part(
    {"doseQuantity": ("dose", amount_words), "doseRange": ("dose", ANY["Range"])},
    frozenset({"type"}),
)


def _amounts(values: list[dict[str, Any]], reading: Reading) -> str:
    return ", ".join(filter(None, (_AMOUNT(value, reading).get("dose", "") for value in values)))


_DOSE: Final = part(
    {
        "sequence": ("sequence", None),
        "text": ("text", None),
        "additionalInstruction": ("instructions", words_each),
        "patientInstruction": ("for_the_person", None),
        "timing": ("timing", timing),
        "asNeededBoolean": ("as_needed", None),
        "asNeededCodeableConcept": ("as_needed_for", words),
        "site": ("site", words),
        "route": ("route", words),
        "method": ("method", words),
        "doseAndRate": ("amounts", _amounts),
    }
)


def _doses(values: list[dict[str, Any]], reading: Reading) -> None:
    """How it is to be taken: in the words given, else put together from amount and timing."""
    found = [_DOSE(value, reading) for value in values]
    told = reading.detail
    said = [
        dose.get("text") or " ".join(filter(None, (dose.get("amounts"), dose.get("timing"))))
        for dose in sorted(found, key=lambda dose: dose.get("sequence", 0))
    ]
    if any(said):
        told["dose"] = "; ".join(filter(None, said))
    for dose in found:
        for name in ("route", "site", "method", "for_the_person", "as_needed_for"):
            if name in dose:
                told[name] = dose[name]
        if dose.get("as_needed") or "as_needed_for" in dose:
            told["is_as_needed"] = True
        told.setdefault("instructions", []).extend(dose.get("instructions", ()))
    if not told.get("instructions"):
        told.pop("instructions", None)


_SUPPLY: Final = part(
    {
        "numberOfRepeatsAllowed": ("repeats_allowed", None),
        "quantity": ("quantity", amount_words),
        "expectedSupplyDuration": ("duration", quantity),
        "validityPeriod": ("valid", ANY["Period"]),
        "performer": ("performer", named),
    }
)


def _supply(value: Mapping[str, Any], reading: Reading) -> None:
    found = _SUPPLY(value, reading)
    for name in ("repeats_allowed", "quantity"):
        if name in found:
            reading.detail[name] = found[name]
    duration = found.get("duration")
    if duration is not None and duration.value is not None:
        if duration.unit in {"d", "day", "days"}:
            reading.detail["days"] = int(duration.value)
        else:
            reading.unmapped.append("expectedSupplyDuration")
    if "performer" in found:
        who = {"name": found["performer"], "role": "dispenser"}
        reading.detail.setdefault("who", []).append(who)
    if "valid" in found:
        reading.detail.setdefault("notes", []).append({"text": f"Valid {found['valid']}"})


def _indication(values: list[dict[str, Any]], reading: Reading) -> None:
    found = concept(values[0], reading)
    reading.detail["indication"] = found.words
    if found.code:
        reading.detail["indication_code"] = found.code
    if len(values) > 1:
        reading.detail["reason"] = words_each(values[1:], reading)


def _course(value: Mapping[str, Any], reading: Reading) -> None:
    found = concept(value, reading)
    reading.detail["course"] = found.words
    if found.code in {"continuous", "acute"}:
        reading.detail["is_repeat"] = found.code == "continuous"


_MEDICINE: Final[Table] = {
    **OF_ALL,
    "medicationCodeableConcept": what,
    "medicationReference": _medicine,
    "reasonCode": _indication,
}

MEDICATION_REQUEST: Final[Table] = {
    **_MEDICINE,
    **CATEGORY,
    "statusReason": detail("status_reason", words),
    "intent": detail("intent"),
    "priority": detail("priority"),
    "doNotPerform": detail("must_not"),
    "authoredOn": starts,
    "requester": RECORDED["recorder"],
    "recorder": with_role("recorder"),
    "courseOfTherapyType": _course,
    "dosageInstruction": _doses,
    "reportedBoolean": detail("is_statement"),
    "reportedReference": detail("said_by", named),
    "dispenseRequest": _supply,
    "priorPrescription": linked("replaces"),
}

MEDICATION_STATEMENT: Final[Table] = {
    **_MEDICINE,
    "statusReason": detail(
        "status_reason", lambda values, reading: ", ".join(words_each(values, reading))
    ),
    "category": detail("category", lambda value, reading: [words(value, reading)]),
    "context": OF_ALL["encounter"],
    **choice("effective", when()),
    "dateAsserted": recorded,
    "informationSource": detail("said_by", named),
    "dosage": _doses,
    "derivedFrom": linked("derived from"),
}


def finish_statement(kind: EntryKind, resource: Mapping[str, Any], reading: Reading) -> None:
    """A statement tells what is taken, which an order does not."""
    reading.detail["is_statement"] = True
    if resource["status"] == "not-taken":
        reading.detail["taken"] = "not taken"
