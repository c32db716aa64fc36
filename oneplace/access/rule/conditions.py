"""Conditions that hold in Python and in SQL: written once, asked in two places.

A condition speaks of a case (who looks, when, at which part of whose record) and, within `Some`, of
one relationship, barrier or permit of the person. Each atom has its Python and its SQL side by
side; everything composed of atoms is composed once.
"""

from collections.abc import Callable, Iterable
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


def holds(condition: Condition, case: Case, *, relationship: Any = None, row: Any = None) -> bool:
    """Whether a condition holds of a case."""
    match condition:
        case Atom():
            return condition.python(case, relationship, row)
        case All():
            return all(holds(one, case, relationship=relationship, row=row) for one in condition.of)
        case AnyOf():
            return any(holds(one, case, relationship=relationship, row=row) for one in condition.of)
        case Not():
            return not holds(condition.of, case, relationship=relationship, row=row)
        case Some(table=table) if table == RELATIONSHIPS:
            return any(holds(condition.of, case, relationship=each) for each in case.relationships)
        case Some():
            rows: Iterable[Any] = case.barriers if condition.table == BARRIERS else case.permits
            return any(
                holds(condition.of, case, relationship=relationship, row=each) for each in rows
            )
