"""Fields become NHS.UK components; errors lead to their field; refusals stand on the form."""

from datetime import date
from typing import Any

import pytest
from django import forms
from django.template import engines

from oneplace.kit.forms import DateField, component, error_list
from oneplace.kit.refusals import Refused, refusals_on, refuse_if


class Everything(forms.Form):
    """One field of each kind."""

    name = forms.CharField(label="Name", help_text="As the person says it")
    email = forms.EmailField(widget=forms.EmailInput(attrs={"autocomplete": "email"}))
    password = forms.CharField(
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )
    number = forms.IntegerField(required=False)
    notes = forms.CharField(widget=forms.Textarea, max_length=50, required=False)
    free = forms.CharField(widget=forms.Textarea, required=False)
    one = forms.ChoiceField(choices=[("a", "Ay"), ("b", "Bee")], widget=forms.RadioSelect)
    many = forms.MultipleChoiceField(
        choices=[("a", "Ay"), ("b", "Bee")], widget=forms.CheckboxSelectMultiple, required=False
    )
    pick = forms.ChoiceField(choices=[("a", "Ay"), ("Group", [("b", "Bee")])])
    agrees = forms.BooleanField(required=False, help_text="You can change it later")
    born_on = DateField(label="Date of birth", is_birth=True)
    paper = forms.FileField(required=False)
    secret = forms.CharField(widget=forms.HiddenInput, required=False)


GIVEN = {
    "name": "Peggy",
    "email": "peggy@example.org",
    "password": "four words nobody joins",
    "one": "b",
    "many": ["a"],
    "pick": "b",
    "born_on_day": "7",
    "born_on_month": "3",
    "born_on_year": "1943",
}


def _drawn(form: forms.Form) -> str:
    template = engines["jinja2"].from_string(  # type: ignore[attr-defined]
        '{% import "kit/forms.html" as forms %}'
        "{{ forms.error_summary(form) }}{{ forms.fields(form) }}"
    )
    return str(template.render({"form": form}))


def test_every_kind_of_field_is_drawn_with_its_label() -> None:
    drawn = _drawn(Everything())

    for words in ("Name", "Email", "Number (optional)", "Ay", "Bee", "Date of birth", "Day"):
        assert words in drawn
    for part in ("nhsuk-input", "nhsuk-radios", "nhsuk-checkboxes", "nhsuk-select"):
        assert part in drawn
    for part in ("nhsuk-textarea", "nhsuk-date-input", "nhsuk-password-input", "nhsuk-file-upload"):
        assert part in drawn
    assert 'type="hidden" name="secret"' in drawn


@pytest.mark.parametrize(
    ("field", "kind"),
    [
        ("name", "input"),
        ("password", "passwordInput"),
        ("notes", "characterCount"),
        ("free", "textarea"),
        ("one", "radios"),
        ("many", "checkboxes"),
        ("pick", "select"),
        ("agrees", "checkboxes"),
        ("born_on", "dateInput"),
        ("paper", "fileUpload"),
    ],
)
def test_each_widget_has_its_component(field: str, kind: str) -> None:
    assert component(Everything()[field])["kind"] == kind


def test_a_password_is_never_sent_back_to_the_page() -> None:
    drawn = _drawn(Everything(GIVEN | {"name": ""}))

    assert "four words nobody joins" not in drawn
    assert "peggy@example.org" in drawn


def test_what_was_chosen_stays_chosen() -> None:
    form = Everything(GIVEN)

    radios = component(form["one"])["params"]["items"]
    select = component(form["pick"])["params"]["items"]

    assert [item["checked"] for item in radios] == [False, True]
    assert [item["selected"] for item in select] == [False, True]
    assert [item["value"] for item in component(form["born_on"])["params"]["items"]] == [
        "7",
        "3",
        "1943",
    ]


def test_a_form_filled_in_rightly_gives_its_values() -> None:
    form = Everything(GIVEN)

    assert form.is_valid(), form.errors
    assert form.cleaned_data["born_on"] == date(1943, 3, 7)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (("", "", ""), "required"),
        (("7", "", "1943"), "must include a month"),
        (("", "", "1943"), "must include a day and month"),
        (("31", "2", "1943"), "not a date"),
        (("seven", "3", "1943"), "not a date"),
        (("7", "3", "43"), "four numbers"),
    ],
)
def test_a_wrong_date_says_what_is_wrong_with_it(given: tuple[str, str, str], said: str) -> None:
    day, month, year = given
    form = Everything(GIVEN | {"born_on_day": day, "born_on_month": month, "born_on_year": year})

    assert said in form.errors["born_on"][0]


def test_each_error_in_the_summary_leads_to_a_field_that_is_there() -> None:
    form = Everything({})

    drawn = _drawn(form)

    assert "There is a problem" in drawn
    for error in error_list(form):
        assert f'id="{error["href"][1:]}"' in drawn, error


def test_what_somebody_typed_is_escaped() -> None:
    drawn = _drawn(Everything(GIVEN | {"name": "<script>alert(1)</script>"}))

    assert "<script>" not in drawn


def test_a_page_may_change_a_components_parameters() -> None:
    drawn = component(Everything()["name"], label={"size": "l"}, width=20)

    assert drawn["params"]["label"] == {"text": "Name", "size": "l"}
    assert drawn["params"]["width"] == 20


def test_a_refusal_stands_at_its_field_with_what_was_typed() -> None:
    form = Everything(GIVEN)
    form.is_valid()

    with refusals_on(form):
        raise Refused("Somebody of this name is here already.", field="name")

    assert form.errors["name"] == ["Somebody of this name is here already."]


@pytest.mark.parametrize("field", [None, "no such field"])
def test_a_refusal_without_a_field_stands_above_the_form(field: str | None) -> None:
    form = Everything(GIVEN)
    form.is_valid()

    with refusals_on(form):
        refuse_if("The plan is closed.", field=field)

    assert form.non_field_errors() == ["The plan is closed."]
    assert error_list(form) == [{"text": "The plan is closed."}]


def test_no_reason_refuses_nothing() -> None:
    refuse_if(None)


def test_another_error_is_not_swallowed() -> None:
    form: Any = Everything(GIVEN)

    with pytest.raises(ZeroDivisionError), refusals_on(form):
        raise ZeroDivisionError
