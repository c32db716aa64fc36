"""Whose words a line is, where a goal came from, and which statement a goal answers to."""

from collections.abc import Mapping
from typing import Final

from oneplace.vocabulary.terms import GoalCategory, IStatement, Term


class DataSet(Term):
    """One of the four national social prescribing data sets."""

    PEOPLE = "people", "Who the person is"
    NEEDS = "needs", "Needs and concerns"
    SUPPORT = "support", "Support offered"
    OUTCOMES = "outcomes", "Outcomes"


class SaidBy(Term):
    """Whose words a line of the plan is."""

    PERSON = "person", "The person"
    CARER = "carer", "Somebody close to them"
    WORKER = "worker", "Somebody who works with them"


class GoalOrigin(Term):
    """On what occasion a goal was set."""

    PLAN = "plan", "While writing the plan"
    VISIT = "visit", "At a visit"
    HUDDLE = "huddle", "In a huddle", "In a {huddle}"
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


class Tried(Term):
    """How somebody was tried to be reached."""

    PHONE = "phone", "By phone"
    TEXT = "text", "By text message"
    DOOR = "door", "At the door"
    LETTER = "letter", "By letter"


class WorkHappened(Term):
    """One thing that happened in a coordinator's work."""

    REFERRED = "referred", "Referred"
    ALLOCATED = "allocated", "Given to a coordinator"
    WEIGHED = "weighed", "Weight changed"
    WAITING = "waiting", "Put on the waiting list"
    NOT_REACHED = "not_reached", "Tried to reach them, without success"
    SPOKEN = "spoken", "Spoke with them"
    VISIT_BOOKED = "visit_booked", "Visit booked"
    PLAN_AGREED = "plan_agreed", "Plan agreed"
    STARTED = "started", "Support has begun"
    NOTE = "note", "Note"
    PAUSED = "paused", "Paused"
    RESUMED = "resumed", "Goes on"
    EXIT_REVIEW = "exit_review", "Last review"
    CLOSED = "closed", "Closed"
    DECLINED = "declined", "Declined"
    UNSUITABLE = "unsuitable", "Not suitable"
    COULD_NOT_REACH = "could_not_reach", "Could not be reached"


class CopyKind(Term):
    """In what form somebody has a person's plan."""

    LARGE_PRINT = "large_print", "In large print"
    EASY_READ = "easy_read", "In easy words"
    FRIDGE = "fridge", "One page for the fridge"
    PAPER_FORM = "paper_form", "A paper form to fill in"
    READ_TO = "read_to", "Read to them"
    OTHER = "other", "Another way"


class NeedOfCarer(Term):
    """What somebody who cares for another may need for themselves."""

    BREAK = "break", "A break"
    SLEEP = "sleep", "Sleep"
    OWN_HEALTH = "own_health", "Their own health"
    MONEY = "money", "Money and benefits"
    WORK = "work", "Keeping their work"
    COMPANY = "company", "Company"
    LIFTING = "lifting", "Help with lifting and moving"
    KNOWING = "knowing", "Knowing what to do"
    EMERGENCY = "emergency", "Somebody for an emergency"


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
