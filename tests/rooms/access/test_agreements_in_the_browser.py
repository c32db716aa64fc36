"""The pages of sharing agreements in a real browser: accessible, and fit for a phone and paper."""

import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from oneplace.vocabulary.terms import Role
from tests.factories import AT, bring_in_place, make_hat, signed_in
from tests.journeys.conftest import axe_faults
from tests.rooms.desk.browser import opened
from tests.rooms.desk.conftest import chromium

__all__ = ["chromium"]

pytestmark = pytest.mark.django_db
WIDTHS = (1280, 390)
ADDRESS = "/agreements/with_the_charity/"
# A folder to put pictures into, for whoever wants to look.
PICTURES = os.environ.get("ONEPLACE_PICTURES")


@pytest.fixture(autouse=True)
def place() -> Iterator[None]:
    bring_in_place()
    with patch("oneplace.kit.clock.now", lambda: AT):
        yield


def _look(page: Any, what: str) -> None:
    """The page as it stands has no accessibility fault and is nowhere wider than its screen."""
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        if PICTURES:
            path = Path(PICTURES) / f"{what.replace(' ', '-')}-{width}.png"
            page.screenshot(path=path, full_page=True, animations="disabled")
        assert axe_faults(page) == [], f"{what} at {width}"
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, f"{what} at {width} is {wide}"
    page.set_viewport_size({"width": WIDTHS[0], "height": 800})
    assert page.locator("h1").count() == 1, what


def _send(page: Any) -> None:
    with page.expect_navigation():
        page.locator("main form button[data-prevent-double-click]").first.click()
    page.wait_for_selector("h1")


def test_agreements_are_read_by_everybody(chromium: Any) -> None:
    for role in (Role.GP, Role.PRACTICE_MANAGER, Role.CARE_HOME_MANAGER):
        make_hat(role)

    with opened(chromium, signed_in(Role.RESIDENT)) as page:
        for what, address in (
            ("list", "/agreements/"),
            ("agreement", "/agreements/direct_care/"),
            ("agreement with a yes", ADDRESS),
            ("agreement without names", "/agreements/evaluation/"),
            ("versions side by side", "/agreements/evaluation/compare/"),
            ("who sees what", "/agreements/who-sees-what/"),
            (
                "who sees what of one role",
                "/agreements/who-sees-what/?purpose=direct_care&organisation=council&role=social_worker",
            ),
        ):
            page.goto(address)
            _look(page, what)


def test_an_officer_renews_changes_and_stops_an_agreement(chromium: Any) -> None:
    with opened(chromium, signed_in(Role.IG_OFFICER)) as page:
        page.goto(ADDRESS)
        _look(page, "agreement of an officer")
        page.get_by_role("link", name="Write the next version").click()
        page.wait_for_selector("text=Line 1")
        _look(page, "next version")
        page.get_by_role("button", name="Add a line").click()
        page.wait_for_selector("text=Line 3")
        page.get_by_label("Name", exact=True).fill("")
        _send(page)
        _look(page, "next version with a mistake")
        page.goto(f"{ADDRESS}renew/")
        _look(page, "renew")
        _send(page)
        _look(page, "waiting version")
        page.get_by_role("link", name="Signed on paper").first.click()
        page.wait_for_selector("text=Keep the paper")
        _look(page, "signature on paper")
        page.goto(f"{ADDRESS}versions/1/stop/")
        _look(page, "stop")
        page.get_by_label("Reason").fill("The charity has left the alliance.")
        _send(page)
        _look(page, "stopped")
        page.goto("/agreements/")
        _look(page, "list with a stopped one")


def test_an_expired_agreement_is_seen_to_have_expired(chromium: Any) -> None:
    later = AT.replace(month=4, day=2)
    with (
        patch("oneplace.kit.clock.now", lambda: later),
        opened(chromium, signed_in(Role.GP)) as page,
    ):
        page.goto("/agreements/evaluation/")
        _look(page, "expired")
        assert page.get_by_text("It ended on 31 March 2026.").is_visible()
    assert later.date() > date(2026, 3, 31)
