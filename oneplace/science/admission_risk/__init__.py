"""A local model of admission risk: how likely an emergency stay within half a year is.

Trained on the place's own data and on nobody else's. It is additive, so that each person's chance
can be told as a sum of parts; it is off until the clinical lead has signed its card; it is one
reason among several and never an order of people; and it refuses to exist below a set quality.
"""

from oneplace.science.admission_risk.card import (
    Card,
    Change,
    Failing,
    Quality,
    Refused,
    compared,
    failings,
    why_not_good,
)
from oneplace.science.admission_risk.features import FEATURES, LOOKED_AT, Examples, examples_of
from oneplace.science.admission_risk.model import NOT_KNOWN, Effect, Model, Part, read_model
from oneplace.science.admission_risk.training import HORIZON_DAYS, Trained, train

__all__ = [
    "FEATURES",
    "HORIZON_DAYS",
    "LOOKED_AT",
    "NOT_KNOWN",
    "Card",
    "Change",
    "Effect",
    "Examples",
    "Failing",
    "Model",
    "Part",
    "Quality",
    "Refused",
    "Trained",
    "compared",
    "examples_of",
    "failings",
    "read_model",
    "train",
    "why_not_good",
]
