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
    version=2,
    changed="Second version, March 2026: deaths of people registered with no practice of the place"
    " no longer count, because the denominator never held them.",
    statement="clinical",
    title="Deaths, people of 65 and over",
    sentence="Deaths a month for each 1,000 registered people of 65 and over",
    cohort="Registered people of 65 and over, alive at the beginning of the month",
    numerator="Those of them who died in the month, wherever they died",
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
