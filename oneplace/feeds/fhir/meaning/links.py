"""What references name: who acted and where, and other entries of the same source."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from oneplace.feeds.fhir.meaning.codes import words_each
from oneplace.feeds.fhir.meaning.forms import Say, note_rest, place_of
from oneplace.feeds.fhir.meaning.reading import Pointer, Reading
from oneplace.vocabulary.terms import EntryKind

_NOBODY: Final = Pointer()
_BY, _BY_AGENT = place_of("by"), place_of("by_agent")
_ORGANISATION, _AT_AGENT = place_of("organisation"), place_of("at_agent")


def named(value: Mapping[str, Any], reading: Reading) -> str:
    """What a reference names, in words or by its key."""
    found = reading.pointer(value)
    return found.words or found.key or value.get("reference", "")


def who(value: Mapping[str, Any], reading: Reading, role: str = "") -> dict[str, str]:
    """Somebody who took part."""
    return who_is(reading.pointer(value), role)


def who_is(found: Pointer, role: str = "") -> dict[str, str]:
    """Somebody a reference names, for the detail."""
    said = {"name": found.words, "role": role, "agent": found.agent, "code": found.code}
    kept = {name: text for name, text in said.items() if text}
    if "name" not in kept and "agent" not in kept and found.key:
        kept["name"] = found.key
    return kept


def by(value: Mapping[str, Any], reading: Reading) -> None:
    """Who did it: the first professional into the columns, everybody else into the detail."""
    say_by(reading.pointer(value), reading)


def say_by(found: Pointer, reading: Reading, role: str = "") -> None:
    """Somebody into the columns where nobody stands yet; an organisation also as the place."""
    row = reading.row
    if found.kind == "Organization":
        say_at(found, reading)
        return
    if found.kind not in {"Practitioner", "PractitionerRole"} or row[_BY_AGENT] or row[_BY]:
        add_who(found, reading, role)
        return
    row[_BY] = found.words
    row[_BY_AGENT] = found.agent


def add_who(found: Pointer, reading: Reading, role: str = "") -> None:
    """Somebody more who took part."""
    said = who_is(found, role)
    if said:
        reading.detail.setdefault("who", []).append(said)


def by_each(values: list[dict[str, Any]], reading: Reading) -> None:
    """Several who did it."""
    for value in values:
        say_by(reading.pointer(value), reading)


def with_role(role: str) -> Say:
    """Somebody who took part as this."""

    def say(value: Mapping[str, Any], reading: Reading) -> None:
        add_who(reading.pointer(value), reading, role)

    return say


def at(value: Mapping[str, Any], reading: Reading) -> None:
    """Where it happened, or which organisation holds it."""
    say_at(reading.pointer(value), reading)


def say_at(found: Pointer, reading: Reading) -> None:
    """An organisation or place into the columns."""
    row = reading.row
    if row[_ORGANISATION] or row[_AT_AGENT]:
        if found.agent != row[_AT_AGENT]:
            add_who(found, reading, "organisation")
        return
    row[_ORGANISATION] = found.code or found.words
    row[_AT_AGENT] = found.agent


def where(value: Mapping[str, Any], reading: Reading) -> None:
    """The place in words; its agent where no organisation stands there yet."""
    found = reading.pointer(value)
    if found.words or found.key:
        reading.detail["where"] = found.words or found.key
    if not reading.row[_AT_AGENT]:
        reading.row[_AT_AGENT] = found.agent


def taking_part(name: str, roles: str, *, is_many: bool) -> Say:
    """Those who took part: the first professional into the columns, all others into the detail."""
    names = frozenset({name, roles, "status", "required", "period", "onBehalfOf"})

    def say(values: list[dict[str, Any]], reading: Reading) -> None:
        for value in values:
            if not names.issuperset(value):
                note_rest(value, names, reading)
            found = reading.pointer(value[name]) if name in value else _NOBODY
            said = value.get(roles)
            role = ", ".join(words_each(said if is_many else [said], reading)) if said else ""
            if found.subject is None:
                say_by(found, reading, role)
            if "onBehalfOf" in value:
                say_at(reading.pointer(value["onBehalfOf"]), reading)

    return say


KINDS: Final[dict[str, EntryKind]] = {
    "AllergyIntolerance": EntryKind.ALLERGY,
    "Appointment": EntryKind.APPOINTMENT,
    "CarePlan": EntryKind.CARE_PLAN,
    "CareTeam": EntryKind.CARE_TEAM,
    "Composition": EntryKind.DOCUMENT,
    "Condition": EntryKind.CONDITION,
    "Consent": EntryKind.CHOICE,
    "DiagnosticReport": EntryKind.REPORT,
    "DocumentReference": EntryKind.DOCUMENT,
    "EpisodeOfCare": EntryKind.EPISODE,
    "Flag": EntryKind.FLAG,
    "Goal": EntryKind.GOAL,
    "Immunization": EntryKind.IMMUNISATION,
    "MedicationRequest": EntryKind.MEDICINE,
    "MedicationStatement": EntryKind.MEDICINE,
    "Observation": EntryKind.OBSERVATION,
    "Procedure": EntryKind.PROCEDURE,
    "QuestionnaireResponse": EntryKind.QUESTIONNAIRE,
    "RelatedPerson": EntryKind.TIE,
    "ServiceRequest": EntryKind.REFERRAL,
    "Task": EntryKind.TASK,
}
"""The kind of entry of each type; an encounter's is told by its class."""

_BY_CLASS: Final = {
    **dict.fromkeys(("IMP", "ACUTE", "NONAC", "OBSENC", "SS", "PRENC"), EntryKind.STAY),
    "EMER": EntryKind.ATTENDANCE,
}


def kind_of_encounter(resource: Mapping[str, Any]) -> EntryKind:
    """A stay, an attendance at an emergency department, or a contact, by its class."""
    return _BY_CLASS.get(resource.get("class", {}).get("code", ""), EntryKind.CONTACT)


def kind_of(found: Pointer) -> EntryKind | None:
    """The kind of entry a reference names; None where it cannot be told."""
    if found.kind == "Encounter":
        return kind_of_encounter(found.resource) if found.resource else None
    return KINDS.get(found.kind)


def entry_key(found: Pointer) -> str:
    """`kind:key` of the entry a reference names; empty where that cannot be told."""
    kind = kind_of(found)
    return f"{kind.value}:{found.key}" if kind and found.id else ""


def key_or_words(value: Mapping[str, Any], reading: Reading) -> str:
    """`kind:key` of the entry, else its words."""
    found = reading.pointer(value)
    return entry_key(found) or found.words or found.key


def keys(values: list[dict[str, Any]], reading: Reading) -> list[str]:
    """Each as `kind:key`, else in words."""
    return [found for value in values if (found := key_or_words(value, reading))]


_WITHIN = place_of("within")


def inside(value: Mapping[str, Any], reading: Reading) -> None:
    """The encounter or episode it is part of."""
    found = reading.pointer(value)
    key = entry_key(found)
    if key and not reading.row[_WITHIN]:
        reading.row[_WITHIN] = key
    else:
        add_link(found, "during", reading)


def linked(relation: str) -> Say:
    """Another thing it has to do with, in this way."""

    def say(value: Any, reading: Reading) -> None:
        for one in value if value.__class__ is list else (value,):
            add_link(reading.pointer(one), relation, reading)

    return say


def add_link(found: Pointer, relation: str, reading: Reading) -> None:
    """A link into the detail."""
    said = {"what": relation}
    if key := entry_key(found):
        said["to"] = key
    if said_words := found.words or ("" if key else found.key):
        said["words"] = said_words
    if len(said) > 1:
        reading.detail.setdefault("links", []).append(said)
