"""A stored clock read by the science of clocks, with the place's hours and calendar."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings

from oneplace.actions.models import Clock
from oneplace.science import clocks
from oneplace.vocabulary.place.clocks import Clock as ClockRule
from oneplace.vocabulary.place.span import Span
from oneplace.vocabulary.terms import ClockKind


def rule_of(key: str) -> ClockRule | None:
    """The clock of this key in the place file; None where the place has taken it out."""
    return next((clock for clock in settings.PLACE.clocks if clock.key == key), None)


def terms_of(clock: Clock) -> clocks.Terms:
    """By what a clock is judged: the target it started with, the rest as the place says now."""
    rule = rule_of(clock.key)
    target = Span.model_validate(clock.target) if clock.target else None
    if rule is None:
        return clocks.Terms(ClockKind.DEADLINE if target else ClockKind.MEASURED, target)
    return clocks.Terms(rule.kind, target, rule.least, rule.days)


def service_of(key: str) -> clocks.Hours:
    """The hours that count for a clock; round the clock where the place has taken it out."""
    place = settings.PLACE
    rule = rule_of(key)
    wanted = rule.hours if rule is not None else ""
    hours = next((each for each in place.service_hours if each.key == wanted), None)
    if hours is None:
        hours = next(each for each in place.service_hours if each.all_day)
    return clocks.Hours(hours, place.calendar, ZoneInfo(settings.TIME_ZONE))


def run_of(clock: Clock) -> clocks.Run:
    """A stored clock with its pauses (prefetched) as it ran."""
    pauses = tuple(
        clocks.Standstill(pause.rule, pause.from_at, pause.until_at)
        for pause in sorted(clock.pauses.all(), key=lambda pause: (pause.from_at, pause.pk))
    )
    return clocks.Run(clock.started_at, clock.stopped_at, pauses)


def read(clock: Clock, *, at: datetime) -> clocks.Reading:
    """What a stored clock shows at a moment."""
    return clocks.read(run_of(clock), terms_of(clock), service_of(clock.key), at=at)


def words_of_pause(rule: str) -> str:
    """The place's words for a rule by which clocks stand still."""
    found = (each.words for each in settings.PLACE.pause_rules if each.key == rule)
    return str(next(found, rule))
