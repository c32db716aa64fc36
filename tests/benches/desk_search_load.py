"""Searches a whole borough as the web role does: how long people wait, and what is scanned.

Run as a process of its own by the figure. Everybody is registered with a practice of the place and
has a name, a birth date, a number, an address and a telephone; what they are found by and who may
open them is made by the room's own verbs. Somebody of one practice then looks for its people, as
people do: by name, by a slip of it, by an initial, a birth date, a number, a postcode.
"""

import json
import os
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, Final, NamedTuple

PEOPLE: Final = int(os.environ.get("ONEPLACE_BENCH_PEOPLE", "380000"))
SEARCHES: Final = 400
SEED: Final = 20260312
AT_ONCE: Final = 10_000
LARGE: Final = 5_000
"""Rows of a table from which on reading all of it would be felt."""
A_VIEWER: Final = 15
"""Searches of one account: beyond what work explains it is refused."""


class Somebody(NamedTuple):
    """One invented person, as they are looked for."""

    given: str
    family: str
    born_on: date
    nhs_number: str
    postcode: str
    phone: str
    practice: str


def everybody(chance: random.Random, practices: Sequence[str]) -> list[Somebody]:
    """The people of the borough; numbers are of the range for tests."""
    from oneplace.borough.lives import names
    from oneplace.vocabulary.nhs_number import check_digit

    families = [name for group in names.FAMILY_NAMES.values() for name in group]
    given = [
        name for ages in names.GIVEN_NAMES.values() for listed in ages.values() for name in listed
    ]
    found = []
    for number in range(PEOPLE):
        nine = f"9{chance.randrange(10**7, 10**8)}"
        digit = check_digit(nine)
        found.append(
            Somebody(
                chance.choice(given),
                chance.choice(families),
                date(1925, 1, 1) + timedelta(days=chance.randrange(36_000)),
                "" if digit is None else f"{nine}{digit}",
                f"CR{number % 9} {number % 9}{chance.choice('ABDEF')}{chance.choice('ABDEF')}",
                f"020 7946 {chance.randrange(10_000):04d}",
                chance.choice(practices),
            )
        )
    return found


def fill(people: Sequence[Somebody], at: Any) -> None:
    """Bring them in, by rows of sources, and let the room make of them what follows."""
    from oneplace.access.viewer import viewing
    from oneplace.people import verbs
    from oneplace.people.models import Link, LinkedBy, Person
    from oneplace.records.models import Identity, Reach, Subject
    from oneplace.vocabulary.ids import new_id
    from oneplace.vocabulary.terms import ReachKind
    from tests.rooms.records.arriving import loader

    for start in range(0, len(people), AT_ONCE):
        batch = people[start : start + AT_ONCE]
        persons = [Person(id=new_id(), made_at=at) for _ in batch]
        for person in persons:
            person.current_id = person.pk
        Person.objects.bulk_create(persons)
        subjects = [
            Subject(id=new_id(), authority="bench", value=f"{start + place}", person_id=person.pk)
            for place, person in enumerate(persons)
        ]
        Subject.objects.bulk_create(subjects)
        said = [
            Identity(
                id=new_id(), subject=subject, source="gp_history", given=one.given,
                family=one.family, born_on=one.born_on, nhs_number=one.nhs_number,
                is_nhs_number_sound=bool(one.nhs_number), practice_code=one.practice,
                organisation=one.practice, said_at=at, first_said_at=at, arrived_at=at,
                content_sha=subject.pk.bytes * 2,
            )
            for subject, one in zip(subjects, batch, strict=True)
        ]  # fmt: skip
        Identity.objects.bulk_create(said)
        Reach.objects.bulk_create(
            reach
            for identity, one in zip(said, batch, strict=True)
            for reach in (
                Reach(
                    identity=identity, position=0, kind=ReachKind.ADDRESS, postcode=one.postcode,
                    text=f"1 High Street, {one.postcode}", lines=["1 High Street"],
                ),
                Reach(identity=identity, position=1, kind=ReachKind.MOBILE, text=one.phone),
            )
        )  # fmt: skip
        Link.objects.bulk_create(
            Link(
                id=new_id(), subject=subject, person_id=subject.person_id or new_id(),
                linked_by=LinkedBy.NUMBER, since_at=at,
            )
            for subject in subjects
        )  # fmt: skip
        with viewing(loader(), at=at) as by:
            verbs.write_findings(person_ids=[each.pk for each in persons], by=by, at=at)


def _slip(name: str, chance: random.Random) -> str:
    place = chance.randrange(1, len(name))
    return name[:place] + name[place + 1 :]


WAYS: Final[dict[str, Callable[[Somebody, random.Random], str]]] = {
    "name": lambda one, _: f"{one.given} {one.family}",
    "slip": lambda one, chance: f"{one.given} {_slip(one.family, chance)}",
    "initial": lambda one, _: f"{one.given[0]} {one.family}",
    "name and birth date": lambda one, _: f"{one.family} {one.born_on:%d/%m/%Y}",
    "number": lambda one, _: one.nhs_number,
    "postcode": lambda one, _: f"{one.family} {one.postcode}",
    "first name": lambda one, _: one.given,
}


def searched(people: Sequence[Somebody], viewer: Any, at: Any) -> dict[str, Any]:
    """Milliseconds of each search, worst and usual, and how many found whom they were for."""
    from oneplace.access.viewer import viewing
    from oneplace.people import verbs
    from oneplace.vocabulary.ids import new_id

    chance = random.Random(SEED)
    ways = list(WAYS)
    took: dict[str, list[float]] = {way: [] for way in ways}
    found = 0
    by = viewer
    for turn in range(SEARCHES + 20):
        if turn % A_VIEWER == 0:
            by = replace(viewer, account_id=new_id())
        way, one = ways[turn % len(ways)], chance.choice(people)
        text = WAYS[way](one, chance) or f"{one.given} {one.family}"
        began = time.perf_counter()
        with viewing(by, at=at):
            answer = verbs.find_people(text=text, by=by, at=at)
        if turn >= 20:  # the first make the connection's caches
            took[way].append(1000 * (time.perf_counter() - began))
            found += any(one.family in each.name for each in answer.people)
    waits = sorted(each for times in took.values() for each in times)
    slowest = max(ways, key=lambda way: sorted(took[way])[int(len(took[way]) * 0.95)])
    return {
        "p50_ms": waits[len(waits) // 2],
        "p95_ms": waits[int(len(waits) * 0.95)],
        "slowest": slowest,
        "found": found / SEARCHES,
    }


def main() -> None:
    """Fill, search, count what was scanned; print the figures as JSON."""
    from tests import database

    os.environ["ONEPLACE_LOG_LEVEL"] = "ERROR"
    import django

    django.setup()
    database.ready_cluster()
    database.clone(database.NAME)
    from django.conf import settings
    from django.db import connection, transaction

    from oneplace.config.database import Role as DatabaseRole
    from oneplace.vocabulary.terms import Role
    from tests.database import as_role
    from tests.factories import AT
    from tests.house.role_matrix.world import PRACTICE, make_world

    world = make_world()
    chance = random.Random(SEED)
    people = everybody(chance, [each.code for each in settings.PLACE.practices])
    with as_role(DatabaseRole.LOADER), transaction.atomic():
        fill(people, AT)
    with as_role(DatabaseRole.OWNER), connection.cursor() as cursor:
        cursor.execute("analyze")
    own = [one for one in people if one.practice == PRACTICE]
    before = _scans(database)
    told = searched(own, world.viewer(Role.GP), AT)
    with connection.cursor() as cursor:
        cursor.execute("select pg_stat_force_next_flush()")
    connection.close()
    scanned = {
        table: scans - before.get(table, 0)
        for table, scans in _scans(database).items()
        if scans > before.get(table, 0)
    }
    print(json.dumps({**told, "people": len(people), "own": len(own), "scanned": scanned}))


def _scans(database: Any) -> dict[str, int]:
    """How often each large table has been read from end to end."""
    with database.admin(database.NAME) as admin:
        rows = admin.execute(
            "select relname, seq_scan from pg_stat_user_tables"
            " where n_live_tup >= %s and relname not like 'access_audit%%'",
            [LARGE],
        ).fetchall()
    return {str(name): int(scans) for name, scans in rows}


if __name__ == "__main__":
    main()
