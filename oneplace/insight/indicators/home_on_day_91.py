"""At home on the 91st day after leaving hospital into reablement."""

from typing import Final

import ibis

from oneplace.insight.indicators.asked import Asked
from oneplace.insight.indicators.definition import Definition
from oneplace.vocabulary.terms import BetterDirection, MeasureUnit, Role, StatusAt91Days


def tell(asked: Asked) -> object:
    """Everybody whose 91st day has passed; whom nobody reached is not counted as at home."""
    work = asked.work("day_91")
    work = work.filter(work.due_on <= ibis.literal(asked.on))
    return asked.facts(
        work, day="started_on", top=work.state == StatusAt91Days.AT_HOME.value, bottom=1
    )


DEFINITION: Final = Definition(
    key="home_on_day_91",
    version=1,
    changed="First version, March 2026.",
    statement="live_as_i_choose",
    title="At home on day 91",
    sentence="Of people who left hospital into reablement, those at home 91 days later",
    cohort="People who left hospital in the month and were seen at home by the home-first service",
    numerator="Those known to be at home on the 91st day; in hospital, in a care home, dead and not"
    " reached are not",
    denominator="All of them whose 91st day has passed",
    unit=MeasureUnit.PER_CENT,
    better=BetterDirection.HIGHER,
    source="Adult social care outcomes framework 2D (formerly 2B), all months and ages instead of"
    " October to December and 65 and over",
    owner=Role.SOCIAL_WORKER,
    refresh="Each night",
    provisional_months=4,
    provisional_because="The 91st day has not passed for everybody who left hospital",
    does_not_say="It differs from the national figure, which counts three months of the year",
    tell=tell,
)
