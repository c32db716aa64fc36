"""What linkage is told of somebody: one row per subject of a source, and the same as Arrow.

A *subject* is a number a source gives to somebody. Rows carry what the source says now and, in the
lists, what it said before. Empty text and empty tuples mean "not said".
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple

import pyarrow as pa


class SubjectRow(NamedTuple):
    """One subject as one source describes it: all that linkage may look at."""

    subject_id: str
    """Ours; a UUID as text in the borough, anything that is unique in a user's own file."""
    source: str
    """The code of the feed, or the name of the file."""
    organisation: str = ""
    nhs_number: str = ""
    """As sent; one whose check digit does not fit is kept but never matched on."""
    nhs_status: str = ""
    """The stored word of `NhsNumberStatus`, or the two digits of the NHS Data Dictionary."""
    family: str = ""
    given: str = ""
    other_given: str = ""
    known_as: str = ""
    title: str = ""
    born_on: str = ""
    """ISO 8601; may be partial: `1948-06-21`, `1948-06`, `1948`."""
    gender: str = ""
    """The stored word of `Gender`, or M and F."""
    postcode: str = ""
    address_line: str = ""
    """The address in one line, without its postcode."""
    uprn: str = ""
    phone: str = ""
    mobile: str = ""
    email: str = ""
    practice_code: str = ""
    died_on: str = ""
    """ISO 8601."""
    previous_families: tuple[str, ...] = ()
    previous_postcodes: tuple[str, ...] = ()
    is_identity_unknown: bool = False
    """Only exact identifiers may be matched, never likeness."""
    is_multiple_birth: bool = False


class SaidSame(NamedTuple):
    """Two subjects their source itself calls one: a merge, a change of number, a link."""

    subject_id: str
    other_id: str


class Known(NamedTuple):
    """What a steward decided about two subjects; it stands above every rule and weight."""

    subject_id: str
    other_id: str
    is_same: bool


_LISTS: Final = frozenset({"previous_families", "previous_postcodes"})
_TRUTHS: Final = frozenset({"is_identity_unknown", "is_multiple_birth"})


def _arrow_type(name: str) -> pa.DataType:
    if name in _LISTS:
        return pa.list_(pa.string())
    return pa.bool_() if name in _TRUTHS else pa.string()


SUBJECT_SCHEMA: Final = pa.schema(
    [pa.field(name, _arrow_type(name), nullable=False) for name in SubjectRow._fields]
)
"""The columns of `SubjectRow`, in its order."""


def subject_table(rows: Iterable[SubjectRow]) -> pa.Table:
    """The rows as an Arrow table of `SUBJECT_SCHEMA`."""
    columns = list(zip(*rows, strict=True)) or [()] * len(SubjectRow._fields)
    arrays = [
        pa.array(column, field.type) for column, field in zip(columns, SUBJECT_SCHEMA, strict=True)
    ]
    return pa.Table.from_arrays(arrays, schema=SUBJECT_SCHEMA)


def subject_rows(table: pa.Table) -> list[SubjectRow]:
    """The rows of an Arrow table; a column that is missing or null is "not said"."""
    nothing: Mapping[str, Any] = SubjectRow._field_defaults
    columns = [
        [nothing.get(name, "") if value is None else value for value in _values(table, name)]
        if name in table.column_names
        else [nothing[name]] * table.num_rows
        for name in SubjectRow._fields
    ]
    return list(map(SubjectRow._make, zip(*columns, strict=True)))


def _values(table: pa.Table, name: str) -> list[Any]:
    values: list[Any] = table.column(name).to_pylist()
    if name in _LISTS:
        return [tuple(value) if value else () for value in values]
    return values
