"""The officers' page of the national data opt-out says when it was asked and who is left out."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client

from oneplace.access import verbs as access_verbs
from oneplace.config.database import Role as DatabaseRole
from oneplace.desk import officer_cards
from oneplace.vocabulary.ids import new_id
from oneplace.vocabulary.terms import Role
from tests.database import as_role
from tests.factories import AT, LOADER, bring_in_place, make_hat, viewer_in
from tests.rooms.desk.test_emergency import come_in

pytestmark = pytest.mark.django_db
NOW = [AT]
ADDRESS = "/officer/national-opt-out/"


@pytest.fixture(autouse=True)
def house(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Hold the clock, and have the partners."""
    monkeypatch.setattr("oneplace.kit.clock.now", lambda: NOW[0])
    NOW[0] = AT
    bring_in_place()
    yield


@pytest.fixture
def officer() -> Client:
    """An information governance officer's browser."""
    return come_in(make_hat(Role.IG_OFFICER))


def ask(*numbers: str) -> None:
    with as_role(DatabaseRole.LOADER):
        access_verbs.open_national_check(
            asked=[(new_id(), [number]) for number in numbers],
            without_number=3,
            by=LOADER,
            at=NOW[0],
        )


def answer(*numbers: str) -> None:
    with as_role(DatabaseRole.LOADER):
        access_verbs.answer_national_opt_out(numbers=numbers, by=LOADER, at=NOW[0])


def text(client: Client) -> str:
    page = client.get(ADDRESS)
    assert page.status_code == 200
    return " ".join(page.content.decode().split())


def waiting(role: Role = Role.IG_OFFICER) -> list[str]:
    viewer = viewer_in(make_hat(role))
    return [row.what for row in officer_cards.NationalOptOuts().rows(viewer=viewer, at=NOW[0])]


def test_without_an_answer_the_page_says_that_nobody_is_used_beyond_care(officer: Client) -> None:
    shown = text(officer)

    assert "The national service has not answered yet" in shown
    assert "nobody is used beyond care" in shown
    assert waiting() == ["The national service has never been asked"]


def test_with_an_answer_it_says_when_it_was_asked_and_how_many_are_left_out(
    officer: Client,
) -> None:
    ask("9990000018", "9990000026")
    assert waiting() == ["Asked 12 March 2026: no answer yet"]
    answer("9990000018")

    shown = text(officer)

    assert "The answer holds until 2 April 2026" in shown
    assert "<dt>Asked</dt><dd>12 March 2026" in shown
    assert "<dt>Came back: may be used</dt><dd>1</dd>" in shown
    assert "<dt>Did not come back: left out</dt><dd>1</dd>" in shown
    assert "no sound NHS number to ask about</dt><dd>3</dd>" in shown
    assert "Finding out what works" in shown
    # Neither whole nor as it is printed; the 999 of an emergency may stand in the page's head.
    assert not re.search(r"999 ?000 ?00", shown)
    assert waiting() == []


def test_an_answer_too_old_is_said_to_be_and_waits_for_the_officer(officer: Client) -> None:
    ask("9990000018")
    answer("9990000018")

    NOW[0] = AT + timedelta(days=15)
    soon = waiting()
    NOW[0] = AT + timedelta(days=22)

    assert soon == ["The last answer holds until 2 April 2026, 10:40"]
    assert waiting() == ["The last answer held until 2 April 2026, 10:40"]
    assert "The last answer held until 2 April 2026, 10:40. Until there is a newer one" in text(
        officer
    )


def test_nobody_but_an_officer_opens_the_page() -> None:
    assert come_in(make_hat(Role.GP)).get(ADDRESS).status_code == 404
