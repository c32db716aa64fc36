"""One rule, asked twice: Python and SQL agree on every generated case, and row policies on both."""

import random
import uuid
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import connection

from oneplace.access.models import Barrier, Permit, Relationship, SourceOwner
from oneplace.access.rule import as_sql, decide
from oneplace.access.rule.facts import case_of
from oneplace.access.rule.light import _Telling, light
from oneplace.access.viewer import Viewer, permissions_of, viewing
from oneplace.config.database import Role as DatabaseRole
from oneplace.partners.models import Organisation
from oneplace.vocabulary.ids import new_id
from oneplace.vocabulary.terms import (
    AccountKind,
    BarrierKind,
    DataCategory,
    RelationshipKind,
    Role,
)
from tests.database import as_role
from tests.factories import AT, bring_in_place

pytestmark = pytest.mark.django_db

PERSONS = 60
PARTS = list(DataCategory)


@pytest.fixture(autouse=True)
def place() -> Iterator[None]:
    bring_in_place()
    yield


def _viewer(role: Role, code: str) -> Viewer:
    organisation = Organisation.objects.get(code=code)
    return Viewer(
        account_id=new_id(),
        kind=AccountKind.STAFF,
        name="Somebody",
        role=role,
        hat_id=new_id(),
        organisation_id=organisation.pk,
        team_ids=(new_id(),),
        permissions=permissions_of(role) | {"explain_access"},
    )


def _viewers() -> list[Viewer]:
    return [
        _viewer(Role.GP, "ZZTH04"),
        _viewer(Role.PIC, "age_uk"),
        _viewer(Role.SOCIAL_WORKER, "council"),
        _viewer(Role.DISCHARGE_NURSE, "hospital_trust"),
        _viewer(Role.MENTAL_HEALTH_WORKER, "mental_health_trust"),
        _viewer(Role.RECORD_STEWARD, "hospital_trust"),
        _viewer(Role.ANALYST, "commissioner"),
    ]


def _times(chance: random.Random) -> dict[str, object]:
    starts = AT + timedelta(days=chance.choice([-30, -1, 0, 1]))
    ends = chance.choice([None, None, starts, starts + timedelta(days=chance.choice([1, 20, 60]))])
    return {"starts_at": starts, "ends_at": ends}


def _make(persons: list[uuid.UUID], viewers: list[Viewer], chance: random.Random) -> None:
    parties = [party for viewer in viewers for party in viewer.parties]
    strangers = [new_id() for _ in range(3)]
    relationships = [
        Relationship(
            person_id=person,
            party_id=chance.choice(parties + strangers),
            kind=chance.choice(list(RelationshipKind)),
            source="test",
            **_times(chance),
        )
        for person in persons
        for _ in range(chance.randint(0, 7))
    ]
    barriers = [
        Barrier(
            person_id=person,
            kind=chance.choice(list(BarrierKind)),
            party_id=chance.choice([None, *parties, *strangers]),
            category=chance.choice(["", "", "", *PARTS]),
            lets_in=chance.choice([[], [], [chance.choice(parties)]]),
            source="test",
            **_times(chance),
        )
        for person in persons
        for _ in range(chance.choice([0, 0, 1, 1, 2]))
    ]
    permits = [
        Permit(
            person_id=person,
            party_id=chance.choice(parties),
            category=chance.choice(["", *PARTS]),
            source="test",
            **_times(chance),
        )
        for person in persons
        for _ in range(chance.choice([0, 0, 1]))
    ]
    with as_role(DatabaseRole.LOADER):
        # Some barriers come before the relationships they lie across, some after.
        Barrier.objects.bulk_create(barriers[::2])
        Relationship.objects.bulk_create(relationships)
        Barrier.objects.bulk_create(barriers[1::2])
        Permit.objects.bulk_create(permits)


_CELLS = f"""
select p.id, o.owner, c.part,
       {as_sql.part_opens("p.id", "o.owner", "c.part")},
       {as_sql.PART_OPEN}(p.id, o.owner, c.part)
  from unnest(%s::uuid[]) as p (id)
 cross join unnest(%s::text[]) as o (owner)
 cross join unnest(%s::text[]) as c (part)
"""
_RECORDS = f"""
select p.id, {as_sql.record_opens("p.id")}, {as_sql.RECORD_OPEN}(p.id)
  from unnest(%s::uuid[]) as p (id)
"""


@pytest.mark.parametrize("seed", [1])
def test_python_and_sql_agree_on_every_case_exactly(seed: int) -> None:
    chance = random.Random(seed)
    viewers = _viewers()
    persons = [new_id() for _ in range(PERSONS)]
    _make(persons, viewers, chance)
    owners = [*SourceOwner.objects.values_list("owner", flat=True), "nobody knows"]
    asked, opened = 0, 0

    for viewer in viewers:
        with viewing(viewer, at=AT), connection.cursor() as cursor:
            cases = {person: case_of(person, viewer, at=AT) for person in persons}
            cursor.execute(_CELLS, [persons, owners, [part.value for part in PARTS]])
            for person, owner, part, inline, called in cursor.fetchall():
                case = decide.of_part(cases[person], owner=owner, part=DataCategory(part))
                by_known = decide.decides_by(case, decide.opening(case))
                said = (decide.decides(case), by_known)
                assert (inline, called) == said, (viewer.role, owner, part)
                asked += 1
                opened += inline
            for person in persons[:12]:
                shown = light(person, viewer, at=AT)
                told = _Telling(shown.case, decide.opening(shown.case), shown.owners,
                                shown.agreements, shown.on, shown.reader)  # fmt: skip
                assert shown.sentences == told.sentences
            cursor.execute(_RECORDS, [persons])
            is_steward = viewer.role is Role.RECORD_STEWARD
            for person, inline, called in cursor.fetchall():
                assert inline == called
                # The steward's reach to everybody opens parts of records, not all of a person.
                assert is_steward or inline == decide.opens(cases[person])

    assert asked >= 7 * PERSONS * 11 * 9
    assert asked / 100 < opened < asked / 2
