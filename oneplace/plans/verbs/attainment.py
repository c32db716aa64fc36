"""Goal attainment scaling: levels set with the person, scored at the start and at each review."""

from datetime import date, datetime

from django.db import transaction
from django.db.models import QuerySet

from oneplace.access.viewer import Viewer
from oneplace.kit.clock import local_day
from oneplace.kit.refusals import Refused
from oneplace.people.rules import account_of
from oneplace.plans import rules
from oneplace.plans.models import Goal, GoalAttainment, GoalScale, MeasureMoment, SaidBy
from oneplace.plans.permissions import SCORE_GOALS
from oneplace.plans.verbs.plan import owner_of, record, refuse, writes_for


@transaction.atomic
def scale_goal(
    *,
    goal: Goal,
    much_less: str,
    less: str,
    expected: str,
    more: str,
    much_more: str,
    importance: int = 1,
    difficulty: int = 1,
    expected_on: date,
    by: Viewer,
    at: datetime,
) -> GoalScale:
    """Say with the person what each level of a goal would look like by a day.

    Written anew it replaces the levels before, as long as nothing was scored at a review.
    """
    writes_for(goal.person_id, by=by)
    standing = GoalScale.objects.select_for_update(of=("self",)).filter(goal=goal, ended_at=None)
    before = standing.first()
    words = (much_less, less, expected, more, much_more)
    refuse(
        rules.why_not_scale(
            goal,
            words=words,
            has_review=before is not None and _reviews(before).exists(),
            expected_on=expected_on,
            by=by,
            at=at,
        )
    )
    if not (1 <= importance <= 3 and 1 <= difficulty <= 3):
        raise Refused("How much it matters and how hard it is are each 1, 2 or 3.")
    if before is not None:
        before.ended_at = at
        before.save(update_fields=["ended_at"])
    scale = GoalScale(
        goal=goal,
        person_id=goal.person_id,
        owner=owner_of(by),
        **dict(
            zip(
                ("much_less", "less", "expected", "more", "much_more"),
                (said.strip() for said in words),
                strict=True,
            )
        ),
        importance=importance,
        difficulty=difficulty,
        expected_on=expected_on,
        set_by_id=account_of(by),
        set_by_name=by.name,
        set_at=at,
    )
    scale.save(force_insert=True)
    record("scale_goal", ("goal", goal.pk), person_id=goal.person_id, by=by, at=at)
    return scale


@transaction.atomic
def score_goal(
    *,
    scale: GoalScale,
    level: int,
    moment: MeasureMoment = MeasureMoment.REVIEW,
    said_by: SaidBy = SaidBy.PERSON,
    words: str = "",
    attained_on: date | None = None,
    by: Viewer,
    at: datetime,
) -> GoalAttainment:
    """Write down where a goal stands on its scale, -2 to +2, 0 being what was expected."""
    writes_for(scale.person_id, by=by)
    held = GoalScale.objects.select_for_update(of=("self",)).filter(pk=scale.pk).first()
    if held is None:
        raise Refused("This goal is not open to you.")
    if not -2 <= level <= 2:
        raise Refused("A goal stands at -2, -1, 0, 1 or 2.", field="level")
    on = attained_on or local_day(at)
    scored = GoalAttainment.objects.filter(scale=held, struck_at=None)
    first = scored.filter(moment=MeasureMoment.BASELINE).first()
    refuse(
        rules.why_not_attain(
            held,
            moment,
            level=level,
            attained_on=on,
            first_on=first.attained_on if first else None,
            is_there_already=scored.filter(moment=moment, attained_on=on).exists(),
            by=by,
            at=at,
        )
    )
    made = GoalAttainment(
        scale=held,
        level=level,
        moment=moment,
        said_by=said_by,
        words=words.strip(),
        attained_on=on,
        written_by_id=account_of(by),
        written_by_name=by.name,
        written_at=at,
    )
    made.save(force_insert=True)
    record("score_goal", ("goal", held.goal_id), person_id=held.person_id, by=by, at=at)
    return made


@transaction.atomic
def strike_score(
    *, attainment: GoalAttainment, why: str, by: Viewer, at: datetime
) -> GoalAttainment:
    """Strike out a score entered wrongly; it stays readable with why, and counts no more."""
    writes_for(attainment.scale.person_id, by=by)
    found = GoalAttainment.objects.select_for_update(of=("self",)).filter(pk=attainment.pk)
    held = found.first()
    if held is None or not by.may(SCORE_GOALS):
        raise Refused("Goals are scaled by therapists. Ask one who works with this person.")
    if held.struck_at is not None:
        raise Refused("It was struck out already.")
    if not why.strip():
        raise Refused("Write what was wrong with it.", field="why")
    held.struck_at, held.struck_by_name, held.struck_why = at, by.name, why.strip()
    held.save(update_fields=["struck_at", "struck_by_name", "struck_why"])
    scale = held.scale
    record("strike_score", ("goal", scale.goal_id), person_id=scale.person_id, by=by, at=at)
    return held


def _reviews(scale: GoalScale) -> QuerySet[GoalAttainment]:
    scored = GoalAttainment.objects.filter(scale=scale, struck_at=None)
    return scored.exclude(moment=MeasureMoment.BASELINE)
