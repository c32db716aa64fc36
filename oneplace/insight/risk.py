"""Between a snapshot and the local model of admission risk: examples to train on, a person's parts.

People who may not be counted for planning are not learnt from: nobody's care rests on a model, so
training one is planning.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

import ibis
import numpy as np
import pyarrow as pa

from oneplace.insight.finding import chances, scores_on
from oneplace.insight.marks import Topic, topics_of_sort
from oneplace.insight.shapes import SCORES
from oneplace.insight.snapshot import Snapshot
from oneplace.science.admission_risk import (
    HORIZON_DAYS,
    LOOKED_AT,
    Examples,
    Model,
    Quality,
    Trained,
    examples_of,
    train,
)
from oneplace.science.admission_risk.model import why_not_use
from oneplace.science.code_lists import CodeLists
from oneplace.science.scores.life import Contribution, Instrument, Score, State

KEY: Final = "admission_risk"
INTENDED: Final = (
    "Helps a practice to find people of any age who may need more than one of us before an "
    "emergency stay in hospital, as one reason among several."
)
NOT_FOR: Final = (
    "It decides nothing, orders nobody, and refuses nobody care. It says nothing of one person’s "
    "fate, nor of what would help. It is not for places other than the one it was trained in."
)


def examples_on(
    snapshot: Snapshot, on: date, *, code_lists: CodeLists | None = None, is_past: bool = True
) -> Examples:
    """Everybody alive on a day, as known then; and whether an emergency stay followed."""
    scores = scores_on(snapshot, on=on, code_lists=code_lists)
    if not is_past:
        return examples_of(scores.to_pyarrow(), None, on.isoformat())
    scores = scores.anti_join(snapshot.table("uncounted"), "pseudonym")
    followed = _stays_after(snapshot, on)
    both = scores.left_join(followed, "pseudonym").drop("pseudonym_right")
    table = both.order_by("pseudonym").to_pyarrow()
    outcome = np.asarray(table.column("stays").fill_null(0).to_numpy()) > 0
    return examples_of(table.drop_columns(["stays"]), outcome, on.isoformat())


def _stays_after(snapshot: Snapshot, on: date) -> Any:
    stays = [
        row["what"]
        for row in snapshot.table("whats").to_pyarrow().to_pylist()
        if topics_of_sort(row["kind"], row["mark"], row["system"], frozenset())
        & Topic.EMERGENCY_STAY
    ]
    events = snapshot.table("events")
    until = on + timedelta(days=HORIZON_DAYS)
    after = events.filter(
        events.what.isin(stays or [-1])
        & (events.happened_on > ibis.literal(on))
        & (events.happened_on <= ibis.literal(until))
    )
    return after.group_by("pseudonym").agg(stays=after.count())


def days_of(on: date) -> tuple[date, date, date]:
    """The three days of a training whose outcome is known on a day: train, calibrate, judge."""
    early, later, latest = (on - timedelta(days=HORIZON_DAYS * back) for back in (3, 2, 1))
    return early, later, latest


def train_on(
    snapshot: Snapshot,
    *,
    on: date,
    seed: int,
    quality: Quality | None = None,
    code_lists: CodeLists | None = None,
) -> Trained:
    """Train on the place's own past: three half years, the latest ending on `on`."""
    return train_with(
        snapshot, examples_of_days(snapshot, on=on, code_lists=code_lists), quality=quality,
        seed=seed,
    )  # fmt: skip


def examples_of_days(
    snapshot: Snapshot, *, on: date, code_lists: CodeLists | None = None
) -> tuple[Examples, Examples, Examples]:
    """The examples of the three days of a training."""
    early, later, latest = (
        examples_on(snapshot, day, code_lists=code_lists) for day in days_of(on)
    )
    return early, later, latest


def train_with(
    snapshot: Snapshot,
    examples: tuple[Examples, Examples, Examples],
    *,
    quality: Quality | None,
    seed: int,
) -> Trained:
    """Train with examples of three days of a snapshot; raises `Refused`."""
    early, later, latest = examples
    return train(
        early=early,
        later=later,
        latest=latest,
        quality=quality,
        seed=seed,
        snapshot=snapshot.manifest.hash,
    )


def counts_of(examples: Sequence[Examples]) -> list[dict[str, Any]]:
    """Of each day how many people there were, and how many had an emergency stay afterwards."""
    return [
        {
            "on": each.on,
            "people": len(each),
            "outcomes": 0 if each.outcome is None else int(each.outcome.sum()),
        }
        for each in examples
    ]


def risks(snapshot: Snapshot, model: Model | None, *, on: date) -> pa.Table | None:
    """Everybody's chance; None while the model is off."""
    if model is None or why_not_use(model):
        return None
    scores = scores_on(snapshot, on=on)
    return chances(model, scores.select("pseudonym", *LOOKED_AT).to_pyarrow())


@dataclass(frozen=True)
class Chance(Score):
    """A chance of the local model. What it is made of adds up to log odds, not to the value."""

    @property
    def recomputed(self) -> float:
        """The chance, from what it was made of."""
        return 1 / (1 + math.exp(-sum(each.points for each in self.contributions)))


def chance_of(model: Model, row: Mapping[str, Any], *, version: str) -> Chance:
    """One person's chance by their row of `SCORES`, with what it is made of.

    The first part is the average person of the training; each other, the largest first, is what one
    feature adds to the log odds.
    """
    schema = pa.schema([SCORES.field(name) for name in LOOKED_AT])
    one = examples_of(pa.Table.from_pylist([{name: row[name] for name in LOOKED_AT}], schema))
    base = Contribution("The average person here", model.base, (), None, "")
    parts = (Contribution(part.words, part.log_odds, (), None, "") for part in model.parts(one)[0])
    return Chance(
        instrument=Instrument(
            key=KEY,
            name="Local model: an emergency stay within half a year",
            version=version,
            citation="Trained on this place’s own data; its card tells how well it does",
            purpose=f"{INTENDED} {NOT_FOR}",
        ),
        state=State.COMPLETE,
        value=float(model.risk(one)[0]),
        contributions=(base, *parts),
    )
