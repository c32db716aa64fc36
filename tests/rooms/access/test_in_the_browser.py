"""Pages about signing in and people at work in a real browser: accessible, and fit for a phone."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.conf import settings
from django.core import mail
from django.test import Client

from oneplace.access import verbs
from oneplace.access.models import Account, Invitation
from oneplace.vocabulary.terms import Role
from tests.journeys.conftest import axe_faults
from tests.rooms.access.conftest import PASSWORD, Borough, code_now
from tests.rooms.access.test_providers import CIS2, configure
from tests.rooms.desk.browser import opened
from tests.rooms.desk.conftest import chromium

__all__ = ["chromium", "configure"]

pytestmark = pytest.mark.django_db
ComeIn = Callable[..., Client]
Configure = Callable[[str], None]
# A desk and a phone.
WIDTHS = (1280, 390)


def _look(page: Any, what: str) -> None:
    """The page as it stands has no accessibility fault and is nowhere wider than its screen."""
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        assert axe_faults(page) == [], f"{what} at {width}"
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, f"{what} at {width} is {wide}"
    page.set_viewport_size({"width": WIDTHS[0], "height": 800})
    assert page.locator("h1").count() == 1, what


def _send(page: Any) -> None:
    """Press the form's own button and wait for the next page."""
    with page.expect_navigation():
        page.locator("main form button[data-prevent-double-click]").first.click()
    page.wait_for_selector("h1")


def _path(text: str) -> str:
    found = re.search(rf"{re.escape(settings.PUBLIC_URL)}(\S+)", text)
    assert found is not None, text
    return found.group(1)


@pytest.fixture
def manager(borough: Borough, come_in: ComeIn) -> Client:
    """A practice manager's browser, at work."""
    browser = come_in(Account.objects.get(pk=borough.manager().account_id))
    browser.get("/hats/")
    return browser


def test_a_forgotten_password_leads_by_a_link_to_a_new_one(
    chromium: Any,
    borough: Borough,
    client: Client,
    letters: list[mail.EmailMessage],
) -> None:
    account = borough.account()

    with opened(chromium, client) as page:
        page.goto("/forgotten-password/")
        _look(page, "forgotten password")
        _send(page)
        _look(page, "forgotten password, nothing typed")
        page.get_by_label("Email address").fill(account.email)
        _send(page)
        _look(page, "forgotten password, sent")
        page.goto(_path(str(letters[0].body)))
        page.wait_for_selector("h1")
        page.get_by_label("New password", exact=True).wait_for()
        _look(page, "new password from a link")
        page.get_by_label("New password", exact=True).fill("short")
        page.get_by_label("New password again").fill("another")
        _send(page)
        _look(page, "new password from a link, refused")
        page.get_by_label("New password", exact=True).fill("quite another four words")
        page.get_by_label("New password again").fill("quite another four words")
        _send(page)
        page.get_by_role("heading", name="Your new password is set").wait_for()
        _look(page, "new password set")
        page.goto("/forgotten-password/new/1-nonsense/")
        page.wait_for_selector("h1")
        _look(page, "a link that does not open")

    assert Account.objects.get(pk=account.pk).check_password("quite another four words")


def test_a_password_is_changed(
    chromium: Any, borough: Borough, come_in: ComeIn, letters: list[mail.EmailMessage]
) -> None:
    account = borough.person(Role.GP)
    browser = come_in(account)
    browser.get("/hats/")

    with opened(chromium, browser) as page:
        page.goto("/your-sign-in/password/")
        _look(page, "change password")
        page.get_by_label("Current password").fill("wrong")
        page.get_by_label("New password", exact=True).fill("short")
        page.get_by_label("New password again").fill("other")
        _send(page)
        _look(page, "change password, refused")
        page.get_by_label("Current password").fill(PASSWORD)
        page.get_by_label("New password", exact=True).fill("quite another four words")
        page.get_by_label("New password again").fill("quite another four words")
        _send(page)
        page.get_by_role("heading", name="Your sign-in").wait_for()
        _look(page, "own sign-in after the change")

    assert Account.objects.get(pk=account.pk).check_password("quite another four words")


def test_a_post_is_given_changed_and_its_holder_recorded_as_a_leaver(
    chromium: Any, borough: Borough, manager: Client
) -> None:
    person = borough.person(Role.GP)
    borough.hat(borough.account("Nina Managed"), Role.GP, line_manager=person)

    with opened(chromium, manager) as page:
        page.goto("/people-at-work/")
        _look(page, "people at work")
        page.goto(f"/people-at-work/{person.pk}/posts/")
        _look(page, "give a post")
        _send(page)
        _look(page, "give a post, nothing chosen")
        page.get_by_label("Role").select_option(Role.PIC.value)
        page.get_by_label("Line manager").fill("nobody@example.org")
        _send(page)
        _look(page, "give a post, an unknown manager")
        page.get_by_label("Line manager").fill("")
        _send(page)
        page.get_by_role("heading", name=person.name).first.wait_for()
        _look(page, "a colleague with two posts")
        page.goto(f"/people-at-work/posts/{person.hats.get(post__role=Role.GP).pk}/")
        _look(page, "change a post")
        page.get_by_label("Day", exact=True).fill("31")
        page.get_by_label("Month", exact=True).fill("2")
        page.get_by_label("Year", exact=True).fill("2027")
        _send(page)
        _look(page, "change a post, no such day")
        page.goto(f"/people-at-work/{person.pk}/leaving/")
        _look(page, "record a leaver")
        page.get_by_label("After a last day").check()
        _send(page)
        _look(page, "record a leaver, no day")
        page.get_by_label("Now", exact=True).check()
        _send(page)
        page.get_by_role("heading", name=person.name).first.wait_for()
        _look(page, "a leaver")

    assert not Account.objects.get(pk=person.pk).is_active
    assert person.hats.count() == 2


def test_invitations_are_sent_listed_and_accepted(
    chromium: Any,
    borough: Borough,
    manager: Client,
    letters: list[mail.EmailMessage],
) -> None:
    with opened(chromium, manager) as page:
        page.goto("/people-at-work/invitations/")
        _look(page, "invitations, none")
        page.goto("/people-at-work/invite/")
        _look(page, "invite a colleague")
        for name, email in (
            ("Nina New", "nina@example.org"),
            ("Bartholomew Featherstonehaugh-Cholmondeley", "bartholomew.featherstone@example.org"),
        ):
            page.goto("/people-at-work/invite/")
            page.get_by_label("Full name").fill(name)
            page.get_by_label("Work email address").fill(email)
            page.get_by_label("Role").select_option(Role.GP.value)
            _send(page)
            page.get_by_role("heading", name="Invitations").wait_for()
        expired = datetime(2026, 1, 1, 9, tzinfo=UTC)
        Invitation.objects.filter(email__startswith="barth").update(expires_at=expired)
        page.goto("/people-at-work/invitations/")
        _look(page, "invitations")

    link = _path(str(letters[0].body))
    with opened(chromium, Client()) as page:
        page.goto(link)
        _look(page, "accept an invitation")
        page.get_by_label("Choose a password").fill("short")
        page.get_by_label("The same password again").fill("other")
        _send(page)
        _look(page, "accept an invitation, refused")
        page.get_by_label("Choose a password").fill(PASSWORD)
        page.get_by_label("The same password again").fill(PASSWORD)
        _send(page)
        page.get_by_role("heading", name="Sign in").wait_for()
        _look(page, "accepted")
        page.goto(link)
        _look(page, "a link that was used")

    assert Account.objects.get(email="nina@example.org").hats.count() == 1


def test_somebody_with_an_account_accepts_by_one_press(
    chromium: Any, borough: Borough, letters: list[mail.EmailMessage]
) -> None:
    account = borough.person(Role.GP)
    other = borough.hat(borough.account("Pia Pic"), Role.PIC).post
    sent = verbs.invite_colleague(
        name=account.name,
        email=account.email or "",
        post=other,
        employer=borough.organisation(),
        starts_on=date(2026, 4, 1),
        ends_on=date(2027, 3, 31),
        by=borough.manager(),
        at=borough.at,
    )

    with opened(chromium, Client()) as page:
        page.goto(sent.link.removeprefix(settings.PUBLIC_URL))
        _look(page, "accept another post")
        _send(page)
        page.get_by_role("heading", name="Sign in").wait_for()

    assert account.hats.count() == 2


def test_a_provider_that_does_not_answer_leaves_nobody_without_a_next_step(
    chromium: Any, borough: Borough, configure: Configure, client: Client
) -> None:
    configure(CIS2.format(issuer="http://localhost:9"))

    with opened(chromium, client) as page:
        page.goto("/sign-in/")
        _look(page, "sign in, with a provider")
        page.get_by_role("button", name="NHS smartcard").click()
        page.get_by_role("heading", name="could not be signed in").wait_for()
        _look(page, "provider refused")
        assert page.get_by_role("link", name="Back to sign in").count() == 1


def test_one_of_several_posts_is_chosen(chromium: Any, borough: Borough, come_in: ComeIn) -> None:
    account = borough.person(Role.GP)
    borough.hat(account, Role.PHARMACIST, organisation=borough.other_practice)
    borough.hat(account, Role.PIC, title="Personal independence co-ordinator, night team")

    with opened(chromium, come_in(account)) as page:
        page.goto("/my-day/")
        page.get_by_role("heading", name="Which post are you working in?").wait_for()
        _look(page, "choose a hat")
        page.get_by_role("button", name="Pharmacist").click()
        page.wait_for_url("**/my-day/")
        page.goto("/hats/")
        _look(page, "change the hat")
        # The post one works in comes first, or says so where it stands.
        assert page.get_by_text("You are working in this post now").count() == 1


def test_a_second_step_is_set_up_used_and_kept_by_recovery_codes(
    chromium: Any,
    borough: Borough,
    client: Client,
    letters: list[mail.EmailMessage],
) -> None:
    account = borough.person(Role.GP)
    client.post("/sign-in/", {"login": account.email, "password": PASSWORD})

    with opened(chromium, client) as page:
        page.goto("/my-day/")
        page.get_by_role("heading", name="second step").first.wait_for()
        _look(page, "second step needed")
        page.get_by_role("link", name="Add an authenticator app").click()
        page.get_by_role("heading", name="Is it you?").wait_for()
        _look(page, "confirm the password")
        page.get_by_role("textbox", name="Password").fill(PASSWORD)
        _send(page)
        page.goto("/your-sign-in/app/")
        page.get_by_role("heading", name="Add an authenticator app").wait_for()
        _look(page, "add an app")
        page.get_by_label("Code shown by the app").fill("000000")
        _send(page)
        _look(page, "add an app, a wrong code")
        page.locator("details.nhsuk-details summary").click()
        secret = page.locator("[data-totp-key]").inner_text()
        page.get_by_label("Code shown by the app").fill(code_now(secret.strip()))
        _send(page)
        page.get_by_role("heading", name="Recovery codes").wait_for()
        _look(page, "recovery codes, shown once")
        # Whoever has just proven who they are goes on to work, not to a page about signing in.
        page.get_by_role("link", name="I have kept them").click()
        page.wait_for_url("**/my-day/")
        page.goto("/your-sign-in/")
        _look(page, "own sign-in with a second step")
        page.goto("/your-sign-in/recovery-codes/")
        page.wait_for_selector("h1")
        _look(page, "recovery codes, shown before")
        page.goto("/your-sign-in/recovery-codes/new/")
        page.wait_for_selector("h1")
        _look(page, "new recovery codes")

    with opened(chromium, Client()) as page:
        page.goto("/sign-in/")
        page.get_by_label("Email address").fill(account.email)
        page.get_by_role("textbox", name="Password").fill(PASSWORD)
        _send(page)
        page.get_by_role("heading", name="Second step").wait_for()
        _look(page, "second step")
        page.get_by_label("Code").fill("000000")
        _send(page)
        _look(page, "second step, a wrong code")


def test_too_many_attempts_are_told_to_wait(
    chromium: Any, borough: Borough, client: Client, letters: list[mail.EmailMessage]
) -> None:
    asked = {"email": borough.account().email}
    for _ in range(6):
        client.post("/forgotten-password/", asked)

    with opened(chromium, client) as page:
        page.goto("/forgotten-password/")
        page.get_by_label("Email address").fill(asked["email"] or "")
        _send(page)
        page.get_by_role("heading", name="Too many attempts").wait_for()
        _look(page, "too many attempts")
