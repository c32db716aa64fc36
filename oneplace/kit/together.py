"""Several reads as one statement: each room says what it asks, one round trip answers them all.

A page on which many rooms show a little of themselves has few statements to spend. Row policies
hold as they do for each read by itself, for the tables are the same.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import EmptyResultSet
from django.db import models
from django.db.models import QuerySet

from oneplace.kit.kept_plans import kept_plans

_NAMED: Final = re.compile(r"%\((\w+)\)s")


@dataclass(frozen=True)
class Statement:
    """A read in SQL of our own, with `%(name)s` for its values; its rows come as dicts of JSON."""

    sql: str
    values: Mapping[str, Any] = field(default_factory=dict)


Asked = QuerySet[Any] | Statement


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


def _read(asked: Asked) -> "_OfQuerySet | _OfStatement | None":
    try:
        return _OfStatement(asked) if isinstance(asked, Statement) else _OfQuerySet(asked)
    except EmptyResultSet:
        return None


class _OfStatement:
    named = "t"

    def __init__(self, statement: Statement) -> None:
        names = _NAMED.findall(statement.sql)
        self.sql = _NAMED.sub("%s", statement.sql)
        self.values = [statement.values[name] for name in names]

    def objects(self, rows: list[dict[str, Any]]) -> list[Any]:
        return list(rows)


class _OfQuerySet:
    """A QuerySet compiled now and given its rows later, as if it had fetched them itself."""

    def __init__(self, asked: QuerySet[Any]) -> None:
        self._asked = asked._chain()  # type: ignore[attr-defined]
        self._compiler = self._asked.query.get_compiler(using=self._asked.db)
        self.sql, self.values = self._compiler.as_sql()
        width = len(self._compiler.select)
        self._columns = [f"c{number}" for number in range(width)]
        self.named = f"t ({', '.join(self._columns)})"

    def objects(self, rows: list[dict[str, Any]]) -> list[Any]:
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

        self._compiler.execute_sql = execute_sql
        self._asked.query.get_compiler = lambda *_, **__: self._compiler
        return list(self._asked._iterable_class(self._asked))


def _from_json(field: "models.Field[Any, Any]", value: Any) -> Any:
    """A column's value as the driver would have brought it; the field's converters come after."""
    if value is None:
        return None
    if isinstance(field, models.JSONField):
        return json.dumps(value, default=float)
    if isinstance(field, ArrayField):
        return [_from_json(field.base_field, each) for each in value]
    return value if isinstance(field, models.CharField) else field.to_python(value)
