"""A stranger, and nobody at all, sees nothing of any referral."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from oneplace.access.viewer import NOBODY, Viewer, viewing
from oneplace.kit.together import read_together
from oneplace.referrals import queries, verbs
from oneplace.referrals.cards import InHand, ReferralNews
from oneplace.referrals.models import AnswerLink, ReferralEvent, ReferralOrigin, Signpost
from oneplace.referrals.queries.reach import how_to_reach
from oneplace.vocabulary.terms import Role
from tests.rooms.people.saying import AT
from tests.rooms.plans.around_margaret import connected, unconnected
from tests.rooms.referrals.test_without_audit import World, world  # noqa: F401 - a fixture

pytestmark = pytest.mark.django_db
LATE = AT + timedelta(days=9)

ASKS: dict[str, Callable[[World, Viewer], object]] = {
    "referral": lambda w, v: queries.referral(w.made.pk, viewer=v),
    "steps": lambda w, v: list(queries.steps(w.made.pk, viewer=v)),
    "passed_on": lambda w, v: queries.passed_on(w.made.pk, viewer=v),
    "of_person": lambda w, v: list(queries.of_person(w.margaret.pk, viewer=v)),
    "of_person_asked": lambda w, v: read_together(
        [queries.of_person_asked(w.margaret.pk, viewer=v)]
    )[0],
    "of_origin": lambda w, v: list(
        queries.of_origin(ReferralOrigin.HUDDLE, w.margaret.pk, viewer=v)
    ),
    "asked_by_us": lambda w, v: queries.asked_by_us(viewer=v),
    "late_answers": lambda w, v: queries.late_answers(viewer=v, at=LATE),
    "to_remind": lambda w, v: list(queries.to_remind(viewer=v, at=LATE)),
    "told_of": lambda w, v: list(queries.told_of(w.margaret.pk, viewer=v)),
    "unanswered_questions": lambda w, v: queries.unanswered_questions(viewer=v),
    "how_to_reach": lambda w, v: how_to_reach(w.margaret.pk, viewer=v, at=AT).address,
    "links": lambda w, v: list(AnswerLink.objects.all()),
    "history": lambda w, v: list(ReferralEvent.objects.values("pk")),
}


@pytest.fixture
def full(world: World) -> World:  # noqa: F811 - the fixture of that name
    with viewing(world.gp, at=AT):
        verbs.make_referral(
            person_id=world.margaret.pk,
            service=world.other,
            need="Advice",
            origin=ReferralOrigin.HUDDLE,
            origin_id=world.margaret.pk,
            by=world.gp,
            at=AT,
        )
        verbs.signpost(
            person_id=world.margaret.pk, service=world.other, how=Signpost.PAPER, by=world.gp, at=AT
        )
    with viewing(world.charity, at=AT):
        verbs.ask_back(referral=world.made, words="When?", by=world.charity, at=AT)
    return world


@pytest.mark.parametrize("name", list(ASKS))
def test_a_stranger_sees_nothing(name: str, full: World) -> None:
    stranger = unconnected(Role.SOCIAL_WORKER)

    with viewing(stranger, at=AT):
        assert not ASKS[name](full, stranger)
    if name not in {"links", "history"}:
        with viewing(NOBODY, at=AT):
            assert not ASKS[name](full, NOBODY)


@pytest.mark.parametrize("name", list(ASKS))
def test_whoever_asked_sees_it(name: str, full: World) -> None:
    with viewing(full.gp, at=AT):
        assert ASKS[name](full, full.gp)


def test_what_a_partner_is_asked_stands_in_its_list_and_in_no_others(full: World) -> None:
    charity = unconnected(Role.VOLUNTARY_ORGANISATION)
    other = unconnected(Role.SOCIAL_WORKER)

    with viewing(charity, at=AT):
        assert len(queries.asked_of_us(viewer=charity)) == 1
    with viewing(other, at=AT):
        assert queries.asked_of_us(viewer=other) == []


def test_what_a_partner_said_yes_to_is_in_hand_until_it_starts(full: World) -> None:
    charity = unconnected(Role.VOLUNTARY_ORGANISATION)
    other = unconnected(Role.SOCIAL_WORKER)

    with viewing(charity, at=AT):
        (asked,) = queries.asked_of_us(viewer=charity)
        made = asked.referral
        assert queries.in_hand(viewer=charity, most=8) == []
        verbs.accept(referral=made, by=charity, at=AT)
        assert [each.referral.pk for each in queries.in_hand(viewer=charity, most=8)] == [made.pk]
        (row,) = InHand().rows(viewer=charity, at=AT)
        assert "not spoken with yet" in row.why_you
    with viewing(other, at=AT):
        assert queries.in_hand(viewer=other, most=8) == []
    with viewing(full.gp, at=AT):
        assert queries.in_hand(viewer=full.gp, most=8) == []
        verbs.take_back(referral=made, why="Moved away", by=full.gp, at=AT)
        assert not ReferralNews().rows(viewer=full.gp, at=AT)
    with viewing(other, at=AT):
        assert queries.news_of_referrals(viewer=other, since=AT, most=8) == []
    with viewing(charity, at=AT):
        (news,) = ReferralNews().rows(viewer=charity, at=AT)
        assert news.what.startswith("Taken back")
        assert not ReferralNews().rows(viewer=charity, at=LATE)


def test_a_link_opens_only_to_whoever_holds_it(full: World) -> None:
    stranger = unconnected(Role.SOCIAL_WORKER)

    with viewing(stranger, at=AT):
        assert queries.link_by_secret(full.secret, viewer=stranger) is None
    with viewing(full.charity, at=AT):
        link = queries.link_by_secret(full.secret, viewer=full.charity)
        assert link is not None
        assert queries.opened_by_link(link, viewer=full.charity) is None
        assert queries.opened_by_link(link, viewer=full.gp) is None


def test_whoever_is_connected_but_needs_no_support_reads_no_referral(full: World) -> None:
    manager = connected(Role.PRACTICE_MANAGER, full.margaret, "Pat")

    with viewing(manager, at=AT):
        assert not list(queries.of_person(full.margaret.pk, viewer=manager))
