"""Who may see what, at length: the whole truth table on every page, two worlds, swapped ids."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tests.campaigns import campaign

if TYPE_CHECKING:
    from tests.house.role_matrix.world import World

_MATRIX = "tests/house/test_role_matrix.py"
PARTS = 4
"""Into how many parts the roles are dealt."""


@contextmanager
def _house() -> Iterator["World"]:
    """A database with every seat and every situation, thrown away afterwards."""
    import django
    from django.test.utils import setup_test_environment, teardown_test_environment

    from tests import database

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
        from oneplace.vocabulary.terms import Role
        from tests.house.role_matrix.truth import ITEMS, RECORDERS, truth
        from tests.house.test_role_matrix import differences

        wrong = [each for role in Role for each in differences(world, role)]
        cells = len(truth()) * len(RECORDERS) * len(ITEMS)
    _none(wrong)
    return f"{cells:,} cells of role, situation, recorder and item: 0 mismatches"


def _pages(part: int) -> str:
    with _house() as world:
        from oneplace.vocabulary.terms import Role
        from tests.house.role_matrix.pages import hold_pages_against_the_table

        roles = list(Role)[part::PARTS]
        tally = hold_pages_against_the_table(world, roles)
    _none(tally.wrong)
    return (
        f"{tally.cells:,} cells of route, method, role and situation, {len(roles)} roles:"
        " 0 mismatches"
    )


def _register(part: int) -> None:
    @campaign(
        f"access.matrix.pages_{part + 1}",
        sibling=f"{_MATRIX}::"
        "test_pages_open_to_each_role_as_the_table_says_and_else_are_the_unknown",
    )
    def matrix_pages(seed: int) -> str:
        """Every address about a person, by every method, for a part of the roles."""
        return _pages(part)


for _part in range(PARTS):
    _register(_part)


def _none(wrong: list[str]) -> None:
    if wrong:
        raise AssertionError(f"{len(wrong)} mismatches: {'; '.join(wrong[:12])}")
