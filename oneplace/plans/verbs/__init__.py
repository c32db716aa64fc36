"""What is done with plans: opened, written, agreed; goals set, worked at and reviewed."""

from oneplace.plans.verbs.goals import (
    add_step,
    finish_step,
    record_income,
    review_goal,
    set_goal,
    start_goal,
)
from oneplace.plans.verbs.plan import (
    add_support,
    agree_plan,
    end_support,
    open_plan,
    plan_review,
    take_out_words,
    write_words,
)

__all__ = [
    "add_step",
    "add_support",
    "agree_plan",
    "end_support",
    "finish_step",
    "open_plan",
    "plan_review",
    "record_income",
    "review_goal",
    "set_goal",
    "start_goal",
    "take_out_words",
    "write_words",
]
