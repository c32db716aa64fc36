"""Emergency stays in hospital for an injury, of people of 65 and over."""

from typing import Final

from oneplace.insight.indicators.asked import Asked
from oneplace.insight.indicators.definition import OLDER, Definition
from oneplace.vocabulary.terms import BetterDirection, MeasureUnit, Role

INJURY: Final = ("S", "T0", "T10", "T11", "T12", "T13", "T14", "W0", "W1")
"""Beginnings of ICD-10 codes: injuries S00 to T14, falls W00 to W19."""


def tell(asked: Asked) -> object:
    """Each stay once, however many injuries it had: a stay's diagnoses bear its number."""
    found = asked.events("diagnosis", marks=("emergency",), codes=INJURY)
    stays = found.group_by("pseudonym", "event").agg(
        happened_on=found.happened_on.min(), source=found.source.min()
    )
    older = asked.of_age(stays, "happened_on", OLDER)
    return asked.facts(older, day="happened_on", top=1, bottom=0)


DEFINITION: Final = Definition(
    key="falls_admissions",
    version=2,
    changed="Second version, March 2026: stays of people registered with no practice of the place"
    " no longer count, because the denominator never held them.",
    statement="healthy",
    title="Hospital stays after a fall or injury, people of 65 and over",
    sentence="Emergency stays with an injury a month, for each 1,000 registered people of 65 and"
    " over",
    cohort="Registered people of 65 and over, alive at the beginning of the month",
    numerator="Their emergency stays that began in the month with an injury (ICD-10 S00–T14) or a"
    " fall (W00–W19) among the diagnoses",
    denominator="People of 65 and over registered with a practice of the place at the beginning of"
    " the month",
    unit=MeasureUnit.RATE,
    better=BetterDirection.LOWER,
    source="Public health outcomes framework, emergency admissions due to falls; ours counts the"
    " injury, because the hospital's messages carry no cause",
    owner=Role.PROGRAMME_DIRECTOR,
    refresh="Each night, from the hospital's messages",
    provisional_months=1,
    provisional_because="Diagnoses of the last month are still being coded",
    counts="people of 65 and over",
    does_not_say="A road accident counts too: the cause of an injury is not told to us",
    tell=tell,
    per_people_from_age=OLDER,
)
