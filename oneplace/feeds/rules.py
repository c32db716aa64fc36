"""How a feed does against what was agreed with its partner: silence is never "no events"."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.utils import timezone

from oneplace.kit.clock import local_day
from oneplace.kit.formats import clock_time, day, moment, weekday
from oneplace.vocabulary.terms import FeedHealth

ONE_DAY = timedelta(days=1)
# Within this a day needs no year.
_NEAR = timedelta(days=60)


@dataclass(frozen=True)
class Agreed:
    """What was agreed of a feed; `every` None: it comes when it comes."""

    every: timedelta | None
    usual_time: time | None
    lateness: timedelta


@dataclass(frozen=True)
class Standing:
    """How a feed stands at one moment."""

    health: FeedHealth
    last_at: datetime | None
    """When something last arrived, in care time."""
    until: datetime | None
    """Up to when what arrived speaks; nothing later is known from this feed."""
    due_at: datetime | None
    """When the next was or is expected; None where nothing regular was agreed."""
    ring_at: datetime | None
    """When it is later than the agreement allows."""

    @property
    def is_silent(self) -> bool:
        """Whether the absence of news from here says nothing: it is late, or never came."""
        return self.health is not FeedHealth.ON_TIME


def standing(
    agreed: Agreed, *, last_at: datetime | None, until: datetime | None, at: datetime
) -> Standing:
    """How a feed stands at `at`, of what last arrived and what was agreed."""
    if last_at is None:
        return Standing(FeedHealth.NEVER_ARRIVED, None, None, None, None)
    known_until = min(until, last_at) if until is not None else last_at
    if agreed.every is None:
        return Standing(FeedHealth.ON_TIME, last_at, known_until, None, None)
    due = next_due(last_at, agreed)
    ring = due + agreed.lateness
    health = FeedHealth.ON_TIME
    if at > ring:
        health = FeedHealth.SILENT
    elif at > due:
        health = FeedHealth.LATE
    return Standing(health, last_at, known_until, due, ring)


def next_due(last_at: datetime, agreed: Agreed) -> datetime:
    """When the next is expected after one that came at `last_at`.

    A feed of whole days is expected at its usual time of the day, by the clock on the wall, however
    early or late the last one was; one of minutes or hours, that long after the last.
    """
    every = agreed.every or ONE_DAY
    if every < ONE_DAY or agreed.usual_time is None:
        return last_at + every
    day = local_day(last_at) + timedelta(days=every.days)
    return datetime.combine(day, agreed.usual_time, tzinfo=timezone.get_default_timezone())


def in_words(standing: Standing, *, ring: str, phone: str, at: datetime) -> str:
    """One sentence on a feed: on time and until when; or how long nothing came and whom to ring."""
    if standing.last_at is None:
        return _with_ring("Nothing has come yet", ring, phone)
    until = standing.until or standing.last_at
    if standing.due_at is None:
        # Nothing regular was agreed, so nothing can be late: silence and no news look alike.
        return f"Last heard {_when(until, at)}; no rhythm is agreed"
    if standing.health is FeedHealth.ON_TIME:
        return f"As of {_when(until, at)}"
    return _with_ring(f"Nothing since {_last_known(until)}", ring, phone)


def _last_known(until: datetime) -> str:
    # What speaks of a day to its end is known "since Sunday", not "since Monday 00:00".
    if clock_time(until) == "00:00":
        return weekday(until - timedelta(seconds=1))
    return f"{weekday(until)}, {clock_time(until)}"


def _when(until: datetime, at: datetime) -> str:
    if clock_time(until) == "00:00":
        last = until - timedelta(seconds=1)
        is_near = at - until < _NEAR
        return f"the end of {weekday(last) if is_near else day(last)}"
    if local_day(until) == local_day(at):
        return f"today, {clock_time(until)}"
    return moment(until)


def _with_ring(words: str, ring: str, phone: str) -> str:
    whom = ", ".join(part for part in (ring, phone) if part)
    return f"{words}; ring {whom}." if whom else f"{words}."


def why_not_save_mapping(*, may_manage: bool) -> str | None:
    """Why somebody may not save a mapping; None where they may."""
    return None if may_manage else "Your role does not look after feeds: ask the record steward."
