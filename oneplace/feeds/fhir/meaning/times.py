"""FHIR dates and times into moments, each with how exactly it was said."""

from __future__ import annotations

import datetime as dt
import functools
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from oneplace.vocabulary.terms import Exactness

_WALL_CLOCK: Final = ZoneInfo("Europe/London")
EARLIEST_YEAR: Final = 1850
LATEST_YEAR: Final = 2199
_CACHED: Final = 32_768
_SECOND: Final = Exactness.SECOND
_made: Final = tuple.__new__
_OF_LENGTH: Final = {4: Exactness.YEAR, 7: Exactness.MONTH, 10: Exactness.DAY}
_COARSER: Final = (Exactness.SECOND, Exactness.DAY, Exactness.MONTH, Exactness.YEAR)


class Moment(NamedTuple):
    """A moment in UTC, and how exactly it was said."""

    at: dt.datetime
    exactness: Exactness

    @property
    def on(self) -> dt.date:
        """The day by the wall clock; of a date, that date."""
        return self.at.astimezone(_WALL_CLOCK).date()


@functools.lru_cache(maxsize=_CACHED)
def moment(text: str) -> Moment | None:
    """The moment of a checked FHIR date or time; None outside the years we can hold.

    What was not said is taken as its beginning by the wall clock: a day as its midnight, a year as
    the midnight of its first of January.
    """
    exactness = _OF_LENGTH.get(len(text))
    if not EARLIEST_YEAR <= int(text[:4]) <= LATEST_YEAR:
        return None
    if exactness is not None:
        whole = text + "-01-01"[len(text) - 10 :] if len(text) < 10 else text
        local = dt.datetime.fromisoformat(whole).replace(tzinfo=_WALL_CLOCK)
        return _made(Moment, (local.astimezone(dt.UTC), exactness))
    if text[17:19] == "60":
        # A leap second has no number of its own here: the last one before it stands for it.
        text = f"{text[:17]}59{text[19:]}"
    return _made(Moment, (dt.datetime.fromisoformat(text).astimezone(dt.UTC), _SECOND))


@functools.lru_cache(maxsize=_CACHED)
def day(text: str) -> tuple[dt.date, Exactness] | None:
    """The day of a checked FHIR date (of a time, its day by the wall clock); None as above."""
    found = moment(text)
    return None if found is None else (found.on, found.exactness)


def coarser(first: Exactness, second: Exactness) -> Exactness:
    """The less exact of two."""
    return max(first, second, key=_COARSER.index)
