"""How much better people say they feel: the same question asked at the beginning and again."""

from typing import Final

import ibis

from oneplace.insight.indicators.asked import Asked
from oneplace.insight.indicators.definition import Definition
from oneplace.science.instruments.changing import LEAST_PAIRS
from oneplace.vocabulary.terms import BetterDirection, MeasureUnit, Role

MEASURES: Final = ("satisfied", "life_satisfaction")
_CODE: Final = "satisfied"


def tell(asked: Asked) -> object:
    """The first and the last answer of everybody who gave two, by the month of the last."""
    whats = asked.snapshot.table("whats")
    events = asked.snapshot.table("events")
    answers = events.semi_join(
        whats.filter(whats.kind == "questionnaire", whats.code == _CODE), "what"
    )
    said = answers.mutate(one=ibis.struct({"on": answers.happened_on, "value": answers.value}))
    each = said.group_by("pseudonym").agg(
        first=said.one.min(), last=said.one.max(), source=said.source.min()
    )
    told = each.select(
        "pseudonym", "source", started_on=each["first"].on, ended_on=each["last"].on,
        value=each["first"].value, other=each["last"].value,
    )  # fmt: skip
    told = told.filter(told.ended_on > told.started_on)
    work = asked.work("pair")
    ours = work.filter(work.mark.isin(MEASURES)).select(
        "pseudonym", "source", "started_on", "ended_on", "value", "other"
    )
    both = told.anti_join(ours, "pseudonym").union(ours)
    return asked.facts(both, day="ended_on", top=both.other - both.value, bottom=1)


DEFINITION: Final = Definition(
    key="wellbeing",
    version=1,
    changed="First version, March 2026.",
    statement="healthy",
    title="Satisfaction with life, before and after",
    sentence="How far people's own answer to how satisfied they are with their life, from 0 to 10,"
    " moved from the first time they were asked to the last",
    cohort="People asked at least twice, by the month of the last answer",
    numerator="Last answer less first, added up",
    denominator="People with both answers",
    unit=MeasureUnit.SCORE,
    better=BetterDirection.HIGHER,
    source="The Office for National Statistics' four questions on wellbeing (ONS4), the first",
    owner=Role.PIC,
    refresh="Each night, from the plans and the charity's export",
    provisional_months=0,
    provisional_because="",
    does_not_say="People begin when things are at their worst: part of any rise would have come by"
    " itself",
    tell=tell,
    least=LEAST_PAIRS,
)
