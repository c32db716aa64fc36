"""Figures of finding people: 400,000 people and 40 million invented events, and one person.

The peer is one statement written by hand for DuckDB over the same files in the same process: the
same scores, without reasons, events behind them, segments or the eligible list.
`ONEPLACE_BENCH_PEOPLE` makes it smaller; there are 100 events to a person.
"""

import json
import os
from functools import cache
from typing import Any

from tests.benches import WORLDS, Figure, figure, run
from tests.benches.casefinding_world import make

PEOPLE = int(os.environ.get("ONEPLACE_BENCH_PEOPLE", "400000"))
SEED = 2026
EXPLAINED = 1_000
"""People whose chance is told in parts."""
PEER = "one statement by hand, scores only"


@cache
def _measured() -> dict[str, Any]:
    folder = WORLDS / f"casefinding-{PEOPLE}-{SEED}"
    if not (folder / "manifest.json").exists():
        make(folder, people=PEOPLE, events=PEOPLE * 100, seed=SEED)
    done = run(".venv/bin/python", "-m", "tests.benches.casefinding_load", str(folder))
    found: dict[str, Any] = json.loads(done.output.strip().splitlines()[-1])
    return found


@figure("casefinding.time")
def seconds() -> Figure:
    """Scored, segmented, reason-bearing and written back."""
    found = _measured()
    return Figure(
        "casefinding.time", found["written_s"], "s", PEER, found["raw_s"], "<= 10 s",
        found["written_s"] <= 10,
    )  # fmt: skip


@figure("casefinding.ratio")
def ratio() -> Figure:
    """The same, against the statement by hand, both written back."""
    found = _measured()
    return Figure(
        "casefinding.ratio", found["written_s"], "s", PEER, found["raw_s"], "<= 3 x",
        found["written_s"] <= 3 * found["raw_s"],
    )  # fmt: skip


@figure("casefinding.memory")
def memory() -> Figure:
    """The most memory the process ever had."""
    found = _measured()
    return Figure(
        "casefinding.memory", found["peak_gib"], "GiB", "goal", 4.0, "<= 4 GiB",
        found["peak_gib"] <= 4,
    )  # fmt: skip


@figure("casefinding.one_person")
def one_person() -> Figure:
    """One changed person scored anew with reasons: 95th percentile of 200 people."""
    found = _measured()
    return Figure(
        "casefinding.one_person", found["one_ms"], "ms", "goal", 50.0, "<= 50 ms",
        found["one_ms"] <= 50,
    )  # fmt: skip


@figure("casefinding.explained")
def explained() -> Figure:
    """People whose own events explain exactly what was found of them."""
    found = _measured()
    return Figure(
        "casefinding.explained", found["agree"], "share", "the whole place at once", 1.0, "= 1",
        found["agree"] == 1,
    )  # fmt: skip


@cache
def _model() -> dict[str, Any]:
    from sklearn.metrics import roc_auc_score

    from oneplace.insight.risk import chance_of
    from oneplace.science.admission_risk import examples_of, train
    from tests.science.admission_risk.planted import planted

    days = ("2024-09-12", "2025-03-13", "2025-09-11")
    early, later, (latest, true) = (
        planted(100_000, seed=number, on=day) for number, day in enumerate(days, start=1)
    )
    model = train(early=early[0], later=later[0], latest=latest, seed=SEED).model
    card = model.card
    rows = latest.table.slice(0, EXPLAINED).to_pylist()
    told = [chance_of(model, row, version="") for row in rows]
    found = model.risk(examples_of(latest.table.slice(0, EXPLAINED)))
    return {
        "recomputes": sum(
            abs(one.recomputed - float(chance)) < 1e-9
            for one, chance in zip(told, found, strict=True)
        )
        / len(told),
        "auc": card.auc,
        "achievable": float(roc_auc_score(latest.outcome, true)),
        "slope": card.slope,
        "ratios": [group.ratio for group in card.groups if group.ratio is not None],
    }


@figure("casefinding.model_auc")
def model_auc() -> Figure:
    """How well the local model tells people apart, of what the planted truth allows."""
    found = _model()
    share = found["auc"] / found["achievable"]
    return Figure(
        "casefinding.model_auc", round(found["auc"], 4), "AUC", "the planted truth itself",
        round(found["achievable"], 4), ">= 0.98 x", share >= 0.98,
    )  # fmt: skip


@figure("casefinding.model_slope")
def model_slope() -> Figure:
    """Whether its chances come true, on the latest time."""
    slope = _model()["slope"]
    return Figure(
        "casefinding.model_slope", round(slope, 3), "slope", "right", 1.0, "0.95 to 1.05",
        0.95 <= slope <= 1.05,
    )  # fmt: skip


@figure("casefinding.model_recomputes")
def model_recomputes() -> Figure:
    """People whose chance is what its parts add up to."""
    share = _model()["recomputes"]
    return Figure(
        "casefinding.model_recomputes", share, "share", "the model at once", 1.0, "= 1",
        share == 1,
    )  # fmt: skip


@figure("casefinding.model_groups")
def model_groups() -> Figure:
    """The group furthest from what was expected of it: sex, ethnicity, deprivation."""
    furthest = max(_model()["ratios"], key=lambda each: abs(each - 1))
    return Figure(
        "casefinding.model_groups", round(furthest, 3), "seen over expected", "right", 1.0,
        "0.9 to 1.1", 0.9 <= furthest <= 1.1,
    )  # fmt: skip
