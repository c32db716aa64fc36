"""The safeguarding team opens a record with a reason, sees what the matrix says, and ends it."""

import uuid
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client

from oneplace.access.models import AuditEntry, Hat
from oneplace.access.viewer import viewing
from oneplace.config.database import Role as DatabaseRole
from oneplace.desk import officer_cards
from oneplace.feeds import reading
from oneplace.partners.models import Organisation, Post, Team
from oneplace.vocabulary.ids import new_id
from oneplace.vocabulary.terms import EntryKind, Purpose, Role
from tests.database import as_role
from tests.factories import bring_in_place, make_account, make_hat, viewer_in
from tests.rooms.desk.saying import AT, entry, margaret_arrives
from tests.rooms.desk.test_emergency import _main, _plain, come_in

pytestmark = pytest.mark.django_db
NOW = [AT]
GIVEN = {"reason": "A neighbour says she is kept from leaving the house.", "hours": "1"}
SECRET = "Seen at the refuge"


@pytest.fixture(autouse=True)
def house(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Know the tests' reader by its name, hold the clock, and have the partners."""
    readers = {**reading.READERS, "from_memory": "tests.rooms.records.arriving:READER"}
    monkeypatch.setattr(reading, "READERS", readers)
    monkeypatch.setattr("oneplace.kit.clock.now", lambda: NOW[0])
    NOW[0] = AT
    bring_in_place()
    yield


def _of_the_council(name: str, *teams: str) -> Hat:
    account = make_account(name=name)
    with as_role(DatabaseRole.LOADER):
        post = Post(
            id=new_id(),
            key=f"safe-{name}",
            role=Role.SOCIAL_WORKER,
            title="Social worker",
            organisation=Organisation.objects.get(code="council"),
        )
        post.save(force_insert=True)
        post.teams.set(Team.objects.filter(key__in=teams))
        hat = Hat(
            account=account,
            post=post,
            employer=post.organisation,
            starts_on=AT.date() - timedelta(days=99),
            source="test",
        )
        hat.save(force_insert=True)
    return hat


@pytest.fixture
def worker() -> Hat:
    """A social worker of the safeguarding team."""
    return _of_the_council("Sol Worker", "safeguarding_adults")


@pytest.fixture
def person() -> uuid.UUID:
    """Margaret, of whom the practice wrote something specially protected."""
    return margaret_arrives(
        entry(EntryKind.NOTE, SECRET, labels=("R",)), entry(EntryKind.CONDITION, "Asthma")
    )


def address(person: uuid.UUID) -> str:
    return f"/person/{person}/safeguarding/"


def looked_into(worker: Hat, person: uuid.UUID) -> Client:
    browser = come_in(worker)
    answer = browser.post(address(person), GIVEN)
    assert (answer.status_code, answer["Location"]) == (302, f"/person/{person}/")
    return browser


def test_the_record_opens_with_what_is_protected_and_closes_when_the_look_is_ended(
    worker: Hat, person: uuid.UUID
) -> None:
    before = come_in(worker).get(f"/person/{person}/").status_code

    browser = looked_into(worker, person)
    during = _main(browser.get(f"/person/{person}/"))
    ended = browser.post(f"/person/{person}/safeguarding/end/")

    assert before == 404
    assert SECRET in during
    assert "You look into a safeguarding concern" in during and "until 10:40" in during
    assert ended.status_code == 302
    assert browser.get(f"/person/{person}/").status_code == 404


def test_it_closes_by_itself(worker: Hat, person: uuid.UUID) -> None:
    browser = looked_into(worker, person)

    NOW[0] = AT + timedelta(hours=1)

    assert browser.get(f"/person/{person}/").status_code == 404


def test_every_page_opened_meanwhile_stands_in_the_audit_for_this_purpose(
    worker: Hat, person: uuid.UUID
) -> None:
    browser = looked_into(worker, person)
    browser.get(f"/person/{person}/")
    browser.get("/my-day/")

    with as_role(DatabaseRole.LOADER):
        entries = list(AuditEntry.objects.filter(account_id=worker.account_id).order_by("id"))
    worn = next(each for each in entries if each.action == "wear_safeguarding" and each.reason)
    after = entries[entries.index(worn) + 1 :]
    assert (worn.person_id, worn.reason) == (person, GIVEN["reason"])
    assert {each.purpose for each in after if each.action == "see_record"} == {Purpose.SAFEGUARDING}
    assert {each.purpose for each in after if each.route == "desk:my_day"} == {Purpose.DIRECT_CARE}


def test_somebody_there_is_not_and_somebody_sealed_answer_alike(
    worker: Hat, person: uuid.UUID
) -> None:
    from oneplace.access.models import Barrier
    from oneplace.vocabulary.terms import BarrierKind

    with as_role(DatabaseRole.LOADER):
        Barrier(person_id=person, kind=BarrierKind.SEALED, source="test", starts_at=AT).save(
            force_insert=True
        )
    browser = come_in(worker)

    sealed, nobody = (browser.post(address(each), GIVEN) for each in (person, new_id()))

    assert "No record opens this way" in _main(sealed)
    assert (sealed.status_code, _plain(sealed)) == (nobody.status_code, _plain(nobody))


@pytest.mark.parametrize("role", [Role.GP, Role.SOCIAL_WORKER])
def test_whoever_is_not_of_the_team_finds_no_such_page(role: Role, person: uuid.UUID) -> None:
    hat = make_hat(role) if role is Role.GP else _of_the_council("Kim Colleague", "brokerage")
    browser = come_in(hat)

    assert browser.get(address(person)).status_code == 404
    assert browser.post(address(person), GIVEN).status_code == 404


def test_a_reason_is_asked_for_beside_its_field(worker: Hat, person: uuid.UUID) -> None:
    answer = _main(come_in(worker).post(address(person), {"hours": "1"}))

    assert "Say in a sentence what the concern is" in answer
    assert 'href="#id_reason"' in answer


def test_it_stands_on_my_day_and_on_the_officers_page(worker: Hat, person: uuid.UUID) -> None:
    browser = looked_into(worker, person)
    officer = viewer_in(make_hat(Role.IG_OFFICER))

    day = _main(browser.get("/my-day/"))
    with viewing(officer, at=AT):
        (row,) = officer_cards.SafetyLooks().rows(viewer=officer, at=AT)

    assert "You look into a safeguarding concern" in day
    assert (row.person, row.why_you) == ("Sol Worker", GIVEN["reason"])
    assert f"/officer/who-looked/{person}/" in row.address


def test_who_looks_somebody_up_is_led_there_if_they_are_of_the_team(
    worker: Hat, person: uuid.UUID
) -> None:
    given = {"nhs_number": "999 000 0018", "reason": "A concern about her was raised"}

    found = come_in(worker).post("/look-up/", given)

    assert address(person) in found.content.decode()
