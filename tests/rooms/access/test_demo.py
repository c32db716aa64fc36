"""Walking into a demo without a password: there and nowhere else, with its clock and its story."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client

from oneplace.access import jobs, verbs
from oneplace.access.models import Account, DemoPerson, FailedSignIn, Leaving
from oneplace.access.staff_list import DemoRow
from oneplace.access.viewer import NOBODY
from oneplace.desk import story
from oneplace.kit import clock
from oneplace.vocabulary.terms import AccountKind, Role
from tests.rooms.access.conftest import SYSTEM, Borough, audited

demo_addresses = pytest.mark.urls("tests.rooms.access.demo_urls")


@pytest.fixture
def demo(borough: Borough, monkeypatch: pytest.MonkeyPatch) -> Borough:
    """A demo whose people have arrived: one of each role of the story, and a resident."""
    monkeypatch.setattr(settings, "IS_DEMO", True)
    monkeypatch.setattr(settings, "SECOND_FACTOR_REQUIRED", False)
    rows = []
    for number, role in enumerate(dict.fromkeys(one.role for one in story.chapters())):
        if role is Role.RESIDENT:
            account = borough.account("Desmond Clarke", kind=AccountKind.RESIDENT)
        else:
            account = borough.person(role, f"Person {role.label}", organisation=borough.partner)
        rows.append(DemoRow(number, role, account.email or "", role.label, "Why"))
    verbs.record_demo_people(rows=rows, by=SYSTEM, at=borough.at)
    return borough


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["walk-in/", "walk-in/gp/", "clock/", "follow/", "next/"])
def test_outside_a_demo_there_is_no_way_in_without_a_password(client: Client, path: str) -> None:
    assert not settings.IS_DEMO
    assert client.get(f"/demo/{path}").status_code == 404
    assert client.post(f"/demo/{path}").status_code == 404


@demo_addresses
def test_the_terminals_link_walks_in_with_the_roles_hat_on(demo: Borough, client: Client) -> None:
    answer = client.get("/demo/walk-in/gp/", follow=True)

    assert answer.request["PATH_INFO"] == "/my-day/"
    assert answer.status_code == 200
    assert client.session["_auth_user_id"] == str(DemoPerson.objects.get(role="gp").account_id)
    assert audited("walk_in")[-1].detail == {"role": "gp"}


@demo_addresses
def test_the_doors_button_walks_in_as_that_person_and_as_nobody_else(
    demo: Borough, client: Client
) -> None:
    person = DemoPerson.objects.get(role="network_facilitator")
    stranger = demo.person(Role.GP, "No Demo Person")

    refused = client.post("/demo/walk-in/", {"account": str(stranger.pk)})
    client.post("/demo/walk-in/", {"account": str(person.account_id)})

    assert refused.status_code == 404
    assert client.session["_auth_user_id"] == str(person.account_id)
    assert client.post("/demo/walk-in/", {"account": "nonsense"}).status_code == 404


@demo_addresses
def test_walking_in_as_somebody_else_is_another_session(demo: Borough, client: Client) -> None:
    client.get("/demo/walk-in/gp/")
    before = client.session.session_key

    client.get("/demo/walk-in/resident/")

    assert client.session.session_key != before
    assert "hat" not in client.session
    assert client.get("/my-day/").status_code == 200


@demo_addresses
def test_before_the_people_have_arrived_the_page_says_so(
    borough: Borough, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "IS_DEMO", True)

    answer = client.get("/demo/walk-in/gp/")

    assert answer.status_code == 503
    assert "still being brought in" in answer.content.decode()
    assert client.post("/demo/walk-in/", {"account": "nonsense"}).status_code == 503
    assert client.get("/demo/walk-in/dragon/").status_code == 404


@demo_addresses
@pytest.mark.parametrize(
    ("by", "moved"),
    [("hour", timedelta(hours=1)), ("day", timedelta(days=1)), ("+1 week", timedelta(weeks=1))],
)
def test_the_clock_is_moved_and_the_move_is_audited(
    demo: Borough, client: Client, by: str, moved: timedelta
) -> None:
    client.get("/demo/walk-in/gp/")
    before = clock.now()

    answer = client.post("/demo/clock/", {"by": by, "next": "/hats/"})

    assert clock.now() - before == moved
    assert answer["Location"] == "/hats/"
    assert audited("move_clock")[-1].detail == {"seconds": moved.total_seconds()}


@demo_addresses
def test_the_clock_leads_nowhere_outside_and_not_back(demo: Borough, client: Client) -> None:
    assert client.post("/demo/clock/", {"by": "hour"}).status_code == 302
    client.get("/demo/walk-in/gp/")

    away = [
        client.post("/demo/clock/", {"by": "hour", "next": address})["Location"]
        for address in ("https://elsewhere.example/", "//elsewhere.example/", "nothing-here", "")
    ]
    back = client.post("/demo/clock/", {"by": "hour", "next": "/help/"})["Location"]

    assert set(away) == {"/my-day/"} and back == "/help/"
    assert client.post("/demo/clock/", {"by": "-1 hour"}).status_code == 404
    assert client.get("/demo/clock/").status_code == 404


@demo_addresses
def test_the_story_goes_through_every_chapter_in_that_chapters_hat(
    demo: Borough, client: Client
) -> None:
    client.post("/demo/follow/")
    seen = []
    for chapter in story.chapters():
        shown = client.session["story"]
        account = Account.objects.get(pk=client.session["_auth_user_id"])
        seen.append((shown["chapter"], account.demo_roles.get().role))
        assert client.get(chapter.address(), follow=True).status_code == 200
        client.post("/demo/next/")

    assert seen == [(chapter.number, chapter.role) for chapter in story.chapters()]
    assert "story" not in client.session


def test_the_storys_chapters_are_numbered_and_the_built_ones_have_a_page() -> None:
    chapters = story.chapters()

    assert [chapter.number for chapter in chapters] == list(range(1, len(chapters) + 1))
    for chapter in chapters:
        assert chapter.look_for and chapter.address().startswith("/")


@pytest.mark.django_db
def test_walking_in_is_impossible_outside_a_demo_even_if_called(borough: Borough) -> None:
    from oneplace.access.demo import enter_as

    with pytest.raises(RuntimeError, match="Only a demo"):
        enter_as(None, None)  # type: ignore[arg-type]
    assert NOBODY.account_id is None


def test_the_caretaker_closes_due_leavers_and_forgets_old_guesses(borough: Borough) -> None:
    person = borough.person(Role.GP)
    Leaving(account=person, last_on=borough.at.date(), before={"ends_on": {}}).save()
    FailedSignIn(login_hash="x").save()
    FailedSignIn.objects.update(failed_at=borough.at)

    jobs.close_due_leavers(0)
    jobs.forget_old_guesses(0)

    assert not Account.objects.get(pk=person.pk).is_active
    assert not FailedSignIn.objects.exists()
    assert audited("close_due_leavers")[-1].account_kind == "background_job"
