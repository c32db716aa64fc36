"""A person's goals on their scales, and the T score with what it is worth."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from oneplace.kit.formats import day
from oneplace.people.models import Person
from oneplace.plans.attainment_forms import named
from oneplace.plans.models import GoalAttainment, SaidBy
from oneplace.plans.queries.attainment import Attained, ScaledGoal
from oneplace.plans.verbs.plan import name_of


@dataclass(frozen=True)
class Level:
    """One level of a goal: its number, words, and on which days it stood there."""

    number: str
    name: str
    words: str
    stood: str
    is_now: bool


@dataclass(frozen=True)
class ScoreLine:
    """One score in the list beneath."""

    attainment_id: uuid.UUID
    level: str
    facts: str
    words: str
    struck: str


@dataclass(frozen=True)
class GoalOnScale:
    """One goal with its levels and scores."""

    goal_id: uuid.UUID
    words: str
    is_scaled: bool
    levels: tuple[Level, ...]
    scores: tuple[ScoreLine, ...]
    weight: str
    by_when: str
    may_change: bool
    is_open: bool


@dataclass(frozen=True)
class AttainmentPage:
    """All goals, and the score of those seen at the start and at a review."""

    person: Person
    name: str
    goals: tuple[GoalOnScale, ...]
    before: str
    after: str
    change: str
    share: str
    counted: str
    may_score: bool

    @classmethod
    def of(
        cls,
        person: Person,
        goals: Sequence[ScaledGoal],
        attained: Attained | None,
        *,
        may_score: bool,
    ) -> "AttainmentPage":
        """The page of one person."""
        shown = tuple(_goal(one) for one in goals)
        if attained is None:
            return cls(person, name_of(person), shown, "", "", "", "", "", may_score)
        after = attained.after
        reached = round(after.share_achieved * after.goals)
        return cls(
            person,
            name_of(person),
            shown,
            before=f"{attained.before.t_score:.1f}",
            after=f"{after.t_score:.1f}",
            change=f"{attained.change:+.1f}",
            share=f"{reached} of {after.goals}",
            counted=f"until {day(attained.until)}",
            may_score=may_score,
        )


def _goal(one: ScaledGoal) -> GoalOnScale:
    scale = one.scale
    now = one.latest or one.first
    levels: tuple[Level, ...] = ()
    if scale is not None:
        levels = tuple(
            Level(
                _signed(number),
                named(number),
                words,
                ", ".join(_stood(each) for each in one.scored if each.level == number),
                now is not None and now.level == number,
            )
            for number, words in sorted(scale.words.items(), reverse=True)
        )
    return GoalOnScale(
        one.goal.pk,
        one.goal.in_their_words,
        scale is not None,
        levels,
        tuple(_line(each) for each in (*one.scored, *one.struck)),
        f"Weight {scale.weight}: matters {scale.importance}, hard {scale.difficulty}"
        if scale
        else "",
        f"By {day(scale.expected_on)}" if scale else "",
        one.latest is None and one.goal.is_open,
        one.goal.is_open,
    )


def _signed(level: int) -> str:
    """With a real minus, which a screen reader says."""
    return f"{level:+d}".replace("-", "\N{MINUS SIGN}") if level else "0"


def _stood(score: GoalAttainment) -> str:
    return f"{score.moment.label.lower()}, {day(score.attained_on)}"


def _line(score: GoalAttainment) -> ScoreLine:
    who = "" if score.said_by is SaidBy.PERSON else f" Said by: {score.said_by.label.lower()}."
    return ScoreLine(
        score.pk,
        _signed(score.level),
        f"{score.moment.label}, {day(score.attained_on)}. Written down by "
        f"{score.written_by_name}.{who}",
        score.words,
        f"Struck out by {score.struck_by_name}: {score.struck_why}" if score.struck_at else "",
    )
