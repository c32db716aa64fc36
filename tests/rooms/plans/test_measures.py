"""Measures on pages: whole sheets, half ones refused, change with its uncertainty, struck out."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from oneplace.access.viewer import Viewer, viewing
from oneplace.kit.refusals import Refused
from oneplace.people.models import Person
from oneplace.plans import queries, verbs
from oneplace.plans.models import Measure
from oneplace.plans.pack import PlanPart
from oneplace.visits.pack import Conflicted
from oneplace.vocabulary.terms import MeasureCompletedBy, Role
from tests.rooms.people.saying import AT
from tests.rooms.plans.around_margaret import arrive, client_of, connected

pytestmark = pytest.mark.django_db
SHEET = {"item_satisfied": "4", "item_worthwhile": "5", "item_happy": "3", "item_anxious": "8"}
WORDING = (
    'registered_to = "The alliance"\nregistration = "R-1"\nregistered_on = 2026-01-05\n[items]\n'
    + "".join(f'{number} = "Question {number}?"\n' for number in range(1, 8))
)


@pytest.fixture
def margaret(db: None) -> Person:
    return arrive()


@pytest.fixture
def pic(margaret: Person) -> Viewer:
    return connected(Role.PIC, margaret, "Jo Reyes")


@pytest.fixture
def page(pic: Viewer) -> Client:
    return client_of(pic)


def form(person: Person, instrument: str = "ons4") -> str:
    return reverse("plans:record_measure", args=[person.pk, instrument])


def answered_before(person: Person, pic: Viewer) -> None:
    """What was answered at the start, alone."""
    with viewing(pic, at=AT):
        verbs.record_measure(
            person_id=person.pk,
            instrument="ons4",
            answers={"satisfied": 4, "worthwhile": 5, "happy": 3, "anxious": 8},
            by=pic,
            at=AT,
        )


def shown(page: Client, person: Person) -> str:
    return page.get(reverse("plans:measures", args=[person.pk])).content.decode()


def test_a_whole_sheet_is_scored_and_says_who_chose_the_answers(
    page: Client, margaret: Person
) -> None:
    answer = page.post(form(margaret), {**SHEET, "mode": "assisted", "moment": "baseline"})

    assert answer.status_code == 302
    words = shown(page, margaret)
    assert "Satisfied with life: 4 of 10 (low)" in words
    assert "Anxious yesterday: 8 of 10 (high)" in words
    assert "Answered with help" in words
    assert "Asked once: nothing can be said about change yet." in words


def test_half_a_sheet_is_refused_beside_the_questions_and_nothing_is_kept(
    page: Client, margaret: Person
) -> None:
    half = {"item_satisfied": "4", "item_happy": "5", "mode": "self", "moment": "baseline"}

    answer = page.post(form(margaret), half)

    words = answer.content.decode()
    assert "Choose an answer: worthwhile." in words
    assert "Choose an answer: anxious yesterday." in words
    assert not Measure.objects.exists()


def test_the_verb_itself_refuses_half_a_sheet(margaret: Person, pic: Viewer) -> None:
    with viewing(pic, at=AT), pytest.raises(Refused, match="2 of 4 answers are missing"):
        verbs.record_measure(
            person_id=margaret.pk,
            instrument="ons4",
            answers={"satisfied": 3, "happy": 4},
            by=pic,
            at=AT,
        )


def test_a_change_is_told_with_what_is_not_known_of_it(
    page: Client, margaret: Person, pic: Viewer
) -> None:
    answered_before(margaret, pic)
    with viewing(pic, at=AT):
        verbs.record_measure(
            person_id=margaret.pk,
            instrument="ons4",
            answers={"satisfied": 7, "worthwhile": 7, "happy": 6, "anxious": 3},
            by=pic,
            at=AT + timedelta(days=60),
        )

    words = shown(page, margaret)
    assert re.search(
        r"Better: up 3 since \d+ \w+ \d{4}; how far one person’s answer errs is not published",
        words,
    )
    assert "Better: down 5" in words


def test_an_answer_given_for_somebody_is_not_compared_with_their_own(
    page: Client, margaret: Person, pic: Viewer
) -> None:
    answered_before(margaret, pic)
    with viewing(pic, at=AT):
        verbs.record_measure(
            person_id=margaret.pk,
            instrument="ons4",
            answers={"satisfied": 7, "worthwhile": 7, "happy": 6, "anxious": 3},
            mode=MeasureCompletedBy.PROXY,
            proxy_name="Ada",
            by=pic,
            at=AT + timedelta(days=60),
        )

    assert "Not compared: one was answered by the person" in shown(page, margaret)


def test_somebody_who_answers_for_another_is_named(page: Client, margaret: Person) -> None:
    answer = page.post(form(margaret), {**SHEET, "mode": "proxy", "moment": "baseline"})

    assert "Write who answered for the person." in answer.content.decode()


def test_a_licensed_measure_is_asked_only_with_the_places_own_wording(
    page: Client, margaret: Person, settings: Any, tmp_path: Path
) -> None:
    settings.DATA_FOLDER = tmp_path
    assert "registered with Warwick Medical School" in shown(page, margaret)
    sheet = {f"item_{number}": "3" for number in range(1, 8)}
    refused = page.post(form(margaret, "swemwbs"), {**sheet, "mode": "self", "moment": "baseline"})
    assert refused.status_code == 200
    assert not Measure.objects.exists()

    (tmp_path / "wording").mkdir()
    (tmp_path / "wording" / "swemwbs.toml").write_text(WORDING)
    assert "Question 1?" in page.get(form(margaret, "swemwbs")).content.decode()
    page.post(form(margaret, "swemwbs"), {**sheet, "mode": "self", "moment": "baseline"})

    words = shown(page, margaret)
    assert "Short wellbeing score: 19.25 of 35" in words
    assert "Sum before conversion 21." in words


def test_a_broken_wording_file_is_named_and_asks_nothing(
    page: Client, margaret: Person, settings: Any, tmp_path: Path
) -> None:
    settings.DATA_FOLDER = tmp_path
    (tmp_path / "wording").mkdir()
    (tmp_path / "wording" / "swemwbs.toml").write_text("registered_to = ")

    assert "The wording file cannot be used: swemwbs.toml" in shown(page, margaret)


def test_what_was_not_answered_counts_and_says_why(page: Client, margaret: Person) -> None:
    page.post(
        reverse("plans:note_measure_not_done", args=[margaret.pk, "ons4"]),
        {"because": "too_unwell", "moment": "baseline"},
    )

    assert "Too unwell that day" in shown(page, margaret)


def test_what_was_entered_wrongly_stays_readable_and_counts_no_more(
    page: Client, margaret: Person
) -> None:
    page.post(form(margaret), {**SHEET, "mode": "self", "moment": "baseline"})
    measure = Measure.objects.get()

    page.post(
        reverse("plans:strike_measure", args=[margaret.pk, measure.pk]),
        {"why": "Another person’s sheet"},
    )

    words = shown(page, margaret)
    assert "Struck out by Jo Reyes: Another person’s sheet" in words
    assert "Satisfied with life: 4" not in words


def test_the_pack_takes_goals_words_and_answers_along_and_back(
    margaret: Person, pic: Viewer
) -> None:
    part = PlanPart()
    with viewing(pic, at=AT):
        part.take(
            "set_goal",
            {"in_their_words": "Sit in the garden", "first_step": "Clear the path"},
            person_id=margaret.pk,
            by=pic,
            at=AT,
        )
        part.take(
            "record_measure",
            {
                "instrument": "ons4",
                "satisfied": "4",
                "worthwhile": "5",
                "happy": "3",
                "anxious": "8",
                "mode": "self",
            },
            person_id=margaret.pk,
            by=pic,
            at=AT,
        )
        leaf = part.rows([margaret.pk], viewer=pic, at=AT)[margaret.pk]

    assert leaf["quote"] == "Sit in the garden"
    assert leaf["lines"][0]["facts"] == "Next: Clear the path"
    kinds = [one["kind"] for one in leaf["forms"]]
    assert kinds.count("review_goal") == 1
    assert "record_measure" in kinds
    asked = next(one for one in leaf["forms"] if one["kind"] == "record_measure")
    assert asked["is_for_person"] is True


def test_half_a_sheet_from_a_phone_is_refused_too(margaret: Person, pic: Viewer) -> None:
    with viewing(pic, at=AT), pytest.raises(Refused, match="3 of 4 answers are missing"):
        PlanPart().take(
            "record_measure",
            {"instrument": "ons4", "happy": "3", "mode": "self"},
            person_id=margaret.pk,
            by=pic,
            at=AT,
        )


def test_a_goal_reviewed_meanwhile_shows_both(margaret: Person, pic: Viewer) -> None:
    from oneplace.vocabulary.terms import GoalState

    with viewing(pic, at=AT):
        goal = verbs.set_goal(person_id=margaret.pk, in_their_words="Church", by=pic, at=AT)
        verbs.review_goal(goal=goal, outcome=GoalState.ACHIEVED, words="I went", by=pic, at=AT)
        with pytest.raises(Conflicted, match="meanwhile") as told:
            PlanPart().take(
                "review_goal",
                {"goal_id": str(goal.pk), "outcome": "not_achieved"},
                person_id=margaret.pk,
                by=pic,
                at=AT,
            )

    assert "I went" in told.value.theirs
    assert queries is not None
