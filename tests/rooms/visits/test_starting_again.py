"""A death that was a mistake: visits it cancelled stand again, or whoever booked is asked."""

from datetime import datetime, timedelta

import pytest

from oneplace.access.models import Relationship
from oneplace.access.viewer import viewing
from oneplace.config.database import Role as DatabaseRole
from oneplace.kit import clock
from oneplace.post.models import Message
from oneplace.visits import jobs, verbs
from oneplace.visits.models import VisitState
from tests.database import as_role
from tests.rooms.people.saying import AT
from tests.rooms.visits.around_a_visit import CLOSES, World

pytestmark = pytest.mark.django_db


def _started_again(world: World, monkeypatch: pytest.MonkeyPatch, *, at: datetime) -> str:
    with viewing(world.pic, at=AT):
        verbs.stop_for_deaths(person_ids=[world.margaret.pk], by=world.pic, at=AT)
    monkeypatch.setattr(clock, "now", lambda: at)
    with as_role(DatabaseRole.LOADER):
        jobs.start_again([str(world.margaret.pk)])
        return str(Message.objects.get(cause_id=world.visit.pk).body)


def test_a_visit_still_to_come_stands_again_and_opens_the_record(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = _started_again(world, monkeypatch, at=AT)

    after = world.as_it_stands()
    assert (after.state, after.ended_why) == (VisitState.BOOKED, "")
    with as_role(DatabaseRole.LOADER):
        assert Relationship.objects.get(pk=after.relationship_id or "").ends_at is None
    assert "stands again as it was booked" in told


def test_whoever_booked_a_visit_whose_time_has_passed_is_asked(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = _started_again(world, monkeypatch, at=CLOSES + timedelta(days=1))

    assert world.as_it_stands().state == VisitState.CANCELLED
    assert "Book another, if it is still wanted." in told


def test_it_is_said_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    _started_again(world, monkeypatch, at=CLOSES + timedelta(days=1))

    with as_role(DatabaseRole.LOADER):
        jobs.start_again([str(world.margaret.pk)])
        assert Message.objects.filter(cause_id=world.visit.pk).count() == 1


def test_a_visit_cancelled_for_another_reason_stays_cancelled(world: World) -> None:
    with viewing(world.pic, at=AT):
        verbs.cancel(visit=world.visit, why="Away", by=world.pic, at=AT)

    with as_role(DatabaseRole.LOADER):
        jobs.start_again([str(world.margaret.pk)])

    assert world.as_it_stands().state == VisitState.CANCELLED
