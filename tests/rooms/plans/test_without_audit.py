"""Every verb of the room: with a broken audit nothing is saved."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.apps import apps

from oneplace.access.models import Hat
from oneplace.access.viewer import Viewer, viewing
from oneplace.config.database import Role as DatabaseRole
from oneplace.people.models import Person
from oneplace.plans import verbs
from oneplace.plans.models import (
    CopyKind,
    Goal,
    Measure,
    MeasureNotDone,
    PicStep,
    PicWork,
    Plan,
    PlanCopy,
    PlanEntry,
    Support,
    Tried,
    Volunteer,
    VolunteerMatch,
    WorkHappened,
)
from oneplace.referrals.models import Referral
from oneplace.vocabulary.terms import (
    GoalState,
    PicClosed,
    PicState,
    PicUnsuitable,
    PicWeight,
    PlanSection,
)
from tests.database import as_role
from tests.factories import viewer_in
from tests.rooms.people.saying import AT
from tests.rooms.plans.around_margaret import (
    arrive,
    beside,
    bola,
    coordinator,
    referred_to_coordinators,
)

pytestmark = pytest.mark.django_db
LATER = AT + timedelta(days=9)
ONS4 = {"satisfied": 5, "worthwhile": 6, "happy": 4, "anxious": 7}


@dataclass(frozen=True)
class World:
    """Margaret with a plan, somebody without one, and the coordinator of both."""

    margaret: Person
    other: Person
    pic: Viewer
    plan: Plan
    entry: PlanEntry
    goal: Goal
    support: Support
    step_id: uuid.UUID
    measure: Measure
    work: PicWork
    referral: Referral
    hat: Hat
    volunteer: Volunteer
    match: VolunteerMatch
    sheet: PlanCopy


@pytest.fixture
def world(db: None) -> World:
    margaret = arrive()
    other = bola()
    hat = coordinator("Jo Reyes")
    beside(hat, margaret)
    beside(hat, other)
    pic = viewer_in(hat)
    with viewing(pic, at=AT):
        entry = verbs.write_words(
            person_id=margaret.pk, section=PlanSection.STRENGTHS, words="Baking", by=pic, at=AT
        )
        goal = verbs.set_goal(
            person_id=margaret.pk, in_their_words="Church", first_step="Ring", by=pic, at=AT
        )
        support = verbs.add_support(
            person_id=margaret.pk, who="Ada", what="Shopping", by=pic, at=AT
        )
        step_id = goal.steps.get().pk
        measure = verbs.record_measure(
            person_id=margaret.pk, instrument="ons4", answers=ONS4, by=pic, at=AT
        )
        work = verbs.open_work(person_id=margaret.pk, referred_from="Dr Lee", by=pic, at=AT)
        around = _around(margaret, pic, entry.plan)
    referral = referred_to_coordinators(other)
    colleague = coordinator("Sam Obi")
    return World(
        margaret,
        other,
        pic,
        entry.plan,
        entry,
        goal,
        support,
        step_id,
        measure,
        work,
        referral,
        colleague,
        *around,
    )


def _around(person: Person, pic: Viewer, plan: Plan) -> tuple[Volunteer, VolunteerMatch, PlanCopy]:
    """A volunteer nobody vetted, one who visits her, and a sheet with a code."""
    unvetted = verbs.add_volunteer(name="Ben", by=pic, at=AT)
    vetted = verbs.vet_volunteer(
        volunteer=verbs.add_volunteer(name="Rosa", most_people=2, by=pic, at=AT),
        vetted_on=date(2026, 1, 1),
        vetted_until=date(2029, 1, 1),
        vetted_by="Jo",
        by=pic,
        at=AT,
    )
    match = verbs.match_volunteer(
        person_id=person.pk,
        volunteer=vetted,
        what_for="Walks",
        person_agreed_on=date(2026, 3, 1),
        by=pic,
        at=AT,
    )
    verbs.write_carer_needs(person_id=person.pk, cares_for="Her husband", by=pic, at=AT)
    sheet = verbs.give_copy(plan=plan, given_to="Margaret", kind=CopyKind.PAPER_FORM, by=pic, at=AT)
    return unvetted, match, sheet


def kept(room: str) -> dict[str, list[object]]:
    """Everything a room holds, as the loader reads it."""
    with as_role(DatabaseRole.LOADER):
        return {
            model._meta.label: sorted(map(repr, model._default_manager.values()))
            for model in apps.get_app_config(room).get_models()
        }


ACTS: dict[str, Callable[[World], object]] = {
    "open_plan": lambda w: verbs.open_plan(person_id=w.other.pk, by=w.pic, at=AT),
    "write_words": lambda w: verbs.write_words(
        person_id=w.margaret.pk, section=PlanSection.ABOUT_ME, words="x", by=w.pic, at=AT
    ),
    "take_out_words": lambda w: verbs.take_out_words(entry=w.entry, why="x", by=w.pic, at=AT),
    "agree_plan": lambda w: verbs.agree_plan(
        plan=w.plan, agreed_by="Margaret", agreed_on=date(2026, 3, 1), by=w.pic, at=AT
    ),
    "plan_review": lambda w: verbs.plan_review(
        plan=w.plan, review_on=date(2026, 6, 1), by=w.pic, at=AT
    ),
    "add_support": lambda w: verbs.add_support(
        person_id=w.margaret.pk, who="Sam", what="Garden", by=w.pic, at=AT
    ),
    "end_support": lambda w: verbs.end_support(support=w.support, by=w.pic, at=AT),
    "set_goal": lambda w: verbs.set_goal(
        person_id=w.margaret.pk, in_their_words="Swim", by=w.pic, at=AT
    ),
    "add_step": lambda w: verbs.add_step(goal=w.goal, words="x", by=w.pic, at=AT),
    "finish_step": lambda w: verbs.finish_step(step=w.goal.steps.get(), by=w.pic, at=AT),
    "take_back_goal": lambda w: verbs.take_back_goal(goal=w.goal, by=w.pic, at=AT),
    "start_goal": lambda w: verbs.start_goal(goal=w.goal, by=w.pic, at=AT),
    "review_goal": lambda w: verbs.review_goal(
        goal=w.goal, outcome=GoalState.ACHIEVED, by=w.pic, at=AT
    ),
    "record_measure": lambda w: verbs.record_measure(
        person_id=w.margaret.pk, instrument="ons4", answers=ONS4, by=w.pic, at=AT
    ),
    "note_measure_not_done": lambda w: verbs.note_measure_not_done(
        person_id=w.margaret.pk,
        instrument="ons4",
        because=MeasureNotDone.TOO_UNWELL,
        by=w.pic,
        at=AT,
    ),
    "strike_measure": lambda w: verbs.strike_measure(
        measure=w.measure, why="Another person's sheet", by=w.pic, at=AT
    ),
    "take_up_referral": lambda w: verbs.take_up_referral(referral=w.referral, by=w.pic, at=AT),
    "open_work": lambda w: verbs.open_work(
        person_id=w.other.pk, referred_from="Dr Lee", by=w.pic, at=AT
    ),
    "allocate_work": lambda w: verbs.allocate_work(work=w.work, hat=w.hat, by=w.pic, at=AT),
    "let_wait": lambda w: verbs.let_wait(work=w.work, by=w.pic, at=AT),
    "try_contact": lambda w: verbs.try_contact(
        work=w.work, tried=Tried.PHONE, is_reached=True, by=w.pic, at=AT
    ),
    "give_up_reaching": lambda w: verbs.give_up_reaching(work=w.work, by=w.pic, at=LATER),
    "book_first_visit": lambda w: verbs.book_first_visit(
        work=w.work,
        opens_at=AT + timedelta(days=1),
        closes_at=AT + timedelta(days=1, hours=2),
        by=w.pic,
        at=AT,
    ),
    "agree_work_plan": lambda w: verbs.agree_work_plan(
        work=w.work, agreed_on=date(2026, 3, 1), by=w.pic, at=AT
    ),
    "start_support": lambda w: verbs.start_support(work=w.work, by=w.pic, at=AT),
    "pause_work": lambda w: verbs.pause_work(work=w.work, why="In hospital", by=w.pic, at=AT),
    "resume_work": lambda w: verbs.resume_work(work=w.work, by=w.pic, at=AT),
    "note_work": lambda w: verbs.note_work(work=w.work, words="x", by=w.pic, at=AT),
    "weigh_work": lambda w: verbs.weigh_work(work=w.work, weight=PicWeight.HEAVY, by=w.pic, at=AT),
    "hold_exit_review": lambda w: verbs.hold_exit_review(
        work=w.work, reviewed_on=date(2026, 3, 1), by=w.pic, at=AT
    ),
    "close_work": lambda w: verbs.close_work(
        work=w.work, because=PicClosed.MOVED_AWAY, summary="Moved", by=w.pic, at=AT
    ),
    "decline_work": lambda w: verbs.decline_work(work=w.work, by=w.pic, at=AT),
    "end_as_unsuitable": lambda w: verbs.end_as_unsuitable(
        work=w.work, because=PicUnsuitable.OUTSIDE_AREA, by=w.pic, at=AT
    ),
    "add_volunteer": lambda w: verbs.add_volunteer(name="Ines", by=w.pic, at=AT),
    "vet_volunteer": lambda w: verbs.vet_volunteer(
        volunteer=w.volunteer,
        vetted_on=date(2026, 1, 1),
        vetted_until=date(2029, 1, 1),
        vetted_by="Jo",
        by=w.pic,
        at=AT,
    ),
    "leave_volunteer": lambda w: verbs.leave_volunteer(volunteer=w.volunteer, by=w.pic, at=AT),
    "match_volunteer": lambda w: verbs.match_volunteer(
        person_id=w.other.pk,
        volunteer=w.match.volunteer,
        what_for="Dominoes",
        person_agreed_on=date(2026, 3, 1),
        by=w.pic,
        at=AT,
    ),
    "end_match": lambda w: verbs.end_match(match=w.match, why="Moved", by=w.pic, at=AT),
    "give_copy": lambda w: verbs.give_copy(
        plan=w.plan, given_to="Ada", kind=CopyKind.FRIDGE, by=w.pic, at=AT
    ),
    "take_back_copy": lambda w: verbs.take_back_copy(copy=w.sheet, by=w.pic, at=AT),
    "return_form": lambda w: verbs.return_form(code=w.sheet.code, by=w.pic, at=AT),
    "write_carer_needs": lambda w: verbs.write_carer_needs(
        person_id=w.other.pk, cares_for="Her brother", by=w.pic, at=AT
    ),
    "stop_works": lambda w: verbs.stop_works(
        person_ids=[w.margaret.pk], because=PicClosed.DIED, by=w.pic, at=AT
    ),
    "start_works_again": lambda w: verbs.start_works_again(
        person_ids=[w.margaret.pk], by=w.pic, at=AT
    ),
    "record_income": lambda w: verbs.record_income(
        person_id=w.margaret.pk,
        what="Attendance Allowance",
        pounds_a_year=Decimal(3822),
        confirmed_by="Jo",
        confirmed_on=date(2026, 3, 1),
        by=w.pic,
        at=AT,
    ),
}


FROM = {
    "give_up_reaching": PicState.CONTACT_ATTEMPTED,
    "agree_work_plan": PicState.VISIT_BOOKED,
    "start_support": PicState.PLAN_AGREED,
    "pause_work": PicState.ACTIVE,
    "resume_work": PicState.PAUSED,
    "hold_exit_review": PicState.ACTIVE,
}
"""Where the work must stand before."""


def make_ready(name: str, world: World) -> None:
    """Put Margaret's work where the act can begin."""
    if name in FROM:
        _at(world, FROM[name])
    if name == "give_up_reaching":
        _tried(world)
    if name == "start_works_again":
        with viewing(world.pic, at=AT):
            verbs.stop_works(
                person_ids=[world.margaret.pk], because=PicClosed.DIED, by=world.pic, at=AT
            )
    if name == "book_first_visit":
        with viewing(world.pic, at=AT):
            verbs.allocate_work(work=world.work, hat=world.hat, by=world.pic, at=AT)


def _at(world: World, state: PicState) -> None:
    """Margaret's work as if it stood there."""
    with as_role(DatabaseRole.LOADER):
        PicWork.objects.filter(pk=world.work.pk).update(state=state)
    world.work.state = state


def _tried(world: World) -> None:
    """Three tries on three days and a letter."""
    work = world.work
    with as_role(DatabaseRole.LOADER):
        for days, tried in enumerate((Tried.PHONE, Tried.PHONE, Tried.DOOR, Tried.LETTER)):
            PicStep(
                work_id=work.pk,
                person_id=work.person_id,
                owner=f"oneplace:{world.pic.organisation_name}",
                happened=WorkHappened.NOT_REACHED,
                tried=tried,
                by_id=work.pk,
                by_name="Jo Reyes",
                happened_at=AT + timedelta(days=days),
            ).save(force_insert=True)


@pytest.mark.parametrize("name", list(ACTS))
def test_without_its_audit_nothing_is_saved(
    name: str, world: World, broken_audit: Callable[[], None]
) -> None:
    make_ready(name, world)
    before = kept("plans")
    broken_audit()

    with viewing(world.pic, at=AT), pytest.raises(RuntimeError, match="no audit"):
        ACTS[name](world)

    assert kept("plans") == before


@pytest.mark.parametrize("name", list(ACTS))
def test_with_its_audit_something_is_saved(name: str, world: World) -> None:
    make_ready(name, world)
    before = kept("plans")

    with viewing(world.pic, at=AT):
        ACTS[name](world)

    assert kept("plans") != before
