"""By when something is to be done, as it is said in Britain: "Fri", "in 2 weeks", "20 March". Pure.

Whatever a word reckons to that is a bank holiday or a closed day becomes the working day before it,
or the next one where that would be today or past; a date written out stays as written, with a word.
Weekends stay: district nurses and carers work them.
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from oneplace.vocabulary.place.calendar import CalendarRunsOutError, WorkingCalendar

_DAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_SHORT: Final = {
    **{day: number for number, day in enumerate(_DAYS)},
    **{day[:3]: number for number, day in enumerate(_DAYS)},
    **{"tues": 1, "weds": 2, "thur": 3, "thurs": 3},
}
_MONTHS: Final = (
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
)  # fmt: skip
_NUMBERS: Final = {
    "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7,
    "eight": 8, "nine": 9, "ten": 10, "twelve": 12,
}  # fmt: skip
MOST_YEARS: Final = 2
"""Nobody promises anything for later than this; a date beyond it is a slip."""

_DAY: Final = r"(?P<day>" + "|".join(sorted(_SHORT, key=len, reverse=True)) + r")"
_AMOUNT: Final = r"(?P<amount>\d{1,3}|" + "|".join(_NUMBERS) + r")"
_MONTH: Final = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_PATTERNS: Final = tuple(
    (kind, re.compile(rf"(?:{pattern})(?![\w/])", re.IGNORECASE))
    for kind, pattern in (
        ("today", r"today|same day|asap"),
        ("tomorrow", r"tomorrow|tmrw|tmw"),
        ("in", rf"in {_AMOUNT} (?P<unit>working days?|days?|weeks?|months?)"),
        ("fortnight", r"in a fortnight|fortnight"),
        ("week_on", rf"(?P<week_on>a )?week (?:on )?{_DAY}"),
        ("day_week", rf"{_DAY} week"),
        ("next_day", rf"next {_DAY}"),
        ("day", rf"(?:this )?{_DAY}"),
        ("next_week", r"(?:end of )?next week"),
        ("this_week", r"end of (?:the |this )?week|this week"),
        ("date", r"(?P<year>20\d\d)-(?P<month>\d{1,2})-(?P<number>\d{1,2})"),
        ("date", r"(?P<number>\d{1,2})[/.](?P<month>\d{1,2})(?:[/.](?P<year>20\d\d|\d\d))?"),
        ("date", rf"(?P<number>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? {_MONTH}(?: (?P<year>20\d\d))?"),
    )
)


class NoSuchDayError(ValueError):
    """A date was written that is none, or that cannot be meant; the message says which."""


@dataclass(frozen=True)
class Day:
    """A day somebody said."""

    on: date
    ends: int
    """Where in the text the words for it end."""
    remark: str = ""
    """Why it is another day than the words say, or a word of warning."""
    is_today: bool = False


def day_said(text: str, *, on: date, calendar: WorkingCalendar | None = None) -> Day | None:
    """The day said at the very beginning of `text`, seen from the day `on`; None if none is.

    Raises `NoSuchDayError` for a date there is not, or one in the past.
    """
    for kind, pattern in _PATTERNS:
        if found := pattern.match(text):
            said = _reckoned(kind, found, on, calendar)
            if said < on:
                message = f"{_written(said)} is past. Say a day from today on."
                raise NoSuchDayError(message)
            if said > on.replace(day=1) + timedelta(days=366 * MOST_YEARS):
                message = f"{_written(said)} is more than {MOST_YEARS} years away. Check the year."
                raise NoSuchDayError(message)
            is_exact = kind in ("date", "today", "tomorrow")
            moved, remark = _open_day(said, on, calendar, is_exact=is_exact)
            return Day(moved, found.end(), remark, is_today=moved == on)
    return None


def _reckoned(  # noqa: PLR0911 - one way of saying it after another
    kind: str, found: re.Match[str], on: date, calendar: WorkingCalendar | None
) -> date:
    monday = on - timedelta(days=on.weekday())
    if kind == "today":
        return on
    if kind == "tomorrow":
        return on + timedelta(days=1)
    if kind == "fortnight":
        return on + timedelta(weeks=2)
    if kind == "in":
        return _in(found, on, calendar)
    if kind == "this_week":
        friday = monday + timedelta(days=4)
        return max(friday, on)
    if kind == "next_week":
        return monday + timedelta(days=11)
    if kind == "date":
        return _date(found, on)
    number = _SHORT[found["day"].lower()]
    if kind == "next_day":
        # "Next Friday" on a Wednesday is not the day after tomorrow.
        return monday + timedelta(days=7 + number)
    # Said of the same weekday it is a week away: for the day itself one says "today".
    coming = on + timedelta(days=(number - on.weekday() - 1) % 7 + 1)
    return coming + timedelta(days=7) if kind in ("day_week", "week_on") else coming


def _in(found: re.Match[str], on: date, calendar: WorkingCalendar | None) -> date:
    said = found["amount"].lower()
    amount = _NUMBERS[said] if said in _NUMBERS else int(said)
    unit = found["unit"].lower().removesuffix("s")
    if unit == "working day":
        if calendar is None:
            return on + timedelta(days=amount)
        return calendar.add_working_days(on, amount)
    if unit == "month":
        months = on.year * 12 + on.month - 1 + amount
        year, month = divmod(months, 12)
        return _last_that_is(year, month + 1, on.day)
    return on + timedelta(days=amount * (7 if unit == "week" else 1))


def _last_that_is(year: int, month: int, day: int) -> date:
    """The day of a month, or its last one where it is shorter."""
    while True:
        try:
            return date(year, month, day)
        except ValueError:
            day -= 1


def _date(found: re.Match[str], on: date) -> date:
    said, number = found["month"].lower(), int(found["number"])
    month = int(said) if said.isdigit() else 1 + _MONTHS.index(said[:3])
    given = found["year"]
    year = on.year if given is None else int(given) + (2000 if len(given) == 2 else 0)
    try:
        day = date(year, month, number)
    except ValueError:
        message = f"There is no {found[0].strip()}. Check the day and the month."
        raise NoSuchDayError(message) from None
    # Without a year the next such day is meant, unless it has just passed: that is a slip.
    if given is None and day < on - timedelta(days=60):
        return _last_that_is(year + 1, month, number)
    return day


def _open_day(
    said: date, on: date, calendar: WorkingCalendar | None, *, is_exact: bool
) -> tuple[date, str]:
    name = "" if calendar is None else calendar.holidays.get(said, "")
    if calendar is None or not name:
        return said, ""
    if is_exact:
        return said, f"{_written(said)} is closed: {name}."
    try:
        before = said - timedelta(days=1)
        while before > on and not calendar.is_working_day(before):
            before -= timedelta(days=1)
        moved = before if before > on else calendar.add_working_days(said, 0)
    except CalendarRunsOutError:
        return said, f"{_written(said)} is closed: {name}."
    return moved, f"{_written(said)} is closed ({name}): by {_written(moved)}."


def _written(day: date) -> str:
    return f"{day:%A} {day.day} {day:%B %Y}"
