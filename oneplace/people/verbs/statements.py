"""Runs the room's statements: for a few people as prepared ones, for many each with its own plan.

Deciding about one arriving record takes some twenty statements of a millisecond; planning them
anew each time would cost more than running them. A plan made for a few is a bad one for
thousands, so those are planned for what they are.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Final

import psycopg
from django.db import connection

from oneplace.kit.kept_plans import KEEP_PLANS, PLANS_AS_BEFORE, preparing

FEW: Final = 64
"""Up to so many things, a plan made before serves."""

_are_plans_kept: Final = ContextVar("are_plans_kept", default=False)

Values = Mapping[str, Any]


@contextmanager
def keeping_plans(*, things: int) -> Iterator[None]:
    """Keep plans for a whole deed about a few things, instead of anew in every trip of its own.

    In a transaction only. Where the deed fails, its transaction is rolled back and this with it.
    """
    if things > FEW or _are_plans_kept.get():
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute(KEEP_PLANS)
    token = _are_plans_kept.set(True)
    try:
        yield
    finally:
        _are_plans_kept.reset(token)
    with connection.cursor() as cursor:
        cursor.execute(PLANS_AS_BEFORE)


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
    is_own = not _are_plans_kept.get()
    with connection.wrap_database_errors:
        with raw.pipeline():
            if is_own:
                psycopg.Cursor(raw).execute(KEEP_PLANS, prepare=False)
            sent = [
                psycopg.Cursor(raw).execute(statement, values, prepare=True)
                for statement in statements
            ]
            if is_own:
                psycopg.Cursor(raw).execute(PLANS_AS_BEFORE, prepare=False)
        return [cursor.fetchall() if cursor.description else [] for cursor in sent]


def _alone(statement: str, values: Values) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall() if cursor.description else []


def pluck(rows: Sequence[Any]) -> list[Any]:
    """The one column of rows that have one."""
    return [value for (value,) in rows]
