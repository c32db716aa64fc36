"""Tables of any UK habit open; hostile ones are refused with a reason; memory stays small."""

import csv
import io
import resource
import time
from itertools import islice

import pytest

from oneplace.feeds.reading import read
from oneplace.feeds.tables import opening, workbooks
from oneplace.feeds.tables.opening import Row, Table
from oneplace.feeds.tables.refusing import Unopenable
from oneplace.feeds.tables.sheets import trailer

from .making import received, rows_xml, units, workbook

HEADING = ["SWIFT_NO", "HAZARD", "NOTED", "ADVICE"]


def rows(content: bytes | str) -> list[list[str]]:
    return [list(row.cells) for row in _rows(content)]


def _rows(content: bytes | str) -> list[Row]:
    return [row for table in opening.open_tables(received(content)) for row in table.rows]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-16-be"]
)
def test_a_table_of_any_habit_opens(delimiter: str, end: str, encoding: str) -> None:
    lines = [HEADING, ["0001", "DOG", "7/3/26", "Zoë’s dog – £5, sorry; ask"], ["2", "", "", ""]]
    made = io.StringIO()
    csv.writer(made, delimiter=delimiter, lineterminator=end).writerows(lines)

    assert rows(made.getvalue().encode(encoding)) == lines


def test_windows_text_and_utf_8_in_one_file_are_both_read() -> None:
    assert rows(b"a,b\n" + "é,1\n".encode() + "é,2\n".encode("cp1252")) == [
        ["a", "b"],
        ["é", "1"],
        ["é", "2"],
    ]


def test_a_delimiter_declared_by_a_spreadsheet_is_believed() -> None:
    assert rows('"sep=;"\na;b\n1,5;2\n') == [["a", "b"], ["1,5", "2"]]


def test_a_quoted_cell_may_hold_delimiters_quotes_and_lines() -> None:
    assert rows('a,b\n"one, ""two""\nthree",4\n5,6\n')[1:] == [
        ['one, "two"\nthree', "4"],
        ["5", "6"],
    ]


def test_a_row_says_where_its_bytes_lie() -> None:
    content = 'é,b\n"x\ny",1\n\nz,2\n'.encode("utf-8-sig")
    table: Table = next(opening.open_tables(received(content)))

    spans = [(row.number, table.span(row)) for row in table.rows]

    assert [content[offset : offset + (length or 0)] for _, (offset, length) in spans] == [
        "é,b\n".encode(),
        b'"x\ny",1\n',
        b"\n",
        b"z,2\n",
    ]
    assert [number for number, _ in spans] == [1, 2, 3, 4]


def test_a_row_of_utf_16_says_where_its_bytes_lie() -> None:
    content = "a,b\né€,1\nz,2\n".encode("utf-16")
    table = next(opening.open_tables(received(content)))

    found = [
        content[offset : offset + (length or 0)]
        for row in table.rows
        for offset, length in [table.span(row)]
    ]

    assert [each.decode("utf-16-le") for each in found] == ["a,b\n", "é€,1\n", "z,2\n"]


def test_a_quote_never_closed_costs_one_row_and_the_rest_goes_on() -> None:
    good = "".join(f"{number},DOG,7/3/26,x\n" for number in range(500))
    text = f'SWIFT_NO,HAZARD,NOTED,ADVICE\n1,DOG,7/3/26,"open\n{good}'

    found = units(text, "council_cases", "hazards.csv")

    faults = [unit for unit in found if unit.fault]
    assert len(faults) == 1
    assert faults[0].place == "row 2"
    assert faults[0].fault is not None and "never closed" in faults[0].fault.words
    assert len(found) == 501
    content = text.encode()
    assert content[faults[0].offset :][: faults[0].length or 0] == b'1,DOG,7/3/26,"open\n'


def test_a_file_cut_within_a_quote_does_not_pass_its_last_row_off_as_whole() -> None:
    found = units(
        'SWIFT_NO,HAZARD,NOTED,ADVICE\n1,DOG,7/3/26,x\n2,DOG,7/3/26,"half',
        "council_cases",
        "hazards.csv",
    )

    assert [unit.fault is None for unit in found] == [True, False]


@pytest.mark.parametrize(
    ("line", "is_taken"),
    [
        ("1,DOG,7/3/26", False),
        ("1,DOG,7/3/26,x,y", False),
        ("1,DOG,7/3/26,x,,", True),
        ("1,DOG,7/3/26,=cmd|' /C calc'!A0", True),
    ],
)
def test_ragged_rows_are_kept_aside_by_number_and_formulas_are_text(
    line: str, is_taken: bool
) -> None:
    found = units(f"{','.join(HEADING)}\n\n{line}\n2,DOG,7/3/26,x\n", "council_cases")

    assert [unit.place for unit in found] == ["row 3", "row 4"]
    assert (found[0].fault is None) == is_taken
    assert found[1].fault is None


def test_titles_above_the_heading_are_passed_over() -> None:
    text = f"Hazard report\nRun on 7 Mar 2026\n\n{','.join(HEADING)}\n1,DOG,7/3/26,x\n"

    (only,) = units(text, "council_cases")

    assert only.fault is None
    assert only.place == "row 5"


@pytest.mark.parametrize(
    ("cells", "declared"),
    [
        (["TRAILER", "12", "", ""], 12),
        (["Total records: 3"], 3),
        (["EOF", "0"], 0),
        (["Row count", "7"], 7),
        (["12", "DOG", "7/3/26", "x"], None),
        (["TRAILER", "many"], None),
        (["Records", "1", "2", "3"], None),
    ],
)
def test_a_trailer_is_known(cells: list[str], declared: int | None) -> None:
    assert trailer(cells) == declared


def test_a_trailer_with_another_count_keeps_all_of_it_aside() -> None:
    text = f"{','.join(HEADING)}\n1,DOG,7/3/26,x\nTRAILER,2\n"

    found = units(text, "council_cases")

    assert found[-1].fault is not None
    assert found[-1].fault.is_whole
    assert [unit.fault for unit in units(text.replace("R,2", "R,1"), "council_cases")] == [None]


@pytest.mark.parametrize("declared", [1, 3])
def test_another_count_than_announced_keeps_all_of_it_aside(declared: int) -> None:
    text = f"{','.join(HEADING)}\n1,DOG,7/3/26,x\n\n2,DOG,7/3/26,x\n"

    (only,) = units(text, "council_cases", declared_count=declared)

    assert only.fault is not None and only.fault.is_whole
    assert len(units(text, "council_cases", declared_count=2)) == 2


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\x00\x01\x02\x03binary,binary\n", "no text has"),
        (b"a,b\n" + b"x" * (opening.LONGEST_LINE + 2), "no table"),
        ("a,b\n".encode("utf-32"), "UTF-32"),
        (b"", "No heading"),
        (b"\n\n\n", "No heading"),
        (b"PK\x03\x04damaged", "damaged"),
        (workbook(), "No heading"),
    ],
)
def test_what_is_no_table_is_refused_whole_with_the_reason(content: bytes, words: str) -> None:
    (only,) = units(content, "council_cases")

    assert only.fault is not None
    assert only.fault.is_whole
    assert words in only.fault.words


def test_a_foreign_table_is_told_what_is_known_and_how_to_make_a_mapping() -> None:
    (only,) = units("Ref,Shoe size\n1,43\n", "council_cases", "shoes.csv")

    assert only.fault is not None
    assert "'Ref', 'Shoe size'" in only.fault.words
    assert "docs/mapping.md" in only.fault.words


@pytest.mark.parametrize("is_with_heading", [True, False])
def test_a_mended_row_is_read_alone_as_the_row_it_was(is_with_heading: bool) -> None:
    heading = ",".join(HEADING) + "\n"
    text = f"{heading}1,DOG,7/3/26,x\n2,CLUTTER,31/02/26,y\n"
    aside = next(unit for unit in units(text, "council_cases", "a/hazards.csv") if unit.fault)
    assert aside.fault is not None
    row = text.encode()[aside.offset :][: aside.length or 0].replace(b"31/02", b"28/02")

    (mended,) = units(
        heading.encode() * is_with_heading + row,
        "council_cases",
        f"a/hazards.csv ({aside.fault.place})",
    )

    assert mended.fault is None
    assert mended.rows[0].key == "2|CLUTTER|28/02/26"  # type: ignore[union-attr]
    assert mended.place == aside.place


def test_a_mended_row_of_a_layout_of_its_own_needs_its_heading() -> None:
    (only,) = units("1,x\n", "mapped", "f.csv (row 2, column A (if given))", mapping=_LEAST)

    assert only.fault is not None
    assert "heading line" in only.fault.words


_LEAST = """
subject = { authority = "a", number = "A" }
entries = [{ kind = "note", title = "B" }]
"""


# --- workbooks ---


def test_sheets_of_a_workbook_are_read_and_unknown_ones_counted() -> None:
    content = workbook(
        ("Hazards", rows_xml(["Hazards of March"], HEADING, [11645, "DOG", "7/3/26", "x"])),
        ("Notes", rows_xml(["hello"])),
    )

    found = units(content, "council_cases", "book.xlsx")

    assert [unit.place for unit in found] == ["sheet Hazards, row 3", "sheet Notes"]
    assert found[0].rows[0].subject.value == "11645"  # type: ignore[union-attr]
    assert found[1].counts == 0


@pytest.mark.parametrize(
    "content",
    [
        workbook(("S", '<row r="1"><c r="A1"><v>1</v></c></row><row r="9"><c r="XFD9"/></row>')),
        workbook(("S", '<row r="1048576"><c r="ZZ1048576"><v>1</v></c></row>')),
        workbook(("S", '<row r="999999999"/>')),
        workbook(("S", "<row>" + "<c/>" * 2_000_000 + "</row>")),
        workbook(("S", rows_xml(HEADING)), extra={"xl/media/x": b"0" * 60_000_000}),
        workbook(("S", rows_xml(HEADING)), extra={"xl/x.xml": b'<!DOCTYPE a [<!ENTITY b "c">]>'}),
        workbook(
            ("S", rows_xml(HEADING)),
            extra={f"xl/{number}": b"" for number in range(workbooks.MOST_PARTS)},
        ),
    ],
    ids=["far_column", "far_corner", "far_row", "endless_row", "bomb", "entities", "parts"],
)
def test_hostile_workbooks_are_refused_before_they_are_laid_out(content: bytes) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.process_time()

    (only,) = units(content, "council_cases", "book.xlsx")

    assert only.fault is not None
    assert only.fault.is_whole
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200_000
    assert time.process_time() - began < 1


def test_a_packed_folder_is_not_taken_for_a_workbook() -> None:
    with pytest.raises(Unopenable, match="packed folder"):
        list(opening.open_tables(received(workbook().replace(b"workbook.xml", b"workbook.xmx"))))


# --- size ---


def test_memory_does_not_grow_with_the_file() -> None:
    line = b"1,DOG,7/3/26,ask first\n"
    heading = ",".join(HEADING).encode() + b"\n"

    class Endless(io.RawIOBase):
        left = 60_000_000

        def __init__(self) -> None:
            self.head = heading

        def readable(self) -> bool:
            return True

        def seek(self, offset: int, whence: int = 0) -> int:
            return offset

        def read(self, size: int = -1) -> bytes:
            if self.head:
                given, self.head = self.head, b""
                return given
            if self.left <= 0:
                return b""
            self.left -= size
            return line * (size // len(line))

    delivery = received(b"", "hazards.csv", size=10**9, open=Endless)
    list(islice(read(delivery, "council_cases"), 1_000))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    found = sum(1 for _ in islice(read(delivery, "council_cases"), 100_000))

    assert found == 100_000
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 40_000
