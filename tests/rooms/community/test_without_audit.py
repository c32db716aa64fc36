"""Every verb of the room: with a broken audit nothing is saved."""

from collections.abc import Callable
from datetime import date, time

import pytest

from oneplace.access.viewer import Viewer, viewing
from oneplace.community import verbs
from oneplace.community.models import (
    CallOutcome,
    ContactOutcome,
    FundKind,
    GrantState,
    PointKind,
    UnmetBecause,
)
from oneplace.referrals import verbs as referral_verbs
from oneplace.referrals.announcements import ReferralMoved
from oneplace.vocabulary.terms import ConnectionState, NeedKind, ReferralRejected, Role
from tests.rooms.community.around_the_hall import SESSION_ON, World, world
from tests.rooms.people.saying import AT
from tests.rooms.plans.around_margaret import bola, connected
from tests.rooms.plans.test_without_audit import kept
from tests.rooms.referrals.asking import asked, link_viewer, secret_of_link

pytestmark = pytest.mark.django_db


@pytest.fixture
def hall(db: None) -> World:
    return world()


ACTS: dict[str, Callable[[World], object]] = {
    "open_group": lambda w: verbs.open_group(name="Walkers", by=w.keeper, at=AT),
    "close_group": lambda w: verbs.close_group(group=w.group, why="x", by=w.keeper, at=AT),
    "leave_group": lambda w: verbs.leave_group(member=w.member, why="x", by=w.keeper, at=AT),
    "note_session": lambda w: verbs.note_session(
        group=w.group, held_on=SESSION_ON, came=[w.member.pk], others=3, by=w.keeper, at=AT
    ),
    "open_point": lambda w: verbs.open_point(
        name="Library", kind=PointKind.PLACE, where="High Street", by=w.keeper, at=AT
    ),
    "close_point": lambda w: verbs.close_point(point=w.point, by=w.keeper, at=AT),
    "log_contact": lambda w: verbs.log_contact(
        point=w.point, outcome=ContactOutcome.NOTHING_THERE, need=NeedKind.FOOD, by=w.keeper, at=AT
    ),
    "note_call": lambda w: verbs.note_call(
        companion=w.companion, outcome=CallOutcome.TALKED, by=w.keeper, at=AT
    ),
    "end_calls": lambda w: verbs.end_calls(companion=w.companion, why="x", by=w.keeper, at=AT),
    "open_fund": lambda w: verbs.open_fund(
        network=w.fund.network, name="Lottery", kind=FundKind.OUTSIDE, funder="A trust",
        pence=1000, starts_on=date(2026, 1, 1), ends_on=date(2026, 6, 1), by=w.money, at=AT,
    ),
    "give_grant": lambda w: verbs.give_grant(
        fund=w.fund, provider=w.provider, purpose="Seeds", pence=1000,
        starts_on=date(2026, 1, 1), ends_on=date(2026, 6, 1), by=w.money, at=AT,
    ),
    "meet_condition": lambda w: verbs.meet_condition(
        condition=w.grant.conditions.get(), words="Seen", by=w.money, at=AT
    ),
    "receive_report": lambda w: verbs.receive_report(
        report=w.grant.reports.get(), words="Eleven gardens", people=11, by=w.money, at=AT
    ),
    "end_grant": lambda w: verbs.end_grant(
        grant=w.grant, state=GrantState.ENDED, by=w.money, at=AT
    ),
    "note_unmet": lambda w: verbs.note_unmet(
        need=NeedKind.TRANSPORT, because=UnmetBecause.NOT_OFFERED, by=w.keeper, at=AT
    ),
}  # fmt: skip
BY_MONEY = {"open_fund", "give_grant", "meet_condition", "receive_report", "end_grant"}


def _viewer(name: str, w: World) -> Viewer:
    return w.money if name in BY_MONEY else w.keeper


@pytest.mark.parametrize("name", list(ACTS))
def test_without_its_audit_nothing_is_saved(
    name: str, hall: World, broken_audit: Callable[[], None]
) -> None:
    before = kept("community")
    broken_audit()

    with viewing(_viewer(name, hall), at=AT), pytest.raises(RuntimeError, match="no audit"):
        ACTS[name](hall)

    assert kept("community") == before


@pytest.mark.parametrize("name", list(ACTS))
def test_with_its_audit_something_is_saved(name: str, hall: World) -> None:
    before = kept("community")

    with viewing(_viewer(name, hall), at=AT):
        ACTS[name](hall)

    assert kept("community") != before


def test_without_its_audit_nobody_joins_and_nobody_is_rung(
    hall: World, broken_audit: Callable[[], None]
) -> None:
    other = bola()
    keeper = connected(Role.PIC, other, "Ola Bright")
    with viewing(keeper, at=AT):
        group = verbs.open_group(name="Walkers", by=keeper, at=AT)
    before = kept("community")
    broken_audit()

    with viewing(keeper, at=AT), pytest.raises(RuntimeError, match="no audit"):
        verbs.join_group(group=group, person_id=other.pk, by=keeper, at=AT)
    with viewing(keeper, at=AT), pytest.raises(RuntimeError, match="no audit"):
        verbs.begin_calls(
            point=hall.point, person_id=other.pk, weekday=1, rings_at=time(9), volunteer="Bea",
            by=keeper, at=AT,
        )  # fmt: skip

    assert kept("community") == before


def test_without_its_audit_no_refusal_is_counted(
    hall: World, broken_audit: Callable[[], None]
) -> None:
    gp = connected(Role.GP, hall.margaret, "Dr Gray")
    with viewing(gp, at=AT):
        made = asked(hall.margaret, hall.service, gp)
        type(made).objects.filter(pk=made.pk).update(need_kind=NeedKind.HOME_AND_GARDEN)
    charity = link_viewer(secret_of_link())
    moved = ReferralMoved(
        made.pk, made.person_id, ConnectionState.OFFERED, ConnectionState.DECLINED,
        made.origin, None, charity, AT,
    )  # fmt: skip
    with viewing(charity, at=AT):
        referral_verbs.decline(
            referral=made, because=ReferralRejected.NO_CAPACITY, by=charity, at=AT
        )
    before = kept("community")
    broken_audit()

    with viewing(charity, at=AT), pytest.raises(RuntimeError, match="no audit"):
        verbs.note_refused(moved=moved, by=charity, at=AT)

    assert kept("community") == before
