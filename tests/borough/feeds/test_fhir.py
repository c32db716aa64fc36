"""FHIR bundles are whole: references resolve, required elements are there, ids are stable."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any

import pytest

from oneplace.vocabulary.nhs_number import is_valid

from .conftest import Borough

FEEDS = ("gp_recent", "mental_health")
REQUIRED: dict[str, tuple[str, ...]] = {
    "Patient": ("identifier", "name", "gender", "address"),
    "Practitioner": ("identifier", "name"),
    "Organization": ("identifier", "name"),
    "Encounter": ("status", "class", "subject", "period"),
    "Appointment": ("status", "participant", "start", "end"),
    "Observation": ("status", "category", "code", "subject", "effectiveDateTime"),
    "Condition": ("clinicalStatus", "code", "subject", "recordedDate"),
    "MedicationRequest": ("status", "intent", "medicationCodeableConcept", "subject"),
    "AllergyIntolerance": ("clinicalStatus", "code", "patient"),
    "Immunization": ("status", "vaccineCode", "patient", "occurrenceDateTime"),
    "EpisodeOfCare": ("status", "patient", "period", "managingOrganization"),
    "CarePlan": ("status", "intent", "subject", "category"),
    "Flag": ("status", "code", "subject"),
}
"""Required by R4 (min 1), and what UK Core marks must-support and a sender holds."""

STATUSES = {
    "Encounter": {"finished", "cancelled"},
    "Appointment": {"noshow"},
    "Observation": {"final"},
    "MedicationRequest": {"active", "stopped"},
    "Immunization": {"completed"},
    "EpisodeOfCare": {"active", "finished", "cancelled"},
    "CarePlan": {"active"},
    "Flag": {"active"},
}
VERIFICATION = (
    "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-NHSNumberVerificationStatus"
)
UNAVAILABLE = (
    "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-NHSNumberUnavailableReason"
)
NHS_NUMBER = "https://fhir.nhs.uk/Id/nhs-number"
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+]0[01]:00")


def resources(borough: Borough, feed: str) -> Iterator[dict[str, Any]]:
    for _, bundle in borough.bundles(feed):
        for entry in bundle["entry"]:
            yield entry["resource"]


def references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for name, inner in value.items():
            if name == "reference":
                yield inner
            else:
                yield from references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from references(inner)


@pytest.mark.parametrize("feed", FEEDS)
def test_bundles_are_transactions_whose_references_resolve(borough: Borough, feed: str) -> None:
    bundles = [bundle for _, bundle in borough.bundles(feed)]

    assert bundles
    for bundle in bundles:
        assert bundle["resourceType"] == "Bundle"
        assert bundle["type"] == "transaction"
        addresses = Counter(entry["fullUrl"] for entry in bundle["entry"])
        assert max(addresses.values()) == 1
        for entry in bundle["entry"]:
            kind, key = entry["resource"]["resourceType"], entry["resource"]["id"]
            assert entry["fullUrl"] == f"urn:uuid:{key}"
            assert entry["request"] == {"method": "PUT", "url": f"{kind}/{key}"}
            assert set(references(entry["resource"])) <= set(addresses)


@pytest.mark.parametrize("feed", FEEDS)
def test_required_elements_and_statuses_are_there(borough: Borough, feed: str) -> None:
    seen = set()

    for resource in resources(borough, feed):
        kind = resource["resourceType"]
        seen.add(kind)
        for name in REQUIRED[kind]:
            assert resource.get(name), (kind, name)
        if kind in STATUSES:
            assert resource["status"] in STATUSES[kind]
        assert resource["meta"]["profile"] == [
            f"https://fhir.hl7.org.uk/StructureDefinition/UKCore-{kind}"
        ]

    wanted = {
        "gp_recent": {"Patient", "Practitioner", "Organization", "Condition", "Observation",
                      "MedicationRequest", "AllergyIntolerance", "Immunization", "Encounter"},
        "mental_health": {"Patient", "EpisodeOfCare", "Encounter", "CarePlan", "Flag"},
    }  # fmt: skip
    assert seen >= wanted[feed]


@pytest.mark.parametrize("feed", FEEDS)
def test_an_nhs_number_carries_its_verification_status(borough: Borough, feed: str) -> None:
    for resource in resources(borough, feed):
        if resource["resourceType"] != "Patient":
            continue
        numbers = [row for row in resource["identifier"] if row["system"] == NHS_NUMBER]
        reasons = [row for row in resource["extension"] if row["url"] == UNAVAILABLE]
        assert len(numbers) + len(reasons) == 1
        for number in numbers:
            (extension,) = number["extension"]
            assert extension["url"] == VERIFICATION
            status = extension["valueCodeableConcept"]["coding"][0]["code"]
            assert status in {"01", "02", "05"}
            assert is_valid(number["value"]) or status == "05"


@pytest.mark.parametrize("feed", FEEDS)
def test_moments_carry_the_offset_of_the_uk_clock(borough: Borough, feed: str) -> None:
    offsets = Counter()

    for resource in resources(borough, feed):
        period = resource.get("period", {}).get("start") or resource.get("effectiveDateTime")
        if period:
            assert MOMENT.fullmatch(period)
            offsets[period[5:7], period[-5:]] += 1

    assert offsets["06", "01:00"] > 0
    assert offsets["06", "00:00"] == 0
    assert offsets["01", "00:00"] > 0
    assert offsets["01", "01:00"] == 0


def test_gp_bundles_hold_nothing_the_extract_holds(borough: Borough) -> None:
    (extract,) = {row["covers_until"][:10] for row in borough.of_feed("gp_history")}

    for resource in resources(borough, "gp_recent"):
        told = resource.get("recordedDate") or resource.get("effectiveDateTime")
        if told and resource["resourceType"] in {"Condition", "Observation"}:
            assert told[:10] >= extract


def test_one_patient_keeps_one_id(borough: Borough) -> None:
    ids = defaultdict(set)

    for resource in resources(borough, "gp_recent"):
        if resource["resourceType"] == "Patient":
            ids[resource["identifier"][-1]["value"]].add(resource["id"])

    assert all(len(found) == 1 for found in ids.values())
