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


def at_the_first(page: Any, team: Team, meeting: Meeting) -> None:
    """The huddle's screen, begun, with the first person on it."""
    streams(page, team, meeting)
    page.goto(reverse("huddles:meeting", args=[meeting.pk]))
    press(page, "Start the huddle")
    page.locator("main[data-room][data-ready]").wait_for()
    page.keyboard.press("n")
    page.locator(".strip__count", has_text=f"01 of {PEOPLE}").wait_for()


def typed(page: Any, *lines: str) -> None:
    """Lines typed one after another, without waiting for any answer."""
    for words in lines:
        page.locator("#scribe-words").fill(words)
        page.locator("#scribe-words").press("Enter")


def test_lines_typed_while_the_network_is_away_outlive_the_tab_and_nobody_else_reads_them(
    chromium: Any, team: Team, meeting: Meeting
) -> None:
    with opened(chromium, client_of(team.facilitator)) as page:
        at_the_first(page, team, meeting)
        away: list[Any] = []

        def hold(route: Any) -> None:
            away.append(route)

        page.route("**/line/", hold)

        typed(page, "Likes to sit in the garden", "Her son rings on Sundays")
        page.wait_for_timeout(300)
        # The network fails only after the second line was typed too.
        away[0].abort()
        page.locator("[data-waiting]", has_text="2 lines wait").wait_for()
        page.wait_for_timeout(300)
        lying = page.evaluate(
            """() => new Promise((done) => {
              const asked = indexedDB.open("oneplace-kept");
              asked.onsuccess = () => {
                const rows = asked.result.transaction("lines").objectStore("lines").getAll();
                rows.onsuccess = () => done(rows.result.map((row) =>
                  [Object.keys(row).sort().join(), new TextDecoder().decode(row.sealed)]));
              };
            })"""
        )
        page.goto("about:blank")
        page.unroute("**/line/", hold)
        page.goto(reverse("huddles:room", args=[meeting.pk]))
        page.locator(".lines", has_text="Her son rings on Sundays").wait_for()
        assert page.locator("[data-waiting]").is_hidden()

    assert [keys for keys, _ in lying] == ["iv,reader,sealed"] * 2
    assert not any("garden" in sealed or "Sundays" in sealed for _, sealed in lying)
    with viewing(team.facilitator, at=EIGHT):
        assert sorted(Line.objects.values_list("words", flat=True)) == [
            "Her son rings on Sundays", "Likes to sit in the garden",
        ]  # fmt: skip


def test_signing_out_with_lines_unsaved_asks_first(
    chromium: Any, team: Team, meeting: Meeting
) -> None:
    unsaved = "() => Object.keys(localStorage).filter((key) => key.includes('lines:unsent'))"
    with opened(chromium, client_of(team.facilitator)) as page:
        at_the_first(page, team, meeting)
        page.route("**/line/", lambda route: route.abort())
        typed(page, "Likes to sit in the garden")
        page.locator("[data-waiting]", has_text="One line waits").wait_for()
        asked: list[str] = []

        def stay(dialog: Any) -> None:
            asked.append(dialog.message)
            dialog.dismiss()

        page.on("dialog", stay)
        page.goto(reverse("huddles:meeting", args=[meeting.pk]))
        page.locator("form[data-signs-out]").first.evaluate("form => form.requestSubmit()")
        page.wait_for_timeout(300)
        assert len(asked) == 1
        assert "Lines you wrote are still in this browser" in asked[0]
        assert reverse("huddles:meeting", args=[meeting.pk]) in page.url

        page.unroute("**/line/")
        page.goto(reverse("huddles:room", args=[meeting.pk]))
        page.locator(".lines", has_text="Likes to sit in the garden").wait_for()
        page.wait_for_function(f"() => ({unsaved})().length === 0")


def test_every_refused_line_stays_with_its_reason_until_it_is_written_again_or_let_go(
    chromium: Any, team: Team, meeting: Meeting
) -> None:
    with opened(chromium, client_of(team.facilitator)) as page:
        at_the_first(page, team, meeting)
        refused = page.locator("[data-refused] li")

        typed(page, "@nobodyhere Fri one thing", "@nobodyhere Fri another", "Likes a walk")
        page.locator(".lines", has_text="Likes a walk").wait_for()

        assert refused.count() == 2
        assert "one thing was not saved" in refused.nth(0).inner_text()
        assert "nobodyhere" in refused.nth(1).inner_text()
        assert axe_faults(page) == []
        refused.nth(1).get_by_role("button", name="Let it go").click()
        refused.nth(0).get_by_role("button", name="Change it").click()
        page.locator("#scribe-words").fill("@pharmacist Fri one thing")
        page.locator("#scribe-words").press("Enter")
        page.locator(".lines", has_text="One thing").wait_for()
        assert refused.count() == 0
