"""When a series meets: days by its rhythm, by the wall clock, around days offices are closed. Pure.

A meeting at eight is at eight in winter and in summer: days are reckoned here, moments made last.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from oneplace.vocabulary.place.calendar import CalendarRunsOutError, WorkingCalendar
from oneplace.vocabulary.terms import Rhythm

_WEEK: Final = timedelta(days=7)
_STEPS: Final = {Rhythm.WEEKLY: _WEEK, Rhythm.FORTNIGHTLY: 2 * _WEEK}


@dataclass(frozen=True)
class Turn:
    """One turn of a series: the day its rhythm gives, the day it is held, and why they differ."""

    due_on: date
    held_on: date | None
    """None where the whole week has no working day: the turn is left out."""
    why: str = ""


def due_days(first_on: date, rhythm: Rhythm, *, after: date, until: date) -> Iterator[date]:
    """The days a rhythm gives later than `after` up to and with `until`.

    Monthly is by weekday: a first Thursday stays a first Thursday; a fifth becomes the last.
    """
    if rhythm is Rhythm.MONTHLY:
        yield from _monthly(first_on, after=after, until=until)
        return
    step = _STEPS[rhythm]
    turns = max(0, (after - first_on) // step + 1)
    day = first_on + turns * step
    while day <= until:
        yield day
        day += step


def _monthly(first_on: date, *, after: date, until: date) -> Iterator[date]:
    which = (first_on.day - 1) // 7
    year, month = first_on.year, first_on.month
    while date(year, month, 1) <= until:
        day = _weekday_of_month(year, month, first_on.weekday(), which)
        if first_on <= day <= until and day > after:
            yield day
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)


def _weekday_of_month(year: int, month: int, weekday: int, which: int) -> date:
    first = date(year, month, 1)
    day = first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * which)
    return day if day.month == month else day - _WEEK


def turn(due_on: date, calendar: WorkingCalendar) -> Turn:
    """The turn of a due day: on it, else on the nearest working day of its week, earlier first.

    Years whose bank holidays nobody has entered are taken as they come; the calendar says so.
    """
    try:
        if calendar.is_working_day(due_on):
            return Turn(due_on, due_on)
        closed = calendar.holidays.get(due_on) or f"{due_on:%A} is not a working day"
        monday = due_on - timedelta(days=due_on.weekday())
        week = [monday + timedelta(days=number) for number in range(7)]
        near = sorted(week, key=lambda day: (abs((day - due_on).days), day > due_on))
        for day in near:
            if calendar.is_working_day(day):
                return Turn(due_on, day, f"{closed}: moved to {day:%A} {day.day} {day:%B}")
    except CalendarRunsOutError as error:
        return Turn(due_on, due_on, str(error))
    return Turn(due_on, None, f"{closed}: nobody works in this week")
