"""Reads HL7 times: UK wall-clock times become moments, with what was sent about their precision.

A time is `YYYY[MM[DD[HH[MM[SS[.S[S[S[S]]]]]]]]][+/-ZZZZ]`. Without an offset it is what the clock
on the wall said in the United Kingdom. Two hours a year need a rule; what it decided is flagged:

- the hour that comes twice in autumn is read as its first coming (still summer time);
- the hour that never comes in spring is read by the clock as it was before the change, so 01:30
  is half an hour after the change.
"""

import enum
import re
from datetime import UTC, date, datetime, timedelta, timezone
from functools import lru_cache
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

WALL_CLOCK: Final = ZoneInfo("Europe/London")

EARLIEST_YEAR: Final = 1850
LATEST_YEAR: Final = 2199

# Every change of the clocks since 1916 fell before four in the morning by the wall clock.
_CHANGES_BEFORE_HOUR: Final = 5
_CACHED: Final = 16_384
_LARGEST_OFFSET: Final = 14

_SHAPE: Final = re.compile(
    r"([0-9]{4})(?:([0-9]{2})(?:([0-9]{2})(?:([0-9]{2})(?:([0-9]{2})"
    r"(?:([0-9]{2})(?:\.([0-9]{1,6}))?)?)?)?)?)?([+-][0-9]{4})?"
)


class Precision(enum.IntEnum):
    """How finely a time was said."""

    YEAR = 1
    MONTH = 2
    DAY = 3
    HOUR = 4
    MINUTE = 5
    SECOND = 6
    FRACTION = 7


class Doubt(enum.StrEnum):
    """Why a wall-clock time does not by itself name one moment."""

    CAME_TWICE = "came_twice"
    NEVER_CAME = "never_came"


class TimeRefused(ValueError):
    """This is no HL7 time; the message says why in plain words."""


class Moment(NamedTuple):
    """A moment in UTC, how finely it was said, and whether a rule had to decide which it is."""

    at: datetime
    precision: Precision
    doubt: Doubt | None
    text: str

    @property
    def on(self) -> date:
        """The day by the wall clock."""
        return self.at.astimezone(WALL_CLOCK).date()


@lru_cache(maxsize=_CACHED)
def read_time(text: str) -> Moment:
    """The moment of an HL7 time; raises `TimeRefused`.

    What was not said is taken as its beginning: a day as its midnight, a year as its first of
    January. `precision` says what was said.
    """
    found = _SHAPE.fullmatch(text)
    if found is None:
        message = f"{text[:40]!r} is not a time written as YYYYMMDD[HHMM[SS]][+/-ZZZZ]."
        raise TimeRefused(message)
    year, month, day, hour, minute, second, fraction, offset = found.groups()
    precision = Precision(sum(part is not None for part in found.groups()[:7]))
    if not EARLIEST_YEAR <= int(year) <= LATEST_YEAR:
        message = f"{text!r} has the year {year}, outside {EARLIEST_YEAR} to {LATEST_YEAR}."
        raise TimeRefused(message)
    try:
        wall = datetime(  # noqa: DTZ001 - the zone is put on below
            int(year), int(month or 1), int(day or 1), int(hour or 0), int(minute or 0),
            int(second or 0), int((fraction or "0").ljust(6, "0")),
        )  # fmt: skip
    except ValueError as error:
        message = f"{text!r} names no time that exists: {error}."
        raise TimeRefused(message) from error
    if offset is not None:
        return Moment(_by_offset(wall, offset, text), precision, None, text)
    local = wall.replace(tzinfo=WALL_CLOCK)
    doubt = _doubt(local) if local.hour < _CHANGES_BEFORE_HOUR else None
    return Moment(local.astimezone(UTC), precision, doubt, text)


def is_before(first: Moment, second: Moment) -> bool:
    """Whether one surely lies before the other: by the day where either was said no finer."""
    if min(first.precision, second.precision) >= Precision.HOUR:
        return first.at < second.at
    shared = min(first.precision, second.precision, Precision.DAY)
    length = {Precision.YEAR: 4, Precision.MONTH: 7}.get(shared, 10)
    return first.on.isoformat()[:length] < second.on.isoformat()[:length]


def written(at: datetime) -> str:
    """A moment as an HL7 time by the wall clock, to the second, with its offset."""
    return at.astimezone(WALL_CLOCK).strftime("%Y%m%d%H%M%S%z")


def _by_offset(wall: datetime, offset: str, text: str) -> datetime:
    hours, minutes = int(offset[1:3]), int(offset[3:])
    if hours > _LARGEST_OFFSET or minutes >= 60:
        message = f"{text!r} has the offset {offset}, which no clock keeps."
        raise TimeRefused(message)
    ahead = timedelta(hours=hours, minutes=minutes)
    return wall.replace(tzinfo=timezone(-ahead if offset[0] == "-" else ahead)).astimezone(UTC)


def _doubt(local: datetime) -> Doubt | None:
    first, second = local.utcoffset(), local.replace(fold=1).utcoffset()
    if first is None or second is None or first == second:
        return None
    return Doubt.CAME_TWICE if first > second else Doubt.NEVER_CAME
