"""Every verb of the room: with a broken audit nothing is saved."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest

from oneplace.access.models import Relationship
from oneplace.access.viewer import Viewer, viewing
from oneplace.config.database import Role as DatabaseRole
from oneplace.directory.models import Service
from oneplace.people.models import Person
from oneplace.post.models import Message
from oneplace.referrals import queries, verbs
from oneplace.referrals.models import AnswerLink, Referral, Signpost
from oneplace.vocabulary.terms import (
    ConnectionOutcome,
    ConnectionSentBack,
    ReferralRejected,
    Role,
)
from tests.database import as_role
from tests.rooms.people.saying import AT
from tests.rooms.plans.around_margaret import arrive, connected
from tests.rooms.plans.test_without_audit import kept
from tests.rooms.referrals.asking import (
    NEED,
    asked,
    code_sent,
    garden,
    link_viewer,
    partner_service,
    secret_of_link,
)

pytestmark = pytest.mark.django_db


@dataclass
class World:
    """Margaret, referred to a charity that answers by link."""

    margaret: Person
    gp: Viewer
    service: Service
    other: Service
    made: Referral
    secret: str
    charity: Viewer

    @property
    def link(self) -> AnswerLink:
        """Its link as it stands."""
        found = queries.link_by_secret(self.secret, viewer=self.charity)
        assert found is not None
        return found


@pytest.fixture
def world(db: None) -> World:
    margaret = arrive()
    gp = connected(Role.GP, margaret, "Dr Gray")
    service = garden()
    other = partner_service("age_uk")
    with viewing(gp, at=AT):
        made = asked(margaret, service, gp)
    secret = secret_of_link()
    return World(margaret, gp, service, other, made, secret, link_viewer(secret))


def _accepted(w: World) -> None:
    with viewing(w.charity, at=AT):
        verbs.accept(referral=w.made, by=w.charity, at=AT)


def _coded(w: World) -> None:
    _accepted(w)
    with viewing(w.charity, at=AT):
        verbs.send_code(link=w.link, by=w.charity, at=AT)


def _declined(w: World) -> None:
    with viewing(w.charity, at=AT):
        verbs.decline(referral=w.made, because=ReferralRejected.NO_CAPACITY, by=w.charity, at=AT)


def _asked_back(w: World) -> None:
    with viewing(w.charity, at=AT):
        verbs.ask_back(referral=w.made, words="When?", by=w.charity, at=AT)


def _stopped(w: World) -> None:
    with viewing(w.gp, at=AT):
        verbs.stop_for_deaths(person_ids=[w.margaret.pk], by=w.gp, at=AT)


BEFORE: dict[str, Callable[[World], None]] = {
    "start_again": _stopped,
    "allocate": _accepted,
    "first_contact": _accepted,
    "not_reached": _accepted,
    "connect": _accepted,
    "attended": _accepted,
    "end_referral": _accepted,
    "send_back": _accepted,
    "send_code": _accepted,
    "enter_code": _coded,
    "reply": _asked_back,
    "offer_elsewhere": _declined,
}


def _end(w: World) -> object:
    with_contact = verbs.first_contact(referral=w.made, by=w.charity, at=AT)
    return verbs.end_referral(
        referral=with_contact, outcome=ConnectionOutcome.TOOK_PART, by=w.charity, at=AT
    )


BY_CHARITY: dict[str, Callable[[World], object]] = {
    "accept": lambda w: verbs.accept(referral=w.made, by=w.charity, at=AT),
    "decline": lambda w: verbs.decline(
        referral=w.made, because=ReferralRejected.NO_CAPACITY, by=w.charity, at=AT
    ),
    "answer": lambda w: verbs.answer(referral=w.made, is_yes=True, by=w.charity, at=AT),
    "allocate": lambda w: verbs.allocate(referral=w.made, to="Tom", by=w.charity, at=AT),
    "first_contact": lambda w: verbs.first_contact(referral=w.made, by=w.charity, at=AT),
    "not_reached": lambda w: verbs.not_reached(referral=w.made, by=w.charity, at=AT),
    "connect": lambda w: verbs.connect(referral=w.made, by=w.charity, at=AT),
    "attended": lambda w: verbs.attended(referral=w.made, by=w.charity, at=AT),
    "end_referral": _end,
    "send_back": lambda w: verbs.send_back(
        referral=w.made, because=ConnectionSentBack.FULL, by=w.charity, at=AT
    ),
    "ask_back": lambda w: verbs.ask_back(referral=w.made, words="x", by=w.charity, at=AT),
    "raise_worry": lambda w: verbs.raise_worry(referral=w.made, words="x", by=w.charity, at=AT),
    "open_link": lambda w: verbs.open_link(link=w.link, by=w.charity, at=AT),
    "send_code": lambda w: verbs.send_code(link=w.link, by=w.charity, at=AT),
    "enter_code": lambda w: verbs.enter_code(link=w.link, code=code_sent(), by=w.charity, at=AT),
}
BY_GP: dict[str, Callable[[World], object]] = {
    "make_referral": lambda w: verbs.make_referral(
        person_id=w.margaret.pk, service=w.other, need=NEED, by=w.gp, at=AT
    ),
    "offer_elsewhere": lambda w: verbs.offer_elsewhere(
        referral=Referral.objects.get(pk=w.made.pk), service=w.other, by=w.gp, at=AT
    ),
    "reply": lambda w: verbs.reply(referral=w.made, words="x", by=w.gp, at=AT),
    "take_back": lambda w: verbs.take_back(referral=w.made, why="x", by=w.gp, at=AT),
    "send_link": lambda w: verbs.send_link(
        referral=w.made, to="office@example.org", by=w.gp, at=AT
    ),
    "remind": lambda w: verbs.remind(referral=w.made, by=w.gp, at=AT + timedelta(days=9)),
    "signpost": lambda w: verbs.signpost(
        person_id=w.margaret.pk, service=w.other, how=Signpost.SMS, by=w.gp, at=AT
    ),
    "stop_for_deaths": lambda w: verbs.stop_for_deaths(person_ids=[w.margaret.pk], by=w.gp, at=AT),
    "start_again": lambda w: verbs.start_again(person_ids=[w.margaret.pk], by=w.gp, at=AT),
    "take_call": lambda w: verbs.take_call(
        person_id=w.margaret.pk, from_whom="Ada", by=w.gp, at=AT
    ),
}


def _everything() -> tuple[object, int, int]:
    held = kept("referrals")
    with as_role(DatabaseRole.LOADER):
        return held, Message.objects.count(), Relationship.objects.count()


@pytest.mark.parametrize("name", [*BY_CHARITY, *BY_GP])
def test_without_its_audit_nothing_is_saved(
    name: str, world: World, broken_audit: Callable[[], None]
) -> None:
    BEFORE.get(name, lambda w: None)(world)
    before = _everything()
    act = BY_CHARITY.get(name) or BY_GP[name]
    broken_audit()

    with (
        viewing(world.charity if name in BY_CHARITY else world.gp, at=AT),
        pytest.raises(RuntimeError, match="no audit"),
    ):
        act(world)

    assert _everything() == before


@pytest.mark.parametrize("name", [*BY_CHARITY, *BY_GP])
def test_with_its_audit_something_is_saved(name: str, world: World) -> None:
    BEFORE.get(name, lambda w: None)(world)
    before = _everything()
    act = BY_CHARITY.get(name) or BY_GP[name]

    with viewing(world.charity if name in BY_CHARITY else world.gp, at=AT):
        act(world)

    assert _everything() != before
