"""Running late: said at the door or without signal, told to whoever arranges, and to the person."""

import uuid
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from oneplace.access.viewer import viewing
from oneplace.config.database import Role as DatabaseRole
from oneplace.homefirst.models import DeskCase, DeskStep
from oneplace.kit import clock
from oneplace.kit.refusals import Refused
from oneplace.post.models import Channel, Message
from oneplace.referrals.queries.reach import HowToReach
from oneplace.visits import verbs
from oneplace.visits.models import CameBack, VisitState
from oneplace.vocabulary.terms import Role
from tests.database import as_role
from tests.rooms.homefirst.around_a_desk import make_world as make_desk
from tests.rooms.homefirst.around_a_desk import sent
from tests.rooms.people.saying import AT
from tests.rooms.plans.around_margaret import client_of, connected
from tests.rooms.plans.test_without_audit import kept
from tests.rooms.visits.around_a_visit import OPENS, World, booked

pytestmark = pytest.mark.django_db


def _late(world: World, minutes: int = 20, **more: Any) -> None:
    with viewing(world.pic, at=AT) as by:
        verbs.say_late(visit=world.as_it_stands(), minutes=minutes, by=by, at=AT, **more)


def _messages(channel: Channel) -> list[Message]:
    with as_role(DatabaseRole.LOADER):
        return list(Message.objects.filter(channel=channel, cause_kind="late"))


def test_what_was_planned_stays_and_beside_it_stands_when_somebody_comes(world: World) -> None:
    _late(world, words="Held up at the door before")

    stands = world.as_it_stands()
    assert stands.expected_at == OPENS + timedelta(minutes=20)
    assert (stands.opens_at, stands.state) == (OPENS, VisitState.BOOKED)
    assert stands.late_words == "Held up at the door before"


def test_after_the_planned_time_the_minutes_count_from_now(world: World) -> None:
    later = OPENS + timedelta(minutes=10)
    with viewing(world.pic, at=later) as by:
        verbs.say_late(visit=world.as_it_stands(), minutes=15, by=by, at=later)

    assert world.as_it_stands().expected_at == later + timedelta(minutes=15)


def test_the_person_gets_a_text_only_where_that_is_wanted(
    monkeypatch: pytest.MonkeyPatch, world: World
) -> None:
    _late(world)
    assert _messages(Channel.SMS) == []

    reach = HowToReach(phone="07700 900123")
    monkeypatch.setattr("oneplace.visits.verbs.late.how_to_reach", lambda *_, **__: reach)
    _late(world, tells_person=True)

    (text,) = _messages(Channel.SMS)
    assert "Sam runs late today" in text.body
    assert "Okafor" not in text.body


def test_whoever_booked_it_hears_once_with_what_follows_on_the_round(world: World) -> None:
    colleague = connected(Role.PIC, world.margaret, "Ada Booker")
    with viewing(colleague, at=AT) as by:
        hat = world.hat
        visit = booked(world.margaret, by, worker=hat)
        booked(world.margaret, by, worker=hat, opens_at=OPENS + timedelta(hours=2),
               closes_at=OPENS + timedelta(hours=3))  # fmt: skip
    with viewing(world.pic, at=AT) as by:
        verbs.say_late(visit=visit, minutes=30, by=by, at=AT)

    notices = [each for each in _messages(Channel.NOTICE) if each.recipient_name == "Ada Booker"]
    (notice,) = notices
    assert notice.subject.startswith("Sam Blake runs late: expected")
    assert "2 visits of the same round to follow" in notice.body
    assert "Okafor" not in notice.body


@pytest.mark.parametrize(("minutes", "why"), [(0, "how many minutes"), (500, "move the visit")])
def test_minutes_that_make_no_sense_are_refused(minutes: int, why: str, world: World) -> None:
    with pytest.raises(Refused, match=why):
        _late(world, minutes=minutes)


def test_nobody_is_late_for_a_visit_that_is_done(world: World) -> None:
    with viewing(world.pic, at=AT) as by:
        verbs.arrive(visit=world.as_it_stands(), by=by, at=AT)
    with pytest.raises(Refused, match="nobody waits for it"):
        _late(world)


def test_it_is_taken_from_a_phone_as_of_when_it_was_said_and_once(world: World) -> None:
    entry = verbs.Written(
        id=uuid.uuid4(), kind="say_late", person_id=world.margaret.pk, visit_id=world.visit.pk,
        payload={"minutes": "20", "words": "Traffic", "tells_person": ""},
        ago=timedelta(minutes=30),
    )  # fmt: skip
    came = OPENS + timedelta(minutes=15)
    with viewing(world.pic, at=came) as by:
        (answer,) = verbs.take_back(written=[entry], by=by, at=came)
        (again,) = verbs.take_back(written=[entry], by=by, at=came)

    assert (answer.outcome, again.outcome) == (CameBack.TAKEN, CameBack.TAKEN)
    assert world.as_it_stands().expected_at == OPENS + timedelta(minutes=20)


@pytest.mark.parametrize("payload", [{}, {"minutes": "soon"}])
def test_what_a_phone_cannot_mean_is_refused_and_kept(
    payload: Mapping[str, str], world: World
) -> None:
    entry = verbs.Written(
        uuid.uuid4(), "say_late", world.margaret.pk, world.visit.pk, payload, timedelta(0)
    )
    with viewing(world.pic, at=AT) as by:
        (answer,) = verbs.take_back(written=[entry], by=by, at=AT)

    assert answer.outcome is CameBack.REFUSED


def test_the_plain_page_says_it_too(monkeypatch: pytest.MonkeyPatch, world: World) -> None:
    monkeypatch.setattr(clock, "now", lambda: AT)
    browser = client_of(world.pic)
    address = reverse("visits:act_on_visit", args=[world.visit.pk, "say_late"])
    assert (
        "Write how many minutes"
        in browser.post(address, {"csrfmiddlewaretoken": "token"}).content.decode()
    )

    browser.post(address, {"minutes": "25", "words": "Traffic"})

    page = browser.get(reverse("visits:visit", args=[world.visit.pk])).content.decode()
    assert "expected at about" in page
    assert "Traffic" in page
    pack = browser.post(reverse("visits:phone_pack")).json()
    assert pack["visits"][0]["expected"]


def test_say_late_saves_nothing_without_its_audit(
    world: World, broken_audit: Callable[[], None]
) -> None:
    before = kept("visits"), kept("post")
    broken_audit()

    with pytest.raises(RuntimeError, match="no audit"):
        _late(world, tells_person=True)

    assert (kept("visits"), kept("post")) == before


def test_the_desk_sees_it_beside_the_promise_and_the_rounds_keep_it(
    monkeypatch: pytest.MonkeyPatch, db: None
) -> None:
    monkeypatch.setattr(clock, "now", lambda: AT)
    desk = make_desk()
    case = sent(desk)
    with viewing(desk.worker, at=AT) as by:
        from oneplace.visits.models import Visit

        assert case.visit_id is not None
        visit = Visit.objects.get(pk=case.visit_id)
        verbs.say_late(visit=visit, minutes=40, by=by, at=AT)
        expected = Visit.objects.get(pk=case.visit_id).expected_at

    with as_role(DatabaseRole.LOADER):
        assert DeskCase.objects.get(pk=case.pk).planned_at == expected
        step = DeskStep.objects.get(case=case, what__contains="runs late")
    assert step.what.startswith("Sana Mirza runs late: about")
    page = client_of(desk.coordinator).get(reverse("homefirst:rounds")).content.decode()
    assert "Late, about" in page
