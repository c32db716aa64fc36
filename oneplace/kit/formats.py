"""How dates, times, numbers and ages are written, the same way on every page and print.

Times are shown in the place's own zone, by the 24-hour clock; dates as 7 March 2026.
"""

from datetime import date, datetime, time, timedelta

from django.utils import timezone

from oneplace.science.money import pounds
from oneplace.vocabulary.nhs_number import spoken

_MINUTE = timedelta(minutes=1)
_HOUR = timedelta(hours=1)
# Beyond a fortnight "17 days ago" says less than the date.
_STILL_RECENT_DAYS = 14
# Below this many years a child's age is given in months.
_MONTHS_UNTIL_YEARS = 2


def _local(value: datetime) -> datetime:
    # The place's own zone: which zone is "current" is asked of every thread and costs more than all
    # the rest, on pages of a hundred dates.
    return value.astimezone(timezone.get_default_timezone()) if value.tzinfo else value


def _on(value: date | datetime) -> date:
    return _local(value).date() if isinstance(value, datetime) else value


def day(value: date | datetime | None) -> str:
    """7 March 2026; nothing for no date."""
    if value is None:
        return ""
    on = _on(value)
    return f"{on.day} {on:%B %Y}"


def weekday(value: date | datetime | None) -> str:
    """Thursday 12 March, for days near enough to need no year."""
    if value is None:
        return ""
    on = _on(value)
    return f"{on:%A} {on.day} {on:%B}"


def clock_time(value: datetime | None) -> str:
    """09:40, in the place's zone."""
    return "" if value is None else f"{_local(value):%H:%M}"


def moment(value: datetime | None) -> str:
    """7 March 2026, 09:40."""
    if value is None:
        return ""
    local = _local(value)
    return f"{local.day} {local:%B %Y, %H:%M}"


def due(until: datetime, at: datetime) -> str:
    """By when something is wanted, or since when it is late, as short as it can be said at `at`.

    "by 12:02" today; "by 19 March, 08:00"; "by 1 April" where that whole day counts, which ends at
    midnight; "late since 09:15". The year stands only where it is another.
    """
    is_late = until < at
    ends_a_day = _local(until).time() == time.min
    said = until - _MINUTE if ends_a_day and not is_late else until
    on, today = _on(said), _on(at)
    is_clock = on == today and not ends_a_day
    words = "" if is_clock else f"{on.day} {on:%B}"
    if words and on.year != today.year:
        words = f"{words} {on.year}"
    if on == today and ends_a_day:
        words = "midnight" if is_late else "tonight"
    if not ends_a_day:
        words = ", ".join(filter(None, (words, clock_time(said))))
    return f"late since {words}" if is_late else f"by {words}"


def machine_time(value: date | datetime | None) -> str:
    """The value for a `datetime` attribute: 2026-03-07 or 2026-03-07T09:40:00+00:00."""
    if value is None:
        return ""
    return _local(value).isoformat() if isinstance(value, datetime) else value.isoformat()


def ago(value: datetime | None, at: datetime) -> str:
    """How long before `at` something was, and when: "3 hours ago, 09:40"; "yesterday, 16:05"."""
    if value is None:
        return ""
    passed = at - value
    days = (_on(at) - _on(value)).days
    if passed < timedelta(0):
        return moment(value)
    if days > _STILL_RECENT_DAYS:
        return day(value)
    if days > 1:
        return f"{days} days ago, {day(value)}"
    return f"{_short_while(passed, days)}, {clock_time(value)}"


def _short_while(passed: timedelta, days: int) -> str:
    if passed < _MINUTE:
        return "just now"
    if passed < _HOUR:
        return f"{plural(passed // _MINUTE, 'minute')} ago"
    if days == 0:
        return f"{plural(passed // _HOUR, 'hour')} ago"
    return "yesterday"


def nhs_number(value: str | None) -> str:
    """943 476 5919; something else than ten digits is shown as it came."""
    return spoken(value) if value else ""


def years_old(born_on: date, on: date) -> int:
    """Whole years lived; somebody born on 29 February turns a year older on 1 March."""
    had_birthday = (on.month, on.day) >= (born_on.month, born_on.day)
    return on.year - born_on.year - (0 if had_birthday else 1)


def age(born_on: date | None, on: date | datetime) -> str:
    """82, or 14 months for a child below two; raises `ValueError` for a birth after `on`."""
    if born_on is None:
        return ""
    today = _on(on)
    if born_on > today:
        raise ValueError("Nobody has an age before being born.")
    years = years_old(born_on, today)
    if years >= _MONTHS_UNTIL_YEARS:
        return str(years)
    months = (today.year - born_on.year) * 12 + today.month - born_on.month
    return plural(months - (1 if today.day < born_on.day else 0), "month")


def plural(count: int, one: str, many: str | None = None) -> str:
    """1 person, 1,204 people: the number with thousands, and the right word."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def sentence_list(words: list[str] | tuple[str, ...]) -> str:
    """GP, Hospital and Council."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"


def starting_capital(words: str) -> str:
    """The words with a capital first letter, the rest as it stands (LIFE stays LIFE)."""
    return words[:1].upper() + words[1:]


def initials(name: str) -> str:
    """SO for Sana Ortiz: the first letters of the first and last names."""
    parts = [part for part in name.split() if part[:1].isalpha()]
    return "".join(part[0].upper() for part in (parts[:1] + parts[1:][-1:]))


FILTERS = {
    "initials": initials,
    "day": day,
    "weekday": weekday,
    "clock_time": clock_time,
    "moment": moment,
    "machine_time": machine_time,
    "due": due,
    "ago": ago,
    "nhs_number": nhs_number,
    "age": age,
    "plural": plural,
    "pounds": pounds,
    "sentence_list": sentence_list,
    "starting_capital": starting_capital,
}
