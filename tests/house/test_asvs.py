"""The register of security requirements is complete, names what exists, and its page is in step."""

import re
from pathlib import Path

import pytest

from tools import asvs

PROJECT = Path(__file__).resolve().parents[2]
LEVEL_1, LEVEL_2 = 70, 183
"""How many requirements of each level version 5.0.0 of the standard has."""
_FILE = re.compile(r"\b(?:docs|oneplace|tests|deploy)/[\w./-]+\.\w+|\bSECURITY\.md")


def test_every_requirement_of_both_levels_is_listed_once() -> None:
    rows = asvs.register()

    assert len({row["id"] for row in rows}) == len(rows)
    assert [sum(row["level"] == level for row in rows) for level in (1, 2)] == [LEVEL_1, LEVEL_2]


def test_every_answer_is_one_there_is_and_says_why() -> None:
    wrong = [
        row["id"]
        for row in asvs.register()
        if row["state"] not in asvs.STATES
        or (row["state"] == "test") is not bool(row.get("tests"))
        or (
            (row["state"] == "evidence" or (row["level"] == 1 and row["state"] != "test"))
            and not row.get("words")
        )
    ]

    assert wrong == []


def _named_tests() -> list[str]:
    return sorted({test for row in asvs.register() for test in row.get("tests", [])})


@pytest.mark.parametrize("test", _named_tests())
def test_a_test_the_register_names_exists(test: str) -> None:
    file, _, name = test.partition("::")

    text = (PROJECT / file).read_text()

    assert not name or re.search(rf"^def {name}\(", text, re.MULTILINE)


def test_every_file_the_register_names_exists() -> None:
    named = {file for row in asvs.register() for file in _FILE.findall(row.get("words", ""))}

    assert {file for file in named if not (PROJECT / file).is_file()} == set()
    assert named


def test_the_page_is_in_step_with_the_register() -> None:
    assert asvs.PAGE.read_text() == asvs.page(), "run tools/asvs.py"


def test_how_soon_a_weakness_is_mended_is_promised_for_each_degree() -> None:
    text = (PROJECT / "SECURITY.md").read_text()
    table = text[text.index("## How soon a weakness is mended") : text.index("## Supported")]
    days = [int(found) for found in re.findall(r"\| (\d+) days \|", table)]

    assert [word for word in ("critical", "high", "medium", "low") if word not in table] == []
    assert len(days) == 4 and days == sorted(days)
