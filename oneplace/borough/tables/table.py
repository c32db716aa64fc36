"""A table of a life history: its columns, read from lines of words, and its Arrow schema."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pyarrow as pa

_TYPES: Mapping[str, Any] = {
    "index": pa.int32(),
    "count": pa.int32(),
    "small": pa.int16(),
    "real": pa.float32(),
    "pence": pa.int64(),
    "truth": pa.bool_(),
    "when": pa.timestamp("us", tz="UTC"),
    "day": pa.date32(),
    "code": pa.dictionary(pa.int16(), pa.string()),
    "text": pa.dictionary(pa.int32(), pa.string()),
    "word": pa.string(),
}


@dataclass(frozen=True)
class Column:
    """One column: its name, kind (a key of the list above), whether it may be null, meaning."""

    name: str
    kind: str
    meaning: str
    is_nullable: bool = False

    @property
    def type(self) -> Any:
        """The Arrow type."""
        return _TYPES[self.kind]


@dataclass(frozen=True)
class Table:
    """One table of a life history."""

    name: str
    meaning: str
    columns: tuple[Column, ...]

    @cached_property
    def schema(self) -> Any:
        """The Arrow schema, in the order of the columns."""
        return pa.schema(
            [pa.field(column.name, column.type, column.is_nullable) for column in self.columns]
        )

    def column(self, name: str) -> Column:
        """The column of that name; KeyError names table and column."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(f"table {self.name} has no column {name}")


def table_of(name: str, meaning: str, columns: str) -> Table:
    """Read a table's columns from lines of `name kind meaning`; a `?` after the kind: nullable."""
    read = []
    for line in columns.strip().replace("\n        | ", " | ").splitlines():
        column, kind, words = line.strip().split(None, 2)
        read.append(Column(column, kind.rstrip("?"), words, kind.endswith("?")))
    return Table(name, meaning, tuple(read))
