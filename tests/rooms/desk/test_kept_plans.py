"""A plan kept on a connection shows each viewer what is theirs, whoever looked when it was made."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from importlib import import_module
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from oneplace.access.models import Barrier, Relationship
from oneplace.access.viewer import Viewer, viewing
from oneplace.config.database import Role as DatabaseRole
from oneplace.desk import queries
from oneplace.desk.cards import parts_asked, parts_of
from oneplace.feeds import queries as feeds
from oneplace.kit import kept_plans as kept
from oneplace.kit.kept_plans import MOST_KEPT, keeping_to_the_end, kept_plans
from oneplace.kit.together import read_together
from oneplace.records import queries as records
from oneplace.vocabulary.ids import new_id
from oneplace.vocabulary.terms import BarrierKind, Role
from tests.database import as_role
from tests.factories import AT
from tests.house.role_matrix.world import World, make_world

pytestmark = pytest.mark.django_db
ROLES = (Role.GP, Role.PIC, Role.VOLUNTARY_ORGANISATION)
TURNS = (
    *("own_team", "no_relationship", "limit_health", "ended"),
    *("sealed", "objection", "named_person", "other_partner"),
)


@pytest.fixture
def world() -> World:
    """Every seat and every situation."""
    return make_world()


def story(person: UUID, viewer: Viewer) -> tuple[Any, Any, Any]:
    """Everything the first page of a record reads by plans that are kept."""
    with viewing(viewer, at=AT):
        return (
            queries.record(person, viewer=viewer, at=AT),
            records.timeline(person, viewer=viewer, at=AT),
            parts(person, viewer),
        )


def parts(person: UUID, viewer: Viewer) -> Any:
    sources, *rows = read_together(
        [
            feeds.feed_states_asked(viewer=viewer, at=AT),
            *parts_asked(person, viewer=viewer, at=AT),
        ]
    )
    states = [feeds.FeedState.of(source, at=AT) for source in sources]
    return states, parts_of(person, rows, viewer=viewer, at=AT)


def is_nothing(found: tuple[Any, Any, Any]) -> bool:
    head, page, _ = found
    return head is None and page.entries == ()


def plans() -> dict[str, int]:
    """How often each kept statement ran by its kept plan."""
    with connection.cursor() as cursor:
        cursor.execute("select name, generic_plans from pg_prepared_statements")
        return dict(cursor.fetchall())


def no_more_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("desk.queries.record", "records.queries.timeline", "kit.together"):
        monkeypatch.setattr(import_module(f"oneplace.{module}"), "kept_plans", connection.cursor)


def test_a_stranger_is_shown_nothing_by_a_plan_made_for_somebody_who_may_look(
    world: World,
) -> None:
    person, doctor = world.persons["own_team"], world.viewer(Role.GP)
    stranger = replace(
        doctor, account_id=new_id(), hat_id=new_id(), organisation_id=new_id(), team_ids=()
    )
    for _ in range(3):
        assert not is_nothing(story(person, doctor))
    before = plans()

    found = [story(person, viewer) for viewer in (stranger, doctor, stranger)]

    assert [is_nothing(one) for one in found] == [True, False, True]
    # The very same plans ran for both.
    assert plans() == {name: runs + 3 for name, runs in before.items()}


def test_a_plan_made_for_a_stranger_shows_whoever_may_look_all_of_it(world: World) -> None:
    person, doctor = world.persons["own_team"], world.viewer(Role.GP)
    stranger = replace(
        doctor, account_id=new_id(), hat_id=new_id(), organisation_id=new_id(), team_ids=()
    )

    found = [story(person, viewer) for viewer in (stranger, doctor)]

    assert [is_nothing(one) for one in found] == [True, False]


def test_everybody_is_shown_in_turn_what_a_plan_of_their_own_would_show(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    turns = [(world.persons[name], world.viewer(role)) for name in TURNS for role in ROLES]

    by_kept = [story(*turn) for turn in turns]
    no_more_kept(monkeypatch)
    by_their_own = [story(*turn) for turn in turns]

    assert by_kept == by_their_own
    assert 5 < sum(map(is_nothing, by_kept)) < len(turns) - 5


def test_what_ends_or_is_sealed_between_two_looks_is_gone_from_the_second(world: World) -> None:
    person, doctor = world.persons["own_team"], world.viewer(Role.GP)
    assert not is_nothing(story(person, doctor))

    with as_role(DatabaseRole.LOADER):
        seal = Barrier.objects.create(
            id=new_id(), person_id=person, kind=BarrierKind.SEALED, starts_at=AT
        )
    assert is_nothing(story(person, doctor))
    with as_role(DatabaseRole.LOADER):
        Barrier.objects.filter(pk=seal.pk).delete()
    assert not is_nothing(story(person, doctor))
    with as_role(DatabaseRole.LOADER):
        Relationship.objects.filter(person_id=person).update(ends_at=AT - timedelta(days=1))

    assert is_nothing(story(person, doctor))


def test_another_database_role_makes_a_plan_of_its_own(world: World) -> None:
    person = world.persons["no_relationship"]
    ask: Callable[[], int] = lambda: _count(person)  # noqa: E731 - asked in three roles

    with viewing(world.viewer(Role.GP), at=AT):
        assert ask() == 0
        with as_role(DatabaseRole.LOADER):
            assert ask() > 0
        assert ask() == 0


def test_no_viewer_finds_anything_by_a_plan_made_for_one(world: World) -> None:
    person = world.persons["own_team"]
    with viewing(world.viewer(Role.GP), at=AT):
        assert _count(person) > 0

    with transaction.atomic():
        connection.cursor().execute("select set_config('oneplace.parties', '{}', true)")
        assert _count(person) == 0


def test_statements_are_counted_and_errors_are_as_everywhere(world: World) -> None:
    with viewing(world.viewer(Role.GP), at=AT), CaptureQueriesContext(connection) as asked:
        _count(world.persons["own_team"])

    assert len(asked) == 1
    with connection.cursor() as cursor:
        cursor.execute("show plan_cache_mode")
        assert cursor.fetchone() == ("auto",)


def test_no_more_plans_are_kept_than_there_is_room_for() -> None:
    for number in range(MOST_KEPT + 20):
        with kept_plans() as cursor:
            cursor.execute(f"select {number} + %s::int", [1])
            assert cursor.fetchone() == (number + 1,)

    assert MOST_KEPT - 1 <= len(plans()) <= MOST_KEPT + 1
    # What Django runs has its values in its text: prepared, it would crowd the others out.
    before = plans()
    for _ in range(5):
        with connection.cursor() as cursor:
            cursor.execute("select %s::int", [1])
    assert plans().keys() == before.keys()


def test_plans_are_kept_in_transactions_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "connection", type("Bare", (), {"in_atomic_block": False})())

    with pytest.raises(RuntimeError, match="transaction"):
        kept_plans()


def _count(person: UUID) -> int:
    with kept_plans() as cursor:
        cursor.execute(
            "select count(*) from records_entry e join records_subject s on s.id = e.subject_id"
            " where s.person_id = %(person)s",
            {"person": person},
        )
        return int(cursor.fetchone()[0])


def test_plans_are_kept_to_the_end_of_a_transaction_and_no_further(world: World) -> None:
    viewer = world.viewer(Role.GP)

    for _ in range(2):
        with viewing(viewer, at=AT), connection.cursor() as cursor, keeping_to_the_end():
            for number in range(3):
                with kept_plans() as kept_cursor:
                    kept_cursor.execute("select %s::int + 1", [number])
                    assert kept_cursor.fetchone() == (number + 1,)
            cursor.execute("show plan_cache_mode")
            assert cursor.fetchone() == ("force_generic_plan",)
    with viewing(viewer, at=AT), connection.cursor() as cursor:
        with kept_plans() as kept_cursor:
            kept_cursor.execute("select %s::int + 1", [1])
        cursor.execute("show plan_cache_mode")
        assert cursor.fetchone() == ("auto",)
