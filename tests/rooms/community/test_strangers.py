"""A stranger sees nobody in any group, and whoever has no such work sees no group at all."""

from collections.abc import Callable

import pytest

from oneplace.access.viewer import NOBODY, Viewer, viewing
from oneplace.community import queries, verbs
from oneplace.community.models import (
    CallOutcome,
    CompanionEvent,
    ContactOutcome,
    MemberEvent,
    UnmetBecause,
)
from oneplace.vocabulary.terms import NeedKind, Role
from tests.rooms.community.around_the_hall import SESSION_ON, World, world
from tests.rooms.people.saying import AT
from tests.rooms.plans.around_margaret import unconnected

pytestmark = pytest.mark.django_db


@pytest.fixture
def hall(db: None) -> World:
    made = world()
    with viewing(made.keeper, at=AT):
        verbs.note_session(
            group=made.group, held_on=SESSION_ON, came=[made.member.pk], others=4,
            by=made.keeper, at=AT,
        )  # fmt: skip
        verbs.note_call(companion=made.companion, outcome=CallOutcome.TALKED, by=made.keeper, at=AT)
        verbs.log_contact(
            point=made.point, outcome=ContactOutcome.TOLD_OF_SERVICE, need=NeedKind.FOOD,
            by=made.keeper, at=AT,
        )  # fmt: skip
        verbs.note_unmet(need=NeedKind.FOOD, because=UnmetBecause.COST, by=made.keeper, at=AT)
    return made


OF_PEOPLE: dict[str, Callable[[World, Viewer], object]] = {
    "members": lambda w, v: list(queries.members(w.group.pk, viewer=v)),
    "member": lambda w, v: queries.member(w.member.pk, viewer=v),
    "groups_of": lambda w, v: list(queries.groups_of(w.margaret.pk, viewer=v)),
    "companions": lambda w, v: list(queries.companions(w.point.pk, viewer=v)),
    "companion": lambda w, v: queries.companion(w.companion.pk, viewer=v),
    "companion_of": lambda w, v: queries.companion_of(w.margaret.pk, viewer=v),
    "calls": lambda w, v: queries.calls(w.companion.pk, viewer=v),
    "attendances": lambda w, v: list(
        queries.attendances([one.pk for one in w.group.sessions.all()], viewer=v)
    ),
    "members’ history": lambda w, v: list(MemberEvent.objects.values("pk")),
    "calls’ history": lambda w, v: list(CompanionEvent.objects.values("pk")),
}
OF_THE_ROOM: dict[str, Callable[[World, Viewer], object]] = {
    "groups": lambda w, v: list(queries.groups(viewer=v)),
    "group": lambda w, v: queries.group(w.group.pk, viewer=v),
    "sessions": lambda w, v: queries.sessions(w.group.pk, viewer=v),
    "points": lambda w, v: list(queries.points(viewer=v)),
    "point": lambda w, v: queries.point(w.point.pk, viewer=v),
    "contacts": lambda w, v: queries.contacts(w.point.pk, viewer=v),
    "asked_at": lambda w, v: queries.asked_at(w.point.pk, viewer=v, since=AT.replace(year=2020)),
    "funds": lambda w, v: queries.funds(viewer=v),
    "fund": lambda w, v: queries.fund(w.fund.pk, viewer=v),
    "grants": lambda w, v: list(queries.grants(viewer=v)),
    "grant": lambda w, v: queries.grant(w.grant.pk, viewer=v),
    "condition": lambda w, v: queries.condition(w.grant.conditions.get().pk, viewer=v),
    "report": lambda w, v: queries.report(w.grant.reports.get().pk, viewer=v),
    "unmet_by_area": lambda w, v: queries.unmet_by_area(viewer=v, since=AT.replace(year=2020)),
}


@pytest.mark.parametrize("name", list(OF_PEOPLE))
def test_a_stranger_sees_nobody(name: str, hall: World) -> None:
    stranger = unconnected(Role.SOCIAL_WORKER)

    with viewing(stranger, at=AT):
        assert not OF_PEOPLE[name](hall, stranger)
    if "history" not in name:
        with viewing(NOBODY, at=AT):
            assert not OF_PEOPLE[name](hall, NOBODY)


@pytest.mark.parametrize("name", list(OF_PEOPLE))
def test_whoever_keeps_the_list_sees_it(name: str, hall: World) -> None:
    with viewing(hall.keeper, at=AT):
        assert OF_PEOPLE[name](hall, hall.keeper)


@pytest.mark.parametrize("name", list(OF_THE_ROOM))
def test_whoever_has_no_such_work_sees_no_group(name: str, hall: World) -> None:
    steward = unconnected(Role.RECORD_STEWARD)

    with viewing(steward, at=AT):
        assert not OF_THE_ROOM[name](hall, steward)
    with viewing(hall.keeper, at=AT):
        assert OF_THE_ROOM[name](hall, hall.keeper)


def test_nobody_can_be_chosen_and_nothing_is_counted_for_a_stranger(hall: World) -> None:
    steward = unconnected(Role.RECORD_STEWARD)

    with viewing(steward, at=AT):
        assert queries.joinable(hall.group, viewer=steward) == []
        assert queries.connected_by(hall.grant, viewer=steward, at=AT).asked == 0
