"""Whose words a line is, where a goal came from, and which statement a goal answers to."""

from collections.abc import Mapping
from typing import Final

from oneplace.vocabulary.terms import GoalCategory, IStatement, Term


class SaidBy(Term):
    """Whose words a line of the plan is."""

    PERSON = "person", "The person"
    CARER = "carer", "Somebody close to them"
    WORKER = "worker", "Somebody who works with them"


class GoalOrigin(Term):
    """On what occasion a goal was set."""

    PLAN = "plan", "While writing the plan"
    VISIT = "visit", "At a visit"
    HUDDLE = "huddle", "In a huddle"
    REFERRAL = "referral", "With a referral"
    SELF = "self", "By the person themselves"


class MeasureMoment(Term):
    """At which point of somebody's support a measure was answered."""

    BASELINE = "baseline", "At the start"
    REVIEW = "review", "On the way"
    EXIT = "exit", "At the end"


class MeasureNotDone(Term):
    """Why a measure that was offered was not answered; counted, so that nobody is left out."""

    DID_NOT_WANT = "did_not_want", "They did not want to"
    TOO_UNWELL = "too_unwell", "Too unwell that day"
    NO_TIME = "no_time", "Something else mattered more"
    NOT_UNDERSTOOD = "not_understood", "The questions did not make sense to them"
    NO_LANGUAGE = "no_language", "Not in a language they read or speak"
    LEFT_HALF = "left_half", "Begun and left half done"


STATEMENT_OF: Final[Mapping[GoalCategory, IStatement]] = {
    GoalCategory.HOME_AND_GARDEN: IStatement.I2,
    GoalCategory.MONEY: IStatement.I4,
    GoalCategory.PEOPLE_AND_BELONGING: IStatement.I4,
    GoalCategory.MOVING_AND_FALLS: IStatement.I1,
    GoalCategory.HEALTH_AND_MEDICINES: IStatement.I5,
    GoalCategory.HOUSING: IStatement.I2,
    GoalCategory.CARING: IStatement.I3,
    GoalCategory.CONFIDENCE_AND_MOOD: IStatement.I1,
    GoalCategory.GETTING_ABOUT: IStatement.I2,
    GoalCategory.ONLINE: IStatement.I4,
    GoalCategory.BEREAVEMENT: IStatement.I4,
    GoalCategory.SAFETY: IStatement.I3,
}
"""The statement a category suggests; whoever sets the goal with the person may choose another."""
