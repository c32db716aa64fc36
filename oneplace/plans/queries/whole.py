"""A whole plan in one statement, however much stands in it, for the Plan tab, prints and cards.

Every table is read with the viewer's own eyes; each row comes as JSON and becomes its model again.
"""

# ruff: noqa: S608 - the SQL is put together from our own names, never from what is read

import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, TypeVar

import orjson
from django.conf import settings
from django.db import connection, models

from oneplace.access.viewer import Viewer
from oneplace.kit.clock import local_day
from oneplace.plans.models import (
    CarerNeeds,
    Goal,
    GoalReview,
    GoalStep,
    IncomeGained,
    Measure,
    MeasureScore,
    PicWork,
    Plan,
    PlanAgreement,
    PlanCopy,
    PlanEntry,
    Support,
    VolunteerMatch,
)
from oneplace.plans.queries.own_words import OWN_WORDS, Words
from oneplace.vocabulary.terms import GoalState

Kept = TypeVar("Kept", bound=models.Model)


@dataclass
class WholePlan:
    """Everything that stands in one person's plan now."""

    words: Words | None = None
    plan: Plan | None = None
    entries: list[PlanEntry] = field(default_factory=list)
    goals: list[Goal] = field(default_factory=list)
    """Open ones first, each with its steps (`in_order`) and reviews (`said`, newest first)."""
    support: list[Support] = field(default_factory=list)
    income: list[IncomeGained] = field(default_factory=list)
    measures: list[Measure] = field(default_factory=list)
    """Newest first, each with its scores (`scored`)."""
    work: PicWork | None = None
    copies: list[PlanCopy] = field(default_factory=list)
    volunteers: list[VolunteerMatch] = field(default_factory=list)
    carer: CarerNeeds | None = None


_OF_PERSON: Final = {
    "plan": (Plan, "t.closed_at is null"),
    "entry": (PlanEntry, "t.ended_at is null"),
    "goal": (Goal, ""),
    "support": (Support, "(t.ended_on is null or t.ended_on > %(today)s)"),
    "income": (IncomeGained, ""),
    "measure": (Measure, "t.struck_at is null"),
    "work": (PicWork, "t.ended_at is null"),
    "copy": (PlanCopy, "t.ended_on is null"),
    "match": (VolunteerMatch, "t.ended_on is null"),
    "carer": (CarerNeeds, ""),
}
_OF_ROW: Final = {
    "agreement": (PlanAgreement, "plan_id", Plan, "p.closed_at is null"),
    "step": (GoalStep, "goal_id", Goal, ""),
    "review": (GoalReview, "goal_id", Goal, ""),
    "score": (MeasureScore, "measure_id", Measure, "p.struck_at is null"),
}


_SELVES: Final = """
with selves as materialized (
    select o.id from people_person p join people_person o on o.current_id = p.current_id
     where p.id = %(person)s
)
"""


def _statement() -> str:
    """One part a table, joined; every name in it is one of our own."""
    parts = ["select 'words', to_jsonb(w) from (" + OWN_WORDS + ") w"]
    for name, (model, only) in _OF_PERSON.items():
        parts.append(
            " ".join(
                (
                    f"select '{name}', to_jsonb(t) from",
                    f"{model._meta.db_table} t",
                    "where t.person_id = any (array(select id from selves))",
                    f"and {only}" if only else "",
                )
            )
        )
    for name, (model, link, parent, only) in _OF_ROW.items():
        parts.append(
            " ".join(
                (
                    f"select '{name}', to_jsonb(t) from",
                    f"{parent._meta.db_table} p cross join lateral (select * from",
                    f"{model._meta.db_table} t where t.{link} = p.id offset 0) t",
                    "where p.person_id = any (array(select id from selves))",
                    f"and {only}" if only else "",
                )
            )
        )
    return _SELVES + " union all ".join(parts)


def whole_plan(person_id: uuid.UUID, *, viewer: Viewer, at: datetime) -> WholePlan:
    """All that stands in the person's plan now, in one statement; empty for a stranger."""
    whole = WholePlan()
    if viewer.account_id is None:
        return whole
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    with connection.cursor() as cursor:
        values: dict[str, Any] = {
            "person": person_id,
            "persons": [person_id],
            "zone": settings.TIME_ZONE,
            "today": local_day(at),
        }
        cursor.execute(_statement(), values)
        for name, row in cursor.fetchall():
            found[name].append(row if isinstance(row, dict) else orjson.loads(row))
    return _put_together(whole, found)


def _put_together(whole: WholePlan, found: dict[str, list[dict[str, Any]]]) -> WholePlan:
    for row in found["words"]:
        said_on = models.DateField().to_python(row["said_on"])
        whole.words = Words(row["words"], said_on, row["by_whom"], row["source"])
    plans = sorted(_rows(Plan, found["plan"]), key=lambda one: (one.opened_at, one.pk))
    if plans:
        whole.plan = plans[0]
        agreements = _rows(PlanAgreement, found["agreement"])
        whole.plan.agreed = sorted(  # type: ignore[attr-defined]
            (one for one in agreements if one.plan_id == plans[0].pk),
            key=lambda one: (one.agreed_on, one.written_at),
            reverse=True,
        )
    whole.entries = sorted(
        _rows(PlanEntry, found["entry"]), key=lambda one: (one.written_at, one.pk)
    )
    whole.goals = _goals(found)
    whole.support = sorted(_rows(Support, found["support"]), key=lambda one: (one.added_at, one.pk))
    whole.income = sorted(
        _rows(IncomeGained, found["income"]),
        key=lambda one: (one.confirmed_on, one.pk),
        reverse=True,
    )
    whole.measures = _measures(found)
    whole.work = next(iter(_rows(PicWork, found["work"])), None)
    whole.copies = sorted(
        _rows(PlanCopy, found["copy"]), key=lambda one: (one.given_on, one.pk), reverse=True
    )
    whole.volunteers = sorted(_rows(VolunteerMatch, found["match"]), key=lambda one: one.starts_on)
    whole.carer = next(iter(_rows(CarerNeeds, found["carer"])), None)
    return whole


def _goals(found: dict[str, list[dict[str, Any]]]) -> list[Goal]:
    stand = (one for one in _rows(Goal, found["goal"]) if one.state != GoalState.TAKEN_BACK)
    goals = {goal.pk: goal for goal in stand}
    for goal in goals.values():
        goal.in_order, goal.said = [], []  # type: ignore[attr-defined]
    for step in sorted(_rows(GoalStep, found["step"]), key=lambda one: (one.position, one.pk)):
        if step.goal_id in goals:
            goals[step.goal_id].in_order.append(step)  # type: ignore[attr-defined]
    reviews = _rows(GoalReview, found["review"])
    for review in sorted(reviews, key=lambda one: (one.reviewed_on, one.written_at), reverse=True):
        if review.goal_id in goals:
            goals[review.goal_id].said.append(review)  # type: ignore[attr-defined]
    return sorted(goals.values(), key=lambda goal: (not goal.is_open, goal.set_at))


def _measures(found: dict[str, list[dict[str, Any]]]) -> list[Measure]:
    measures = {one.pk: one for one in _rows(Measure, found["measure"])}
    for one in measures.values():
        one.scored = []  # type: ignore[attr-defined]
    for score in sorted(_rows(MeasureScore, found["score"]), key=lambda one: one.pk):
        if score.measure_id in measures:
            measures[score.measure_id].scored.append(score)  # type: ignore[attr-defined]
    return sorted(
        measures.values(), key=lambda one: (one.measured_on, one.written_at), reverse=True
    )


def _rows(model: type[Kept], rows: Sequence[dict[str, Any]]) -> list[Kept]:
    fields = {each.column: each for each in model._meta.concrete_fields}
    made = []
    for row in rows:
        values = {
            each.attname: _value(each, row[column])
            for column, each in fields.items()
            if column in row
        }
        one = model(**values)
        one._state.adding, one._state.db = False, "default"
        made.append(one)
    return made


def _value(each: "models.Field[Any, Any]", value: Any) -> Any:
    target = each.target_field if isinstance(each, models.ForeignKey) else each
    return value if isinstance(target, models.JSONField) else target.to_python(value)
