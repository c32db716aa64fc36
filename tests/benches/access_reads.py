"""What the rule and the audit cost: the record's page, the timeline, and rows through the policies.

Run as a process of its own by the figures, over a database of the tests with every policy. Each
round asks everything once, in turn, so that a busy moment of the machine falls on all alike.
"""

import json
import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from functools import partial
from typing import Any
from unittest.mock import patch
from uuid import UUID

ENTRIES = (200, 2_000)
SITUATIONS = ("own_team", "limit_health")
PAGE = 50


def main(rounds: int) -> None:
    """Print the medians, in milliseconds, as one JSON object."""
    os.environ["ONEPLACE_LOG_LEVEL"] = "ERROR"
    import django

    from tests import database

    django.setup()
    from django.conf import settings
    from django.db import connection

    settings.ALLOWED_HOSTS = ["testserver"]
    database.ready_cluster()
    database.clone(database.NAME)
    # A worker of the service keeps its connection, and the plans in it, from request to request.
    connection.settings_dict["CONN_MAX_AGE"] = None
    from tests.house.role_matrix.world import make_world

    world = make_world()
    persons = {
        (situation, number): lengthen(world, situation, number)
        for situation in SITUATIONS
        for number in ENTRIES
    }
    with connection.cursor() as cursor:
        cursor.execute("set role oneplace_owner")
        cursor.execute("analyze")
        cursor.execute("set role oneplace_web")
    took: dict[str, list[float]] = {}
    for turn in range(rounds + 2):
        for name, ask in _asked(world, persons):
            if name.startswith(("page", "timeline")):
                ask()  # under another role than the ask before, whose plans are not its own
            seconds = _seconds(ask)
            if turn >= 2:  # the first warm up caches of plans and templates
                took.setdefault(name, []).append(seconds * 1000)
    print(json.dumps({name: round(statistics.median(all_), 3) for name, all_ in took.items()}))
    connection.close()


def _seconds(ask: Callable[[], object]) -> float:
    began = time.perf_counter()
    ask()
    return time.perf_counter() - began


def lengthen(world: Any, situation: str, number: int) -> tuple[UUID, list[UUID]]:
    """A person in the situation with so many entries of all partners; returns the newest ids."""
    from oneplace.access.models import Barrier, Relationship
    from oneplace.config.database import Role as DatabaseRole
    from oneplace.people.models import Person
    from oneplace.records.models import Entry, Subject
    from oneplace.vocabulary.ids import new_id
    from oneplace.vocabulary.terms import EntryKind
    from tests.database import as_role
    from tests.factories import AT
    from tests.house.role_matrix.situations import SITUATIONS as KNOWN
    from tests.house.role_matrix.situations import barriers, ties
    from tests.house.role_matrix.world import SOURCES

    with as_role(DatabaseRole.LOADER):
        person = Person(id=new_id(), given="Ada", family=f"Long{number}", made_at=AT)
        person.current_id = person.pk
        person.save(force_insert=True)
        Relationship.objects.bulk_create(ties(KNOWN[situation], person.pk, world))
        Barrier.objects.bulk_create(barriers(KNOWN[situation], person.pk, world))
        sources = [SOURCES[each] for each in ("practice", "hospital", "council", "mental_health")]
        subjects = [
            Subject(id=new_id(), authority=f"bench:{source}", value="1", person_id=person.pk)
            for source in sources
        ]
        Subject.objects.bulk_create(subjects)
        kinds = (EntryKind.CONTACT, EntryKind.CONDITION, EntryKind.NOTE, EntryKind.ALLERGY)
        entries = [
            Entry(
                id=new_id(),
                source=sources[turn % 4],
                kind=kinds[turn // 4 % 4],
                key=f"bench {person.pk} {turn}",
                subject=subjects[turn % 4],
                status="current",
                starts_at=AT - timedelta(days=turn),
                title=f"Entry {turn}",
                words="As it was said, in a sentence of some length, with nothing of importance.",
                said_at=AT,
                first_said_at=AT,
                arrived_at=AT - timedelta(days=turn),
                content_sha=new_id().bytes * 2,
            )
            for turn in range(number)
        ]
        Entry.objects.bulk_create(entries, batch_size=500)
    return person.pk, [entry.pk for entry in entries]


def _asked(world: Any, persons: Any) -> Iterator[tuple[str, Callable[[], object]]]:
    """Everything measured in one round, by name."""
    from oneplace.vocabulary.terms import Role

    client = world.browser(Role.GP)
    viewer = world.viewer(Role.GP)
    yield "openings", partial(_openings, viewer)
    for (situation, number), (person, keys) in persons.items():
        case = f"{situation}.{number}"
        story = partial(_page, client, f"/person/{person}/")
        yield f"page.{case}", story
        with _unguarded():
            yield f"page_bare.{case}", story
        path = f"/person/{person}/timeline.json"
        wanted = keys[:PAGE] if situation == "own_team" else []
        yield f"timeline.{case}", partial(_timeline, client, path, wanted)
        yield f"floor.{case}", partial(_floor, viewer, person, keys)
        yield f"policy.{case}", partial(_rows, viewer, person, "oneplace_web")
        yield f"no_policy.{case}", partial(_rows, viewer, person, "oneplace_loader")


def _page(client: Any, path: str) -> None:
    from tests.factories import AT
    from tests.house.role_matrix.pages import standing_at

    with standing_at(AT):
        answer = client.get(path)
    assert answer.status_code == 200, answer.status_code


def _timeline(client: Any, path: str, wanted: list[UUID]) -> None:
    from tests.factories import AT
    from tests.house.role_matrix.pages import standing_at

    with standing_at(AT):
        entries = client.get(path).json()["entries"]
    assert len(entries) == PAGE
    # Of a record kept back in part other rows come first; how many is asserted all the same.
    assert not wanted or [each["id"] for each in entries] == [str(key) for key in wanted]


def _openings(viewer: Any) -> None:
    from oneplace.access.viewer import viewing
    from tests.factories import AT

    with viewing(viewer, at=AT):
        pass


_FLOOR = """
with allowed as materialized (
    select true from access_relationship r
     where r.person_id = %(person)s and r.party_id = any (%(parties)s)
       and r.starts_at <= %(at)s and (r.ends_at is null or r.ends_at > %(at)s) limit 1
), audited as (
    insert into access_auditentry (care_at, account_id, account_kind, role, door, action, outcome,
        purpose, reason, route, subject_kind, subject_id, person_id, detail)
    select %(at)s, %(account)s, 'staff', 'gp', 'page', 'see_timeline', 'done', 'direct_care', '',
           '', '', '', %(person)s, '{}'::jsonb from allowed
)
select e.id, e.kind, e.status, e.starts_at, e.title, e.words, e.source, e.detail
  from records_subject s cross join lateral (
        select * from records_entry e where e.subject_id = s.id
         order by e.sorts_at desc nulls last, e.id limit %(size)s) e
 where s.person_id = %(person)s and exists (select from allowed)
 order by e.sorts_at desc nulls last, e.id limit %(size)s
"""


def _floor(viewer: Any, person: UUID, keys: list[UUID]) -> None:
    """Check, audit and read in one plain statement and transaction, no policy in between."""
    from django.db import connection, transaction

    from tests.factories import AT

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("set local role oneplace_loader")
        cursor.execute(
            _FLOOR,
            {
                "person": person,
                "parties": list(viewer.parties),
                "account": viewer.account_id,
                "at": AT,
                "size": PAGE,
            },
        )
        rows = cursor.fetchall()
    assert [row[0] for row in rows] == keys[:PAGE]


def _rows(viewer: Any, person: UUID, role: str) -> int:
    """Read every entry of a person through the policies of a role; how many there were."""
    from django.db import connection

    from oneplace.access.viewer import viewing
    from tests.factories import AT

    with viewing(viewer, at=AT, about=person), connection.cursor() as cursor:
        cursor.execute(f"set local role {role}")
        cursor.execute(
            "select count(e.title) from records_entry e where e.subject_id = any"
            " (array(select s.id from records_subject s where s.person_id = %s))",
            [person],
        )
        found = int(cursor.fetchall()[0][0])
    assert found > 0
    return found


@contextmanager
def _unguarded() -> Iterator[None]:
    """The same pages with no policy, no openings and no entry in the audit: the rest of the cost.

    What a statement of a page writes into the audit is left out of it; everything else is as it is.
    """
    from django.db import connection

    from oneplace.access import audit, viewer

    told = viewer.TOLD.partition(" set_config('oneplace.opened'")[0].rstrip(", ")

    def tell(viewer_: Any, *, at: Any, **_: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"select {told}", viewer.told(viewer_, at=at))

    def record_opening(*, by: Any, at: Any, **_: Any) -> None:
        tell(by, at=at)

    def within(*, person_id: UUID, **_: Any) -> tuple[str, dict[str, Any]]:
        return "select 1 as nothing", {"person_id": person_id}

    with ExitStack() as patched:
        patched.enter_context(patch.object(audit, "record_opening", record_opening))
        patched.enter_context(patch.object(audit, "record", lambda **_: None))
        patched.enter_context(patch.object(audit, "within", within))
        patched.enter_context(patch.object(viewer, "tell_database", tell))
        with connection.cursor() as cursor:
            cursor.execute("set role oneplace_loader")
        try:
            yield
        finally:
            with connection.cursor() as cursor:
                cursor.execute("set role oneplace_web")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 15)
