"""Small counts are never told, nor what would give them away."""

import random

import ibis
import pytest

from oneplace.insight.suppression import suppressed, told


@pytest.mark.parametrize(
    ("count", "said"),
    [(0, "0"), (1, "fewer than 8"), (7, "fewer than 8"), (8, "8"), (1200, "1,200")],
)
def test_a_count_is_told_in_words(count, said):
    assert told(count, 8) == said


def _table(rows):
    return suppressed(
        ibis.memtable(
            [{"segment": s, "practice": p, "people": n} for s, p, n in rows],
            schema={"segment": "string", "practice": "string", "people": "int64"},
        ),
        counts=("people",), row="segment", within="practice", least=8,
    ).to_pyarrow().to_pylist()  # fmt: skip


def test_a_small_count_takes_the_next_smallest_of_its_group_with_it():
    rows = _table([("a", "p", 3), ("b", "p", 20), ("c", "p", 90)])

    assert {row["segment"]: row["people"] for row in rows} == {"a": None, "b": None, "c": 90}
    assert [row["is_suppressed"] for row in sorted(rows, key=lambda row: row["segment"])] == [
        True, True, False,
    ]  # fmt: skip


@pytest.mark.parametrize("seed", range(30))
def test_no_count_can_be_worked_out_from_the_rest_of_its_group(seed):
    chance = random.Random(seed)
    rows = _table([(s, p, chance.choice((0, 2, 5, 9, 30, 80))) for s in "abcde" for p in "wxyz"])

    by_practice = {p: [row for row in rows if row["practice"] == p] for p in "wxyz"}
    for mine in by_practice.values():
        hidden = [row for row in mine if row["people"] is None]
        assert len(hidden) != 1
        assert all(row["people"] == 0 or row["people"] >= 8 for row in mine if row not in hidden)
