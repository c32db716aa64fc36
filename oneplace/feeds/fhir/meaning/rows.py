"""A plan into rows: every resource by its table, in the order it was sent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any, Final

from oneplace.feeds.fhir.meaning import (
    agents,
    clinical,
    contacts,
    documents,
    medicines,
    people,
    plans,
    ties,
)
from oneplace.feeds.fhir.meaning.forms import EMPTY_ENTRY, Table, place_of, read
from oneplace.feeds.fhir.meaning.links import KINDS, kind_of_encounter
from oneplace.feeds.fhir.meaning.reading import Reading, Sender
from oneplace.feeds.fhir.meaning.statuses import STATUSES
from oneplace.feeds.fhir.plans import Plan, Step
from oneplace.feeds.fhir.repeats import OFTEN_REPEATED, Repeats
from oneplace.vocabulary.rows import AgentSaid, EntrySaid, IdentitySaid, Lasting, Said, Unmapped
from oneplace.vocabulary.terms import EntryKind

Finish = Callable[[EntryKind, Mapping[str, Any], Reading], None]

TABLES: Final[dict[str, tuple[Table, Finish | None]]] = {
    "AllergyIntolerance": (clinical.ALLERGY, clinical.finish_allergy),
    "Appointment": (contacts.APPOINTMENT, contacts.finish_appointment),
    "CarePlan": (plans.CARE_PLAN, plans.finish_care_plan),
    "CareTeam": (plans.CARE_TEAM, None),
    "Composition": (documents.COMPOSITION, documents.finish_composition),
    "Condition": (clinical.CONDITION, clinical.finish_condition),
    "Consent": (plans.CONSENT, plans.finish_consent),
    "DiagnosticReport": (documents.REPORT, documents.finish_report),
    "DocumentReference": (documents.DOCUMENT, documents.finish_document),
    "Encounter": (contacts.ENCOUNTER, contacts.finish_encounter),
    "EpisodeOfCare": (contacts.EPISODE, contacts.finish_episode),
    "Flag": (plans.FLAG, None),
    "Goal": (plans.GOAL, None),
    "Immunization": (clinical.IMMUNISATION, clinical.finish_immunisation),
    "MedicationRequest": (medicines.MEDICATION_REQUEST, None),
    "MedicationStatement": (medicines.MEDICATION_STATEMENT, medicines.finish_statement),
    "Observation": (clinical.OBSERVATION, None),
    "Procedure": (clinical.PROCEDURE, None),
    "QuestionnaireResponse": (documents.QUESTIONNAIRE, documents.finish_questionnaire),
    "ServiceRequest": (plans.REFERRAL, plans.finish_referral),
    "Task": (plans.TASK, plans.finish_task),
}
"""Each type that becomes an entry: its elements, and what is settled once all were read."""
AGENTS: Final = frozenset({"Practitioner", "PractitionerRole", "Organization", "Location"})

_SOURCE, _KIND, _KEY = place_of("source"), place_of("kind"), place_of("key")
_SUBJECT, _SAID_AT, _PLACE = place_of("subject"), place_of("said_at"), place_of("place")
_VERSION, _STATUS, _TITLE = place_of("version"), place_of("status"), place_of("title")
_EXACTNESS, _ORGANISATION = place_of("exactness"), place_of("organisation")
_LABELS, _DETAIL = place_of("labels"), place_of("detail")
_STATUS_NAMES: Final = {"Goal": "lifecycleStatus"}
_OWN_STATUS: Final = frozenset({"AllergyIntolerance", "Condition"})


def rows_of(
    plan: Plan,
    sender: Sender,
    ids: Mapping[int | None, str],
    *,
    place: str = "",
    left_out: frozenset[int | None] = frozenset(),
    versions: Mapping[int | None, int] | None = None,
) -> list[Said]:
    """The rows of a plan's steps; what had no place is counted at the end.

    `ids` gives the id of each entry's resource. `place` stands before `entry 3` in each row.
    `left_out` are entries that were found to be here already: others may refer to them. `versions`
    order what was sent at one moment, where the sender's own do not.
    """
    reading = Reading(plan, sender, ids, versions or {})
    rows: list[Said] = []
    unmapped: Counter[str] = Counter()
    for step in plan.steps:
        if step.entry in left_out:
            continue
        reading.place = place if step.entry is None else f"{place}entry {step.entry}"
        reading.open(step)
        rows += _rows(step, reading)
        _note_contained(step, reading)
        if reading.unmapped:
            unmapped.update(f"{step.kind}.{path}" for path in reading.unmapped)
    rows += [Unmapped(sender.source, path, times) for path, times in unmapped.items()]
    return rows


_KNOWN: Final[Repeats[tuple[IdentitySaid | AgentSaid, tuple[str, ...]]]] = Repeats()
"""Rows made of patients and agents before, and what of them was not mapped."""
_LEADS_ELSEWHERE: Final = frozenset(
    {"contact", "contained", "generalPractitioner", "link", "location", "organization", "partOf",
     "practitioner"}
)  # fmt: skip
"""Elements whose meaning is not in the resource's own bytes, or that make further rows."""


def _rows(step: Step, reading: Reading) -> list[Said]:
    kind, resource = step.kind, step.resource
    if kind in TABLES:
        entry = _entry(kind, resource, reading)
        return [] if entry is None else [entry]
    if kind not in OFTEN_REPEATED or not _LEADS_ELSEWHERE.isdisjoint(resource):
        return _person_or_agent(kind, resource, reading)
    keeper = resource.get("managingOrganization")
    key = (step.sha256, reading.own_key, reading.sender[0], *reading.sender[2:],
           reading.pointer(keeper).code if keeper else "")  # fmt: skip
    known = _KNOWN.get(key)
    if known is None:
        (made,) = _person_or_agent(kind, resource, reading)
        if isinstance(made, IdentitySaid | AgentSaid):
            made = tuple.__new__(made.__class__, (*made[:-1], Lasting(made.detail)))
            _KNOWN.keep(key, (made, tuple(reading.unmapped)))
        return [made]
    row, unmapped = known
    reading.unmapped += unmapped
    said_at, version = reading.said(resource)
    if row.__class__ is IdentitySaid:
        said = (*row[:2], said_at, reading.place, version, *row[5:])
    else:
        said = (*row[:3], said_at, reading.place, version, *row[6:])
    return [tuple.__new__(row.__class__, said)]


def _person_or_agent(kind: str, resource: Mapping[str, Any], reading: Reading) -> list[Said]:
    if kind == "Patient":
        one, same = people.identity(resource, reading)
        return [one, *same, *ties.contacts(resource, one.subject, reading)]
    if kind in AGENTS:
        return [agents.agent(kind, resource, reading)]
    tie = ties.related(resource, reading)
    return [tie] if tie else _about_nobody(reading)


def _entry(kind: str, resource: Mapping[str, Any], reading: Reading) -> EntrySaid | None:
    table, finish = TABLES[kind]
    row = reading.row = EMPTY_ENTRY.copy()
    found = reading.detail = {}
    said_at, version = reading.said(resource)
    is_encounter = kind == "Encounter"
    entry_kind = kind_of_encounter(resource) if is_encounter else KINDS[kind]
    row[_SOURCE], row[_KIND], row[_KEY] = reading.sender.source, entry_kind, reading.own_key
    row[_SAID_AT], row[_PLACE], row[_VERSION] = said_at, reading.place, version
    read(table, resource, reading)
    if kind not in _OWN_STATUS:
        sent = resource.get(_STATUS_NAMES.get(kind, "status"), "")
        row[_STATUS] = STATUSES[kind].get(sent, row[_STATUS])
    if finish is not None:
        finish(entry_kind, resource, reading)
    if not row[_TITLE]:
        row[_TITLE] = entry_kind.label
    if row[_SUBJECT] is None:
        _about_nobody(reading)
        return None
    if not row[_ORGANISATION]:
        row[_ORGANISATION] = reading.kept_by(row[_SUBJECT])
    if "meta" in resource:
        _labelled(resource["meta"], reading)
    row[_DETAIL] = found
    return tuple.__new__(EntrySaid, row)


def _about_nobody(reading: Reading) -> list[Said]:
    """It names no patient, so it stands on no timeline; it is kept, and counted as such."""
    reading.unmapped.append("(names no patient)")
    return []


def _labelled(meta: Mapping[str, Any], reading: Reading) -> None:
    """Security labels limit who sees it; tags are the sender's own business."""
    if "security" in meta:
        labels = [one.get("display") or one.get("code", "") for one in meta["security"]]
        reading.row[_LABELS] = (*reading.row[_LABELS], *filter(None, labels))
    if "tag" in meta:
        reading.unmapped.append("meta.tag")


def _note_contained(step: Step, reading: Reading) -> None:
    """What a resource contains and nothing read refers to."""
    for held in step.resource.get("contained", ()):
        if f"#{held.get('id')}" not in reading.used:
            reading.unmapped.append(f"contained({held.get('resourceType')})")
