"""The local model between a snapshot and a list: trained on the past, off until it is signed."""

from datetime import timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from oneplace.insight.explaining import explain_in
from oneplace.insight.finding import find
from oneplace.insight.risk import examples_on, risks, train_on
from oneplace.insight.settings import Settings
from oneplace.insight.snapshot import Snapshot
from oneplace.science.admission_risk import HORIZON_DAYS, Quality, Refused
from tests.benches.casefinding_world import ON, make

EASY = Quality(least_people=100, least_outcomes=10, least_auc=0.4, slope=(-99, 99), ratio=(0, 99))


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory) -> Snapshot:
    folder: Path = tmp_path_factory.mktemp("world")
    make(folder, people=2_000, events=200_000, seed=4)
    return Snapshot.open(folder, memory="1GB")


def test_examples_know_only_what_was_known_and_what_followed(snapshot):
    on = ON - timedelta(days=HORIZON_DAYS)

    examples = examples_on(snapshot, on)

    events = snapshot.table("events").inner_join(snapshot.table("whats"), "what")
    stays = events.filter((events.kind == "stay") & (events.mark == "emergency"))
    followed = {
        row["pseudonym"]
        for row in stays.to_pyarrow().to_pylist()
        if 0 < (row["happened_on"] - on).days <= HORIZON_DAYS
    }
    numbers = examples.table.column("pseudonym").to_pylist()
    assert [number in followed for number in numbers] == (examples.outcome == 1).tolist()
    assert examples.table.column("last_event_on").to_pylist()[0] <= on


def test_too_small_a_place_is_refused(snapshot):
    with pytest.raises(Refused, match="too few people"):
        train_on(snapshot, on=ON, seed=1)


def test_chances_are_shown_only_once_the_model_is_signed(snapshot):
    model = train_on(snapshot, on=ON, seed=1, quality=EASY).model

    assert risks(snapshot, None, on=ON) is None
    assert risks(snapshot, model, on=ON) is None
    signed = risks(snapshot, model.sign(by="Dr Invented", on="2026-03-12"), on=ON)

    assert signed is not None
    chances = np.asarray(signed.column("risk"))
    assert chances.min() > 0 and chances.max() < 1
    found = find(snapshot, on=ON, admission_risk=signed)
    assert found.scores.admission_risk.count().to_pyarrow().as_py() == len(chances)


def test_whoever_may_not_be_counted_for_planning_is_not_learnt_from(snapshot):
    on = ON - timedelta(days=HORIZON_DAYS)
    before = examples_on(snapshot, on)
    left_out = before.table.column("pseudonym").to_pylist()[:7]
    snapshot.connection.con.register("uncounted", pa.table({"pseudonym": left_out}))

    after = examples_on(snapshot, on)

    snapshot.connection.con.register("uncounted", pa.table({"pseudonym": pa.array([], pa.int64())}))
    assert len(after) == len(before) - 7
    assert not set(left_out) & set(after.table.column("pseudonym").to_pylist())


def test_a_persons_parts_add_up_to_the_chance_found_for_the_whole_place(snapshot):
    model = train_on(snapshot, on=ON, seed=1, quality=EASY).model
    found = find(snapshot, on=ON, model=model, settings=Settings(high_risk=0.05))
    rows = found.scores.order_by("pseudonym").limit(25).to_pyarrow().to_pylist()

    for row in rows:
        one = explain_in(snapshot, row["pseudonym"], on=ON, model=model)
        assert one is not None
        chance = one.scores["admission_risk"]
        assert chance.value == pytest.approx(row["admission_risk"], abs=1e-12)
        assert chance.recomputed == pytest.approx(row["admission_risk"], abs=1e-9)


def test_the_card_says_on_what_it_was_trained(snapshot):
    card = train_on(snapshot, on=ON, seed=1, quality=EASY).model.card

    assert snapshot.manifest.hash in card.trained_on
    assert card.horizon_days == HORIZON_DAYS
    assert len(card.calibration) == 10
    assert {group.by for group in card.groups} == {"gender", "ethnicity", "deprivation"}
