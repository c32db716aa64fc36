"""The room's pages: a session written down, a contact, a grant; every page opens and says so."""

from datetime import date

import pytest
from django.urls import reverse

from oneplace.access.viewer import viewing
from oneplace.community import queries, verbs
from oneplace.community.models import Attendance, Contact, Fund, Grant, Group, Session, UnmetNeed
from oneplace.referrals import verbs as referrals
from oneplace.vocabulary.terms import NeedKind, Role
from tests.rooms.community.around_the_hall import World, world
from tests.rooms.people.saying import AT
from tests.rooms.plans.around_margaret import client_of, unconnected
from tests.rooms.referrals.asking import partner_service

pytestmark = pytest.mark.django_db
DAY = {"_day": "5", "_month": "3", "_year": "2026"}


def on(name: str) -> dict[str, str]:
    """A day typed in three boxes."""
    return {f"{name}{part}": word for part, word in DAY.items()}


@pytest.fixture
def hall(db: None) -> World:
    return world()


def test_who_came_is_written_down_on_a_page(hall: World) -> None:
    keeper = client_of(hall.keeper)
    address = reverse("community:note_session", args=[hall.group.pk])

    form = keeper.get(address).content.decode()
    keeper.post(address, {**on("held_on"), "came": str(hall.member.pk), "others": "4"})

    assert "Margaret Okafor" in form
    assert Session.objects.get().others == 4
    assert Attendance.objects.get().came
    page = keeper.get(reverse("community:group", args=[hall.group.pk])).content.decode()
    assert "Thursday 5 March" in page
    assert "Thursdays, 12:00" in page


def test_a_contact_is_written_down_without_a_name_and_what_was_missing_is_counted(
    hall: World,
) -> None:
    keeper = client_of(hall.keeper)
    address = reverse("community:log_contact", args=[hall.point.pk])

    refused = keeper.post(address, {"outcome": "nothing_there"}).content.decode()
    keeper.post(
        address,
        {"outcome": "nothing_there", "need": "food", "because": "too_far", "district": "cr7 8ab"},
    )

    assert "Say what was wanted" in refused
    assert Contact.objects.get().district == "CR7"
    assert UnmetNeed.objects.get().because == "too_far"
    page = keeper.get(reverse("community:community")).content.decode()
    assert "Too far, or no way to get there" in page
    point = keeper.get(reverse("community:point", args=[hall.point.pk])).content.decode()
    assert "Food and meals" in point
    assert "Margaret Okafor" in point


def test_a_fund_is_opened_and_gives_no_more_than_it_has(hall: World) -> None:
    money = client_of(hall.money)
    grant = {
        "service": str(hall.service.pk), "purpose": "Seeds", "starts_on_day": "1",
        "starts_on_month": "2", "starts_on_year": "2026", "ends_on_day": "1", "ends_on_month": "6",
        "ends_on_year": "2026", "conditions": "Insured\nOpen to all",
    }  # fmt: skip
    address = reverse("community:give_grant", args=[hall.fund.pk])

    too_much = money.post(address, {**grant, "pounds": "9,000"}).content.decode()
    money.post(address, {**grant, "pounds": "1,200"})

    assert "gives at most £5,000 to one" in too_much
    given = Grant.objects.get(purpose="Seeds")
    assert (given.pence, given.conditions.count()) == (120_000, 2)
    page = money.get(reverse("community:local_money")).content.decode()
    assert "£4,800 left" in page
    assert "Public money" in page


def test_a_condition_is_met_a_report_comes_and_the_grant_ends(hall: World) -> None:
    money = client_of(hall.money)
    condition, report = hall.grant.conditions.get(), hall.grant.reports.get()

    money.post(reverse("community:meet_condition", args=[condition.pk]), {"words": "Seen"})
    money.post(
        reverse("community:receive_report", args=[report.pk]),
        {"words": "Eleven gardens", "people": "11", "pounds": "3,000"},
    )
    money.post(reverse("community:end_grant", args=[hall.grant.pk]), {"state": "ended"})

    page = money.get(reverse("community:local_money")).content.decode()
    assert "Eleven gardens" in page
    assert Grant.objects.get(pk=hall.grant.pk).state == "ended"


def test_a_group_and_a_fund_are_opened_on_pages(hall: World) -> None:
    keeper, money = client_of(hall.keeper), client_of(hall.money)

    keeper.post(reverse("community:open_group"), {"name": "Walkers", "weekday": "1"})
    money.post(
        reverse("community:open_fund"),
        {
            "network": str(hall.fund.network_id), "name": "Lottery", "kind": "outside",
            "funder": "A trust", "pounds": "500", **on("starts_on"), "ends_on_day": "1",
            "ends_on_month": "9", "ends_on_year": "2026",
        },
    )  # fmt: skip

    assert Group.objects.get(name="Walkers").weekday == 1
    assert Fund.objects.get(name="Lottery").ends_on == date(2026, 9, 1)


def test_whoever_keeps_no_groups_is_not_let_in(hall: World) -> None:
    nurse = client_of(unconnected(Role.COMMUNITY_NURSE))

    assert nurse.get(reverse("community:open_group")).status_code == 404
    assert (
        "Margaret"
        not in nurse.get(reverse("community:group", args=[hall.group.pk])).content.decode()
    )


def test_a_weekly_call_is_reached_from_the_persons_page(hall: World) -> None:
    keeper = client_of(hall.keeper)
    address = reverse("community:choose_point", args=[hall.margaret.pk])

    head = keeper.get(reverse("desk:person", args=[hall.margaret.pk])).content.decode()
    page = keeper.get(address).content.decode()

    assert address in head
    assert "rings them already" in page
    assert hall.companion.volunteer in page


def test_whoever_would_like_a_talk_stands_where_they_are_rung_from(hall: World) -> None:
    with viewing(hall.keeper, at=AT):
        verbs.end_calls(companion=hall.companion, why="Moved on", by=hall.keeper, at=AT)
        made = referrals.make_referral(
            person_id=hall.margaret.pk,
            service=partner_service("age_uk"),
            need="Somebody to talk to",
            need_kind=NeedKind.LONELINESS,
            by=hall.keeper,
            at=AT,
        )
        referrals.accept(referral=made, by=hall.keeper, at=AT)
    stranger = unconnected(Role.SOCIAL_WORKER)

    page = client_of(hall.keeper).get(reverse("community:point", args=[hall.point.pk]))
    choose = client_of(hall.keeper).get(reverse("community:choose_point", args=[hall.margaret.pk]))

    assert "Would like a talk, and nobody rings yet" in page.content.decode()
    begin = reverse("community:begin_calls", args=[hall.point.pk, hall.margaret.pk])
    assert begin in page.content.decode()
    assert begin in choose.content.decode()
    with viewing(stranger, at=AT):
        assert queries.not_rung_yet(viewer=stranger) == []
