"""Every verb of the room: with a broken audit nothing is saved."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import pytest
from django.apps import apps

from oneplace.access.viewer import Viewer, viewing
from oneplace.config.database import Role as DatabaseRole
from oneplace.people.models import Person
from oneplace.plans import verbs
from oneplace.plans.models import Goal, Measure, MeasureNotDone, Plan, PlanEntry, Support
from oneplace.vocabulary.terms import GoalState, PlanSection, Role
from tests.database import as_role
from tests.rooms.people.saying import AT
from tests.rooms.plans.around_margaret import arrive, bola, connected

pytestmark = pytest.mark.django_db
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


@pytest.fixture
def world(db: None) -> World:
    margaret = arrive()
    other = bola()
    pic = connected(Role.PIC, margaret, "Jo Reyes")
    from oneplace.access import verbs as access_verbs
    from oneplace.vocabulary.terms import RelationshipKind
    from tests.factories import LOADER

    assert pic.hat_id is not None
    with as_role(DatabaseRole.LOADER), viewing(LOADER, at=AT):
        access_verbs.open_relationship(
            person_id=other.pk,
            party_id=pic.hat_id,
            kind=RelationshipKind.CASELOAD,
            source="tests",
            by=LOADER,
            at=AT,
        )
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
    return World(margaret, other, pic, entry.plan, entry, goal, support, step_id, measure)


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


@pytest.mark.parametrize("name", list(ACTS))
def test_without_its_audit_nothing_is_saved(
    name: str, world: World, broken_audit: Callable[[], None]
) -> None:
    before = kept("plans")
    broken_audit()

    with viewing(world.pic, at=AT), pytest.raises(RuntimeError, match="no audit"):
        ACTS[name](world)

    assert kept("plans") == before


@pytest.mark.parametrize("name", list(ACTS))
def test_with_its_audit_something_is_saved(name: str, world: World) -> None:
    before = kept("plans")

    with viewing(world.pic, at=AT):
        ACTS[name](world)

    assert kept("plans") != before
