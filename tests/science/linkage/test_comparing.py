"""The SQL that scores many pairs and the Python that scores one say the same, on any backend."""

import itertools
import random

import duckdb
import pytest
import sqlglot
from hypothesis import given, settings
from hypothesis import strategies as st

from oneplace.science.linkage.comparing import COMPARISONS, Level, levenshtein, near, pattern_of
from oneplace.science.linkage.prepared import Prepared, prepare, prepared_table
from oneplace.vocabulary.rows.linkage import SubjectRow
from tests.science.linkage.people import NUMBERS

LEVELS = [
    pytest.param(level, id=f"{each.name}-{level.name}")
    for each in COMPARISONS
    for level in each.levels
    if level.sql != "ELSE"
]


_GIVEN = (
    "Desmond",
    "Des",
    "Desmnod",
    "Joan",
    "Jean",
    "William",
    "Bill",
    "Anne-Marie",
    "A",
    "Clarke",
    "Kasia",
    "",
)
_FAMILIES = (
    "Clarke",
    "Clark",
    "Clrake",
    "Smith-Jones",
    "Smith",
    "Jones",
    "Desmond",
    "Szymanski",
    "Shimanski",
    "",
)
_DATES = (
    "1948-06-21",
    "1948-06-12",
    "1948-12-06",
    "1938-06-21",
    "1948-06",
    "1948",
    "1950-01-01",
    "1948-05-21",
    "",
)


def made_up(seed: int, count: int) -> list[SubjectRow]:
    """Rows of few values, so that every level is met often."""
    draw = random.Random(seed)
    places = ["CR7 8QY", "CR7 8QX", "CR0 1AA", "CRO 1AA", "SE25 5AA", ""]
    return [
        SubjectRow(
            f"s:{number}", "s",
            nhs_number=draw.choice(["", "", "9434765918", *NUMBERS[:2]]),
            nhs_status=draw.choice(["", "verified"]),
            family=draw.choice(_FAMILIES), given=draw.choice(_GIVEN),
            other_given=draw.choice(["", "", "Des", "J", "Joan", "Mary"]),
            known_as=draw.choice(["", "", "Des"]), born_on=draw.choice(_DATES),
            gender=draw.choice(["", "male", "female"]), postcode=draw.choice(places),
            address_line=draw.choice(["", "1 High Street", "2 High Street", "Rose Cottage"]),
            phone=draw.choice(["", "020 7946 0001", "020 7946 0002"]),
            mobile=draw.choice(["", "07700 900001", "07700 900002"]),
            email=draw.choice(["", "", "a@example.org", "b@example.org"]),
            previous_families=draw.choice([(), (), ("Clarke",)]),
            previous_postcodes=draw.choice([(), (), ("CR0 1AA",)]),
        )
        for number in range(count)
    ]  # fmt: skip


def _patterns_by_sql(ready: list[Prepared]) -> dict[tuple[int, int], tuple[int, ...]]:
    columns = ", ".join(f"l.{name} AS {name}_l, r.{name} AS {name}_r" for name in Prepared._fields)
    cases = []
    for each in COMPARISONS:
        told = [f"WHEN {each.silent_sql} THEN -1"]
        told += [f"WHEN {level.sql} THEN {each.place(level.name)}" for level in each.levels[:-1]]
        cases.append(f"CASE {' '.join(told)} ELSE 0 END")
    with duckdb.connect() as connection:
        connection.register("given", prepared_table(ready))
        rows = connection.execute(
            f"SELECT no_l, no_r, {', '.join(cases)} FROM (SELECT l.no AS no_l, r.no AS no_r,"
            f" {columns} FROM given l JOIN given r ON l.no < r.no)"
        ).fetchall()
    return {(row[0], row[1]): tuple(row[2:]) for row in rows}


def test_sql_and_python_say_the_same_of_every_pair() -> None:
    rows = made_up(1, 180)
    swapped = rows[0]._replace(given="Clarke", family="Desmond")
    ready = [
        prepare(row) for row in (*rows, swapped, swapped._replace(given="Desmond", family="Clarke"))
    ]

    by_sql = _patterns_by_sql(ready)

    pairs = itertools.combinations(range(len(ready)), 2)
    differ = [
        (pair, by_sql[pair])
        for pair in pairs
        if by_sql[pair] != pattern_of(ready[pair[0]], ready[pair[1]])
    ]
    assert differ == []
    met = {(place, number) for pattern in by_sql.values() for place, number in enumerate(pattern)}
    wanted = {
        (place, number)
        for place, each in enumerate(COMPARISONS)
        for number in range(-1, len(each.levels))
    }
    assert wanted <= met


@pytest.mark.parametrize("level", LEVELS)
def test_every_condition_can_be_said_in_the_dialect_of_spark(level: Level) -> None:
    said = sqlglot.transpile(
        level.sql, read="duckdb", write="spark", unsupported_level=sqlglot.ErrorLevel.RAISE
    )

    known = {"LEVENSHTEIN", "ARRAY_CONTAINS", "SUBSTRING", "LEAST", "LENGTH", "STARTSWITH"}
    called = {
        found.sql_name() if not isinstance(found, sqlglot.exp.Anonymous) else found.name.upper()
        for found in sqlglot.parse_one(said[0], read="spark").find_all(sqlglot.exp.Func)
        if not isinstance(found, sqlglot.exp.Connector)
    }
    assert called <= known | {"STARTS_WITH"}


@given(st.text("ABC", max_size=8), st.text("ABC", max_size=8))
@settings(max_examples=60, deadline=None)
def test_the_distance_is_a_distance(left: str, right: str) -> None:
    found = levenshtein(left, right)

    assert found == levenshtein(right, left)
    assert (found == 0) == (left == right)
    assert abs(len(left) - len(right)) <= found <= max(len(left), len(right))


@pytest.mark.parametrize(
    ("left", "right", "is_near"),
    [
        ("CLARKE", "CLARCE", True),
        ("STEPHEN", "STEPEHN", True),
        ("JOHN", "JHON", True),
        ("JIM", "TIM", False),
        ("ANNE", "JOHN", False),
        ("PATEL", "SHAH", False),
    ],
)
def test_a_slip_is_near_and_a_short_name_never_is(left: str, right: str, is_near: bool) -> None:
    assert near(left, right) is is_near
