"""Rows read column by column are the rows read one by one, whatever the table holds."""

from collections.abc import Iterator

import pytest

from oneplace.feeds.reading import Block, Tally, Unit, read, read_in_blocks
from oneplace.feeds.tables import opening, rows

from .making import received
from .odd_tables import odd_table

SEEDS = range(400)


@pytest.fixture
def in_small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """A short table has as many edges as a long one."""
    monkeypatch.setattr(opening, "_BLOCK", 700)
    monkeypatch.setattr(opening, "_FEW_LINES", 3)
    monkeypatch.setattr(opening, "_MANY_LINES", 7)
    monkeypatch.setattr(rows, "_FEWEST_TOGETHER", 2)


def _each(block: Block) -> Iterator[Unit]:
    """The units of a block, those read by column made from their columns."""
    by_column = [list(said.each()) for said in block.entries]
    for place in sorted([*block.numbers, *block.others]):
        row = list(block.numbers).index(place) if place in block.numbers else None
        made = [entries[row] for entries in by_column] if row is not None else [None]
        if None in made:
            unit = block.unit(place)
            if unit is not None:
                yield unit
            continue
        counted = [what for what, rows in block.unmapped if row in rows]
        kept = [entry for entry in made if entry is not None]
        yield Unit(kept[0].place, [*kept, *counted])


def _in_blocks(content: bytes, name: str) -> tuple[list[Unit], int]:
    units: list[Unit] = []
    by_column = 0
    for _, each in read_in_blocks([received(content, name)], "gp_extract"):
        if isinstance(each, Block):
            by_column += each.many
            units += _each(each)
        else:
            units.append(each)
    return units, by_column


@pytest.mark.usefixtures("in_small_pieces")
@pytest.mark.parametrize("few", range(0, len(SEEDS), 40))
def test_a_table_says_by_column_what_it_says_row_by_row(few: int) -> None:
    by_column = 0
    for seed in SEEDS[few : few + 40]:
        table = odd_table(seed)
        one_by_one = list(read(received(table.content, table.name), "gp_extract"))

        together, many = _in_blocks(table.content, table.name)

        assert together == one_by_one, f"seed {seed}"
        by_column += many

    assert by_column > 0


def test_a_plain_table_is_read_by_column_but_for_its_beginning_and_end() -> None:
    heading = "PracticeCode,PatientID,Taken,Code,Term,Value,SecondValue,Unit"
    rows = "\n".join(f"Z,{number},7/3/2026 9:30,1,Weight,{number},,kg" for number in range(999))

    units, by_column = _in_blocks(f"{heading}\n{rows}\n".encode(), "values.csv")

    assert len(units) == 999
    assert by_column >= 990


def test_a_block_is_counted_as_its_rows_are() -> None:
    heading = "PracticeCode,PatientID,Taken,Code,Term,Value,SecondValue,Unit,Theirs"
    rows = "\n".join(f"Z,{n},7/3/2026 9:30,1,W,{n},,kg,{'x' * (n % 2)}" for n in range(300))
    delivery = received(f"{heading}\n{rows}\nZ,,1/1/2026,1,W,1,,kg,y\n".encode(), "values.csv")
    one_by_one, together = Tally(), Tally()
    for unit in read(delivery, "gp_extract"):
        one_by_one.take(unit)

    for _, each in read_in_blocks([delivery], "gp_extract"):
        if isinstance(each, Block):
            together.take_block(each, frozenset())
        else:
            together.take(each)

    assert together == one_by_one
    assert sum(together.unmapped.values()) == 150
