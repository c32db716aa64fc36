"""Scores as published, each with what it was made of; and what has happened to somebody lately.

Every score is a pure function of a `Life`. A missing input is "incomplete", never a quiet nought; a
score is not told outside the ages it was validated for. A score supports judgement: it refuses
nobody a service.
"""

from oneplace.science.scores.charlson import charlson
from oneplace.science.scores.falls import falls_risk
from oneplace.science.scores.frailty_index import frailty_index
from oneplace.science.scores.hospital_frailty import hospital_frailty
from oneplace.science.scores.lace import lace
from oneplace.science.scores.lately import Lately, lately
from oneplace.science.scores.life import (
    Contribution,
    Happening,
    Instrument,
    Life,
    Score,
    State,
    life,
)
from oneplace.science.scores.recorded import activation, clinical_frailty

__all__ = [
    "Contribution",
    "Happening",
    "Instrument",
    "Lately",
    "Life",
    "Score",
    "State",
    "activation",
    "charlson",
    "clinical_frailty",
    "falls_risk",
    "frailty_index",
    "hospital_frailty",
    "lace",
    "lately",
    "life",
]
