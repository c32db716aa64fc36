"""Every verb is known to be undone by a broken audit, or somebody wrote down why it need not be."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.house import hand_written
from tests.house.test_rooms import ROOMS

HOUSE = Path(__file__).resolve().parents[2] / "oneplace"


def _verbs() -> Iterator[str]:
    """Every public function of a room's verbs that opens a transaction: `room.name`."""
    for room in ROOMS:
        single, folder = HOUSE / room / "verbs.py", HOUSE / room / "verbs"
        files = [single] if single.exists() else sorted(folder.glob("*.py"))
        for file in files:
            for node in ast.parse(file.read_text()).body:
                if (
                    isinstance(node, ast.FunctionDef)
                    and not node.name.startswith("_")
                    and "transaction.atomic" in ast.unparse(node)
                ):
                    yield f"{room}.{node.name}"


def test_every_verb_stands_in_the_table_once() -> None:
    named = [row.name for row in hand_written.read("verbs.csv")]

    assert sorted(named) == sorted(_verbs())


def test_every_verb_has_a_test_that_breaks_the_audit_or_a_reason() -> None:
    faults = [row.fault for row in hand_written.read("verbs.csv") if row.fault]

    assert faults == []
