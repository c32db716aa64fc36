"""The first visit at home within two hours of leaving hospital, or of the call."""

from typing import Any, Final

from oneplace.insight.indicators.asked import Asked
from oneplace.insight.indicators.definition import Definition, Variant
from oneplace.vocabulary.terms import BetterDirection, LifeStream, MeasureUnit, Role

MINUTES: Final = 120
STREAMS: Final = (LifeStream.DISCHARGE.value, LifeStream.RAPID_RESPONSE.value)
BY_DAY: Final = (8 * 60, 18 * 60)
"""Minutes of the day between which a visit that day was promised."""


def _asked_for(asked: Asked) -> Any:
    work = asked.work("life")
    return work.filter(work.mark.isin(STREAMS))


def _told(asked: Asked, table: Any) -> object:
    return asked.facts(table, day="started_on", top=table.value <= MINUTES, bottom=1)


def tell(asked: Asked) -> object:
    """Everybody accepted; a visit nobody recorded was not in time."""
    work = _asked_for(asked)
    return _told(asked, work.filter(work.note == "accepted"))


def by_day(asked: Asked) -> object:
    """Only those whose clock started by day."""
    work = _asked_for(asked)
    first, last = BY_DAY
    return _told(asked, work.filter(work.note == "accepted", work.other.between(first, last)))


def same_day(asked: Asked) -> object:
    """Only those who had a visit before midnight of the day the clock started."""
    work = _asked_for(asked)
    return _told(asked, work.filter(work.note == "accepted", work.other + work.value < 24 * 60))


def left_hospital(asked: Asked) -> object:
    """Only those who left hospital, not those in a crisis at home."""
    work = _asked_for(asked)
    leaving = work.filter(work.note == "accepted", work.mark == LifeStream.DISCHARGE.value)
    return _told(asked, leaving)


def all_asked(asked: Asked) -> object:
    """Everybody it was asked for, also those turned away or sent elsewhere."""
    return _told(asked, _asked_for(asked))


def accepted_of_asked(asked: Asked) -> object:
    """Everybody it was asked for, and whether they were accepted; episodes, not people."""
    work = _asked_for(asked)
    return asked.facts(work, day="started_on", top=work.note == "accepted", bottom=1)


DEFINITION: Final = Definition(
    key="life_two_hours",
    version=1,
    changed="First version, March 2026.",
    statement="live_as_i_choose",
    title="First visit within two hours",
    sentence="Of people the home-first service accepted, those seen within two hours of leaving"
    " hospital, or of the call",
    cohort="People accepted home from hospital or in a crisis at home whose clock started in the"
    " month",
    numerator="Those whose first visit began within 120 minutes; a visit nobody recorded is not"
    " counted as in time",
    denominator="All of them, whatever hour of the day the clock started",
    unit=MeasureUnit.PER_CENT,
    better=BetterDirection.HIGHER,
    source="The place's clock {first_visit_rule}; NHS England's two-hour standard counts crisis"
    " response only",
    owner=Role.LIFE_COORDINATOR,
    refresh="Each night, from the service's own clocks, and from its export of before",
    provisional_months=0,
    provisional_because="",
    does_not_say="Being seen is not being helped",
    target=95.0,
    target_from="The programme's own claim",
    tell=tell,
    variants={
        "by_day": Variant(
            "Only those whose clock started between 8 in the morning and 6 in the evening", by_day
        ),
        "left_hospital": Variant(
            "Only those who left hospital, not those in a crisis at home", left_hospital
        ),
        "same_day": Variant("Only those who were seen on the day their clock started", same_day),
        "accepted_of_asked": Variant(
            "Episodes accepted, of all the service was asked for; one person may have several",
            accepted_of_asked,
            counts="episodes",
        ),
        "all_asked": Variant(
            "Everybody the service was asked for, also those it could not take", all_asked
        ),
    },
)
