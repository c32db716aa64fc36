"""What the snapshot is told of plans: goals by the one definition, pairs of one kind of number."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from oneplace.access.viewer import Viewer, viewing
from oneplace.config.database import Role as DatabaseRole
from oneplace.people.models import Person
from oneplace.plans import counting, verbs
from oneplace.plans.extracts import WORK, WORK_COLUMNS
from oneplace.vocabulary.terms import GoalState, MeasureCompletedBy, Role
from tests.database import as_role
from tests.rooms.people.saying import AT
from tests.rooms.plans.around_margaret import arrive, connected

pytestmark = pytest.mark.django_db
LOW = {"satisfied": 3, "worthwhile": 4, "happy": 3, "anxious": 8}
HIGH = {"satisfied": 7, "worthwhile": 7, "happy": 6, "anxious": 3}


@pytest.fixture
def margaret(db: None) -> Person:
    return arrive()


@pytest.fixture
def pic(margaret: Person) -> Viewer:
    return connected(Role.PIC, margaret, "Jo Reyes")


def told(kind: str) -> list[dict[str, Any]]:
    with as_role(DatabaseRole.LOADER), connection.cursor() as cursor:
        cursor.execute(f"select {', '.join(WORK_COLUMNS)} from ({WORK}) w", {})
        rows = [dict(zip(WORK_COLUMNS, row, strict=True)) for row in cursor.fetchall()]
    return [row for row in rows if row["kind"] == kind]


def answer(
    person: Person,
    pic: Viewer,
    answers: dict[str, int],
    days: int,
    mode: MeasureCompletedBy = MeasureCompletedBy.SELF,
) -> None:
    at = AT + timedelta(days=days)
    with viewing(pic, at=at):
        verbs.record_measure(
            person_id=person.pk,
            instrument="ons4",
            answers=answers,
            mode=mode,
            proxy_name="Ada" if mode is MeasureCompletedBy.PROXY else "",
            by=pic,
            at=at,
        )


def test_a_goal_counts_as_achieved_when_the_person_said_so(margaret: Person, pic: Viewer) -> None:
    with viewing(pic, at=AT):
        said = verbs.set_goal(person_id=margaret.pk, in_their_words="Church", by=pic, at=AT)
        verbs.review_goal(goal=said, outcome=GoalState.ACHIEVED, by=pic, at=AT)
        partly = verbs.set_goal(person_id=margaret.pk, in_their_words="Walk", by=pic, at=AT)
        verbs.review_goal(goal=partly, outcome=GoalState.PARTLY_ACHIEVED, by=pic, at=AT)
        asked_nobody = verbs.set_goal(
            person_id=margaret.pk, in_their_words="Cook", first_step="Buy eggs", by=pic, at=AT
        )
        verbs.finish_step(step=asked_nobody.steps.get(), by=pic, at=AT)

    values = sorted((row["state"], row["value"]) for row in told("goal"))
    assert values == [("achieved", 1.0), ("partly_achieved", 0.0), ("under_way", 0.0)]
    states = [GoalState(state) for state, _ in values]
    assert counting.count(states).in_words == "1 of 3 achieved, 1 partly, 1 not known yet"


def test_a_plan_is_told_with_whether_it_is_in_their_own_words(
    margaret: Person, pic: Viewer
) -> None:
    with viewing(pic, at=AT):
        verbs.open_plan(person_id=margaret.pk, by=pic, at=AT)
    assert [row["value"] for row in told("plan")] == [0.0]

    with viewing(pic, at=AT):
        verbs.set_goal(person_id=margaret.pk, in_their_words="Church", by=pic, at=AT)
    assert [row["value"] for row in told("plan")] == [1.0]


def test_the_first_and_the_last_answer_make_a_pair(margaret: Person, pic: Viewer) -> None:
    answer(margaret, pic, LOW, 0)
    answer(margaret, pic, LOW | {"satisfied": 5}, 20)
    answer(margaret, pic, HIGH, 60)

    pairs = {row["mark"]: (row["value"], row["other"]) for row in told("pair")}
    assert pairs["life_satisfaction"] == (3.0, 7.0)
    assert pairs["ons4.anxious"] == (8.0, 3.0)


def test_one_answer_alone_makes_none(margaret: Person, pic: Viewer) -> None:
    answer(margaret, pic, LOW, 0)

    assert told("pair") == []


def test_their_own_answers_are_not_paired_with_a_proxys(margaret: Person, pic: Viewer) -> None:
    answer(margaret, pic, LOW, 0)
    answer(margaret, pic, HIGH, 60, MeasureCompletedBy.PROXY)

    assert told("pair") == []


def test_what_was_struck_out_makes_no_pair(margaret: Person, pic: Viewer) -> None:
    from oneplace.plans.models import Measure

    answer(margaret, pic, LOW, 0)
    answer(margaret, pic, HIGH, 60)
    with viewing(pic, at=AT):
        last = Measure.objects.order_by("-measured_on")[0]
        verbs.strike_measure(measure=last, why="Another person’s", by=pic, at=AT)

    assert told("pair") == []
