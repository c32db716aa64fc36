"""Walks through a demo to pages whose address nobody can know beforehand, for their pictures.

Each walk names the routes it comes by; tests/house/routes.csv says `walk: <name>` beside them.
"""

import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from tests.journeys.conftest import PROJECT, environment
from tests.rooms.access.conftest import code_now

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

PASSWORD = "four words nobody joins"
SEARCH = "Search people, services and pages"


class Camera(Protocol):
    """What a walk needs of the camera."""

    def take(self, page: "Page", who: str, name: str, *, whole: bool = True) -> None:
        """Take the page as it stands."""


NewContext = Callable[[], "BrowserContext"]
Walk = Callable[[NewContext, Camera, Path], None]


def _as(context: "BrowserContext", role: str) -> "Page":
    page = context.new_page()
    page.set_default_timeout(10_000)
    page.goto(f"/demo/walk-in/{role}/")
    return page


def _press(page: "Page", name: str) -> None:
    page.get_by_role("main").get_by_role("button", name=name, exact=True).click()


def _sign_in(page: "Page", email: str) -> None:
    page.goto("/sign-in/")
    page.get_by_label("Email address").fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    _press(page, "Sign in")


def _link_in_newest_email(page: "Page") -> str:
    page.goto("/sent/")
    page.locator("tbody th a").first.click()
    return str(page.locator(".mail__words a").first.get_attribute("href"))


def _path(address: str) -> str:
    return "/" + address.split("/", 3)[3]


def newcomer(new_context: NewContext, camera: Camera, data: Path) -> None:
    """Somebody is invited, accepts, forgets the password, sets up every second step, and leaves."""
    manager = _as(new_context(), "practice_manager")
    email = f"nina.{time.time_ns()}@example.org"
    link = _invite(manager, camera, email)
    page = new_context().new_page()
    page.set_default_timeout(10_000)
    _accept(page, camera, link)
    _forget_password(page, camera, email, manager)
    _sign_in(page, email)
    camera.take(page, "newcomer", "desk:my_day on the first day")
    codes = _add_app(page, camera)
    _add_passkey(page, camera)
    page.goto("/sign-out/")
    camera.take(page, "newcomer", "account_logout signed in")
    _press(page, "Sign out")
    _sign_in(page, email)
    camera.take(page, "newcomer", "mfa_authenticate")
    page.get_by_label("Code").fill(codes[0])
    _press(page, "Sign in")
    page.wait_for_url("**/my-day/")
    _leave(manager, camera)


def _invite(manager: "Page", camera: Camera, email: str) -> str:
    """The address of the invitation's link."""
    manager.goto("/people-at-work/invite/")
    _press(manager, "Send the invitation")
    camera.take(manager, "practice_manager", "access:invite_colleague with errors")
    manager.get_by_label("Full name").fill("Nina New")
    manager.get_by_label("Work email address").fill(email)
    for label in ("Role", "Where they work"):
        manager.get_by_label(label, exact=True).select_option(index=1)
    manager.get_by_label("Title of the post").fill("Receptionist")
    _press(manager, "Send the invitation")
    manager.goto("/people-at-work/invitations/")
    camera.take(manager, "practice_manager", "access:invitations with one waiting")
    link = _path(_link_in_newest_email(manager))
    camera.take(manager, "practice_manager", "post:sent_message an invitation")
    return link


def _accept(page: "Page", camera: Camera, link: str) -> None:
    page.goto(link)
    camera.take(page, "newcomer", "access:accept_invitation")
    _press(page, "Accept")
    camera.take(page, "newcomer", "access:accept_invitation with errors")
    page.get_by_label("Choose a password", exact=True).fill(PASSWORD)
    page.get_by_label("The same password again", exact=True).fill(PASSWORD)
    _press(page, "Accept")
    camera.take(page, "newcomer", "account_login after accepting")
    page.goto(link)
    camera.take(page, "newcomer", "access:accept_invitation used before")


def _forget_password(page: "Page", camera: Camera, email: str, manager: "Page") -> None:
    page.goto("/sign-in/")
    _press(page, "Sign in")
    camera.take(page, "newcomer", "account_login with errors")
    page.goto("/forgotten-password/")
    page.get_by_label("Email address").fill(email)
    _press(page, "Send me a link")
    camera.take(page, "newcomer", "account_reset_password_done after asking")
    page.goto(_path(_link_in_newest_email(manager)))
    camera.take(page, "newcomer", "account_reset_password_from_key")
    page.goto("/forgotten-password/abc-wrong/")
    camera.take(page, "newcomer", "account_reset_password_from_key too old")


def _add_app(page: "Page", camera: Camera) -> list[str]:
    """The recovery codes that come with the first second step."""
    page.goto("/your-sign-in/")
    camera.take(page, "newcomer", "access:own_sign_in without a second step")
    page.goto("/your-sign-in/confirm/?next=/your-sign-in/app/")
    camera.take(page, "newcomer", "account_reauthenticate")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    _press(page, "Go on")
    camera.take(page, "newcomer", "mfa_activate_totp with a key")
    page.get_by_label("Code shown by the app").fill("000000")
    _press(page, "Add the app")
    camera.take(page, "newcomer", "mfa_activate_totp with errors")
    key = page.locator("[data-totp-key]").text_content() or ""
    page.get_by_label("Code shown by the app").fill(code_now(key))
    _press(page, "Add the app")
    camera.take(page, "newcomer", "mfa_view_recovery_codes the one time")
    codes = page.locator("[data-recovery-codes] li").all_inner_texts()
    for address, route in (
        ("recovery-codes/", "mfa_view_recovery_codes"),
        ("recovery-codes/new/", "mfa_generate_recovery_codes"),
        ("app/remove/", "mfa_deactivate_totp"),
        ("confirm/code/", "mfa_reauthenticate"),
    ):
        page.goto(f"/your-sign-in/{address}")
        camera.take(page, "newcomer", route)
    return codes


def _add_passkey(page: "Page", camera: Camera) -> None:
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
    page.goto("/your-sign-in/passkeys/add/")
    camera.take(page, "newcomer", "mfa_add_webauthn confirmed")
    page.get_by_label("Name").fill("Work phone")
    _press(page, "Add a passkey")
    page.wait_for_url(lambda url: "passkeys/add" not in url)
    page.goto("/your-sign-in/")
    camera.take(page, "newcomer", "access:own_sign_in with every second step")
    page.get_by_role("link", name="Name Work phone").click()
    camera.take(page, "newcomer", "mfa_edit_webauthn")
    page.goto("/your-sign-in/")
    page.get_by_role("link", name="Remove Work phone").click()
    camera.take(page, "newcomer", "mfa_remove_webauthn")
    page.goto("/your-sign-in/confirm/passkey/")
    camera.take(page, "newcomer", "mfa_reauthenticate_webauthn")


def _leave(manager: "Page", camera: Camera) -> None:
    who = "practice_manager"
    manager.goto("/people-at-work/")
    manager.get_by_role("link", name="Nina New").first.click()
    here = manager.url
    camera.take(manager, who, "access:colleague")
    manager.get_by_role("link", name="Give another post").click()
    camera.take(manager, who, "access:give_hat")
    manager.goto(here)
    manager.get_by_role("link", name="Change manager").first.click()
    camera.take(manager, who, "access:change_hat")
    manager.goto(here)
    manager.get_by_role("link", name="Record a leaver").click()
    camera.take(manager, who, "access:record_leaver")
    manager.get_by_role("main").get_by_role("button").first.click()
    camera.take(manager, who, "access:record_leaver with errors")
    manager.get_by_role("radio").first.check()
    manager.get_by_role("main").get_by_role("button").first.click()
    camera.take(manager, who, "access:colleague who has left")


def letters(new_context: NewContext, camera: Camera, data: Path) -> None:
    """Post of every kind is written, read, looked at as it would have left, and answered."""
    url = _as(context := new_context(), "gp").url.split("/my-day/")[0]
    done = subprocess.run(
        [sys.executable, "-m", "tests.post_for_pictures"],
        env={**environment(data), "ONEPLACE_DEMO": "1", "ONEPLACE_PUBLIC_URL": url},
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=True,
    )
    answer = done.stdout.strip().splitlines()[-1]
    page = context.pages[0]
    page.goto("/my-day/")
    camera.take(page, "gp", "desk:my_day with notices")
    page.goto("/notices/")
    camera.take(page, "gp", "post:notices with some")
    page.goto("/messages/")
    camera.take(page, "gp", "post:own_messages with some")
    page.goto("/sent/")
    camera.take(page, "gp", "post:sent with some")
    page.get_by_label("To", exact=False).first.fill("nobody of this name")
    _press(page, "Show")
    camera.take(page, "gp", "post:sent with nothing found")
    _press(page, "Show all")
    page.wait_for_load_state()
    for subject, what in (
        ("Your visit on Friday", "a letter"),
        ("Jo comes on Friday", "a text message"),
        ("Befriending for Mr Clarke", "a text for a partner"),
    ):
        page.goto("/sent/")
        page.get_by_role("link", name=subject).first.click()
        camera.take(page, "gp", f"post:sent_message {what}")
        if what == "a letter":
            page.get_by_role("link", name="Open the print").click()
            camera.take(page, "gp", "post:print_sent")
    stranger = new_context().new_page()
    stranger.goto(_path(answer))
    camera.take(stranger, "nobody", "post:answer_by_link")
    _press(stranger, "Send answer")
    camera.take(stranger, "nobody", "post:answer_by_link with errors")
    stranger.get_by_role("radio").first.check()
    _press(stranger, "Send answer")
    camera.take(stranger, "nobody", "post:answer_by_link answered")


def states(new_context: NewContext, camera: Camera, data: Path) -> None:
    """What a page can turn into: found, not found, menus open, unknown, expired, on paper."""
    page = _as(new_context(), "gp")
    for words in ("council", "xyzzy"):
        page.get_by_label(SEARCH).fill(words)
        page.get_by_role("banner").get_by_role("button", name="Search").click()
        camera.take(page, "gp", f"desk:search for {words}")
    _open_menus(page, camera)
    _end_and_expire(page, camera)
    page.emulate_media(media="print")
    for address in ("/my-day/", "/services/"):
        page.goto(address)
        camera.take(page, "gp", f"print of {address}")
    resident = _as(new_context(), "resident")
    resident.goto("/nowhere/")
    camera.take(resident, "resident", "page not found")
    resident.locator("details.account summary").click()
    camera.take(resident, "resident", "account menu", whole=False)
    nobody = new_context().new_page()
    nobody.goto("/nowhere/")
    camera.take(nobody, "nobody", "page not found")


def _open_menus(page: "Page", camera: Camera) -> None:
    page.goto("/my-day/")
    page.get_by_label(SEARCH).press_sequentially("falls")
    page.locator("#suggestions a").first.wait_for()
    camera.take(page, "gp", "desk:suggestions", whole=False)
    page.keyboard.press("Escape")
    page.locator("details.account summary").click()
    camera.take(page, "gp", "account menu", whole=False)
    page.keyboard.press("Escape")
    page.evaluate("document.querySelector('.nav-menu').open = true")
    camera.take(page, "gp", "menu", whole=False)
    page.goto("/my-day/")
    page.keyboard.press("?")
    camera.take(page, "gp", "keys", whole=False)


def _end_and_expire(page: "Page", camera: Camera) -> None:
    page.goto("/nowhere/")
    camera.take(page, "gp", "page not found")
    page.goto("/my-day/")
    page.evaluate(
        "() => { const band = document.getElementById('session-warning'); band.hidden = false;"
        " band.querySelector('[data-session-title]').textContent ="
        " 'You will be signed out in 2 minutes.';"
        " band.querySelector('[data-session-words]').textContent ="
        " 'Nothing has happened here for a while. What you typed is kept in this tab.'; }"
    )
    camera.take(page, "gp", "session warning", whole=False)
    page.evaluate("document.documentElement.classList.add('session-over')")
    page.evaluate(
        "document.getElementById('main').append("
        "document.getElementById('session-over').content.cloneNode(true));"
        "document.getElementById('session-warning').hidden = true"
    )
    camera.take(page, "gp", "session over", whole=False)
    page.goto("/services/")
    page.evaluate(
        "document.querySelector('main').innerHTML = '<form method=post action=/search/>"
        "<input name=words value=falls><button>x</button></form>'"
    )
    page.locator("main button").click()
    camera.take(page, "gp", "form expired")


def record(new_context: NewContext, camera: Camera, data: Path) -> None:
    """A person is found and looked at, on every page of the record, full and empty."""
    page = _as(new_context(), "record_steward")
    page.get_by_label(SEARCH).fill("Desmond Clarke")
    page.get_by_role("banner").get_by_role("button", name="Search").click()
    camera.take(page, "record_steward", "desk:search for a person")
    page.get_by_role("main").get_by_role("link", name="Desmond Clarke").first.click()
    here = page.url
    camera.take(page, "record_steward", "desk:person")
    for part, route in (
        ("health/", "desk:person_health"),
        ("care/", "desk:person_care"),
        ("measures/", "desk:person_measures"),
        ("people/", "desk:person_people"),
        ("documents/", "desk:person_documents"),
        ("summary/", "desk:person_summary"),
    ):
        page.goto(here + part)
        camera.take(page, "record_steward", route)
    page.goto(here)
    page.locator(".line--stay .line__what a").first.click()
    camera.take(page, "record_steward", "desk:entry")
    page = _as(new_context(), "gp")
    page.goto(f"{here}plan/")
    camera.take(page, "gp", "desk:person_plan")
    page.goto(here)
    camera.take(page, "gp", "desk:person")
    page.get_by_role("link", name="Add a note").click()
    page.get_by_label("In one line").fill("Rang his daughter: she visits on Sundays")
    camera.take(page, "gp", "desk:add_entry")
    _press(page, "Write it down")
    page.get_by_role("link", name="Rang his daughter").first.click()
    page.get_by_role("link", name="Take it back").click()
    camera.take(page, "gp", "desk:cancel_entry")


def emergency(new_context: NewContext, camera: Camera, data: Path) -> None:
    """A record is opened in an emergency, reviewed by an officer, and asked about."""
    steward = _as(new_context(), "record_steward")
    _desmond(steward)
    number = re.findall(r"999 \d{3} \d{4}", steward.get_by_role("main").inner_text())[0]
    page = _as(new_context(), "therapist")
    page.goto("/emergency/")
    _press(page, "Open the record now")
    camera.take(page, "therapist", "desk:open_emergency with errors")
    page.get_by_label("NHS number").fill(number)
    page.get_by_label("The person cannot tell us").check()
    page.get_by_label("What is happening?").fill("He fell in the street and cannot speak.")
    _press(page, "Open the record now")
    camera.take(page, "therapist", "desk:person in an emergency", whole=False)
    page.goto("/emergency/")
    camera.take(page, "therapist", "desk:open_emergency while one is open")
    officer = _as(new_context(), "ig_officer")
    officer.goto("/officer/")
    camera.take(officer, "ig_officer", "desk:officer with something waiting")
    officer.get_by_role("link", name="Review").first.click()
    camera.take(officer, "ig_officer", "desk:review_emergency while it is open")
    page.get_by_role("button", name="End it now").click()
    officer.reload()
    camera.take(officer, "ig_officer", "desk:review_emergency")
    officer.get_by_label("Right: it was needed").check()
    officer.get_by_label("What you looked at").fill("Rang the ward: he was found in the street.")
    _press(officer, "Save the review")
    camera.take(officer, "ig_officer", "desk:emergencies after a review")
    officer.goto("/officer/who-looked/")
    officer.get_by_label("NHS number").fill(number)
    officer.get_by_label("Why do you ask?").fill("He asked who had looked")
    _press(officer, "Show who looked")
    camera.take(officer, "ig_officer", "desk:who_looked_at")
    officer.get_by_role("link", name="Ask about this").first.click()
    officer.get_by_label("Your question").fill("What was this look for?")
    camera.take(officer, "ig_officer", "desk:ask_about_look")
    _press(officer, "Send the question")
    officer.get_by_text("The answer comes to you").wait_for()
    officer.goto("/officer/")
    officer.get_by_role("link", name=re.compile("Open.*looked at a record")).first.click()
    camera.take(officer, "ig_officer", "desk:look_question")


def choices(new_context: NewContext, camera: Camera, data: Path) -> None:
    """What a person decides about sharing is recorded, stepped over, looked at again and ended."""
    page = _as(new_context(), "gp")
    page.get_by_label(SEARCH).fill("Desmond Clarke")
    page.get_by_role("banner").get_by_role("button", name="Search").click()
    page.get_by_role("main").get_by_role("link", name="Desmond Clarke").first.click()
    person = page.url
    page.goto(f"{person}sharing/")
    camera.take(page, "gp", "desk:sharing with nothing recorded")
    _record_a_choice(page, camera, person)
    _step_over(page, camera)
    other = _as(new_context(), "discharge_nurse")
    other.goto(f"{person}sharing/")
    if other.get_by_role("link", name="Look at it again").count():
        other.get_by_role("link", name="Look at it again").first.click()
        camera.take(other, "discharge_nurse", "desk:review_override")
    page.goto(f"{person}sharing/")
    camera.take(page, "gp", "desk:sharing")
    page.get_by_role("link", name="No longer").first.click()
    camera.take(page, "gp", "desk:end_authority")
    page.goto(person)
    page.locator(".line__what a").first.click()
    page.goto(f"{page.url}restrict/")
    camera.take(page, "gp", "desk:restrict_entry")
    page.get_by_label("About somebody else").check()
    page.get_by_label("Why?").fill("It speaks of his neighbour")
    _press(page, "Mark it")
    _protect(_as(new_context(), "ig_officer"), camera, person)
    page.goto(f"{person}sharing/")
    page.get_by_role("link", name="Take it back").first.click()
    camera.take(page, "gp", "desk:end_choice")
    page.get_by_label("Why?").fill("He has changed his mind")
    _press(page, "Take it back")
    camera.take(page, "gp", "desk:sharing after taking back")


def _record_a_choice(page: "Page", camera: Camera, person: str) -> None:
    page.get_by_role("link", name="They have been told").click()
    camera.take(page, "gp", "desk:tell_people")
    page.get_by_label("Face to face").check()
    _press(page, "Record it")
    page.goto(f"{person}sharing/speaks-for-them/")
    camera.take(page, "gp", "desk:record_authority")
    page.get_by_label("Their name").fill("Marcia Clarke")
    page.get_by_label("Unpaid carer").check()
    page.get_by_label("The person says so themselves").check()
    _press(page, "Record it")
    page.get_by_role("link", name="Record what they decided").click()
    _press(page, "Go on")
    camera.take(page, "gp", "desk:choose_choice with errors")
    page.get_by_label("They object to their information being shared").check()
    _press(page, "Go on")
    page.get_by_label("In their own words").fill("Only my doctor should know all of it")
    camera.take(page, "gp", "desk:record_choice")
    page.get_by_label("Face to face").check()
    _press(page, "Record it")


def _step_over(page: "Page", camera: Camera) -> None:
    page.get_by_role("link", name="Step over it").first.click()
    page.get_by_label("Who needs to see it?").select_option(index=1)
    page.get_by_label("Overriding public interest").check()
    page.get_by_label("Why is it needed?").fill("A child at the same address may be in danger")
    camera.take(page, "gp", "desk:override_choice")
    _press(page, "Step over it")


def _protect(page: "Page", camera: Camera, person: str) -> None:
    page.goto(f"{person}protections/")
    page.get_by_role("link", name="Protect the record").click()
    camera.take(page, "ig_officer", "desk:choose_protection")
    page.get_by_label("Keep secret where they live").check()
    _press(page, "Go on")
    camera.take(page, "ig_officer", "desk:record_protection")
    page.get_by_label("Why?").fill("He fled to this address; the refuge asked")
    page.get_by_label("By phone").check()
    _press(page, "Protect the record")
    camera.take(page, "ig_officer", "desk:protections")
    for link, route in (
        ("Lift the mark", "desk:lift_restriction"),
        ("Lift it", "desk:lift_protection"),
    ):
        page.goto(f"{person}protections/")
        page.get_by_role("link", name=link).first.click()
        camera.take(page, "ig_officer", route)
        page.get_by_label("Why?").fill("No longer needed")
        _press(page, "Lift it")


def _follow(page: "Page", part: str) -> None:
    """Go where the first link leads whose address holds these words."""
    address = page.get_by_role("main").locator(f'a[href*="{part}"]').first.get_attribute("href")
    page.goto(str(address))


def steward(new_context: NewContext, camera: Camera, data: Path) -> None:
    """What partners sent is looked at as it came; two numbers are one person's, or not."""
    page = _as(new_context(), "record_steward")
    page.goto("/feeds/hospital_messages/")
    _follow(page, "/feeds/deliveries/")
    camera.take(page, "record_steward", "feeds:delivery")
    page.goto("/who-is-who/")
    page.get_by_role("link", name=re.compile(r"^Pair \d")).first.click()
    camera.take(page, "record_steward", "people:match")
    here = _desmond(page)
    page.goto(f"{here}death/")
    camera.take(page, "record_steward", "people:record_death")
    page.goto(f"{here}people/")
    _follow(page, "/who-is-who/numbers/")
    camera.take(page, "record_steward", "people:separate")
    doctor = _as(new_context(), "gp")
    doctor.goto(here)
    doctor.locator(".line--stay .line__what a").first.click()
    doubt = doctor.get_by_role("link", name=re.compile("not (about )?this person", re.IGNORECASE))
    doubt.first.click()
    camera.take(doctor, "gp", "people:mark_not_this_person")
    doctor.get_by_role("main").get_by_role("textbox").first.fill("He was abroad that week")
    doctor.get_by_role("main").locator("form button").first.click()
    page.goto("/who-is-who/doubts/")
    _follow(page, "/who-is-who/doubts/")
    camera.take(page, "record_steward", "people:settle_doubt")


def _desmond(page: "Page") -> str:
    """The address of Desmond's record, for somebody who may find him."""
    page.get_by_label(SEARCH).fill("Desmond Clarke")
    page.get_by_role("banner").get_by_role("button", name="Search").click()
    page.get_by_role("main").get_by_role("link", name="Desmond Clarke").first.click()
    return page.url


def rights(new_context: NewContext, camera: Camera, data: Path) -> None:
    """Somebody asks for a copy of their record; every step an officer may take is looked at."""
    steward = _as(new_context(), "record_steward")
    _desmond(steward)
    number = re.findall(r"999 \d{3} \d{4}", steward.get_by_role("main").inner_text())[0]
    page = _as(new_context(), "ig_officer")
    page.goto("/rights/receive/")
    page.get_by_label("A copy of the record").check()
    page.get_by_label("Name of whoever asks").fill("Desmond Clarke")
    page.get_by_label("The person", exact=True).check()
    page.get_by_label("What they ask, in their words").fill("Everything you have about me, please.")
    page.get_by_label("Letter").check()
    for part, value in (("Day", "11"), ("Month", "3"), ("Year", "2026")):
        page.get_by_label(part, exact=True).fill(value)
    page.get_by_role("main").locator("form button").first.click()
    here = page.url
    camera.take(page, "ig_officer", "desk:right")
    for step, route in (
        ("extend/", "desk:extend_right"),
        ("refuse/", "desk:refuse_right"),
        ("withdraw/", "desk:withdraw_right"),
        ("identity/", "desk:confirm_identity"),
    ):
        page.goto(here + step)
        camera.take(page, "ig_officer", route)
    page.get_by_label("NHS number").fill(number)
    _press(page, "Look")
    page.get_by_label("What was checked").fill("Passport seen in person")
    camera.take(page, "ig_officer", "desk:confirm_identity with who it may be")
    _press(page, "It is them: identity is checked")
    page.goto(here)
    _press(page, "Gather")
    page.goto(f"{here}review/")
    camera.take(page, "ig_officer", "desk:decide_items")
    page.goto(f"{here}send-back/")
    camera.take(page, "ig_officer", "desk:send_back_right")


def too_many_attempts(new_context: NewContext, camera: Camera, data: Path) -> None:
    """Somebody guesses until the page makes them wait; it comes last for that reason."""
    page = new_context().new_page()
    for _ in range(12):
        page.goto("/sign-in/")
        page.get_by_label("Email address").fill("nobody.here@example.org")
        page.get_by_label("Password", exact=True).fill("not the right one")
        _press(page, "Sign in")
        if page.get_by_text("Too many").count():
            break
    camera.take(page, "nobody", "account_login too many attempts")


WALKS: dict[str, Walk] = {
    "emergency": emergency,
    "newcomer": newcomer,
    "letters": letters,
    "states": states,
    "record": record,
    "choices": choices,
    "steward": steward,
    "rights": rights,
    "too_many_attempts": too_many_attempts,
}
