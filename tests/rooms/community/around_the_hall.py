"""A small community for tests: a lunch club, a line to ring, a fund, and a keeper of each."""

from dataclasses import dataclass
from datetime import date, time

from oneplace.access.viewer import Viewer, viewing
from oneplace.community import verbs
from oneplace.community.models import (
    Companion,
    Fund,
    FundKind,
    Grant,
    Group,
    Member,
    PointKind,
    PointOfAccess,
)
from oneplace.config.database import Role as DatabaseRole
from oneplace.directory.models import Provider, Service
from oneplace.partners.models import Network
from oneplace.people.models import Person
from oneplace.vocabulary.terms import Role
from tests.database import as_role
from tests.rooms.people.saying import AT
from tests.rooms.plans.around_margaret import arrive, connected, unconnected
from tests.rooms.referrals.asking import garden

SESSION_ON = date(2026, 3, 5)


@dataclass
class World:
    """Margaret, who comes to lunch and is rung on Tuesdays; and the network's money."""

    margaret: Person
    keeper: Viewer
    money: Viewer
    service: Service
    group: Group
    member: Member
    point: PointOfAccess
    companion: Companion
    fund: Fund
    grant: Grant

    @property
    def provider(self) -> Provider:
        """Whoever has the grant."""
        return self.service.provider


def world() -> World:
    """Everything, made by the verbs."""
    margaret = arrive()
    keeper = connected(Role.PIC, margaret, "Jo Reyes")
    money = unconnected(Role.FINANCE_LEAD, "Sam Field")
    service = garden()
    with as_role(DatabaseRole.LOADER):
        network = Network.objects.order_by("pk").first()
    assert network is not None
    with viewing(keeper, at=AT):
        group = verbs.open_group(
            name="Thursday lunch", where="St Paul's hall", weekday=3, starts_at=time(12),
            places=2, by=keeper, at=AT,
        )  # fmt: skip
        Group.objects.filter(pk=group.pk).update(opened_on=date(2026, 1, 1))
        group.refresh_from_db()
        member = verbs.join_group(group=group, person_id=margaret.pk, by=keeper, at=AT)
        Member.objects.filter(pk=member.pk).update(joined_on=date(2026, 1, 8))
        member.refresh_from_db()
        point = verbs.open_point(
            name="Someone to talk to", kind=PointKind.LINE, phone="020 7946 0177",
            network=network, by=keeper, at=AT,
        )  # fmt: skip
        companion = verbs.begin_calls(
            point=point, person_id=margaret.pk, weekday=1, rings_at=time(18),
            volunteer="Bea", by=keeper, at=AT,
        )  # fmt: skip
    with viewing(money, at=AT):
        fund = verbs.open_fund(
            network=network, name="Ageing well", kind=FundKind.PUBLIC, funder="The borough",
            pence=1_000_000, most_pence=500_000, starts_on=date(2026, 1, 1),
            ends_on=date(2026, 12, 31), by=money, at=AT,
        )  # fmt: skip
        grant = verbs.give_grant(
            fund=fund, provider=service.provider, service=service, purpose="Tools and tea",
            pence=400_000, starts_on=date(2026, 1, 1), ends_on=date(2026, 12, 31),
            conditions=["Insured volunteers"], reports_due=[date(2026, 7, 1)], by=money, at=AT,
        )  # fmt: skip
    return World(margaret, keeper, money, service, group, member, point, companion, fund, grant)
