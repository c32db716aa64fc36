"""Defects come at their rates, double where the scenario is dirty, and are all written down."""

from collections import Counter
from pathlib import Path

import pytest

from oneplace.borough.feeds.defects import RECORD_RATES, SOURCES, record_rates, spoiled
from oneplace.borough.feeds.records import make_records
from oneplace.borough.feeds.store import Store
from oneplace.borough.lives.living import live
from oneplace.borough.lives.settings import settings_for
from oneplace.borough.scenarios import scenario_named
from oneplace.vocabulary.place import Place

from .conftest import Borough

PEOPLE = 4_000


@pytest.fixture(scope="module")
def counts(tmp_path_factory: pytest.TempPathFactory, place: Place) -> dict[float, Counter[str]]:
    """How often each defect comes in a larger borough, ordinary and dirty: shares of records."""
    lives = live(settings_for(place, people=PEOPLE, seed=11), place=place)
    spill = tmp_path_factory.mktemp("spill")
    return {multiplier: _shares(lives, spill, multiplier) for multiplier in (1.0, 2.0)}


def _shares(lives: object, spill: Path, multiplier: float) -> Counter[str]:
    store = Store(lives, spill)  # type: ignore[arg-type]
    make_records(store, multiplier)
    totals = dict(store.rows("SELECT source, count(*) FROM records GROUP BY ALL"))
    found: Counter[str] = Counter()
    for source, field, kind, many in store.rows(
        "SELECT source, field, kind, count(*) FROM defects GROUP BY ALL"
    ):
        found[f"{source}:{field}:{kind}"] = many
        found[f"{source}:{field}"] += many
    store.close()
    return Counter({key: many / totals[key.split(":")[0]] for key, many in found.items()})  # type: ignore[misc]


@pytest.mark.parametrize(
    ("source", "share", "tolerance"),
    [("gp", 0.002, 0.002), ("hospital", 0.05, 0.02), ("council", 0.35, 0.07),
     ("charity", 0.85, 0.09)],
)  # fmt: skip
def test_numbers_are_missing_or_wrong_at_the_agreed_share(
    counts: dict[float, Counter[str]], source: str, share: float, tolerance: float
) -> None:
    rates = RECORD_RATES[source]

    agreed = rates.nhs_number_missing + rates.nhs_number_of_another + rates.nhs_number_mistyped

    assert agreed == pytest.approx(share)
    assert counts[1.0][f"{source}:nhs_number"] == pytest.approx(share, abs=tolerance)


def test_three_records_in_a_hundred_are_duplicates(counts: dict[float, Counter[str]]) -> None:
    share = counts[1.0]["hospital:record:duplicate"]

    assert share == pytest.approx(0.03, abs=0.012)


def test_the_dirty_scenario_doubles_every_rate(counts: dict[float, Counter[str]]) -> None:
    assert scenario_named("dirty").defects == 2.0
    for source in SOURCES:
        ordinary, dirty = record_rates(source, 1.0), record_rates(source, 2.0)
        assert dirty.name_mistyped == pytest.approx(2 * ordinary.name_mistyped)
        assert dirty.nhs_number_missing <= 0.97
    for key in ("hospital:nhs_number:missing", "council:nhs_number:missing"):
        assert counts[2.0][key] == pytest.approx(2 * counts[1.0][key], rel=0.35)


def test_a_clean_borough_has_no_defect_but_the_demos_own(clean: Borough) -> None:
    scripted = {row["person"] for row in clean.truth("people") if row["is_scripted"]}

    assert {row["person"] for row in clean.truth("defects")} <= scripted
    assert clean.truth("message_defects") == []
    assert clean.truth_json("file_defects") == []


@pytest.mark.parametrize("name", ["Desmond", "O'Brien", "Li", "Ng", "Smith", "Anne-Marie", "José"])
def test_a_slip_always_changes_the_name_and_never_empties_it(name: str) -> None:
    for number in range(200):
        written, kind = spoiled(name, f"{number}")
        assert written != name
        assert len(written) >= 2
        assert kind


def test_pairs_that_must_not_be_merged_are_two_people(borough: Borough) -> None:
    rows = borough.truth("must_not_merge")

    assert {row["why"] for row in rows} >= {"twins"}
    assert all(row["person"] != row["other"] for row in rows)


def test_every_rate_is_told_beside_what_was_planted(borough: Borough) -> None:
    counts = borough.truth_json("counts")

    assert set(counts["rates"]["records"]) == set(SOURCES)
    assert counts["lives"]["people"] >= 1_000
    assert counts["message_defects"]


def test_some_names_differ_between_two_records_of_one_person(borough: Borough) -> None:
    kinds = {row["kind"] for row in borough.truth("defects")}

    assert kinds >= {"missing", "nickname", "change_unseen", "move_unseen", "duplicate"}
