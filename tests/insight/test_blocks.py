"""Blocks say the same of a whole table and of one row; what is not known satisfies none."""

import ibis
import pytest

from oneplace.insight.blocks import COMPARISONS, Block, BlockRefused, Blocks, matching

ROWS = [
    {"pseudonym": 1, "frailty_band": "severe", "falls_90d": 2, "has_plan": False},
    {"pseudonym": 2, "frailty_band": "mild", "falls_90d": 0, "has_plan": True},
    {"pseudonym": 3, "frailty_band": None, "falls_90d": None, "has_plan": None},
]
CASES = [
    Block("frailty_band", "is", "severe"),
    Block("frailty_band", "is_not", "severe"),
    Block("frailty_band", "one_of", ("severe", "mild")),
    Block("falls_90d", "at_least", 1),
    Block("falls_90d", "at_most", 0),
    Block("has_plan", "is_true"),
    Block("has_plan", "is_false"),
    Block("falls_90d", "is_known"),
    Block("falls_90d", "is_unknown"),
]


@pytest.mark.parametrize("block", CASES, ids=lambda block: block.comparison)
def test_a_block_says_the_same_of_a_table_and_of_each_row(block):
    table = ibis.memtable(ROWS, schema={
        "pseudonym": "int64", "frailty_band": "string", "falls_90d": "int16", "has_plan": "boolean",
    })  # fmt: skip

    found = set(matching(table, Blocks((block,))).to_pyarrow().column(0).to_pylist())

    assert found == {row["pseudonym"] for row in ROWS if block.holds(row)}
    assert (3 in found) == (block.comparison == "is_unknown")


def test_every_comparison_is_tried():
    assert {block.comparison for block in CASES} == set(COMPARISONS)


def test_of_several_sets_one_is_enough():
    blocks = Blocks((CASES[0], CASES[6]), ((Block("has_plan", "is_true"),),))

    assert [row["pseudonym"] for row in ROWS if blocks.holds(row)] == [1, 2]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (("name", "is", "Ada"), "no column 'name'"),
        (("age", "like", 1), "'like' is no comparison"),
        (("frailty_band", "one_of", "severe"), "give a list"),
    ],
)
def test_a_block_that_cannot_be_asked_is_refused(given, said):
    with pytest.raises(BlockRefused, match=said):
        Block(*given)
