"""What is done with plans: opened, written, agreed; goals set, worked at and reviewed."""

from oneplace.plans.verbs.goals import (
    add_step,
    finish_step,
    record_income,
    review_goal,
    set_goal,
    start_goal,
)
from oneplace.plans.verbs.measures import (
    note_measure_not_done,
    record_measure,
    strike_measure,
)
from oneplace.plans.verbs.own_page import add_own_words, say_my_plan, set_own_goal
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
    "add_own_words",
    "add_step",
    "add_support",
    "agree_plan",
    "end_support",
    "finish_step",
    "note_measure_not_done",
    "open_plan",
    "plan_review",
    "record_income",
    "record_measure",
    "review_goal",
    "say_my_plan",
    "set_goal",
    "set_own_goal",
    "start_goal",
    "strike_measure",
    "take_out_words",
    "write_words",
]
