"""Every verb of the room: with a broken audit nothing is saved."""

import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest

from oneplace.access.models import Relationship
from oneplace.access.viewer import viewing
from oneplace.config.database import Role as DatabaseRole
from oneplace.post.models import Message
from oneplace.visits import verbs
from oneplace.visits.models import CameBack, DoorStep, Outing, Sent, VisitState
from tests.database import as_role
from tests.rooms.people.saying import AT
from tests.rooms.plans.test_without_audit import kept
from tests.rooms.visits.around_a_visit import CLOSES, OPENS, World, booked

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
LATE = OPENS + 3 * HOUR


def _arrived(w: World) -> None:
    verbs.arrive(visit=w.visit, by=w.pic, at=OPENS)


def _in(w: World) -> None:
    _arrived(w)
    verbs.check_in(visit=w.visit, out_by_at=OPENS + HOUR, by=w.pic, at=OPENS)


def _closed_door(w: World) -> None:
    verbs.note_no_answer(visit=w.visit, by=w.pic, at=OPENS)


def _cancelled(w: World) -> None:
    verbs.cancel(visit=w.visit, why="x", by=w.pic, at=AT)


def _stopped(w: World) -> None:
    verbs.stop_for_deaths(person_ids=[w.margaret.pk], by=w.pic, at=AT)


def _finished(w: World) -> None:
    _arrived(w)
    verbs.finish(visit=w.visit, by=w.pic, at=CLOSES)


def _entry(w: World, kind: str) -> verbs.Written:
    return verbs.Written(
        uuid.UUID(int=5), kind, w.margaret.pk, w.visit.pk, {}, timedelta(minutes=1)
    )


def _not_saved(w: World) -> None:
    verbs.take_back(written=[_entry(w, "finish")], by=w.pic, at=CLOSES)


BEFORE: dict[str, Callable[[World], None]] = {
    "finish": _arrived,
    "write_note": _arrived,
    "check_in": _arrived,
    "check_out": _in,
    "settle_outing": _in,
    "ask_after_overdue": _in,
    "at_the_door": _closed_door,
    "came_anyway": _cancelled,
    "close_opened": _finished,
    "start_again": _stopped,
    "settle_sent": _not_saved,
}
ACTS: dict[str, Callable[[World], object]] = {
    "book": lambda w: booked(w.margaret, w.pic),
    "plan_visit": lambda w: verbs.plan_visit(
        visit=w.visit, worker=w.hat, planned_at=OPENS, by=w.pic, at=AT
    ),
    "move": lambda w: verbs.move(
        visit=w.visit, opens_at=OPENS + HOUR, closes_at=CLOSES + HOUR, why="x", by=w.pic, at=AT
    ),
    "cancel": lambda w: verbs.cancel(visit=w.visit, why="x", by=w.pic, at=AT),
    "stop_for_deaths": lambda w: verbs.stop_for_deaths(person_ids=[w.margaret.pk], by=w.pic, at=AT),
    "start_again": lambda w: verbs.start_again(person_ids=[w.margaret.pk], by=w.pic, at=AT),
    "close_opened": lambda w: verbs.close_opened(by=w.pic, at=AT + timedelta(days=2)),
    "set_out": lambda w: verbs.set_out(visit=w.visit, by=w.pic, at=OPENS),
    "arrive": lambda w: verbs.arrive(visit=w.visit, by=w.pic, at=OPENS),
    "finish": lambda w: verbs.finish(visit=w.visit, by=w.pic, at=CLOSES),
    "write_note": lambda w: verbs.write_note(visit=w.visit, words="x", by=w.pic, at=CLOSES),
    "note_no_answer": lambda w: verbs.note_no_answer(visit=w.visit, by=w.pic, at=OPENS),
    "at_the_door": lambda w: verbs.at_the_door(
        visit=w.visit, step=DoorStep.RANG, by=w.pic, at=OPENS
    ),
    "came_anyway": lambda w: verbs.came_anyway(visit=w.visit, by=w.pic, at=OPENS),
    "check_in": lambda w: verbs.check_in(visit=w.visit, out_by_at=OPENS + HOUR, by=w.pic, at=OPENS),
    "check_out": lambda w: verbs.check_out(outing=Outing.objects.get(), by=w.pic, at=CLOSES),
    "settle_outing": lambda w: verbs.settle_outing(
        outing=Outing.objects.get(), how="Rang her", by=w.pic, at=LATE
    ),
    "ask_after_overdue": lambda w: verbs.ask_after_overdue(by=w.pic, at=LATE),
    "take_back": lambda w: verbs.take_back(written=[_entry(w, "arrive")], by=w.pic, at=OPENS),
    "settle_sent": lambda w: verbs.settle_sent(sent=Sent.objects.get(), by=w.pic, at=LATE),
}


def _everything() -> tuple[object, int, int]:
    held = kept("visits")
    with as_role(DatabaseRole.LOADER):
        return held, Message.objects.count(), Relationship.objects.count()


def _before(name: str, world: World) -> tuple[object, int, int]:
    with viewing(world.pic, at=AT):
        BEFORE.get(name, lambda w: None)(world)
    return _everything()


@pytest.mark.parametrize("name", list(ACTS))
def test_without_its_audit_nothing_is_saved(
    name: str, world: World, broken_audit: Callable[[], None]
) -> None:
    before = _before(name, world)
    broken_audit()

    with viewing(world.pic, at=AT), pytest.raises(RuntimeError, match="no audit"):
        ACTS[name](world)

    assert _everything() == before


@pytest.mark.parametrize("name", list(ACTS))
def test_with_its_audit_something_is_saved(name: str, world: World) -> None:
    before = _before(name, world)

    with viewing(world.pic, at=AT):
        ACTS[name](world)

    assert _everything() != before


def test_a_pack_is_not_taken_without_its_audit(
    world: World, broken_audit: Callable[[], None]
) -> None:
    broken_audit()

    with viewing(world.pic, at=AT), pytest.raises(RuntimeError, match="no audit"):
        verbs.take_pack(by=world.pic, at=AT)


def test_what_could_not_be_saved_is_kept_with_its_reason(world: World) -> None:
    _before("settle_sent", world)
    with as_role(DatabaseRole.LOADER):
        assert Sent.objects.get().outcome == CameBack.REFUSED
    assert world.as_it_stands().state == VisitState.BOOKED
