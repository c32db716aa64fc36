"""Encounters, episodes and appointments: when somebody was seen, stayed, or was to come."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from oneplace.feeds.fhir import uk_codes
from oneplace.feeds.fhir.meaning.codes import (
    Concept,
    coding,
    concept,
    say_what,
    words,
    words_each,
)
from oneplace.feeds.fhir.meaning.forms import (
    Say,
    Table,
    detail,
    note_extensions,
    note_rest,
    part,
    place_of,
    within,
)
from oneplace.feeds.fhir.meaning.links import (
    add_link,
    add_who,
    at,
    entry_key,
    kind_of_encounter,
    linked,
    say_by,
    taking_part,
    who_is,
)
from oneplace.feeds.fhir.meaning.reading import Pointer, Reading
from oneplace.feeds.fhir.meaning.values import (
    OF_ALL,
    OF_PATIENTS,
    ends,
    number,
    period,
    period_of,
    quantity,
    reasons,
    recorded,
    remark,
    starts,
)
from oneplace.vocabulary.terms import EntryKind

_TITLE, _WITHIN, _SUBJECT = place_of("title"), place_of("within"), place_of("subject")
_MODES: Final = {"AMB": "face_to_face", "HH": "home", "VR": "virtual", "FLD": "elsewhere"}
_DIED: Final = frozenset({"79", "exp", "4", "5"})
"""Discharge destination 79, HL7's `exp`; discharge methods 4 (died) and 5 (stillbirth)."""
_LEVELS: Final = {"wa": "ward", "ro": "room", "bd": "bed", "si": "site", "bu": "site"}
_MINUTES: Final = {"min": 1, "h": 60, "d": 1440}


def _many_whats(values: list[dict[str, Any]], reading: Reading) -> None:
    """Types: the first is what it is called, the others its category."""
    found = [concept(value, reading) for value in values]
    say_what(found[0], reading)
    if len(found) > 1:
        reading.detail["category"] = [one.words for one in found[1:]]


def _class(value: Mapping[str, Any], reading: Reading) -> None:
    found = coding(value, reading)
    if kind_of_encounter({"class": value}) is EntryKind.CONTACT:
        reading.detail["mode"] = _MODES.get(found.code, found.display or found.code)
    else:
        reading.detail["patient_class"] = found.display or found.code


def _length(value: Mapping[str, Any], reading: Reading) -> None:
    found = quantity(value, reading)
    if found.value is not None and found.unit in _MINUTES:
        reading.detail["minutes"] = int(found.value * _MINUTES[found.unit])
    else:
        reading.unmapped.append(found.unit)


_DIAGNOSIS_NAMES: Final = frozenset({"condition", "use", "role", "rank"})


def _diagnoses(values: list[dict[str, Any]], reading: Reading) -> list[dict[str, Any]]:
    return [_diagnosis(value, reading) for value in values]


def _diagnosis(value: Mapping[str, Any], reading: Reading) -> dict[str, Any]:
    note_rest(value, _DIAGNOSIS_NAMES, reading)
    found = reading.pointer(value["condition"])
    said: dict[str, Any] = {}
    if found.resource is not None and "code" in found.resource:
        what = concept(found.resource["code"], reading)
        said = {**what.main.as_detail(), "words": what.words}
    elif found.words or found.key:
        said = {"words": found.words or found.key}
    role = value.get("use") or value.get("role")
    if role:
        said["role"] = words(role, reading)
    if "rank" in value:
        said["rank"] = value["rank"]
    return said


_PLACE_NAMES: Final = frozenset({"location", "status", "physicalType", "period"})


def _places(values: list[dict[str, Any]], reading: Reading) -> None:
    """Wards, rooms and beds in order; of a single contact only where it was."""
    places = []
    for value in values:
        note_rest(value, _PLACE_NAMES, reading)
        found = reading.pointer(value["location"])
        shown = value.get("physicalType") or (found.resource or {}).get("physicalType", {})
        level = next((one.get("code", "") for one in shown.get("coding", ())), "")
        said = {_LEVELS.get(level, "ward"): found.words or found.key}
        spent = period_of(value.get("period", {}), reading)
        said |= {{"from": "since", "until": "until"}[name]: text for name, text in spent.items()}
        places.append(said)
        if not reading.row[_AT_AGENT]:
            reading.row[_AT_AGENT] = found.agent
    reading.detail["places"] = places


_AT_AGENT = place_of("at_agent")

_STAY: Final = {
    "admitSource": "source_of_admission",
    "dischargeDisposition": "destination",
    "reAdmission": "readmission",
}
_STAY_EXTENSIONS: Final = {
    "extension_admission_method": "admission_method",
    "extension_discharge_method": "discharge_method",
}


def _stay(value: Mapping[str, Any], reading: Reading) -> None:
    """The hospital part of an encounter."""
    for name, inner in value.items():
        before = len(reading.unmapped)
        if name in _STAY:
            _of_stay(_STAY[name], concept(inner, reading), reading)
        elif name in {"origin", "destination"}:
            add_who(reading.pointer(inner), reading, name)
        elif name == "preAdmissionIdentifier":
            reading.detail.setdefault("numbers", []).append(number(inner, reading))
        elif name == "extension":
            _stay_extensions(inner, reading)
            continue
        else:
            reading.unmapped.append(name)
            continue
        within(name, reading.unmapped, before)


def _of_stay(key: str, found: Concept, reading: Reading) -> None:
    reading.detail[key] = found.words
    if key in {"destination", "discharge_method"} and found.code in _DIED:
        reading.detail["is_death"] = True


def _stay_extensions(extensions: list[dict[str, Any]], reading: Reading) -> None:
    for extension in extensions:
        key = _STAY_EXTENSIONS.get(uk_codes.names().get(extension["url"], ""))
        if key is None or "valueCodeableConcept" not in extension:
            note_extensions([extension], reading)
        else:
            _of_stay(key, concept(extension["valueCodeableConcept"], reading), reading)


def _statuses(values: list[dict[str, Any]], reading: Reading) -> list[dict[str, str]]:
    return [_status_then(value, reading) for value in values]


def _status_then(value: Mapping[str, Any], reading: Reading) -> dict[str, str]:
    note_rest(value, frozenset({"status", "period"}), reading)
    spent = period_of(value.get("period", {}), reading)
    said = {"status": value.get("status", "")}
    said |= {{"from": "since", "until": "until"}[name]: text for name, text in spent.items()}
    return said


def _episodes(values: list[dict[str, Any]], reading: Reading) -> None:
    for value in values:
        found = reading.pointer(value)
        key = entry_key(found)
        if key and not reading.row[_WITHIN]:
            reading.row[_WITHIN] = key
        else:
            add_link(found, "during", reading)


def _part_of(value: Mapping[str, Any], reading: Reading) -> None:
    found = reading.pointer(value)
    key = entry_key(found)
    if key:
        reading.row[_WITHIN] = key
    else:
        add_link(found, "part of", reading)


ENCOUNTER: Final[Table] = {
    **OF_ALL,
    "class": _class,
    "type": _many_whats,
    "serviceType": detail("specialty", words),
    "priority": detail("priority", words),
    "episodeOfCare": _episodes,
    "partOf": _part_of,
    "appointment": linked("appointment"),
    "participant": taking_part("individual", "type", is_many=True),
    "period": period,
    "length": _length,
    "diagnosis": detail("diagnoses", _diagnoses),
    "hospitalization": _stay,
    "location": _places,
    "serviceProvider": at,
    "extension_discharge_method": lambda value, reading: _of_stay(
        "discharge_method", concept(value, reading), reading
    ),
    "extension_delivery_channel": detail(
        "mode",
        lambda value, reading: value if value.__class__ is str else words(value, reading),
    ),
}


def finish_encounter(kind: EntryKind, resource: Mapping[str, Any], reading: Reading) -> None:
    """What it is called where no type says so, and what only one kind of encounter has."""
    found, row = reading.detail, reading.row
    if kind is not EntryKind.STAY:
        _not_of_a_stay(kind, reading)
    if kind is EntryKind.CONTACT:
        places = found.pop("places", ())
        names = [next(iter(place.values())) for place in places]
        if names:
            found["where"] = ", ".join(names)
        if "specialty" in found:
            found["setting"] = found.pop("specialty")
        if resource["status"] == "cancelled":
            found["did_attend"] = False
        elif resource["status"] == "finished":
            found["did_attend"] = True
    if not row[_TITLE]:
        why = resource.get("reasonCode")
        if why and kind is not EntryKind.STAY:
            before = len(reading.unmapped)
            say_what(concept(why[0], reading), reading)
            del reading.unmapped[before:]  # noted already, where the reasons stand
        else:
            row[_TITLE] = found.get("specialty") or found.get("setting") or kind.label


_OF_STAYS_ONLY: Final = (
    "admission_method", "source_of_admission", "discharge_method", "destination", "readmission",
    "is_death", "minutes",
)  # fmt: skip
_OF_ATTENDANCES: Final = {
    "source_of_admission": "source_of_attendance",
    "discharge_method": "disposal",
    "destination": "destination",
    "is_death": "is_death",
}
_OF_CONTACTS: Final = {"minutes": "minutes"}


def _not_of_a_stay(kind: EntryKind, reading: Reading) -> None:
    """What was said as of a stay, where the kind has a place for it; else as a remark."""
    found = reading.detail
    places = _OF_ATTENDANCES if kind is EntryKind.ATTENDANCE else _OF_CONTACTS
    for name in _OF_STAYS_ONLY:
        if name not in found:
            continue
        value = found.pop(name)
        if name in places:
            found[places[name]] = value
        else:
            remark(f"{name.replace('_', ' ')}: {value}", reading)


def _manager(value: Mapping[str, Any], reading: Reading) -> None:
    found = reading.pointer(value)
    reading.detail["manager"] = found.words or found.key
    say_by(found, reading)


EPISODE: Final[Table] = {
    **OF_PATIENTS,
    "type": _many_whats,
    "statusHistory": detail("earlier_statuses", _statuses),
    "diagnosis": detail("diagnoses", _diagnoses),
    "managingOrganization": at,
    "period": period,
    "referralRequest": linked("based on"),
    "careManager": _manager,
    "team": linked("team"),
}


def finish_episode(kind: EntryKind, resource: Mapping[str, Any], reading: Reading) -> None:
    """An episode's type is the team's or service's name."""
    row = reading.row
    if row[_TITLE]:
        reading.detail["team"] = row[_TITLE]
    else:
        row[_TITLE] = kind.label


_PARTICIPANT: Final = part(
    {
        "type": ("roles", words_each),
        "status": ("status", None),
        "required": ("required", None),
    },
    frozenset({"actor", "period"}),
)


def _participants(values: list[dict[str, Any]], reading: Reading) -> None:
    """The patient is whom it is about; the first professional, whom they see; a place, where."""
    for value in values:
        said = _PARTICIPANT(value, reading)
        found = reading.pointer(value["actor"]) if "actor" in value else Pointer()
        if found.subject is not None and reading.row[_SUBJECT] is None:
            reading.row[_SUBJECT] = found.subject
        elif found.kind == "Location":
            reading.detail["where"] = found.words or found.key
            reading.row[_AT_AGENT] = reading.row[_AT_AGENT] or found.agent
        elif found.kind in {"Practitioner", "PractitionerRole"}:
            say_by(found, reading, ", ".join(said.get("roles", ())))
        else:
            seen = who_is(found, ", ".join(said.get("roles", ())))
            if seen:
                reading.detail.setdefault("who", []).append(seen)


def _joined(values: list[dict[str, Any]], reading: Reading) -> str:
    return ", ".join(words_each(values, reading))


_SERVICE: Final[Say] = detail("service", _joined)

APPOINTMENT: Final[Table] = {
    **{name: say for name, say in OF_ALL.items() if name not in {"subject", "note", "encounter"}},
    "cancelationReason": detail("cancel_reason", words),
    "serviceCategory": detail("category", words_each),
    "serviceType": _SERVICE,
    "specialty": detail("specialty", _joined),
    "appointmentType": lambda value, reading: say_what(concept(value, reading), reading),
    "reasonCode": reasons,
    "priority": detail("priority", lambda value, reading: str(value)),
    "description": detail("comment"),
    "start": starts,
    "end": ends,
    "minutesDuration": detail("minutes"),
    "slot": linked("slot"),
    "created": detail("booked_at"),
    "comment": detail("comment"),
    "patientInstruction": detail("for_the_person"),
    "participant": _participants,
    "supportingInformation": linked("about"),
    "extension_delivery_channel": detail(
        "mode",
        lambda value, reading: value if value.__class__ is str else words(value, reading),
    ),
}


def finish_appointment(kind: EntryKind, resource: Mapping[str, Any], reading: Reading) -> None:
    """Whether somebody came, and what the appointment is called."""
    found, row = reading.detail, reading.row
    if resource["status"] == "noshow":
        found["did_attend"], found["outcome"] = False, "did_not_attend"
    elif resource["status"] == "fulfilled":
        found["did_attend"] = True
    if "created" in resource:
        recorded(resource["created"], reading)
    if not row[_TITLE]:
        row[_TITLE] = found.get("service") or resource.get("description") or kind.label
