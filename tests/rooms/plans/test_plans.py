"""What is written in a plan, by whom, and how it reads on another day."""

import pytest

from oneplace.access.viewer import viewing
from oneplace.plans import queries, verbs
from oneplace.vocabulary.terms import GoalCategory, GoalState, IStatement, PlanSection, Role
from tests.rooms.people.saying import AT
from tests.rooms.plans.around_margaret import arrive, connected

pytestmark = pytest.mark.django_db


def test_smoke() -> None:
    person = arrive()
    pic = connected(Role.PIC, person, "Jo")
    with viewing(pic, at=AT):
        verbs.write_words(
            person_id=person.pk, section=PlanSection.WHAT_MATTERS, words="Church", by=pic, at=AT
        )
        goal = verbs.set_goal(
            person_id=person.pk,
            in_their_words="Go to church",
            first_step="Ring",
            category=GoalCategory.GETTING_ABOUT,
            by=pic,
            at=AT,
        )
        assert goal.i_statement is IStatement.I2
        verbs.review_goal(goal=goal, outcome=GoalState.ACHIEVED, by=pic, at=AT)
        assert queries.own_words([person.pk], viewer=pic)[person.pk].text == "Church"
        assert [g.pk for g in queries.goals_of(person.pk, viewer=pic)] == [goal.pk]
