"""What is typed around a plan: copies, a paper form's code, a carer's needs, volunteers."""

import uuid
from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings

from oneplace.kit.forms import DateField
from oneplace.plans.models import CopyKind, NeedOfCarer
from oneplace.plans.rules import LONGEST_WORDS, MOST_HOURS
from oneplace.vocabulary.terms import GoalCategory, Weekday


class CopyForm(forms.Form):
    """Who was given the plan."""

    given_to = forms.CharField(
        label="Who was given it?",
        max_length=200,
        error_messages={"required": "Write who was given it."},
    )
    kind = forms.ChoiceField(
        label="In what form?",
        choices=CopyKind.choices(),
        widget=forms.RadioSelect,
        error_messages={"required": "Choose the form."},
    )
    given_on = DateField(label="On which day?", required=False, help_text="Empty for today.")

    def clean_kind(self) -> CopyKind:
        """As a term."""
        return CopyKind(self.cleaned_data["kind"])


class CodeForm(forms.Form):
    """The code at the foot of a paper form."""

    code = forms.CharField(
        label="The code at the foot of the sheet",
        max_length=20,
        help_text="Eight letters and numbers, such as KM4T-7QXA.",
        error_messages={"required": "Write the code."},
    )


class CarerForm(forms.Form):
    """What somebody who cares for another needs for themselves."""

    cares_for = forms.CharField(
        label="Whom do they care for?",
        max_length=200,
        error_messages={"required": "Write whom they care for, as they say it."},
    )
    hours_a_week = forms.IntegerField(
        label="About how many hours a week?", min_value=0, max_value=MOST_HOURS, required=False
    )
    needs = forms.MultipleChoiceField(
        label="What would help them?",
        choices=NeedOfCarer.choices(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    in_their_words = forms.CharField(
        label="In their own words",
        max_length=LONGEST_WORDS,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    if_i_cannot = forms.CharField(
        label="What should happen if they cannot care, from one hour to the next?",
        max_length=LONGEST_WORDS,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    knows_rights_on = DateField(
        label="When were they told of their right to an assessment?", required=False
    )
    assessment_due_on = DateField(label="When is their assessment due?", required=False)
    assessed_on = DateField(label="When was it done?", required=False)
    review_on = DateField(label="When do we ask again?", required=False)

    def clean_needs(self) -> list[NeedOfCarer]:
        """As terms."""
        return [NeedOfCarer(word) for word in self.cleaned_data["needs"]]


class VolunteerForm(forms.Form):
    """Somebody who gives their time."""

    name = forms.CharField(
        label="Name", max_length=160, error_messages={"required": "Write their name."}
    )
    phone = forms.CharField(label="Phone", max_length=40, required=False)
    email = forms.EmailField(label="Email", required=False)
    likes = forms.CharField(
        label="What do they like to do and speak of?",
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    helps_with = forms.MultipleChoiceField(
        label="With what can they help?",
        choices=GoalCategory.choices(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    languages = forms.MultipleChoiceField(
        label="Which languages do they speak?",
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    districts = forms.CharField(
        label="Where do they go?",
        max_length=200,
        required=False,
        help_text="Postcode districts: the part before the space, several with spaces between.",
    )
    days = forms.MultipleChoiceField(
        label="On which days?",
        choices=Weekday.choices(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    most_people = forms.IntegerField(
        label="How many people at most?", min_value=1, max_value=20, initial=1
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["languages"]
        assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101 - tells the type checker
        field.choices = [(one.code, one.name) for one in settings.PLACE.languages]

    def clean_helps_with(self) -> list[GoalCategory]:
        """As terms."""
        return [GoalCategory(word) for word in self.cleaned_data["helps_with"]]

    def clean_districts(self) -> list[str]:
        """One by one."""
        return str(self.cleaned_data["districts"]).replace(",", " ").split()


class VettingForm(forms.Form):
    """A volunteer's checks."""

    vetted_on = DateField(
        label="When were the checks made?", error_messages={"required": "Write the day."}
    )
    vetted_until = DateField(
        label="Until when do they hold?", error_messages={"required": "Write the day."}
    )
    vetted_by = forms.CharField(
        label="Who looked at them?",
        max_length=160,
        error_messages={"required": "Write who looked at the checks."},
    )
    trained_on = DateField(label="When were they trained?", required=False)


class MatchForm(forms.Form):
    """A volunteer for somebody."""

    volunteer = forms.ChoiceField(
        label="Who?",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose a volunteer."},
    )
    what_for = forms.CharField(
        label="What do they do together?",
        max_length=300,
        error_messages={"required": "Write what they do together."},
    )
    person_agreed_on = DateField(
        label="When did the person say yes?",
        error_messages={"required": "Ask the person first, then write the day."},
    )
    starts_on = DateField(label="From when?", required=False)

    def __init__(self, *args: Any, choices: Sequence[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["volunteer"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - tells the type checker
        field.choices = list(choices)

    def clean_volunteer(self) -> uuid.UUID:
        """Its id."""
        return uuid.UUID(self.cleaned_data["volunteer"])


class EndForm(forms.Form):
    """Why it ends."""

    why = forms.CharField(
        label="Why does it end?",
        max_length=300,
        error_messages={"required": "Write why it ends."},
    )


class SureForm(forms.Form):
    """Nothing to type."""
