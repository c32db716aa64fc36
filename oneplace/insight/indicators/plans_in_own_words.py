"""My Life plans under six months old and in the person's own words."""

from typing import Final

import ibis

from oneplace.insight.indicators.asked import Asked
from oneplace.insight.indicators.definition import Definition, month_after
from oneplace.vocabulary.terms import BetterDirection, MeasureUnit, Role

MONTHS: Final = 6


def tell(asked: Asked) -> object:
    """At the end of each month, every plan open then, by its newest version."""
    ends = [(month, month_after(month)) for month in asked.months.every()]
    months = asked.rows(
        "months_of_plans_in_own_words",
        {
            "month_on": [month for month, _ in ends],
            "ends_on": [end for _, end in ends],
            "fresh_from": [month_after(end, -MONTHS) for _, end in ends],
        },
    )
    both = asked.work("plan").cross_join(months)
    both = both.filter(
        both.started_on < both.ends_on,
        both.ended_on.isnull() | (both.ended_on >= both.ends_on),
    )
    newest = ibis.window(
        group_by=[both.pseudonym, both.month_on], order_by=[both.started_on.desc(), both.work]
    )
    both = both.mutate(place=ibis.row_number().over(newest))
    both = both.filter(both.place == 0)
    is_fresh = (both.started_on >= both.fresh_from) & (both.value > 0)
    return asked.facts(both, day="month_on", top=is_fresh, bottom=1)


DEFINITION: Final = Definition(
    key="plans_in_own_words",
    version=1,
    changed="First version, March 2026.",
    statement="as_an_individual",
    title="Plans under six months old, in the person's words",
    sentence="Of open {plans}, those looked at within six months and in the person's own words",
    cohort="People with an open {plan} at the end of the month",
    numerator="Those whose newest version is under six months old and holds the person's own words",
    denominator="Everybody with an open plan",
    unit=MeasureUnit.PER_CENT,
    better=BetterDirection.HIGHER,
    source="Our own",
    owner=Role.PIC,
    refresh="Each night, from the plans",
    provisional_months=0,
    provisional_because="",
    does_not_say="Whoever has no plan is not in it",
    tell=tell,
)
