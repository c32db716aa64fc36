"""Between numpy and Arrow: building the tables of `tables.TABLES`, and reading their columns."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from oneplace.borough.tables import TABLES, Column

NONE = -1
"""An index, count or code that is not there."""

NEVER = int(np.iinfo(np.int64).min)
"""A moment that does not come."""

NO_DAY = int(np.iinfo(np.int32).min)
"""A date that does not come."""

_NUMBERS = {"index": np.int32, "count": np.int32, "small": np.int16, "pence": np.int64}

Ints = npt.NDArray[Any]


@dataclass(frozen=True)
class Coded:
    """Words by number: `codes` index into `words`; NONE is null."""

    codes: Ints
    words: Sequence[str]

    def __len__(self) -> int:
        """How many rows."""
        return len(self.codes)

    def __getitem__(self, rows: Any) -> Coded:
        """The same words, other rows."""
        return Coded(self.codes[rows], self.words)

    def isin(self, *words: str) -> npt.NDArray[np.bool_]:
        """Which rows are one of these words."""
        wanted = [self.words.index(word) for word in words if word in self.words]
        return np.isin(self.codes, wanted)

    def decoded(self) -> npt.NDArray[np.object_]:
        """One string (or None) per row."""
        lookup = np.array([*self.words, None], dtype=object)
        return lookup[self.codes]


def coded(values: npt.NDArray[np.object_] | Sequence[str]) -> Coded:
    """Number the words of an array in order of first need (sorted, so that bytes are stable)."""
    words, codes = np.unique(np.asarray(values, dtype=str), return_inverse=True)
    return Coded(codes.astype(np.int32), [str(word) for word in words])


def constant(word: str, rows: int) -> Coded:
    """The same word in every row."""
    return Coded(np.zeros(rows, dtype=np.int32), [word])


def _masked(values: Ints, missing: Ints) -> Any:
    return pa.array(values, mask=missing if missing.any() else None)


def _array(column: Column, values: Any) -> Any:
    """One Arrow array of a column from numpy values, with our no-value marks made null."""
    match column.kind:
        case "code" | "text":
            numbered = values if isinstance(values, Coded) else coded(values)
            codes = np.asarray(numbered.codes)
            different = list(dict.fromkeys(numbered.words))
            if len(different) < len(numbered.words):
                numbers = {word: number for number, word in enumerate(different)}
                renumber = np.array([*(numbers[word] for word in numbered.words), NONE])
                codes = renumber[codes]
            filled = np.where(codes < 0, 0, codes)
            narrow = filled.astype(np.int16 if column.kind == "code" else np.int32)
            words = pa.array(different, pa.string())
            array = pa.DictionaryArray.from_arrays(_masked(narrow, codes < 0), words)
        case "word":
            strings = values.decoded() if isinstance(values, Coded) else values
            array = pa.array(strings, type=pa.string())
        case "truth":
            array = pa.array(np.asarray(values, dtype=bool))
        case "when":
            moments = np.asarray(values, dtype=np.int64)
            array = _masked(moments, moments == NEVER).cast(column.type)
        case "day":
            days = np.asarray(values).astype(np.int32)
            array = _masked(days, days == NO_DAY).cast(column.type)
        case "real":
            reals = np.asarray(values, dtype=np.float32)
            array = _masked(reals, np.isnan(reals))
        case _:
            counts = np.asarray(values, dtype=_NUMBERS[column.kind])
            absent = np.asarray(counts == NONE) & column.is_nullable
            array = _masked(counts, absent)
    return array


def arrow_table(name: str, values: Mapping[str, Any]) -> Any:
    """The Arrow table `name` of numpy columns; every column of the contract, and no other."""
    table = TABLES[name]
    expected = [column.name for column in table.columns]
    if set(expected) != set(values):
        missing = sorted(set(expected) - set(values))
        extra = sorted(set(values) - set(expected))
        raise ValueError(f"table {name}: missing columns {missing}, unknown columns {extra}")
    arrays = [_array(column, values[column.name]) for column in table.columns]
    for column, array in zip(table.columns, arrays, strict=True):
        if array.null_count and not column.is_nullable:
            raise ValueError(f"table {name}, column {column.name}: {array.null_count} nulls")
    return pa.Table.from_arrays(arrays, schema=table.schema)


def empty_table(name: str) -> Any:
    """The Arrow table `name` without rows."""
    return TABLES[name].schema.empty_table()


def as_numpy(column: Any, kind: str) -> Any:
    """A column as numpy, nulls as described in `tables.Lives.numpy`."""
    array = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    match kind:
        case "code" | "text":
            codes = array.indices.fill_null(NONE).to_numpy(zero_copy_only=False)
            values = np.array([*array.dictionary.to_pylist(), None], dtype=object)[codes]
        case "word":
            values = np.array(array.to_pylist(), dtype=object)
        case "truth" | "real":
            values = array.to_numpy(zero_copy_only=False)
        case "when":
            values = array.cast(pa.int64()).fill_null(NEVER).to_numpy()
        case "day":
            values = array.cast(pa.int32()).fill_null(NO_DAY).to_numpy()
        case _:
            values = array.fill_null(NONE).to_numpy()
    return values


def update_digest(total: Any, name: str, table: Any) -> None:
    """Add a table's logical bytes to a running digest (validity and values, not padding)."""
    total.update(name.encode())
    for column in TABLES[name].columns:
        values = table.column(column.name).combine_chunks()
        total.update(column.name.encode())
        if column.kind in {"code", "text"}:
            total.update("\x1f".join(values.dictionary.to_pylist()).encode())
            values = values.indices.fill_null(NONE).to_numpy(zero_copy_only=False)
        elif column.kind == "word":
            total.update("\x1f".join(value or "\x00" for value in values.to_pylist()).encode())
            continue
        else:
            values = as_numpy(values, column.kind)
        total.update(hashlib.sha256(np.ascontiguousarray(values).tobytes()).digest())
