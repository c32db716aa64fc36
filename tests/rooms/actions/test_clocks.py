"""The pages of clocks: which run, why, by which evidence, and what was left out."""

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from oneplace.access.viewer import Viewer, viewing
from oneplace.actions import verbs
from oneplace.actions.clock_pages import length_words
from oneplace.actions.models import Clock
from oneplace.kit import clock as care_clock
from oneplace.people.models import Person
from oneplace.vocabulary.ids import new_id
from tests.factories import AT
from tests.rooms.actions.test_pages import _browser

pytestmark = pytest.mark.django_db


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> datetime:
    """Forty minutes after the clock started."""
    later = AT + timedelta(minutes=40)
    monkeypatch.setattr(care_clock, "now", lambda: later)
    return later


@pytest.fixture
def page(facilitator: Viewer) -> Client:
    return _browser(facilitator)


def started(by: Viewer, person: Person) -> Clock:
    """He left hospital: two hours by the place's rule."""
    with viewing(by, at=AT):
        return verbs.start_clock(
            key="first_visit_home",
            person_id=person.pk,
            thing=("stay", new_id()),
            party_id=by.organisation_id or new_id(),
            started_at=AT,
            because="The ward system said he left (A03)",
            by=by,
            at=AT,
        )


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (timedelta(minutes=1), "1 minute"),
        (timedelta(minutes=80), "1 hour 20 minutes"),
        (timedelta(hours=2), "2 hours"),
        (timedelta(days=3, hours=4, minutes=9), "3 days 4 hours"),
        (-timedelta(minutes=12), "12 minutes"),
        (timedelta(0), "0 minutes"),
    ],
)
def test_a_length_is_said_in_at_most_two_units(length: timedelta, words: str) -> None:
    assert length_words(length) == words


def test_a_running_clock_says_what_started_it_and_what_is_left(
    page: Client, facilitator: Viewer, margaret: Person, at: datetime
) -> None:
    clock = started(facilitator, margaret)

    listed = page.get(reverse("actions:clocks")).text
    one = page.get(reverse("actions:clock", args=[clock.pk])).text

    assert "1 clock runs" in listed
    assert "The ward system said he left (A03)" in listed
    assert "1 hour 20 minutes left" in listed
    assert "by rule LIFE-1" in one
    assert "Running: 1 hour 20 minutes left" in one
    assert "It has not stood still." in one


def test_a_stopped_clock_stays_for_two_weeks_with_what_ended_it(
    page: Client, facilitator: Viewer, margaret: Person, at: datetime
) -> None:
    clock = started(facilitator, margaret)
    with viewing(facilitator, at=at):
        verbs.stop_clock(clock=clock, stopped_at=at, because="Sana arrived", by=facilitator, at=at)

    listed = page.get(reverse("actions:clocks")).text
    one = page.get(reverse("actions:clock", args=[clock.pk])).text

    assert "No clock runs for you" in listed
    assert "took 40 minutes" in listed
    assert "Sana arrived" in one


def test_a_clock_of_somebody_else_is_not_there(
    nurse: Viewer, facilitator: Viewer, margaret: Person, at: datetime
) -> None:
    clock = started(facilitator, margaret)

    answer = _browser(nurse).get(reverse("actions:clock", args=[clock.pk]))

    assert answer.status_code == 404
