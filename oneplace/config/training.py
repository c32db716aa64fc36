"""Trains the local model of admission risk on the place's own past, and keeps what came of it.

It joins `snapshot` above the rooms, `insight` below them and the room `casefinding`. The command
`oneplace model train` runs it, and a job when somebody asks for it on the page.
"""

import secrets
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from procrastinate.contrib.django import app

if TYPE_CHECKING:
    from oneplace.access.viewer import Viewer
    from oneplace.casefinding.models import LocalModel
    from oneplace.casefinding.verbs import Training
    from oneplace.insight.snapshot import Snapshot
    from oneplace.vocabulary.place import RiskModel


def train(*, by: "Viewer", at: datetime, seed: int | None = None) -> "LocalModel":
    """Take a snapshot, train on it, and keep the model or why there is none; as the loader."""
    from django.conf import settings

    from oneplace import snapshot
    from oneplace.access.viewer import viewing
    from oneplace.casefinding import verbs
    from oneplace.insight.snapshot import Snapshot

    taken = snapshot.take(folder=snapshot.folder_of(Path(settings.DATA_FOLDER)), by=by, at=at)
    wanted = settings.PLACE.risk_model
    opened = Snapshot.open(taken.folder)
    try:
        training = trained_on(
            opened, wanted=wanted, seed=secrets.randbelow(2**31) if seed is None else seed
        )
    finally:
        opened.close()
    with viewing(by, at=at):
        return verbs.keep_model(training=training, wanted=wanted, by=by, at=at)


def trained_on(opened: "Snapshot", *, wanted: "RiskModel", seed: int) -> "Training":
    """Train on a snapshot by what the place asks of a model."""
    from oneplace.casefinding.verbs import Training, quality_of
    from oneplace.insight.risk import counts_of, examples_of_days, train_with
    from oneplace.science.admission_risk import Failing, Refused

    on = opened.manifest.made_on
    examples = examples_of_days(opened, on=on)
    said: dict[str, Any] = {
        "snapshot": opened.manifest.hash,
        "index_on": on,
        "seed": seed,
        "counts": counts_of(examples),
    }
    try:
        trained = train_with(opened, examples, quality=quality_of(wanted), seed=seed)
    except Refused as refused:
        return Training(**said, refused=Failing(refused.threshold, str(refused)))
    return Training(**said, trained=trained)


@app.task(name="oneplace.config.training.train_model", pass_context=False)
def train_model() -> None:
    """Train anew, as somebody asked on the page."""
    from oneplace.casefinding.jobs import MODEL_KEEPER
    from oneplace.kit import clock

    train(by=MODEL_KEEPER, at=clock.now())
