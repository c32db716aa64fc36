"""Visits are booked, moved, made; nobody answers; somebody is out alone."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from oneplace.access.models import Relationship
from oneplace.access.viewer import viewing
from oneplace.config.database import Role as DatabaseRole
from oneplace.kit import announcing
from oneplace.kit.refusals import Refused
from oneplace.post.models import Message
from oneplace.visits import announcements, queries, verbs
from oneplace.visits.jobs import KEEPER
from oneplace.visits.models import VISIT, DoorStep, Outing, Visit, VisitPurpose, VisitState
from oneplace.vocabulary.terms import Role
from tests.database import as_role
from tests.rooms.people.saying import AT
from tests.rooms.plans.around_margaret import bola, connected, unconnected
from tests.rooms.visits.around_a_visit import CLOSES, OPENS, ORIGIN, World, booked

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[object]]:
    said: list[object] = []
    told = (
        *(announcements.VisitBooked, announcements.VisitArrived, announcements.VisitFinished),
        *(announcements.NobodyAnswered, announcements.PersonFound, announcements.VisitCancelled),
        announcements.WorkerOverdue,
    )
    monkeypatch.setattr(announcing, "_listeners", dict.fromkeys(told, (said.append,)))
    yield said


def test_every_state_can_be_reached_and_what_ends_a_visit_early_needs_a_reason() -> None:
    assert VISIT.reachable() == set(VisitState)
    assert VISIT.needs_reason(VisitState.CANCELLED)
    assert VISIT.needs_reason(VisitState.MOVED)


def test_a_visit_is_made_from_setting_out_to_the_note(world: World, heard: list[object]) -> None:
    with viewing(world.pic, at=AT):
        verbs.set_out(visit=world.visit, by=world.pic, at=OPENS)
        verbs.arrive(visit=world.visit, by=world.pic, at=OPENS + timedelta(minutes=12))
        verbs.finish(visit=world.visit, note="Tea, and the garden.", by=world.pic, at=CLOSES)

    made = world.as_it_stands()
    assert made.state == VisitState.FINISHED
    assert made.arrived_at == OPENS + timedelta(minutes=12)
    assert made.note == "Tea, and the garden."
    arrived, finished = heard
    assert isinstance(arrived, announcements.VisitArrived)
    assert (arrived.origin, arrived.origin_id, arrived.at) == (
        "huddle",
        ORIGIN,
        OPENS + timedelta(minutes=12),
    )
    assert isinstance(finished, announcements.VisitFinished)


def test_whoever_goes_may_open_the_record_until_the_visit_is_over(world: World) -> None:
    nurse = unconnected(Role.COMMUNITY_NURSE, "Nia")
    with viewing(nurse, at=AT):
        assert not list(queries.of_person(world.margaret.pk, viewer=nurse))
    with viewing(world.pic, at=AT):
        hat = type(world.hat).objects.select_related("account", "post").get(pk=nurse.hat_id)
        visit = booked(world.margaret, world.pic, worker=hat)
    with viewing(nurse, at=AT):
        assert len(list(queries.of_person(world.margaret.pk, viewer=nurse))) == 2

    with viewing(world.pic, at=AT):
        verbs.cancel(visit=visit, why="Not needed", by=world.pic, at=AT + HOUR)

    with as_role(DatabaseRole.LOADER):
        opened = Relationship.objects.get(source="visits", source_id=visit.pk)
        assert opened.ends_at == AT + HOUR


def test_a_visit_moved_is_over_and_another_stands_in_its_place(
    world: World, heard: list[object]
) -> None:
    with viewing(world.pic, at=AT):
        following = verbs.move(
            visit=world.visit,
            opens_at=OPENS + HOUR,
            closes_at=CLOSES + HOUR,
            why="Her daughter comes later",
            by=world.pic,
            at=AT,
        )

    assert world.as_it_stands().state == VisitState.MOVED
    assert following.follows_id == world.visit.pk
    assert (following.state, following.worker_name) == (VisitState.BOOKED, "Sam Blake")
    assert [type(one) for one in heard] == [announcements.VisitCancelled]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"closes_at": OPENS - HOUR}, "end before it begins"),
        ({"opens_at": AT - 2 * HOUR, "closes_at": AT - HOUR}, "This time is over"),
        ({"minutes": 0}, "1 to 480 minutes"),
        ({"worker": None}, "Say who goes"),
    ],
)
def test_a_visit_that_could_not_be_made_is_not_booked(
    world: World, change: dict[str, object], reason: str
) -> None:
    with viewing(world.pic, at=AT), pytest.raises(Refused, match=reason):
        booked(world.margaret, world.pic, **change)


def test_nobody_books_a_visit_to_somebody_they_have_nothing_to_do_with(world: World) -> None:
    other = bola()

    with viewing(world.pic, at=AT), pytest.raises(Refused, match="Nothing connects you"):
        booked(other, world.pic)


def test_only_whoever_goes_says_that_they_are_there(world: World) -> None:
    gp = connected(Role.SOCIAL_WORKER, world.margaret, "Otto")

    with viewing(gp, at=AT), pytest.raises(Refused, match="Only whoever goes"):
        verbs.arrive(visit=world.visit, by=gp, at=OPENS)


def test_a_round_gives_a_visit_to_somebody_within_what_was_promised(world: World) -> None:
    with viewing(world.pic, at=AT):
        with pytest.raises(Refused, match="outside the time"):
            verbs.plan_visit(
                visit=world.visit,
                worker=world.hat,
                planned_at=CLOSES + HOUR,
                by=world.pic,
                at=AT,
            )
        planned = verbs.plan_visit(
            visit=world.visit,
            worker=world.hat,
            planned_at=OPENS,
            is_locked=True,
            by=world.pic,
            at=AT,
        )
        assert (planned.planned_at, planned.is_locked) == (OPENS, True)
        with pytest.raises(Refused, match="locked"):
            verbs.plan_visit(visit=world.visit, worker=None, planned_at=None, by=world.pic, at=AT)


def test_a_door_nobody_opens_stays_open_until_the_person_is_found(
    world: World, heard: list[object]
) -> None:
    with viewing(world.pic, at=AT):
        verbs.note_no_answer(visit=world.visit, by=world.pic, at=OPENS)
        verbs.at_the_door(visit=world.visit, step=DoorStep.RANG, by=world.pic, at=OPENS)
        assert [one.pk for one in queries.unanswered(viewer=world.pic)] == [world.visit.pk]
        with pytest.raises(Refused, match="where they are and how they are"):
            verbs.at_the_door(visit=world.visit, step=DoorStep.FOUND, by=world.pic, at=OPENS)
        verbs.at_the_door(
            visit=world.visit,
            step=DoorStep.FOUND,
            words="In the garden; well",
            by=world.pic,
            at=CLOSES,
        )
        assert not queries.unanswered(viewer=world.pic)

    assert world.as_it_stands().state == VisitState.FINISHED
    assert [type(one) for one in heard] == [announcements.NobodyAnswered, announcements.PersonFound]


def test_whoever_is_overdue_is_asked_first_and_then_their_team_is_told(
    world: World, heard: list[object]
) -> None:
    with viewing(world.pic, at=AT):
        verbs.arrive(visit=world.visit, by=world.pic, at=OPENS)
        verbs.check_in(
            visit=world.visit, out_by_at=OPENS + HOUR, phone="020 7946 0999", by=world.pic, at=OPENS
        )
    late = OPENS + HOUR + timedelta(minutes=11)

    with as_role(DatabaseRole.LOADER):
        with viewing(KEEPER, at=OPENS + HOUR) as by:
            assert verbs.ask_after_overdue(by=by, at=OPENS + HOUR) == 0
        with viewing(KEEPER, at=late) as by:
            assert verbs.ask_after_overdue(by=by, at=late) == 1
            assert verbs.ask_after_overdue(by=by, at=late) == 0
        later = late + timedelta(minutes=16)
        with viewing(KEEPER, at=later) as by:
            assert verbs.ask_after_overdue(by=by, at=later) == 1
        told = [message.subject for message in Message.objects.order_by("written_at", "pk")]

    assert told[0] == "Are you out, and well?"
    assert "Sam Blake is overdue" in told[1]
    assert isinstance(heard[-1], announcements.WorkerOverdue)


def test_done_is_out_of_the_house_too(world: World) -> None:
    with viewing(world.pic, at=AT):
        verbs.arrive(visit=world.visit, by=world.pic, at=OPENS)
        verbs.check_in(visit=world.visit, out_by_at=CLOSES + HOUR, by=world.pic, at=OPENS)
        verbs.finish(visit=world.visit, by=world.pic, at=CLOSES)

        assert Outing.objects.get().out_at == CLOSES


def test_a_note_somebody_else_wrote_meanwhile_is_not_written_over(world: World) -> None:
    with viewing(world.pic, at=AT):
        verbs.arrive(visit=world.visit, by=world.pic, at=OPENS)
        verbs.write_note(visit=world.visit, words="First", by=world.pic, at=OPENS)

        with pytest.raises(Refused, match="while you were writing"):
            verbs.write_note(
                visit=world.visit, words="Second", based_on="", by=world.pic, at=CLOSES
            )


def test_no_visit_is_made_to_somebody_who_has_died(world: World) -> None:
    with viewing(world.pic, at=AT):
        verbs.stop_for_deaths(person_ids=[world.margaret.pk], by=world.pic, at=AT)

    stopped = world.as_it_stands()
    assert (stopped.state, stopped.ended_why) == (VisitState.CANCELLED, "The person has died.")


def test_records_opened_for_a_visit_close_the_day_after(world: World) -> None:
    with viewing(world.pic, at=AT):
        verbs.arrive(visit=world.visit, by=world.pic, at=OPENS)
        verbs.finish(visit=world.visit, by=world.pic, at=CLOSES)
        assert verbs.close_opened(by=world.pic, at=CLOSES) == 0
        assert verbs.close_opened(by=world.pic, at=AT + timedelta(days=1)) == 1
        assert Visit.objects.get(pk=world.visit.pk).relationship_id is None


def test_prompts_are_there_for_every_purpose() -> None:
    from oneplace.visits.prompts import prompts_for

    assert all(prompts_for(purpose) for purpose in VisitPurpose)
