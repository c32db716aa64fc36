"""Of whom a page is about the policies ask once a statement; what opens hangs on nobody's name."""

import random
import uuid
from collections.abc import Sequence
from datetime import timedelta

import pytest
from django.db import connection

from oneplace.access.models import Barrier, SourceOwner
from oneplace.access.rule import as_sql
from oneplace.access.viewer import viewing
from oneplace.config.database import Role as DatabaseRole
from oneplace.vocabulary.ids import new_id
from oneplace.vocabulary.terms import BarrierKind, Role
from tests.database import as_role
from tests.factories import AT, bring_in_place
from tests.house.role_matrix.world import make_world
from tests.rooms.access.test_rule import _CELLS, _RECORDS, PARTS, _make, _viewers

pytestmark = pytest.mark.django_db
PERSONS = 25
_ENTRIES = (
    "select count(*) from records_entry e join records_subject s on s.id = e.subject_id"
    " where s.person_id = %s"
)


def _tell_about(person: uuid.UUID | None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("select set_config('oneplace.about', %s, true)", [str(person or "")])


def _cells(persons: Sequence[uuid.UUID], owners: Sequence[str]) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(_CELLS, [list(persons), list(owners), [part.value for part in PARTS]])
        parts = sorted(cursor.fetchall(), key=str)
        cursor.execute(_RECORDS, [list(persons)])
        return parts + sorted(cursor.fetchall(), key=str)


@pytest.mark.parametrize("seed", [2])
def test_the_same_opens_whoever_the_page_is_about(seed: int) -> None:
    chance = random.Random(seed)
    bring_in_place()
    viewers, persons = _viewers(), [new_id() for _ in range(PERSONS)]
    _make(persons, viewers, chance)
    owners = [*SourceOwner.objects.values_list("owner", flat=True), "nobody knows", "a|b", ""]
    by_name = 0

    for viewer in viewers:
        with viewing(viewer, at=AT):
            about_nobody = _cells(persons, owners)
            _tell_about(chance.choice(persons))
            assert _cells(persons, owners) == about_nobody
            for person in chance.sample(persons, 8):
                _tell_about(person)
                found = _cells([person], owners)
                # In line as by the functions, and as when the page is about nobody.
                assert found == [row for row in about_nobody if row[0] == person]
                assert all(row[-1] == row[-2] for row in found)
                by_name += sum(bool(row[-1]) for row in found)

    assert by_name > 100


def test_who_is_named_opens_nothing_to_a_stranger() -> None:
    world = make_world()
    viewer = world.viewer(Role.GP)
    for situation in ("no_relationship", "sealed", "named_person", "ended"):
        person = world.persons[situation]
        with viewing(viewer, at=AT, about=person), connection.cursor() as cursor:
            cursor.execute(_ENTRIES, [person])
            assert cursor.fetchone() == (0,), situation
            cursor.execute(f"select count(*) from {as_sql.PARTS_OPEN}(%s)", [person])
            assert cursor.fetchone() == (0,), situation


_SUBJECTS = "subject_id in (select s.id from records_subject s where s.person_id = any (%(whom)s))"
TABLES = {
    "people_person": "id = any (%(whom)s)",
    "records_subject": "person_id = any (%(whom)s)",
    "records_identity": _SUBJECTS,
    "records_entry": _SUBJECTS,
    "records_reach": f"identity_id in (select i.id from records_identity i where i.{_SUBJECTS})",
}
"""Tables of a person's own rows and of rows that reach them along a path, and SQL of whose."""


@pytest.mark.parametrize("role", [Role.GP, Role.PIC, Role.RECORD_STEWARD])
def test_rows_that_reach_a_person_along_a_path_are_the_same_whoever_is_named(role: Role) -> None:
    world = make_world()
    viewer, shown, closed = world.viewer(role), 0, 0
    with as_role(DatabaseRole.OWNER), connection.cursor() as cursor:
        cursor.execute(f"analyze {', '.join(TABLES)}, access_relationship")

    def rows(whom: Sequence[uuid.UUID], about: uuid.UUID | None) -> dict[str, set[uuid.UUID]]:
        found = {}
        with viewing(viewer, at=AT, about=about), connection.cursor() as cursor:
            for table, whose in TABLES.items():
                cursor.execute(f"select id from {table} where {whose}", {"whom": list(whom)})
                found[table] = {row[0] for row in cursor.fetchall()}
        return found

    for person in world.persons.values():
        whom = (person, world.persons["own_team"], world.persons["limit_health"])
        about_nobody = rows(whom, None)
        assert rows(whom, person) == about_nobody
        # Theirs alone, read on a page about them and on a page about somebody else.
        theirs = rows([person], person)
        assert theirs == rows([person], whom[1])
        shown += bool(theirs["records_entry"])
        closed += not any(theirs.values())

    assert shown > 2
    assert closed > 2 or role is Role.RECORD_STEWARD


def test_a_barrier_closes_from_the_next_statement_on_within_one_transaction() -> None:
    world = make_world()
    person = world.persons["limit_health"]
    with viewing(world.viewer(Role.GP), at=AT, about=person), connection.cursor() as cursor:
        cursor.execute(_ENTRIES, [person])
        assert cursor.fetchone()[0] > 0

        with as_role(DatabaseRole.LOADER):
            Barrier.objects.create(
                id=new_id(), person_id=person, kind=BarrierKind.SEALED, starts_at=AT
            )

        cursor.execute(_ENTRIES, [person])
        assert cursor.fetchone() == (0,)


def test_the_name_lasts_as_long_as_the_transaction() -> None:
    person = new_id()
    world = make_world()
    with viewing(world.viewer(Role.GP), at=AT, about=person), connection.cursor() as cursor:
        cursor.execute("select access_about()")
        assert cursor.fetchone() == (person,)

    with viewing(world.viewer(Role.PIC), at=AT + timedelta(hours=1)), connection.cursor() as cursor:
        cursor.execute("select access_about()")
        assert cursor.fetchone() == (None,)
