"""Relationships as the web role writes them: for others too, never without their entry."""

import uuid
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.apps import apps
from django.db import ProgrammingError, connection, transaction

from oneplace.access import audit, verbs
from oneplace.access.models import AuditEntry, AuditPerson, Relationship
from oneplace.access.verbs.kept import WantedRelationship
from oneplace.access.viewer import Viewer, viewing
from oneplace.config.database import Role as DatabaseRole
from oneplace.kit.refusals import Refused
from oneplace.vocabulary.ids import new_id
from oneplace.vocabulary.terms import AccountKind, RelationshipKind
from tests.database import as_role, connection_as

pytestmark = pytest.mark.django_db


def _somebody() -> Viewer:
    return Viewer(account_id=new_id(), kind=AccountKind.STAFF, name="Somebody", hat_id=new_id())


def _open(by: Viewer, party_id: uuid.UUID, at: datetime) -> Relationship:
    with viewing(by, at=at):
        return verbs.open_relationship(
            person_id=new_id(),
            party_id=party_id,
            kind=RelationshipKind.CASELOAD,
            source="referrals",
            source_id=new_id(),
            by=by,
            at=at,
        )


def _kept(relationship: Relationship) -> Relationship:
    with as_role(DatabaseRole.LOADER):
        return Relationship.objects.get(pk=relationship.pk)


def test_a_clinician_opens_a_relationship_for_a_team(at: datetime) -> None:
    clinician, team = _somebody(), new_id()

    opened = _open(clinician, team, at)

    kept = _kept(opened)
    assert (kept.party_id, kept.kind, kept.source) == (team, RelationshipKind.CASELOAD, "referrals")
    assert (kept.starts_at, kept.ends_at) == (at, None)
    assert (opened.person_id, opened.source_id) == (kept.person_id, kept.source_id)


def test_a_manager_ends_a_colleagues_relationship(at: datetime) -> None:
    clinician, manager = _somebody(), _somebody()
    opened = _open(clinician, clinician.hat_id or new_id(), at)
    later = at + timedelta(days=3)

    with viewing(manager, at=later):
        ended = verbs.end_relationship(relationship=opened, by=manager, at=later)

    assert ended.ends_at == _kept(opened).ends_at == later


def test_both_leave_an_entry_and_a_history(at: datetime) -> None:
    clinician = _somebody()
    opened = _open(clinician, new_id(), at)
    with viewing(clinician, at=at):
        verbs.end_relationship(relationship=opened, by=clinician, at=at)

    with as_role(DatabaseRole.LOADER):
        entries = AuditEntry.objects.filter(subject_id=str(opened.pk)).order_by("id")
        said = list(entries.values_list("action", "person_id", "account_id"))
        events = apps.get_model("access", "RelationshipEvent").objects
        changes = events.filter(pgh_obj_id=opened.pk).count()

    person, account = opened.person_id, clinician.account_id
    assert said == [("open_relationship", person, account), ("end_relationship", person, account)]
    assert changes == 2


def test_what_has_ended_does_not_end_again_and_leaves_no_entry(at: datetime) -> None:
    clinician = _somebody()
    opened = _open(clinician, new_id(), at)
    with viewing(clinician, at=at):
        verbs.end_relationship(relationship=opened, by=clinician, at=at)

    with viewing(clinician, at=at), pytest.raises(Refused, match="already ended"):
        verbs.end_relationship(relationship=opened, by=clinician, at=at + timedelta(days=1))

    assert _kept(opened).ends_at == at
    with as_role(DatabaseRole.LOADER):
        assert AuditEntry.objects.filter(action="end_relationship").count() == 1


def test_what_was_to_begin_later_never_begins(at: datetime) -> None:
    clinician = _somebody()
    opened = _open(clinician, new_id(), at)

    with viewing(clinician, at=at):
        verbs.end_relationship(relationship=opened, by=clinician, at=at - timedelta(days=1))

    assert _kept(opened).ends_at == at


def _insert(clinician: Viewer, own: Relationship, at: datetime) -> None:
    Relationship(
        person_id=new_id(),
        party_id=clinician.hat_id or new_id(),
        kind=RelationshipKind.CASELOAD,
        source="test",
        starts_at=at,
    ).save(force_insert=True)


def _another_person(_: Viewer, own: Relationship, at: datetime) -> None:
    Relationship.objects.filter(pk=own.pk).update(person_id=new_id())


def _another_end(_: Viewer, own: Relationship, at: datetime) -> None:
    Relationship.objects.filter(pk=own.pk).update(ends_at=at + timedelta(days=9))


def _remove(_: Viewer, own: Relationship, at: datetime) -> None:
    Relationship.objects.filter(pk=own.pk)._raw_delete("default")


def _call_without_entry(clinician: Viewer, own: Relationship, at: datetime) -> None:
    row = f'[{{"id": "{new_id()}", "person_id": "{new_id()}", "party_id": "{clinician.hat_id}"}}]'
    with connection.cursor() as cursor:
        cursor.execute("select * from access_open_relationships(%s::jsonb)", [row])


def _end_without_entry(_: Viewer, own: Relationship, at: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute("select * from access_end_relationships(%s::uuid[], %s)", [[own.pk], at])


def _end_with_anothers_entry(_: Viewer, own: Relationship, at: datetime) -> None:
    audit.record(
        by=_somebody(),
        at=at,
        action="end_relationship",
        subject=("relationship", own.pk),
        person_id=own.person_id,
    )
    _end_without_entry(_, own, at)


@pytest.mark.parametrize(
    "attempt",
    [
        _insert,
        _another_person,
        _another_end,
        _remove,
        _call_without_entry,
        _end_without_entry,
        _end_with_anothers_entry,
    ],
    ids=lambda attempt: attempt.__name__.strip("_"),
)
def test_the_web_role_writes_no_relationship_by_itself(
    at: datetime, attempt: Callable[[Viewer, Relationship, datetime], None]
) -> None:
    clinician = _somebody()
    own = _open(clinician, clinician.hat_id or new_id(), at)

    with (
        viewing(clinician, at=at),
        pytest.raises(ProgrammingError, match=r"permission denied|only with its entry"),
        transaction.atomic(),
    ):
        attempt(clinician, own, at)

    with as_role(DatabaseRole.LOADER):
        kept = list(Relationship.objects.values_list("pk", "person_id", "ends_at"))
    assert kept == [(own.pk, own.person_id, None)]


def test_an_entry_of_an_earlier_transaction_opens_nothing(committed: str) -> None:
    viewer, person, row = new_id(), new_id(), new_id()
    told = (
        "select set_config('oneplace.viewer', %(v)s, true),"
        " set_config('oneplace.parties', %(p)s, true)"
    )
    who = {"v": str(viewer), "p": f"{{{viewer}}}"}
    opened = (
        f'[{{"id": "{row}", "person_id": "{person}", "party_id": "{viewer}", "kind": "caseload",'
        ' "source": "test", "starts_at": "2026-03-12T09:40:00Z"}]'
    )
    with connection_as(DatabaseRole.WEB, committed) as web:
        web.execute(told, who)
        web.execute(
            "insert into access_auditentry (care_at, account_id, account_kind, role, door, action,"
            " outcome, purpose, reason, route, subject_kind, subject_id, person_id, detail)"
            " values (now(), %s, 'staff', '', 'page', 'open_relationship', 'done', '', '', '',"
            " 'relationship', %s, %s, '{}')",
            [viewer, str(row), person],
        )
        web.commit()

        web.execute(told, who)
        with pytest.raises(Exception, match="only with its entry"):
            web.execute("select * from access_open_relationships(%s::jsonb)", [opened])


def test_nobody_opens_a_relationship_before_the_database_was_told_who_acts(at: datetime) -> None:
    clinician = _somebody()
    with connection.cursor() as cursor:
        cursor.execute("select set_config('oneplace.viewer', '', true)")

    with pytest.raises(ProgrammingError, match="nobody is looking"), transaction.atomic():
        verbs.open_relationship(
            person_id=new_id(),
            party_id=new_id(),
            kind=RelationshipKind.CASELOAD,
            source="test",
            by=clinician,
            at=at,
        )


# --- in sets --------------------------------------------------------------------------------------

KEEP = """select * from {}(%s, %s, %s::uuid[], %s::uuid[], %s::uuid[], %s::uuid[], %s::text[],
    %s::uuid[], %s::timestamptz[], %s::timestamptz[], %s::uuid[], %s::uuid[], %s)"""


def _wanted(person: uuid.UUID, party: uuid.UUID | None, at: datetime) -> WantedRelationship:
    return WantedRelationship(
        person, party or new_id(), RelationshipKind.CASELOAD, source_id=None, starts_at=at
    )


def _keep(by: Viewer, wanted: list[WantedRelationship], at: datetime) -> None:
    persons = [one.person_id for one in wanted]
    verbs.keep_relationships(persons=persons, wanted=wanted, source="test", by=by, at=at)


def _ask_database(
    by: Viewer,
    at: datetime,
    *,
    persons: list[uuid.UUID],
    wanted: list[uuid.UUID],
    source: str = "test",
    said: str = "test",
    same: tuple[list[uuid.UUID], list[uuid.UUID]] = ([], []),
    function: str = "access_keep_relationships",
) -> None:
    """What a page could send to the database itself, with one entry that says `said`."""
    entry = new_id()
    audit.record(
        by=by,
        at=at,
        action="keep_relationships",
        subject=("relationships", entry),
        detail={"source": said},
    )
    rows = (
        [new_id() for _ in wanted],
        wanted,
        [by.hat_id] * len(wanted),
        ["caseload"] * len(wanted),
        [None] * len(wanted),
        [at] * len(wanted),
        [None] * len(wanted),
    )
    with connection.cursor() as cursor:
        cursor.execute(KEEP.format(function), [entry, source, persons, *rows, *same, at])


def test_every_person_whose_relationships_are_kept_stands_in_the_audit(at: datetime) -> None:
    steward, persons = _somebody(), [new_id(), new_id(), new_id()]

    with viewing(steward, at=at):
        _keep(steward, [_wanted(person, None, at) for person in persons], at)

    with as_role(DatabaseRole.LOADER):
        entry = AuditEntry.objects.get(action="keep_relationships")
        named = AuditPerson.objects.filter(entry=entry).values_list("person_id", flat=True)
        opened = Relationship.objects.values_list("person_id", flat=True)
        assert sorted(named) == sorted(opened) == sorted(persons)


def test_the_loader_keeps_relationships_of_everybody_and_names_its_batch_alone(
    at: datetime,
) -> None:
    job = _somebody()

    with as_role(DatabaseRole.LOADER), viewing(job, at=at):
        _keep(job, [_wanted(new_id(), None, at), _wanted(new_id(), None, at)], at)
        opened, named = len(Relationship.objects.all()), len(AuditPerson.objects.all())

    assert (opened, named) == (2, 0)


def _of_nobody_named(by: Viewer, other: uuid.UUID, at: datetime) -> None:
    _ask_database(by, at, persons=[new_id()], wanted=[other])


def _copied_to_nobody_named(by: Viewer, other: uuid.UUID, at: datetime) -> None:
    person = new_id()
    _ask_database(by, at, persons=[person], wanted=[], same=([new_id()], [person]))


def _copied_from_nobody_named(by: Viewer, other: uuid.UUID, at: datetime) -> None:
    person = new_id()
    _ask_database(by, at, persons=[person], wanted=[], same=([person], [other]))


def _for_another_room(by: Viewer, other: uuid.UUID, at: datetime) -> None:
    _ask_database(by, at, persons=[other], wanted=[], source="referrals", said="test")


def _by_the_inner_function(by: Viewer, other: uuid.UUID, at: datetime) -> None:
    _ask_database(by, at, persons=[other], wanted=[other], function="access_keep_as_told")


@pytest.mark.parametrize(
    ("attempt", "words"),
    [
        (_of_nobody_named, "only of the persons named"),
        (_copied_to_nobody_named, "only of the persons named"),
        (_copied_from_nobody_named, "only of the persons named"),
        (_for_another_room, "only with their entry"),
        (_by_the_inner_function, "permission denied"),
    ],
    ids=lambda value: getattr(value, "__name__", "").strip("_"),
)
def test_one_entry_is_no_key_to_people_it_does_not_name(
    at: datetime, attempt: Callable[[Viewer, uuid.UUID, datetime], None], words: str
) -> None:
    clinician = _somebody()
    colleagues = _open(clinician, new_id(), at)

    with (
        viewing(clinician, at=at),
        pytest.raises(ProgrammingError, match=words),
        transaction.atomic(),
    ):
        attempt(clinician, colleagues.person_id, at)

    with as_role(DatabaseRole.LOADER):
        kept = list(Relationship.objects.values_list("pk", "ends_at"))
    assert kept == [(colleagues.pk, None)]


def test_an_entry_by_somebody_else_keeps_nothing(at: datetime) -> None:
    clinician, person = _somebody(), new_id()

    with (
        viewing(clinician, at=at),
        pytest.raises(ProgrammingError, match="only with their entry"),
        transaction.atomic(),
    ):
        _ask_database(_somebody(), at, persons=[person], wanted=[person])
