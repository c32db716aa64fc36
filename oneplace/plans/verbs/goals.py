"""Goals: set in the person's words, worked at in steps, and reviewed by the person."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from oneplace.access.viewer import Viewer
from oneplace.kit.announcing import announce
from oneplace.kit.clock import local_day
from oneplace.kit.refusals import Refused, refuse_if
from oneplace.people.rules import account_of
from oneplace.plans import rules
from oneplace.plans.announcements import GoalReviewed, GoalSet
from oneplace.plans.models import (
    STATEMENT_OF,
    Goal,
    GoalOrigin,
    GoalReview,
    GoalStep,
    IncomeGained,
    SaidBy,
)
from oneplace.plans.verbs.plan import name_of, open_plan, owner_of, record, refuse, writes_for
from oneplace.vocabulary.terms import GOAL, GoalCategory, GoalState, IStatement


@dataclass(frozen=True)
class Step:
    """One thing to do on the way to a goal: what, who helps, by when."""

    words: str
    helper: str = ""
    due_on: date | None = None


@transaction.atomic
def set_goal(
    *,
    person_id: uuid.UUID,
    in_their_words: str,
    first_step: str = "",
    helper: str = "",
    due_on: date | None = None,
    category: GoalCategory | None = None,
    i_statement: IStatement | None = None,
    baseline: str = "",
    confidence: int | None = None,
    review_on: date | None = None,
    steps: Sequence[Step] = (),
    origin: GoalOrigin = GoalOrigin.PLAN,
    origin_id: uuid.UUID | None = None,
    by: Viewer,
    at: datetime,
) -> Goal:
    """Set a goal in the person's words; that and a first step are all a visit needs.

    `helper` and `due_on` are of the first step. Without `i_statement` the category suggests one.
    `confidence` is the person's own, 0 to 10. Raises `Refused` for a goal without words.
    """
    plan = open_plan(person_id=person_id, by=by, at=at)
    refuse(
        rules.why_not_words(
            in_their_words,
            field="in_their_words",
            what="what the person wants, in their own words",
            at=at,
        )
    )
    if confidence is not None and not 0 <= confidence <= 10:
        raise Refused("How sure they are is a number from 0 to 10.", field="confidence")
    goal = Goal(
        plan=plan,
        person=plan.person,
        owner=owner_of(by),
        in_their_words=in_their_words.strip(),
        first_step=first_step.strip(),
        category=category or "",
        i_statement=i_statement or (STATEMENT_OF[category] if category else ""),
        baseline=baseline.strip(),
        confidence=confidence,
        review_on=review_on,
        origin=origin,
        origin_id=origin_id,
        set_on=local_day(at),
        set_by_id=account_of(by),
        set_by_name=by.name,
        set_at=at,
    )
    goal.save(force_insert=True)
    wanted = [Step(first_step, helper, due_on)] if first_step.strip() else []
    for position, step in enumerate([*wanted, *steps], start=1):
        _write_step(goal, step, position=position, by=by, at=at)
    record("set_goal", ("goal", goal.pk), person_id=plan.person_id, by=by, at=at)
    announce(GoalSet(goal.pk, plan.person_id, origin, origin_id, at))
    return goal


@transaction.atomic
def take_back_goal(*, goal: Goal, by: Viewer, at: datetime) -> Goal:
    """Undo a goal written by mistake, within minutes and before anything came of it.

    It stands in no list any more and is counted nowhere; its history keeps it.
    """
    writes_for(goal.person_id, by=by)
    held = Goal.objects.select_for_update(of=("self",)).get(pk=goal.pk)
    refuse_if(rules.why_not_take_back(held, by=by, at=at))
    held.state = GoalState.TAKEN_BACK
    held.save(update_fields=["state"])
    record("take_back_goal", ("goal", goal.pk), person_id=goal.person_id, by=by, at=at)
    return held


@transaction.atomic
def add_step(
    *,
    goal: Goal,
    words: str,
    helper: str = "",
    due_on: date | None = None,
    by: Viewer,
    at: datetime,
) -> GoalStep:
    """Add a step towards a goal; work has begun with it."""
    writes_for(goal.person_id, by=by)
    refuse_if(rules.why_not_change(goal))
    refuse(rules.why_not_words(words, field="words", what="what will be done", at=at))
    last = GoalStep.objects.filter(goal=goal).order_by("-position").first()
    position = (last.position if last else 0) + 1
    step = _write_step(goal, Step(words, helper, due_on), position=position, by=by, at=at)
    record("add_step", ("goal", goal.pk), person_id=goal.person_id, by=by, at=at)
    return step


@transaction.atomic
def finish_step(*, step: GoalStep, by: Viewer, at: datetime) -> GoalStep:
    """Write down that a step is done; the goal is under way from then on."""
    goal = step.goal
    writes_for(goal.person_id, by=by)
    refuse_if(rules.why_not_finish_step(step))
    step.done_on = local_day(at)
    step.save(update_fields=["done_on"])
    if goal.state == GoalState.AGREED:
        goal.state = GoalState.UNDER_WAY
        goal.save(update_fields=["state"])
    record("finish_step", ("goal", goal.pk), person_id=goal.person_id, by=by, at=at)
    return step


@transaction.atomic
def start_goal(*, goal: Goal, by: Viewer, at: datetime) -> Goal:
    """Write down that work on a goal has begun."""
    writes_for(goal.person_id, by=by)
    refuse_if(GOAL.why_not(goal.state, GoalState.UNDER_WAY))
    goal.state = GoalState.UNDER_WAY
    goal.save(update_fields=["state"])
    record("start_goal", ("goal", goal.pk), person_id=goal.person_id, by=by, at=at)
    return goal


@transaction.atomic
def review_goal(
    *,
    goal: Goal,
    outcome: GoalState,
    words: str = "",
    said_by: SaidBy = SaidBy.PERSON,
    said_by_name: str = "",
    reviewed_on: date | None = None,
    by: Viewer,
    at: datetime,
) -> GoalReview:
    """Write down what the person says of a goal: achieved, partly, not, or no longer mine."""
    person = writes_for(goal.person_id, by=by)
    on = reviewed_on or local_day(at)
    held = Goal.objects.select_for_update(of=("self",)).get(pk=goal.pk)
    refuse(rules.why_not_review(held, outcome, reviewed_on=on, at=at))
    if said_by is not SaidBy.PERSON and not said_by_name.strip():
        raise Refused("Write who said it for the person.", field="said_by_name")
    review = GoalReview(
        goal=held,
        outcome=outcome,
        words=words.strip(),
        said_by=said_by,
        said_by_name=said_by_name.strip() or name_of(person),
        reviewed_on=on,
        written_by_id=account_of(by),
        written_by_name=by.name,
        written_at=at,
    )
    review.save(force_insert=True)
    held.state = outcome
    held.save(update_fields=["state"])
    record(
        "review_goal",
        ("goal", goal.pk),
        person_id=goal.person_id,
        by=by,
        at=at,
        detail={"outcome": outcome.value},
    )
    announce(GoalReviewed(goal.pk, goal.person_id, outcome, on, at))
    return review


@transaction.atomic
def record_income(
    *,
    person_id: uuid.UUID,
    what: str,
    pounds_a_year: Decimal,
    confirmed_by: str,
    confirmed_on: date,
    goal: Goal | None = None,
    by: Viewer,
    at: datetime,
) -> IncomeGained:
    """Write down money gained from advice, in pounds a year, and who confirmed it."""
    plan = open_plan(person_id=person_id, by=by, at=at)
    refuse(rules.why_not_words(what, field="what", what="which benefit or payment", at=at))
    refuse(
        rules.why_not_words(
            confirmed_by, field="confirmed_by", what="who saw the award or payment", at=at
        )
    )
    if pounds_a_year <= 0:
        raise Refused("Write what was gained, in pounds a year.", field="pounds_a_year")
    if confirmed_on > local_day(at):
        raise Refused("This day is still to come.", field="confirmed_on")
    gained = IncomeGained(
        plan=plan,
        person=plan.person,
        goal=goal,
        owner=owner_of(by),
        what=what.strip(),
        pounds_a_year=pounds_a_year,
        confirmed_by=confirmed_by.strip(),
        confirmed_on=confirmed_on,
        written_by_id=account_of(by),
        written_by_name=by.name,
        written_at=at,
    )
    gained.save(force_insert=True)
    record("record_income", ("income_gained", gained.pk), person_id=plan.person_id, by=by, at=at)
    return gained


def _write_step(goal: Goal, step: Step, *, position: int, by: Viewer, at: datetime) -> GoalStep:
    written = GoalStep(
        goal=goal,
        position=position,
        words=step.words.strip(),
        helper=step.helper.strip(),
        due_on=step.due_on,
        written_by_name=by.name,
        written_at=at,
    )
    written.save(force_insert=True)
    return written
