"""Small counts are never told, nor can anybody work them out from what is."""

import itertools
import random

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp

from oneplace.insight.suppression import WHOLE, left_out, suppressed, told

LEAST = 8


@pytest.mark.parametrize(
    ("count", "said"),
    [(0, "0"), (1, "fewer than 8"), (7, "fewer than 8"), (8, "8"), (1200, "1,200")],
)
def test_a_count_is_told_in_words(count, said):
    assert told(count, 8) == said


def _suppressed(rows):
    table = pa.table(
        {
            "segment": [each[0] for each in rows],
            "practice": pa.array([each[1] for each in rows], pa.string()),
            "people": pa.array([each[2] for each in rows], pa.int64()),
        }
    )
    found = suppressed(table, counts=("people",), row="segment", within="practice", least=LEAST)
    return found.to_pylist()


def test_a_small_count_takes_others_of_its_column_with_it():
    rows = _suppressed([("a", "p", 3), ("b", "p", 20), ("c", "p", 90)])

    assert {row["segment"]: row["people"] for row in rows} == {"a": None, "b": None, "c": 90}
    assert [row["is_suppressed"] for row in rows] == [True, True, False]


def test_what_is_large_is_told():
    rows = _suppressed([("a", "p", 30), ("b", "p", 0), ("a", None, 30), ("b", None, 0)])

    assert not any(row["is_suppressed"] for row in rows)


def test_four_hidden_in_a_square_do_not_give_away_one_of_which_the_others_leave_no_room():
    # Hiding the next smallest of each line is not enough here: 8 may not be 7, so 1 may not be 2.
    counts = _with_wholes({("a", "p"): 1, ("a", "q"): 8, ("b", "p"): 8, ("b", "q"): 8,
                           ("c", "p"): 400, ("c", "q"): 500})  # fmt: skip

    assert _told_of(counts, left_out(counts, least=LEAST), ("a", "p")) == (1, 7)


def _with_wholes(cells, *, nowhere=None):
    """A table with the wholes of its rows, in which those of no column count as well."""
    counts = dict(cells)
    for (row, _), count in cells.items():
        counts[row, WHOLE] = counts.get((row, WHOLE), (nowhere or {}).get(row, 0)) + count
    return counts


def _told_of(counts, gone, asked, *, most=None):
    """The least and the most that a count may be for a reader who adds up all that is told.

    By a solver of whole numbers that knows nothing of how the counts were left out: it is told
    every total, and between which numbers our rules place each count.
    """
    keys = list(counts)
    place = {key: number for number, key in enumerate(keys)}
    low, high = np.zeros(len(keys)), np.full(len(keys), np.inf)
    for key, count in counts.items():
        bound = (most or {}).get(key, np.inf)
        if key not in gone:
            low[place[key]] = high[place[key]] = count
        elif 0 < count < LEAST:
            low[place[key]], high[place[key]] = 1, min(LEAST - 1, bound)
        elif count:
            low[place[key]], high[place[key]] = LEAST, bound
        else:
            high[place[key]] = bound
    sums, totals = [], []
    for column in dict.fromkeys(column for _, column in keys):
        line = np.array([float(key[1] == column) for key in keys])
        sums.append(line)
        totals.append(sum(count for key, count in counts.items() if key[1] == column))
    if any(column is WHOLE for _, column in keys):
        for row in dict.fromkeys(row for row, _ in keys):
            line = np.zeros(len(keys))
            for key in keys:
                if key[0] == row:
                    line[place[key]] = -1.0 if key[1] is WHOLE else 1.0
            sums.append(line)
            # Who is in no column is known, at the worst.
            totals.append(float(line @ np.array([counts[key] for key in keys])))
    rule = LinearConstraint(np.array(sums), totals, totals)
    found = []
    for sign in (1, -1):
        cost = np.zeros(len(keys))
        cost[place[asked]] = sign
        answer = milp(
            cost, constraints=rule, bounds=Bounds(low, high), integrality=np.ones(len(keys))
        )
        found.append(None if answer.status == 3 else round(answer.x[place[asked]]))
    return tuple(found)


_NUMBERS = st.one_of(st.just(0), st.integers(1, 7), st.integers(8, 12), st.integers(13, 400))


@st.composite
def _tables(draw):
    rows, columns = draw(st.integers(2, 6)), draw(st.integers(2, 6))
    cells = {
        (row, column): draw(_NUMBERS)
        for row, column in itertools.product("abcdef"[:rows], "pqrstu"[:columns])
    }
    nowhere = {row: draw(st.integers(0, 9)) for row in "abcdef"[:rows]}
    parts = {key: draw(st.integers(0, count)) for key, count in cells.items()}
    return _with_wholes(cells, nowhere=nowhere), _with_wholes(parts)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(_tables())
def test_nobody_works_a_small_count_out_from_any_total_of_the_table(tables):
    counts, parts = tables
    gone = left_out(counts, least=LEAST)
    parts_gone = left_out(parts, least=LEAST, most=counts)

    for numbers, hidden, most in ((counts, gone, {}), (parts, parts_gone, counts)):
        assert {key for key, count in numbers.items() if 0 < count < LEAST} <= hidden
        for key, count in numbers.items():
            if not 0 < count < LEAST:
                continue
            found = _told_of(numbers, hidden, key, most=most)
            if found == (1, min(LEAST - 1, most.get(key, LEAST - 1))):
                continue
            # So few that even the totals tell of them: as open as if nothing else were told.
            assert found == _told_of(numbers, set(numbers), key, most=most)
            assert all(other in hidden for other in numbers if key[0] == other[0])
            assert all(other in hidden for other in numbers if key[1] == other[1])


def test_a_whole_borough_is_counted_in_no_time():
    chance = random.Random(5)
    cells = {
        (row, column): chance.choice((0, 2, 5, 9, 30, 80, 400, 900))
        for row, column in itertools.product(range(8), range(60))
    }
    counts = _with_wholes(cells)

    gone = left_out(counts, least=LEAST)

    small = sum(0 < count < LEAST for count in counts.values())
    assert small <= len(gone) <= 2 * small, "not much more is left out than must be"
