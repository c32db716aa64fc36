"""What is found for a whole place is what one person's own events explain, for every person."""

from collections import defaultdict
from pathlib import Path

import pytest

from oneplace.insight.explaining import (
    Person,
    covers_attendances,
    covers_practice,
    explain,
    happenings_of,
)
from oneplace.insight.finding import Found, find
from oneplace.insight.snapshot import Snapshot
from oneplace.science.code_lists import read_code_lists
from tests.benches.casefinding_world import ON, make

SEEDS = (7, 8)
PEOPLE, EVENTS = 800, 90_000


@pytest.fixture(scope="module", params=SEEDS)
def opened(request, tmp_path_factory) -> tuple[Snapshot, Found]:
    folder: Path = tmp_path_factory.mktemp("world")
    make(folder, people=PEOPLE, events=EVENTS, seed=request.param)
    snapshot = Snapshot.open(folder, memory="1GB")
    return snapshot, find(snapshot, on=ON)


def _near(one, other) -> bool:
    if isinstance(one, float) and isinstance(other, (int, float)):
        return abs(one - other) < 1e-9
    return one == other


def test_every_score_and_reason_is_explained_by_the_persons_own_events(opened):
    snapshot, found = opened
    lists = read_code_lists()
    rows = {row["pseudonym"]: row for row in found.scores.to_pyarrow().to_pylist()}
    reasons = defaultdict(dict)
    for row in found.reasons.to_pyarrow().to_pylist():
        reasons[row["pseudonym"]][row["code"]] = row
    happened = happenings_of(snapshot, sorted(rows))
    covers, attended = covers_practice(snapshot, lists), covers_attendances(snapshot)
    people = snapshot.table("people").drop("lives_alone").to_pyarrow().to_pylist()

    wrong = []
    for person in people:
        number = person["pseudonym"]
        if number not in rows:
            continue
        told = explain(
            Person(**person),
            happened.get(number, ()),
            on=ON,
            covers_practice=covers,
            covers_attendances=attended,
        )
        for name, value in told.row.items():
            if not _near(value, rows[number][name]):
                wrong.append((number, name, value, rows[number][name]))
        explained = {row["code"]: row for row in told.reasons}
        if explained.keys() != reasons[number].keys():
            wrong.append((number, "reasons", explained.keys(), reasons[number].keys()))
            continue
        for code, row in explained.items():
            for name, value in row.items():
                if not _near(value, reasons[number][code][name]):
                    wrong.append((number, code, name, value, reasons[number][code][name]))
        wrong.extend(
            (number, score.instrument.key, score.value, score.recomputed)
            for score in told.scores.values()
            if score.value is not None and abs(score.recomputed - score.value) > 1e-9
        )

    assert len(rows) > PEOPLE * 0.9
    assert wrong == []
