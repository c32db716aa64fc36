"""A whole huddle of fifteen people by keyboard alone, in a real browser with its live stream."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections
from django.urls import reverse

from oneplace.access.viewer import viewing
from oneplace.actions.models import Action
from oneplace.huddles import fragments, queries
from oneplace.huddles.fragments import Follower
from oneplace.huddles.models import Case, Item, ItemState, Line, LineKind, Meeting
from oneplace.kit import clock as care_clock
from oneplace.vocabulary.terms import ActionState, MeetingState
from tests.journeys.conftest import FLAGS, axe_faults, browser_path
from tests.rooms.desk.browser import opened
from tests.rooms.huddles.around_the_table import EIGHT, LISTED, Team, a_meeting, a_person, a_series
from tests.rooms.huddles.test_pages import client_of

pytestmark = pytest.mark.django_db
PEOPLE = 15
NAMES = (
    "Cora Field", "Dev Rao", "Ena Hale", "Finn Orr", "Gwen Lee", "Hari Das", "Ines Roy",
    "Jack Moss", "Kofi Ansa", "Lena Birk", "Mo Ali", "Nora Pym",
)  # fmt: skip


# Of the module: its loop must run before a test's transaction begins, or what follows would be on
# another connection and stay.
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


@pytest.fixture
def meeting(team: Team, monkeypatch: pytest.MonkeyPatch) -> Meeting:
    """The huddle of 12 March with fifteen people, at eight that morning."""
    for name in NAMES:
        given, _, family = name.partition(" ")
        team.people.append(a_person(team, given, family))
    found = a_meeting(team, a_series(team))
    assert len(team.people) == PEOPLE
    monkeypatch.setattr(care_clock, "now", lambda: EIGHT + timedelta(minutes=3))
    return found


def streams(page: Any, team: Team, meeting: Meeting) -> None:
    """The live stream of the facilitator's screen, by the same pieces that the service sends."""
    database = connections["default"]
    with viewing(team.facilitator, at=EIGHT):
        known = frozenset(
            item.person_id for item in queries.items(meeting, viewer=team.facilitator)
        )
    screens: dict[str, Follower] = {}

    def answer(route: Any) -> None:
        connections["default"] = database
        # One answer at a time: the browser asks again at once, and is told what came since.
        after = int(route.request.url.partition("after=")[2])
        follower = screens.setdefault(route.request.url, Follower(team.facilitator, after, known))
        told = fragments.tell(meeting.pk, [follower], at=care_clock.now()).get(follower.key)
        body = "retry: 100\n\n"
        if told is not None:
            follower.number = told.number
            data = json.dumps({"n": told.number, "regions": told.regions, "over": told.is_over})
            body += f"id: {told.number}\nevent: change\ndata: {data}\n\n"
        route.fulfill(status=200, content_type="text/event-stream", body=body)

    page.route("**/live/huddles/**", answer)


def to(page: Any, words: str) -> None:
    """Tab to the button or link that says these words, as somebody without a mouse does."""
    for _ in range(120):
        page.keyboard.press("Tab")
        if words in page.evaluate("document.activeElement?.innerText ?? ''"):
            return
    raise AssertionError(f"nothing says “{words}”: {page.locator('main').inner_text()[:600]}")


def press(page: Any, words: str) -> None:
    """Tab to a button or link and press Enter; waits for the page it leads to."""
    to(page, words)
    page.evaluate("window.isOld = true")
    page.keyboard.press("Enter")
    page.wait_for_function("() => !window.isOld && document.readyState === 'complete'")


def write(page: Any, key: str, words: str, shown: str) -> None:
    """One line: its key, the words, Enter; everybody's screen shows it."""
    page.keyboard.press(key)
    page.keyboard.type(words)
    page.keyboard.press("Enter")
    page.locator(".lines", has_text=shown).wait_for()


def test_fifteen_people_are_closed_in_one_sitting_by_keyboard_alone(
    chromium: Any, team: Team, meeting: Meeting
) -> None:
    """Every action has an owner who said yes, everybody a lead, and the minutes are approved."""
    with opened(chromium, client_of(team.facilitator)) as page:
        streams(page, team, meeting)
        page.goto(reverse("huddles:meeting", args=[meeting.pk]))
        press(page, "Start the huddle")
        page.locator("main[data-room]").wait_for()
        assert axe_faults(page) == []

        spoken = []
        for number in range(PEOPLE):
            page.keyboard.press("n")
            page.locator(".strip__count", has_text=f"{number + 1:02d} of {PEOPLE}").wait_for()
            spoken.append(page.locator(".turn h1").inner_text())
            write(page, "a", "@pharmacist 20 March ring them at home", "Ring them at home")
            write(page, "l", "@nurse", "Nell Okoro leads")
        assert len(set(spoken)) == PEOPLE
        assert axe_faults(page) == []

        page.keyboard.press("n")
        page.get_by_role("link", name="Open the closing page").wait_for()
        press(page, "Open the closing page")
        press(page, "said yes to all 15")
        assert page.get_by_text("Every action has its owner’s yes").is_visible()
        assert axe_faults(page) == []
        press(page, "End the huddle")
        press(page, "Approve the minutes")
        assert page.get_by_text("Closed, approved by").is_visible()

    with viewing(team.facilitator, at=LISTED + timedelta(days=8)):
        meeting.refresh_from_db()
        assert meeting.state == MeetingState.CLOSED
        assert Item.objects.filter(meeting=meeting, state=ItemState.DONE).count() == PEOPLE
        assert set(Case.objects.values_list("lead_name", flat=True)) == {"Nell Okoro"}
        owed = Action.objects.filter(origin_id=meeting.pk)
        assert owed.count() == PEOPLE
        assert set(owed.values_list("state", "owner_name")) == {
            (ActionState.ACCEPTED, "Priya Shah (pharmacist)")
        }
        assert Line.objects.filter(kind=LineKind.ACTION).count() == PEOPLE
