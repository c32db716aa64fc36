"""Between a snapshot and the local model of admission risk: examples to train on, chances."""

from datetime import date, timedelta
from typing import Any

import ibis
import numpy as np
import pyarrow as pa

from oneplace.insight.finding import find
from oneplace.insight.marks import Topic, topics_of_sort
from oneplace.insight.settings import Settings
from oneplace.insight.snapshot import Snapshot
from oneplace.science.admission_risk import (
    HORIZON_DAYS,
    Examples,
    Model,
    Quality,
    Trained,
    examples_of,
    train,
)
from oneplace.science.admission_risk.model import why_not_use
from oneplace.science.code_lists import CodeLists


def examples_on(
    snapshot: Snapshot, on: date, *, code_lists: CodeLists | None = None, is_past: bool = True
) -> Examples:
    """Everybody alive on a day, as known then; and whether an emergency stay followed."""
    scores = find(snapshot, on=on, code_lists=code_lists).scores
    if not is_past:
        return examples_of(scores.to_pyarrow(), None, on.isoformat())
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


def train_on(
    snapshot: Snapshot,
    *,
    on: date,
    seed: int,
    quality: Quality | None = None,
    code_lists: CodeLists | None = None,
) -> Trained:
    """Train on the place's own past: three half years, the latest ending on `on`."""
    days = [on - timedelta(days=HORIZON_DAYS * back) for back in (3, 2, 1)]
    early, later, latest = (examples_on(snapshot, day, code_lists=code_lists) for day in days)
    return train(
        early=early,
        later=later,
        latest=latest,
        quality=quality,
        seed=seed,
        snapshot=snapshot.manifest.hash,
    )


def risks(
    snapshot: Snapshot, model: Model | None, *, on: date, settings: Settings | None = None
) -> pa.Table | None:
    """The chances to hand to `finding.find`; None while the model is off."""
    if model is None or why_not_use(model):
        return None
    scores = find(snapshot, on=on, settings=settings).scores.to_pyarrow()
    return pa.table(
        {"pseudonym": scores.column("pseudonym"), "risk": model.risk(examples_of(scores))}
    )
