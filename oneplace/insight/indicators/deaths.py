"""Deaths of people of 65 and over: a balancing measure, so that no other can flatter."""

from typing import Final

import ibis

from oneplace.insight.indicators.asked import OURS, Asked
from oneplace.insight.indicators.definition import OLDER, Definition
from oneplace.vocabulary.terms import BetterDirection, MeasureUnit, Role


def tell(asked: Asked) -> object:
    """Everybody who died on a known day at 65 or over."""
    people = asked.people
    dead = people.filter(people.died_on > ibis.date("1900-01-01"))
    dead = dead.filter(dead.born_month + ibis.interval(years=OLDER) <= dead.died_on)
    dead = dead.select("pseudonym", "died_on", source=ibis.literal(OURS))
    return asked.facts(dead, day="died_on", top=1, bottom=0)


DEFINITION: Final = Definition(
    key="deaths",
    version=1,
    changed="First version, March 2026.",
    statement="clinical",
    title="Deaths, people of 65 and over",
    sentence="Deaths for each 1,000 registered people of 65 and over",
    cohort="Registered people of 65 and over, alive at the beginning of the month",
    numerator="People who died in the month at 65 or over, wherever they died",
    denominator="People of 65 and over registered with a practice of the place at the beginning of"
    " the month",
    unit=MeasureUnit.RATE,
    better=BetterDirection.NEITHER,
    source="Our own: balancing measure, shown beside every favourable figure",
    owner=Role.PROGRAMME_DIRECTOR,
    refresh="Each night, from practices and hospital",
    provisional_months=1,
    provisional_because="Deaths are told with some delay",
    counts="people of 65 and over",
    does_not_say="A rise may be winter, age or chance; it never says that care failed",
    tell=tell,
    per_people_from_age=OLDER,
)
