"""Whatever a page reads of a person stands in the audit: found where the database hands it over.

A watcher sees every answer of the database while pages are asked for, and finds in it the keys of
the world's persons and of their things. Each person found must be named by the audit of that page.
"""

import re
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from oneplace.access.models import AuditEntry, AuditPerson
from oneplace.config.database import Role as DatabaseRole
from oneplace.records.models import Subject
from oneplace.vocabulary.terms import Role
from tests.database import as_role
from tests.factories import AT
from tests.house.leaks.two_worlds import questions
from tests.house.role_matrix.pages import standing_at
from tests.house.role_matrix.world import World, make_world

pytestmark = pytest.mark.django_db
_UUID = re.compile(rb"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
# What is not a read of a record: who may, who looked, and whom a search might have meant.
_NOT_A_READ = ("access_", "people_searchkey", "people_namekey")


@pytest.fixture
def world() -> World:
    """Every seat and every situation."""
    return make_world()


class Watcher:
    """Notes whose keys the database hands over."""

    def __init__(self, world: World) -> None:
        with as_role(DatabaseRole.LOADER):
            known = Subject.objects.values_list("pk", "person_id")
            subjects = {key: person for key, person in known if person}
        persons = {person: person for person in world.persons.values()}
        things = {
            key: world.persons[name]
            for (name, *_), key in world.items.items()
            if isinstance(key, uuid.UUID)
        }
        self.whose = {
            str(key).encode(): whose for key, whose in {**persons, **things, **subjects}.items()
        }
        self.read: dict[uuid.UUID, str] = {}

    def __call__(
        self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any
    ) -> Any:
        """Let the statement run, and look at what came back."""
        answer = execute(sql, params, many, context)
        result = context["cursor"].cursor.pgresult
        if result is not None and not self._is_none_of_ours(sql):
            for row in range(result.ntuples):
                for column in range(result.nfields):
                    for key in _UUID.findall(result.get_value(row, column) or b""):
                        if key in self.whose:
                            self.read.setdefault(self.whose[key], sql[:80])
        return answer

    def _is_none_of_ours(self, sql: str) -> bool:
        tables = set(re.findall(r"\b(?:from|join|into|update)\s+\"?([a-z_]+_[a-z_]+)", sql.lower()))
        return bool(tables) and all(table.startswith(_NOT_A_READ) for table in tables)


@contextmanager
def watching(world: World) -> Iterator[Watcher]:
    """Watch every answer of the database."""
    watcher = Watcher(world)
    with connection.execute_wrapper(watcher):
        yield watcher


def _last() -> int:
    with as_role(DatabaseRole.LOADER):
        return AuditEntry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def _audited(since: int) -> set[uuid.UUID]:
    with as_role(DatabaseRole.LOADER):
        entries = AuditEntry.objects.filter(pk__gt=since)
        named = set(entries.filter(person_id__isnull=False).values_list("person_id", flat=True))
        # The opening of a page, or its refusal, whose address names the person.
        about = entries.filter(subject_kind="person_id").values_list("subject_id", flat=True)
        named |= {uuid.UUID(each) for each in about}
        shown = AuditPerson.objects.filter(entry__in=entries).values_list("person_id", flat=True)
        return {each for each in (*named, *shown) if each}


def unaudited(world: World, client: Client, situation: str) -> tuple[int, list[str]]:
    """How many reads of persons the pages made, and those the audit does not name."""
    reads, missing = 0, []
    for name, method, path, *form in questions(world, situation, uuid.uuid4()):
        since = _last()
        with watching(world) as watcher:
            data = dict(zip(form[::2], form[1::2], strict=True))
            client.post(path, data) if method == "POST" else client.get(path)
        audited = _audited(since)
        reads += len(watcher.read)
        missing += [f"{name}: {sql}" for whose, sql in watcher.read.items() if whose not in audited]
    return reads, missing


@pytest.mark.parametrize(
    ("role", "situation"),
    [(Role.GP, "own_team"), (Role.RECORD_STEWARD, "sealed")],
)
def test_every_person_read_by_a_page_is_named_by_its_audit(
    world: World, role: Role, situation: str
) -> None:
    with standing_at(AT):
        reads, missing = unaudited(world, world.browser(role), situation)

    assert missing == []
    assert reads >= 10


def test_the_watcher_sees_what_is_read_past_the_audit(world: World) -> None:
    from oneplace.access.viewer import viewing
    from oneplace.people.models import Person

    with viewing(world.viewer(Role.GP), at=AT), watching(world) as watcher:
        list(Person.objects.filter(pk=world.persons["own_team"]))

    assert set(watcher.read) == {world.persons["own_team"]}
