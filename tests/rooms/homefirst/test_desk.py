"""The desk: one queue, clocks from what happened, who goes, and what a rule refuses."""

from datetime import timedelta

import pytest

from oneplace.access.viewer import viewing
from oneplace.actions.models import Clock
from oneplace.config.database import Role as DatabaseRole
from oneplace.homefirst import offering, queries, rules, verbs
from oneplace.homefirst.models import ClosedBecause, DeskCase, DeskState, Package, Wait
from oneplace.kit.refusals import Refused
from oneplace.referrals import verbs as referral_verbs
from oneplace.referrals.models import Referral
from oneplace.visits import verbs as visit_verbs
from oneplace.visits.models import Visit
from oneplace.vocabulary.terms import ConnectionState, LifeStream, ReferralRejected
from tests.database import as_role
from tests.rooms.homefirst.around_a_desk import (
    LEFT,
    World,
    a_round,
    accepted,
    as_it_stands,
    asked,
    at_the_desk,
    crisis,
    crisis_accepted,
    in_bed,
    left,
    sent,
    still_there,
)
from tests.rooms.people.saying import AT, say

pytestmark = pytest.mark.django_db


def _clock(case: DeskCase, key: str = "first_visit_home") -> Clock:
    with as_role(DatabaseRole.LOADER):
        return Clock.objects.filter(thing_id=case.pk, key=key).latest("pk")


def test_what_the_ward_asks_stands_at_the_desk_at_once_with_its_stay(world: World) -> None:
    case = asked(world)

    with viewing(world.coordinator, at=AT) as by:
        (row,) = queries.queue(viewer=by, at=AT)
    assert row.case.pk == case.pk
    assert (row.case.stream, row.case.state) == (LifeStream.DISCHARGE, DeskState.RECEIVED)
    assert row.case.spell == "S100"
    assert row.clock is None


def test_an_ask_that_is_open_is_named_and_not_made_again(world: World) -> None:
    case = asked(world)

    with pytest.raises(Refused, match=case.referral.number):
        asked(world)


def test_the_first_question_comes_before_a_yes(world: World) -> None:
    case = asked(world)

    with viewing(world.coordinator, at=AT) as by, pytest.raises(Refused, match="package"):
        verbs.accept(case=case, package=Package.NOT_ASKED, by=by, at=AT)


def test_only_the_desk_itself_accepts(world: World) -> None:
    case = asked(world)

    with viewing(world.nurse, at=AT) as by, pytest.raises(Refused, match="Only the desk"):
        verbs.accept(case=case, package=Package.NONE, by=by, at=AT)


def test_the_wards_message_starts_the_clock_and_its_rule_and_evidence_are_told(
    world: World,
) -> None:
    case = accepted(world)

    left()

    with viewing(world.coordinator, at=AT) as by:
        (row,) = queries.queue(viewer=by, at=AT)
    assert row.case.left_at == LEFT
    assert row.clock is not None
    assert row.clock.started_at == LEFT
    assert row.clock.due_at == LEFT + timedelta(hours=2)
    assert "LIFE-1" in row.clock.explained
    assert "left" in row.clock.explained
    assert row.case.pk == case.pk


def test_a_discharge_taken_back_stops_the_clock_and_says_that_a_visit_is_booked(
    world: World,
) -> None:
    case = sent(world)
    left()

    still_there()

    after = as_it_stands(world, case)
    assert after.left_at is None
    assert _clock(case).stopped_at is not None
    with viewing(world.coordinator, at=AT) as by:
        last = queries.steps(case.pk, viewer=by).last()
    assert last is not None
    assert "A visit is booked" in last.words


def test_a_wards_clock_a_day_off_does_not_break_the_promise_by_itself(world: World) -> None:
    case = accepted(world)

    left(AT - timedelta(days=1))

    after = as_it_stands(world, case)
    assert after.is_left_doubtful
    assert after.left_at == AT
    with viewing(world.coordinator, at=AT) as by:
        verbs.confirm_left(
            case=after, left_at=AT - timedelta(minutes=20), because="Sister Ade, on the phone",
            by=by, at=AT,
        )  # fmt: skip
    assert _clock(case).started_at == AT - timedelta(minutes=20)
    assert not as_it_stands(world, case).is_left_doubtful


def test_whoever_arrives_keeps_the_promise_and_the_case_has_started(world: World) -> None:
    case = sent(world)
    left()
    seen = LEFT + timedelta(minutes=89)

    with viewing(world.worker, at=seen) as by:
        visit_verbs.arrive(visit=Visit.objects.get(pk=case.visit_id), by=by, at=seen)

    after = as_it_stands(world, case)
    assert (after.state, after.first_seen_at) == (DeskState.STARTED, seen)
    with viewing(world.coordinator, at=seen) as by:
        (row,) = queries.shown([after], viewer=by, at=seen)
    assert row.clock is not None
    assert row.clock.left_words == "1 h 29"
    assert not row.clock.is_late


def test_the_persons_clock_never_stands_still_and_our_part_leaves_out_what_is_listed(
    world: World,
) -> None:
    case = accepted(world)
    left()
    later = AT + timedelta(minutes=30)
    with viewing(world.coordinator, at=later) as by:
        verbs.begin_wait(case=case, rule="waiting_for_ambulance", from_at=AT, by=by, at=later)
        verbs.end_wait(case=case, until_at=AT + timedelta(minutes=15), by=by, at=later)

        (row,) = queries.queue(viewer=by, at=later)

    assert row.clock is not None
    assert row.clock.due_at == LEFT + timedelta(hours=2)
    assert row.clock.took == timedelta(minutes=34)
    assert row.clock.our_part == timedelta(minutes=19)
    assert "The person’s own clock ran on" in row.clock.our_part_words


def test_nothing_is_left_out_but_what_the_place_lists(world: World) -> None:
    case = accepted(world)
    left()

    with viewing(world.coordinator, at=AT) as by, pytest.raises(Refused, match="lists no such"):
        verbs.begin_wait(case=case, rule="staff_meeting", from_at=AT, by=by, at=AT)


def test_a_two_hour_response_runs_from_the_referral(world: World) -> None:
    case = crisis(world)

    clock = _clock(case, "two_hour_response")

    assert (clock.started_at, clock.rule) == (AT, "UCR-1")


def test_refused_for_want_of_capacity_counts_as_need_nobody_met(world: World) -> None:
    case = crisis(world)

    with viewing(world.coordinator, at=AT) as by:
        verbs.reject(
            case=case, because=ReferralRejected.NO_CAPACITY, words="No nurse till six",
            by=by, at=AT,
        )  # fmt: skip
        counts = queries.counts(viewer=by, at=AT)

    assert (counts.asked, counts.accepted, counts.unmet, counts.others) == (1, 0, 1, 0)
    assert Referral.objects.none() is not None
    assert as_it_stands(world, case).referral.state == ConnectionState.DECLINED


def test_a_day_full_of_people_the_desk_may_not_open_never_looks_free(world: World) -> None:
    case = accepted(world)
    visit = a_round(world)

    with viewing(world.coordinator, at=AT) as by:
        assert not Visit.objects.filter(pk=visit.pk).exists()
        offered = offering.offers_for(DeskCase.objects.get(pk=case.pk), None, viewer=by, at=AT)

    assert offered is not None
    (round_,) = offered.today.plan.rounds
    assert [(stop.key, stop.is_locked, stop.point) for stop in round_.stops] == [
        (str(visit.pk), True, None)
    ]
    assert offered.offers[0].arrives_at >= AT + timedelta(minutes=80)


def test_of_two_who_send_at_once_one_wins_and_the_other_is_told(world: World) -> None:
    case = sent(world)
    other = at_the_desk("Dan Desk")

    with viewing(other, at=AT) as by, pytest.raises(Refused, match="is going already"):
        verbs.allocate(
            case=case,
            worker_id=world.worker.account_id,  # type: ignore[arg-type]
            arrives_at=AT,
            version=1,
            by=by,
            at=AT,
        )


def test_an_offer_that_no_longer_stands_is_not_booked(world: World) -> None:
    case = accepted(world)

    with viewing(world.coordinator, at=AT) as by, pytest.raises(Refused, match="rounds have"):
        verbs.allocate(
            case=case,
            worker_id=world.worker.account_id,  # type: ignore[arg-type]
            arrives_at=AT,
            by=by,
            at=AT,
        )


def test_a_cancelled_visit_leaves_the_case_accepted_again(world: World) -> None:
    case = sent(world)

    with viewing(world.coordinator, at=AT) as by:
        visit = Visit.objects.get(pk=case.visit_id)
        visit_verbs.cancel(visit=visit, why="Her car broke down", by=by, at=AT)

    after = as_it_stands(world, case)
    assert (after.state, after.visit_id, after.worker_name) == (DeskState.ACCEPTED, None, "")


def test_nobody_at_the_door_stands_before_everything_until_found(world: World) -> None:
    case = sent(world)
    left()
    with viewing(world.worker, at=AT) as by:
        visit_verbs.note_no_answer(visit=Visit.objects.get(pk=case.visit_id), by=by, at=AT)

    with viewing(world.coordinator, at=AT) as by:
        (row,) = queries.queue(viewer=by, at=AT)

    assert row.is_nobody_found


def test_taken_back_on_its_own_page_a_referral_leaves_the_queue(world: World) -> None:
    case = asked(world)

    with viewing(world.nurse, at=AT) as by:
        referral_verbs.take_back(referral=case.referral, why="Her son takes her", by=by, at=AT)

    with viewing(world.coordinator, at=AT) as by:
        assert queries.queue(viewer=by, at=AT) == []


def test_back_in_a_bed_within_three_days_is_a_failed_discharge(world: World) -> None:
    case = accepted(world)
    left()

    with as_role(DatabaseRole.LOADER):
        say(in_bed(key="visit:S200", starts_at=AT + timedelta(hours=20)), at=AT + timedelta(days=1))

    with as_role(DatabaseRole.LOADER):
        wait = Wait.objects.get(case=case)
    assert wait.rule == "back_in_hospital"


def test_closing_tells_whoever_asked_and_stops_every_clock(world: World) -> None:
    case = accepted(world)
    left()

    with viewing(world.coordinator, at=AT) as by:
        verbs.close(case=case, because=ClosedBecause.NOT_LEAVING, by=by, at=AT)

    after = as_it_stands(world, case)
    assert after.state == DeskState.CLOSED
    assert after.referral.state == ConnectionState.ENDED
    with as_role(DatabaseRole.LOADER):
        assert not Clock.objects.filter(thing_id=case.pk, stopped_at=None).exists()


def test_an_opinion_about_an_admission_waits_for_somebody_to_have_been_there(
    world: World,
) -> None:
    from oneplace.vocabulary.terms import AvoidedAdmissionOpinion, Disposition

    case = crisis_accepted(world)
    with viewing(world.coordinator, at=AT) as by:
        with pytest.raises(Refused, match="Nobody has been there"):
            verbs.record_disposition(case=case, disposition=Disposition.STAY_HOME, by=by, at=AT)
        verbs.follow_arrival(visit_id=case.pk, origin_id=case.pk, worker_name="Sana", by=by, at=AT)
        seen = verbs.record_disposition(
            case=case,
            disposition=Disposition.STAY_HOME,
            opinion=AvoidedAdmissionOpinion.LIKELY,
            by=by,
            at=AT,
        )
    assert seen.opinion_by_name == world.coordinator.name


def test_who_asked_hears_that_somebody_has_been_there(world: World) -> None:
    from oneplace.homefirst.jobs import tell_started

    case = sent(world)
    left()
    with viewing(world.worker, at=AT) as by:
        visit_verbs.arrive(visit=Visit.objects.get(pk=case.visit_id), by=by, at=AT)

    with as_role(DatabaseRole.LOADER):
        tell_started.func(case_id=str(case.pk))

    assert as_it_stands(world, case).referral.state == ConnectionState.CONNECTED


@pytest.mark.parametrize(
    ("said", "is_doubtful"),
    [(-5, False), (-359, False), (-361, True), (4, False), (6, True)],
)
def test_a_time_of_leaving_is_believed_within_bounds(said: int, is_doubtful: bool) -> None:
    found = rules.left_at(AT + timedelta(minutes=said), AT, "The ward system")

    assert found.is_doubtful is is_doubtful
    assert found.at == (AT if is_doubtful else AT + timedelta(minutes=said))


def test_a_red_flag_names_the_word_that_rings_999() -> None:
    assert rules.red_flag("She has CHEST  pain since noon") == "chest pain"
    assert rules.red_flag("Cannot stand without help") is None
