"""The FHIR of a synthetic borough comes in whole."""

from pathlib import Path

import orjson

from oneplace.feeds.fhir import bundles, meaning
from oneplace.feeds.fhir import statements as said


def test_every_bundle_is_planned_and_every_element_is_mapped(fhir_files: list[Path]) -> None:
    planned = 0
    kinds = set()
    for path in fhir_files:
        with path.open("rb") as file:
            for line, plan in bundles.plans_of(file):
                assert not plan.is_refused, (path, line.number, plan.faults)
                assert plan.is_exact
                for step, told in zip(plan.steps, meaning.statements(plan), strict=True):
                    assert told.unmapped == ()
                    assert orjson.loads(plan.bytes_of(step)) == step.resource
                    kinds.add(step.kind)
                    planned += 1

    assert planned > 1_000
    assert {"Patient", "Encounter", "Observation", "EpisodeOfCare", "Condition"} <= kinds


def test_every_statement_about_a_person_finds_that_person_in_its_bundle(
    fhir_files: list[Path],
) -> None:
    for path in fhir_files:
        with path.open("rb") as file:
            for _, plan in bundles.plans_of(file):
                statements = [told.statement for told in meaning.statements(plan)]
                people = {
                    one.source.entry for one in statements if isinstance(one, said.PersonSaid)
                }
                for one in statements:
                    person = getattr(one, "person", None)
                    assert person is None or person.entry in people
