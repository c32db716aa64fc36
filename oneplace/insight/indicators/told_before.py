"""People told before a huddle spoke of them."""

from typing import Final

from oneplace.insight.indicators.asked import Asked
from oneplace.insight.indicators.definition import Definition
from oneplace.vocabulary.terms import BetterDirection, MeasureUnit, Role


def tell(asked: Asked) -> object:
    """Every person discussed, each time."""
    work = asked.work("told")
    return asked.facts(work, day="started_on", top=work.state == "told", bottom=1)


DEFINITION: Final = Definition(
    key="told_before",
    version=1,
    changed="First version, March 2026.",
    statement="as_an_individual",
    title="Told before we spoke of them",
    sentence="Of people spoken of in a {huddle}, those who had been told",
    cohort="People spoken of in {huddles} of the month, each time they were",
    numerator="Those told on or before that day, as the practice recorded it",
    denominator="All of them",
    unit=MeasureUnit.PER_CENT,
    better=BetterDirection.HIGHER,
    source="The place's promise for sharing: tell the person first",
    owner=Role.GP,
    refresh="Each night, from the {huddles}",
    provisional_months=0,
    provisional_because="",
    counts="discussions",
    does_not_say="Told is not agreed: objections are counted elsewhere",
    target=100.0,
    target_from="The place's own promise",
    tell=tell,
)
