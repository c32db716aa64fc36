"""Coming to work here: an invitation, a second step, a passkey, and every page fit for everybody.

Against a service that is no demo, because only there staff must set up a second step.
"""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.journeys.conftest import (
    PROJECT,
    Service,
    axe_faults,
    environment,
    free_port,
    wait_for,
)
from tests.rooms.access.conftest import code_now

pytestmark = pytest.mark.journey
PASSWORD = "four words nobody joins"


@pytest.fixture(scope="module")
def real_service() -> Iterator[Service]:
    """`oneplace serve` as an alliance runs it, with a database of its own."""
    data = PROJECT / "build" / "journeys" / "signing-in"
    shutil.rmtree(data, ignore_errors=True)
    port = free_port()
    process = subprocess.Popen(
        [*(sys.executable, "-m", "oneplace.cli", "serve"), "--port", str(port)],
        env=environment(data),
        cwd=PROJECT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        wait_for(process, "oneplace is at", within_s=300)
        yield Service(f"http://localhost:{port}", data, process)
    finally:
        process.terminate()
        try:
            process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            process.kill()


@pytest.fixture
def browser_page(chromium, real_service: Service) -> Iterator[object]:  # type: ignore[no-untyped-def]
    """A fresh browser page; a script of ours that fails, fails the test."""
    context = chromium.new_context(
        base_url=real_service.url, viewport={"width": 1280, "height": 900}, locale="en-GB"
    )
    faults: list[str] = []
    opened = context.new_page()
    opened.on("pageerror", lambda error: faults.append(str(error)))
    opened.set_default_timeout(30_000)
    yield opened
    context.close()
    assert faults == []


def _invite(service: Service, email: str, role: str, organisation: str) -> str:
    done = subprocess.run(
        [
            *(sys.executable, "-m", "oneplace.cli", "user", "invite", email, "--name", "Nina New"),
            *("--role", role, "--organisation", organisation, "--json"),
        ],
        env={**environment(service.data), "ONEPLACE_PUBLIC_URL": service.url},
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=True,
    )
    link: str = json.loads(done.stdout.strip().splitlines()[-1])["link"]
    return link


def _accept(page, link: str) -> None:  # type: ignore[no-untyped-def]
    page.goto(link)
    page.get_by_label("Choose a password", exact=True).fill(PASSWORD)
    page.get_by_label("The same password again", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Accept").click()


def _sign_in(page, email: str) -> None:  # type: ignore[no-untyped-def]
    page.goto("/sign-in/")
    page.get_by_label("Email address").fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def _confirm(page) -> None:  # type: ignore[no-untyped-def]
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()


def _fits(page) -> list[str]:  # type: ignore[no-untyped-def]
    """What is wrong with the page on a desk and on a phone."""
    faults = []
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 900})
        faults += axe_faults(page)
        if page.evaluate("document.documentElement.scrollWidth > window.innerWidth + 1"):
            faults.append(f"{page.url} is wider than {width} pixels")
    page.set_viewport_size({"width": 1280, "height": 900})
    return faults


def test_a_new_colleague_accepts_sets_up_a_second_step_and_signs_in_with_it(
    browser_page, real_service: Service
) -> None:  # type: ignore[no-untyped-def]
    page = browser_page
    email = "nina@example.org"
    link = _invite(real_service, email, "programme_director", "council")

    page.goto(link)
    assert page.get_by_text("Programme director").first.is_visible()
    assert _fits(page) == []
    _accept(page, link)
    assert page.get_by_text("Your post is ready").is_visible()
    assert _fits(page) == []
    _sign_in(page, email)

    assert page.get_by_role("heading", name="Set up a second step to sign in").is_visible()
    assert _fits(page) == []
    page.get_by_role("link", name="Add an authenticator app").click()
    assert _fits(page) == []
    _confirm(page)
    assert _fits(page) == []
    key = page.locator("[data-totp-key]").text_content()
    page.get_by_label("Code shown by the app").fill(code_now(key))
    page.get_by_role("button", name="Add the app").click()

    assert page.locator("[data-recovery-codes] li").count() == 10
    assert _fits(page) == []
    page.get_by_role("link", name="I have kept them").click()
    page.wait_for_url("**/my-day/")
    page.goto("/your-sign-in/")
    assert page.get_by_text("10 left").is_visible()
    assert _fits(page) == []
    page.goto("/people-at-work/")
    assert page.get_by_role("link", name="Nina New").is_visible()
    assert _fits(page) == []
    page.get_by_role("link", name="Nina New").click()
    assert _fits(page) == []
    page.goto("/people-at-work/invite/")
    assert _fits(page) == []

    page.goto("/sign-out/")
    assert _fits(page) == []
    page.get_by_role("main").get_by_role("button", name="Sign out").click()
    _sign_in(page, email)
    assert page.get_by_role("heading", name="Second step").is_visible()
    assert _fits(page) == []
    # Each code opens once: one of the codes kept for such a day is used instead.
    page.get_by_label("Code").fill("000000")
    page.get_by_role("button", name="Sign in", exact=True).click()
    assert page.get_by_text("That did not match").first.is_visible()
    assert _fits(page) == []


def test_a_passkey_is_added_named_used_alone_and_removed(
    browser_page, real_service: Service
) -> None:  # type: ignore[no-untyped-def]
    page = browser_page
    email = "pat@example.org"
    _accept(page, _invite(real_service, email, "social_worker", "council"))
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    _sign_in(page, email)
    page.get_by_role("link", name="Add a passkey").click()
    _confirm(page)
    assert _fits(page) == []
    page.get_by_label("Name").fill("Work phone")
    page.get_by_role("button", name="Add a passkey").click()
    page.wait_for_url("**/recovery-codes/")

    page.goto("/your-sign-in/")
    assert page.get_by_role("term").filter(has_text="Work phone").is_visible()
    page.goto("/sign-out/")
    page.get_by_role("main").get_by_role("button", name="Sign out").click()
    page.goto("/sign-in/")
    assert _fits(page) == []
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url("**/my-day/")

    page.goto("/your-sign-in/")
    page.get_by_role("link", name="Name Work phone").click()
    page.get_by_role("button", name="Use your passkey").or_(
        page.get_by_role("button", name="Go on")
    ).first.wait_for()
    _confirm(page)
    page.get_by_label("Name").fill("My own phone")
    page.get_by_role("button", name="Save").click()
    assert page.get_by_role("term").filter(has_text="My own phone").is_visible()
    page.get_by_role("link", name="Remove My own phone").click()
    assert page.get_by_text("Staff need a second step").is_visible()
    assert page.get_by_role("term").filter(has_text="My own phone").is_visible()


def test_a_passkey_cannot_be_added_at_a_number_address(browser_page, real_service: Service) -> None:  # type: ignore[no-untyped-def]
    page = browser_page

    page.goto(real_service.url.replace("localhost", "127.0.0.1") + "/sign-in/")

    assert page.get_by_role("button", name="Sign in with a passkey").count() == 0
    assert page.get_by_text("Passkeys do not work at a number address").is_visible()


def test_signing_in_works_without_javascript(chromium, real_service: Service) -> None:  # type: ignore[no-untyped-def]
    _invite_link = _invite(real_service, "noscript@example.org", "gp", "council")
    context = chromium.new_context(base_url=real_service.url, java_script_enabled=False)
    page = context.new_page()

    _accept(page, _invite_link)
    _sign_in(page, "noscript@example.org")

    assert page.get_by_role("heading", name="Set up a second step to sign in").is_visible()
    assert page.get_by_role("link", name="Add an authenticator app").is_visible()
    context.close()
