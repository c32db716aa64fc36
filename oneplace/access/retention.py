"""The schedule of how long records are kept, as data, and when one falls due by it."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Final

ADULT: Final = 18
SEVENTEEN: Final = 17
SHORTEST_YEARS: Final = 8
"""No line of the schedule falls due earlier after the last entry or a death."""


@dataclass(frozen=True)
class Rule:
    """One line of the schedule. Years are whole calendar years."""

    key: str
    record: str
    keeps: str
    is_verified: bool
    of_kinds: tuple[str, ...] = ()
    """Kinds of organisation whose records it is about; empty for every other."""
    years_after_last: int | None = None
    years_after_death: int | None = None
    until_birthday: int | None = None
    until_birthday_if_seventeen: int | None = None


@dataclass(frozen=True)
class Schedule:
    """All of it."""

    version: str
    rules: tuple[Rule, ...]
    also: tuple[tuple[str, str], ...]
    """What does not fall due by itself: the record, and how long it is kept."""

    def rule(self, key: str) -> Rule:
        """The line of this key."""
        return next(rule for rule in self.rules if rule.key == key)


@cache
def schedule() -> Schedule:
    """The schedule shipped beside this module."""
    found = tomllib.loads((Path(__file__).with_suffix(".toml")).read_text(encoding="utf-8"))
    rules = tuple(Rule(**_tupled(row)) for row in found["rules"])
    also = tuple((row["record"], row["keeps"]) for row in found["also"])
    return Schedule(found["version"], rules, also)


def _tupled(row: dict[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in row.items()}


@dataclass(frozen=True)
class Due:
    """By which line a record falls due, and on which day."""

    rule: Rule
    on: date


def due(*, kind: str, born_on: date | None, died_on: date | None, last_on: date) -> Due | None:
    """When what an organisation of this kind recorded of a person falls due; None for never.

    `last_on` is the day of its last entry. A child's record is kept to a birthday; what is longest
    counts among a child's and the line of the organisation.
    """
    rule = _rule_for(kind, born_on, last_on)
    days: list[date] = []
    if rule.until_birthday is not None and born_on is not None:
        is_seventeen = _age(born_on, last_on) == SEVENTEEN
        birthday = rule.until_birthday_if_seventeen if is_seventeen else rule.until_birthday
        days.append(_years_on(born_on, birthday or rule.until_birthday))
    if rule.years_after_last is not None:
        days.append(_years_on(last_on, rule.years_after_last))
    if rule.years_after_death is not None and died_on is not None:
        days.append(_years_on(died_on, rule.years_after_death))
    return Due(rule, min(days)) if days else None


def _rule_for(kind: str, born_on: date | None, last_on: date) -> Rule:
    rules: Sequence[Rule] = schedule().rules
    own = [rule for rule in rules if kind in rule.of_kinds]
    if own:
        return own[0]
    is_child = born_on is not None and _age(born_on, last_on) < ADULT
    return schedule().rule("child" if is_child else "adult")


def _age(born_on: date, on: date) -> int:
    return on.year - born_on.year - ((on.month, on.day) < (born_on.month, born_on.day))


def _years_on(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        # 29 February: the next day there is.
        return date(day.year + years, 3, 1)
