"""A whole huddle by keyboard alone: everybody spoken of, every action owned, minutes approved."""

import pytest

from tests.journeys.conftest import axe_faults
from tests.journeys.test_desmond import it_is_the_19th_of_march

pytestmark = pytest.mark.journey


def test_a_facilitator_runs_a_whole_huddle_by_keyboard(page) -> None:  # type: ignore[no-untyped-def]
    """Nobody is left without a lead, a decision and an owner for what was asked."""
    page.goto("/demo/walk-in/network_facilitator/")
    it_is_the_19th_of_march(page)
    page.goto("/demo/story-huddle/")
    start = page.get_by_role("button", name="Start the huddle")
    (start if start.count() else page.get_by_role("link", name="Join the screen")).press("Enter")
    page.locator("main[data-live=yes]").wait_for()

    spoken = []
    for _ in range(40):
        if page.get_by_role("link", name="Open the closing page").count():
            break
        before = page.locator(".turn").get_attribute("data-item")
        page.keyboard.press("n")
        page.wait_for_function(
            "before => (document.querySelector('.turn')?.dataset.item ?? '') !== (before ?? '')",
            arg=before,
        )
        name = page.locator(".turn h1").inner_text()
        if page.locator(".turn").get_attribute("data-item") is None:
            break
        spoken.append(name)
        page.keyboard.press("a")
        page.keyboard.type("@pharmacist 27 March ring them at home")
        page.keyboard.press("Enter")
        page.locator(".lines", has_text="Ring them at home").wait_for()
        decided = page.locator(".decided").inner_text()
        if "lead" not in decided.lower() or decided.startswith("No lead"):
            a_lead_is_named(page)
    assert len(spoken) >= 5

    page.get_by_role("link", name="Open the closing page").press("Enter")
    assert page.get_by_role("heading", name="Read back and close").is_visible()
    assert axe_faults(page) == []
    for _ in range(40):
        waiting = page.get_by_role("button", name="They said yes in the room")
        if waiting.count() == 0:
            break
        waiting.first.press("Enter")
        page.wait_for_load_state()
    assert page.get_by_text("Every action has its owner’s yes").is_visible()
    while (row := page.locator("tr", has_text="No lead yet")).count():
        row.first.get_by_role("link", name="Outcome").press("Enter")
        page.get_by_label("Who leads").press("ArrowDown")
        page.get_by_role("button", name="Keep", exact=True).last.press("Enter")
        page.get_by_role("heading", name="Read back and close").wait_for()
    page.get_by_role("button", name="End the huddle").press("Enter")
    page.get_by_role("button", name="Approve the minutes").press("Enter")
    assert page.get_by_text("Closed, approved by").is_visible()
    assert axe_faults(page) == []


def a_lead_is_named(page) -> None:  # type: ignore[no-untyped-def]
    """Through the outcome page and back to the screen."""
    page.keyboard.press("o")
    page.get_by_label("Who leads").press("ArrowDown")
    page.get_by_role("button", name="Keep", exact=True).last.press("Enter")
    page.locator("main[data-live=yes]").wait_for()
