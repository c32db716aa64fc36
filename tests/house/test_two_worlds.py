"""Nobody can tell, by anything the house answers, whether a fact hidden from them is there."""

import random
import uuid

import pytest

from oneplace.config.database import Role as DatabaseRole
from oneplace.records.models import Entry
from oneplace.vocabulary.terms import Role
from tests.database import as_role
from tests.house.leaks.facts import SECRET, hidden, of_a_recorder
from tests.house.leaks.two_worlds import answers, compare, some_facts
from tests.house.role_matrix.world import World, make_world

pytestmark = pytest.mark.django_db
PAIRS = 10


@pytest.fixture
def world() -> World:
    """Every seat and every situation."""
    return make_world()


def test_worlds_that_differ_in_a_hidden_fact_answer_alike(world: World) -> None:
    pairs = compare(world, some_facts(PAIRS, seed=1), seed=1)

    assert pairs.different == []
    assert pairs.pairs == PAIRS
    assert pairs.answers >= PAIRS * 35


def test_that_a_source_knows_somebody_is_not_told_without_what_it_says(world: World) -> None:
    facts = [fact for fact in hidden(Role.PIC, "own_team") if fact.kind == "source"]

    pairs = compare(world, facts[:1], seed=1)

    assert pairs.different == []


def test_a_fact_that_is_not_hidden_is_noticed(world: World) -> None:
    client = world.browser(Role.GP)
    without = answers(world, client, "own_team", uuid.uuid4())

    with as_role(DatabaseRole.LOADER):
        of_a_recorder("own_team", "hospital", "notes")(world, random.Random(1))
        entry = Entry.objects.get(words=SECRET).pk
    having = answers(world, client, "own_team", entry)

    noticed = {name for name, answer in having.items() if answer != without[name]}
    assert {"the entry itself", "person_timeline", "person"} <= noticed
