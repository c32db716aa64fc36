"""The frame in a real browser: accessible, by keyboard, on a phone, without scripts."""

import json
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from oneplace.vocabulary.terms import Role
from tests.factories import bring_in_place, signed_in
from tests.journeys.conftest import axe_faults
from tests.rooms.desk.browser import opened

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("place")]

PLACE = settings.PLACE
NETWORK, TEAM = PLACE.networks[0].code, PLACE.teams[0].code
EVERY_KIND_OF_PAGE = (
    "/my-day/",
    "/search/",
    "/who-works-together/",
    f"/who-works-together/networks/{NETWORK}/",
    f"/who-works-together/teams/{TEAM}/",
    f"/who-works-together/organisations/{PLACE.practices[0].code}/",
    "/services/",
    f"/services/{PLACE.services[0].code}/",
    "/help/",
    "/help/keys/",
    "/about/",
    "/who-can-see-what/",
    "/accessibility/",
    "/nowhere/",
)
# A phone, and a desk at 200 % and at 400 % zoom (WCAG 1.4.10).
NARROW = (390, 640, 320)
A_MOMENT_MS = 1_500


@pytest.fixture
def place() -> None:
    """The partners' tables as the place file says."""
    bring_in_place()


@pytest.fixture
def gp() -> Client:
    """A GP's session."""
    return signed_in(Role.GP)


def test_no_page_has_an_accessibility_fault(chromium: Any, gp: Client) -> None:
    faults = {}
    with opened(chromium, gp) as page:
        # Pages of words alone are like the first of them.
        for path in EVERY_KIND_OF_PAGE[:10]:
            page.goto(path)
            if found := axe_faults(page):
                faults[path] = found

    assert faults == {}


def test_the_first_page_and_a_residents_page_have_no_fault_either(chromium: Any) -> None:
    with opened(chromium, Client()) as page:
        page.goto("/")
        door = axe_faults(page)
    with opened(chromium, signed_in(Role.RESIDENT), width=390) as page:
        page.goto("/my-day/")
        own = axe_faults(page)

    assert (door, own) == ([], [])


def test_no_page_is_wider_than_a_narrow_screen(chromium: Any, gp: Client) -> None:
    wide = []
    with opened(chromium, gp) as page:
        for path in EVERY_KIND_OF_PAGE:
            page.goto(path)
            for width in NARROW:
                page.set_viewport_size({"width": width, "height": 800})
                found = page.evaluate("document.documentElement.scrollWidth")
                if found > width:
                    wide.append(f"{path} at {width} is {found}")

    assert wide == []


def test_the_menu_of_a_phone_opens_without_scripts(chromium: Any, gp: Client) -> None:
    with opened(chromium, gp, width=390, with_script=False) as page:
        page.goto("/my-day/")
        page.locator("details.nav-menu summary").click()
        page.get_by_role("link", name="Find help").first.click()

        assert page.url.endswith("/services/")


def test_searching_and_narrowing_work_without_scripts(chromium: Any, gp: Client) -> None:
    category = PLACE.services[0].category
    with opened(chromium, gp, with_script=False) as page:
        page.goto("/services/")
        page.get_by_label("Kind of help").select_option(category.value)
        page.get_by_role("button", name="Show").click()
        page.wait_for_url("**/services/?*")
        narrowed = page.url
        page.locator("#global-search").fill(PLACE.services[0].name)
        page.locator(".header-search button").click()

        assert narrowed.endswith(f"/services/?category={category.value}")
        assert "answer" in page.locator("main h2").first.inner_text()


def test_the_slash_key_goes_to_the_search_box_and_arrows_to_its_answers(
    chromium: Any, gp: Client
) -> None:
    with opened(chromium, gp) as page:
        page.goto("/my-day/")
        page.keyboard.press("/")
        page.keyboard.type(PLACE.services[0].name[:6])
        page.wait_for_selector("#suggestions a")
        # What the suggestions lie over is not there to be pressed.
        faults = [fault for fault in axe_faults(page) if not fault.startswith("target-size")]
        page.keyboard.press("ArrowDown")
        first = page.evaluate("document.activeElement.closest('#suggestions') !== null")
        page.keyboard.press("Escape")

        assert first and faults == []
        assert page.locator("#suggestions a").count() == 0
        assert page.evaluate("document.activeElement.id") == "global-search"


def test_single_keys_do_nothing_while_somebody_types(chromium: Any, gp: Client) -> None:
    with opened(chromium, gp) as page:
        page.goto("/search/")
        page.locator("#id_words").press_sequentially("who?/")

        assert page.locator("#id_words").input_value() == "who?/"
        assert not page.locator("#keys").is_visible()


def test_the_question_mark_shows_the_keys(chromium: Any, gp: Client) -> None:
    with opened(chromium, gp) as page:
        page.goto("/my-day/")
        page.keyboard.press("?")
        shown, faults = page.locator("#keys").is_visible(), axe_faults(page)
        page.keyboard.press("Escape")

        assert shown and faults == []
        assert not page.locator("#keys").is_visible()


def test_the_first_tab_leads_past_the_navigation(chromium: Any, gp: Client) -> None:
    with opened(chromium, gp) as page:
        page.goto("/my-day/")
        page.keyboard.press("Tab")
        offered = page.evaluate("document.activeElement.textContent")
        page.keyboard.press("Enter")

        assert offered == "Skip to main content"
        assert page.evaluate("location.hash") == "#main"


# --- the session ----------------------------------------------------------------------------------
def _seconds_until_warning() -> int:
    limits = PLACE.sessions
    wait = limits.idle.timedelta - limits.warn_before.timedelta
    return int(wait.total_seconds()) - 60


def _pass(page: Any, seconds: int) -> None:
    page.clock.fast_forward(seconds * 1000)
    page.clock.run_for(A_MOMENT_MS)


def test_a_session_is_warned_of_before_it_ends_and_one_press_keeps_it(
    chromium: Any, gp: Client
) -> None:
    with opened(chromium, gp) as page:
        page.clock.install()
        page.goto("/my-day/")
        band = page.locator("#session-warning")
        _pass(page, _seconds_until_warning() - 10)
        early = band.is_visible()
        _pass(page, 15)
        warned, faults = band.is_visible(), axe_faults(page)
        page.get_by_role("button", name="Stay signed in").click()
        page.wait_for_timeout(300)
        page.clock.run_for(A_MOMENT_MS)

        assert (early, warned, band.is_visible()) == (False, True, False)
        assert faults == []


def test_when_the_session_is_over_the_page_shows_nothing_of_anybody(
    chromium: Any, gp: Client
) -> None:
    with opened(chromium, gp) as page:
        page.clock.install()
        page.goto("/my-day/")
        _pass(page, int(PLACE.sessions.idle.timedelta.total_seconds()))

        assert page.locator("h1:visible").inner_text() == "You have been signed out"
        assert not page.get_by_role("heading", name="Now").is_visible()
        assert not page.locator(".account").is_visible()
        assert axe_faults(page) == []


def test_somebody_who_types_is_kept_signed_in_without_asking(chromium: Any, gp: Client) -> None:
    asked: list[str] = []
    with opened(chromium, gp) as page:
        page.on("request", lambda request: asked.append(request.url))
        page.clock.install()
        page.goto("/search/")
        _pass(page, _seconds_until_warning() - 30)
        page.locator("#id_words").press_sequentially("n")
        page.wait_for_timeout(300)

    assert any(url.endswith("/stay-signed-in/") for url in asked)


# --- what was typed -------------------------------------------------------------------------------
FORM = "/people-at-work/invite/"


def _kept(page: Any) -> list[str]:
    keys = json.loads(page.evaluate("JSON.stringify(Object.keys(sessionStorage))"))
    return [key for key in keys if key.startswith("oneplace:")]


@pytest.fixture
def manager() -> Client:
    """A practice manager's session."""
    return signed_in(Role.PRACTICE_MANAGER)


def test_what_was_typed_is_there_again_after_the_page_was_left(
    chromium: Any, manager: Client
) -> None:
    with opened(chromium, manager) as page:
        page.goto(FORM)
        page.locator("form[data-keep] input[type=text]").first.fill("Peggy Half-Typed")
        page.goto("/my-day/")
        page.goto(FORM)

        assert page.locator("form[data-keep] input[type=text]").first.input_value() == (
            "Peggy Half-Typed"
        )
        assert "We kept what you typed" in page.locator(".kept-words").inner_text()
        page.get_by_role("button", name="Clear it").click()
        assert page.locator("form[data-keep] input[type=text]").first.input_value() == ""
        assert _kept(page) == []


def test_a_form_sent_with_errors_keeps_its_words_and_signing_out_forgets_them(
    chromium: Any, manager: Client
) -> None:
    with opened(chromium, manager) as page:
        page.goto(FORM)
        page.locator("form[data-keep] input[type=text]").first.fill("Peggy Half-Typed")
        page.locator("form[data-keep] button").last.click()
        page.wait_for_load_state()
        had_errors, kept = page.title().startswith("Error"), _kept(page)
        page.locator("details.account summary").click()
        page.get_by_role("button", name="Sign out").click()
        page.get_by_role("link", name="Sign in").first.wait_for()

        assert had_errors and kept
        assert _kept(page) == []


def test_the_next_reader_of_a_tab_does_not_find_anothers_words(
    chromium: Any, manager: Client
) -> None:
    with opened(chromium, manager) as page:
        page.goto(FORM)
        page.locator("form[data-keep] input[type=text]").first.fill("Peggy Half-Typed")
        page.wait_for_timeout(500)
        before = _kept(page)
        manager.logout()
        signed_in(Role.PROGRAMME_DIRECTOR, manager)
        page.goto(FORM)

        assert before
        assert _kept(page) == []
        assert page.locator("form[data-keep] input[type=text]").first.input_value() == ""
