"""The glossary and the code keep in step."""

import re
from collections import Counter
from pathlib import Path

import pytest

from oneplace.vocabulary.glossary import BEGIN, bring_in_step, brought_in_step, closed_lists
from oneplace.vocabulary.terms import Role

GLOSSARY = Path(__file__).parents[2] / "GLOSSARY.md"
TEXT = GLOSSARY.read_text(encoding="utf-8")
WRITTEN = TEXT.split(BEGIN)[0]
HEADINGS = re.findall(r"^#+ (.+)$", TEXT, re.MULTILINE)


def test_each_heading_stands_once() -> None:
    twice = [heading for heading, count in Counter(map(str.lower, HEADINGS)).items() if count > 1]

    assert twice == []


@pytest.mark.parametrize("term", closed_lists(), ids=lambda term: term.__name__)
def test_each_term_of_the_code_stands_in_the_glossary(term: type) -> None:
    assert f"`terms.{term.__name__}`" in HEADINGS


def test_the_made_part_is_what_the_code_says() -> None:
    assert brought_in_step(TEXT) == TEXT, (
        "GLOSSARY.md is behind the terms: run `oneplace docs`, or call "
        "oneplace.vocabulary.glossary.bring_in_step."
    )


def test_bringing_in_step_keeps_what_was_written_by_hand(tmp_path: Path) -> None:
    behind = tmp_path / "GLOSSARY.md"
    behind.write_text(WRITTEN, encoding="utf-8")

    assert bring_in_step(behind)
    assert behind.read_text(encoding="utf-8") == TEXT
    assert not bring_in_step(behind)


def test_headings_of_each_part_stand_in_alphabetical_order() -> None:
    for part in WRITTEN.split("\n## ")[1:]:
        headings = [heading.lower() for heading in re.findall(r"^### (.+)$", part, re.MULTILINE)]

        assert headings == sorted(headings)


def test_each_written_entry_says_something() -> None:
    entries = re.split(r"^### .+$", WRITTEN, flags=re.MULTILINE)[1:]

    assert all(re.search(r"\w.*\.", entry) for entry in entries)


@pytest.mark.parametrize("role", list(Role))
def test_each_role_is_explained(role: Role) -> None:
    known_as = {
        Role.PIC: "pic",
        Role.IG_OFFICER: "ig officer",
    }.get(role, role.label.lower())

    assert known_as in {heading.lower() for heading in HEADINGS}


@pytest.mark.parametrize(
    "word",
    [
        "verb",
        "rule",
        "hat",
        "viewer",
        "sealer",
        "anchor",
        "care time",
        "machine time",
        "barrier",
        "label",
        "relationship",
        "place",
        "feed",
        "quarantine",
        "huddle",
        "sequel",
        "reablement",
        "direct care",
        "section 75",
    ],
)
def test_the_houses_own_words_are_explained(word: str) -> None:
    assert word in {heading.lower() for heading in HEADINGS}
