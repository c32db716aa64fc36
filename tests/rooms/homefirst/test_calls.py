"""Somebody rings the desk: found, tracked where open, asked by need, in the queue in time."""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse

from oneplace.access.viewer import NOBODY, viewing
from oneplace.config.database import Role as DatabaseRole
from oneplace.homefirst import queries, verbs
from oneplace.homefirst.models import DeskCase, DeskState, DeskStep, Package
from oneplace.kit import clock
from oneplace.kit.refusals import Refused
from oneplace.referrals.models import Referral, ReferralOrigin
from oneplace.vocabulary.terms import ConnectionState, LifeStream, ReferralSource, Role, Urgency
from tests.database import as_role
from tests.rooms.homefirst.around_a_desk import World, asked, crisis
from tests.rooms.people.saying import AT, NUMBER
from tests.rooms.plans.around_margaret import client_of, unconnected
from tests.rooms.plans.test_without_audit import kept

pytestmark = pytest.mark.django_db
FIND = "homefirst:find_for_phone_referral"
TYPED = {
    "package": "none",
    "need": "Fell in the kitchen, cannot stand, not hurt",
    "urgency": "two_hours",
    "is_in_hospital": "home",
    "source": "gp",
    "rang": "Dr Patel",
    "ring_back": "020 7946 0000",
    "is_wanted": "on",
}


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: AT)


def _text(answer: Any) -> str:
    return str(answer.content.decode())


def test_somebody_unknown_here_is_looked_up_taken_on_and_in_the_queue_with_the_clock_running(
    now: None, world: World
) -> None:
    desk = client_of(world.coordinator)
    assert "autofocus" in _text(desk.get(reverse(FIND)))

    found = _text(desk.post(reverse(FIND), {"words": NUMBER}))
    assert "0 people" in found
    looked = _text(
        desk.post(
            reverse("homefirst:look_up_for_phone_referral"),
            {"words": NUMBER, "from_whom": "Dr Patel, Elm surgery"},
        )
    )
    assert "Margaret Okafor" in looked
    assert "Born 1943" in looked
    taken = desk.post(
        reverse("homefirst:take_on_for_phone_referral"),
        {"person": str(world.margaret.pk), "from_whom": "Dr Patel, Elm surgery"},
    )
    page = _text(desk.get(taken.headers["Location"]))
    for words in ("could start again", "What do they need?", "999, not us: chest pain"):
        assert words in page
    ended = desk.post(taken.headers["Location"], TYPED, follow=True)

    assert ended.redirect_chain[-1][0] == reverse("homefirst:desk")
    queue = _text(ended)
    assert "Margaret Okafor is in the queue: " in queue
    assert "2:00 left" in queue
    assert "Dr Patel, GP practice" in queue
    with as_role(DatabaseRole.LOADER):
        case = DeskCase.objects.select_related("referral").get()
        assert (case.state, case.stream) == (DeskState.RECEIVED, LifeStream.RAPID_RESPONSE)
        assert (case.package, case.referral.asked_by_name) == (Package.NONE, "Dr Patel")
        step = DeskStep.objects.get(case=case, what__startswith="By telephone")
        assert step.words == "Dr Patel rang, 020 7946 0000."
        # The call by which her record was opened is over; the desk's own referral stands for it.
        call = Referral.objects.get(origin=ReferralOrigin.CALL)
        assert call.state == ConnectionState.ENDED


def test_what_is_open_already_stands_before_the_form_to_be_tracked(now: None, world: World) -> None:
    case = asked(world)
    desk = client_of(world.coordinator)

    found = _text(desk.post(reverse(FIND), {"words": "Margaret Okafor"}))
    page = _text(desk.get(reverse("homefirst:take_phone_referral", args=[world.margaret.pk])))

    address = reverse("homefirst:case", args=[case.pk])
    for shown in (found, page):
        assert "Track it" in shown
        assert address in shown
    assert page.index("Track it") < page.index("could start again")


def test_the_same_is_not_asked_for_twice(now: None, world: World) -> None:
    crisis(world)
    desk = client_of(world.coordinator)

    answer = desk.post(reverse("homefirst:take_phone_referral", args=[world.margaret.pk]), TYPED)

    assert "was asked for them already" in _text(answer)


def test_a_red_flag_says_999_until_it_was_asked_about(now: None, world: World) -> None:
    asked(world)
    desk = client_of(world.coordinator)
    address = reverse("homefirst:take_phone_referral", args=[world.margaret.pk])
    flagged = {**TYPED, "need": "Fell, no head injury, cannot stand"}

    first = _text(desk.post(address, flagged))
    assert "999, not us</h2>" in first
    assert "I asked, and it is not that" in first
    with as_role(DatabaseRole.LOADER):
        assert DeskCase.objects.count() == 1
    desk.post(address, {**flagged, "is_flag_ruled_out": "on"})

    with as_role(DatabaseRole.LOADER):
        step = DeskStep.objects.get(what__startswith="By telephone")
    assert "Asked about “head injury”: it is not that." in step.words


def test_an_empty_form_says_what_to_ask_first(now: None, world: World) -> None:
    asked(world)

    answer = client_of(world.coordinator).post(
        reverse("homefirst:take_phone_referral", args=[world.margaret.pk]),
        {"csrfmiddlewaretoken": "token"},
    )

    for words in ("Ask this first", "Write what they need", "Say how soon", "Write who rings"):
        assert words in _text(answer)


@pytest.mark.parametrize(
    ("urgency", "is_in_hospital", "stream"),
    [
        (Urgency.SAME_DAY, False, LifeStream.RAPID_RESPONSE),
        (Urgency.TWO_DAYS, True, LifeStream.DISCHARGE),
    ],
)
def test_where_it_belongs_follows_from_the_need(
    urgency: Urgency, is_in_hospital: bool, stream: LifeStream, world: World
) -> None:
    case = asked(world) if not is_in_hospital else crisis(world)
    with viewing(world.coordinator, at=AT) as by:
        made = verbs.take_phone_referral(
            person_id=world.margaret.pk, need="Help to wash", package=Package.RESTART,
            urgency=urgency, is_in_hospital=is_in_hospital, source=ReferralSource.CARER,
            rang="Ada", by=by, at=AT,
        )  # fmt: skip

    assert made.pk != case.pk
    assert made.stream == stream


def test_only_the_desk_takes_calls(world: World) -> None:
    with viewing(world.gp, at=AT) as by, pytest.raises(Refused, match="Only the desk"):
        verbs.take_phone_referral(
            person_id=world.margaret.pk, need="Help", package=Package.NONE,
            urgency=Urgency.SAME_DAY, is_in_hospital=False, source=ReferralSource.GP, rang="Me",
            by=by, at=AT,
        )  # fmt: skip


def test_take_phone_referral_saves_nothing_without_its_audit(
    world: World, broken_audit: Callable[[], None]
) -> None:
    asked(world)
    before = kept("homefirst"), kept("referrals")
    broken_audit()

    with viewing(world.coordinator, at=AT) as by, pytest.raises(RuntimeError, match="no audit"):
        verbs.take_phone_referral(
            person_id=world.margaret.pk, need="Help to wash", package=Package.NONE,
            urgency=Urgency.SAME_DAY, is_in_hospital=False, source=ReferralSource.GP,
            rang="Dr Patel", by=by, at=AT,
        )  # fmt: skip

    assert (kept("homefirst"), kept("referrals")) == before


def test_a_stranger_sees_nothing_open(world: World) -> None:
    asked(world)
    stranger = unconnected(Role.SOCIAL_WORKER)

    with viewing(stranger, at=AT):
        assert queries.open_for([world.margaret.pk], viewer=stranger, at=AT) == {}
    with viewing(NOBODY, at=AT):
        assert queries.open_for([world.margaret.pk], viewer=NOBODY, at=AT) == {}
    with viewing(world.coordinator, at=AT) as by:
        assert len(queries.open_for([world.margaret.pk], viewer=by, at=AT)) == 1
