"""Our own rules: what is refused, and what is kept and marked."""

from typing import Any

import pytest

from oneplace.feeds.fhir import checking, uk_codes
from oneplace.feeds.fhir.faults import Fault
from tests.rooms.feeds.fhir import samples

ERROR = {"verificationStatus": samples.concept(
    "entered-in-error", "Error", "http://terminology.hl7.org/CodeSystem/condition-ver-status"
)}  # fmt: skip


def _check(resource: dict[str, Any]) -> list[Fault]:
    return checking.check(resource["resourceType"], resource)


def test_sound_resources_have_no_fault() -> None:
    for resource in (samples.patient(), samples.encounter(), samples.observation()):
        assert _check(resource) == []


def test_a_failing_check_digit_is_marked_and_kept() -> None:
    patient = samples.patient(
        identifier=[{"system": "https://fhir.nhs.uk/Id/nhs-number", "value": "9990000019"}]
    )

    (fault,) = _check(patient)

    assert fault.severity == "warning"
    assert fault.path == "Patient.identifier[0].value"
    assert "never matched on" in fault.words


@pytest.mark.parametrize(
    ("resource", "path"),
    [
        (samples.condition(**ERROR), "Condition.clinicalStatus"),
        (samples.condition(abatementDateTime="2020"), "Condition.clinicalStatus"),
        (
            samples.observation(dataAbsentReason={"text": "refused"}),
            "Observation.dataAbsentReason",
        ),
        (samples.encounter(period={"start": "2026-03-02", "end": "2026-03"}), ""),
        (samples.encounter(period={"start": "2026-03-02", "end": "2026-02"}), "Encounter.period"),
        (
            samples.encounter(
                period={"start": "2026-03-29T00:30:00+00:00", "end": "2026-03-29T01:10:00+01:00"}
            ),
            "Encounter.period",
        ),
    ],
)
def test_rules_of_r4_that_tables_cannot_say(resource: dict[str, Any], path: str) -> None:
    assert [fault.path for fault in _check(resource)] == ([path] if path else [])


def test_an_allergy_says_whether_it_is_active() -> None:
    allergy = {
        "resourceType": "AllergyIntolerance",
        "patient": {"reference": "Patient/1"},
        "code": {"text": "Penicillin"},
    }

    (fault,) = _check(allergy)

    assert fault.path == "AllergyIntolerance.clinicalStatus"


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"start": "2026-03-07T10:00:00Z"}, "app-2"),
        ({}, "app-3"),
        (
            {"start": "2026-03-07T10:00:00Z", "end": "2026-03-07T09:00:00Z"},
            "before it starts",
        ),
    ],
)
def test_an_appointment_needs_its_times(more: dict[str, str], words: str) -> None:
    appointment = {
        "resourceType": "Appointment",
        "status": "booked",
        "participant": [{"status": "accepted"}],
        **more,
    }

    (fault,) = _check(appointment)

    assert words in fault.words


def test_narrative_that_could_run_is_noted_and_nothing_else() -> None:
    text = {"status": "generated", "div": "<div><script>alert(1)</script></div>"}

    (fault,) = _check(samples.patient(text=text))

    assert (fault.severity, fault.path) == ("warning", "Patient.text.div")


def test_what_is_contained_is_checked_by_its_own_type() -> None:
    held = {"resourceType": "Organization", "id": "a", "active": "yes"}
    odd = {"resourceType": "Device", "id": "b"}

    first, second = _check(samples.patient(contained=[held, odd]))

    assert first.path == "Patient.contained[0].active"
    assert second.severity == "information"


def test_every_generation_of_a_uk_code_is_sent_as_one() -> None:
    england = "https://fhir.hl7.org.uk/CodeSystem/UKCore-EthnicCategoryEngland"
    older = uk_codes.emitted("https://fhir.hl7.org.uk/CodeSystem/UKCore-EthnicCategory", "CA")
    oldest = uk_codes.emitted("https://fhir.hl7.org.uk/CareConnect-EthnicCategory-1", "99")
    status = uk_codes.emitted(
        "https://fhir.hl7.org.uk/CodeSystem/UKCore-NHSNumberVerificationStatus",
        "number-present-and-verified",
    )

    assert older == uk_codes.Sent("ethnic_category", england, "C")
    assert oldest == uk_codes.Sent("ethnic_category", england, "99")
    assert status is not None
    assert status.code == "01"
    assert uk_codes.emitted("http://example.org/local", "1") is None
