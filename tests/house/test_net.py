"""The net beneath the code: row policies wherever a row can reach a person, and three roles."""

import uuid
from datetime import datetime

import psycopg
import pytest
from django.apps import apps
from django.db import connection, models

from oneplace.access import policies
from oneplace.access.models import Relationship
from oneplace.access.viewer import Viewer, viewing
from oneplace.config.database import Role
from oneplace.vocabulary.ids import new_id
from oneplace.vocabulary.terms import AccountKind, RelationshipKind
from tests.database import as_role, connection_as

pytestmark = pytest.mark.django_db


def _somebody() -> Viewer:
    return Viewer(account_id=new_id(), kind=AccountKind.STAFF, name="Somebody")


def _relate(person_id: uuid.UUID, party_id: uuid.UUID, at: datetime) -> None:
    with as_role(Role.LOADER):
        Relationship(
            person_id=person_id,
            party_id=party_id,
            kind=RelationshipKind.CASELOAD,
            source="test",
            starts_at=at,
        ).save(force_insert=True)


def _can_reach_a_person(model: type[models.Model], seen: frozenset[type] = frozenset()) -> bool:
    if getattr(model, "reaches_person_by", None):
        return True
    if model in seen:
        return False
    fields = [field for field in model._meta.get_fields() if isinstance(field, models.Field)]
    if any(field.column == "person_id" for field in fields if field.column):
        return True
    return any(
        _can_reach_a_person(field.related_model, seen | {model})
        for field in fields
        if isinstance(field, models.ForeignKey) and isinstance(field.related_model, type)
    )


def test_every_table_that_can_reach_a_person_declares_how() -> None:
    undeclared = [
        model._meta.label
        for model in apps.get_models(include_auto_created=True)
        if _can_reach_a_person(model) and not getattr(model, "reaches_person_by", None)
    ]

    assert undeclared == []


def _leads_to(model: type[models.Model], target: type[models.Model]) -> bool:
    return any(
        isinstance(field, models.ForeignKey) and field.related_model is target
        for field in model._meta.get_fields()
    )


def test_every_table_about_accounts_has_a_policy_or_a_written_reason_why_not() -> None:
    from oneplace.access.models import Account

    # `pghistory_events` is how history asks all its tables at once; there is no such table.
    about = {
        model._meta.db_table
        for model in apps.get_models(include_auto_created=True)
        if model._meta.db_table != "pghistory_events"
        and (model is Account or _leads_to(model, Account))
    }
    governed = {model._meta.db_table for model in policies.personal_models()}

    assert about - governed - set(policies.ABOUT_ACCOUNTS_ONLY) == set()


def test_every_column_that_names_a_person_lies_in_a_declared_table() -> None:
    declared = {model._meta.db_table for model in policies.personal_models()}

    with connection.cursor() as cursor:
        cursor.execute(
            "select table_name from information_schema.columns"
            " where table_schema = 'public' and column_name in ('person_id', 'pgh_person_id')"
        )
        found = {name for (name,) in cursor.fetchall()}

    assert found - declared == set()


def test_declared_tables_force_row_security_and_have_exactly_the_derived_policies() -> None:
    for model in policies.personal_models():
        table = model._meta.db_table
        with connection.cursor() as cursor:
            cursor.execute(
                "select relrowsecurity, relforcerowsecurity from pg_class where relname = %s",
                [table],
            )
            assert cursor.fetchone() == (True, True), table
            cursor.execute(
                "select policyname, lower(cmd) from pg_policies where tablename = %s", [table]
            )
            there = set(cursor.fetchall())
        derived = {(policy.name, policy.command) for policy in policies.policies_of(model)}

        assert there == derived, table


def test_history_of_a_personal_table_is_personal_too() -> None:
    for model in policies.personal_models():
        for event in apps.get_models():
            tracked = getattr(event, "pgh_tracked_model", None)
            if tracked is model:
                marks = ("reaches_person_by", "kept_among")
                assert any(getattr(event, mark, None) for mark in marks), event._meta.label


def test_the_web_role_is_bound_by_policies_and_the_loader_alone_is_not() -> None:
    for role, bypasses in ((Role.OWNER, False), (Role.LOADER, True), (Role.WEB, False)):
        with connection.cursor() as cursor:
            cursor.execute(
                "select rolsuper, rolbypassrls from pg_roles where rolname = %s", [role.value]
            )
            assert cursor.fetchone() == (False, bypasses)


def test_a_stranger_sees_no_row_even_with_every_filter_deleted(at: datetime) -> None:
    person, colleague, stranger = new_id(), _somebody(), _somebody()
    assert colleague.account_id is not None
    _relate(person, colleague.account_id, at)

    with viewing(colleague, at=at):
        own = Relationship.objects.count()
    with viewing(stranger, at=at):
        strangers = Relationship.objects.count()

    assert (own, strangers) == (1, 0)


def test_no_viewer_at_all_sees_nothing(at: datetime) -> None:
    _relate(new_id(), new_id(), at)

    with connection.cursor() as cursor:
        cursor.execute("select set_config('oneplace.parties', '', true)")

    assert Relationship.objects.count() == 0


def test_the_history_of_a_relationship_hides_from_a_stranger_too(at: datetime) -> None:
    colleague, stranger = _somebody(), _somebody()
    assert colleague.account_id is not None
    _relate(new_id(), colleague.account_id, at)

    event = apps.get_model("access", "RelationshipEvent")
    with viewing(colleague, at=at):
        own = event.objects.count()
    with viewing(stranger, at=at):
        strangers = event.objects.count()

    assert (own, strangers) == (1, 0)


def test_the_audit_cannot_be_changed_by_any_role_we_use(django_db_setup: None) -> None:
    for role in Role:
        for statement in (
            "update access_auditentry set reason = 'x'",
            "delete from access_auditentry",
            "truncate access_auditentry cascade",
        ):
            with connection_as(role) as other, pytest.raises(psycopg.Error):
                other.execute(statement)
