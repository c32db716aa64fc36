"""Why something may not be done with a plan: the reason in words, or nothing."""

from datetime import date, datetime

from oneplace.access.viewer import Viewer
from oneplace.kit.clock import local_day
from oneplace.plans.models import Goal, GoalStep, Measure, Plan, PlanEntry
from oneplace.plans.permissions import WRITE_PLAN
from oneplace.science.instruments import Instrument, Wording, why_not_ask
from oneplace.vocabulary.terms import GOAL, GoalState, MeasureCompletedBy

LONGEST_WORDS = 4000
OUTCOMES = (
    GoalState.ACHIEVED,
    GoalState.PARTLY_ACHIEVED,
    GoalState.NOT_ACHIEVED,
    GoalState.CHANGED_MIND,
)
"""What a person may say of a goal when it is reviewed."""

Reason = tuple[str, str | None]
"""The reason in words, and the field it is about."""


def why_not_write(*, is_connected: bool, by: Viewer) -> str | None:
    """Why this viewer may not write in somebody's plan."""
    if not by.may(WRITE_PLAN):
        return "Your role does not write in people's plans."
    if not is_connected:
        return "Nothing connects you with this person now, so you do not write in their plan."
    return None


def why_not_words(
    words: str, *, field: str, what: str, said_on: date | None = None, at: datetime
) -> Reason | None:
    """Why these words may not stand: empty, too long, or said on a day to come."""
    if not words.strip():
        return f"Write {what}.", field
    if len(words) > LONGEST_WORDS:
        return f"Write at most {LONGEST_WORDS:,} characters; put the rest in a note.", field
    if said_on is not None and said_on > local_day(at):
        return "This day is still to come.", "said_on"
    return None


def why_not_replace(entry: PlanEntry) -> str | None:
    """Why a line may not be replaced or taken out: somebody was quicker."""
    if entry.ended_at is not None:
        return (
            "Somebody changed this line while you were writing. Both versions are kept: look at "
            "the new one, then write again what is missing."
        )
    return None


def why_not_review(
    goal: Goal, outcome: GoalState, *, reviewed_on: date, at: datetime
) -> Reason | None:
    """Why a review may not be written down."""
    if outcome not in OUTCOMES:
        return "Say how it went: achieved, partly, not, or no longer mine.", "outcome"
    if reviewed_on > local_day(at):
        return "This day is still to come.", "reviewed_on"
    if reviewed_on < goal.set_on:
        return "The goal was set after this day.", "reviewed_on"
    if why := GOAL.why_not(goal.state, outcome):
        return why, None
    return None


def why_not_change(goal: Goal) -> str | None:
    """Why a goal takes no more steps: the person has said what came of it."""
    return None if goal.is_open else "The person has said what came of this goal; set a new one."


def why_not_finish_step(step: GoalStep) -> str | None:
    """Why a step cannot be done: it is done already."""
    return "This step is done already." if step.done_on else None


def why_not_measure(
    instrument: Instrument,
    wording: Wording | None,
    mode: MeasureCompletedBy,
    *,
    proxy_name: str,
    measured_on: date,
    at: datetime,
) -> Reason | None:
    """Why a measure may not be written down: not registered, nobody named, a day to come."""
    if why := why_not_ask(instrument, wording):
        return why, "instrument"
    if mode is MeasureCompletedBy.PROXY and not proxy_name.strip():
        return "Write who answered for the person.", "proxy_name"
    if measured_on > local_day(at):
        return "This day is still to come.", "measured_on"
    return None


def why_not_strike(measure: Measure, why: str) -> Reason | None:
    """Why a measure may not be struck out."""
    if measure.struck_at is not None:
        return "It was struck out already.", None
    if not why.strip():
        return "Write what was wrong with it.", "why"
    return None


def why_not_agree(plan: Plan, *, agreed_by: str, agreed_on: date, at: datetime) -> Reason | None:
    """Why an agreement may not be written down."""
    if plan.closed_at is not None:
        return "This plan is closed.", None
    if not agreed_by.strip():
        return "Write who agreed to it: the person, or who decides for them.", "agreed_by"
    if agreed_on > local_day(at):
        return "This day is still to come.", "agreed_on"
    return None
