"""Arithmetic of dates and moments in UK local time, on whole arrays.

Dates are days since 1970 (int32); moments are microseconds since 1970 in UTC (int64).
British summer time runs from 01:00 UTC on the last Sunday of March to 01:00 UTC on the last Sunday
of October (Summer Time Order 2002), which holds for every year a life's moments fall in.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]

MINUTE: Final = 60_000_000
HOUR: Final = 60 * MINUTE
DAY: Final = 24 * HOUR
YEAR_DAYS: Final = 365.25

_EPOCH = date(1970, 1, 1)
_FIRST_YEAR = 1996
_LAST_YEAR = 2060


def _last_sunday(year: int, month: int) -> date:
    last = date(year, month, 31)
    return last - timedelta(days=(last.weekday() + 1) % 7)


def _changes() -> Array:
    """Moments when the UK's clocks change, spring and autumn in turn."""
    changes = [
        (_last_sunday(year, month) - _EPOCH).days * DAY + HOUR
        for year in range(_FIRST_YEAR, _LAST_YEAR)
        for month in (3, 10)
    ]
    return np.array(changes, dtype=np.int64)


_CHANGES = _changes()


def day_number(day: date) -> int:
    """Days since 1970."""
    return (day - _EPOCH).days


def microseconds(moment: datetime) -> int:
    """Microseconds since 1970 in UTC of an aware datetime."""
    since = moment.astimezone(UTC) - datetime(1970, 1, 1, tzinfo=UTC)
    return since // timedelta(microseconds=1)


def uk_local(moments: Array) -> Array:
    """Local wall time of UTC moments, as microseconds since 1970-01-01 00:00 local."""
    summer = np.searchsorted(_CHANGES, moments, side="right") % 2 == 1
    return np.where(summer, moments + HOUR, moments)


def utc(local: Array) -> Array:
    """UTC moments of local wall times; the hour that comes twice is taken the first time."""
    guess = local - HOUR
    summer = np.searchsorted(_CHANGES, guess, side="right") % 2 == 1
    return np.where(summer, guess, local)


def moment(days: Array, minutes: Array) -> Array:
    """The UTC moment of a local date and minutes after midnight, cut to whole seconds."""
    local = days.astype(np.int64) * DAY + np.rint(np.asarray(minutes) * 60).astype(np.int64) * (
        MINUTE // 60
    )
    return utc(local)


def day_of(moments: Array) -> Array:
    """The UK date of UTC moments."""
    return (uk_local(moments) // DAY).astype(np.int32)


def minute_of_day(moments: Array) -> Array:
    """Minutes after local midnight."""
    return (uk_local(moments) % DAY) / MINUTE


def weekday(days: Array) -> Array:
    """0 Monday ... 6 Sunday."""
    return (days + 3) % 7


def month_start(days: Array) -> Array:
    """The first day of each date's month."""
    months = days.astype("datetime64[D]").astype("datetime64[M]")
    return months.astype("datetime64[D]").astype(np.int32)


def month_of_year(days: Array) -> Array:
    """1 ... 12."""
    return days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) % 12 + 1


def next_weekday(days: Array, wanted: Array | int) -> Array:
    """The first date on or after `days` that falls on the wanted weekday."""
    return np.asarray(days + (wanted - weekday(days)) % 7)


def working_day(days: Array) -> Array:
    """The date itself, or the Monday after a weekend."""
    name = weekday(days)
    return days + np.where(name == 5, 2, np.where(name == 6, 1, 0))


def hours_profile(weights: dict[int, float]) -> Array:
    """Chance of each hour of the day from weights given at some hours, straight between them."""
    hours = sorted(weights)
    values = np.interp(
        np.arange(24),
        [hours[-1] - 24, *hours, hours[0] + 24],
        [weights[hours[-1]], *[weights[hour] for hour in hours], weights[hours[0]]],
    )
    return np.asarray(values / values.sum())


def draw_minutes(random: np.random.Generator, rows: int, profile: Array) -> Array:
    """Minutes after midnight drawn from a profile of hours."""
    edges = np.concatenate([[0.0], np.cumsum(profile)])
    return np.asarray(np.interp(random.random(rows), edges, np.arange(25) * 60.0))


OFFICE_HOURS = np.array([0] * 8 + [0.6, 1, 1.2, 1, 0.7, 0.6, 1, 1, 0.8, 0.4] + [0] * 6) / 8.3
"""When offices and surgeries work."""

EMERGENCY_HOURS = hours_profile({0: 0.6, 4: 0.35, 8: 0.8, 11: 1.45, 16: 1.35, 20: 1.25})
"""When people arrive in emergency departments."""

DISCHARGE_HOURS = np.array([0] * 8 + [0.2, 0.5, 0.9, 1.1, 1.1, 1.2, 1.4, 1.5, 1.5, 1.3, 0.9, 0.6]
                           + [0.3, 0.1, 0, 0]) / 12.6  # fmt: skip
"""When people leave wards: mostly in the afternoon."""

DAYTIME = np.array([0] * 8 + [1.0] * 10 + [0.6, 0.4] + [0] * 4) / 11
"""When home visits happen."""
