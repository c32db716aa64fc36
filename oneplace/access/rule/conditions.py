"""Conditions that hold in Python and in SQL: written once, asked in two places.

A condition speaks of a case (who looks, when, at which part of whose record) and, within `Some`, of
one relationship, barrier or permit of the person. Each atom has its Python and its SQL side by
side; everything composed of atoms is composed once.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from oneplace.access.rule.case import Case

Ask = Callable[[Case, Any, Any], bool]


@dataclass(frozen=True)
class Atom:
    """One plain question. `python` gets the case, the relationship and the barrier or permit.

    `sql` speaks of `r` (relationship), `b` (barrier or permit), `{person}`, `{owner}` and `{part}`;
    `{opens[own]}` is whether the part opens as a line of that sort says.
    """

    name: str
    python: Ask
    sql: str


@dataclass(frozen=True)
class All:
    """Every one of these holds."""

    of: tuple["Condition", ...]


@dataclass(frozen=True)
class AnyOf:
    """At least one of these holds."""

    of: tuple["Condition", ...]


@dataclass(frozen=True)
class Not:
    """This does not hold."""

    of: "Condition"


@dataclass(frozen=True)
class Some:
    """The person has a relationship, barrier or permit (`table`) of which `of` holds."""

    table: str
    of: "Condition"


Condition = Atom | All | AnyOf | Not | Some

RELATIONSHIPS: Final = "relationships"
BARRIERS: Final = "barriers"
PERMITS: Final = "permits"


def all_of(*of: Condition) -> All:
    """Every one of these holds."""
    return All(of)


def any_of(*of: Condition) -> AnyOf:
    """At least one of these holds."""
    return AnyOf(of)
