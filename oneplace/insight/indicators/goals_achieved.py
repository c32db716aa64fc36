"""People's own goals achieved, of all they started."""

from typing import Final

from oneplace.insight.indicators.asked import Asked
from oneplace.insight.indicators.definition import Definition
from oneplace.vocabulary.terms import BetterDirection, MeasureUnit, Role


def tell(asked: Asked) -> object:
    """Every goal by the month it was started; what is still open is not achieved."""
    work = asked.work("goal")
    return asked.facts(work, day="started_on", top=work.value > 0, bottom=1)


DEFINITION: Final = Definition(
    key="goals_achieved",
    version=1,
    changed="First version, March 2026.",
    statement="healthy",
    title="People's own goals achieved",
    sentence="Of goals people set for themselves, those achieved by now",
    cohort="Goals started in the month",
    numerator="Those achieved by the one definition of that in the plan",
    denominator="All started, also those given up, and those of people who died or moved away",
    unit=MeasureUnit.PER_CENT,
    better=BetterDirection.HIGHER,
    source="Our own; goals set are never counted as goals achieved",
    owner=Role.PIC,
    refresh="Each night, from the plans",
    provisional_months=6,
    provisional_because="Goals take months: the newest are still on their way",
    counts="goals",
    does_not_say="Small goals and great ones count the same",
    tell=tell,
)
