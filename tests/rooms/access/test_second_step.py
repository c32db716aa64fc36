"""A password alone opens nothing to staff: every address leads to the set-up of a second step."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
from allauth.mfa.models import Authenticator
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from oneplace.access.guard import ANYONE, BEFORE_SECOND_STEP, HAT_IN_SESSION, PROVEN_BY_PROVIDER
from oneplace.access.models import Account
from oneplace.vocabulary.terms import AccountKind, Role
from tests.rooms.access.conftest import PASSWORD, Borough

pytestmark = pytest.mark.django_db
SET_UP = "/hats/second-step/"
EXAMPLES = {
    "uuid": "0b5d1c52-7c1e-4f0e-9a53-6d1f3b8e2a90",
    "int": 1,
    "slug": "something",
    "str": "something",
}


def _asks_for_sign_in(pattern: URLPattern) -> bool:
    # Partners' systems come with a token, which is theirs and nobody's session.
    guard = pattern.callback.guard  # type: ignore[attr-defined]
    return guard.needs != ANYONE and not guard.is_client


def _guarded(patterns: list[object], space: str = "") -> Iterator[tuple[str, str]]:
    """Every route that asks for a sign-in at least, and an address of it."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = ":".join(part for part in (space, pattern.namespace) if part)
            yield from _guarded(pattern.url_patterns, inner)
        elif isinstance(pattern, URLPattern) and _asks_for_sign_in(pattern):
            name = ":".join(part for part in (space, pattern.name or "") if part)
            words = {
                key: EXAMPLES[type(converter).__name__.removesuffix("Converter").lower().replace(
                    "string", "str"
                )]
                for key, converter in pattern.pattern.converters.items()
            }  # fmt: skip
            yield name, reverse(name, kwargs=words)


def _with_password_only(account: Account) -> Client:
    """A browser signed in by password, in a hat as if one had been put on."""
    browser = Client()
    answer = browser.post("/sign-in/", {"login": account.email, "password": PASSWORD})
    assert answer.status_code == 302
    hat = account.hats.first()
    if hat is not None:
        session = browser.session
        session[HAT_IN_SESSION] = str(hat.pk)
        session.save()
    return browser


def _answer(browser: Client, address: str) -> str:
    answer = browser.get(address)
    if answer.status_code == 404:
        answer = browser.post(address)
    return str(answer.get("Location", answer.status_code))


def test_a_password_alone_opens_no_address_but_the_named_ones(borough: Borough) -> None:
    account = borough.person(Role.PROGRAMME_DIRECTOR, organisation=borough.partner)
    browser = _with_password_only(account)
    routes = dict(_guarded(get_resolver().url_patterns))

    opened = {
        name for name, address in routes.items() if _answer(browser, address) != SET_UP
    } - BEFORE_SECOND_STEP

    assert len(routes) > 40
    assert opened == set()
    assert set(routes) >= BEFORE_SECOND_STEP


@pytest.mark.parametrize("path", ["/notices/", "/messages/", "/your-sign-in/password/"])
def test_ones_own_pages_open_once_there_is_a_second_step(borough: Borough, path: str) -> None:
    account = borough.person(Role.GP)
    browser = _with_password_only(account)
    before = browser.get(path)

    Authenticator(user=account, type=Authenticator.Type.TOTP, data={"secret": "x"}).save()

    assert before["Location"] == SET_UP
    assert browser.get(path).status_code in {200, 302}
    assert browser.get(path).get("Location") != SET_UP


def test_a_file_opens_to_nobody_who_has_only_a_password(borough: Borough) -> None:
    browser = _with_password_only(borough.person(Role.GP))

    assert browser.get(f"/files/{uuid4()}/")["Location"] == SET_UP


def test_recovery_codes_alone_are_no_second_step(borough: Borough) -> None:
    account = borough.person(Role.GP)
    kind = Authenticator.Type.RECOVERY_CODES
    Authenticator(user=account, type=kind, data={"seed": "x"}).save()

    assert _with_password_only(account).get("/notices/")["Location"] == SET_UP


def test_a_second_step_taken_away_elsewhere_closes_this_browser_too(borough: Borough) -> None:
    account = borough.person(Role.GP)
    browser = _with_password_only(account)
    step = Authenticator(user=account, type=Authenticator.Type.WEBAUTHN, data={})
    step.save()
    assert browser.get("/notices/").status_code == 200

    step.delete()

    assert browser.get("/notices/")["Location"] == SET_UP


def test_a_second_step_at_the_provider_is_enough(borough: Borough) -> None:
    browser = _with_password_only(borough.person(Role.GP))
    session = browser.session
    session[PROVEN_BY_PROVIDER] = True
    session.save()

    assert browser.get("/notices/").status_code == 200


@pytest.mark.parametrize("kind", [AccountKind.RESIDENT, AccountKind.SUPPORTER])
def test_a_resident_and_a_supporter_need_no_second_step_yet(
    borough: Borough, kind: AccountKind
) -> None:
    browser = _with_password_only(borough.account("Rose Resident", kind=kind))

    assert browser.get("/messages/").status_code == 200


def test_a_part_of_a_page_asked_for_sends_the_whole_page_there(borough: Borough) -> None:
    browser = _with_password_only(borough.person(Role.GP))

    answer = browser.get("/notices/", headers={"HX-Request": "true"})

    assert (answer.status_code, answer["HX-Redirect"]) == (204, SET_UP)


def test_asking_for_the_second_step_costs_no_statement(borough: Borough) -> None:
    browser = _with_password_only(borough.person(Role.GP))

    with CaptureQueriesContext(connection) as asked:
        browser.get("/notices/")

    about = [one["sql"] for one in asked if "mfa_authenticator" in one["sql"]]
    assert len(about) == 1 and "access_account" in about[0]


def test_a_forgotten_password_does_not_bar_the_way_to_a_second_step(borough: Borough) -> None:
    account = borough.person(Role.GP)
    Client().post("/forgotten-password/", {"email": account.email})

    browser = _with_password_only(account)
    browser.post("/your-sign-in/confirm/", {"password": PASSWORD})
    answers = [browser.get(f"/your-sign-in/{way}/") for way in ("app", "passkeys/add")]

    assert [answer.status_code for answer in answers] == [200, 200]
