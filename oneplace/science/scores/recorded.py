"""What somebody else judged or asked, as it was recorded: Clinical Frailty Scale, activation.

The scale is Rockwood's (Rockwood and Theou, Can Geriatr J 2020, doi 10.5770/cgj.23.463): nine
levels judged by a trained person of the state two weeks before an acute illness, for people of 65
and over. Activation is a level from 1 to 4 of a licensed questionnaire. Neither's wording is here;
nothing is worked out, the newest recording is repeated with its date.
"""

from typing import Final

from oneplace.science.scores.life import (
    Happening,
    Instrument,
    Life,
    Score,
    State,
    contribution,
    outside,
)

CLINICAL_FRAILTY: Final = Instrument(
    "clinical_frailty",
    "The Clinical Frailty Scale",
    "2020, as recorded",
    "Rockwood and Theou, Can Geriatr J 2020, doi 10.5770/cgj.23.463",
    "A clinician's judgement of how fit or frail somebody was before an acute illness.",
    65,
)
ACTIVATION: Final = Instrument(
    "activation",
    "The patient activation level",
    "as recorded",
    "Hibbard and others, Health Serv Res 2004, doi 10.1111/j.1475-6773.2004.00269.x",
    "How confident somebody is in managing their own health; says how to work with them.",
    18,
)
FRAILTY_DAYS: Final = 730
ACTIVATION_DAYS: Final = 365
FRAILTY_BANDS: Final = ((7, "severe"), (6, "moderate"), (5, "mild"), (4, "very mild"), (1, "fit"))


def measured(life: Life, measure: str, days: int) -> Happening | None:
    """The newest recording of a measure within so many days."""
    found = [
        each
        for each in life.within(life.of("observation", "questionnaire"), days)
        if each.value is not None and f"measures/{measure}" in each.ideas
    ]
    return max(found, key=lambda each: (each.happened_on, each.value or 0.0), default=None)


def clinical_frailty(life: Life) -> Score:
    """The level recorded last within two years."""
    return _as_recorded(life, CLINICAL_FRAILTY, "clinical-frailty", FRAILTY_DAYS, 9)


def activation(life: Life) -> Score:
    """The level recorded last within a year."""
    return _as_recorded(life, ACTIVATION, "activation", ACTIVATION_DAYS, 4)


def _as_recorded(
    life: Life, instrument: Instrument, measure: str, days: int, highest: int
) -> Score:
    if not instrument.is_for(life.age):
        return outside(instrument, life.age)
    found = measured(life, measure, days)
    if found is None or found.value is None:
        return Score(instrument, State.NOT_RECORDED, why=f"None was recorded within {days} days.")
    if not 1 <= found.value <= highest or not float(found.value).is_integer():
        return Score(
            instrument,
            State.INCOMPLETE,
            why=f"The level recorded is not one of 1 to {highest}.",
        )
    level = int(found.value)
    band = None
    if instrument is CLINICAL_FRAILTY:
        band = next(name for least, name in FRAILTY_BANDS if level >= least)
    parts = (contribution(f"level {level}", level, [found]),)
    return Score(instrument, State.COMPLETE, level, band, contributions=parts)
