"""The plan on paper: large, easy, one page, as PDF, and a form that finds its plan again."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from oneplace.access.viewer import Viewer, viewing
from oneplace.people.models import Person
from oneplace.plans import print_words, verbs
from oneplace.plans.models import PlanCopy
from oneplace.vocabulary.terms import PlanSection, Role
from tests.rooms.people.saying import AT
from tests.rooms.plans.around_margaret import arrive, client_of, connected, unconnected

pytestmark = pytest.mark.django_db


@pytest.fixture
def margaret(db: None) -> Person:
    return arrive()


@pytest.fixture
def pic(margaret: Person) -> Viewer:
    pic = connected(Role.PIC, margaret, "Jo Reyes")
    with viewing(pic, at=AT):
        verbs.write_words(
            person_id=margaret.pk,
            section=PlanSection.WHAT_MATTERS,
            words="Church on Sundays",
            by=pic,
            at=AT,
        )
        verbs.set_goal(
            person_id=margaret.pk, in_their_words="Walk there", first_step="To the gate",
            by=pic, at=AT,
        )  # fmt: skip
        verbs.add_support(
            person_id=margaret.pk, who="Ada", what="Shopping", phone="020 7946 0018", by=pic, at=AT
        )
    return pic


@pytest.fixture
def page(pic: Viewer) -> Client:
    return client_of(pic)


def paper(person: Person, **query: str) -> str:
    more = "&".join(f"{name}={value}" for name, value in query.items())
    return reverse("plans:print_plan", args=[person.pk]) + f"?{more}"


def test_the_page_for_the_fridge_stands_alone(page: Client, margaret: Person) -> None:
    shown = page.get(paper(margaret, form="fridge")).content.decode()

    assert "Church on Sundays" in shown
    assert "My goals" not in shown


def test_easy_words_say_one_thing_after_another(page: Client, margaret: Person) -> None:
    shown = page.get(paper(margaret, form="easy")).content.decode()

    assert "This is important to me" in shown
    assert "Ring: 020 7946 0018" in shown


def test_it_comes_as_a_pdf(page: Client, margaret: Person) -> None:
    from oneplace.files.pdf import why_no_pdf

    if why_no_pdf():
        pytest.skip("this machine makes no PDFs")

    answer = page.get(paper(margaret, form="fridge", **{"as": "pdf"}))

    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")


def test_a_form_carries_a_code_and_no_name_and_finds_its_plan_again(
    page: Client, margaret: Person
) -> None:
    made = page.post(reverse("plans:make_form", args=[margaret.pk]))
    sheet = page.get(made["Location"]).content.decode()
    code = PlanCopy.objects.get().code

    assert code in sheet
    assert "Okafor" not in sheet.replace(str(margaret.pk), "")
    found = page.post(reverse("plans:return_form"), {"code": code.lower().replace("-", " ")})
    assert found["Location"] == reverse("desk:person_plan", args=[margaret.pk])
    assert PlanCopy.objects.get().returned_at is not None


@pytest.mark.parametrize("code", ["AAAA-AAAA", "x", "12345678901234567"])
def test_a_code_nobody_knows_reveals_nothing(page: Client, code: str) -> None:
    shown = page.post(reverse("plans:return_form"), {"code": code}).content.decode()

    assert "No form with this code opens to you." in shown


def test_a_strangers_code_is_like_one_nobody_knows(page: Client, margaret: Person) -> None:
    page.post(reverse("plans:make_form", args=[margaret.pk]))
    code = PlanCopy.objects.get().code
    stranger = client_of(unconnected(Role.SOCIAL_WORKER))

    shown = stranger.post(reverse("plans:return_form"), {"code": code}).content.decode()

    assert "No form with this code opens to you." in shown


def test_a_place_adds_a_language_as_data(
    page: Client, margaret: Person, settings: Any, tmp_path: Path
) -> None:
    settings.DATA_FOLDER = tmp_path
    (tmp_path / "wording").mkdir()
    (tmp_path / "wording" / "plan.pl.toml").write_text(
        'language = "Polski"\nwhat_matters = "Co jest dla mnie ważne"\n'
    )

    shown = page.get(paper(margaret, language="pl")).content.decode()

    assert "Co jest dla mnie ważne" in shown
    assert "Church on Sundays" in shown
    assert "Polski" in shown


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('language = "Polski"\nplan_off = "x"\n', "no such words: plan_off"),
        ('language = "Polski"\nplan_of = "Plan"\n', "plan_of must keep name"),
        ("language = ", "plan.pl.toml"),
    ],
)
def test_a_file_of_words_that_is_wrong_is_named(
    settings: Any, tmp_path: Path, text: str, says: str
) -> None:
    settings.DATA_FOLDER = tmp_path
    (tmp_path / "wording").mkdir()
    (tmp_path / "wording" / "plan.pl.toml").write_text(text)

    with pytest.raises(print_words.WordsRefused, match=says):
        print_words.print_words("pl")


def test_who_has_the_plan_is_written_beside_it(page: Client, margaret: Person) -> None:
    page.post(reverse("plans:give_copy", args=[margaret.pk]), {"given_to": "Ada", "kind": "fridge"})
    tab = reverse("desk:person_plan", args=[margaret.pk])
    assert "One page for the fridge" in page.get(tab).content.decode()
    copy = PlanCopy.objects.get()

    page.post(reverse("plans:take_back_copy", args=[margaret.pk, copy.pk]))

    assert "Nobody has been given it." in page.get(tab).content.decode()


def test_a_carers_own_needs_stand_in_their_own_plan(page: Client, margaret: Person) -> None:
    page.post(
        reverse("plans:write_carer_needs", args=[margaret.pk]),
        {
            "cares_for": "My husband",
            "hours_a_week": "40",
            "needs": ["break", "sleep"],
            "if_i_cannot": "Ring Ada",
        },
    )

    shown = page.get(reverse("desk:person_plan", args=[margaret.pk])).content.decode()
    assert "For My husband, about 40 hours a week. Would help: a break, sleep." in shown
    assert "If they cannot: Ring Ada" in shown
    again = page.get(reverse("plans:write_carer_needs", args=[margaret.pk])).content.decode()
    assert "My husband" in again
