"""Who sees what: the truth table by hand against the rows the database gives and the pages."""

from dataclasses import replace
from datetime import datetime

import pytest
from django.db.models import Model

from oneplace.access.viewer import Viewer, viewing
from oneplace.people.models import Person
from oneplace.records.models import Entry, Identity, Reach
from oneplace.vocabulary.terms import Role
from tests.factories import AT
from tests.house.role_matrix.pages import (
    METHODS,
    hold_pages_against_the_table,
    routes_about_a_person,
)
from tests.house.role_matrix.situations import SITUATIONS
from tests.house.role_matrix.truth import ITEMS, RECORDERS, Truth, truth
from tests.house.role_matrix.world import World, make_world

pytestmark = pytest.mark.django_db
LEAST_CELLS = 20_000


@pytest.fixture
def world() -> World:
    """Every seat and every situation."""
    return make_world()


def in_the_database(world: World, role: Role) -> dict[str, Truth]:
    """What the database gives somebody of a role, with every filter of ours deleted."""
    viewer = world.viewer(role)
    found = {}
    for at in {each.at for each in SITUATIONS.values()}:
        names = [name for name, each in SITUATIONS.items() if each.at == at]
        rows = _rows(world, names, viewer, at=at)
        for name in names:
            opens = {
                (recorder, item)
                for recorder in RECORDERS
                for item in ITEMS
                if world.items[name, recorder, item] in rows
            }
            found[name] = Truth(world.persons[name] in rows, frozenset(opens))
    return found


def _rows(world: World, names: list[str], viewer: Viewer, *, at: datetime) -> set[object]:
    """The keys of all rows that come back, of whomever; where few are asked about, of these."""
    wanted = {key for (name, *_), key in world.items.items() if name in names}
    with viewing(viewer, at=at):
        rows: set[object] = set(Person.objects.values_list("pk", flat=True))
        for model in (Entry, Identity, Reach):
            given = model._default_manager.all()
            if len(names) < len(SITUATIONS) / 2:
                given = given.filter(pk__in=[each for each in wanted if _is_key_of(model, each)])
            rows |= set(given.values_list("pk", flat=True))
    return rows


def _is_key_of(model: type[Model], key: object) -> bool:
    return isinstance(key, int) is (model is Reach)


def test_the_truth_table_has_one_row_for_every_role_in_every_situation() -> None:
    table = truth()

    assert len(table) == len(Role) * len(SITUATIONS)
    assert len(table) * len(RECORDERS) * len(ITEMS) >= LEAST_CELLS


def differences(world: World, role: Role) -> list[str]:
    """Every cell of a role in which the database and the table differ."""
    table, wrong = truth(), []
    for name, found in in_the_database(world, role).items():
        expected = table[role, name]
        if found.is_record_open != expected.is_record_open:
            is_open = "open" if found.is_record_open else "closed"
            wrong.append(f"{role.value}, {name}: the record is {is_open}")
        leaks, hides = found.opens - expected.opens, expected.opens - found.opens
        wrong += [f"{role.value}, {name}: leaks {item} of {who}" for who, item in sorted(leaks)]
        wrong += [f"{role.value}, {name}: hides {item} of {who}" for who, item in sorted(hides)]
    return wrong


def test_the_database_gives_each_role_what_the_table_says_and_nothing_else(world: World) -> None:
    assert [each for role in Role for each in differences(world, role)] == []


@pytest.mark.parametrize("lacks", ["organisation", "hat"])
def test_who_has_no_organisation_or_no_hat_sees_no_part_of_any_record(
    world: World, lacks: str
) -> None:
    whole = world.viewer(Role.GP)
    viewer = replace(whole, organisation_id=None)
    if lacks == "hat":
        viewer = replace(viewer, hat_id=None, role=None, permissions=frozenset())

    with viewing(viewer, at=AT):
        seen = {
            model.__name__: model._default_manager.count() for model in (Entry, Identity, Reach)
        }

    assert seen == {"Entry": 0, "Identity": 0, "Reach": 0}


@pytest.mark.parametrize("situation", ["own_team", "no_relationship", "objection", "sealed"])
def test_pages_open_to_each_role_as_the_table_says_and_else_are_the_unknown(
    world: World, situation: str
) -> None:
    tally = hold_pages_against_the_table(
        world,
        list(Role),
        situations=[situation],
        methods=["GET"],
        routes=["desk:person", "desk:person_timeline", "desk:entry"],
    )

    assert tally.wrong == []
    assert tally.cells == len(Role) * 3


def test_every_method_of_every_page_about_a_person_is_closed_to_a_stranger(world: World) -> None:
    tally = hold_pages_against_the_table(
        world, [Role.SOCIAL_WORKER], situations=["no_relationship"]
    )

    assert tally.wrong == []
    assert tally.cells >= 100


def test_the_whole_table_has_more_cells_of_pages_than_anybody_could_try_by_hand() -> None:
    a_role = len(SITUATIONS) * len(routes_about_a_person()) * len(METHODS)

    # The nightly campaign asks them all, one part for each role.
    assert len(Role) * a_role >= 20_000
