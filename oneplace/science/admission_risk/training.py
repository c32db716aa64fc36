"""Trains the local model: on one time, calibrated on a later one, judged on the latest.

Logistic regression over pieces of straight lines (scikit-learn), so that effects may bend and still
add up. The same examples and seed give the same model.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from oneplace.science.admission_risk.card import (
    Quality,
    Refused,
    calibration_line,
    card_of,
)
from oneplace.science.admission_risk.features import Examples, basis
from oneplace.science.admission_risk.model import Model

HORIZON_DAYS: Final = 182
STRENGTH: Final = 1.0
"""Of the penalty on coefficients: 1 for pieces that run from 0 to 1."""


@dataclass(frozen=True)
class Trained:
    """A model that was trained, good enough or not: its card says."""

    model: Model

    @property
    def why_not(self) -> str:
        """Why it may not be signed; empty if it may."""
        return self.model.card.why_not


def train(
    *,
    early: Examples,
    later: Examples,
    latest: Examples,
    quality: Quality | None = None,
    seed: int,
    snapshot: str = "",
) -> Trained:
    """Train on `early`, calibrate on `later`, judge on `latest`: three days in their order.

    Raises `Refused` where there are too few people or outcomes, or the days are out of order.
    """
    from sklearn.linear_model import LogisticRegression

    quality = quality or Quality()
    _refuse_unfit(early, later, latest, quality)
    matrix, names = basis(early)
    fitted = LogisticRegression(C=STRENGTH, max_iter=1_000, random_state=seed)
    fitted.fit(matrix, early.outcome)
    coefficients, intercept = fitted.coef_[0], float(fitted.intercept_[0])
    then, _ = basis(later)
    odds = then @ coefficients + intercept
    # What has changed since is put right on the later time, with two numbers for all.
    slope, shift = calibration_line(1 / (1 + np.exp(-odds)), later.outcome)  # type: ignore[arg-type]
    model = Model(
        intercept=intercept * slope + shift,
        coefficients=tuple(float(each) for each in coefficients * slope),
        averages=tuple(float(each) for each in matrix.mean(axis=0)),
        columns=tuple(names),
        card=None,  # type: ignore[arg-type]
    )
    card = card_of(
        model.risk(latest),
        latest,
        quality,
        trained_on=f"{early.on}, {later.on} and {latest.on} of snapshot {snapshot}",
        horizon_days=HORIZON_DAYS,
        seed=seed,
    )
    return Trained(Model(**{**model.__dict__, "card": card}))


def _refuse_unfit(early: Examples, later: Examples, latest: Examples, quality: Quality) -> None:
    if not early.on < later.on < latest.on:
        raise Refused(
            "The model is trained on one time and judged on a later one: give three days in their "
            "order."
        )
    for what, examples in (("train", early), ("calibrate", later), ("test", latest)):
        if examples.outcome is None:
            raise Refused(f"What became of the people to {what} it with is not known.")
        people, outcomes = len(examples), int(examples.outcome.sum())
        if people < quality.least_people or outcomes < quality.least_outcomes:
            raise Refused(
                f"There are too few people to {what} a model with: {people:,} with {outcomes:,} "
                f"emergency stays; {quality.least_people:,} and {quality.least_outcomes:,} are "
                "wanted. Use the published scores alone.",
                "least_people" if people < quality.least_people else "least_outcomes",
            )
