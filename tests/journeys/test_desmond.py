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


def test_chapter_4_two_records_one_man(page) -> None:  # type: ignore[no-untyped-def]
    """The steward opens his record: six lanes, one grey; why it is one man; undone, made one again.

    A day after he left he fell: it stands among what is new.
    """
    page.goto("/")
    page.get_by_role("button", name="Follow Desmond").click()
    for _ in range(3):
        page.get_by_role("button", name="Next").first.click()

    assert page.get_by_role("heading", level=1, name="Desmond Clarke").is_visible()
    lanes = page.locator(".lanes tbody tr")
    assert lanes.count() == 6
    council = lanes.filter(has_text="Council")
    silence = "Nothing since Sunday 8 March; ring Adult social care systems team, 020 7946 0116."
    assert council.locator(".lane__silence").inner_text() == silence
    assert council.locator(".lane__gap").count() == 1
    assert axe_faults(page) == []

    here = page.url
    for part in ("health/", "care/", "measures/", "documents/", "summary/"):
        page.goto(here + part)
        assert axe_faults(page) == [], part
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(here)
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    assert axe_faults(page) == []
    page.set_viewport_size({"width": 1280, "height": 900})
    page.get_by_role("link", name="People and sharing").click()
    numbers = page.locator("#numbers ~ table").first.locator("tbody tr")
    of_hospital = numbers.filter(has_text="Hospital admissions")
    assert of_hospital.count() == 2
    assert "likeness" in of_hospital.filter(has_text="Des Clarke").first.inner_text().lower()
    assert axe_faults(page) == []

    of_hospital.filter(has_text="likeness").get_by_role("link", name="Take away").click()
    page.get_by_label("Why").fill("To see whether they are two men")
    page.get_by_role("button", name="Take it away").click()
    page.goto(f"{here}people/")
    assert of_hospital.count() == 1
    page.get_by_role("link", name="Make one record of the two").first.click()
    page.get_by_label("Why").fill("One man after all: same birthday, street and wife")
    page.get_by_role("button", name="They are one person").click()
    page.goto(f"{here}people/")
    assert of_hospital.count() == 2

    # He falls on the morning after he left; the file of that day comes in the night after it.
    page.get_by_role("button", name="+1 day").click()
    page.get_by_role("button", name="+1 day").click()
    for _ in range(60):
        page.goto(here)
        if page.locator(".lines--new", has_text="Fall").count():
            break
        page.wait_for_timeout(500)
    assert page.locator(".lines--new .line", has_text="Fall").first.is_visible()


def test_a_visitor_walks_in_as_a_gp(page) -> None:  # type: ignore[no-untyped-def]
    page.goto("/")

    page.get_by_role("button", name="GP", exact=True).first.click()

    assert page.get_by_role("heading", level=1).is_visible()
    assert "/my-day/" in page.url
    assert axe_faults(page) == []
