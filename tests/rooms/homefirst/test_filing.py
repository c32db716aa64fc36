"""What the desk took on and how it ended stands ready for each partner's own system, once."""

import pytest
from django.urls import reverse

from oneplace.access.viewer import viewing
from oneplace.homefirst import verbs
from oneplace.homefirst.models import ClosedBecause, DeskCase
from oneplace.homefirst.verbs.filing import KIND, ROOM
from oneplace.kit import clock
from oneplace.kit.refusals import Refused
from oneplace.post import queries as post
from oneplace.post import verbs as post_verbs
from oneplace.post.models import Message
from tests.rooms.homefirst.around_a_desk import World, accepted, make_world
from tests.rooms.people.saying import AT
from tests.rooms.plans.around_margaret import client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def texts(world: World, case: DeskCase) -> list[Message]:
    with viewing(world.coordinator, at=AT) as by:
        return list(post.texts_of(ROOM, KIND, case.pk, viewer=by))


def test_taking_on_and_closing_are_written_once_for_every_system(world: World) -> None:
    case = accepted(world)

    taken_on = texts(world, case)
    assert len({text.recipient_id for text in taken_on}) == len(taken_on) >= 2
    assert world.coordinator.organisation_id in {text.recipient_id for text in taken_on}
    assert all("Asked for: " in text.body for text in taken_on)

    with viewing(world.coordinator, at=AT) as by:
        verbs.close(
            case=case, because=ClosedBecause.PERSON_DECLINED, words="Her daughter comes.",
            by=by, at=AT,
        )  # fmt: skip
    ended = texts(world, case)[len(taken_on) :]
    assert len(ended) == len(taken_on)
    assert all("Her daughter comes." in text.body and "Not seen." in text.body for text in ended)


def test_a_case_opened_by_mistake_is_filed_nowhere_again(world: World) -> None:
    case = accepted(world)
    before = len(texts(world, case))

    with viewing(world.coordinator, at=AT) as by:
        verbs.close(case=case, because=ClosedBecause.MISTAKE, by=by, at=AT)

    assert len(texts(world, case)) == before


def test_a_colleague_of_the_partner_says_it_is_filed_and_the_case_shows_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda: AT)
    case = accepted(world)
    (text,) = [
        each for each in texts(world, case) if each.recipient_id == world.nurse.organisation_id
    ]
    desk, ward = client_of(world.coordinator), client_of(world.nurse)
    address = reverse("homefirst:case", args=[case.pk])
    assert "not yet" in desk.get(address).content.decode()

    page = ward.get(reverse("post:own_messages")).content.decode()
    assert "To copy into your own system" in page and text.subject in page
    assert ward.post(reverse("post:mark_copied", args=[text.pk])).status_code == 302

    assert text.subject not in ward.get(reverse("post:own_messages")).content.decode()
    assert "filed there" in desk.get(address).content.decode()
    (ours,) = [
        each
        for each in texts(world, case)
        if each.recipient_id == world.coordinator.organisation_id
    ]
    with viewing(world.gp, at=AT) as other, pytest.raises(Refused, match="somebody of that"):
        post_verbs.mark_copied(message=ours, by=other, at=AT)
