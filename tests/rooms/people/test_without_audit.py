"""Every verb of the room: with a broken audit nothing is saved."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import connection

from oneplace.access.models import AuditEntry, AuditPerson, Relationship
from oneplace.access.verbs import keep_relationships
from oneplace.access.viewer import Viewer, permissions_of, viewing
from oneplace.config.database import Role as DatabaseRole
from oneplace.partners.models import Organisation
from oneplace.people import verbs
from oneplace.people.models import Match, Merge, NotThisPerson
from oneplace.people.verbs.merging import put_apart
from oneplace.records.models import Entry, Subject
from oneplace.vocabulary.ids import new_id
from oneplace.vocabulary.terms import AccountKind, EntryKind, Exactness, Role, SameOrDifferent
from tests.database import as_role
from tests.factories import bring_in_place
from tests.rooms.people.saying import (
    AT,
    GP,
    HOSPITAL,
    OTHER_NUMBER,
    loader,
    margaret,
    person_of,
    place,
    relink,
    say,
    stay,
    steward,
    subject_id,
    take_in,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(db: None) -> None:
    """Margaret in two sources with a stay, Ada in one; a pair of them, a merge, a doubt."""
    bring_in_place()
    with as_role(DatabaseRole.LOADER):
        say(margaret(GP, "1"), margaret(HOSPITAL, "H1"))
        say(stay(organisation="hospital_trust"))
        say(margaret(GP, "2", given="Ada", born_on=date(1970, 1, 2), nhs_number=OTHER_NUMBER))
        say(margaret(GP, "3", given="Bola", born_on=date(1980, 3, 4), nhs_number="", reach=()))
        first, second = sorted((subject_id(GP, "1"), subject_id(GP, "2")))
        Match.objects.create(one_id=first, other_id=second, weight=1.0, found_at=AT)
        with viewing(steward(), at=AT):
            verbs.merge(
                kept=person_of(GP, "1"), given_up=person_of(GP, "3"), why="x", by=steward(), at=AT
            )
            verbs.mark_not_this_person(
                entry=Entry.objects.get(), person=person_of(GP, "1"), by=steward(), at=AT
            )


def gp() -> Viewer:
    return Viewer(
        account_id=new_id(),
        kind=AccountKind.STAFF,
        name="Dr Gray",
        role=Role.GP,
        organisation_id=Organisation.objects.get(code="ZZAS06").pk,
        permissions=permissions_of(Role.GP),
    )


def died(key: str = "death 1") -> Any:
    return stay(
        kind=EntryKind.DEATH, key=key, starts_at=datetime(2026, 3, 11, tzinfo=UTC), title="Died"
    )


def _prepared(name: str) -> None:
    """What some verbs need beforehand, with the audit still whole."""
    if name == "undo_reading":
        with viewing(steward(), at=AT):
            verbs.settle_match(
                match=Match.objects.get(state="waiting"),
                answer=SameOrDifferent.UNSURE,
                by=steward(),
                at=AT,
            )
    if name == "undo_death":
        with viewing(steward(), at=AT):
            verbs.record_death(
                person=person_of(GP, "2"),
                died_at=None,
                exactness=Exactness.DAY,
                by=steward(),
                at=AT,
            )
    if name == "keep_in_step":
        take_in(died())
    if name in {"place", "relink"}:
        take_in(margaret(GP, "9", given="Chidi", nhs_number="", born_on=date(1960, 6, 7)))


def _do(name: str) -> None:
    sue = steward()
    pair = Match.objects.filter(state__in=("waiting", "unsure")).first()
    merge = Merge.objects.get()
    doubt = NotThisPerson.objects.get()
    acts: dict[str, Callable[[], object]] = {
        "add_person": lambda: verbs.add_person(
            newcomer=verbs.Newcomer("Efua", "Mensah"), by=gp(), at=AT
        ),
        "find_people": lambda: verbs.find_people(text="Okafor", by=sue, at=AT),
        "keep_in_step": lambda: verbs.keep_in_step(
            subject_ids=[subject_id(HOSPITAL, "H1")], by=loader(), at=AT
        ),
        "keep_relationships": lambda: keep_relationships(
            persons=[person_of(GP, "1").pk], wanted=[], source="people", by=loader(), at=AT
        ),
        "mark_not_this_person": lambda: (
            NotThisPerson.objects.update(settled_at=AT),
            verbs.mark_not_this_person(entry=doubt.entry, person=person_of(GP, "1"), by=sue, at=AT),
        ),
        "merge": lambda: verbs.merge(
            kept=person_of(GP, "1"), given_up=person_of(GP, "2"), why="x", by=sue, at=AT
        ),
        "place": lambda: place([subject_id(GP, "9")]),
        "put_apart": lambda: put_apart(merge=merge, why="x", by=sue, at=AT),
        "record_death": lambda: verbs.record_death(
            person=person_of(GP, "2"), died_at=None, exactness=Exactness.DAY, by=sue, at=AT
        ),
        "count_matched": lambda: verbs.count_matched(by=loader(), at=AT),
        "relink": relink,
        "separate": lambda: verbs.separate(
            subject=Subject.objects.get(pk=subject_id(HOSPITAL, "H1")), why="x", by=sue, at=AT
        ),
        "settle_doubt": lambda: verbs.settle_doubt(
            doubt=doubt, is_right=True, words="x", by=sue, at=AT
        ),
        "settle_match": lambda: verbs.settle_match(
            match=pair, answer=SameOrDifferent.SAME, by=sue, at=AT
        ),
        "undo_death": lambda: verbs.undo_death(
            death=person_of(GP, "2").deaths.get(), why="x", by=sue, at=AT
        ),
        "undo_merge": lambda: verbs.undo_merge(merge=merge, why="x", by=sue, at=AT),
        "undo_reading": lambda: verbs.undo_reading(match=pair, by=sue, at=AT),
    }
    acts[name]()


def _everything() -> list[object]:
    """All rows of the room, of subjects, identities, relationships and the audit."""
    tables = [
        table
        for table in connection.introspection.table_names()
        if table.startswith(("people_", "records_", "access_relationship"))
    ]
    found: list[object] = [AuditEntry.objects.count(), AuditPerson.objects.count()]
    found.append(Relationship.objects.count())
    with connection.cursor() as cursor:
        for table in sorted(tables):
            cursor.execute(f"select to_jsonb(t)::text from {table} t order by 1")
            found.append((table, cursor.fetchall()))
    return found


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize(
    "name",
    [
        "add_person", "count_matched", "find_people", "keep_in_step", "keep_relationships",
        "mark_not_this_person", "merge", "place", "put_apart", "record_death", "relink",
        "separate", "settle_doubt", "settle_match", "undo_death", "undo_merge", "undo_reading",
    ],
)  # fmt: skip
def test_without_its_audit_nothing_is_saved(name: str, broken_audit: Callable[[], None]) -> None:
    with as_role(DatabaseRole.LOADER):
        _prepared(name)
        before = _everything()
        broken_audit()

        with pytest.raises(RuntimeError, match="no audit"), viewing(steward(), at=AT):
            _do(name)

        assert _everything() == before
