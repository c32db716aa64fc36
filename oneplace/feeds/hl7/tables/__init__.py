"""The standard's tables, read once from the files beside this one: events, fields, codes, charsets.

They are data so that a new release of a code list, or what a sender means by an event, changes a
file and no code. Where each comes from is in `SOURCES.md`.
"""

import csv
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final

CODE_LISTS: Final = (
    "admission_method", "source_of_admission", "discharge_method", "discharge_destination",
    "ethnic_category", "nhs_number_status", "patient_class", "sex", "yes_no",
)  # fmt: skip


@dataclass(frozen=True)
class Event:
    """What an ADT event is, what its message must hold, and what it does to a visit or person."""

    event: str
    meaning: str
    structure: str
    required: tuple[str, ...]
    """The segments besides MSH without which it says nothing."""
    change: str
    undoes: tuple[str, ...]
    """The changes it takes back."""


@dataclass(frozen=True)
class FieldRow:
    """One row of the field table: what a field is, and where its content goes."""

    segment: str
    field: int
    name: str
    optionality: str
    use: str
    data_type: str
    codes: str
    """The code list it must be from, if any."""
    answer: str
    """The answer when it is missing though the table has it as required: AA, AE or AR."""
    lands_in: str
    """`Fact.attribute`, or `unmapped`, `encoding`, `answer`."""
    example: str

    @property
    def is_required(self) -> bool:
        """Whether the table requires it, or says to treat it so."""
        return self.answer != ""

    @property
    def repeats(self) -> bool:
        """Whether several may be sent."""
        return "repeats" in self.optionality


@cache
def events() -> dict[str, Event]:
    """Every event we know, by its code."""
    return {
        row["event"]: Event(
            row["event"], row["meaning"], row["structure"], tuple(row["required"].split()),
            row["change"], tuple(row["undoes"].split()),
        )
        for row in _rows("events")
    }  # fmt: skip


@cache
def fields() -> tuple[FieldRow, ...]:
    """The field table, in its order."""
    return tuple(
        FieldRow(**{**row, "field": int(row["field"])})  # type: ignore[arg-type]
        for row in _rows("fields")
    )


@cache
def codes(name: str) -> dict[str, dict[str, str]]:
    """A code list: its rows by code."""
    if name not in CODE_LISTS:
        message = f"There is no code list {name!r}; there are {', '.join(CODE_LISTS)}."
        raise KeyError(message)
    return {row["code"]: row for row in _rows(name)}


@cache
def charsets() -> dict[str, str]:
    """The codec for each name of a character set we read, in capitals."""
    return {row["name"]: row["codec"] for row in _rows("charsets")}


def _rows(name: str) -> list[dict[str, str]]:
    path = resources.files(__package__).joinpath(f"{name}.csv")
    with path.open(encoding="utf-8") as opened:
        return list(csv.DictReader(opened))
