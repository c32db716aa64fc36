"""A stranger walks in as each role and finds a calm, finished page that says what it is for."""

import pytest

from oneplace.vocabulary.terms import Role
from tests.journeys.conftest import axe_faults

pytestmark = pytest.mark.journey


@pytest.mark.parametrize("role", list(Role), ids=lambda role: role.value)
def test_a_stranger_walks_in_as(page, role: Role) -> None:  # type: ignore[no-untyped-def]
    page.goto(f"/demo/walk-in/{role.value}/")

    assert page.url.endswith("/my-day/")
    assert page.locator("h1").count() == 1
    assert page.get_by_text("Invented people and figures").first.is_visible()
    assert page.locator("main").inner_text().count(" ") > 40, "an empty page says nothing"
    assert axe_faults(page) == []

    page.set_viewport_size({"width": 390, "height": 844})
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= 390
    assert axe_faults(page) == []


@pytest.mark.parametrize("role", [Role.GP, Role.RESIDENT, Role.PROGRAMME_DIRECTOR])
def test_every_page_of_the_navigation_opens(page, role: Role) -> None:  # type: ignore[no-untyped-def]
    page.goto(f"/demo/walk-in/{role.value}/")
    links = page.locator("header nav a, nav[aria-label] a").all()
    addresses = {link.get_attribute("href") for link in links} - {None}
    assert addresses

    for address in sorted(addresses):
        if not address.startswith("/"):
            continue
        answer = page.goto(address)

        assert answer.status == 200, address
        assert page.locator("h1").count() == 1, address
        assert axe_faults(page) == [], address


def test_the_clock_of_the_demo_moves_by_an_hour_a_day_a_week(page) -> None:  # type: ignore[no-untyped-def]
    page.goto("/demo/walk-in/gp/")
    before = page.locator("h1").inner_text()

    page.get_by_role("button", name="+1 day").click()

    assert page.locator("h1").inner_text() != before


def test_essential_pages_work_without_javascript(chromium, service) -> None:  # type: ignore[no-untyped-def]
    context = chromium.new_context(base_url=service.url, java_script_enabled=False)
    page = context.new_page()
    page.goto("/demo/walk-in/gp/")

    page.locator("input[type=search]").first.fill("network")
    page.get_by_role("button", name="Search").first.click()

    assert page.get_by_role("heading", level=1).is_visible()
    assert "network" not in page.url, "what was searched for is not in the address"
    context.close()
