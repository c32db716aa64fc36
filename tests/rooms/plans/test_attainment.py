"""Goals on a scale: levels agreed before work begins, scored at the start and at each review."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse

from oneplace.access.viewer import NOBODY, Viewer, viewing
from oneplace.config.database import Role as DatabaseRole
from oneplace.kit.refusals import Refused
from oneplace.people.models import Person
from oneplace.plans import queries, verbs
from oneplace.plans.models import Goal, GoalAttainment, GoalScale, MeasureMoment
from oneplace.vocabulary.terms import Role
from tests.database import as_role
from tests.rooms.people.saying import AT
from tests.rooms.plans.around_margaret import arrive, client_of, connected, unconnected
from tests.rooms.plans.test_without_audit import kept

pytestmark = pytest.mark.django_db
LEVELS = {
    "much_less": "Does not leave the chair",
    "less": "Walks to the door with help",
    "expected": "Walks to the gate with a stick",
    "more": "Walks to the shop and back",
    "much_more": "Walks to church without a stick",
}
BY_DAY = date(2030, 5, 1)
EMPTY = {"csrfmiddlewaretoken": "token"}


@pytest.fixture
def margaret(db: None) -> Person:
    return arrive()


@pytest.fixture
def therapist(margaret: Person) -> Viewer:
    return connected(Role.THERAPIST, margaret, "Ines Roy")


@pytest.fixture
def goal(margaret: Person, therapist: Viewer) -> Goal:
    return _goal(margaret, therapist, "Walk to the gate")


def _goal(margaret: Person, by: Viewer, words: str) -> Goal:
    with viewing(by, at=AT):
        return verbs.set_goal(person_id=margaret.pk, in_their_words=words, by=by, at=AT)


def _scaled(goal: Goal, by: Viewer, **more: Any) -> GoalScale:
    with viewing(by, at=AT):
        return verbs.scale_goal(
            goal=goal, **{**LEVELS, "expected_on": BY_DAY, **more}, by=by, at=AT
        )


def _scored(scale: GoalScale, by: Viewer, level: int, *, day: int = 0) -> GoalAttainment:
    at = AT + timedelta(days=day)
    moment = MeasureMoment.REVIEW if day else MeasureMoment.BASELINE
    with viewing(by, at=at):
        return verbs.score_goal(scale=scale, level=level, moment=moment, by=by, at=at)


def test_the_score_is_the_published_one_of_goals_scored_both_times(
    margaret: Person, therapist: Viewer, goal: Goal
) -> None:
    # Weights 1, 2, 3 and scores 2, 1, 0 give 58.813053 (Turner-Stokes 2009, corrected).
    weights = ((1, 1), (2, 1), (3, 1))
    goals = [goal, _goal(margaret, therapist, "Bake"), _goal(margaret, therapist, "Sleep")]
    for one, (importance, difficulty), level in zip(goals, weights, (2, 1, 0), strict=True):
        scale = _scaled(one, therapist, importance=importance, difficulty=difficulty)
        _scored(scale, therapist, -1)
        _scored(scale, therapist, level, day=30)
    once = _scaled(_goal(margaret, therapist, "Sing"), therapist)
    _scored(once, therapist, -2)

    with viewing(therapist, at=AT):
        found = queries.attained(queries.scaled_goals(margaret.pk, viewer=therapist))

    assert found is not None
    assert found.after.t_score == pytest.approx(58.813053, abs=1e-6)
    assert found.after.goals == 3
    assert found.before.t_score < 50
    assert found.change == pytest.approx(found.after.t_score - found.before.t_score)


def test_what_was_expected_is_not_changed_after_a_review(therapist: Viewer, goal: Goal) -> None:
    first = _scaled(goal, therapist)
    anew = _scaled(goal, therapist, expected="Walks to the gate alone")
    _scored(anew, therapist, -1)
    _scored(anew, therapist, 0, day=30)

    with pytest.raises(Refused, match="not changed afterwards"):
        _scaled(goal, therapist, expected="Stands up")

    with viewing(therapist, at=AT):
        standing = queries.scale_of_goal(goal.pk, viewer=therapist)
    assert standing == anew
    assert standing != first


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"less": "  "}, "each of the five levels"),
        ({"less": LEVELS["expected"]}, "Two levels say the same"),
        ({"expected_on": date(2020, 1, 1)}, "This day is over"),
        ({"importance": 4}, "1, 2 or 3"),
    ],
)
def test_levels_that_say_nothing_are_refused(
    typed: dict[str, Any], says: str, therapist: Viewer, goal: Goal
) -> None:
    with pytest.raises(Refused, match=says):
        _scaled(goal, therapist, **typed)


def test_a_score_needs_the_one_at_the_start_and_is_given_once_a_day(
    therapist: Viewer, goal: Goal
) -> None:
    scale = _scaled(goal, therapist)

    with pytest.raises(Refused, match="where it stood at the start"):
        _scored(scale, therapist, 0, day=30)
    with pytest.raises(Refused, match="below what is expected"):
        _scored(scale, therapist, 1)
    _scored(scale, therapist, -1)
    with pytest.raises(Refused, match="is written down"):
        _scored(scale, therapist, -2)
    _scored(scale, therapist, 1, day=30)
    with pytest.raises(Refused, match="already"):
        _scored(scale, therapist, 2, day=30)
    with pytest.raises(Refused, match="-2, -1, 0, 1 or 2"):
        _scored(scale, therapist, 3, day=40)


def test_a_score_struck_out_counts_no_more_and_stays_readable(
    margaret: Person, therapist: Viewer, goal: Goal
) -> None:
    scale = _scaled(goal, therapist)
    _scored(scale, therapist, -1)
    wrong = _scored(scale, therapist, 2, day=30)
    with viewing(therapist, at=AT):
        verbs.strike_score(attainment=wrong, why="Another goal", by=therapist, at=AT)

        found = queries.scaled_goals(margaret.pk, viewer=therapist)

    assert queries.attained(found) is None
    assert found[0].struck == (wrong,)


def test_only_therapists_scale_goals(margaret: Person, therapist: Viewer, goal: Goal) -> None:
    pic = connected(Role.PIC, margaret, "Rosa Bell")
    scale = _scaled(goal, therapist)

    with pytest.raises(Refused, match="by therapists"):
        _scaled(goal, pic)
    with pytest.raises(Refused, match=r"by therapists|not open to you"):
        _scored(scale, pic, -1)
    shown = client_of(pic).get(reverse("plans:goal_attainment", args=[margaret.pk]))
    assert "Where does it stand?" not in shown.content.decode()
    assert client_of(pic).get(
        reverse("plans:score_goal", args=[margaret.pk, goal.pk])
    ).status_code in (403, 404)


def test_a_therapist_does_it_on_the_pages(margaret: Person, therapist: Viewer, goal: Goal) -> None:
    page = client_of(therapist)
    here = reverse("plans:goal_attainment", args=[margaret.pk])
    levels = reverse("plans:scale_goal", args=[margaret.pk, goal.pk])
    score = reverse("plans:score_goal", args=[margaret.pk, goal.pk])
    typed = {
        **LEVELS,
        **{"importance": "3", "difficulty": "2"},
    }
    day = {"expected_on_day": "1", "expected_on_month": "5", "expected_on_year": "2030"}

    assert "No levels yet" in page.get(here).content.decode()
    assert page.get(score).status_code == 404
    assert "Write what you both expect" in page.post(levels, EMPTY).content.decode()
    page.post(levels, {**typed, **day})
    assert "Choose where it stands" in page.post(score, EMPTY).content.decode()
    page.post(score, {"level": "-1", "moment": "baseline", "said_by": "person"})
    page.post(score, {"level": "1", "moment": "review", "said_by": "person", "words": "The shop!"})

    shown = page.get(here).content.decode()
    assert "Weight 6" in shown
    assert "T 60.0" in shown
    assert "1 of 1 goals" in shown
    with as_role(DatabaseRole.LOADER):
        last = GoalAttainment.objects.get(level=1)
    strike = reverse("plans:strike_score", args=[margaret.pk, last.pk])
    assert page.get(strike).status_code == 200
    page.post(strike, {"why": "Wrong goal"})
    assert "Struck out by" in page.get(here).content.decode()
    assert (
        reverse("plans:goal_attainment", args=[margaret.pk])
        in page.get(reverse("desk:person_plan", args=[margaret.pk])).content.decode()
    )


def test_a_stranger_sees_no_scale(margaret: Person, therapist: Viewer, goal: Goal) -> None:
    scale = _scaled(goal, therapist)
    score = _scored(scale, therapist, -1)

    for stranger in (unconnected(Role.THERAPIST), NOBODY):
        with viewing(stranger, at=AT):
            assert queries.scaled_goals(margaret.pk, viewer=stranger) == []
            assert queries.scale_of_goal(goal.pk, viewer=stranger) is None
            assert queries.attainment(score.pk, viewer=stranger) is None
            first = queries.moment_of_next_score(scale, viewer=stranger)
            assert first is MeasureMoment.BASELINE


ACTS: dict[str, Callable[[GoalScale, GoalAttainment, Viewer], object]] = {
    "scale_goal": lambda s, a, v: verbs.scale_goal(
        goal=s.goal, **{**LEVELS, "expected": "Other"}, expected_on=BY_DAY, by=v, at=AT
    ),
    "score_goal": lambda s, a, v: verbs.score_goal(
        scale=s, level=0, by=v, at=AT + timedelta(days=9)
    ),
    "strike_score": lambda s, a, v: verbs.strike_score(attainment=a, why="x", by=v, at=AT),
}


@pytest.mark.parametrize("name", list(ACTS))
def test_without_its_audit_nothing_is_saved(
    name: str, therapist: Viewer, goal: Goal, broken_audit: Callable[[], None]
) -> None:
    scale = _scaled(goal, therapist)
    score = _scored(scale, therapist, -1)
    before = kept("plans")
    broken_audit()

    with viewing(therapist, at=AT), pytest.raises(RuntimeError, match="no audit"):
        ACTS[name](scale, score, therapist)

    assert kept("plans") == before
