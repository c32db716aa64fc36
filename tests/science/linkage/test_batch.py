"""Many subjects at once: who ends with whom, and that nothing hangs on chance or order."""

import random

import pyarrow as pa
import pytest

from oneplace.science.linkage import Model, Settings, link
from oneplace.vocabulary.rows.linkage import (
    SUBJECT_SCHEMA,
    Known,
    SaidSame,
    SubjectRow,
    subject_rows,
    subject_table,
)
from tests.science.linkage.people import DESMOND, NUMBERS, said

MODEL = Model.shipped(2e-6)

ROWS = [
    DESMOND,
    said("hospital:1", given="Des"),
    said("council:1", family="Clarce", mobile=""),
    said("gp:2", given="Joyce", born_on="1950-03-04", gender="female",
         nhs_number=NUMBERS[4], nhs_status="verified"),
    said("gp:3", given="Winston", nhs_number=NUMBERS[5], nhs_status="verified"),
    said("charity:1", given="Winston"),
    said("hospital:9", given="Unknown", family="Unknown", born_on="", is_identity_unknown=True),
]  # fmt: skip


def _people(clusters: dict[str, str]) -> set[frozenset[str]]:
    found: dict[str, set[str]] = {}
    for subject, key in clusters.items():
        found.setdefault(key, set()).add(subject)
    return {frozenset(members) for members in found.values()}


PEOPLE = {
    frozenset({"gp:1", "hospital:1", "council:1"}),
    frozenset({"gp:2"}),
    frozenset({"gp:3", "charity:1"}),
    frozenset({"hospital:9"}),
}


def test_a_man_his_twin_his_wife_and_a_stranger_are_four_people() -> None:
    assert _people(dict(link(ROWS, model=MODEL).clusters)) == PEOPLE


def test_the_order_of_rows_changes_nothing() -> None:
    turned = ROWS[:]
    random.Random(1).shuffle(turned)

    one, other = link(ROWS, model=MODEL), link(turned, model=MODEL)

    assert one.clusters == other.clusters
    assert one.pairs.equals(other.pairs)


def test_rows_may_come_as_arrow() -> None:
    table = subject_table(ROWS)

    assert table.schema == SUBJECT_SCHEMA
    assert subject_rows(table) == ROWS
    assert link(table, model=MODEL).clusters == link(ROWS, model=MODEL).clusters


def test_columns_that_are_missing_or_null_are_not_said() -> None:
    table = pa.table({"subject_id": ["a"], "source": ["x"], "family": [None]})

    assert subject_rows(table) == [SubjectRow("a", "x")]


def test_a_run_with_no_new_evidence_changes_no_identifier() -> None:
    first = link(ROWS, model=MODEL)
    before = {subject: f"person-{key}" for subject, key in first.clusters.items()}

    again = link(ROWS, model=MODEL, previous=before)

    assert again.clusters == before


def test_what_a_source_says_is_the_same_is_linked() -> None:
    found = link(ROWS, model=MODEL, said_same=[SaidSame("hospital:9", "gp:2")])

    assert found.clusters["hospital:9"] == found.clusters["gp:2"]
    rules = dict(zip(found.pairs["rule"].to_pylist(), found.pairs["tier"].to_pylist(), strict=True))
    assert rules["source_same"] == "linked"


def test_a_steward_stands_above_rules_weights_and_sources() -> None:
    found = link(
        ROWS,
        model=MODEL,
        said_same=[SaidSame("gp:1", "council:1")],
        known=[
            Known("gp:1", "council:1", is_same=False),
            Known("gp:1", "hospital:1", is_same=False),
            Known("gp:2", "hospital:9", is_same=True),
        ],
    )

    assert found.clusters["gp:1"] not in {
        found.clusters["council:1"],
        found.clusters["hospital:1"],
    }
    assert found.clusters["gp:2"] == found.clusters["hospital:9"]


def test_one_subject_may_be_given_only_once() -> None:
    with pytest.raises(ValueError, match="subject_id"):
        link([DESMOND, DESMOND], model=MODEL)


@pytest.mark.parametrize("rows", [[], [DESMOND]])
def test_nobody_and_one_alone_are_decided_too(rows: list[SubjectRow]) -> None:
    found = link(rows)

    assert len(found.clusters) == len(rows)
    assert found.pairs.num_rows == 0


def test_a_father_and_son_of_one_name_are_not_joined_by_a_record_without_birth_date() -> None:
    father = DESMOND
    son = said("gp:9", born_on="1979-11-03", nhs_number=NUMBERS[4], nhs_status="verified")
    third = said("charity:1", born_on="")

    found = link([father, son, third], model=MODEL)

    assert len(set(found.clusters.values())) == 3
    assert set(found.pairs["rule"].to_pylist()) >= {"rivals", "household"}


def test_a_key_that_very_many_share_finds_nobody() -> None:
    crowd = [
        said(f"s:{number}", family=f"Name{chr(65 + number % 26)}", given="", born_on="", mobile="",
             email="nobody@example.org", postcode="", address_line="")
        for number in range(60)
    ]  # fmt: skip

    found = link(crowd, model=MODEL, settings=Settings(largest_block=50))

    assert found.pairs.num_rows == 0


def test_every_pair_told_can_be_explained() -> None:
    found = link(ROWS, model=MODEL)

    for pair in found.pairs.to_pylist():
        evidence = found.evidence(pair["subject_id"], pair["other_id"])
        assert evidence.weight == pytest.approx(pair["weight"], abs=1e-6)
        assert evidence.words.endswith(".")
