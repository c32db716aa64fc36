"""One invented person through the whole alliance: the story that never breaks.

Each capability brings its chapter. Chapters not built yet are not written here yet.
"""

import pytest

from tests.journeys.conftest import axe_faults

pytestmark = pytest.mark.journey


def test_chapter_1_the_door(page) -> None:  # type: ignore[no-untyped-def]
    """A visitor opens the door of an invented borough, follows Desmond or walks in as somebody."""
    page.goto("/")

    assert page.get_by_role("heading", level=1).is_visible()
    assert page.get_by_text("Invented people and figures").first.is_visible()
    assert page.get_by_text("six partners", exact=False).first.is_visible()
    assert page.get_by_text("no shared system", exact=False).first.is_visible()
    assert axe_faults(page) == []

    page.get_by_role("button", name="Follow Desmond").click()

    assert page.get_by_text("Discharge nurse").first.is_visible()
    assert page.get_by_text("Invented people and figures").first.is_visible()
    assert page.get_by_role("button", name="Next").first.is_visible()
    assert axe_faults(page) == []


def test_a_visitor_walks_in_as_a_gp(page) -> None:  # type: ignore[no-untyped-def]
    page.goto("/")

    page.get_by_role("button", name="GP", exact=True).first.click()

    assert page.get_by_role("heading", level=1).is_visible()
    assert "/my-day/" in page.url
    assert axe_faults(page) == []
