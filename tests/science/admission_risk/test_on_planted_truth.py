"""The local model finds what was planted, says chances that come true, and adds up."""

from dataclasses import replace

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from oneplace.science.admission_risk import (
    Quality,
    Refused,
    compared,
    failings,
    read_model,
    train,
)
from oneplace.science.admission_risk.model import why_not_use
from tests.science.admission_risk.planted import planted

PEOPLE = 40_000
DAYS = ("2024-09-12", "2025-03-13", "2025-09-11")


@pytest.fixture(scope="module")
def three():
    return [planted(PEOPLE, seed=number, on=day) for number, day in enumerate(DAYS, start=1)]


@pytest.fixture(scope="module")
def trained(three):
    (early, _), (later, _), (latest, _) = three
    return train(early=early, later=later, latest=latest, seed=1)


def test_it_tells_people_apart_nearly_as_well_as_the_truth_itself(three, trained):
    latest, true = three[2]

    achievable = roc_auc_score(latest.outcome, true)

    assert trained.model.card.auc >= 0.98 * achievable


def test_its_chances_come_true_for_all_and_in_every_group(trained):
    card = trained.model.card

    assert 0.95 <= card.slope <= 1.05
    assert all(0.9 <= group.ratio <= 1.1 for group in card.groups if group.ratio is not None)
    assert {group.by for group in card.groups if group.ratio} == {
        "gender",
        "ethnicity",
        "deprivation",
    }
    assert trained.why_not == ""


def test_the_parts_of_a_persons_chance_add_up_to_it(three, trained):
    latest, _ = three[2]
    few = replace(latest, table=latest.table.slice(0, 300), outcome=None)

    parts = trained.model.parts(few)

    sums = np.array([trained.model.base + sum(part.log_odds for part in each) for each in parts])
    assert np.allclose(1 / (1 + np.exp(-sums)), trained.model.risk(few), atol=1e-12)


def test_the_same_people_and_seed_make_the_same_model(three, trained):
    (early, _), (later, _), (latest, _) = three

    again = train(early=early, later=later, latest=latest, seed=1)

    assert again.model == trained.model


def test_treating_by_the_model_is_worth_more_than_treating_everybody(trained):
    worth = [each for each in trained.model.card.benefits if 0.05 <= each.threshold <= 0.3]

    assert all(each.model >= max(0.0, each.everybody) for each in worth)


def test_a_model_is_off_until_it_is_signed_and_survives_its_file(trained, tmp_path):
    assert "not signed" in (why_not_use(trained.model) or "")

    signed = trained.model.sign(by="Dr Invented", on="2026-03-12")
    signed.write(tmp_path / "model.json")

    assert why_not_use(read_model(tmp_path / "model.json")) is None
    assert read_model(tmp_path / "model.json") == signed


def test_too_few_people_are_refused_with_the_reason(three):
    (early, _), (later, _), (latest, _) = three
    few = replace(early, table=early.table.slice(0, 900), outcome=early.outcome[:900])

    with pytest.raises(Refused, match=r"too few people to train .* 900 with"):
        train(early=few, later=later, latest=latest, seed=1)


def test_days_out_of_order_are_refused(three):
    (early, _), (later, _), (latest, _) = three

    with pytest.raises(Refused, match="in their order"):
        train(early=latest, later=later, latest=early, seed=1)


def test_a_model_of_noise_may_not_be_signed(three):
    (early, _), (later, _), (latest, _) = three
    random = np.random.default_rng(5)
    noise = [
        replace(each, outcome=random.permutation(each.outcome)) for each in (early, later, latest)
    ]

    trained = train(early=noise[0], later=noise[1], latest=noise[2], seed=1)

    assert "too badly" in trained.why_not
    with pytest.raises(Refused, match="too badly"):
        trained.model.sign(by="Dr Invented", on="2026-03-12")


def test_a_model_unfair_to_a_group_may_not_be_signed(three):
    (early, _), (later, _), (latest, _) = three
    ethnicity = np.array(latest.table.column("ethnicity").to_pylist())
    worse = latest.outcome.copy()
    worse[(ethnicity == "M") & (np.random.default_rng(3).random(len(worse)) < 0.02)] = 1

    trained = train(early=early, later=later, latest=replace(latest, outcome=worse), seed=1)

    assert "not fair to people of ethnic group “Black Caribbean”" in trained.why_not


def test_retraining_says_what_is_better_worse_or_the_same(trained):
    card = trained.model.card
    worse = replace(card, auc=card.auc - 0.1, auc_low=card.auc_low - 0.1, slope=1.3)

    assert compared(card, None) == ()
    assert {each.says for each in compared(card, card)} == {"no clear difference", ""}
    changes = {each.what.partition(" (")[0]: each.says for each in compared(card, worse)}
    assert changes["Tells people apart"] == "better"
    assert changes["Its chances come true"] == "better"
    back = {each.what.partition(" (")[0]: each.says for each in compared(worse, card)}
    assert back["Its chances come true"] == "worse"


def test_every_threshold_that_failed_is_named(trained):
    strict = Quality(least_auc=0.99, slope=(1.5, 2.0), ratio=(1.3, 2.0))

    found = failings(trained.model.card, strict)

    assert {each.threshold for each in found} == {"least_auc", "slope", "ratio"}


def test_the_whole_model_on_a_page_says_what_the_parts_say(three, trained):
    latest, _ = three[2]
    model = trained.model
    few = replace(latest, table=latest.table.slice(0, 50), outcome=None)
    effects = {(each.feature, each.value): each.times for each in model.effects()}

    for parts, age in zip(model.parts(few), few.table.column("age").to_pylist(), strict=True):
        told = next(part for part in parts if part.feature == "age")
        if age in (0, 18, 50, 65, 75, 85, 100):
            assert np.isclose(np.exp(told.log_odds), effects["age", f"{age:.0f}"])
        sex = next(part for part in parts if part.feature == "is_male")
        word = "male" if sex.value == "male" else "others"
        assert np.isclose(np.exp(sex.log_odds), effects["is_male", word])


def test_quality_is_the_places_own():
    assert Quality(least_auc=0.7).least_auc == 0.7
