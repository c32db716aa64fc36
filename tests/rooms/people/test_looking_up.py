"""Looking one person up: one exact match or none, with a reason, for intake staff alone."""

import uuid
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.db.utils import ProgrammingError
from django.test import Client

from oneplace.access.models import AuditEntry, AuditPerson, Barrier, Relationship
from oneplace.access.viewer import Viewer, permissions_of, viewing
from oneplace.config.database import Role as DatabaseRole
from oneplace.kit.refusals import Refused
from oneplace.partners.models import Organisation
from oneplace.people import queries, verbs
from oneplace.people.queries.searching import LookedUp
from oneplace.people.spelling import name_parts
from oneplace.vocabulary.ids import new_id
from oneplace.vocabulary.terms import AccountKind, BarrierKind, RelationshipKind, Role
from tests.database import as_role
from tests.factories import bring_in_place, signed_in
from tests.rooms.people.saying import (
    AT,
    GP,
    HOSPITAL,
    NUMBER,
    OTHER_NUMBER,
    margaret,
    person_of,
    say,
)

pytestmark = pytest.mark.django_db
WHY = "Her daughter rang for help at home"
BORN = date(1943, 5, 12)


@pytest.fixture(autouse=True)
def margaret_is_known() -> Iterator[None]:
    """Margaret Okafor, called Peggy, of a practice and known to the hospital."""
    bring_in_place()
    with as_role(DatabaseRole.LOADER):
        say(
            margaret(GP, "1", known_as="Peggy", practice_code="ZZAS06"),
            margaret(HOSPITAL, "H1", given="Magaret"),
        )
    yield


def worker(role: Role = Role.SOCIAL_WORKER, at: str = "council") -> Viewer:
    """Somebody of a role at an organisation."""
    return Viewer(
        account_id=new_id(),
        kind=AccountKind.STAFF,
        name="Somebody",
        role=role,
        organisation_id=Organisation.objects.get(code=at).pk,
        permissions=permissions_of(role),
    )


def her_id() -> uuid.UUID:
    """Who she is."""
    with as_role(DatabaseRole.LOADER):
        found: uuid.UUID = person_of(GP, "1").pk
        return found


def look_up(by: Viewer, **asked: object) -> LookedUp | None:
    """What a look-up answers."""
    with viewing(by, at=AT):
        return verbs.look_up_person(**{"reason": WHY, "by": by, "at": AT, **asked})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "asked",
    [
        {"nhs_number": NUMBER},
        {"names": name_parts("Margaret Okafor"), "born_on": BORN},
        {"names": name_parts("Peggy Okafor"), "born_on": BORN},
    ],
)
def test_an_exact_match_says_whom_and_nothing_of_the_record(asked: dict[str, object]) -> None:
    found = look_up(worker(), **asked)

    assert found is not None
    assert (found.name, found.born_year) == ("Margaret Okafor (Peggy)", 1943)
    assert found.part_of_address == "Elm Rise, CR7"


@pytest.mark.parametrize(
    "asked",
    [
        {"nhs_number": OTHER_NUMBER},
        {"names": name_parts("Okafor"), "born_on": BORN},
        {"names": name_parts("Margaret Okafor")},
        {"names": name_parts("Margaret Okafor"), "born_on": date(1943, 5, 13)},
        {"names": name_parts("Margret Okafor"), "born_on": BORN},
    ],
)
def test_anything_less_than_exact_finds_nobody(asked: dict[str, object]) -> None:
    assert look_up(worker(), **asked) is None


def test_two_who_fit_are_none() -> None:
    with as_role(DatabaseRole.LOADER):
        say(margaret(GP, "9", nhs_number=OTHER_NUMBER, reach=(), practice_code="ZZAS07"))

    assert look_up(worker(), names=name_parts("Margaret Okafor"), born_on=BORN) is None
    assert look_up(worker(), nhs_number=NUMBER) is not None


@pytest.mark.parametrize(
    ("kind", "category", "is_against_me"),
    [
        (BarrierKind.SEALED, "", False),
        (BarrierKind.COURT_RESTRICTION, "", False),
        (BarrierKind.PROTECTED_ADDRESS, "reach", False),
        (BarrierKind.NAMED_PERSON, "", True),
        (BarrierKind.ORGANISATION_EXCLUDED, "", True),
    ],
)
def test_who_is_protected_or_keeps_the_asker_out_is_never_returned(
    kind: BarrierKind, category: str, is_against_me: bool
) -> None:
    by, person = worker(), her_id()
    with as_role(DatabaseRole.LOADER):
        Barrier.objects.create(
            id=new_id(),
            person_id=person,
            kind=kind,
            category=category,
            party_id=by.organisation_id if is_against_me else None,
            source="test",
            starts_at=AT,
        )

    assert look_up(by, nhs_number=NUMBER) is None


def test_the_reason_and_whom_it_showed_stand_in_the_audit() -> None:
    by, person = worker(), her_id()
    look_up(by, nhs_number=NUMBER)

    with as_role(DatabaseRole.LOADER):
        entry = AuditEntry.objects.get(action="look_up_person")
        shown = AuditPerson.objects.get(entry=entry)
    assert (entry.reason, shown.person_id) == (WHY, person)
    assert NUMBER not in str(entry.detail)


@pytest.mark.parametrize(
    ("by", "asked", "says"),
    [
        (("pic", "age_uk"), {}, "does not look people up"),
        (("social_worker", "age_uk"), {}, "intake staff of the council"),
        (("social_worker", "council"), {"reason": "help"}, "Say in a few words why"),
    ],
)
def test_who_may_not_look_up_is_told_why(
    by: tuple[str, str], asked: dict[str, object], says: str
) -> None:
    with pytest.raises(Refused, match=says):
        look_up(worker(Role(by[0]), by[1]), nhs_number=NUMBER, **asked)


def test_the_place_says_how_many_an_hour(monkeypatch: pytest.MonkeyPatch) -> None:
    thresholds = settings.PLACE.thresholds.model_copy(update={"look_ups_an_hour": 2})
    place = settings.PLACE.model_copy(update={"thresholds": thresholds})
    monkeypatch.setattr(settings, "PLACE", place)
    by = worker()
    look_up(by, nhs_number=NUMBER)
    look_up(by, nhs_number=OTHER_NUMBER)

    with pytest.raises(Refused, match="looked up 2 people within the hour"):
        look_up(by, nhs_number=NUMBER)


@pytest.mark.parametrize("role", [Role.SOCIAL_WORKER, Role.PIC, Role.ANALYST])
def test_the_database_looks_nobody_up_without_the_entry_that_says_why(role: Role) -> None:
    asked = "select * from people_look_up(%s, %s, '{}'::text[], null)"

    with (
        pytest.raises(ProgrammingError),
        viewing(worker(role), at=AT),
        connection.cursor() as cursor,
    ):
        cursor.execute(asked, [new_id(), NUMBER])


def test_taking_the_referral_makes_the_relationship_and_it_ends_as_the_place_says() -> None:
    by = worker()
    look_up(by, nhs_number=NUMBER)

    with viewing(by, at=AT):
        verbs.take_referral(person_id=her_id(), from_whom="Her daughter Ada", by=by, at=AT)
    with viewing(by, at=AT):
        opened = queries.person(her_id(), viewer=by)
    person = her_id()
    with as_role(DatabaseRole.LOADER):
        held = Relationship.objects.get(
            person_id=person,
            kind=RelationshipKind.OPEN_REFERRAL,
            party_id=by.organisation_id or new_id(),
        )

    assert opened is not None
    assert held.ends_at == AT + settings.PLACE.thresholds.referral_opens_for.timedelta


def test_a_referral_of_somebody_not_looked_up_is_not_taken() -> None:
    by = worker()

    with viewing(by, at=AT), pytest.raises(Refused, match="Look the person up again"):
        verbs.take_referral(person_id=her_id(), from_whom="Her daughter", by=by, at=AT)
    with viewing(by, at=AT + timedelta(minutes=1)):
        assert queries.person(her_id(), viewer=by) is None


def test_what_somebody_else_looked_up_counts_for_them_alone() -> None:
    look_up(worker(), nhs_number=NUMBER)
    other = worker()

    with viewing(other, at=AT):
        assert not queries.was_looked_up(her_id(), viewer=other, within=timedelta(hours=1))


@pytest.mark.parametrize("attempt", ["look_up_person", "take_referral"])
def test_without_its_audit_nothing_is_looked_up_or_taken(
    attempt: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    by = worker()
    look_up(by, nhs_number=NUMBER)

    def refuse(**_: object) -> None:
        raise RuntimeError("the audit cannot be written")

    monkeypatch.setattr("oneplace.access.audit.record", refuse)
    with pytest.raises(RuntimeError), viewing(by, at=AT):
        if attempt == "look_up_person":
            verbs.look_up_person(nhs_number=NUMBER, reason=WHY, by=by, at=AT)
        else:
            verbs.take_referral(person_id=her_id(), from_whom="Ada", by=by, at=AT)
    with as_role(DatabaseRole.LOADER):
        assert AuditPerson.objects.filter(entry__action="look_up_person").count() == 1
        assert not Relationship.objects.filter(kind=RelationshipKind.OPEN_REFERRAL).exists()


# --- the page -------------------------------------------------------------------------------------
@pytest.fixture
def intake() -> Client:
    """A social worker's browser."""
    return signed_in(Role.SOCIAL_WORKER)


def test_the_page_finds_one_and_opens_the_record_once_the_referral_is_taken(
    intake: Client,
) -> None:
    person = her_id()
    found = intake.post("/look-up/", {"nhs_number": "999 000 0018", "reason": WHY})
    before = intake.get(f"/person/{person}/").status_code

    taken = intake.post(
        "/look-up/take-referral/", {"person": str(person), "from_whom": "Her daughter Ada"}
    )

    assert "Margaret Okafor (Peggy)" in found.content.decode()
    assert "12 May 1943" not in found.content.decode()
    assert before == 404
    assert taken.headers["Location"] == f"/person/{person}/"
    assert intake.get(f"/person/{person}/").status_code == 200


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"reason": WHY}, "Enter the NHS number, or the first and the last name."),
        ({"name": "Margaret Okafor", "reason": WHY}, "Enter the date of birth as well"),
        ({"nhs_number": "9990000018"}, "Say why you look for this person."),
        ({"nhs_number": OTHER_NUMBER, "reason": WHY}, "Nobody, or more than one person, fits"),
    ],
)
def test_the_page_says_what_is_missing(intake: Client, typed: dict[str, str], says: str) -> None:
    assert says in intake.post("/look-up/", typed).content.decode()


def test_a_charity_has_no_such_page() -> None:
    assert signed_in(Role.PIC).get("/look-up/").status_code == 404
