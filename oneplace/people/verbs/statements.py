"""Runs the room's statements: for a few people as prepared ones, for many each with its own plan.

Deciding about one arriving record takes some twenty statements of a millisecond; planning them
anew each time would cost more than running them. A plan made for a few is a bad one for
thousands, so those are planned for what they are.
"""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any, Final

import psycopg
from django.db import connection

from oneplace.kit.kept_plans import (
    KEEP_PLANS,
    PLANS_AS_BEFORE,
    are_kept,
    keeping,
    preparing,
)

FEW: Final = 64
"""Up to so many things, a plan made before serves."""

Values = Mapping[str, Any]


def keeping_plans(*, things: int) -> AbstractContextManager[None]:
    """Keep plans for a whole deed about a few things, instead of anew in every trip of its own."""
    return nullcontext() if things > FEW else keeping()


def run(statement: str, values: Values, *, things: int) -> list[Any]:
    """Run one statement about so many things; returns its rows, none where it has none."""
    return run_all([statement], values, things=things)[0]


def run_all(statements: Sequence[str], values: Values, *, things: int) -> list[list[Any]]:
    """Run statements that need nothing of each other's answers, one after another.

    For a few things they travel together, so that they wait for the database once. Returns the
    rows of each.
    """
    if things > FEW:
        return [_alone(statement, values) for statement in statements]
    raw = preparing()
    is_own = not are_kept()
    is_alone = len(statements) == 1 and not is_own
    with connection.wrap_database_errors:
        with nullcontext() if is_alone else raw.pipeline():
            if is_own:
                psycopg.Cursor(raw).execute(KEEP_PLANS, prepare=False)
            sent = [
                psycopg.Cursor(raw).execute(statement, values, prepare=True)
                for statement in statements
            ]
            if is_own:
                psycopg.Cursor(raw).execute(PLANS_AS_BEFORE, prepare=False)
        return [cursor.fetchall() if _has_rows(cursor) else [] for cursor in sent]


def _has_rows(cursor: "psycopg.Cursor[Any]") -> bool:
    # As `description` tells, without describing each column.
    return cursor.pgresult is not None and cursor.pgresult.nfields > 0


def _alone(statement: str, values: Values) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall() if cursor.description else []


def pluck(rows: Sequence[Any]) -> list[Any]:
    """The one column of rows that have one."""
    return [value for (value,) in rows]
