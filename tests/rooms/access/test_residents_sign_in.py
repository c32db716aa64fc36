"""Residents come to their own page through a provider that proved who they are, as NHS login."""

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from oneplace.access import verbs
from oneplace.access.models import Account, OwnRecord, Relationship
from oneplace.access.viewer import load_viewer, viewing
from oneplace.config.database import Role as DatabaseRole
from oneplace.feeds import reading
from oneplace.people.models import Person
from oneplace.vocabulary.terms import AccountKind, RelationshipKind
from tests.database import as_role
from tests.factories import make_account
from tests.rooms.access.test_providers import (  # noqa: F401 - fixtures
    Running,
    configure,
    provider_process,
)
from tests.rooms.people.saying import AT, NUMBER
from tests.rooms.plans.around_margaret import arrive

pytestmark = pytest.mark.django_db
NHS_LOGIN = """
[[providers]]
key = "nhs-login"
name = "NHS login"
issuer = "{issuer}"
client_id = "oneplace"
client_secret = "secret"
scopes = ["openid", "profile"]
has_second_factor = true
residents = {{ }}
"""


@pytest.fixture(autouse=True)
def house(monkeypatch: pytest.MonkeyPatch) -> None:
    """Know the tests' reader by its name, and hold the clock."""
    readers = {**reading.READERS, "from_memory": "tests.rooms.records.arriving:READER"}
    monkeypatch.setattr(reading, "READERS", readers)
    monkeypatch.setattr("oneplace.kit.clock.now", lambda: AT)


@pytest.fixture
def margaret() -> Person:
    """Margaret, as her practice tells of her."""
    return arrive()


@pytest.fixture
def nhs_login(
    margaret: Person,
    configure: Callable[[str], None],  # noqa: F811
    provider_process: str,  # noqa: F811
) -> Running:
    """A provider that speaks as NHS login does, of Margaret."""
    configure(NHS_LOGIN.format(issuer=provider_process))
    running = Running(provider_process, {}, key="nhs-login")
    say(running, margaret)
    return running


def say(running: Running, margaret: Person, **changed: Any) -> None:
    """What the provider says of who signs in."""
    assert margaret.born_on is not None
    running.claims(
        **{
            "name": "",
            "given_name": "Margaret",
            "family_name": "Okafor",
            "nhs_number": NUMBER,
            "birthdate": margaret.born_on.isoformat(),
            "identity_proofing_level": "P9",
            **changed,
        }
    )


def test_a_resident_whose_identity_was_proven_comes_to_her_own_page(
    margaret: Person, nhs_login: Running
) -> None:
    browser = Client()

    assert nhs_login.sign_in(browser).status_code == 302

    assert b"Hello, Margaret" in browser.get("/my-day/").content or (
        b"Hello, Peggy" in browser.get("/my-day/").content
    )
    with as_role(DatabaseRole.LOADER):
        own = OwnRecord.objects.select_related("account").get(person_id=margaret.pk)
        tie = Relationship.objects.get(source_id=own.pk)
    assert (own.account.kind, own.account.name) == (AccountKind.RESIDENT, "Margaret Okafor")
    assert own.account.email is None
    assert own.confirmed_how == "NHS login, P9: NHS number and birth date"
    assert tie.kind == RelationshipKind.OWN_RECORD


def test_the_second_time_she_is_the_same(margaret: Person, nhs_login: Running) -> None:
    nhs_login.sign_in(Client())
    nhs_login.sign_in(Client())

    with as_role(DatabaseRole.LOADER):
        assert OwnRecord.objects.filter(person_id=margaret.pk).count() == 1
        assert Account.objects.filter(kind=AccountKind.RESIDENT.value).count() == 1


@pytest.mark.parametrize(
    ("claims", "says"),
    [
        ({"identity_proofing_level": "P5"}, "has not checked yet who you are"),
        ({"identity_proofing_level": ""}, "has not checked yet who you are"),
        ({"nhs_number": ""}, "did not give us your NHS number"),
        ({"nhs_number": "9990000019"}, "did not give us your NHS number"),
        ({"birthdate": "soon"}, "did not give us your NHS number and birth date"),
    ],
)
def test_who_is_not_known_surely_enough_is_told_why_and_nothing_is_made(
    margaret: Person, nhs_login: Running, claims: dict[str, str], says: str
) -> None:
    say(nhs_login, margaret, **claims)
    browser = Client()

    answer = nhs_login.sign_in(browser)

    assert answer.status_code == 403
    assert says in answer.content.decode()
    with as_role(DatabaseRole.LOADER):
        assert not Account.objects.filter(kind=AccountKind.RESIDENT.value).exists()
        assert not OwnRecord.objects.exists()


def test_who_is_nobody_here_signs_in_to_a_page_that_says_whom_to_ring(
    margaret: Person, nhs_login: Running
) -> None:
    say(nhs_login, margaret, birthdate="1950-01-02")
    browser = Client()

    nhs_login.sign_in(browser)

    page = browser.get("/my-day/").content.decode()
    assert "We do not know yet whose page you may see" in page
    assert settings.PLACE.identity.website.help_phone in page
    with as_role(DatabaseRole.LOADER):
        assert not OwnRecord.objects.exists()


def test_without_its_audit_no_resident_is_admitted_and_no_page_found(
    margaret: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = make_account(AccountKind.RESIDENT, "Margaret Okafor")
    viewer = load_viewer(account.pk, None, at=AT)
    assert viewer is not None and margaret.born_on is not None

    def broken(**_: object) -> None:
        raise RuntimeError("no audit")

    monkeypatch.setattr("oneplace.access.audit.record", broken)
    with viewing(viewer, at=AT), pytest.raises(RuntimeError, match="no audit"):
        verbs.find_own_record(
            nhs_number=NUMBER, born_on=margaret.born_on, how="Tests", by=viewer, at=AT
        )
    with pytest.raises(RuntimeError, match="no audit"):
        verbs.admit_resident_from_provider(
            provider_key="nhs-login",
            provider_name="NHS login",
            subject="x",
            name="Margaret",
            by=viewer,
            at=AT,
        )

    with as_role(DatabaseRole.LOADER):
        assert not OwnRecord.objects.exists()
        assert Account.objects.filter(kind=AccountKind.RESIDENT.value).count() == 1


def test_a_colleagues_account_finds_no_own_page_by_knowing_a_number(margaret: Person) -> None:
    from django.db import DatabaseError

    account = make_account(AccountKind.STAFF, "Nosy")
    viewer = load_viewer(account.pk, None, at=AT)
    assert viewer is not None and margaret.born_on is not None

    with viewing(viewer, at=AT), pytest.raises(DatabaseError, match="resident"):
        verbs.find_own_record(
            nhs_number=NUMBER, born_on=margaret.born_on, how="Tests", by=viewer, at=AT
        )
