"""Huddles in which nurse, social worker and pharmacist were present."""

from typing import Final

from oneplace.insight.indicators.asked import Asked
from oneplace.insight.indicators.definition import Definition
from oneplace.vocabulary.terms import BetterDirection, MeasureUnit, Role


def tell(asked: Asked) -> object:
    """Every huddle held."""
    work = asked.work("huddle")
    return asked.facts(work, day="started_on", top=work.value, bottom=1)


DEFINITION: Final = Definition(
    key="huddle_whole",
    version=1,
    changed="First version, March 2026.",
    statement="know_how",
    title="{Huddles} with nurse, social worker and pharmacist",
    sentence="Of {huddles} held, those with a nurse, a social worker and a pharmacist present",
    cohort="{Huddles} held in the month",
    numerator="Those at which all three were noted as present, in the room or by video",
    denominator="All {huddles} held",
    unit=MeasureUnit.PER_CENT,
    better=BetterDirection.HIGHER,
    source="Our own, from the {huddle}'s terms of reference",
    owner=Role.NETWORK_FACILITATOR,
    refresh="Each night, from the {huddles}",
    provisional_months=0,
    provisional_because="",
    counts="{huddles}",
    does_not_say="Weeks in which no {huddle} was held are not in it: the roll-out page shows those",
    tell=tell,
)
