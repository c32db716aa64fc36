"""Runs the tables beside it: each row is a definition somebody who is no developer can read."""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

from oneplace.feeds.tables.dates import Meaning, day
from oneplace.vocabulary import nhs_number

HERE = Path(__file__).parent
MADE_ON = date(2026, 3, 12)


def _number(written: str) -> str:
    why_not = nhs_number.why_not_valid(written)
    return nhs_number.parse(written) if why_not is None else f"no: {why_not}"


def _day(written: str, of_what: str) -> str:
    found = day(written, MADE_ON, Meaning[of_what.upper()])
    return found.isoformat() if found else "nothing"


MEANS: dict[str, Callable[..., str]] = {"nhs_numbers": _number, "days": _day}


def _rows() -> Iterator[object]:
    for path in sorted(HERE.glob("*.spec")):
        for number, line in enumerate(path.read_text().splitlines(), start=1):
            if line.strip() and not line.startswith("#"):
                cells = [cell.strip() for cell in line.split("|")]
                yield pytest.param(path.stem, cells, id=f"{path.name}:{number}")


@pytest.mark.parametrize(("table", "cells"), list(_rows()))
def test_a_row_means_what_it_says(table: str, cells: list[str]) -> None:
    *given, meant = cells

    found = MEANS[table](*given)

    if meant.startswith("no:"):
        assert found.startswith("no:") and meant.removeprefix("no: ") in found
    else:
        assert found == meant


def test_every_table_is_run() -> None:
    assert {path.stem for path in HERE.glob("*.spec")} == set(MEANS)
