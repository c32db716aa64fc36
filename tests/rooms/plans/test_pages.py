"""The plan on pages: the tab, the forms, two days side by side, on paper."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from oneplace.access.viewer import Viewer, viewing
from oneplace.people.models import Person
from oneplace.plans import queries, verbs
from oneplace.plans.models import Goal, PlanEntry
from oneplace.vocabulary.terms import GoalState, PlanSection, Role
from tests.rooms.people.saying import AT
from tests.rooms.plans.around_margaret import arrive, client_of, connected, unconnected

pytestmark = pytest.mark.django_db
MOST_STATEMENTS = 12
# What only frames a transaction, and the test's own client besides.
FRAME = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT", "ROLLBACK")


@pytest.fixture
def margaret(db: None) -> Person:
    return arrive()


@pytest.fixture
def pic(margaret: Person) -> Viewer:
    return connected(Role.PIC, margaret, "Jo Reyes")


@pytest.fixture
def page(pic: Viewer) -> Client:
    return client_of(pic)


def tab(person: Person) -> str:
    return reverse("desk:person_plan", args=[person.pk])


def test_an_empty_plan_says_what_will_come_here(page: Client, margaret: Person) -> None:
    answer = page.get(tab(margaret))

    assert answer.status_code == 200
    words = answer.content.decode()
    assert "Nobody has written down yet what matters to them." in words
    assert "Set a goal" in words


def test_words_are_written_changed_and_taken_out(page: Client, margaret: Person) -> None:
    address = reverse("plans:write_words", args=[margaret.pk, "what_matters"])
    page.post(address, {"words": "Church on Sundays", "said_by": "person"})
    entry = _standing(margaret)
    page.post(
        reverse("plans:replace_words", args=[margaret.pk, entry.pk]),
        {"words": "Church, and lunch after", "said_by": "carer", "said_by_name": "Ada"},
    )
    newer = _standing(margaret)

    shown = page.get(tab(margaret)).content.decode()
    assert "Church, and lunch after" in shown
    assert "Ada (somebody close to them)" in shown
    assert newer.replaces_id == entry.pk
    page.post(
        reverse("plans:take_out_words", args=[margaret.pk, newer.pk]),
        {"why": "She changed her mind"},
    )
    assert "Church" not in page.get(tab(margaret)).content.decode()


def _standing(person: Person) -> PlanEntry:
    return PlanEntry.objects.filter(person=person, ended_at=None).get()


def test_a_goal_is_set_worked_at_and_reviewed(page: Client, margaret: Person) -> None:
    page.post(
        reverse("plans:set_goal", args=[margaret.pk]),
        {"in_their_words": "Sit in my garden", "first_step": "Clear the path", "helper": "Ada"},
    )
    goal = Goal.objects.get()
    step = goal.steps.get()
    shown = page.get(tab(margaret)).content.decode()
    assert "Not known: nobody has asked yet how it went" in shown
    page.post(reverse("plans:finish_step", args=[margaret.pk, step.pk]))
    page.post(reverse("plans:add_step", args=[margaret.pk, goal.pk]), {"words": "Buy a chair"})
    page.post(
        reverse("plans:review_goal", args=[margaret.pk, goal.pk]),
        {"outcome": "partly_achieved", "words": "On sunny days", "said_by": "person"},
    )

    goal.refresh_from_db()
    assert goal.state == GoalState.PARTLY_ACHIEVED
    shown = page.get(tab(margaret)).content.decode()
    assert "On sunny days" in shown
    assert "Margaret Okafor said so on" in shown


@pytest.mark.parametrize(
    ("name", "typed", "says"),
    [
        ("set_goal", {"first_step": "x"}, "Write what the person wants, in their own words."),
        ("add_support", {"who": "Ada"}, "Write what they do."),
        ("record_income", {"what": "Attendance Allowance"}, "Write what was gained"),
    ],
)
def test_what_is_missing_is_said_beside_its_field(
    page: Client, margaret: Person, name: str, typed: dict[str, Any], says: str
) -> None:
    answer = page.post(reverse(f"plans:{name}", args=[margaret.pk]), typed)

    assert says in answer.content.decode()


def test_helpers_agreement_and_money_stand_beside_the_plan(page: Client, margaret: Person) -> None:
    page.post(
        reverse("plans:add_support", args=[margaret.pk]),
        {"who": "Ada", "what": "Shopping", "phone": "020 7946 0018"},
    )
    page.post(
        reverse("plans:agree_plan", args=[margaret.pk]),
        {
            "agreed_by": "Margaret",
            "agreed_on_day": "11",
            "agreed_on_month": "3",
            "agreed_on_year": "2026",
        },
    )
    page.post(
        reverse("plans:record_income", args=[margaret.pk]),
        {
            "what": "Attendance Allowance",
            "pounds_a_year": "3822",
            "confirmed_by": "Jo saw the letter",
            "confirmed_on_day": "10",
            "confirmed_on_month": "3",
            "confirmed_on_year": "2026",
        },
    )

    shown = page.get(tab(margaret)).content.decode()
    for words in ("Shopping", "Agreed on", "£3,822"):
        assert words in shown


def test_two_days_stand_side_by_side(page: Client, pic: Viewer, margaret: Person) -> None:
    with viewing(pic, at=AT):
        verbs.write_words(
            person_id=margaret.pk,
            section=PlanSection.STRENGTHS,
            words="Baking",
            by=pic,
            at=AT,
        )

    answer = page.get(reverse("plans:compare_plan", args=[margaret.pk]))

    assert answer.status_code == 200
    assert "Baking" in answer.content.decode()


def test_the_plan_prints_with_a_page_for_the_fridge(
    page: Client, pic: Viewer, margaret: Person
) -> None:
    with viewing(pic, at=AT):
        verbs.set_goal(person_id=margaret.pk, in_their_words="Church", by=pic, at=AT)

    words = page.get(reverse("plans:print_plan", args=[margaret.pk])).content.decode()

    assert "Margaret’s plan" in words
    assert "Church" in words


def test_the_tab_stays_within_its_statements(page: Client, pic: Viewer, margaret: Person) -> None:
    page.get(tab(margaret))
    with viewing(pic, at=AT):
        for number in range(12):
            verbs.set_goal(
                person_id=margaret.pk,
                in_their_words=f"Goal {number}",
                first_step="Step",
                by=pic,
                at=AT,
            )

    with CaptureQueriesContext(connection) as captured:
        page.get(tab(margaret))

    asked = [one["sql"] for one in captured if not one["sql"].startswith(FRAME)]
    assert len(asked) <= MOST_STATEMENTS, "\n".join(asked)


def test_a_stranger_finds_no_plan(margaret: Person) -> None:
    stranger = client_of(unconnected(Role.PIC))

    assert stranger.get(tab(margaret)).status_code == 404
    assert stranger.get(reverse("plans:print_plan", args=[margaret.pk])).status_code == 404
    assert stranger.get(reverse("plans:set_goal", args=[margaret.pk])).status_code == 404


def test_a_goal_of_somebody_else_is_not_found_on_this_page(
    page: Client, pic: Viewer, margaret: Person
) -> None:
    from tests.rooms.plans.around_margaret import bola

    other = bola()
    carer = connected(Role.PIC, other, "Sam")
    with viewing(carer, at=AT):
        goal = verbs.set_goal(person_id=other.pk, in_their_words="Swim", by=carer, at=AT)

    assert page.get(reverse("plans:add_step", args=[margaret.pk, goal.pk])).status_code == 404
    assert queries.goals_of(margaret.pk, viewer=pic) == []
