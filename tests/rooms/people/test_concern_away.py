"""A worry typed while the network is away: NOT SENT, whom to ring, and sent once it is back."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from oneplace.access.viewer import Viewer, viewing
from oneplace.people import verbs
from oneplace.people.models import Concern, Person, SafeNow
from oneplace.vocabulary.ids import new_id
from tests.factories import AT
from tests.journeys.conftest import FLAGS, axe_faults, browser_path
from tests.rooms.desk.browser import opened
from tests.rooms.people.test_concerns import _signed_in, coordinator, margaret  # noqa: F401

pytestmark = pytest.mark.django_db
WORDS = "There is no food in the house"


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """The machine's Chromium under our hands."""
    path = browser_path()
    if path is None:
        pytest.skip("no Chromium on this machine")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


def away(page: Any) -> list[str]:
    """From now on nothing of ours is reached; which addresses were asked for."""
    asked: list[str] = []

    def refuse(route: Any) -> None:
        asked.append(route.request.url)
        route.abort()

    for each in ("**/live/health", "**/concern/"):
        page.route(each, refuse)
    return asked


def test_a_worry_from_any_page_says_not_sent_and_goes_when_the_network_is_back(
    chromium: Any,
    coordinator: Viewer,  # noqa: F811
    margaret: Person,  # noqa: F811
) -> None:
    with opened(chromium, _signed_in(coordinator), width=390) as page:
        page.goto(reverse("people:concerns"))
        asked = away(page)
        page.get_by_text("Menu", exact=True).click()
        page.get_by_role("link", name="Worried?").first.click()
        page.get_by_label("What worries you?").fill(WORDS)
        page.get_by_label("Who is at risk?").fill("Margaret at number 14")
        page.get_by_role("dialog").get_by_role("radio").first.check()
        page.get_by_role("button", name="Send").click()

        page.get_by_role("heading", name="NOT SENT").wait_for()
        ring = page.get_by_role("link", name="Ring 0")
        assert (ring.get_attribute("href") or "").startswith("tel:0")
        assert page.get_by_label("What worries you?").input_value() == WORDS
        assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
        assert axe_faults(page) == []
        assert asked
        assert Concern.objects.count() == 0

        for each in ("**/live/health", "**/concern/"):
            page.unroute(each)
        page.evaluate("dispatchEvent(new Event('online'))")
        page.get_by_text(WORDS).wait_for()
        page.wait_for_url("**/concerns/*/")

    with viewing(coordinator, at=AT):
        (concern,) = Concern.objects.all()
    assert concern.what == WORDS


def test_a_worry_sent_again_after_its_answer_was_lost_is_one_worry(
    coordinator: Viewer,  # noqa: F811
    margaret: Person,  # noqa: F811
) -> None:
    mine = new_id()
    with viewing(coordinator, at=AT):
        for _ in range(2):
            sent = verbs.raise_concern(
                what=WORDS, who="Margaret", is_safe_now=SafeNow.NO, person_id=margaret.pk,
                concern_id=mine, by=coordinator, at=AT,
            )  # fmt: skip

        assert sent.pk == mine
        assert Concern.objects.count() == 1


def test_without_the_script_the_page_of_a_worry_is_a_plain_form(
    coordinator: Viewer,  # noqa: F811
) -> None:
    client: Client = _signed_in(coordinator)

    page = client.get(reverse("people:raise_concern")).text

    assert '<form method="post" novalidate data-concern' in page
    assert 'name="concern_id"' in page
