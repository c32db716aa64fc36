"""Back in hospital as an emergency within 30 days of leaving it."""

from typing import Final

import ibis

from oneplace.insight.indicators.asked import Asked
from oneplace.insight.indicators.definition import OLDER, Definition, month_after
from oneplace.vocabulary.terms import BetterDirection, MeasureUnit, Role

DAYS: Final = 30


def tell(asked: Asked) -> object:
    """Each emergency stay that ended alive, and whether another began within 30 days."""
    stays = asked.snapshot.table("events")
    from oneplace.insight.indicators.asked import sorts_of

    ids = sorts_of(asked.snapshot, ("stay",), ("emergency",), ())
    stays = stays.filter(stays.what.isin(list(ids) or [-1])).select(
        "pseudonym", "event", "happened_on", "ended_on", "source"
    )
    left = stays.filter(
        stays.ended_on.notnull(),
        stays.ended_on >= ibis.literal(asked.months.first),
        stays.ended_on < ibis.literal(month_after(asked.months.last)),
    )
    died = asked.people.select("pseudonym", "died_on")
    left = asked.of_age(left, "ended_on", OLDER).inner_join(died, "pseudonym")
    left = left.filter(left.died_on.isnull() | (left.died_on > left.ended_on)).drop("died_on")
    again = stays.select("pseudonym", came_on="happened_on", other="event")
    pairs = left.inner_join(
        again,
        [
            left.pseudonym == again.pseudonym,
            again.other != left.event,
            again.came_on >= left.ended_on,
            again.came_on <= left.ended_on + ibis.interval(days=DAYS),
        ],
    )
    back = pairs.select("event", is_back=ibis.literal(True)).distinct()
    each = left.left_join(back, "event")
    return asked.facts(each, day="ended_on", top=each.is_back.fill_null(False), bottom=1)


DEFINITION: Final = Definition(
    key="readmission",
    version=1,
    changed="First version, March 2026.",
    statement="clinical",
    title="Back in hospital within 30 days, people of 65 and over",
    sentence="Of emergency stays that ended alive, those followed by another within 30 days",
    cohort="Emergency stays of people of 65 and over that ended in the month with the person alive",
    numerator="Those followed by another emergency stay on the day of leaving or in the 30 days"
    " after",
    denominator="All of them",
    unit=MeasureUnit.PER_CENT,
    better=BetterDirection.LOWER,
    source="Our own, after the NHS outcomes framework 3b; not adjusted for case mix",
    owner=Role.PROGRAMME_DIRECTOR,
    refresh="Each night, from the hospital's messages",
    provisional_months=2,
    provisional_because="Thirty days after the end of a month must pass, and be told",
    counts="stays",
    does_not_say="A stay begun because help at home came quickly counts as well",
    tell=tell,
)
