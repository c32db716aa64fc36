"""Bundles into plans: all or nothing, or each entry alone."""

import io
from typing import Any

import orjson
import pytest

from oneplace.feeds.fhir import bundles, outcome, schema
from oneplace.feeds.fhir.asking import Search
from oneplace.feeds.fhir.exact import Limits
from oneplace.feeds.fhir.plans import Rewrite, Target
from oneplace.feeds.fhir.supported import SUPPORTED
from tests.rooms.feeds.fhir import samples

OTHER_URL = "urn:uuid:0a1b2c3d-0000-4000-8000-0000000000ff"


def _faults(*entries: dict[str, Any], kind: str = "transaction") -> list[tuple[int | None, str]]:
    plan = bundles.plan_bundle(samples.bundle(*entries, kind=kind))
    return [(fault.entry, fault.code) for fault in plan.faults if fault.refuses]


@pytest.mark.parametrize("kind", ["transaction", "batch"])
def test_a_sound_bundle_becomes_one_step_an_entry(kind: str) -> None:
    data = samples.story(kind)

    plan = bundles.plan_bundle(data)

    assert [step.verb for step in plan.steps] == ["update"] * 4
    assert plan.faults == ()
    assert not plan.is_refused
    assert orjson.loads(plan.bytes_of(plan.steps[0])) == samples.patient()


def test_a_transaction_with_one_fault_has_no_steps_and_says_where() -> None:
    data = samples.bundle(
        samples.put(samples.patient(), samples.PATIENT_URL),
        samples.put(samples.observation(status="done")),
    )

    plan = bundles.plan_bundle(data)

    assert plan.is_refused
    assert plan.steps == ()
    assert plan.faults[0].where() == "entry 1, Observation/o1, Observation.status"
    assert outcome.http_status(plan) == 422


def test_in_a_batch_the_rest_goes_on() -> None:
    subject = {"reference": "Patient/p1"}
    data = samples.bundle(
        samples.put(samples.patient()),
        samples.put(samples.observation(status="done", subject=subject)),
        samples.put(samples.condition(subject=subject)),
        kind="batch",
    )

    plan = bundles.plan_bundle(data)

    assert [step.entry for step in plan.steps] == [0, 2]
    assert not plan.is_refused


def test_an_unsupported_type_leaves_nothing_planned() -> None:
    claim = {"resourceType": "Claim", "id": "x"}

    plan = bundles.plan_bundle(samples.bundle(samples.put(samples.patient()), samples.put(claim)))

    assert plan.steps == ()
    assert [fault.code for fault in plan.faults] == ["not-supported"]
    assert "Claim is not supported" in plan.faults[0].words


@pytest.mark.parametrize("method", ["DELETE", "PATCH", "GET", "HEAD"])
def test_other_verbs_are_answered_as_not_supported(method: str) -> None:
    entry = {"request": {"method": method, "url": "Patient/p1"}}

    assert _faults(entry) == [(0, "not-supported")]


def test_a_conditional_create_and_update_carry_their_search() -> None:
    match = "identifier=https%3A%2F%2Fexample.org%2FId%2Fhospital%7CH123"
    create = samples.post(samples.patient(), samples.PATIENT_URL, ifNoneExist=match)
    update = {
        "resource": samples.condition(subject={"reference": "Patient/p1"}),
        "request": {"method": "PUT", "url": "Condition?identifier=s|v", "ifMatch": 'W/"2"'},
    }

    plan = bundles.plan_bundle(samples.bundle(create, update))

    first, second = plan.steps
    assert first.verb == "create_unless_found"
    assert first.search == Search("https://example.org/Id/hospital", "H123")
    assert (second.verb, second.search) == ("update_found", Search("s", "v"))
    assert second.if_match == "2"


@pytest.mark.parametrize("search", ["name=Smith", "identifier=H123", "identifier=a|b&active=true"])
def test_a_search_by_anything_but_one_identifier_is_refused(search: str) -> None:
    entry = samples.post(samples.patient(), samples.PATIENT_URL, ifNoneExist=search)

    assert _faults(entry) == [(0, "not-supported")]


def test_an_address_must_agree_with_its_resource() -> None:
    wrong_id = samples.put(samples.patient()) | {
        "request": {"method": "PUT", "url": "Patient/other"}
    }
    wrong_kind = samples.put(samples.patient()) | {
        "request": {"method": "PUT", "url": "Condition/p1"}
    }

    assert _faults(wrong_id) == [(0, "invalid")]
    assert _faults(wrong_kind) == [(0, "invalid")]


def test_two_entries_of_one_address_are_refused() -> None:
    first = samples.put(samples.patient(), samples.PATIENT_URL)
    second = samples.put(samples.patient(id="p2"), samples.PATIENT_URL)

    assert _faults(first, second) == [(1, "duplicate")]


def test_a_transaction_touches_a_resource_once() -> None:
    entry = samples.put(samples.patient())

    assert _faults(entry, entry) == [(1, "duplicate")]
    assert _faults(entry, entry, kind="batch") == []


def test_a_reference_to_a_created_entry_is_planned_to_be_rewritten() -> None:
    create = samples.post(samples.patient(), samples.PATIENT_URL)
    data = samples.bundle(create, samples.put(samples.condition()))

    plan = bundles.plan_bundle(data)

    assert plan.rewrites() == [
        Rewrite(
            1,
            "Condition.subject.reference",
            samples.PATIENT_URL,
            Target(0, "Patient", ""),
        )
    ]


def test_a_reference_to_nothing_is_refused_where_it_stands() -> None:
    lost = samples.put(samples.condition(subject={"reference": OTHER_URL}))

    plan = bundles.plan_bundle(samples.bundle(lost))

    assert plan.faults[0].path == "Condition.subject.reference"
    assert plan.faults[0].code == "not-found"


@pytest.mark.parametrize("text", ["Patient/p1", "https://other.example.org/fhir/Patient/p1"])
def test_references_elsewhere_are_left_to_the_store(text: str) -> None:
    assert _faults(samples.put(samples.condition(subject={"reference": text}))) == []


def test_a_record_cannot_be_about_an_organisation_of_its_bundle() -> None:
    practice = {"resourceType": "Organization", "id": "g1", "name": "Practice"}
    about = samples.put(samples.condition(subject={"reference": OTHER_URL}))

    plan = bundles.plan_bundle(samples.bundle(samples.put(practice, OTHER_URL), about))

    assert [fault.path for fault in plan.faults] == ["Condition.subject.reference"]


def test_a_condition_of_reading_is_not_passed_over() -> None:
    entry = samples.post(samples.patient(), samples.PATIENT_URL, ifNoneMatch="*")

    assert _faults(entry) == [(0, "not-supported")]


def test_a_batch_of_faults_is_still_answered_entry_by_entry() -> None:
    plan = bundles.plan_bundle(
        samples.bundle(samples.put(samples.patient(gender="F")), kind="batch")
    )

    assert plan.steps == ()
    assert outcome.http_status(plan) == 200


def test_a_lost_reference_is_found_however_the_json_is_written() -> None:
    lost = samples.bundle(samples.put(samples.condition(subject={"reference": OTHER_URL})))
    written = lost.replace(b'"reference"', b'"r\\u0065ference"')

    plan = bundles.plan_bundle(written)

    assert [fault.code for fault in plan.faults] == ["not-found"]


def test_entries_of_a_batch_stand_alone() -> None:
    create = samples.post(samples.patient(), samples.PATIENT_URL)

    assert _faults(create, samples.put(samples.condition()), kind="batch") == [(1, "invalid")]


def test_contained_references_must_be_held() -> None:
    medicine = {
        "resourceType": "MedicationStatement",
        "id": "m1",
        "status": "active",
        "subject": {"reference": "Patient/p1"},
        "medicationReference": {"reference": "#med"},
    }
    held = {"resourceType": "Medication", "id": "med", "code": {"text": "Ramipril"}}

    assert _faults(samples.put(medicine)) == [(0, "not-found")]
    assert _faults(samples.put(medicine | {"contained": [held]})) == []
    assert _faults(samples.put(medicine | {"contained": [held | {"id": "x"}]}))


@pytest.mark.parametrize("kind", ["message", "document", "collection", "searchset", None])
def test_other_bundles_are_answered_as_not_supported(kind: str | None) -> None:
    plan = bundles.plan_bundle(orjson.dumps({"resourceType": "Bundle", "type": kind}))

    assert [fault.code for fault in plan.faults] == ["not-supported"]


def test_xml_is_answered_as_not_yet_supported() -> None:
    plan = bundles.plan_bundle(b"<Bundle xmlns='http://hl7.org/fhir'/>")

    assert outcome.http_status(plan) == 415


def test_a_modifier_nobody_here_knows_refuses_the_resource() -> None:
    modified = samples.condition(
        subject={"reference": "Patient/p1"},
        modifierExtension=[{"url": "http://example.org/not", "valueBoolean": True}],
    )

    assert _faults(samples.put(modified)) == [(0, "not-supported")]


def test_a_file_is_read_line_by_line_and_a_bad_line_does_not_stop_it() -> None:
    file = io.BytesIO(samples.story() + b"\r\n\n" + b"{broken\n" + samples.story())

    found = list(bundles.plans_of(file))

    assert [line.number for line, _ in found] == [1, 3, 4]
    assert [plan.is_refused for _, plan in found] == [False, True, False]
    assert found[1][1].faults[0].where() == "line 3"
    assert found[2][0].start == len(samples.story()) + 11


def test_a_line_too_long_is_refused_and_the_next_is_read() -> None:
    short = b'{"resourceType":"Bundle","type":"batch"}\n'
    file = io.BytesIO(b'{"a":"' + b"x" * 500 + b'"}\n' + short)

    found = list(bundles.plans_of(file, Limits(bytes=100)))

    assert [plan.faults[0].code if plan.faults else "" for _, plan in found] == ["too-long", ""]
    assert found[1][0].number == 2


def test_one_resource_is_planned_like_an_entry() -> None:
    data = orjson.dumps(samples.patient())

    created = bundles.plan_resource(data, method="POST", url="Patient")
    updated = bundles.plan_resource(data, method="PUT", url="Patient/p1", if_match='W/"4"')
    refused = bundles.plan_resource(data, method="PUT", url="Patient/p2")

    assert created.steps[0].verb == "create"
    assert (updated.steps[0].id, updated.steps[0].if_match) == ("p1", "4")
    assert updated.bytes_of(updated.steps[0]) == data
    assert refused.is_refused


def test_an_outcome_keeps_the_rules_it_speaks_of() -> None:
    plan = bundles.plan_bundle(samples.bundle(samples.put(samples.patient(gender="F"))))

    answer = outcome.operation_outcome(plan.faults)

    assert schema.faults_of("OperationOutcome", answer) == []
    assert answer["issue"][0]["expression"] == ["Bundle.entry[0].resource.gender"]
    assert "entry 0, Patient/p1, Patient.gender" in answer["issue"][0]["diagnostics"]


def test_a_batch_is_answered_entry_by_entry() -> None:
    data = samples.bundle(
        samples.put(samples.patient(gender="F")), samples.put(samples.patient()), kind="batch"
    )
    plan = bundles.plan_bundle(data)

    answer = outcome.transaction_response(plan, [outcome.Result("200 OK", etag='W/"2"')])

    statuses = [entry["response"]["status"] for entry in answer["entry"]]
    assert statuses == ["422 Unprocessable Entity", "200 OK"]
    assert answer["type"] == "batch-response"
    assert schema.faults_of("Bundle", answer) == []


def test_the_capability_statement_lists_what_is_supported() -> None:
    answer = outcome.capability_statement(
        base_url="https://example.org/fhir", at="2026-03-07", version="1.0", publisher="A borough"
    )

    assert schema.faults_of("CapabilityStatement", answer) == []
    assert [one["type"] for one in answer["rest"][0]["resource"]] == list(SUPPORTED)
