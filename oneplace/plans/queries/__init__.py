"""What the room answers, always on behalf of a viewer: a plan as it stood, goals, own words."""

from oneplace.plans.queries.due import reviews_due
from oneplace.plans.queries.measures import (
    measure,
    measures_of,
    measures_of_many,
    moment_of_next,
)
from oneplace.plans.queries.own_words import Words, own_words
from oneplace.plans.queries.plan import (
    entries,
    entry,
    goal,
    goals_of,
    goals_of_many,
    goals_with_steps,
    income_of,
    is_connected,
    plan_of,
    step,
    support_of,
    writing_days,
)

__all__ = [
    "Words",
    "entries",
    "entry",
    "goal",
    "goals_of",
    "goals_of_many",
    "goals_with_steps",
    "income_of",
    "is_connected",
    "measure",
    "measures_of",
    "measures_of_many",
    "moment_of_next",
    "own_words",
    "plan_of",
    "reviews_due",
    "step",
    "support_of",
    "writing_days",
]
