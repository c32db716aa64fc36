"""Keys swapped in addresses, queries and forms open nothing; unknown and forbidden are one."""

import statistics
import time
import uuid

import pytest
from django.test import Client

from oneplace.vocabulary.terms import Role
from tests.factories import AT
from tests.house.leaks.swaps import swap_everything
from tests.house.role_matrix.pages import asked, plain, standing_at
from tests.house.role_matrix.world import World, make_world

pytestmark = pytest.mark.django_db
SWAPS = 60
MOST_APART_MS = 5.0
"""Between the medians of the unknown and the forbidden."""


@pytest.fixture
def world() -> World:
    """Every seat and every situation."""
    return make_world()


@pytest.mark.parametrize("role", [Role.GP, Role.PIC])
def test_keys_of_a_closed_record_open_nothing_wherever_they_are_put(
    world: World, role: Role
) -> None:
    found = swap_everything(world, role, own="own_team", other="sealed", most=SWAPS, seed=1)

    assert found.leaks == []
    assert found.tried == SWAPS


FORBIDDEN = ("no_relationship", "sealed", "named_person", "ended")


@pytest.mark.parametrize("page", ["", "timeline.json", "people/", "entries/add/", "summary/"])
def test_unknown_and_forbidden_are_one_answer_to_the_byte(world: World, page: str) -> None:
    client = world.browser(Role.SOCIAL_WORKER)

    with standing_at(AT):
        unknown = plain(asked(client, "GET", f"/person/{uuid.uuid4()}/{page}"))
        forbidden = {
            name: plain(asked(client, "GET", f"/person/{world.persons[name]}/{page}"))
            for name in FORBIDDEN
        }

    assert {name: answer == unknown for name, answer in forbidden.items()} == dict.fromkeys(
        FORBIDDEN, True
    )


def _median_ms(client: Client, paths: list[str]) -> list[float]:
    """The median of each address, asked in turn, so that a busy moment falls on all alike."""
    took: list[list[float]] = [[] for _ in paths]
    for _ in range(25):
        for number, path in enumerate(paths):
            began = time.perf_counter()
            asked(client, "GET", path)
            took[number].append((time.perf_counter() - began) * 1000)
    return [statistics.median(each) for each in took]


def test_unknown_and_forbidden_take_the_same_time(world: World) -> None:
    client = world.browser(Role.SOCIAL_WORKER)
    paths = [f"/person/{uuid.uuid4()}/", f"/person/{world.persons['sealed']}/"]

    with standing_at(AT):
        # A busy machine is given a second chance; a difference in what is done shows both times.
        for _ in range(3):
            unknown, forbidden = _median_ms(client, paths)
            if abs(unknown - forbidden) <= MOST_APART_MS:
                break

    assert abs(unknown - forbidden) <= MOST_APART_MS
