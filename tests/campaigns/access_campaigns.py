"""Who may see what, at length: the whole truth table on every page, two worlds, swapped ids."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from oneplace.vocabulary.terms import Role
from tests.campaigns import campaign

if TYPE_CHECKING:
    from tests.house.role_matrix.world import World

_MATRIX = "tests/house/test_role_matrix.py"


@contextmanager
def _house() -> Iterator["World"]:
    """A database with every seat and every situation, thrown away afterwards."""
    import django
    from django.test.utils import setup_test_environment, teardown_test_environment

    from tests import database

    os.environ["ONEPLACE_LOG_LEVEL"] = "ERROR"
    django.setup()
    setup_test_environment(debug=False)
    database.ready_cluster()
    database.clone(database.NAME)
    from django.db import connection, transaction

    from tests.house.role_matrix.world import make_world

    try:
        with transaction.atomic():
            yield make_world()
            transaction.set_rollback(True)
    finally:
        connection.close()
        teardown_test_environment()


@campaign(
    "access.matrix.rows",
    sibling=f"{_MATRIX}::test_the_database_gives_each_role_what_the_table_says_and_nothing_else",
)
def matrix_rows(seed: int) -> str:
    """Every cell of the truth table against the rows the database gives, every filter deleted."""
    with _house() as world:
        from tests.house.role_matrix.truth import ITEMS, RECORDERS, truth
        from tests.house.test_role_matrix import differences

        wrong = [each for role in Role for each in differences(world, role)]
        cells = len(truth()) * len(RECORDERS) * len(ITEMS)
    _none(wrong)
    return f"{cells:,} cells of role, situation, recorder and item: 0 mismatches"


PARTS_A_ROLE = 4
"""Every address about a person, by every method, in every situation: some 20,000 cells a role. On
a busy machine those ran on past what one part may take."""


def _pages(role: Role, part: int) -> str:
    with _house() as world:
        from tests.house.role_matrix.pages import hold_pages_against_the_table
        from tests.house.role_matrix.situations import SITUATIONS

        situations = tuple(SITUATIONS)[part::PARTS_A_ROLE]
        tally = hold_pages_against_the_table(world, [role], situations=situations)
    _none(tally.wrong)
    return (
        f"{tally.cells:,} cells of route, method and situation for one role"
        f" ({role.value}, part {part + 1} of {PARTS_A_ROLE}): 0 mismatches"
    )


def _register(role: Role, part: int) -> None:
    @campaign(
        f"access.matrix.pages_{role.value}_{part + 1}",
        sibling=f"{_MATRIX}::"
        "test_pages_open_to_each_role_as_the_table_says_and_else_are_the_unknown",
    )
    def matrix_pages(seed: int) -> str:
        """Every address about a person, by every method, in a part of all situations."""
        return _pages(role, part)


for _role in Role:
    for _part in range(PARTS_A_ROLE):
        _register(_role, _part)


PAIRS_A_PART = 100
"""Pairs of worlds in one part; twenty parts are 2,000."""


def _worlds(part: int) -> None:
    @campaign(
        f"access.two_worlds_{part + 1}",
        sibling="tests/house/test_two_worlds.py::"
        "test_worlds_that_differ_in_a_hidden_fact_answer_alike",
    )
    def two_worlds(seed: int) -> str:
        """Worlds that differ in one hidden fact answer every question byte for byte alike."""
        with _house() as world:
            from tests.house.leaks.two_worlds import compare, some_facts

            facts = some_facts(PAIRS_A_PART, seed=seed * 100 + part)
            pairs = compare(world, facts, seed=seed * 100 + part, is_whole=True)
        _none(pairs.different)
        return f"{pairs.pairs} pairs of worlds, {pairs.answers:,} answers each: 0 differ"


for _part in range(20):
    _worlds(_part)


SWAPS_A_ROLE = 400


@campaign(
    "access.swaps",
    sibling="tests/house/test_object_swaps.py::"
    "test_keys_of_a_closed_record_open_nothing_wherever_they_are_put",
)
def swaps(seed: int) -> str:
    """Keys of closed records, put into every address, query and form somebody sees."""
    with _house() as world:
        from tests.house.leaks.swaps import swap_everything
        from tests.house.role_matrix.truth import truth

        leaks, tried = [], 0
        roles = [role for role in Role if truth()[role, "own_team"].is_record_open]
        for number, role in enumerate(roles):
            closed = [
                other
                for other in ("sealed", "no_relationship", "named_person")
                if not truth()[role, other].is_record_open
            ]
            for other in closed:
                found = swap_everything(
                    world,
                    role,
                    own="own_team",
                    other=other,
                    most=SWAPS_A_ROLE // len(closed),
                    seed=seed * 100 + number,
                )
                leaks += found.leaks
                tried += found.tried
    _none(leaks)
    return f"{tried:,} swapped keys in paths, queries and forms of {len(roles)} roles: 0 leaks"


def _none(wrong: list[str]) -> None:
    if wrong:
        raise AssertionError(f"{len(wrong)} mismatches: {'; '.join(wrong[:12])}")
