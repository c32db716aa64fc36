"""What a person decides about sharing takes effect at once, and ends when it is taken back."""

import uuid
from collections.abc import Callable, Iterator
from datetime import date, timedelta

import pytest
from django.db import connection

from oneplace.access import choice_queries, verbs
from oneplace.access.models import (
    AuditEntry,
    Authority,
    AuthorityKind,
    Barrier,
    Choice,
    ChoiceKind,
    ChoiceOverride,
    DecidedBy,
    Evidence,
    HowTold,
    Permit,
    Relationship,
)
from oneplace.access.rule import decide
from oneplace.access.rule.facts import case_of
from oneplace.access.rules_of_choices import ChoiceDraft
from oneplace.access.viewer import Viewer, permissions_of, viewing
from oneplace.config.database import Role as DatabaseRole
from oneplace.kit.refusals import Refused
from oneplace.partners.models import Organisation
from oneplace.vocabulary.ids import new_id
from oneplace.vocabulary.terms import (
    AccountKind,
    ChoiceAboutSharing,
    ConfidentialityBasis,
    DataCategory,
    Purpose,
    RelationshipKind,
    Role,
)
from tests.database import as_role
from tests.factories import AT, LOADER, bring_in_place

pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 12)
SHE_OBJECTS = ChoiceDraft(ChoiceKind.OBJECTION, HowTold.IN_PERSON, TODAY)


@pytest.fixture(autouse=True)
def place() -> Iterator[None]:
    bring_in_place()
    yield


def somebody(role: Role, code: str, name: str = "Somebody") -> Viewer:
    """Somebody at work at an organisation."""
    organisation = Organisation.objects.get(code=code)
    return Viewer(
        account_id=new_id(),
        kind=AccountKind.STAFF,
        name=name,
        role=role,
        hat_id=new_id(),
        organisation_id=organisation.pk,
        organisation_name=organisation.name,
        permissions=permissions_of(role),
    )


def gp() -> Viewer:
    return somebody(Role.GP, "ZZTH04", "Gwen")


def nurse() -> Viewer:
    """A discharge nurse of the hospital."""
    return somebody(Role.DISCHARGE_NURSE, "hospital_trust", "Nina")


def officer() -> Viewer:
    return somebody(Role.IG_OFFICER, "council", "Olu")


def relate(person: uuid.UUID, viewer: Viewer, kind: RelationshipKind) -> None:
    """Let something connect a viewer's organisation with a person."""
    with as_role(DatabaseRole.LOADER):
        Relationship(
            person_id=person,
            party_id=viewer.organisation_id,
            kind=kind,
            source="test",
            starts_at=AT - timedelta(days=30),
        ).save(force_insert=True)


def patient_of(*viewers: tuple[Viewer, RelationshipKind]) -> uuid.UUID:
    """A person with these around her."""
    person = new_id()
    for viewer, kind in viewers:
        relate(person, viewer, kind)
    return person


def sees(viewer: Viewer, person: uuid.UUID, owner: str, part: DataCategory) -> bool:
    """What the row policies say, in the words of the database."""
    with viewing(viewer, at=AT), connection.cursor() as cursor:
        cursor.execute("select access_part_open(%s, %s, %s)", [person, owner, part.value])
        found = bool(cursor.fetchone()[0])
        if viewer.may("explain_access") or choice_queries.is_open(person, viewer=viewer):
            case = decide.of_part(case_of(person, viewer, at=AT), owner=owner, part=part)
            assert decide.decides(case) == found
    return found


def record(person: uuid.UUID, draft: ChoiceDraft, by: Viewer) -> Choice:
    with viewing(by, at=AT):
        return verbs.record_choice(person_id=person, draft=draft, by=by, at=AT)


def take_back(choice: Choice, by: Viewer, why: str = "She changed her mind") -> None:
    with viewing(by, at=AT):
        verbs.end_choice(choice=choice, why=why, by=by, at=AT)


def everything(model: type) -> list:  # type: ignore[type-arg]
    with as_role(DatabaseRole.LOADER):
        return list(model.objects.all())  # type: ignore[attr-defined]


CARE, URGENT = RelationshipKind.CASELOAD, RelationshipKind.STAY
REGISTERED = RelationshipKind.REGISTERED_PRACTICE


# --- objecting ------------------------------------------------------------------------------------
def test_who_objects_is_seen_by_each_partner_as_far_as_it_recorded_itself() -> None:
    doctor, social = gp(), somebody(Role.SOCIAL_WORKER, "council")
    person = patient_of((doctor, REGISTERED), (social, CARE))
    assert sees(social, person, "hospital_messages", DataCategory.EVENTS)

    choice = record(person, SHE_OBJECTS, doctor)
    kept_back = sees(social, person, "hospital_messages", DataCategory.EVENTS)
    own = sees(social, person, "council_cases", DataCategory.CARE)
    practice = sees(doctor, person, "gp_history", DataCategory.HEALTH)
    take_back(choice, doctor)

    assert (kept_back, own, practice) == (False, True, True)
    assert sees(social, person, "hospital_messages", DataCategory.EVENTS)


def test_urgent_care_goes_on_though_somebody_objects() -> None:
    doctor, ward = gp(), nurse()
    person = patient_of((doctor, REGISTERED), (ward, URGENT))

    record(person, SHE_OBJECTS, doctor)

    assert sees(ward, person, "gp_history", DataCategory.HEALTH)
