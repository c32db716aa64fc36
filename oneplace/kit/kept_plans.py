"""Statements whose plan is made once a connection and kept: the long reads of a page.

A row policy asks a dozen questions of its own, and a statement over many tables carries them all:
planning it takes five times as long as running it. A plan holds no viewer: policies read who looks
from settings of the transaction each time the plan runs, and PostgreSQL makes the plan anew for
another database role or when a policy or table has changed. So a plan made while one viewer looked
shows the next one nothing that is not theirs.

What is run here should have few texts: values go in as values, lists as arrays.
"""

from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from types import SimpleNamespace
from typing import Any, Final, cast

import psycopg
from django.db import connection

# Left to itself the database thinks a plan for the very values at hand worth its making, and makes
# it each time.
KEEP_PLANS: Final = "set local plan_cache_mode = force_generic_plan"
PLANS_AS_BEFORE: Final = "set local plan_cache_mode to default"
"""What is sent before and after statements that keep their plans, within the transaction."""
_NEVER_BY_ITSELF: Final = 2**62

_are_kept: Final = ContextVar("are_kept", default=False)
# Of what is being done: whether its transaction has been told yet, where it keeps plans to the end.
_to_the_end: Final = ContextVar[list[bool] | None]("to_the_end", default=None)

MOST_KEPT: Final = 48
"""Plans a connection keeps, the least used left out first; the longest takes some eight MB."""


class _Kept(psycopg.Cursor[Any]):
    """Runs each statement as a prepared one, in one journey to the database."""

    def execute(self, query: Any, params: Any = None, **_: Any) -> "_Kept":
        told = _to_the_end.get()
        if _are_kept.get() or told:
            super().execute(query, params, prepare=True)
        elif told is not None:
            with self.connection.pipeline():
                psycopg.Cursor(self.connection).execute(KEEP_PLANS, prepare=False)
                super().execute(query, params, prepare=True)
            told.append(True)
        else:
            with self.connection.pipeline():
                psycopg.Cursor(self.connection).execute(KEEP_PLANS, prepare=False)
                super().execute(query, params, prepare=True)
                psycopg.Cursor(self.connection).execute(PLANS_AS_BEFORE, prepare=False)
        if connection.queries_logged:
            # The driver forgets what was prepared: who watches wants its words, and the values.
            said = psycopg.ClientCursor(self.connection).mogrify(query, params)
            self._query = SimpleNamespace(query=said.encode())  # type: ignore[assignment]
        return self


def kept_plans() -> AbstractContextManager[Any]:
    """A cursor as `connection.cursor()` gives, whose statements keep their plans; in a transaction.

    Statements that change with what somebody typed gain nothing and crowd others out.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("Plans are kept for reads in a transaction; open one first.")
    # Django's own wrapper around it: errors, counting and watching are as for every statement.
    wrapped = connection._prepare_cursor(_Kept(preparing()))  # type: ignore[attr-defined]
    return cast("AbstractContextManager[Any]", wrapped)


def array_text(words: Iterable[str]) -> str:
    """PostgreSQL's array of these words, each quoted: no comma in one makes two of it."""
    quoted = (word.replace("\\", "\\\\").replace('"', '\\"') for word in words)
    return "{" + ",".join(f'"{word}"' for word in quoted) + "}"


def are_kept() -> bool:
    """Whether plans are kept for the whole of what is being done: see `keeping`."""
    return _are_kept.get()


def cursor_of_deed() -> AbstractContextManager[Any]:
    """A cursor that keeps its plans where the whole deed does, else as `connection.cursor()`.

    For statements that are the same every time and are part of deeds small and large.
    """
    return kept_plans() if _are_kept.get() else connection.cursor()


@contextmanager
def keeping() -> Iterator[None]:
    """Keep plans for a whole deed, instead of anew in every trip of its own.

    In a transaction only. Where the deed fails, its transaction is rolled back and this with it.
    """
    if _are_kept.get():
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute(KEEP_PLANS)
    token = _are_kept.set(True)
    try:
        yield
    finally:
        _are_kept.reset(token)
    with connection.cursor() as cursor:
        cursor.execute(PLANS_AS_BEFORE)


@contextmanager
def keeping_to_the_end() -> Iterator[None]:
    """Keep plans from the first read that does to the end of the transaction, without a word more.

    For a page most of whose reads keep theirs. In its transaction only, and to its end: what is
    still asked then has its values in its text, and plans of those are made each time as ever.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("Plans are kept to the end of a transaction; open one first.")
    token = _to_the_end.set([])
    try:
        yield
    finally:
        _to_the_end.reset(token)


def preparing() -> "psycopg.Connection[Any]":
    """The driver's own connection, which prepares the statements that ask for it and no others."""
    connection.ensure_connection()
    raw = cast("psycopg.Connection[Any]", connection.connection)
    # Django keeps statements from being prepared, for the sake of poolers between; ours are few
    # and always the same, and the pool within this process keeps each with its connection. What
    # Django itself runs has its values in its text: it is never run often enough.
    raw.prepare_threshold = _NEVER_BY_ITSELF
    raw.prepared_max = MOST_KEPT
    return raw
