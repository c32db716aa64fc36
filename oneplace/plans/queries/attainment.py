"""Goals on their scales: levels, where each stood when, and the T score of a person's goals."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch

from oneplace.access.viewer import Viewer
from oneplace.people.models import Person
from oneplace.plans.models import Goal, GoalAttainment, GoalScale, MeasureMoment
from oneplace.science.instruments import GoalAttained, goal_attainment


@dataclass(frozen=True)
class ScaledGoal:
    """A goal, its levels if they were set, and its scores in order, struck ones apart."""

    goal: Goal
    scale: GoalScale | None
    scored: tuple[GoalAttainment, ...] = ()
    struck: tuple[GoalAttainment, ...] = ()

    @property
    def first(self) -> GoalAttainment | None:
        """Where it stood at the start."""
        found = (one for one in self.scored if one.moment == MeasureMoment.BASELINE)
        return next(found, None)

    @property
    def latest(self) -> GoalAttainment | None:
        """Where it stood at the last review; nothing before the first."""
        later = [one for one in self.scored if one.moment != MeasureMoment.BASELINE]
        return later[-1] if later else None


@dataclass(frozen=True)
class Attained:
    """The T score of the goals scored at the start and at a review, the same goals both times."""

    before: GoalAttained
    after: GoalAttained
    until: date

    @property
    def change(self) -> float:
        """In points of T, of the same goals."""
        return self.after.t_score - self.before.t_score


def scaled_goals(person_id: uuid.UUID, *, viewer: Viewer) -> list[ScaledGoal]:
    """A person's goals that are open or were scaled, in the order they were set."""
    if viewer.account_id is None:
        return []
    standing = Prefetch(
        "scales", queryset=GoalScale.objects.filter(ended_at=None), to_attr="standing"
    )
    scores = Prefetch(
        "standing__attained", queryset=GoalAttainment.objects.all(), to_attr="in_order"
    )
    now = Person.objects.filter(was__pk=person_id)
    goals = Goal.objects.filter(person__current__in=now).prefetch_related(standing, scores)
    found = [_scaled(goal) for goal in goals.order_by("set_at", "pk")]
    return [one for one in found if one.goal.is_open or one.scale is not None]


def scale_of_goal(goal_id: uuid.UUID, *, viewer: Viewer) -> GoalScale | None:
    """The levels of one goal as they stand; None where there are none, or not open."""
    if viewer.account_id is None:
        return None
    return GoalScale.objects.select_related("goal").filter(goal_id=goal_id, ended_at=None).first()


def moment_of_next_score(scale: GoalScale, *, viewer: Viewer) -> MeasureMoment:
    """At which point the next score stands: the start where nothing was scored before."""
    if viewer.account_id is None:
        return MeasureMoment.BASELINE
    first = GoalAttainment.objects.filter(
        scale=scale, struck_at=None, moment=MeasureMoment.BASELINE
    )
    return MeasureMoment.REVIEW if first.exists() else MeasureMoment.BASELINE


def attainment(attainment_id: uuid.UUID, *, viewer: Viewer) -> GoalAttainment | None:
    """One score."""
    if viewer.account_id is None:
        return None
    return GoalAttainment.objects.select_related("scale").filter(pk=attainment_id).first()


def attained(goals: Sequence[ScaledGoal]) -> Attained | None:
    """The T score at the start and now, of goals scored both times; nothing before that.

    A goal scored only once says nothing of change and would move the score by being left out.
    """
    both = [(one.scale, one.first, one.latest) for one in goals]
    whole = [(s, f, n) for s, f, n in both if s is not None and f is not None and n is not None]
    if not whole:
        return None
    weights = [float(scale.weight) for scale, _, _ in whole]
    return Attained(
        goal_attainment([first.level for _, first, _ in whole], weights),
        goal_attainment([now.level for _, _, now in whole], weights),
        max(now.attained_on for _, _, now in whole),
    )


def _scaled(goal: Goal) -> ScaledGoal:
    standing: list[GoalScale] = goal.standing  # type: ignore[attr-defined]
    if not standing:
        return ScaledGoal(goal, None)
    scores: list[GoalAttainment] = standing[0].in_order  # type: ignore[attr-defined]
    return ScaledGoal(
        goal,
        standing[0],
        tuple(one for one in scores if one.struck_at is None),
        tuple(one for one in scores if one.struck_at is not None),
    )
