"""An entry marked here is seen by fewer at once, whatever its source says later."""

import uuid
from collections.abc import Callable
from dataclasses import replace

import pytest
from django.db import DatabaseError, connection, transaction

from oneplace.access.models import AuditEntry, Relationship
from oneplace.access.permissions import KEEP_CHOICES, KEEP_PROTECTIONS
from oneplace.access.viewer import Viewer, viewing
from oneplace.config.database import Role
from oneplace.kit.refusals import Refused
from oneplace.partners.models import Organisation
from oneplace.records import queries, verbs
from oneplace.records.models import Entry, Restriction
from oneplace.vocabulary.ids import id_for, new_id
from oneplace.vocabulary.terms import (
    AccountKind,
    DataCategory,
    LabelKind,
    OrganisationKind,
    RelationshipKind,
)
from oneplace.vocabulary.terms import Role as JobRole
from tests.database import as_role
from tests.rooms.records.arriving import MARY, PRACTICE, arrive, entry, identity, loader
from tests.rooms.records.test_by_hand import AT, PERSON

pytestmark = pytest.mark.django_db


def _viewer(*permissions: str, role: JobRole = JobRole.GP) -> Viewer:
    return Viewer(
        account_id=new_id(),
        kind=AccountKind.STAFF,
        name="Ann Baker",
        role=role,
        organisation_id=PRACTICE,
        organisation_name="Community health",
        permissions=frozenset(permissions),
    )


@pytest.fixture
def doctor(db: None) -> Viewer:
    """Somebody who sees Mary's entry."""
    viewer = _viewer(KEEP_CHOICES)
    assert viewer.account_id is not None
    with as_role(Role.LOADER):
        verbs.take_in(deliveries=[arrive(identity(), entry())], by=loader(), at=AT)
        mary = id_for("subject", f"{MARY.authority}|{MARY.value}")
        verbs.say_whose(whose={mary: PERSON}, by=loader(), at=AT)
        Relationship.objects.create(
            person_id=PERSON,
            party_id=viewer.account_id,
            kind=RelationshipKind.CASELOAD,
            source="test",
            starts_at=AT,
        )
    return viewer


@pytest.fixture
def officer() -> Viewer:
    return _viewer(KEEP_PROTECTIONS, role=JobRole.IG_OFFICER)


@pytest.fixture
def broken_audit(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Break the audit from now on."""

    def broken(**_: object) -> None:
        raise RuntimeError("no audit")

    return lambda: monkeypatch.setattr("oneplace.access.audit.record", broken)


def part() -> DataCategory:
    with as_role(Role.LOADER):
        return DataCategory(Entry.objects.get().part)


def restrict(
    by: Viewer, label: LabelKind = LabelKind.SEXUAL_HEALTH, why: str = "She asked"
) -> None:
    with viewing(by, at=AT):
        verbs.restrict_entry(entry=Entry.objects.get(), label=label, why=why, by=by, at=AT)


def lift(by: Viewer) -> None:
    with viewing(by, at=AT):
        held = queries.restrictions(viewer=by).get(lifted_at=None)
        verbs.lift_restriction(restriction=held, why="No longer", by=by, at=AT)


def _as(doctor: Viewer, role: JobRole, organisation: uuid.UUID = PRACTICE) -> Viewer:
    """The same, in another role or at another organisation."""
    return replace(doctor, role=role, organisation_id=organisation)


def seen_by(viewer: Viewer) -> tuple[int, int]:
    """How many entries and marks somebody reads."""
    with viewing(viewer, at=AT):
        return Entry.objects.count(), queries.restrictions(viewer=viewer).count()


def test_a_marked_entry_is_seen_no_more_by_who_marked_it_and_again_once_lifted(
    doctor: Viewer, officer: Viewer
) -> None:
    coordinator, before = _as(doctor, JobRole.LIFE_COORDINATOR), part()

    restrict(coordinator)
    marked = part()
    seen = seen_by(coordinator)
    lift(officer)

    assert (marked, part()) == (DataCategory.PROTECTED, before)
    assert seen == (0, 0)
    assert seen_by(coordinator) == (1, 1)


def test_a_marked_entry_stays_with_whoever_wrote_it_in_the_roles_the_matrix_names(
    doctor: Viewer, officer: Viewer
) -> None:
    with as_role(Role.LOADER):
        elsewhere = Organisation.objects.create(
            code="ELSE", name="Elsewhere", short_word="E", kind=OrganisationKind.GP_PRACTICE
        ).pk
    restrict(doctor)

    assert seen_by(doctor) == (1, 1)
    assert seen_by(_as(doctor, JobRole.COMMUNITY_NURSE)) == (1, 1)
    assert seen_by(_as(doctor, JobRole.PHARMACIST)) == (0, 0)
    assert seen_by(_as(doctor, JobRole.GP, elsewhere)) == (0, 0)
    lift(doctor)
    assert part() is DataCategory.HEALTH


def test_what_may_not_be_used_is_read_by_nobody_though_they_wrote_it(doctor: Viewer) -> None:
    restrict(doctor, LabelKind.USE_RESTRICTED)

    assert seen_by(doctor) == (0, 0)


def test_a_safeguarding_mark_makes_it_safeguarding(doctor: Viewer) -> None:
    restrict(doctor, LabelKind.SAFEGUARDING)

    assert part() is DataCategory.SAFEGUARDING


def test_what_its_source_says_later_takes_no_mark_away(doctor: Viewer) -> None:
    restrict(doctor)

    with as_role(Role.LOADER):
        again = entry(title="Said anew", version="2")
        verbs.take_in(deliveries=[arrive(again)], by=loader(), at=AT)

    assert part() is DataCategory.PROTECTED


@pytest.mark.parametrize("why", ["", "  "])
def test_no_entry_is_marked_without_a_reason(doctor: Viewer, why: str) -> None:
    with pytest.raises(Refused):
        restrict(doctor, why=why)


def test_nobody_marks_without_the_right_to_it_nor_twice(doctor: Viewer) -> None:
    without = Viewer(**{**doctor.__dict__, "permissions": frozenset()})
    with pytest.raises(Refused):
        restrict(without)
    restrict(doctor, LabelKind.SAFEGUARDING)
    with pytest.raises(Refused, match="already"):
        restrict(doctor, LabelKind.SAFEGUARDING)


def test_a_stranger_reads_no_mark(doctor: Viewer) -> None:
    restrict(doctor)
    stranger = _viewer(KEEP_CHOICES)

    with viewing(stranger, at=AT):
        assert not queries.restrictions(viewer=stranger)
        assert queries.restriction(new_id(), viewer=stranger) is None


def test_a_mark_is_in_the_audit_with_its_reason(doctor: Viewer) -> None:
    restrict(doctor)

    with as_role(Role.LOADER):
        left = AuditEntry.objects.get(action="restrict_entry")
    assert (left.reason, left.person_id) == ("She asked", PERSON)


def test_the_database_marks_nothing_without_the_entry_in_the_audit(doctor: Viewer) -> None:
    with (
        viewing(doctor, at=AT),
        pytest.raises(DatabaseError),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            "select records_mark('restrict_entry', %s)", [Entry.objects.values_list("pk")[0][0]]
        )


@pytest.mark.parametrize("verb", ["restrict_entry", "lift_restriction"])
def test_without_its_audit_nothing_is_marked_or_lifted(
    doctor: Viewer, officer: Viewer, broken_audit: Callable[[], None], verb: str
) -> None:
    if verb == "lift_restriction":
        restrict(doctor)
    before = part()
    broken_audit()

    with pytest.raises(RuntimeError):
        lift(officer) if verb == "lift_restriction" else restrict(doctor)

    assert part() is before
    with as_role(Role.LOADER):
        assert Restriction.objects.filter(lifted_at=None).count() == (verb == "lift_restriction")
