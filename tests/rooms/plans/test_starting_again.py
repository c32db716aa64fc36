"""A death that was a mistake: a coordinator's work goes on where it stood."""

import pytest

from oneplace.access.models import Relationship
from oneplace.access.viewer import viewing
from oneplace.actions import jobs as action_jobs
from oneplace.actions.models import Clock
from oneplace.config.database import Role as DatabaseRole
from oneplace.people.models import Person
from oneplace.plans import jobs, verbs
from oneplace.plans.models import PicWork
from oneplace.post.models import Message
from oneplace.vocabulary.terms import PicClosed, PicState
from tests.database import as_role
from tests.rooms.people.saying import AT
from tests.rooms.plans.test_without_audit import World, world

pytestmark = pytest.mark.django_db
__all__ = ["world"]


def test_the_work_its_clock_and_the_record_go_on(world: World) -> None:
    with viewing(world.pic, at=AT):
        verbs.allocate_work(work=world.work, hat=world.hat, by=world.pic, at=AT)
    with as_role(DatabaseRole.LOADER):
        before = PicWork.objects.get(pk=world.work.pk)
        running = Clock.objects.filter(thing_id=before.pk, stopped_at=None).count()
        people = [world.margaret.pk]
        with viewing(jobs.KEEPER, at=AT) as keeper:
            verbs.stop_works(person_ids=people, because=PicClosed.DIED, by=keeper, at=AT)
        Person.objects.filter(pk__in=people).update(is_dead=True)
        action_jobs.stop_clocks_of_the_dead([str(world.margaret.pk)])
        Person.objects.filter(pk__in=people).update(is_dead=False)
        assert not Clock.objects.filter(thing_id=before.pk, stopped_at=None).exists()

        jobs.start_again([str(world.margaret.pk)])

        after = PicWork.objects.get(pk=world.work.pk)
        assert (after.state, after.ended_at, after.closed_because) == (before.state, None, "")
        assert Clock.objects.filter(thing_id=before.pk, stopped_at=None).count() == running == 1
        opened = Relationship.objects.get(pk=after.relationship_id or "")
        assert (opened.party_id, opened.ends_at) == (world.hat.pk, None)
        told = Message.objects.get(subject="Your work with somebody goes on")
        assert told.recipient_id == after.coordinator_id == world.hat.account_id


def test_work_closed_for_another_reason_stays_closed(world: World) -> None:
    with as_role(DatabaseRole.LOADER):
        with viewing(jobs.KEEPER, at=AT) as keeper:
            verbs.stop_works(
                person_ids=[world.margaret.pk], because=PicClosed.MOVED_AWAY, by=keeper, at=AT
            )

        jobs.start_again([str(world.margaret.pk)])

        assert PicWork.objects.get(pk=world.work.pk).state == PicState.CLOSED
