"""Which days a place works: weekends, bank holidays, and closed days of its own."""

import functools
import tomllib
from collections.abc import Iterable
from datetime import date, timedelta
from importlib import resources
from typing import Self

from pydantic import field_validator, model_validator

from oneplace.vocabulary.place.part import Part, Words, WrongError
from oneplace.vocabulary.terms.work import Weekday


class Holiday(Part):
    """A day on which offices are closed, and why."""

    on: date
    name: Words


class CalendarRunsOutError(ValueError):
    """A working day was asked for in a year whose bank holidays nobody has entered."""


@functools.cache
def bank_holidays(region: str) -> tuple[Holiday, ...]:
    """The bank holidays shipped for a region of the United Kingdom, in order of date.

    Raises `KeyError` with the regions there are.
    """
    folder = resources.files("oneplace.vocabulary") / "calendars"
    files = {
        entry.name.removesuffix(".toml"): entry
        for entry in folder.iterdir()
        if entry.name.endswith(".toml")
    }
    if region not in files:
        raise KeyError(f"there are bank holidays for: {', '.join(sorted(files))}")
    rows = tomllib.loads(files[region].read_text(encoding="utf-8"))["bank_holidays"]
    return tuple(Holiday.model_validate(row) for row in rows)


class WorkingCalendar(Part):
    """Working days: every day but weekends, the region's bank holidays and own closed days."""

    bank_holidays: str
    weekend: tuple[Weekday, ...] = (Weekday.SATURDAY, Weekday.SUNDAY)
    closed_days: tuple[Holiday, ...] = ()

    @field_validator("bank_holidays")
    @classmethod
    def _known_region(cls, region: str) -> str:
        try:
            bank_holidays(region)
        except KeyError as error:
            raise WrongError(
                f'no bank holidays are kept for "{region}"',
                f"{str(error.args[0]).capitalize()}.",
            ) from error
        return region

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if len(set(self.weekend)) == len(Weekday):
            raise WrongError("every day is weekend", "Leave at least one day of the week to work.")
        dates = [holiday.on for holiday in self.closed_days]
        if dates != sorted(set(dates)):
            raise WrongError(
                "closed_days are not in order, or one comes twice",
                "Put them in order of date, each once.",
            )
        return self

    @functools.cached_property
    def holidays(self) -> dict[date, str]:
        """Each closed day and its name, bank holidays and own ones together."""
        rows: Iterable[Holiday] = (*bank_holidays(self.bank_holidays), *self.closed_days)
        return {holiday.on: holiday.name for holiday in rows}

    @functools.cached_property
    def years(self) -> range:
        """The years whose bank holidays are known."""
        known = [holiday.on.year for holiday in bank_holidays(self.bank_holidays)]
        return range(min(known), max(known) + 1)

    def is_working_day(self, day: date) -> bool:
        """Whether offices are open; raises `CalendarRunsOutError` beyond the known years."""
        if day.year not in self.years:
            message = (
                f"The bank holidays of {day.year} are not known, only those of "
                f"{self.years[0]} to {self.years[-1]}: add them to the calendar before reckoning "
                "working days there."
            )
            raise CalendarRunsOutError(message)
        return (
            not any(day.weekday() == weekday.number for weekday in self.weekend)
            and day not in self.holidays
        )

    def add_working_days(self, day: date, count: int) -> date:
        """The day `count` working days after `day`; nought gives `day`, or the next working day.

        The day itself is not counted, whether it is a working day or not: a home that admits
        somebody on a Saturday has seven full working days.
        """
        if count < 0:
            message = "Working days are counted forward: give a count of nought or more."
            raise ValueError(message)
        found = day
        while count > 0:
            found += timedelta(days=1)
            if self.is_working_day(found):
                count -= 1
        while not self.is_working_day(found):
            found += timedelta(days=1)
        return found

    def working_days_between(self, start: date, end: date) -> int:
        """How many working days lie after `start` up to and with `end`; nought if none."""
        days = (start + timedelta(days=number) for number in range(1, (end - start).days + 1))
        return sum(self.is_working_day(day) for day in days)
