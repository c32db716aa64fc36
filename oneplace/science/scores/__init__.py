"""Scores as published, each with what it was made of; and what has happened to somebody lately.

Every score is a pure function of a `Life`, in the module of its name. A missing input is
"incomplete", never a quiet nought; a score is not told outside the ages it was validated for. A
score supports judgement: it refuses nobody a service.
"""

from collections.abc import Mapping

from oneplace.science.scores import (
    charlson,
    falls,
    frailty_index,
    hospital_frailty,
    lace,
    recorded,
)
from oneplace.science.scores.life import (
    Contribution,
    Happening,
    Instrument,
    Life,
    Score,
    State,
    life,
)

INSTRUMENTS: Mapping[str, Instrument] = {
    each.key: each
    for each in (
        frailty_index.INSTRUMENT,
        hospital_frailty.INSTRUMENT,
        charlson.INSTRUMENT,
        lace.INSTRUMENT,
        recorded.CLINICAL_FRAILTY,
        falls.INSTRUMENT,
        recorded.ACTIVATION,
    )
}
"""Every published score, by key: name, version, source, for whom and for what."""


def every_score(of: Life, points: Mapping[str, int]) -> Mapping[str, Score]:
    """Every published score of one person; `points` are those of hospital frailty, in tenths."""
    return {
        "frailty_index": frailty_index.frailty_index(of),
        "hospital_frailty": hospital_frailty.hospital_frailty(of, points),
        "charlson": charlson.charlson(of),
        "lace": lace.lace(of),
        "clinical_frailty": recorded.clinical_frailty(of),
        "falls_risk": falls.falls_risk(of),
        "activation": recorded.activation(of),
    }


__all__ = [
    "INSTRUMENTS",
    "Contribution",
    "Happening",
    "Instrument",
    "Life",
    "Score",
    "State",
    "every_score",
    "life",
]
