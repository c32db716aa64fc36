"""The FHIR of a synthetic borough comes in whole."""

from pathlib import Path

import orjson

from oneplace.feeds.fhir import bundles
from oneplace.vocabulary.rows import EntrySaid, IdentitySaid, Unmapped
from oneplace.vocabulary.rows.detail import DETAIL_OF, AnyDetail, IdentityDetail
from tests.rooms.feeds.fhir.told import SENDER, rows


def test_every_bundle_is_planned_and_every_element_is_mapped(fhir_files: list[Path]) -> None:
    planned = 0
    kinds = set()
    for path in fhir_files:
        with path.open("rb") as file:
            for line, plan in bundles.plans_of(file):
                assert not plan.is_refused, (path, line.number, plan.faults)
                assert plan.is_exact
                said = rows(plan)
                assert not [row for row in said if isinstance(row, Unmapped)]
                assert len(said) == len(plan.steps)
                for step in plan.steps:
                    assert orjson.loads(plan.bytes_of(step)) == step.resource
                    kinds.add(step.kind)
                    planned += 1

    assert planned > 1_000
    assert {"Patient", "Encounter", "Observation", "EpisodeOfCare", "Condition"} <= kinds


def test_every_entry_speaks_of_a_patient_of_its_bundle_in_keys_the_record_knows(
    fhir_files: list[Path],
) -> None:
    for path in fhir_files:
        with path.open("rb") as file:
            for _, plan in bundles.plans_of(file):
                said = rows(plan, SENDER._replace(numbers_of="practice"))
                people = {row.subject for row in said if isinstance(row, IdentitySaid)}
                for row in said:
                    if isinstance(row, EntrySaid):
                        known = DETAIL_OF[row.kind].__annotations__ | AnyDetail.__annotations__
                        assert row.detail.keys() <= known.keys()
                        assert row.subject in people
                        assert row.title
                    elif isinstance(row, IdentitySaid):
                        assert row.detail.keys() <= IdentityDetail.__annotations__.keys()


def test_patients_of_practices_are_known_by_the_practices_own_number(
    fhir_files: list[Path],
) -> None:
    path = next(path for path in fhir_files if path.parent.parent.name == "gp")
    line = path.read_bytes().splitlines()[0]
    plan = bundles.plan_bundle(line)

    said = rows(plan, SENDER._replace(numbers_of="practice"))

    patient = next(step.resource for step in plan.steps if step.kind == "Patient")
    practice = next(step.resource for step in plan.steps if step.kind == "Organization")
    number = next(
        one["value"] for one in patient["identifier"] if one["system"].endswith("gp-patient")
    )
    code = practice["identifier"][0]["value"]
    one = next(row for row in said if isinstance(row, IdentitySaid))
    assert one.subject == (f"practice:{code}", number)
    # Under the address of its system alone the number of one practice could be another's.
    assert one.identifiers == (("fhir:gp", patient["id"]),)
    assert one.practice_code == code
