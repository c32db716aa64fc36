"""A stranger, and nobody at all, sees nothing of any plan."""

from collections.abc import Callable

import pytest

from oneplace.access.viewer import NOBODY, Viewer, viewing
from oneplace.kit.together import read_together
from oneplace.plans import queries
from oneplace.plans.models import GoalEvent, MeasureMoment, PicWorkEvent, PlanEvent, SupportEvent
from oneplace.vocabulary.terms import PlanSection, Role
from tests.rooms.people.saying import AT
from tests.rooms.plans.around_margaret import of_another_team
from tests.rooms.plans.test_without_audit import World, verbs, world  # noqa: F401 - a fixture

pytestmark = pytest.mark.django_db

ASKS: dict[str, Callable[[World, Viewer], object]] = {
    "own_words": lambda w, v: queries.own_words([w.margaret.pk], viewer=v),
    "is_connected": lambda w, v: queries.is_connected(w.margaret.pk, viewer=v),
    "plan_of": lambda w, v: queries.plan_of(w.margaret.pk, viewer=v),
    "entries": lambda w, v: list(queries.entries(w.margaret.pk, viewer=v)),
    "entry": lambda w, v: queries.entry(w.entry.pk, viewer=v),
    "writing_days": lambda w, v: queries.writing_days(w.margaret.pk, viewer=v),
    "goals_of": lambda w, v: queries.goals_of(w.margaret.pk, viewer=v),
    "own_words_asked": lambda w, v: read_together(
        [queries.own_words_asked([w.margaret.pk], viewer=v)]
    )[0],
    "open_goals": lambda w, v: list(queries.open_goals(w.margaret.pk, viewer=v)),
    "open_goals_asked": lambda w, v: read_together(
        [queries.open_goals_asked(w.margaret.pk, viewer=v)]
    )[0],
    "goals_of_many": lambda w, v: queries.goals_of_many([w.margaret.pk], viewer=v),
    "goal": lambda w, v: queries.goal(w.goal.pk, viewer=v),
    "step": lambda w, v: queries.step(
        w.goal.steps.all()[0].pk if v is w.pic else w.goal.pk, viewer=v
    ),
    "support_of": lambda w, v: list(queries.support_of(w.margaret.pk, viewer=v, at=AT)),
    "income_of": lambda w, v: list(queries.income_of(w.margaret.pk, viewer=v)),
    "reviews_due": lambda w, v: list(queries.reviews_due(viewer=v, at=AT)),
    "goals_with_steps": lambda w, v: queries.goals_with_steps([w.margaret.pk], viewer=v),
    "measures_of": lambda w, v: queries.measures_of(w.margaret.pk, viewer=v),
    "measures_of_many": lambda w, v: queries.measures_of_many([w.margaret.pk], viewer=v),
    "measure": lambda w, v: queries.measure(w.measure.pk, viewer=v),
    "moment_of_next": lambda w, v: (
        queries.moment_of_next(w.margaret.pk, instrument="ons4", viewer=v)
        is not MeasureMoment.BASELINE
    ),
    "open_work_of": lambda w, v: queries.open_work_of(w.margaret.pk, viewer=v),
    "work_of": lambda w, v: queries.work_of(w.margaret.pk, viewer=v),
    "work": lambda w, v: queries.work(w.work.pk, viewer=v),
    "whole_plan": lambda w, v: (
        queries.whole_plan(w.margaret.pk, viewer=v, at=AT) != queries.WholePlan()
    ),
    "works_of_many": lambda w, v: queries.works_of_many([w.margaret.pk], viewer=v, at=AT),
    "steps_of": lambda w, v: queries.steps_of(w.work, viewer=v),
    "caseload": lambda w, v: queries.caseload(viewer=v),
    "not_taken_up": lambda w, v: queries.not_taken_up(viewer=v),
    "load_of": lambda w, v: queries.load_of(
        w.hat, viewer=v, besides=w.work if v is w.pic else None
    ),
    "copies_of": lambda w, v: list(queries.copies_of(w.margaret.pk, viewer=v)),
    "copy": lambda w, v: queries.copy(w.sheet.pk, viewer=v),
    "form_of_code": lambda w, v: queries.form_of_code(w.sheet.code, viewer=v),
    "carer_needs_of": lambda w, v: queries.carer_needs_of(w.margaret.pk, viewer=v),
    "matched_with": lambda w, v: queries.matched_with(w.match.volunteer, viewer=v),
    "match": lambda w, v: queries.match(w.match.pk, viewer=v),
    "histories": lambda w, v: [
        *PlanEvent.objects.values("pk"),
        *GoalEvent.objects.values("pk"),
        *PicWorkEvent.objects.values("pk"),
        *SupportEvent.objects.values("pk"),
    ],
}


@pytest.fixture
def full(world: World) -> World:  # noqa: F811 - the fixture of that name
    from datetime import date
    from decimal import Decimal

    with viewing(world.pic, at=AT):
        verbs.write_words(
            person_id=world.margaret.pk,
            section=PlanSection.WHAT_MATTERS,
            words="Church",
            by=world.pic,
            at=AT,
        )
        verbs.plan_review(plan=world.plan, review_on=date(2026, 3, 15), by=world.pic, at=AT)
        verbs.record_income(
            person_id=world.margaret.pk,
            what="Pension Credit",
            pounds_a_year=Decimal(900),
            confirmed_by="Jo",
            confirmed_on=date(2026, 3, 1),
            by=world.pic,
            at=AT,
        )
    return world


@pytest.mark.parametrize("name", list(ASKS))
def test_a_stranger_sees_nothing(name: str, full: World) -> None:
    stranger = of_another_team()

    with viewing(stranger, at=AT):
        assert not ASKS[name](full, stranger)
    if name != "histories":
        with viewing(NOBODY, at=AT):
            assert not ASKS[name](full, NOBODY)


@pytest.mark.parametrize("name", list(ASKS))
def test_whoever_helps_sees_it(name: str, full: World) -> None:
    with viewing(full.pic, at=AT):
        assert ASKS[name](full, full.pic)


def test_a_role_that_needs_no_plans_reads_no_lines(full: World) -> None:
    from tests.rooms.plans.around_margaret import connected

    manager = connected(Role.PRACTICE_MANAGER, full.margaret, "Pat")

    with viewing(manager, at=AT):
        assert not list(queries.entries(full.margaret.pk, viewer=manager))
        assert not queries.goals_of(full.margaret.pk, viewer=manager)
