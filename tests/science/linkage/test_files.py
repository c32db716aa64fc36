"""A user's own files: columns found and mapped, problems named by file, row and column."""

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from oneplace.cli.link import link as command
from oneplace.science.linkage import FilesRefused, link_files
from oneplace.science.linkage.files import OUTPUT, read_date, read_mapping

FIRST = """Client ID,Forename,Surname,DOB,Postcode,Address,Mobile,NHS No
1,Desmond,Clarke,21/06/1948,CR7 8QY,12 Teasel Avenue,07700 900377,999 008 7105
2,Joan,Smith,01/02/1950,CR0 1AA,1 High Street,,
3,Tim,Twin,05/05/2015,CR0 1AB,3 High Street,07700900111,
"""
SECOND = """ref;FirstName;LastName;Birth;PC;Adr;Phone
x1;Des;CLARKE;1948-06-21;CR78QY;12 Teasel Ave;07700900377
x2;Joan;Smyth;1-Feb-50;CRO 1AA;1 High St;
x3;Tom;Twin;05/05/2015;CR0 1AB;3 High Street;07700900111
"""
OF_SECOND = {"id": "ref", "born_on": "Birth", "postcode": "PC", "address_line": "Adr"}


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    first, second = tmp_path / "a.csv", tmp_path / "b.csv"
    first.write_text(FIRST, "utf-8-sig")
    second.write_text(SECOND)
    return first, second


def test_two_files_are_linked_with_evidence_in_words(
    files: tuple[Path, Path], tmp_path: Path
) -> None:
    links = link_files(files, columns_of={"b.csv": OF_SECOND})

    assert links.write(tmp_path / "links.csv") == 2
    rows = list(csv.DictReader((tmp_path / "links.csv").open(encoding="utf-8")))
    assert tuple(rows[0]) == OUTPUT
    assert {(row["left_id"], row["right_id"], row["tier"]) for row in rows} == {
        ("1", "x1", "linked"),
        ("2", "x2", "linked"),
    }
    assert "the same birth date" in rows[0]["evidence"].lower()


def test_columns_of_usual_names_need_no_mapping(files: tuple[Path, Path]) -> None:
    mapped = link_files(files[:1]).mapped["a.csv"]

    assert mapped["born_on"] == "DOB"
    assert mapped["nhs_number"] == "NHS No"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("id,Forename,Surname,DOB\n1,A,B,32/13/1990\n", ["own.csv", "row 2", "'DOB'"]),
        ("id,Surname\n1,B\n1,C\n", ["own.csv", "row 3", "'id'", "row 2"]),
        ("id,Surname\n1,B,C,D\n", ["own.csv", "row 2", "quotation marks"]),
        ("Colour,Size\nred,9\n", ["own.csv", "row 1", "--map family=Surname", "Colour"]),
        ("", ["own.csv", "empty"]),
        ("PK\x00\x03", ["own.csv", "CSV"]),
    ],
)
def test_a_problem_is_told_with_file_row_and_column(
    tmp_path: Path, text: str, told: list[str]
) -> None:
    path = tmp_path / "own.csv"
    path.write_text(text)

    with pytest.raises(FilesRefused) as refused:
        link_files([path])

    for words in told:
        assert words in str(refused.value)


def test_a_mapped_column_that_is_not_there_is_named(files: tuple[Path, Path]) -> None:
    with pytest.raises(FilesRefused, match=r"a\.csv, row 1: there is no column 'Birthday'"):
        link_files(files, columns={"born_on": "Birthday"})
    with pytest.raises(FilesRefused, match="nothing is called 'birthday'"):
        link_files(files, columns={"birthday": "DOB"})


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(FilesRefused, match=r"nope\.csv"):
        link_files([tmp_path / "nope.csv"])
    with pytest.raises(FilesRefused, match="at least one"):
        link_files([])


def test_dates_that_cannot_be_read_are_left_out_where_that_is_asked(tmp_path: Path) -> None:
    path = tmp_path / "own.csv"
    path.write_text("id,Surname,DOB\n1,B,yesterday\n2,C,1/1/1950\n")

    links = link_files([path], leave_out_bad_dates=True)

    assert [str(problem) for problem in links.left_out] == [
        "own.csv, row 2, column 'DOB': 'yesterday' is not a date like 21/06/1948 or 1948-06-21."
    ]


@pytest.mark.parametrize(
    "text",
    ["21/06/1948", "21-6-48", "21 June 1948", "21-Jun-48", "1948-06-21", "19480621",
     "1948-06-21 00:00:00", "21.06.1948"],
)  # fmt: skip
def test_a_date_is_read_whatever_habit_wrote_it(text: str) -> None:
    assert read_date(text) == "1948-06-21"


def test_a_partial_date_stays_partial() -> None:
    assert (read_date("1948"), read_date("1948-06"), read_date("")) == ("1948", "1948-06", "")


def test_the_command_links_and_ends_with_one_json_object(
    files: tuple[Path, Path], tmp_path: Path
) -> None:
    mapping = tmp_path / "map.toml"
    mapping.write_text(
        '[files."b.csv"]\nid = "ref"\nborn_on = "Birth"\npostcode = "PC"\naddress_line = "Adr"\n'
    )
    out = tmp_path / "links.csv"
    given = ["--file", str(files[0]), "--file", str(files[1]), "--map", str(mapping)]

    done = CliRunner().invoke(
        command, [*given, "--out", str(out), "--save-model", str(tmp_path / "m.json"), "--json"]
    )
    again = CliRunner().invoke(
        command, [*given, "--out", str(out), "--model", str(tmp_path / "m.json"), "--json"]
    )

    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout.splitlines()[-1])
    assert (told["linked"], told["pairs"], told["rows"]) == (2, 2, {"a.csv": 3, "b.csv": 3})
    assert json.loads(again.stdout.splitlines()[-1])["model"] == told["model"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [("a = ", "not TOML"), ("[other]\na = 1", "not known"), ("[columns]\ngiven = 3", "like given")],
)
def test_a_mapping_file_that_cannot_be_used_is_refused(
    tmp_path: Path, text: str, reason: str
) -> None:
    path = tmp_path / "map.toml"
    path.write_text(text)

    with pytest.raises(FilesRefused, match=reason):
        read_mapping(path)
