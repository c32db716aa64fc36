"""The GP record since the bulk extract: one file a night, one FHIR bundle per practice a line.

Each line is a transaction bundle of UK Core resources: the practice, the staff met, each patient
with something new (seen, measured, coded, prescribed, moved in, died), and what is new. Ids are
stable, so a patient or a prescription sent again replaces what was sent before.
"""

# ruff: noqa: S608 - the SQL is put together from our own constants, never from what is read

from __future__ import annotations

from itertools import pairwise
from pathlib import PurePosixPath

from oneplace.borough.feeds import fhir
from oneplace.borough.feeds.calendar import midnight, nightly_parcels, register_parcels
from oneplace.borough.feeds.gp_extract import recent_from
from oneplace.borough.feeds.shelf import Shelf
from oneplace.borough.feeds.store import Store, day, mapped, moment
from oneplace.vocabulary.terms import FeedKind

FEED = FeedKind.GP_RECENT
FOLDER = "gp/fhir"

RESOURCES_PER_ROUND = 400_000
"""How many events are put together at once: bounds the memory."""

_CLASSES = {"surgery": "AMB", "telephone": "VR", "online": "VR", "home_visit": "HH"}
"""Encounter classes of HL7's v3 ActCode."""

_PATIENT = "id_of('gp:Patient', r.identifier)"
_PRACTICE = "id_of('gp:Organization', e.practice_code)"
_STAFF = "id_of('gp:Practitioner', e.staff::VARCHAR)"


def write_gp_fhir(store: Store, shelf: Shelf) -> None:
    """Write a file for each night after the extract; needs `gp_records` and `gp_codings`."""
    first = recent_from(store.settings.now)
    parcels = nightly_parcels(
        store.settings, first, lambda on: PurePosixPath(FOLDER) / f"gp_{on:%Y-%m-%d}.ndjson", FEED
    )
    register_parcels(store, "gp_parcels", parcels)
    _make_events(store, moment(midnight(first)), day(first))
    count = store.one("SELECT count(*) FROM gp_recent")
    rounds = max(1, -(-count // RESOURCES_PER_ROUND))
    edges = [len(parcels) * number // rounds for number in range(rounds + 1)]
    with shelf.filling(parcels, unit="bundles") as filling:
        for start, end in pairwise(edges):
            filling.add(store.batches(_pieces(start, end)))
    store.run("DROP TABLE gp_recent")


def _make_events(store: Store, since: str, first: str) -> None:
    """`gp_recent`: what is new, night by night, with the practice record it belongs to."""
    until = moment(store.settings.ends_at)
    store.make(
        "gp_recent",
        f"""WITH happened AS (
            SELECT CASE WHEN mode = 'did_not_attend' THEN 'Appointment' ELSE 'Encounter' END
                    AS kind, person, "at" AS told_at, staff, reason AS concept,
                mode::VARCHAR AS detail, minutes::DOUBLE AS value, NULL::DOUBLE AS second_value,
                NULL::DATE AS from_day, NULL::DATE AS to_day, NULL::INTEGER AS other
            FROM gp_contacts WHERE "at" >= {since} AND "at" < {until}
            UNION ALL
            SELECT 'Observation', person, "at", NULL, concept, 'vital-signs', value, second_value,
                NULL, NULL, NULL
            FROM observations WHERE source = 'gp' AND "at" >= {since} AND "at" < {until}
            UNION ALL
            SELECT CASE WHEN kind = 'condition' THEN 'Condition' ELSE 'Observation' END, person,
                coded_at, NULL, concept, kind, NULL, NULL, on_day, resolved_on, NULL
            FROM gp_codings WHERE coded_at >= {since} AND coded_at < {until}
            UNION ALL
            SELECT 'MedicationRequest', person, changed, NULL, concept, dose::VARCHAR,
                is_repeat::INTEGER, NULL, started_on, stopped_on, reason
            FROM (SELECT *, unnest(CASE WHEN stopped_on > started_on
                    THEN [started_on::TIMESTAMP + INTERVAL 11 HOUR,
                          stopped_on::TIMESTAMP + INTERVAL 16 HOUR]
                    ELSE [started_on::TIMESTAMP + INTERVAL 11 HOUR] END) AS changed
                  FROM medicines WHERE started_on >= {first} OR stopped_on >= {first})
            WHERE changed >= {since} AND changed < {until}
            UNION ALL
            SELECT 'AllergyIntolerance', person, recorded_on::TIMESTAMP + INTERVAL 11 HOUR, NULL,
                concept, reaction || '|' || severity, NULL, NULL, recorded_on, NULL, NULL
            FROM allergies WHERE recorded_on >= {first} AND recorded_on < {until}
            UNION ALL
            SELECT 'Immunization', person, given_on::TIMESTAMP + INTERVAL 10 HOUR, NULL, concept,
                '', NULL, NULL, given_on, NULL, NULL
            FROM immunisations WHERE given_on >= {first} AND given_on < {until}
            UNION ALL
            -- The patient alone: newly registered, moved, or known to have died.
            SELECT 'Patient', person, from_on::TIMESTAMP + INTERVAL 12 HOUR, NULL, NULL, '', NULL,
                NULL, NULL, NULL, NULL
            FROM gp_records WHERE from_on >= {first} AND from_on < {until}
            UNION ALL
            SELECT 'Patient', person, k.from_on::TIMESTAMP + INTERVAL 12 HOUR, NULL, NULL, '',
                NULL, NULL, NULL, NULL, NULL
            FROM known_addresses k JOIN gp_records r ON r.record = k.record
            WHERE NOT k.is_first AND k.from_on >= {first} AND k.from_on < {until}
            UNION ALL
            SELECT 'Patient', person, died_at + INTERVAL 40 HOUR, NULL, NULL, '', NULL, NULL,
                NULL, NULL, NULL
            FROM gp_records WHERE died_at + INTERVAL 40 HOUR >= {since}
                AND died_at + INTERVAL 40 HOUR < {until}),
        placed AS (
            SELECT h.*, r.record, r.practice_code FROM happened h ASOF JOIN gp_records r
                ON h.person = r.person AND h.told_at >= r.from_on::TIMESTAMP),
        dated AS (
            SELECT placed.*, p.parcel FROM placed ASOF JOIN gp_parcels p
                ON placed.told_at >= p.covers_from)
        SELECT row_number() OVER (ORDER BY parcel, practice_code, record, told_at, kind, concept,
                detail, value, from_day, staff)::INTEGER AS number, *
        FROM dated""",
    )


def _pieces(start: int, end: int) -> str:
    """The query that writes the bundles of some nights."""
    bundle = "id_of('gp:Bundle', e.practice_code || ':' || e.parcel)"
    head = (
        fhir.spelled(
            f"""{{"resourceType":"Bundle","id":"<<{bundle}>>","type":"transaction",
        "timestamp":"<<iso(p.arrives_at)>>","entry":["""
        )
        + f" || {fhir.organisation(_PRACTICE, 'e.practice_code', 'n.name')}"
    )
    staff = fhir.practitioner(_STAFF, "gp-staff")
    return f"""
    WITH e AS (SELECT * FROM gp_recent WHERE parcel >= {start} AND parcel < {end}),
    bundles AS (SELECT DISTINCT parcel, practice_code FROM e),
    whom AS (SELECT parcel, practice_code, record, max(told_at) AS told_at FROM e GROUP BY ALL),
    pieces AS (
        SELECT e.parcel, e.practice_code, 0 AS rank, 0 AS number, 1 AS counted,
            {head} AS piece
        FROM bundles e JOIN practices n ON n.code = e.practice_code
        JOIN gp_parcels p ON p.parcel = e.parcel
        UNION ALL
        SELECT e.parcel, e.practice_code, 1, e.staff, 0, ',' || {staff}
        FROM (SELECT DISTINCT parcel, practice_code, staff FROM e WHERE staff IS NOT NULL
              AND kind = 'Encounter') e
        JOIN staff s ON s.staff = e.staff
        UNION ALL
        SELECT e.parcel, e.practice_code, 2, e.record, 0, ',' || {_patient()}
        FROM whom e JOIN records r ON r.record = e.record JOIN people p ON p.person = r.person
        JOIN known_addresses k ON k.record = e.record
            AND (k.is_first OR e.told_at >= k.from_on::TIMESTAMP)
            AND (k.to_on IS NULL OR e.told_at < k.to_on::TIMESTAMP)
        JOIN addresses a ON a.address = k.address
        UNION ALL
        SELECT e.parcel, e.practice_code, 3, e.number, 0, ',' || CASE e.kind
            WHEN 'Encounter' THEN {_encounter()}
            WHEN 'Appointment' THEN {_appointment()}
            WHEN 'Condition' THEN {_condition()}
            WHEN 'Observation' THEN {_observation()}
            WHEN 'MedicationRequest' THEN {_medication_request()}
            WHEN 'AllergyIntolerance' THEN {_allergy()}
            WHEN 'Immunization' THEN {_immunization()} END
        FROM e JOIN records r ON r.record = e.record
        JOIN concepts c ON c.concept = e.concept
        LEFT JOIN concepts why ON why.concept = e.other
        WHERE e.kind <> 'Patient'
        UNION ALL
        SELECT parcel, practice_code, 4, 0, 0, ']}}' || chr(10) FROM bundles)
    SELECT parcel, counted, piece FROM pieces ORDER BY parcel, practice_code, rank, number"""


def _patient() -> str:
    extra = "," + fhir.pointer("managingOrganization", _PRACTICE)
    return fhir.patient(_PATIENT, "gp-patient", extra)


def _subject(name: str = "subject") -> str:
    return fhir.pointer(name, _PATIENT)


def _encounter() -> str:
    key = "id_of('gp:Encounter', e.number::VARCHAR)"
    classes = mapped("e.detail", _CLASSES)
    return fhir.entry(
        "Encounter",
        key,
        f"""{fhir.meta("Encounter")},"status":"finished",
        "class":{{"system":"{fhir.HL7_CODES}v3-ActCode","code":"<<{classes}>>"}},
        {_subject()}"""
        + fhir.optional(
            "e.staff IS NOT NULL",
            f""","participant":[{{{fhir.pointer("individual", _STAFF)}}}]""",
        )
        + f""","period":{{"start":"<<iso(e.told_at)>>",
        "end":"<<iso(e.told_at + to_minutes(e.value::BIGINT))>>"}},
        "reasonCode":[{fhir.concept("c.code", "c.display")}],
        {fhir.pointer("serviceProvider", _PRACTICE)}""",
    )


def _appointment() -> str:
    key = "id_of('gp:Appointment', e.number::VARCHAR)"
    return fhir.entry(
        "Appointment",
        key,
        f"""{fhir.meta("Appointment")},"status":"noshow","start":"<<iso(e.told_at)>>",
        "end":"<<iso(e.told_at + to_minutes(e.value::BIGINT))>>",
        "participant":[{{{fhir.pointer("actor", _PATIENT)},"status":"accepted"}}]""",
    )


def _condition() -> str:
    key = "id_of('gp:Condition', r.identifier || ':' || c.code || ':' || e.from_day)"
    return fhir.entry(
        "Condition",
        key,
        f"""{fhir.meta("Condition")},"clinicalStatus":{{"coding":[{{
        "system":"{fhir.HL7_CODES}condition-clinical","code":"<<CASE WHEN e.to_day <= e.told_at
        THEN 'resolved' ELSE 'active' END>>"}}]}},
        "verificationStatus":{{"coding":[{{"system":"{fhir.HL7_CODES}condition-ver-status",
        "code":"confirmed"}}]}},"category":[{{"coding":[{{
        "system":"{fhir.HL7_CODES}condition-category","code":"problem-list-item"}}]}}],
        "code":{fhir.concept("c.code", "c.display")},{_subject()},
        "onsetDateTime":"<<iso_day(e.from_day)>>","recordedDate":"<<iso(e.told_at)>>\"""",
    )


def _observation() -> str:
    key = "id_of('gp:Observation', e.number::VARCHAR)"

    def part(code: str, display: str, value: str) -> str:
        return (
            f'{{"code":{{"coding":[{{"system":"{fhir.SNOMED}","code":"{code}","display":"{display}"'
            f'}}]}},"valueQuantity":{{"value":<<one_place({value})>>,"unit":<<js(c.unit)>>}}}}'
        )

    return fhir.entry(
        "Observation",
        key,
        f"""{fhir.meta("Observation")},"status":"final","category":[{{"coding":[{{
        "system":"{fhir.HL7_CODES}observation-category","code":"<<CASE WHEN e.detail = 'entry'
        THEN 'social-history' ELSE 'vital-signs' END>>"}}]}}],"code":{{"coding":["""
        f"""{{"system":"{fhir.SNOMED}","code":"<<c.code>>","display":<<js(c.display)>>}}],
        "text":<<js(c.display)>>}},{_subject()},"effectiveDateTime":"<<iso(e.told_at)>>",
        "performer":[{{"reference":"urn:uuid:<<{_PRACTICE}>>"}}]"""
        + fhir.optional(
            "e.value IS NOT NULL AND e.second_value IS NULL",
            ""","valueQuantity":{"value":<<one_place(e.value)>>,"unit":<<js(c.unit)>>}""",
        )
        + fhir.optional(
            "e.second_value IS NOT NULL",
            ',"component":['
            + part("271649006", "Systolic blood pressure", "e.value")
            + ","
            + part("271650006", "Diastolic blood pressure", "e.second_value")
            + "]",
        ),
    )


def _medication_request() -> str:
    key = (
        "id_of('gp:MedicationRequest', r.identifier || ':' || c.code || ':' || e.from_day || ':'"
        " || e.detail)"
    )
    return fhir.entry(
        "MedicationRequest",
        key,
        f"""{fhir.meta("MedicationRequest")},"status":"<<CASE WHEN e.to_day <= e.told_at
        THEN 'stopped' ELSE 'active' END>>","intent":"order",
        "medicationCodeableConcept":{fhir.concept("c.code", "c.display")},{_subject()},
        "authoredOn":"<<iso_day(e.from_day)>>",
        "courseOfTherapyType":{{"coding":[{{
        "system":"{fhir.HL7_CODES}medicationrequest-course-of-therapy",
        "code":"<<CASE WHEN e.value = 1 THEN 'continuous' ELSE 'acute' END>>"}}]}},
        {fhir.pointer("requester", _PRACTICE)}"""
        + fhir.optional(
            "e.other IS NOT NULL",
            f',"reasonCode":[{fhir.concept("why.code", "why.display")}]',
        )
        + ',"dosageInstruction":[{"text":<<js(e.detail)>>}]',
    )


def _allergy() -> str:
    key = "id_of('gp:AllergyIntolerance', r.identifier || ':' || c.code || ':' || e.from_day)"
    return fhir.entry(
        "AllergyIntolerance",
        key,
        f"""{fhir.meta("AllergyIntolerance")},"clinicalStatus":{{"coding":[{{
        "system":"{fhir.HL7_CODES}allergyintolerance-clinical","code":"active"}}]}},
        "verificationStatus":{{"coding":[{{
        "system":"{fhir.HL7_CODES}allergyintolerance-verification","code":"confirmed"}}]}},
        "code":{fhir.concept("c.code", "c.display")},{_subject("patient")},
        "recordedDate":"<<iso_day(e.from_day)>>","reaction":[{{"manifestation":[{{
        "text":"<<split_part(e.detail, '|', 1)>>"}}],
        "severity":"<<split_part(e.detail, '|', 2)>>"}}]""",
    )


def _immunization() -> str:
    key = "id_of('gp:Immunization', r.identifier || ':' || c.code || ':' || e.from_day)"
    return fhir.entry(
        "Immunization",
        key,
        f"""{fhir.meta("Immunization")},"status":"completed",
        "vaccineCode":{fhir.concept("c.code", "c.display")},{_subject("patient")},
        "occurrenceDateTime":"<<iso_day(e.from_day)>>","primarySource":true""",
    )
