"""Pages of actions and of worries in a real browser: accessible, and no wider than a phone."""

import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from oneplace.access.viewer import Viewer, viewing
from oneplace.actions import verbs
from oneplace.kit import clock as care_clock
from oneplace.people import verbs as people_verbs
from oneplace.people.models import Person, SafeNow
from tests.factories import AT
from tests.journeys.conftest import FLAGS, axe_faults, browser_path
from tests.rooms.actions.asking import FRIDAY, asked, owner_of, team_of
from tests.rooms.actions.test_pages import _browser
from tests.rooms.desk.browser import opened

pytestmark = pytest.mark.django_db
WIDTHS = (1280, 390)
NOW = AT + timedelta(days=5)
# Where pictures are left for whoever looks at the pages; nowhere unless somebody asks.
PICTURES = os.environ.get("ONEPLACE_PICTURES", "")


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


@pytest.fixture(autouse=True)
def now(monkeypatch: pytest.MonkeyPatch) -> datetime:
    """Care time stands five days after what was asked."""
    monkeypatch.setattr(care_clock, "now", lambda: NOW)
    return NOW


@pytest.fixture
def world(
    facilitator: Viewer, pharmacist: Viewer, nurse: Viewer, margaret: Person
) -> dict[str, str]:
    """A promise that is late, an ask not answered, one for today, one done, and a worry."""
    late = asked(facilitator, owner_of(pharmacist), margaret.pk)
    asked(facilitator, team_of(nurse), margaret.pk, text="Check dressings", due=NOW.date())
    today = asked(
        facilitator, owner_of(pharmacist), margaret.pk, at=NOW, due=NOW.date(), text="Ring her"
    )
    done = asked(facilitator, owner_of(pharmacist), margaret.pk, text="Write to the GP")
    asked(
        pharmacist, owner_of(nurse), None, text="Share the wound chart",
        due=FRIDAY + timedelta(days=14),
    )  # fmt: skip
    with viewing(pharmacist, at=AT):
        verbs.accept(action=late, by=pharmacist, at=AT)
    with viewing(pharmacist, at=NOW):
        verbs.finish(
            action=done, what_changed="The GP has stopped one tablet", by=pharmacist, at=NOW
        )
    with viewing(facilitator, at=NOW):
        concern = people_verbs.raise_concern(
            what="No food in the house, and she is frightened of her son",
            who="Margaret Okafor",
            is_safe_now=SafeNow.NOT_SURE,
            person_id=margaret.pk,
            by=facilitator,
            at=NOW,
        )
    return {
        "late": reverse("actions:action", args=[late.pk]),
        "today": reverse("actions:action", args=[today.pk]),
        "done": reverse("actions:action", args=[done.pk]),
        "finish": reverse("actions:finish", args=[late.pk]),
        "pass on": reverse("actions:pass_on", args=[late.pk]),
        "needed": reverse("actions:no_longer_needed", args=[late.pk]),
        "ask": reverse("actions:ask_for", args=[margaret.pk]),
        "worry": reverse("people:raise_concern_for", args=[margaret.pk]),
        "sent": reverse("people:concern", args=[concern.pk]),
        "mine": reverse("actions:actions"),
        "ours": reverse("actions:ours"),
        "asked": reverse("actions:asked"),
        "settled": reverse("actions:asked") + "?show=settled",
        "paper": reverse("actions:print_actions"),
        "away": reverse("actions:away"),
        "worries": reverse("people:concerns"),
        "day": reverse("desk:my_day"),
    }


OF_THE_OWNER = ("mine", "ours", "late", "finish", "pass on", "needed", "paper", "away", "day")
OF_THE_ASKER = ("asked", "settled", "today", "done", "ask", "worry", "sent", "worries", "day")


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("whose", ["pharmacist", "facilitator"])
def test_no_page_has_a_fault_or_is_wider_than_the_screen(
    whose: str, width: int, chromium: Any, world: dict[str, str], request: pytest.FixtureRequest
) -> None:
    viewer: Viewer = request.getfixturevalue(whose)
    names = OF_THE_OWNER if whose == "pharmacist" else OF_THE_ASKER
    faults = {}
    with opened(chromium, _browser(viewer), width=width) as page:
        for name in names:
            page.goto(world[name])
            found = axe_faults(page)
            if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                found = [*found, f"wider than {width} pixels"]
            if found:
                faults[name] = found
            if PICTURES:
                picture = Path(PICTURES) / f"{whose}-{name}-{width}.png"
                page.screenshot(path=str(picture), full_page=True)

    assert faults == {}
