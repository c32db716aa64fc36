"""Every verb of the room: with a broken audit nothing is saved."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import pytest

from oneplace.access.viewer import Viewer, viewing
from oneplace.config.database import Role as DatabaseRole
from oneplace.homefirst import desks, offering, queries, verbs
from oneplace.homefirst.models import (
    Arranged,
    ClosedBecause,
    DeskCase,
    FamilyView,
    Package,
    ReviewView,
)
from oneplace.visits.models import Visit
from oneplace.vocabulary.terms import (
    BlockerType,
    ConnectionState,
    CriteriaToReside,
    DeclaredCapacity,
    Disposition,
    Gender,
    Pathway,
    ReferralRejected,
    Sequel,
    StatusAt91Days,
    WeeklyDecision,
)
from tests.database import as_role
from tests.rooms.homefirst.around_a_desk import (
    SPELL,
    World,
    a_round,
    accepted,
    asked,
    crisis,
    in_the_roster,
    left,
    nobodys_visit,
    sent,
)
from tests.rooms.people.saying import AT
from tests.rooms.plans.test_without_audit import kept

pytestmark = pytest.mark.django_db


@dataclass
class Ready:
    """A world, and the case as far as the act wants it."""

    world: World
    case: DeskCase | None

    @property
    def nurse(self) -> Viewer:
        """Whoever plans the way home."""
        return self.world.nurse

    @property
    def desk(self) -> Viewer:
        """Whoever runs the desk."""
        return self.world.coordinator

    def plan(self):  # type: ignore[no-untyped-def]
        """The way home as it is planned."""
        return queries.discharge_of(self.world.margaret.pk, SPELL, viewer=self.nurse)

    def episode(self):  # type: ignore[no-untyped-def]
        """The episode of the case."""
        assert self.case is not None
        return queries.episode_of(self.case.pk, viewer=self.desk)


def _left(world: World) -> DeskCase:
    case = accepted(world)
    left()
    return case


def _late(world: World) -> DeskCase:
    return _left(world)


def _waiting(world: World) -> DeskCase:
    case = _left(world)
    with viewing(world.coordinator, at=AT) as by:
        verbs.begin_wait(case=case, rule="waiting_for_ambulance", from_at=AT, by=by, at=AT)
    return case


def _seen(world: World) -> DeskCase:
    case = sent(world)
    left()
    with viewing(world.coordinator, at=AT) as by:
        assert case.visit_id is not None
        verbs.follow_arrival(visit_id=case.visit_id, origin_id=case.pk, by=by, at=AT)
    with as_role(DatabaseRole.LOADER):
        return DeskCase.objects.get(pk=case.pk)


def _episode(world: World) -> DeskCase:
    case = _seen(world)
    with viewing(world.coordinator, at=AT) as by:
        verbs.open_episode(case=case, function_at_start="Washes with help", by=by, at=AT)
    return case


def _planned(world: World) -> None:
    with viewing(world.nurse, at=AT) as by:
        plan = verbs.plan_discharge(person_id=world.margaret.pk, spell=SPELL, by=by, at=AT)
        verbs.open_blocker(
            discharge=plan, kind=BlockerType.HOUSING, holder_name="Council", by=by, at=AT
        )
        verbs.add_task(discharge=plan, kind=Arranged.MEDICINES, by=by, at=AT)


def _ready(world: World) -> None:
    _planned(world)
    with viewing(world.nurse, at=AT) as by:
        plan = queries.discharge_of(world.margaret.pk, SPELL, viewer=by)
        assert plan is not None
        verbs.set_ready(discharge=plan, ready_at=AT - timedelta(days=2), by=by, at=AT)


def _provider_asked(world: World) -> DeskCase:
    case = accepted(world)
    with viewing(world.coordinator, at=AT) as by:
        verbs.ask_provider(
            case=case, provider="hc1", provider_name="Kind Care", hours=Decimal(10), by=by, at=AT
        )
    return case


def _left_before_asked(world: World) -> DeskCase:
    case = accepted(world)
    left()
    with as_role(DatabaseRole.LOADER):
        DeskCase.objects.filter(pk=case.pk).update(left_at=None)
    return case


def _round(world: World) -> DeskCase:
    case = accepted(world)
    a_round(world)
    return case


def _on_shift(world: World) -> DeskCase:
    case = accepted(world)
    in_the_roster(world, world.worker)
    return case


def _to_give(world: World) -> DeskCase:
    visit = nobodys_visit(world)
    in_the_roster(world, world.worker)
    with as_role(DatabaseRole.LOADER):
        return DeskCase.objects.get(pk=visit.origin_id)


def _suggested(world: World) -> DeskCase:
    case = _to_give(world)
    with viewing(world.coordinator, at=AT) as by:
        verbs.suggest_rounds(desk=desks.desks()[0], on=AT.date(), seconds=0.2, by=by, at=AT)
    return case


def _their_shift(r: Ready):  # type: ignore[no-untyped-def]
    return queries.shifts_between(AT.date(), AT.date(), viewer=r.desk).get()


def _their_plan(r: Ready):  # type: ignore[no-untyped-def]
    return queries.suggestion(desks.desks()[0].id, AT.date(), viewer=r.desk)


def _died(world: World) -> DeskCase:
    case = asked(world)
    with viewing(world.coordinator, at=AT) as by:
        verbs.close_for_deaths(person_ids=[world.margaret.pk], by=by, at=AT)
    return case


BEFORE: dict[str, Callable[[World], DeskCase | None]] = {
    "take_up": lambda w: None,
    "ask_life": lambda w: None,
    "plan_discharge": lambda w: None,
    "declare_capacity": lambda w: None,
    "triage": asked,
    "wait_for_information": asked,
    "accept": asked,
    "redirect": asked,
    "reject": asked,
    "follow_referral": asked,
    "close_for_deaths": asked,
    "start_again": _died,
    "expect_home": accepted,
    "close": accepted,
    "ask_provider": accepted,
    "answer_ask": _provider_asked,
    "allocate": _round,
    "take_back_allocation": sent,
    "follow_arrival": sent,
    "follow_no_answer": sent,
    "follow_found": sent,
    "follow_cancelled": sent,
    "tell_started": sent,
    "note_warning": _left,
    "begin_wait": _left,
    "end_wait": _waiting,
    "confirm_left": _left,
    "say_why_late": _late,
    "follow_stays": _left_before_asked,
    "record_disposition": _seen,
    "open_episode": _seen,
    "review_week": _episode,
    "consult_carer": _episode,
    "record_assessment_talk": _episode,
    "wait_for_care": _episode,
    "end_episode": _episode,
    "record_status_at_91": _episode,
    "set_ready": _planned,  # type: ignore[dict-item]
    "clear_ready": _ready,  # type: ignore[dict-item]
    "review_residence": _planned,  # type: ignore[dict-item]
    "set_pathway": _planned,  # type: ignore[dict-item]
    "record_panel": _planned,  # type: ignore[dict-item]
    "open_blocker": _planned,  # type: ignore[dict-item]
    "close_blocker": _planned,  # type: ignore[dict-item]
    "add_task": _planned,  # type: ignore[dict-item]
    "finish_task": _planned,  # type: ignore[dict-item]
    "tell_family": _planned,  # type: ignore[dict-item]
    "write_transfer": _planned,  # type: ignore[dict-item]
    "keep_round_worker": accepted,
    "lead_shift": accepted,
    "set_shift": _on_shift,
    "take_off_shift": _on_shift,
    "wish_for_carer": accepted,
    "suggest_rounds": _on_shift,
    "confirm_rounds": _suggested,
    "drop_rounds": _suggested,
    "give_visit": _to_give,
}
"""What must have happened before an act."""


def _take_up(r: Ready) -> object:
    return crisis(r.world)


def _allocate(r: Ready) -> object:
    assert r.case is not None
    (row,) = queries.shown([r.case], viewer=r.desk, at=AT)
    offered = offering.offers_for(r.case, row.clock, viewer=r.desk, at=AT)
    assert offered is not None
    best = offered.offers[0]
    return verbs.allocate(
        case=r.case,
        worker_id=r.world.worker.account_id,  # type: ignore[arg-type]
        arrives_at=best.arrives_at,
        late_because="Nobody sooner",
        by=r.desk,
        at=AT,
    )


def _follow_stays(r: Ready) -> object:
    """She left, and nobody was told when the message was read: so it is told now."""
    return verbs.follow_stays(person_ids=[r.world.margaret.pk], by=r.desk, at=AT)


DESK: dict[str, Callable[[Ready], object]] = {
    "take_up": _take_up,
    "triage": lambda r: verbs.triage(case=r.case, by=r.desk, at=AT),
    "wait_for_information": lambda r: verbs.wait_for_information(
        case=r.case, words="Who has the key?", by=r.desk, at=AT
    ),
    "accept": lambda r: verbs.accept(case=r.case, package=Package.NONE, by=r.desk, at=AT),
    "redirect": lambda r: verbs.redirect(case=r.case, to="Council", by=r.desk, at=AT),
    "reject": lambda r: verbs.reject(
        case=r.case, because=ReferralRejected.NO_CAPACITY, words="Full", by=r.desk, at=AT
    ),
    "close": lambda r: verbs.close(case=r.case, because=ClosedBecause.DONE, by=r.desk, at=AT),
    "take_back_allocation": lambda r: verbs.take_back_allocation(
        case=r.case, why="Ill", by=r.desk, at=AT
    ),
    "expect_home": lambda r: verbs.expect_home(
        case=r.case, home_from=AT + timedelta(hours=1), by=r.desk, at=AT
    ),
    "begin_wait": lambda r: verbs.begin_wait(
        case=r.case, rule="waiting_for_ambulance", from_at=AT, by=r.desk, at=AT
    ),
    "end_wait": lambda r: verbs.end_wait(case=r.case, until_at=AT, by=r.desk, at=AT),
    "confirm_left": lambda r: verbs.confirm_left(
        case=r.case, left_at=AT, because="Sister Ade", by=r.desk, at=AT
    ),
    "say_why_late": lambda r: verbs.say_why_late(case=r.case, reason="Snow", by=r.desk, at=AT),
    "allocate": _allocate,
    "follow_stays": _follow_stays,
    "follow_arrival": lambda r: verbs.follow_arrival(
        visit_id=r.case.visit_id, origin_id=None, by=verbs.keeper(), at=AT
    ),
    "follow_no_answer": lambda r: verbs.follow_no_answer(
        visit_id=r.case.visit_id, by=verbs.keeper(), at=AT
    ),
    "follow_found": lambda r: verbs.follow_found(
        visit_id=r.case.visit_id, words="In bed", by=verbs.keeper(), at=AT
    ),
    "follow_cancelled": lambda r: verbs.follow_cancelled(
        visit_id=r.case.visit_id, moved_to_id=None, by=verbs.keeper(), at=AT
    ),
    "follow_referral": lambda r: verbs.follow_referral(
        referral_id=r.case.referral_id, after=ConnectionState.ENDED, by=verbs.keeper(), at=AT
    ),
    "close_for_deaths": lambda r: verbs.close_for_deaths(
        person_ids=[r.world.margaret.pk], by=r.desk, at=AT
    ),
    "start_again": lambda r: verbs.start_again(person_ids=[r.world.margaret.pk], by=r.desk, at=AT),
    "tell_started": lambda r: verbs.tell_started(case=r.case, by=r.desk, at=AT),
    "note_warning": lambda r: verbs.note_warning(
        case=r.case, clock_id=r.case.pk, minutes=30, told="Cora", by=r.desk, at=AT
    ),
    "record_disposition": lambda r: verbs.record_disposition(
        case=r.case, disposition=Disposition.STAY_HOME, by=r.desk, at=AT
    ),
    "ask_provider": lambda r: verbs.ask_provider(
        case=r.case, provider="hc1", provider_name="Kind Care", hours=Decimal(10), by=r.desk, at=AT
    ),
    "answer_ask": lambda r: verbs.answer_ask(
        ask=queries.asks_of(r.case.pk, viewer=r.desk).get(),
        answer=DeclaredCapacity.ACCEPTED,
        by=r.desk,
        at=AT,
    ),
    "declare_capacity": lambda r: verbs.declare_capacity(
        provider="hc1",
        provider_name="Kind Care",
        zone="CR7",
        on=AT.date(),
        hours=Decimal(6),
        by=r.desk,
        at=AT,
    ),
    "keep_round_worker": lambda r: verbs.keep_round_worker(hat=r.world.hat, by=r.desk, at=AT),
    "lead_shift": lambda r: verbs.lead_shift(desk_id=r.case.desk_id, by=r.desk, at=AT),
    "set_shift": lambda r: verbs.set_shift(
        worker=_their_shift(r).worker,
        on=AT.date() + timedelta(days=1),
        from_at=AT + timedelta(days=1),
        until_at=AT + timedelta(days=1, hours=7),
        by=r.desk,
        at=AT,
    ),
    "take_off_shift": lambda r: verbs.take_off_shift(shift=_their_shift(r), by=r.desk, at=AT),
    "wish_for_carer": lambda r: verbs.wish_for_carer(
        person_id=r.world.margaret.pk, gender=Gender.FEMALE, by=r.desk, at=AT
    ),
    "suggest_rounds": lambda r: verbs.suggest_rounds(
        desk=desks.desks()[0], on=AT.date(), seconds=0.2, by=r.desk, at=AT
    ),
    "confirm_rounds": lambda r: verbs.confirm_rounds(plan=_their_plan(r), by=r.desk, at=AT),
    "drop_rounds": lambda r: verbs.drop_rounds(
        plan=_their_plan(r), because="Snow", by=r.desk, at=AT
    ),
    "give_visit": lambda r: verbs.give_visit(
        visit=Visit.objects.get(origin_id=r.case.pk),
        worker=r.world.hat,
        planned_at=AT + timedelta(hours=2),
        by=r.desk,
        at=AT,
    ),
    "open_episode": lambda r: verbs.open_episode(
        case=r.case, function_at_start="Washes with help", by=r.desk, at=AT
    ),
    "review_week": lambda r: verbs.review_week(
        episode=r.episode(),
        is_working=ReviewView.YES,
        progress="Washes alone",
        decision=WeeklyDecision.CONTINUE,
        by=r.desk,
        at=AT,
    ),
    "consult_carer": lambda r: verbs.consult_carer(
        episode=r.episode(), view=FamilyView.AGREES, by_whom="Cora", on=AT.date(), by=r.desk, at=AT
    ),
    "record_assessment_talk": lambda r: verbs.record_assessment_talk(
        episode=r.episode(), on=AT.date(), by=r.desk, at=AT
    ),
    "wait_for_care": lambda r: verbs.wait_for_care(
        episode=r.episode(), since=AT.date(), holder="Council", by=r.desk, at=AT
    ),
    "end_episode": lambda r: verbs.end_episode(
        episode=r.episode(), sequel=Sequel.INDEPENDENT, by=r.desk, at=AT
    ),
    "record_status_at_91": lambda r: verbs.record_status_at_91(
        episode=r.episode(), status=StatusAt91Days.AT_HOME, said_by="Her son", by=r.desk, at=AT
    ),
}
WARD: dict[str, Callable[[Ready], object]] = {
    "ask_life": lambda r: verbs.ask_life(
        person_id=r.world.margaret.pk, spell=SPELL, need="Meals", by=r.nurse, at=AT
    ),
    "plan_discharge": lambda r: verbs.plan_discharge(
        person_id=r.world.margaret.pk, spell=SPELL, by=r.nurse, at=AT
    ),
    "set_ready": lambda r: verbs.set_ready(
        discharge=r.plan(), ready_at=AT - timedelta(days=1), by=r.nurse, at=AT
    ),
    "clear_ready": lambda r: verbs.clear_ready(discharge=r.plan(), why="Fever", by=r.nurse, at=AT),
    "review_residence": lambda r: verbs.review_residence(
        discharge=r.plan(), found=CriteriaToReside.NOT_MET, by=r.nurse, at=AT
    ),
    "set_pathway": lambda r: verbs.set_pathway(
        discharge=r.plan(), proposed=Pathway.P1, by=r.nurse, at=AT
    ),
    "record_panel": lambda r: verbs.record_panel(
        discharge=r.plan(), decision="Agreed", on=date(2026, 3, 11), by=r.nurse, at=AT
    ),
    "open_blocker": lambda r: verbs.open_blocker(
        discharge=r.plan(), kind=BlockerType.FUNDING, holder_name="Council", by=r.nurse, at=AT
    ),
    "close_blocker": lambda r: verbs.close_blocker(
        blocker=r.plan().blockers.get(), by=r.nurse, at=AT
    ),
    "add_task": lambda r: verbs.add_task(
        discharge=r.plan(), kind=Arranged.TRANSPORT, by=r.nurse, at=AT
    ),
    "finish_task": lambda r: verbs.finish_task(task=r.plan().tasks.get(), by=r.nurse, at=AT),
    "tell_family": lambda r: verbs.tell_family(
        discharge=r.plan(), view=FamilyView.AGREES, name="Ada", by=r.nurse, at=AT
    ),
    "write_transfer": lambda r: verbs.write_transfer(
        discharge=r.plan(), content={"home": "One step"}, by=r.nurse, at=AT
    ),
}


@pytest.mark.parametrize("name", [*DESK, *WARD])
def test_without_its_audit_nothing_is_saved(
    name: str, world: World, broken_audit: Callable[[], None]
) -> None:
    ready = Ready(world, BEFORE[name](world))
    before = kept("homefirst")
    broken_audit()
    by = ready.desk if name in DESK else ready.nurse

    with viewing(by, at=AT), pytest.raises(RuntimeError, match="no audit"):
        (DESK if name in DESK else WARD)[name](ready)

    assert kept("homefirst") == before


@pytest.mark.parametrize("name", [*DESK, *WARD])
def test_with_its_audit_each_verb_does_it(name: str, world: World) -> None:
    """So that what is broken above is the audit and nothing else."""
    ready = Ready(world, BEFORE[name](world))
    by = ready.desk if name in DESK else ready.nurse

    with viewing(by, at=AT):
        done = (DESK if name in DESK else WARD)[name](ready)

    assert done is not None or name == "close_for_deaths"
