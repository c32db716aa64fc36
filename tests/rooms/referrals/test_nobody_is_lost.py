"""What nobody answers is asked again and then counts as lost; a link passed on shows no name."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from oneplace.access.viewer import viewing
from oneplace.config.database import Role as DatabaseRole
from oneplace.directory.figures import figures_of
from oneplace.kit.refusals import Refused
from oneplace.post.models import Channel, Message
from oneplace.referrals import queries, verbs
from oneplace.referrals.models import AnswerLink, Referral, Signpost
from oneplace.vocabulary.terms import ConnectionState
from tests.database import as_role
from tests.rooms.people.saying import AT
from tests.rooms.plans.around_margaret import client_of
from tests.rooms.referrals.asking import NEED, code_sent, secret_of_link
from tests.rooms.referrals.test_without_audit import World, world  # noqa: F401 - a fixture

pytestmark = pytest.mark.django_db


def _again(w: World, days: int) -> Referral:
    at = AT + timedelta(days=days)
    with viewing(w.gp, at=at):
        return verbs.remind(referral=w.made, by=w.gp, at=at)


def test_whoever_does_not_answer_is_asked_again_by_a_new_link(world: World) -> None:  # noqa: F811
    first = world.secret

    asked = _again(world, 6)

    assert asked.reminders == 1
    assert secret_of_link() != first
    assert Client().get(reverse("referrals:answer_by_link", args=[first])).status_code == 404
    assert AnswerLink.objects.filter(closed_at=None).count() <= 1


def test_asked_three_times_without_an_answer_it_is_lost_and_another_is_asked(
    world: World,  # noqa: F811
) -> None:
    _again(world, 6)
    asked = _again(world, 12)

    page = client_of(world.gp).get(reverse("referrals:referral", args=[asked.pk]))

    assert asked.is_lost
    assert "Lost: asked three times, no answer" in page.content.decode()
    assert "Ask another service" in page.content.decode()
    with viewing(world.gp, at=AT):
        verbs.offer_elsewhere(
            referral=Referral.objects.get(pk=asked.pk), service=world.other, by=world.gp, at=AT
        )
        assert Referral.objects.get(pk=asked.pk).state == ConnectionState.ENDED


def test_nobody_is_asked_again_who_still_has_time(world: World) -> None:  # noqa: F811
    with pytest.raises(Refused, match="still have time"):
        _again(world, 1)


def test_a_link_passed_on_after_the_code_shows_no_name(world: World) -> None:  # noqa: F811
    here, phone, other = (
        reverse("referrals:answer_by_link", args=[world.secret]),
        Client(),
        Client(),
    )
    phone.post(reverse("referrals:act_by_link", args=[world.secret, "accept"]), {"words": ""})
    phone.post(here, {"code": code_sent()})

    assert "Margaret Okafor" in phone.get(here).content.decode()
    passed_on = other.get(here).content.decode()
    assert "Margaret" not in passed_on
    assert "020 7946 0018" not in passed_on
    assert "The code we sent" in passed_on


def test_an_answer_tapped_twice_is_said_once(world: World) -> None:  # noqa: F811
    address = reverse("referrals:act_by_link", args=[world.secret, "accept"])
    phone = Client()

    phone.post(address, {"words": ""})
    again = phone.post(address, {"words": ""}, follow=True)

    assert "This stands already: accepted" in again.content.decode()
    with as_role(DatabaseRole.LOADER):
        assert Message.objects.filter(template="referral_code").count() == 1


def test_somebody_is_told_of_a_service_by_text_without_anybody_being_asked(
    world: World,  # noqa: F811
) -> None:
    with viewing(world.gp, at=AT):
        told = verbs.signpost(
            person_id=world.margaret.pk, service=world.other, how=Signpost.SMS, by=world.gp, at=AT
        )
        found = list(queries.told_of(world.margaret.pk, viewer=world.gp))

    with as_role(DatabaseRole.LOADER):
        message = Message.objects.get(pk=told.message_id)
    assert [one.pk for one in found] == [told.pk]
    assert message.channel is Channel.SMS
    assert "Advice on benefits" in message.body
    assert Referral.objects.filter(service=world.other).count() == 0


def test_how_soon_a_service_answers_is_counted_without_reading_anybody(
    world: World,  # noqa: F811
) -> None:
    with viewing(world.charity, at=AT + timedelta(hours=30)):
        verbs.accept(referral=world.made, by=world.charity, at=AT + timedelta(hours=30))
    at = AT + timedelta(days=2)

    with viewing(world.gp, at=at):
        found = figures_of([world.service.pk], viewer=world.gp, at=at)

    figures = found[world.service.pk]
    assert (figures.asked, figures.answered, figures.taken) == (1, 1, 1)
    assert figures.hours == pytest.approx(30)
    assert figures.reply_words == ""
    assert NEED not in repr(found)


def test_the_page_that_tells_of_a_service_sends_a_text(world: World) -> None:  # noqa: F811
    address = reverse("referrals:signpost", args=[world.margaret.pk, world.other.pk])

    client_of(world.gp).post(address, {"how": "sms", "to": "", "words": "", "need_kind": ""})

    with as_role(DatabaseRole.LOADER):
        assert Message.objects.filter(template="signpost_text").count() == 1
