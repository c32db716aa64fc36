"""Resources held to the tables of R4."""

from typing import Any

import pytest

from oneplace.feeds.fhir import schema
from oneplace.feeds.fhir.faults import Fault
from oneplace.feeds.fhir.supported import DESCRIBED
from tests.rooms.feeds.fhir import samples


def _only(kind: str, resource: dict[str, Any]) -> Fault:
    faults = schema.faults_of(kind, resource)
    assert len(faults) == 1, faults
    return faults[0]


@pytest.mark.parametrize(
    "resource",
    [samples.patient(), samples.encounter(), samples.observation(), samples.condition()],
    ids=lambda resource: resource["resourceType"],
)
def test_a_sound_resource_has_no_fault(resource: dict[str, Any]) -> None:
    assert schema.faults_of(resource["resourceType"], resource) == []


@pytest.mark.parametrize("kind", DESCRIBED)
def test_every_described_type_has_a_schema(kind: str) -> None:
    assert schema.faults_of(kind, {"resourceType": kind, "nonsense": 1})


@pytest.mark.parametrize(
    ("more", "path", "code", "words"),
    [
        ({"birthDate": "1947-02-29"}, "Patient.birthDate", "value", "a date like"),
        ({"birthDate": "07/03/1947"}, "Patient.birthDate", "value", "a date like"),
        ({"birthDate": None}, "Patient.birthDate", "structure", "null"),
        ({"gender": "F"}, "Patient.gender", "code-invalid", "female"),
        ({"nhsNumber": "1"}, "Patient", "structure", "nhsNumber"),
        ({"name": {"family": "A"}}, "Patient.name", "structure", "a list"),
        ({"name": [{"family": ["A"]}]}, "Patient.name[0].family", "structure", "text"),
        ({"name": []}, "Patient.name", "structure", "empty"),
        ({"name": [{}]}, "Patient.name[0]", "structure", "empty"),
        ({"active": "true"}, "Patient.active", "structure", "true or false"),
        ({"id": "a b"}, "Patient.id", "value", "1 to 64"),
        ({"link": [{"type": "seealso"}]}, "Patient.link[0].other", "required", "missing"),
        (
            {"deceasedBoolean": True, "deceasedDateTime": "2026"},
            "Patient",
            "invariant",
            "deceasedBoolean, deceasedDateTime",
        ),
        (
            {"managingOrganization": {"reference": "Patient/1"}},
            "Patient.managingOrganization.reference",
            "structure",
            "may not stand here",
        ),
        (
            {"extension": [{"url": "a", "valueString": "b", "valueCode": "c"}]},
            "Patient.extension[0]",
            "invariant",
            "valueCode, valueString",
        ),
    ],
)
def test_a_fault_names_its_element_and_says_what_is_wrong(
    more: dict[str, Any], path: str, code: str, words: str
) -> None:
    fault = _only("Patient", samples.patient(**more))

    assert (fault.path, fault.code) == (path, code)
    assert words in fault.words


def test_a_leap_day_of_a_leap_year_is_a_date() -> None:
    for day in ("2024-02-29", "2000-02-29"):
        assert schema.faults_of("Patient", samples.patient(birthDate=day)) == []
    assert _only("Patient", samples.patient(birthDate="1900-02-29")).code == "value"


def test_a_time_needs_its_zone() -> None:
    fault = _only("Observation", samples.observation(effectiveDateTime="2026-03-01T09:30:00"))

    assert "with time and zone" in fault.words


def test_two_values_are_refused() -> None:
    fault = _only("Observation", samples.observation(valueString="heavy"))

    assert fault.code == "invariant"
    assert "valueQuantity, valueString" in fault.words


def test_a_missing_choice_is_named_as_r4_names_it() -> None:
    fault = _only(
        "MedicationRequest",
        {
            "resourceType": "MedicationRequest",
            "status": "active",
            "intent": "order",
            "subject": {"reference": "Patient/1"},
        },
    )

    assert fault.path == "MedicationRequest.medication[x]"


def test_a_required_primitive_may_be_missing_for_a_told_reason() -> None:
    told = {"extension": [{"url": "http://hl7.org/x", "valueCode": "unknown"}]}
    observation = samples.observation(_status=told)
    del observation["status"]

    assert schema.faults_of("Observation", observation) == []


def test_a_null_holds_a_place_in_a_list_of_primitives() -> None:
    name = {"given": [None, "Anne"], "_given": [{"id": "a"}, None]}

    assert schema.faults_of("Patient", samples.patient(name=[name])) == []


def test_a_required_status_needs_a_coding_of_its_system() -> None:
    fault = _only("Condition", samples.condition(clinicalStatus={"text": "active"}))
    other = _only(
        "Condition",
        samples.condition(clinicalStatus=samples.concept("active", "Active", "http://x.org")),
    )

    assert (fault.path, fault.code) == ("Condition.clinicalStatus.coding", "required")
    assert (other.path, other.code) == ("Condition.clinicalStatus.coding", "code-invalid")
