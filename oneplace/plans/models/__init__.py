"""What the room keeps, one thing a file."""

from oneplace.plans.models.entry import PlanEntry
from oneplace.plans.models.goal import (
    Goal,
    GoalEvent,
    GoalReview,
    GoalStep,
    GoalStepEvent,
    IncomeGained,
)
from oneplace.plans.models.measure import Measure, MeasureScore
from oneplace.plans.models.plan import Plan, PlanAgreement, PlanEvent
from oneplace.plans.models.support import Support, SupportEvent
from oneplace.plans.models.terms import (
    STATEMENT_OF,
    GoalOrigin,
    MeasureMoment,
    MeasureNotDone,
    SaidBy,
)

__all__ = [
    "STATEMENT_OF",
    "Goal",
    "GoalEvent",
    "GoalOrigin",
    "GoalReview",
    "GoalStep",
    "GoalStepEvent",
    "IncomeGained",
    "Measure",
    "MeasureMoment",
    "MeasureNotDone",
    "MeasureScore",
    "Plan",
    "PlanAgreement",
    "PlanEntry",
    "PlanEvent",
    "SaidBy",
    "Support",
    "SupportEvent",
]
