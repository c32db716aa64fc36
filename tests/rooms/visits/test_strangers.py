"""A stranger, and nobody at all, sees nothing of any visit."""

import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest

from oneplace.access.viewer import NOBODY, Viewer, viewing
from oneplace.config.database import Role as DatabaseRole
from oneplace.kit.together import read_together
from oneplace.visits import queries, verbs
from oneplace.visits.models import (
    AtTheDoor,
    DoorStep,
    Outing,
    OutingEvent,
    Sent,
    VisitEvent,
    VisitOrigin,
)
from oneplace.vocabulary.terms import Role
from tests.database import as_role
from tests.rooms.people.saying import AT
from tests.rooms.plans.around_margaret import connected, unconnected
from tests.rooms.visits.around_a_visit import CLOSES, OPENS, ORIGIN, World, booked

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
LATE = OPENS + timedelta(hours=3)
SENT = uuid.UUID(int=9)


@pytest.fixture
def full(world: World) -> World:
    with viewing(world.pic, at=AT):
        verbs.note_no_answer(visit=world.visit, by=world.pic, at=OPENS)
        verbs.at_the_door(visit=world.visit, step=DoorStep.RANG, by=world.pic, at=OPENS)
        verbs.check_in(
            visit=world.visit, out_by_at=OPENS + timedelta(hours=1), by=world.pic, at=OPENS
        )
        entry = verbs.Written(
            SENT, "finish_nothing", world.margaret.pk, world.visit.pk, {}, timedelta(0)
        )
        verbs.take_back(written=[entry], by=world.pic, at=CLOSES)
        team = unconnected(Role.COMMUNITY_NURSE, "Nia")
        hat = type(world.hat).objects.select_related("account", "post").get(pk=team.hat_id)
        booked(world.margaret, world.pic, worker=hat)
    return world


def _first_outing(world: World, viewer: Viewer) -> object:
    with as_role(DatabaseRole.LOADER):
        known = Outing.objects.get().pk
    return queries.outing(known, viewer=viewer)


ASKS: dict[str, Callable[[World, Viewer], object]] = {
    "visit": lambda w, v: queries.visit(w.visit.pk, viewer=v),
    "of_person": lambda w, v: list(queries.of_person(w.margaret.pk, viewer=v)),
    "newest_asked": lambda w, v: read_together([queries.newest_asked(w.margaret.pk, viewer=v)])[0],
    "of_origin": lambda w, v: list(queries.of_origin(VisitOrigin.HUDDLE, ORIGIN, viewer=v)),
    "mine": lambda w, v: list(queries.mine(viewer=v, at=AT)),
    "visits_between": lambda w, v: list(
        queries.visits_between(AT - DAY, AT + DAY, team_id=w.visit.team_id, viewer=v)
    ),
    "unanswered": lambda w, v: list(queries.unanswered(viewer=v)),
    "at_the_door": lambda w, v: list(queries.at_the_door(w.visit.pk, viewer=v)),
    "at_home": lambda w, v: queries.at_home([w.margaret.pk], viewer=v),
    "others_this_week": lambda w, v: queries.others_this_week([w.margaret.pk], viewer=v, at=AT),
    "outing": _first_outing,
    "out_now": lambda w, v: list(queries.out_now(viewer=v)),
    "overdue": lambda w, v: list(queries.overdue(viewer=v, at=LATE)),
    "sent_before": lambda w, v: queries.sent_before([SENT], viewer=v),
    "not_saved": lambda w, v: list(queries.not_saved(viewer=v)),
    "rows of doors": lambda w, v: list(AtTheDoor.objects.all()),
    "rows of sent": lambda w, v: list(Sent.objects.all()),
    "history": lambda w, v: [*VisitEvent.objects.values("pk"), *OutingEvent.objects.values("pk")],
}


@pytest.mark.parametrize("name", list(ASKS))
def test_a_stranger_sees_nothing(name: str, full: World) -> None:
    stranger = unconnected(Role.SOCIAL_WORKER)

    with viewing(stranger, at=AT):
        assert not ASKS[name](full, stranger)
    if not name.startswith(("rows", "history")):
        with viewing(NOBODY, at=AT):
            assert not ASKS[name](full, NOBODY)


@pytest.mark.parametrize("name", list(ASKS))
def test_whoever_goes_sees_it(name: str, full: World) -> None:
    with viewing(full.pic, at=AT):
        assert ASKS[name](full, full.pic)


def test_whoever_is_connected_but_needs_no_support_sees_no_visit(full: World) -> None:
    manager = connected(Role.PRACTICE_MANAGER, full.margaret, "Pat")

    with viewing(manager, at=AT):
        assert not list(queries.of_person(full.margaret.pk, viewer=manager))


def test_who_comes_too_is_told_to_whoever_goes_and_no_stranger(full: World) -> None:
    nia = full.visit
    with as_role(DatabaseRole.LOADER):
        other = type(nia).objects.exclude(pk=nia.pk).get()
        type(nia).objects.update(pair_id=SENT)
        nia.refresh_from_db()

    with viewing(full.pic, at=AT):
        assert queries.other_halves([nia], viewer=full.pic) == {nia.pk: other.worker_name}
    stranger = unconnected(Role.SOCIAL_WORKER)
    with viewing(stranger, at=AT):
        assert queries.other_halves([nia], viewer=stranger) == {}
    with viewing(NOBODY, at=AT):
        assert queries.other_halves([nia], viewer=NOBODY) == {}
