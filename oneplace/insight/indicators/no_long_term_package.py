"""No long-term package of care when the home-first service ends, of all who started."""

from typing import Any, Final

from oneplace.insight.indicators.asked import Asked
from oneplace.insight.indicators.definition import Definition, Variant
from oneplace.vocabulary.terms import BetterDirection, LifeStream, MeasureUnit, Role, Sequel

STREAMS: Final = (
    LifeStream.DISCHARGE.value, LifeStream.REABLEMENT.value, LifeStream.REHAB.value,
)  # fmt: skip
WITHOUT: Final = (Sequel.INDEPENDENT.value, Sequel.COMMUNITY_HELP.value)
CUT_SHORT: Final = ("", Sequel.HOSPITAL.value, Sequel.DIED.value, Sequel.DECLINED.value)


def _starters(asked: Asked) -> Any:
    work = asked.work("life")
    return work.filter(work.mark.isin(STREAMS), work.value.notnull())


def tell(asked: Asked) -> object:
    """Everybody who started; who is still there is not counted as without a package."""
    work = _starters(asked)
    return asked.facts(work, day="started_on", top=work.state.isin(WITHOUT), bottom=1)


def completers(asked: Asked) -> object:
    """Only those who came to the end: not who died, went back to hospital, declined or stays."""
    work = _starters(asked)
    work = work.filter(work.state.notin(CUT_SHORT))
    return asked.facts(work, day="started_on", top=work.state.isin(WITHOUT), bottom=1)


DEFINITION: Final = Definition(
    key="no_long_term_package",
    version=1,
    changed="First version, March 2026.",
    statement="live_as_i_choose",
    title="No long-term package at the end",
    sentence="Of people who started with the home-first service, those who ended it without a"
    " long-term package of care",
    cohort="People whose first visit of discharge, reablement or rehabilitation was in the month",
    numerator="Those whose time with the service ended independent or with help from the community",
    denominator="Everybody who started, also those who died, went back to hospital, or are still"
    " with the service",
    unit=MeasureUnit.PER_CENT,
    better=BetterDirection.HIGHER,
    source="Our own; near the adult social care outcomes framework 2A, which counts new clients who"
    " came to the end",
    owner=Role.SOCIAL_WORKER,
    refresh="Each night",
    provisional_months=3,
    provisional_because="Some who started then are still with the service",
    does_not_say="It does not say for how long: it looks at the day the service ended",
    tell=tell,
    variants={
        "completers": Variant(
            "Only those who came to the end: without those who died, went back to hospital,"
            " declined or are still with the service",
            completers,
        )
    },
)
