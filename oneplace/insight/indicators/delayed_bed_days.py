"""Days between being ready to leave hospital and leaving it."""

from typing import Any, Final

import ibis

from oneplace.insight.indicators.asked import Asked
from oneplace.insight.indicators.definition import Definition, Variant, month_after
from oneplace.vocabulary.terms import BetterDirection, MeasureUnit, Role


def _delays(asked: Asked) -> Any:
    work = asked.work("delay")
    ended = work.ended_on.fill_null(ibis.literal(asked.on))
    return work.mutate(until_on=ended).filter(ended >= work.started_on)


def tell(asked: Asked) -> object:
    """Each person who left: their days."""
    work = _delays(asked)
    work = work.filter(work.ended_on.notnull())
    days = work.ended_on.delta(work.started_on, unit="day")
    return asked.facts(work, day="ended_on", top=days.cast("float64"), bottom=1)


def delayed_only(asked: Asked) -> object:
    """Only people who stayed a day or more after they were ready."""
    work = _delays(asked)
    work = work.filter(work.ended_on > work.started_on)
    days = work.ended_on.delta(work.started_on, unit="day")
    return asked.facts(work, day="ended_on", top=days.cast("float64"), bottom=1)


def of_the_month(asked: Asked) -> object:
    """Every bed day in the month in which it was lost; the denominator is the month itself."""
    work = _delays(asked)
    months = asked.rows(
        "months_of_delayed_bed_days",
        {
            "begins": list(asked.months.every()),
            "ends": [month_after(month) for month in asked.months.every()],
        },
    )
    both = work.cross_join(months)
    both = both.filter(both.started_on < both.ends, both.until_on > both.begins)
    days = ibis.least(both.until_on, both.ends).delta(
        ibis.greatest(both.started_on, both.begins), unit="day"
    )
    told = asked.facts(both, day="begins", top=days.cast("float64"), bottom=0)
    one = months.select(
        pseudonym=ibis.null("int64"), practice=ibis.null("string"), month=months.begins,
        top=ibis.literal(0.0), bottom=ibis.literal(1.0), source=ibis.null("int16"),
    )  # fmt: skip
    return told.union(one)


DEFINITION: Final = Definition(
    key="delayed_bed_days",
    version=1,
    changed="First version, March 2026.",
    statement="live_as_i_choose",
    title="Days between ready and home",
    sentence="Days between the day somebody was ready to leave hospital and the day they left, on"
    " average",
    cohort="People on the transfer hub's list who left hospital in the month",
    numerator="Whole days from the day they were ready to the day they left, added up",
    denominator="All of them, those who left on the day they were ready as well",
    unit=MeasureUnit.DAYS,
    better=BetterDirection.LOWER,
    source="Better Care Fund 2025-26: average length of discharge delay; to be verified with the"
    " year's planning requirements",
    owner=Role.DISCHARGE_NURSE,
    refresh="Each Sunday, with the transfer hub's list",
    provisional_months=1,
    provisional_because="The hub's list of the last weeks is still to come",
    does_not_say="Whoever is still waiting is not in it until they leave",
    tell=tell,
    variants={
        "delayed_only": Variant(
            "Only people who stayed a day or more after they were ready", delayed_only
        ),
        "of_the_month": Variant(
            "Bed days lost in the month, added up, of people who left and of those still waiting",
            of_the_month,
            counts="months",
            has_groups=False,
        ),
    },
)
