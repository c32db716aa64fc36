"""One person's plan for a viewer: its lines as they stood on a day, goals, support, money gained.

Rows keep the person they were written for; reads go through whoever that person is now.
"""

import uuid
from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final

from django.db import connection
from django.db.models import Prefetch, Q, QuerySet

from oneplace.access.viewer import Viewer
from oneplace.kit.clock import day_begins, local_day
from oneplace.kit.together import NOTHING, Asked, MadeOnce
from oneplace.people.models import Person
from oneplace.plans.models import (
    Goal,
    GoalReview,
    GoalStep,
    IncomeGained,
    Plan,
    PlanAgreement,
    PlanEntry,
    Support,
)
from oneplace.vocabulary.terms import GoalState


def is_connected(person_id: uuid.UUID, *, viewer: Viewer) -> bool:
    """Whether the record opens to the viewer through a relationship, not by a duty over all."""
    if viewer.account_id is None:
        return False
    with connection.cursor() as cursor:
        cursor.execute("select access_record_open(%s)", [person_id])
        return bool(cursor.fetchall()[0][0])


def _now(person_id: uuid.UUID) -> QuerySet[Person]:
    """Whoever this person is now."""
    return Person.objects.filter(was__pk=person_id)


def plan_of(person_id: uuid.UUID, *, viewer: Viewer) -> Plan | None:
    """The person's open plan with its agreements (`agreed`), the oldest where a merge left two."""
    if viewer.account_id is None:
        return None
    agreed = Prefetch("agreements", queryset=PlanAgreement.objects.all(), to_attr="agreed")
    found = Plan.objects.filter(person__current__in=_now(person_id), closed_at=None)
    return found.prefetch_related(agreed).order_by("opened_at", "pk").first()


def entries(person_id: uuid.UUID, *, viewer: Viewer, on: date | None = None) -> QuerySet[PlanEntry]:
    """The lines that stand now, or stood at the end of a day, in the order written."""
    if viewer.account_id is None:
        return PlanEntry.objects.none()
    found = PlanEntry.objects.filter(person__current__in=_now(person_id))
    if on is None:
        return found.filter(ended_at=None)
    end: datetime = day_begins(on + timedelta(days=1))
    return found.filter(written_at__lt=end).filter(Q(ended_at=None) | Q(ended_at__gte=end))


def entry(entry_id: uuid.UUID, *, viewer: Viewer) -> PlanEntry | None:
    """One line, standing or not."""
    if viewer.account_id is None:
        return None
    return PlanEntry.objects.select_related("plan", "person").filter(pk=entry_id).first()


def writing_days(person_id: uuid.UUID, *, viewer: Viewer) -> list[date]:
    """The days on which lines of the plan changed, newest first: its versions."""
    if viewer.account_id is None:
        return []
    moments = PlanEntry.objects.filter(person__current__in=_now(person_id)).values_list(
        "written_at", "ended_at"
    )
    days = {local_day(moment) for pair in moments for moment in pair if moment is not None}
    return sorted(days, reverse=True)


def _with_steps(goals: QuerySet[Goal]) -> QuerySet[Goal]:
    return goals.prefetch_related(
        Prefetch("steps", queryset=GoalStep.objects.all(), to_attr="in_order"),
        Prefetch("reviews", queryset=GoalReview.objects.all(), to_attr="said"),
    )


def goals_of(person_id: uuid.UUID, *, viewer: Viewer) -> list[Goal]:
    """A person's goals, open ones first, each with its steps (`in_order`) and reviews (`said`).

    A goal without a review is not known to be achieved or not: it has no `said`.
    """
    if viewer.account_id is None:
        return []
    set_for_them = Goal.objects.filter(person__current__in=_now(person_id))
    found = _with_steps(set_for_them.exclude(state=GoalState.TAKEN_BACK))
    return sorted(found, key=lambda goal: (not goal.is_open, goal.set_at))


def open_goals(person_id: uuid.UUID, *, viewer: Viewer) -> QuerySet[Goal]:
    """The goals of whoever a person is now that are agreed or under way."""
    if viewer.account_id is None:
        return Goal.objects.none()
    now = Person.objects.filter(was__pk=person_id)
    return Goal.objects.filter(person__current__in=now, state__in=_OPEN_GOAL)


def open_goals_asked(person_id: uuid.UUID, *, viewer: Viewer) -> Asked:
    """The open goals of a present person, to be read together with others."""
    return _OPEN_GOALS.of(person_id) if viewer.account_id is not None else NOTHING


_OPEN_GOAL: Final = ("agreed", "under_way")
_OPEN_GOALS: Final = MadeOnce(
    lambda person_id: Goal.objects.filter(person__current_id=person_id, state__in=_OPEN_GOAL)
)


def goals_of_many(
    person_ids: Sequence[uuid.UUID], *, viewer: Viewer
) -> dict[uuid.UUID, list[Goal]]:
    """The open goals of several people, by the person asked for; two statements."""
    if viewer.account_id is None or not person_ids:
        return {}
    asked = dict(Person.objects.filter(pk__in=person_ids).values_list("pk", "current_id"))
    found = Goal.objects.filter(person__current_id__in=set(asked.values()))
    found = found.filter(state__in=("agreed", "under_way")).select_related("person")
    by_person: dict[uuid.UUID, list[Goal]] = defaultdict(list)
    for goal in found:
        by_person[goal.person.current_id].append(goal)
    return {person: by_person[now] for person, now in asked.items() if by_person.get(now)}


def goals_with_steps(
    person_ids: Sequence[uuid.UUID], *, viewer: Viewer
) -> dict[uuid.UUID, list[Goal]]:
    """The open goals of several people with steps and reviews, by the person asked for."""
    if viewer.account_id is None or not person_ids:
        return {}
    asked = dict(Person.objects.filter(pk__in=person_ids).values_list("pk", "current_id"))
    found = Goal.objects.filter(person__current_id__in=set(asked.values()))
    found = found.filter(state__in=("agreed", "under_way")).select_related("person")
    by_person: dict[uuid.UUID, list[Goal]] = defaultdict(list)
    for goal in _with_steps(found):
        by_person[goal.person.current_id].append(goal)
    return {person: by_person[now] for person, now in asked.items() if by_person.get(now)}


def goal(goal_id: uuid.UUID, *, viewer: Viewer) -> Goal | None:
    """One goal with its steps and reviews."""
    if viewer.account_id is None:
        return None
    found = _with_steps(Goal.objects.filter(pk=goal_id)).select_related("plan", "person")
    return found.first()


def step(step_id: uuid.UUID, *, viewer: Viewer) -> GoalStep | None:
    """One step with its goal."""
    if viewer.account_id is None:
        return None
    return GoalStep.objects.select_related("goal", "goal__person").filter(pk=step_id).first()


def support_of(person_id: uuid.UUID, *, viewer: Viewer, at: datetime) -> QuerySet[Support]:
    """Who does what for the person now, as the plan tells it."""
    if viewer.account_id is None:
        return Support.objects.none()
    standing = Q(ended_on=None) | Q(ended_on__gt=local_day(at))
    return Support.objects.filter(standing, person__current__in=_now(person_id))


def income_of(person_id: uuid.UUID, *, viewer: Viewer) -> QuerySet[IncomeGained]:
    """Money the person gained from advice, newest first."""
    if viewer.account_id is None:
        return IncomeGained.objects.none()
    return IncomeGained.objects.filter(person__current__in=_now(person_id))
