"""Visits as plain pages, without any script: booked, made, moved, nobody answers, out alone."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from oneplace.access.viewer import viewing
from oneplace.kit import clock
from oneplace.kit.together import read_together
from oneplace.visits import cards, verbs
from oneplace.visits.models import Outing, Visit, VisitState
from oneplace.vocabulary.terms import Role
from tests.rooms.people.saying import AT
from tests.rooms.plans.around_margaret import client_of, connected, unconnected
from tests.rooms.visits.around_a_visit import OPENS, World

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(world: World, monkeypatch: pytest.MonkeyPatch) -> Client:
    monkeypatch.setattr(clock, "now", lambda: AT)
    return client_of(world.pic)


def test_a_visit_is_booked_on_a_persons_page(page: Client, world: World) -> None:
    head = page.get(reverse("desk:person", args=[world.margaret.pk])).content.decode()
    address = reverse("visits:book_visit", args=[world.margaret.pk])
    assert address in head
    assert "To plan" not in head or "Visits" in head

    form = page.get(address)
    assert b"Book a visit" in form.content
    refused = page.post(address, {"worker": str(world.pic.hat_id), "begins": "late"})
    assert "Write it as 10:00" in refused.content.decode()

    answer = page.post(
        address,
        {
            "on_day": str(AT.day + 1),
            "on_month": str(AT.month),
            "on_year": str(AT.year),
            "begins": "10:00",
            "ends": "11:00",
            "worker": str(world.pic.hat_id),
            "purpose": "review",
            "why": "How it went",
            "minutes": "45",
        },
    )
    assert answer.status_code == 302, answer.content.decode()
    with viewing(world.pic, at=AT):
        assert Visit.objects.filter(why="How it went", minutes=45).exists()


def test_a_visit_is_made_without_any_script(page: Client, world: World) -> None:
    here = reverse("visits:visit", args=[world.visit.pk])
    assert "To plan what comes next" in page.get(here).content.decode()
    for act, data in (
        ("set_out", {}),
        ("arrive", {}),
        ("check_in", {"minutes": "45", "phone": "020 7946 0999"}),
        ("check_out", {}),
        ("finish", {"words": "Tea and talk"}),
    ):
        address = reverse("visits:act_on_visit", args=[world.visit.pk, act])
        assert page.get(address).status_code == 200
        answer = page.post(address, data)
        assert answer.status_code == 302, (act, answer.content.decode())

    made = world.as_it_stands()
    assert (made.state, made.note) == (VisitState.FINISHED, "Tea and talk")
    assert "Tea and talk" in page.get(here).content.decode()


def test_a_rules_reason_is_shown_on_the_page(page: Client, world: World) -> None:
    address = reverse("visits:act_on_visit", args=[world.visit.pk, "finish"])

    assert "cannot become done" in page.post(address, {"words": ""}).content.decode()


def test_a_visit_is_moved_and_the_other_cancelled(page: Client, world: World) -> None:
    address = reverse("visits:move_visit", args=[world.visit.pk])
    data = {
        "on_day": str(AT.day + 2),
        "on_month": str(AT.month),
        "on_year": str(AT.year),
        "begins": "10:00",
        "why": "The lift is broken",
    }
    answer = page.post(address, data)
    assert answer.status_code == 302, answer.content.decode()
    with viewing(world.pic, at=AT):
        following = Visit.objects.get(follows=world.visit)

    cancel = reverse("visits:cancel_visit", args=[following.pk])
    assert page.post(cancel, {"why": ""}).status_code == 200
    assert page.post(cancel, {"why": "In hospital"}).status_code == 302
    with viewing(world.pic, at=AT):
        assert Visit.objects.get(pk=following.pk).state == VisitState.CANCELLED


def test_a_closed_door_stands_on_my_day_until_the_person_is_found(
    page: Client, world: World
) -> None:
    with viewing(world.pic, at=AT):
        assert [row.person for row in cards.TodaysVisits().rows(viewer=world.pic, at=AT)]
        verbs.note_no_answer(visit=world.visit, by=world.pic, at=OPENS)
        (row,) = cards.DoorsUnanswered().rows(viewer=world.pic, at=OPENS)
    assert row.what.startswith("Nobody answered the door")

    step = reverse("visits:act_on_visit", args=[world.visit.pk, "door_step"])
    assert "where they are" in page.post(step, {"step": "found"}).content.decode()
    assert page.post(step, {"step": "found", "words": "At her sister’s"}).status_code == 302
    with viewing(world.pic, at=AT):
        assert not cards.DoorsUnanswered().rows(viewer=world.pic, at=OPENS)


def test_a_colleague_overdue_is_settled_with_words(page: Client, world: World) -> None:
    with viewing(world.pic, at=AT):
        verbs.arrive(visit=world.visit, by=world.pic, at=OPENS)
        outing = verbs.check_in(
            visit=world.visit, out_by_at=OPENS + timedelta(minutes=30), by=world.pic, at=OPENS
        )
        late = OPENS + timedelta(hours=2)
        (row,) = cards.ColleaguesOverdue().rows(viewer=world.pic, at=late)
    assert "Sam Blake should have been out" in row.what

    address = reverse("visits:settle_outing", args=[outing.pk])
    assert "999" in page.get(address).content.decode()
    assert page.post(address, {"how": "Rang: he is in the car"}).status_code == 302
    with viewing(world.pic, at=AT):
        assert Outing.objects.get().settled_how == "Rang: he is in the car"


def test_the_list_names_nobody_whose_record_is_not_open(page: Client, world: World) -> None:
    words = page.get(reverse("visits:visits")).content.decode()
    assert "Margaret" in words or "Peggy" in words
    stranger = client_of(unconnected(Role.SOCIAL_WORKER))
    assert "Okafor" not in stranger.get(reverse("visits:visits")).content.decode()
    assert stranger.get(reverse("visits:visit", args=[world.visit.pk])).status_code == 404


def test_who_comes_stands_on_the_persons_page(world: World) -> None:
    gp = connected(Role.GP, world.margaret, "Dr Gray")

    with viewing(gp, at=AT):
        card = cards.ComingVisits()
        (found,) = read_together([card.asks(world.margaret.pk, viewer=gp, at=AT)])
        part = card.part(world.margaret.pk, found, viewer=gp, at=AT)

    assert part is not None
    assert part.lines[0].text == "Plan and goals: Sam Blake"
