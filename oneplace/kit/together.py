"""Several reads as one statement: each room says what it asks, one round trip answers them all.

A page on which many rooms show a little of themselves has few statements to spend. Row policies
hold as they do for each read by itself, for the tables are the same.
"""

import copy
import json
import re
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import Any, Final, Protocol

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import EmptyResultSet
from django.db import connections, models
from django.db.models import QuerySet

from oneplace.kit.kept_plans import kept_plans

_NAMED: Final = re.compile(r"%\((\w+)\)s")


@dataclass(frozen=True)
class Statement:
    """A read in SQL of our own, with `%(name)s` for its values; its rows come as dicts of JSON."""

    sql: str
    values: Mapping[str, Any] = field(default_factory=dict)


class MadeOnce:
    """A read whose SQL is made once in this process: a page asks it again, by another key.

    `make` gives the QuerySet of a key, an id or a moment. It knows no viewer, so that what it makes
    for one is right for every other; whether somebody may ask is for the query that hands it on.
    """

    def __init__(self, make: Callable[[Any], QuerySet[Any]]) -> None:
        self._make = make

    def of(self, key: uuid.UUID | datetime) -> "OfKey":
        """The read of this key."""
        return OfKey(self, key)

    @cached_property
    def compiled_by_id(self) -> "_Compiled":
        """The SQL, with where an id stands among its values."""
        return self._compiled(uuid.uuid4(), uuid.uuid4())

    @cached_property
    def compiled_by_moment(self) -> "_Compiled":
        """The SQL, with where a moment stands among its values."""
        return self._compiled(*(datetime(year, 1, 2, 3, 4, 5, 678, UTC) for year in (1801, 1802)))

    def _compiled(self, *marks: uuid.UUID | datetime) -> "_Compiled":
        first, second = (_Compiled(self._make(mark), key=mark) for mark in marks)
        if (first.sql, first.constant) != (second.sql, second.constant):
            raise RuntimeError(
                "A read made once asks the same whatever the key; this one does not."
            )
        return first


@dataclass(frozen=True)
class OfKey:
    """A read made once, of one key."""

    made: MadeOnce
    key: uuid.UUID | datetime


class Nothing:
    """What is asked for whoever may not ask: no row, and no read either."""


NOTHING: Final = Nothing()

Asked = QuerySet[Any] | Statement | OfKey | Nothing


class _Read(Protocol):
    """A read as SQL: what it is called within the one statement, its values, what its rows make."""

    sql: str
    named: str
    values: list[Any]

    def objects(self, rows: list[dict[str, Any]]) -> list[Any]: ...


def read_together(asked: Sequence[Asked]) -> list[list[Any]]:
    """The rows of every read, in the order asked: objects of a QuerySet, dicts of a `Statement`.

    One statement, none at all where nothing can be found. A QuerySet may join, annotate, order and
    be sliced; what it prefetches would be read apart, so none should.
    """
    found: list[list[Any]] = [[] for _ in asked]
    reads = {place: read for place, one in enumerate(asked) if (read := _read(one)) is not None}
    if not reads:
        return found
    parts = [
        f"select {place}, row_number() over (), to_json(t)::text from ({read.sql}) {read.named}"  # noqa: S608 - compiled by Django, or our own
        for place, read in reads.items()
    ]
    values = [value for read in reads.values() for value in read.values]
    rows: dict[int, list[Any]] = {place: [] for place in reads}
    with kept_plans() as cursor:
        cursor.execute(" union all ".join(parts) + " order by 1, 2", values)
        for place, _, row in cursor.fetchall():
            rows[place].append(json.loads(row, parse_float=Decimal))
    for place, read in reads.items():
        found[place] = read.objects(rows[place])
    return found


def _read(asked: Asked) -> _Read | None:
    try:
        match asked:
            case Nothing():
                return None
            case Statement():
                return _OfStatement(asked)
            case OfKey():
                return _OfKey(asked)
            case _:
                return _OfQuerySet(asked)
    except EmptyResultSet:
        return None


@lru_cache(maxsize=64)
def _in_order(sql: str) -> tuple[str, tuple[str, ...]]:
    """A statement with places for its values, and their names in the order of these places."""
    return _NAMED.sub("%s", sql), tuple(_NAMED.findall(sql))


class _OfStatement:
    named = "t"

    def __init__(self, statement: Statement) -> None:
        self.sql, names = _in_order(statement.sql)
        self.values = [statement.values[name] for name in names]

    def objects(self, rows: list[dict[str, Any]]) -> list[Any]:
        return list(rows)


class _Compiled:
    """A QuerySet as SQL; its rows, read elsewhere, become what it would have fetched itself."""

    def __init__(self, asked: QuerySet[Any], *, key: object = None) -> None:
        self._asked = asked._chain()  # type: ignore[attr-defined]
        self._compiler = self._asked.query.get_compiler(using=self._asked.db)
        self.sql, values = self._compiler.as_sql()
        self.values: tuple[Any, ...] = tuple(values)
        self._key_at = {
            place for place, value in enumerate(values) if key is not None and value == key
        }
        self._columns = [f"c{number}" for number in range(len(self._compiler.select))]
        self.named = f"t ({', '.join(self._columns)})"

    @property
    def constant(self) -> list[Any]:
        """The values with nothing where the key stands."""
        return [None if at in self._key_at else value for at, value in enumerate(self.values)]

    def values_of(self, key: object) -> list[Any]:
        """The values with another key."""
        return [key if at in self._key_at else value for at, value in enumerate(self.values)]

    def objects(self, rows: list[dict[str, Any]]) -> list[Any]:
        """What the QuerySet makes of these rows."""
        if not rows:
            return []
        fields = [expression.output_field for expression, *_ in self._compiler.select]
        given = [
            tuple(
                _from_json(field, row[name])
                for field, name in zip(fields, self._columns, strict=True)
            )
            for row in rows
        ]

        def execute_sql(*_: Any, **__: Any) -> Iterator[list[tuple[Any, ...]]]:
            yield given

        # Copies, because several threads may read at once what was made once.
        asked = self._asked._chain()
        compiler = copy.copy(self._compiler)
        compiler.query, compiler.connection = asked.query, connections[asked.db]
        compiler.execute_sql = execute_sql
        asked.query.get_compiler = lambda *_, **__: compiler
        return list(asked._iterable_class(asked))


class _OfQuerySet:
    """A QuerySet compiled for this one read."""

    def __init__(self, asked: QuerySet[Any]) -> None:
        made = _Compiled(asked)
        self.sql, self.named, self.values = made.sql, made.named, list(made.values)
        self.objects = made.objects


class _OfKey:
    """A read made once, with the key of this time."""

    def __init__(self, asked: OfKey) -> None:
        is_moment = isinstance(asked.key, datetime)
        made = asked.made.compiled_by_moment if is_moment else asked.made.compiled_by_id
        self.sql, self.named, self.values = made.sql, made.named, made.values_of(asked.key)
        self.objects = made.objects


def _from_json(field: "models.Field[Any, Any]", value: Any) -> Any:
    """A column's value as the driver would have brought it; the field's converters come after."""
    if value is None:
        return None
    if isinstance(field, models.JSONField):
        return json.dumps(value, default=float)
    if isinstance(field, ArrayField):
        return [_from_json(field.base_field, each) for each in value]
    return value if isinstance(field, models.CharField) else field.to_python(value)
