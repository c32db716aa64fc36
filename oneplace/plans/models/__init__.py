"""What the room keeps, one thing a file."""

from oneplace.plans.models.around import (
    CarerNeeds,
    CarerNeedsEvent,
    PlanCopy,
    Volunteer,
    VolunteerEvent,
    VolunteerMatch,
    VolunteerMatchEvent,
)
from oneplace.plans.models.attainment import LEVELS, GoalAttainment, GoalScale
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
    CopyKind,
    DataSet,
    GoalOrigin,
    MeasureMoment,
    MeasureNotDone,
    NeedOfCarer,
    SaidBy,
    Tried,
    WorkHappened,
)
from oneplace.plans.models.work import OVER, PicStep, PicWork, PicWorkEvent

__all__ = [
    "LEVELS",
    "OVER",
    "STATEMENT_OF",
    "CarerNeeds",
    "CarerNeedsEvent",
    "CopyKind",
    "DataSet",
    "Goal",
    "GoalAttainment",
    "GoalEvent",
    "GoalOrigin",
    "GoalReview",
    "GoalScale",
    "GoalStep",
    "GoalStepEvent",
    "IncomeGained",
    "Measure",
    "MeasureMoment",
    "MeasureNotDone",
    "MeasureScore",
    "NeedOfCarer",
    "PicStep",
    "PicWork",
    "PicWorkEvent",
    "Plan",
    "PlanAgreement",
    "PlanCopy",
    "PlanEntry",
    "PlanEvent",
    "SaidBy",
    "Support",
    "SupportEvent",
    "Tried",
    "Volunteer",
    "VolunteerEvent",
    "VolunteerMatch",
    "VolunteerMatchEvent",
    "WorkHappened",
]
