"""Clocks that run for somebody: what has passed, what stood still, what is left, and when it ends.

A clock is started and stopped by moments of care and stands still only by rules a place lists.
Minutes and hours are counted while the service is open; days, weeks and months by the wall clock,
so that a clock of two weeks ends at the hour at which it began, also when the clocks go back;
working days end with the day. Pauses put the end off by as long as they lasted while it counted.

Pure: times carry a zone, lengths are `timedelta`, nothing reads the time by itself. How such
clocks are published (numerator, denominator, what a missing time does) is not decided here.
Source of the counting rules: NHS England, urgent community response two-hour standard, which
counts within the hours of the service; the rest is ours, said in the place file beside each clock.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from oneplace.vocabulary.place.calendar import WorkingCalendar
from oneplace.vocabulary.place.clocks import ServiceHours
from oneplace.vocabulary.place.span import Span
from oneplace.vocabulary.terms import ClockKind, DayKind, SpanUnit, Term

NOTHING: Final = timedelta(0)
LONGEST_LOOK: Final = 3660
"""Days a clock is followed; one that has not ended by then has a target nobody meant."""


class ClockState(Term):
    """Where a clock stands."""

    RUNNING = "running", "Running"
    PAUSED = "paused", "Standing still"
    OVERDUE = "overdue", "Over its time"
    KEPT = "kept", "Kept"
    MISSED = "missed", "Missed"
    STOPPED = "stopped", "Stopped"


class ClockError(ValueError):
    """Moments that cannot be of one clock: it stops before it starts, or pauses overlap."""


@dataclass(frozen=True)
class Standstill:
    """A time during which a clock stood still; open at its end while it still does."""

    rule: str
    from_at: datetime
    until_at: datetime | None = None


@dataclass(frozen=True)
class Terms:
    """By what a clock is judged."""

    kind: ClockKind
    target: Span | None
    least: Span | None = None
    days: DayKind = DayKind.EVERY_DAY


@dataclass(frozen=True)
class Hours:
    """When a service is open, by which calendar and in which zone."""

    hours: ServiceHours
    calendar: WorkingCalendar
    zone: ZoneInfo


@dataclass(frozen=True)
class Run:
    """One clock as it ran."""

    started_at: datetime
    stopped_at: datetime | None = None
    pauses: tuple[Standstill, ...] = ()

    def __post_init__(self) -> None:
        """Refuse moments that cannot be of one clock."""
        if self.stopped_at is not None and self.stopped_at < self.started_at:
            message = "The clock stops before it starts."
            raise ClockError(message)
        last = self.started_at
        for number, pause in enumerate(self.pauses):
            if pause.from_at < last:
                message = "A pause begins before the clock, or within another pause."
                raise ClockError(message)
            if pause.until_at is None and number < len(self.pauses) - 1:
                message = "A pause that has not ended is followed by another."
                raise ClockError(message)
            if pause.until_at is not None and pause.until_at < pause.from_at:
                message = "A pause ends before it begins."
                raise ClockError(message)
            last = pause.until_at or pause.from_at


@dataclass(frozen=True)
class Reading:
    """What a clock shows at a moment."""

    state: ClockState
    counted: timedelta
    """Time that counts: open hours without pauses."""
    stood_still: timedelta
    """Time in pauses, by the wall clock."""
    due_at: datetime | None
    """When it ends if it does not stand still again; None without a target."""
    left: timedelta | None
    """By the wall clock until `due_at`; negative once it is over."""
    share_used: float | None
    """Of the time between start and end, 0 to 1 and above."""
    is_kept: bool | None
    """Once it has stopped, whether its rule was kept; None while it runs or without a rule."""
    by_rule: tuple[tuple[str, timedelta], ...]
    """How long it stood still by each rule."""


def read(run: Run, terms: Terms, service: Hours, *, at: datetime) -> Reading:
    """Read a clock at a moment; one that has stopped reads the same ever after."""
    seen_at = run.stopped_at or max(at, run.started_at)
    pauses = _clipped(run.pauses, seen_at)
    stood_still = sum((end - begin for _, begin, end in pauses), NOTHING)
    counted = sum(
        (end - begin for begin, end in _counting(run.started_at, seen_at, pauses, service)),
        NOTHING,
    )
    due_at = None if terms.target is None else end_of(run, terms.target, terms, service, at=seen_at)
    left = None if due_at is None else due_at - seen_at
    whole = None if due_at is None else due_at - run.started_at
    return Reading(
        state=_state(run, terms, service, due_at=due_at, at=seen_at),
        counted=counted,
        stood_still=stood_still,
        due_at=due_at,
        left=left,
        share_used=(seen_at - run.started_at) / whole if whole else None,
        is_kept=_is_kept(run, terms, service, due_at=due_at),
        by_rule=_by_rule(pauses),
    )


def end_of(run: Run, length: Span, terms: Terms, service: Hours, *, at: datetime) -> datetime:
    """When a length has passed since the start; a pause not yet over is taken as ending at `at`."""
    pauses = _clipped(run.pauses, max(at, run.started_at))
    if length.unit in (SpanUnit.SECONDS, SpanUnit.MINUTES, SpanUnit.HOURS):
        return _after_counting(run.started_at, length.timedelta, pauses, service)
    end = _on_the_calendar(run.started_at, length, terms, service)
    return end + sum((until - begin for _, begin, until in pauses if begin < end), NOTHING)


def _on_the_calendar(start: datetime, length: Span, terms: Terms, service: Hours) -> datetime:
    local = start.astimezone(service.zone)
    day, clock = local.date(), local.time()
    is_working = length.unit is SpanUnit.WORKING_DAYS or (
        terms.days is DayKind.WORKING_DAYS and length.unit is SpanUnit.DAYS
    )
    if is_working:
        last = service.calendar.add_working_days(day, length.amount)
        return _moment(last + timedelta(days=1), time.min, service.zone)
    if length.unit is SpanUnit.MONTHS:
        return _moment(_months_on(day, length.amount), clock, service.zone)
    days = length.amount * (7 if length.unit is SpanUnit.WEEKS else 1)
    return _moment(day + timedelta(days=days), clock, service.zone)


def _months_on(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = day.day
    while True:
        try:
            return date(year, month + 1, last)
        except ValueError:
            last -= 1


def _moment(day: date, clock: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, clock, zone).astimezone(ZoneInfo("UTC"))


_Stretch = tuple[datetime, datetime]
_Pause = tuple[str, datetime, datetime]


def _clipped(pauses: Sequence[Standstill], at: datetime) -> list[_Pause]:
    """The pauses as far as they lie before a moment."""
    return [
        (pause.rule, pause.from_at, min(pause.until_at or at, at))
        for pause in pauses
        if pause.from_at < at
    ]


def _counting(
    start: datetime, end: datetime, pauses: Sequence[_Pause], service: Hours
) -> Iterator[_Stretch]:
    """The stretches that count between two moments: open hours without pauses."""
    for begin, until in _open(start, end, service):
        last = begin
        for _, pause_from, pause_until in pauses:
            if pause_until <= last or pause_from >= until:
                continue
            if pause_from > last:
                yield last, pause_from
            last = max(last, pause_until)
        if last < until:
            yield last, until


def _open(start: datetime, end: datetime, service: Hours) -> Iterator[_Stretch]:
    hours, zone = service.hours, service.zone
    if hours.all_day and hours.bank_holidays and len(hours.days) == 7:
        if start < end:
            yield start, end
        return
    # A day's opening may reach into the next morning, so the day before is looked at too.
    day = start.astimezone(zone).date() - timedelta(days=1)
    for _ in range(LONGEST_LOOK):
        opens, closes = hours.opens or time.min, hours.closes or time.min
        if _is_open_day(day, service):
            begin = _moment(day, opens, zone)
            is_next_day = hours.all_day or closes <= opens
            until = _moment(day + timedelta(days=1 if is_next_day else 0), closes, zone)
            begin, until = max(begin, start), min(until, end)
            if begin < until:
                yield begin, until
        day += timedelta(days=1)
        if _moment(day, time.min, zone) >= end:
            return


def _is_open_day(day: date, service: Hours) -> bool:
    if not any(weekday.number == day.weekday() for weekday in service.hours.days):
        return False
    return service.hours.bank_holidays or day not in service.calendar.holidays


def _after_counting(
    start: datetime, length: timedelta, pauses: Sequence[_Pause], service: Hours
) -> datetime:
    left = length
    horizon = start + timedelta(days=LONGEST_LOOK)
    for begin, until in _counting(start, horizon, pauses, service):
        if until - begin >= left:
            return begin + left
        left -= until - begin
    message = "The service is never open long enough for this target."
    raise ClockError(message)


def _state(
    run: Run, terms: Terms, service: Hours, *, due_at: datetime | None, at: datetime
) -> ClockState:
    if run.stopped_at is not None:
        kept = _is_kept(run, terms, service, due_at=due_at)
        if kept is None:
            return ClockState.STOPPED
        return ClockState.KEPT if kept else ClockState.MISSED
    last = run.pauses[-1] if run.pauses else None
    if last is not None and last.from_at <= at and (last.until_at is None or last.until_at > at):
        return ClockState.PAUSED
    is_bound = terms.kind in (ClockKind.DEADLINE, ClockKind.WINDOW, ClockKind.CHECK_ON)
    if is_bound and due_at is not None and at > due_at:
        return ClockState.OVERDUE
    return ClockState.RUNNING


def _is_kept(run: Run, terms: Terms, service: Hours, *, due_at: datetime | None) -> bool | None:
    if run.stopped_at is None or due_at is None:
        return None
    if terms.kind is ClockKind.DEADLINE:
        return run.stopped_at <= due_at
    if terms.kind is ClockKind.LEAD_TIME:
        return run.stopped_at >= due_at
    if terms.kind is ClockKind.WINDOW and terms.least is not None:
        early = end_of(run, terms.least, terms, service, at=run.stopped_at)
        return early <= run.stopped_at <= due_at
    return None


def _by_rule(pauses: Sequence[_Pause]) -> tuple[tuple[str, timedelta], ...]:
    found: dict[str, timedelta] = {}
    for rule, begin, end in pauses:
        found[rule] = found.get(rule, NOTHING) + (end - begin)
    return tuple(found.items())
