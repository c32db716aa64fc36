"""Every query is known to show a stranger nothing, or somebody wrote down why it need not be."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.house import hand_written
from tests.house.test_rooms import ROOMS

HOUSE = Path(__file__).resolve().parents[2] / "oneplace"


def _queries() -> Iterator[str]:
    """Every public function of a room's queries: `room.name`."""
    for room in ROOMS:
        single, folder = HOUSE / room / "queries.py", HOUSE / room / "queries"
        files = [single] if single.exists() else sorted(folder.glob("*.py"))
        for file in files:
            for node in ast.parse(file.read_text()).body:
                if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                    yield f"{room}.{node.name}"


def test_every_query_stands_in_the_table_once() -> None:
    named = [row.name for row in hand_written.read("queries.csv")]

    assert sorted(named) == sorted(_queries())


def test_every_query_has_a_test_with_a_stranger_or_a_reason() -> None:
    faults = [row.fault for row in hand_written.read("queries.csv") if row.fault]

    assert faults == []
