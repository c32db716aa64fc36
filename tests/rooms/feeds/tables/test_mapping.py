"""A partner's own layout is read through a mapping; what is wrong with one is told by key."""

import json
import re
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner

from oneplace.cli import oneplace
from oneplace.feeds.tables.finding import why_unknown
from oneplace.feeds.tables.mapping import MappingWrong, read_mapping
from oneplace.feeds.tables.previewing import columns_of, first_rows
from oneplace.vocabulary.rows import EntrySaid, IdentitySaid, SubjectKey, Unmapped
from oneplace.vocabulary.terms import EntryKind, EntryStatus

from .making import received, rows_xml, units, workbook

PAGE = Path(__file__).parents[4] / "docs" / "mapping.md"
BLOCKS = dict(re.findall(r"```(\w+)\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL))
MAPPING, FILE = BLOCKS["toml"], BLOCKS["text"]
LEAST = """
[subject]
authority = "clinic"
number = "Ref"
[[entries]]
kind = "note"
title = "Text"
"""


def said(mapping: str, text: str, name: str = "visits_2026-03-06.csv") -> list[object]:
    found = units(text, "mapped", name, mapping=mapping)
    assert [unit.fault for unit in found] == [None] * len(found)
    return [row for unit in found for row in unit.rows]


def test_the_worked_example_of_the_page_works() -> None:
    identity, contact, score, other, missed = said(MAPPING, FILE)

    assert isinstance(identity, IdentitySaid)
    assert (identity.title, identity.given, identity.family) == ("Mrs", "Ann", "Morgan")
    assert identity.born_on == date(1931, 10, 26)
    assert identity.is_nhs_number_sound
    assert identity.subject == SubjectKey("falls_clinic", "F-101")
    assert [way.text for way in identity.reach] == ["020 7946 0872"]
    assert isinstance(contact, EntrySaid)
    assert (contact.kind, contact.key, contact.by) == (EntryKind.CONTACT, "V9001", "R Chan")
    assert contact.starts_at == datetime(2026, 3, 6, 10, 30, tzinfo=UTC)
    assert contact.said_at == datetime(2026, 3, 7, tzinfo=UTC)
    assert contact.detail == {"outcome": "seen", "minutes": 45}
    assert isinstance(score, EntrySaid)
    assert (score.kind, score.value) == (EntryKind.OBSERVATION, Decimal(12))
    assert isinstance(other, IdentitySaid) and other.born_on == date(1973, 11, 20)
    assert isinstance(missed, EntrySaid) and missed.detail == {"outcome": "did_not_attend"}


def test_the_page_lists_every_field_a_mapping_may_fill() -> None:
    from oneplace.feeds.tables.mapping import ENTRY_FIELDS, IDENTITY_FIELDS

    page = PAGE.read_text(encoding="utf-8")

    assert [name for name in (*IDENTITY_FIELDS, *ENTRY_FIELDS) if f"`{name}`" not in page] == []


def test_a_workbook_is_read_through_a_mapping_by_its_sheet() -> None:
    content = workbook(
        ("Read me", rows_xml(["Ref", "Text"], ["x", "not this"])),
        ("Notes", rows_xml(["Ref", "Text"], [7, "Hello"])),
    )

    found = units(content, "mapped", "notes.xlsx", mapping=LEAST + '[file]\nsheet = "notes"\n')

    entries = [row for unit in found for row in unit.rows if isinstance(row, EntrySaid)]
    assert [(row.subject.value, row.title) for row in entries] == [("7", "Hello")]


def test_kind_status_condition_and_authority_may_come_from_columns() -> None:
    mapping = """
    [file]
    dates = "month/day/year"
    says_at = "Run"
    [subject]
    authority = "practice:{Practice}"
    number = "Ref"
    [codes.kinds]
    V = "contact"
    T = "task"
    [codes.states]
    open = "current"
    done = "ended"
    [[entries]]
    kind = { column = "Type", codes = "kinds" }
    status = { column = "State", codes = "states" }
    only_if = { column = "State", is = ["Open", "DONE"] }
    starts_at = "On"
    title = ["What", "Who"]
    """
    text = (
        "Practice,Ref,Type,State,On,What,Who,Run\n"
        "H1,1,v,OPEN,3/7/2026,Rang,Ann,3/9/2026\nH1,2,T,void,3/7/2026,x,,3/9/2026\n"
    )

    (entry,) = said(mapping, text)

    assert isinstance(entry, EntrySaid)
    assert entry.subject == SubjectKey("practice:H1", "1")
    assert (entry.kind, entry.status) == (EntryKind.CONTACT, EntryStatus.CURRENT)
    assert entry.title == "Rang Ann"
    assert entry.starts_at == datetime(2026, 3, 7, tzinfo=UTC)
    assert entry.said_at == datetime(2026, 3, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("otherwise", "by", "is_counted", "is_aside"),
    [("keep", "Zed", False, False), ("leave out", "", True, False), ("refuse", None, False, True)],
)
def test_a_code_no_table_has_is_kept_left_out_or_refused(
    otherwise: str, by: str | None, is_counted: bool, is_aside: bool
) -> None:
    mapping = (
        LEAST
        + f'by = {{ column = "By", codes = "who", otherwise = "{otherwise}" }}\n'
        + '[codes.who]\nA = "Ann"\n'
    )

    found = units("Ref,Text,By\n1,Hello,Zed\n2,Hello,a\n", "mapped", mapping=mapping)

    assert [unit.fault is not None for unit in found] == [is_aside, False]
    if not is_aside:
        assert isinstance(found[0].rows[0], EntrySaid) and found[0].rows[0].by == by
    assert any(isinstance(row, Unmapped) for row in found[0].rows) == is_counted
    assert isinstance(found[1].rows[0], EntrySaid) and found[1].rows[0].by == "Ann"


@pytest.mark.parametrize(
    ("change", "key", "reason"),
    [
        ("x = 1", "entries[1].x", "no such field"),
        ("starts_at = 5", "entries[1].starts_at", "must be a column"),
        ('starts_at = ["A", "B"]', "entries[1].starts_at", "one column"),
        ('starts_at = { text = "today" }', "entries[1].starts_at", "from a column"),
        ('status = "State"', "entries[1].status", "Translate it"),
        ('status = { text = "going" }', "entries[1].status", "none of our words"),
        ('by = { column = "A", codes = "nope" }', "entries[1].by.codes", "no table"),
        ('by = { column = "A", otherwise = "shrug" }', "entries[1].by.otherwise", "one of"),
        ("by = {}", "entries[1].by", "neither"),
        ('by = { text = "x", column = "y" }', "entries[1].by", "stands alone"),
        ('by = { colum = "A" }', "entries[1].by.colum", "no such key"),
        ('only_if = { is = ["x"] }', "entries[1].only_if.column", "missing"),
        ("key = 7", "entries[1].key", "list of columns"),
        ('detail = { minutes = "M" }', "entries[1].detail.minutes", "no such field"),
        ("[file]\nyoungest = -1", "file.youngest", "0 to 100"),
        ('[file]\ndates = "random"', "file.dates", "no order"),
        ("[codes]\nx = 3", "codes.x", "THEIRS"),
        ('[identity]\nfull_name = "N"\nfamily = "F"', "identity.full_name", "not both"),
        ('[identity]\nshoe_size = "S"', "identity.shoe_size", "no such field"),
        ("[whatever]\na = 1", "whatever", "no such key"),
        ('[[entries]]\nkind = "party"\ntitle = "T"', "entries[2].kind", "no kind of entry"),
        ('[[entries]]\nkind = "note"', "entries[2].title", "missing"),
        ('[[entries]]\ntitle = "T"', "entries[2].kind", "missing"),
        ("= what", "file", "no TOML"),
    ],
)
def test_what_is_wrong_is_told_by_file_key_and_reason(change: str, key: str, reason: str) -> None:
    with pytest.raises(MappingWrong) as caught:
        read_mapping(LEAST + change, "clinic.toml")

    found = {problem.key: problem.reason for problem in caught.value.problems}
    assert key in found
    assert reason in found[key]
    assert f"clinic.toml, {key}: " in str(caught.value)


@pytest.mark.parametrize("text", ["", "[subject]", 'subject = "x"', "entries = 3", "[[entries]]"])
def test_an_empty_or_misshapen_mapping_is_told_so(text: str) -> None:
    with pytest.raises(MappingWrong) as caught:
        read_mapping(text)

    assert all(problem.key and problem.reason for problem in caught.value.problems)


def test_a_feed_without_a_mapping_says_how_to_make_one() -> None:
    (only,) = units("Ref,Text\n1,Hello\n", "mapped")

    assert only.fault is not None and only.fault.is_whole
    assert "docs/mapping.md" in only.fault.words


def test_the_first_rows_show_what_each_becomes_and_what_is_not_read() -> None:
    mapping = read_mapping(LEAST)

    preview = first_rows(mapping, received("Title\nRef,Text,Shoe\n1,Hello,43\n,Lost,44\n"))

    assert [column.name for column in preview.columns] == ["Ref", "Text", "Shoe"]
    assert preview.columns[2].examples == ("43", "44")
    assert preview.unread == ("Shoe",)
    assert preview.rows[0].said[0]["what"] == "entry"
    assert preview.rows[0].said[0]["title"] == "Hello"
    assert preview.rows[1].fault.startswith("row 4, column Ref: ")
    assert not preview.refused
    json.dumps(preview)


def test_a_file_without_a_column_the_mapping_reads_is_refused_by_name() -> None:
    preview = first_rows(read_mapping(LEAST), received("Ref,Words\n1,Hello\n"))

    assert preview.missing == ("Text",)
    assert preview.refused == "The file has no column Text."
    (only,) = units("Ref,Words\n1,Hello\n", "mapped", mapping=LEAST)
    assert only.fault is not None and only.fault.is_whole


def test_columns_of_a_file_are_found_below_its_titles() -> None:
    found = columns_of(received("Report\n\nA;B;C\n1;2;3\n1;5;\n"))

    assert [(column.name, column.examples) for column in found] == [
        ("A", ("1",)),
        ("B", ("2", "5")),
        ("C", ("3",)),
    ]


def test_the_command_checks_and_tries(tmp_path: Path) -> None:
    (tmp_path / "m.toml").write_text(MAPPING, encoding="utf-8")
    (tmp_path / "f.csv").write_text(FILE, encoding="utf-8")
    (tmp_path / "wrong.toml").write_text("[subject]\n", encoding="utf-8")
    run = CliRunner().invoke

    checked = run(oneplace, ["feeds", "map", "check", str(tmp_path / "m.toml")])
    files = [str(tmp_path / name) for name in ("m.toml", "f.csv")]
    tried = run(oneplace, ["feeds", "map", "try", *files, "--json"])
    wrong = run(oneplace, ["feeds", "map", "check", str(tmp_path / "wrong.toml")])

    assert checked.exit_code == 0 and "is sound" in checked.output
    assert tried.exit_code == 0
    assert json.loads(tried.stdout.splitlines()[-1])["rows"][0]["place"] == "row 2"
    assert wrong.exit_code == 2
    assert "wrong.toml, subject.number: It is missing." in wrong.output


@pytest.mark.parametrize(
    ("head", "words"),
    [
        (b"Shoe,Size\n1,2\n", ["'Shoe', 'Size'", "docs/mapping.md"]),
        (b"SWIFT_NO,HAZARD,NOTED\n1,DOG,7/3/26\n", ["'hazards'", "lacks 'ADVICE'"]),
        (b"PK\x03\x04", ["--feed"]),
    ],
)
def test_a_foreign_table_is_told_why_not_and_what_to_do(head: bytes, words: list[str]) -> None:
    said = why_unknown("x.csv", head)

    assert all(word in said for word in words)
    assert why_unknown("x.txt", b"only words here") == ""
