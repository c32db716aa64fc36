"""Asks conditions in Python: each is made into one function, once.

A page asks the rule some fifty times, for each part of what each partner records. Walking the tree
of a condition each time took half the page's own time; the functions it is made into ask the same
questions in the same order and stop as early.
"""

from typing import Any, Final

from oneplace.access.rule.case import Case
from oneplace.access.rule.conditions import (
    BARRIERS,
    RELATIONSHIPS,
    All,
    AnyOf,
    Ask,
    Atom,
    Condition,
    Not,
    Some,
)

# By identity: conditions are constants of the rule, and comparing two of them walks both trees.
# Each is kept beside its function, so that no other can take its identity.
_made: Final[dict[int, tuple[Condition, Ask]]] = {}


def holds(condition: Condition, case: Case, *, relationship: Any = None) -> bool:
    """Whether a condition holds of a case; of one relationship, where it speaks of one."""
    known = _made.get(id(condition))
    if known is None:
        known = _made[id(condition)] = (condition, _function(condition))
    return known[1](case, relationship, None)


def _function(condition: Condition) -> Ask:
    match condition:
        case Atom():
            return condition.python
        case All():
            return _all(tuple(_function(one) for one in condition.of))
        case AnyOf():
            return _any(tuple(_function(one) for one in condition.of))
        case Not():
            asked = _function(condition.of)
            return lambda case, relationship, row: not asked(case, relationship, row)
        case Some():
            return _some(condition.table, _function(condition.of))


def _all(asked: tuple[Ask, ...]) -> Ask:
    def all_hold(case: Case, relationship: Any, row: Any) -> bool:
        for one in asked:  # noqa: SIM110 - a generator costs as much as what it asks
            if not one(case, relationship, row):
                return False
        return True

    return all_hold


def _any(asked: tuple[Ask, ...]) -> Ask:
    def one_holds(case: Case, relationship: Any, row: Any) -> bool:
        for one in asked:  # noqa: SIM110 - as above
            if one(case, relationship, row):
                return True
        return False

    return one_holds


def _some(table: str, asked: Ask) -> Ask:
    def some_relationship(case: Case, _relationship: Any, _row: Any) -> bool:
        for each in case.relationships:  # noqa: SIM110 - as above
            if asked(case, each, None):
                return True
        return False

    def some_row(case: Case, relationship: Any, _row: Any) -> bool:
        for each in case.barriers if table == BARRIERS else case.permits:
            if asked(case, relationship, each):
                return True
        return False

    return some_relationship if table == RELATIONSHIPS else some_row
