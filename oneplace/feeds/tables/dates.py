"""Dates and times as people in the United Kingdom write them.

Day before month, always: `7/3/2026` is the seventh of March, and what cannot be read so is a
fault, never a guess at the American order. A year of two digits takes its century from what the
field means: a birth lies before the day the file was made, anything else at most `YEARS_AHEAD`
after it. A time without a zone is by the wall clock of the United Kingdom; in the hour that the
clocks go back over it is the first one, summer time.
"""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from enum import Enum
from functools import lru_cache
from itertools import repeat
from operator import add
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from oneplace.vocabulary.terms import Exactness

WALL_CLOCK: Final = ZoneInfo("Europe/London")
EARLIEST_YEAR: Final = 1850
LATEST_YEAR: Final = 2199
YEARS_AHEAD: Final = 20
_MANY: Final = 65_536
_ANY: Final = datetime(2000, 1, 1, tzinfo=UTC)
_MONTHS: Final = {
    name: number
    for number, names in enumerate(
        ("jan january", "feb february", "mar march", "apr april", "may", "jun june", "jul july",
         "aug august", "sep sept september", "oct october", "nov november", "dec december"),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_ISO: Final = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
_NUMBERS: Final = re.compile(r"(\d{1,2})\s?[-/. ]\s?(\d{1,2})\s?[-/. ]\s?(\d{4}|\d{2})")
_WORDED: Final = re.compile(
    r"(?:[A-Za-z]{3,9},?\s+)?(\d{1,2})(?:st|nd|rd|th)?[-/. ]*([A-Za-z]{3,9})[-/., ]*(\d{4}|\d{2})"
)
_MONTH_FIRST: Final = re.compile(r"([A-Za-z]{3,9})\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})")
_COMPACT: Final = re.compile(r"(\d{4})(\d{2})(\d{2})")
_PARTIAL: Final = re.compile(r"(\d{4})(?:-(\d{1,2}))?")
_TIME: Final = re.compile(
    r"(\d{1,2})[:.](\d{2})(?:[:.](\d{2})(?:[.,]\d{1,9})?)?\s*([AaPp]\.?[Mm]\.?)?"
)
_COMPACT_TIME: Final = re.compile(r"(\d{2})(\d{2})(\d{2})?")
_BARE_HOUR: Final = re.compile(r"(\d{1,2})\s*([AaPp]\.?[Mm]\.?)")
_ZONE: Final = re.compile(r"(?:Z|UTC|([+-])(\d{2}):?(\d{2}))", re.IGNORECASE)
# Between a date and its time: blanks, a `T`, or a comma with a blank.
_SPLIT: Final = re.compile(r"(?<=\d)(?:T|\s*,\s+|\s+)(?=\d{1,2}[:.]\d{2}|\d{1,2}\s*[AaPp]\.?[Mm])")


class Meaning(Enum):
    """What a date is of: it decides the century of a year of two digits."""

    BIRTH = "birth"
    HAPPENING = "happening"


class Order(Enum):
    """In what order day and month stand where both are numbers."""

    DAY_FIRST = "day/month/year"
    MONTH_FIRST = "month/day/year"
    YEAR_FIRST = "year/month/day"


class Moment(NamedTuple):
    """A moment in UTC, and how exactly it was said."""

    at: datetime
    exactness: Exactness


# Every time of every table passes here: a tuple made at once is twice as quick as one by names.
_made: Final = tuple.__new__


class Clock(NamedTuple):
    """A time of day."""

    after_midnight: timedelta
    shift: timedelta | None
    """How far ahead of UTC, where that is said."""


def day(
    text: str,
    made_on: date,
    meaning: Meaning = Meaning.HAPPENING,
    *,
    youngest: int = 0,
    order: Order = Order.DAY_FIRST,
) -> date | None:
    """The day of a text, or None where it is no date we can hold.

    `made_on` is the day the file was made, by which a year of two digits is understood;
    `youngest` is the age in years below which nobody in the file is.
    """
    latest = made_on.year - youngest if meaning is Meaning.BIRTH else made_on.year + YEARS_AHEAD
    return _day(text, latest, order)


@lru_cache(_MANY)
def _day(text: str, latest: int, order: Order) -> date | None:
    found = _parts(text.strip(), order)
    if found is None:
        return None
    year, month, day_ = found
    if year < 100:
        year += latest - latest % 100
        if year > latest:
            year -= 100
    if not EARLIEST_YEAR <= year <= LATEST_YEAR:
        return None
    try:
        return date(year, month, day_)
    except ValueError:
        return None


def _parts(text: str, order: Order) -> tuple[int, int, int] | None:
    """Year (of two or four digits), month and day."""
    if found := _ISO.fullmatch(text) or _COMPACT.fullmatch(text):
        return int(found[1]), int(found[2]), int(found[3])
    if order is not Order.YEAR_FIRST and (found := _NUMBERS.fullmatch(text)):
        first, second = int(found[1]), int(found[2])
        if order is Order.MONTH_FIRST:
            first, second = second, first
        return int(found[3]), second, first
    if found := _WORDED.fullmatch(text):
        month = _MONTHS.get(found[2].lower())
        return (int(found[3]), month, int(found[1])) if month else None
    if found := _MONTH_FIRST.fullmatch(text):
        month = _MONTHS.get(found[1].lower())
        return (int(found[3]), month, int(found[2])) if month else None
    return None


def moment(
    text: str,
    made_on: date,
    *,
    order: Order = Order.DAY_FIRST,
) -> Moment | None:
    """The moment of a text, to the day where it has no time; None where it is neither."""
    latest = made_on.year + YEARS_AHEAD
    # Most times stand after the last blank; days and times of the clock repeat, so each is
    # understood once.
    on_text, _, clock_text = text.rpartition(" ")
    if not on_text and "T" not in text and "," not in text:
        found = _whole_day(text, latest, order)
        if found is not None:
            return found
    elif on_text:
        on, clock = _day(on_text, latest, order), _clock(clock_text)
        if on is not None and clock is not None:
            return _made(Moment, (_at(on, clock), Exactness.SECOND))
    return _unusual(text.strip(), latest, order)


def moments(
    texts: Sequence[str], made_on: date, *, order: Order = Order.DAY_FIRST
) -> list[Moment | None]:
    """`moment` of each text: the days and the times of the clock among them repeat.

    Each of those is understood once, and only what is written in an unusual way by itself.
    """
    if not texts:
        return []
    latest = made_on.year + YEARS_AHEAD
    days, _, clocks = zip(*[text.rpartition(" ") for text in texts], strict=True)
    starts = list(map(_start_of, days, repeat(latest), repeat(order)))
    gone = list(map(_after_midnight, clocks))
    unusual: list[int] = []
    if None in starts or None in gone:
        both = enumerate(zip(starts, gone, strict=True))
        unusual = [place for place, (start, after) in both if start is None or after is None]
        for place in unusual:
            starts[place], gone[place] = _ANY, timedelta()
    each = zip(map(add, starts, gone), repeat(Exactness.SECOND), strict=False)
    found: list[Moment | None] = list(map(_made, repeat(Moment), each))
    for place in unusual:
        found[place] = moment(texts[place], made_on, order=order)
    return found


@lru_cache(_MANY)
def _start_of(text: str, latest: int, order: Order) -> datetime | None:
    """What a time of the clock on this day is added to; None where that is not all."""
    on = _day(text, latest, order) if text else None
    if on is None:
        return None
    start, ahead = _start(on)
    return None if ahead is None else start - ahead


@lru_cache(_MANY)
def _after_midnight(text: str) -> timedelta | None:
    clock = _clock(text)
    return clock.after_midnight if clock is not None and clock.shift is None else None


def _unusual(text: str, latest: int, order: Order) -> Moment | None:
    halves = _SPLIT.split(text, maxsplit=1)
    if len(halves) == 1:
        if len(text) in (12, 14) and text.isascii() and text.isdigit():
            halves = [text[:8], text[8:]]
        else:
            return _whole_day(text, latest, order)
    on, clock = _day(halves[0], latest, order), _clock(halves[1])
    if on is None or clock is None:
        return None
    return Moment(_at(on, clock), Exactness.SECOND)


def _at(on: date, clock: Clock) -> datetime:
    after_midnight, shift = clock
    start, ahead = _start(on)
    if shift is not None:
        return start + (after_midnight - shift)
    if ahead is not None:
        return start + (after_midnight - ahead)
    # The two days a year on which the clocks change.
    shown = start + after_midnight
    return shown - (shown.replace(tzinfo=WALL_CLOCK).utcoffset() or timedelta())


@lru_cache(_MANY)
def _start(on: date) -> tuple[datetime, timedelta | None]:
    """The day's beginning as UTC counts it, and how far the wall clock is ahead all day."""
    first = datetime.combine(on, time(), tzinfo=WALL_CLOCK).utcoffset()
    last = datetime.combine(on, time(23, 59), tzinfo=WALL_CLOCK).utcoffset()
    return datetime.combine(on, time(), tzinfo=UTC), first if first == last else None


@lru_cache(_MANY)
def _whole_day(text: str, latest: int, order: Order) -> Moment | None:
    on = _day(text, latest, order)
    if on is not None:
        return Moment(midnight(on), Exactness.DAY)
    partial = _PARTIAL.fullmatch(text)
    if partial is None or not EARLIEST_YEAR <= int(partial[1]) <= LATEST_YEAR:
        return None
    month = int(partial[2] or 1)
    if not 1 <= month <= 12:
        return None
    exactness = Exactness.MONTH if partial[2] else Exactness.YEAR
    return Moment(midnight(date(int(partial[1]), month, 1)), exactness)


@lru_cache(_MANY)
def _clock(text: str) -> Clock | None:
    shift = None
    zone = _ZONE.search(text)
    if zone is not None and zone.end() == len(text):
        hours, minutes = int(zone[2] or 0), int(zone[3] or 0)
        if hours > 14 or minutes > 59:
            return None
        shift = timedelta(hours=hours, minutes=minutes) * (-1 if zone[1] == "-" else 1)
        text = text[: zone.start()].rstrip()
    found = _TIME.fullmatch(text)
    if found is not None:
        hour, minute, second, half = int(found[1]), int(found[2]), int(found[3] or 0), found[4]
    elif bare := _BARE_HOUR.fullmatch(text):
        hour, minute, second, half = int(bare[1]), 0, 0, bare[2]
    elif compact := _COMPACT_TIME.fullmatch(text):
        hour, minute, second, half = int(compact[1]), int(compact[2]), int(compact[3] or 0), None
    else:
        return None
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half[0] in "pP" else 0)
    if hour > 23 or minute > 59 or second > 59:
        return None
    return Clock(timedelta(hours=hour, minutes=minute, seconds=second), shift)


@lru_cache(_MANY)
def midnight(on: date) -> datetime:
    """The beginning of a day by the wall clock, in UTC."""
    return datetime.combine(on, time(), tzinfo=WALL_CLOCK).astimezone(UTC)
