"""The audit stands or falls with what it records, only grows, and any tampering is found."""

import time
import uuid
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import psycopg
import pytest
from django.db import connection, transaction

from oneplace.access import audit, sealer, verbs
from oneplace.access.models import AuditEntry, AuditPerson, Relationship
from oneplace.access.viewer import Viewer, viewing
from oneplace.config.database import Role
from oneplace.vocabulary.ids import new_id
from oneplace.vocabulary.terms import AccountKind, RelationshipKind
from tests.database import admin, as_role, connection_as


@pytest.fixture
def officer() -> Viewer:
    return Viewer(
        account_id=new_id(),
        kind=AccountKind.STAFF,
        name="Officer",
        permissions=frozenset({"see_audit"}),
    )


@pytest.fixture
def sealed(
    committed: str, officer: Viewer, at: datetime, tmp_path: Path
) -> Iterator[sealer.Anchor]:
    """Twelve entries in three sealed blocks, anchored; the connection speaks as the loader."""
    anchor = sealer.Anchor(tmp_path / "anchor")
    for block in range(3):
        for _ in range(4):
            with viewing(officer, at=at):
                audit.record(
                    by=officer,
                    at=at,
                    action=f"look_{block}",
                    persons_shown=[uuid.UUID(int=number) for number in range(3)],
                )
        with as_role(Role.LOADER):
            _seal_soon()
            assert anchor.write_head()
    with as_role(Role.LOADER):
        yield anchor


def _seal_soon() -> sealer.Sealed:
    """Seal, waiting for whoever else has a transaction open in the same server just now."""
    until = time.monotonic() + 20
    while time.monotonic() < until:
        if sealed := sealer.seal():
            return sealed
        time.sleep(0.05)
    raise AssertionError("nothing could be sealed: some transaction stays open")


def _tamper(database: str, *statements: str) -> None:
    """What a superuser of the database could do: switch the triggers off and write."""
    with admin(database) as superuser:
        superuser.execute("set session_replication_role = replica")
        for statement in statements:
            superuser.execute(statement)


@pytest.mark.django_db
def test_an_entry_is_written_in_the_transaction_of_what_it_records(
    officer: Viewer, at: datetime
) -> None:
    with viewing(officer, at=at), pytest.raises(ZeroDivisionError), transaction.atomic():
        audit.record(by=officer, at=at, action="look")
        raise ZeroDivisionError

    with viewing(officer, at=at):
        assert AuditEntry.objects.filter(action="look").count() == 0


def test_no_entry_is_written_outside_a_transaction(
    committed: str, officer: Viewer, at: datetime
) -> None:
    with pytest.raises(RuntimeError, match="transaction"):
        audit.record(by=officer, at=at, action="look")


@pytest.mark.django_db
def test_a_relationship_is_not_opened_when_the_audit_breaks(
    officer: Viewer, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(**_: object) -> None:
        raise RuntimeError("the audit is broken")

    monkeypatch.setattr(audit, "record", broken)

    with viewing(officer, at=at), pytest.raises(RuntimeError):
        verbs.open_relationship(
            person_id=new_id(),
            party_id=officer.account_id,
            kind=RelationshipKind.CASELOAD,
            source="test",
            by=officer,
            at=at,
        )

    with as_role(Role.LOADER):
        assert Relationship.objects.count() == 0


@pytest.mark.django_db
def test_a_relationship_does_not_end_when_the_audit_breaks(
    officer: Viewer, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    with viewing(officer, at=at):
        relationship = verbs.open_relationship(
            person_id=new_id(),
            party_id=officer.account_id,
            kind=RelationshipKind.CASELOAD,
            source="test",
            by=officer,
            at=at,
        )

    def broken(**_: object) -> None:
        raise RuntimeError("the audit is broken")

    monkeypatch.setattr(audit, "record", broken)
    with viewing(officer, at=at), pytest.raises(RuntimeError):
        verbs.end_relationship(relationship=relationship, by=officer, at=at)

    with as_role(Role.LOADER):
        assert Relationship.objects.get(pk=relationship.pk).ends_at is None


@pytest.mark.django_db
def test_a_list_writes_one_entry_and_one_row_for_each_person_shown(
    officer: Viewer, at: datetime
) -> None:
    persons = [new_id() for _ in range(15)]

    with viewing(officer, at=at):
        audit.record(by=officer, at=at, action="list", persons_shown=persons)

        entry = AuditEntry.objects.get(action="list")
        assert entry.shown == 15
        assert set(AuditPerson.objects.values_list("person_id", flat=True)) == set(persons)


@pytest.mark.django_db
def test_a_stranger_reads_only_their_own_entries(officer: Viewer, at: datetime) -> None:
    stranger = Viewer(account_id=new_id(), kind=AccountKind.STAFF, name="Stranger")
    with viewing(officer, at=at):
        audit.record(by=officer, at=at, action="list", persons_shown=[new_id()])
    with viewing(stranger, at=at):
        audit.record(by=stranger, at=at, action="own")

    with viewing(stranger, at=at):
        assert list(AuditEntry.objects.values_list("action", flat=True)) == ["own"]
        assert AuditPerson.objects.count() == 0


def test_an_untouched_audit_verifies(sealed: sealer.Anchor) -> None:
    found = sealer.verify(sealed)

    assert found.is_sound
    assert (found.blocks, found.entries, found.anchors, found.unsealed) == (3, 12, 3, 0)


def test_entries_not_sealed_yet_are_counted(
    sealed: sealer.Anchor, officer: Viewer, at: datetime
) -> None:
    with viewing(officer, at=at):
        audit.record(by=officer, at=at, action="fresh")

    assert sealer.verify(sealed).unsealed == 1


def test_a_running_transaction_is_never_sealed_under_another(
    committed: str, officer: Viewer, at: datetime
) -> None:
    with connection_as(Role.WEB, committed) as slow:
        slow.execute("select pg_current_xact_id()")  # takes its place in the order now
        slow.execute(
            "insert into access_auditentry (care_at, account_kind, role, door, action, outcome,"
            " purpose, reason, route, subject_kind, subject_id, detail)"
            " values (now(), '', '', 'page', 'slow', 'done', '', '', '', '', '', '{}')"
        )
        with viewing(officer, at=at):
            audit.record(by=officer, at=at, action="quick")
        with as_role(Role.LOADER):
            first = sealer.seal()
    with as_role(Role.LOADER):
        second = _seal_soon()

    assert first is None
    assert second.entries == 2


@pytest.mark.parametrize(
    "statement",
    [
        "update access_auditentry set reason = 'changed' where id = 6",
        "update access_auditentry set account_id = gen_random_uuid() where id = 2",
        "update access_auditentry set recorded_at = recorded_at + interval '1 second' where id = 3",
        "update access_auditentry set detail = '{\"a\": 1}' where id = 12",
        "delete from access_auditperson where entry_id = 5;"
        " delete from access_auditentry where id = 5",
        "delete from access_auditperson where id = 4",
        "update access_auditperson set person_id = gen_random_uuid() where id = 7",
        "insert into access_auditperson (entry_id, person_id) values (3, gen_random_uuid())",
        "insert into access_auditentry select 999, epoch, transaction_id, recorded_at, care_at"
        " from access_auditentry where false",
        "update access_auditentry set transaction_id = (select transaction_id from"
        " access_auditentry where id = 12) where id = 1",
        "update access_auditseal set digest = sha256('x'::bytea) where block = 2",
        "update access_auditseal set previous = sha256('x'::bytea) where block = 2",
        "delete from access_auditseal where block = 2",
        "delete from access_auditseal where block = 3",
        "delete from access_auditseal",
        "update access_auditentry a set action = b.action, transaction_id = b.transaction_id"
        " from access_auditentry b where (a.id, b.id) in ((1, 9), (9, 1))",
        "update access_auditseal set below_transaction = '999999'::xid8 where block = 3",
    ],
)
def test_what_a_superuser_changes_is_found(
    sealed: sealer.Anchor, committed: str, statement: str
) -> None:
    if "where false" in statement:
        statement = _inserted_copy()

    _tamper(committed, statement)

    assert not sealer.verify(sealed).is_sound


def _inserted_copy() -> str:
    with connection.cursor() as cursor:
        cursor.execute(
            "select string_agg(quote_ident(column_name), ', ') from information_schema.columns"
            " where table_name = 'access_auditentry' and column_name <> 'id'"
        )
        columns = cursor.fetchone()[0]
    return (
        f"insert into access_auditentry (id, {columns})"
        f" select 999, {columns} from access_auditentry where id = 4"
    )


def test_rewriting_everything_with_fresh_seals_still_breaks_on_the_anchor(
    sealed: sealer.Anchor, committed: str
) -> None:
    _tamper(
        committed,
        "update access_auditentry set reason = 'changed' where id = 6",
        "delete from access_auditseal",
    )
    _seal_soon()  # the forger seals everything anew

    found = sealer.verify(sealed)

    assert any("anchored" in fault.what for fault in found.faults)


def test_a_forged_anchor_is_found(sealed: sealer.Anchor) -> None:
    sealed.heads.write_text(sealed.heads.read_text().replace('"block": 2', '"block": 1'))

    assert not sealer.verify(sealed).is_sound


def test_a_restored_database_begins_a_new_epoch_and_still_verifies(
    sealed: sealer.Anchor, committed: str, officer: Viewer, at: datetime
) -> None:
    with admin(committed) as superuser:
        superuser.execute("alter table access_auditentry alter column epoch set default 2")
    with viewing(officer, at=at):
        audit.record(by=officer, at=at, action="after the restore")
    with as_role(Role.LOADER):
        _seal_soon()
        found = sealer.verify(sealed)

    assert found.is_sound
    assert found.blocks == 4


# --- what the web role itself could try -----------------------------------------------------------


@pytest.mark.parametrize("column", ["epoch", "transaction_id", "recorded_at", "id"])
def test_the_web_role_cannot_say_when_or_where_an_entry_was_written(
    committed: str, column: str
) -> None:
    value = {"recorded_at": "now()", "transaction_id": "'5'::xid8"}.get(column, "99")
    with (
        connection_as(Role.WEB, committed) as web,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        web.execute(
            f"insert into access_auditentry ({column}, care_at, account_kind, role, door, action,"
            " outcome, purpose, reason, route, subject_kind, subject_id, detail)"
            f" values ({value}, now(), '', '', 'page', 'x', 'done', '', '', '', '', '', '{{}}')"
        )


def test_the_web_role_cannot_add_a_person_to_an_entry_of_another_transaction(
    sealed: sealer.Anchor, committed: str
) -> None:
    with (
        connection_as(Role.WEB, committed) as web,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        web.execute(
            "insert into access_auditperson (entry_id, person_id) values (3, gen_random_uuid())"
        )

    assert sealer.verify(sealed).is_sound


def test_entries_long_unsealed_are_a_fault(
    sealed: sealer.Anchor, committed: str, officer: Viewer, at: datetime
) -> None:
    with viewing(officer, at=at):
        audit.record(by=officer, at=at, action="waits")
    _tamper(
        committed,
        "update access_auditentry set recorded_at = recorded_at - interval '10 minutes'"
        " where action = 'waits'",
    )

    found = sealer.verify(sealed)

    assert [fault for fault in found.faults if "not sealed" in fault.what]


def test_history_can_be_added_to_and_not_rewritten(committed: str) -> None:
    for table in ("access_hatevent", "access_relationshipevent", "partners_postevent"):
        for statement in (f"delete from {table}", f"update {table} set pgh_label = 'x'"):
            with (
                connection_as(Role.WEB, committed) as web,
                pytest.raises(psycopg.errors.InsufficientPrivilege),
            ):
                web.execute(statement)
