"""What is typed about suggestions, checked in the reader's words."""

import uuid
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Final

from django import forms

from oneplace.access.models import HowTold
from oneplace.casefinding.rules import LONGEST_WORDS
from oneplace.casefinding.verbs import Sbar
from oneplace.kit.words import label_of
from oneplace.vocabulary.terms import CaseFindingSource, SuggestionDeclined

# Somebody who objects says so in words of their own, on a form of its own.
DECLINES: Final = tuple(
    reason for reason in SuggestionDeclined if reason is not SuggestionDeclined.OBJECTED
)
HOWS: Final = (HowTold.IN_PERSON, HowTold.PHONE, HowTold.LETTER, HowTold.MESSAGE)
WEEKS: Final = (2, 4, 12)


class DeclineForm(forms.Form):
    """Why somebody is not for the huddle."""

    reason = forms.TypedChoiceField(
        choices=lambda: [(reason.value, label_of(reason)) for reason in DECLINES],
        coerce=SuggestionDeclined,
        error_messages={"required": "Choose why not.", "invalid_choice": "Choose why not."},
    )
    words = forms.CharField(required=False, max_length=LONGEST_WORDS)


class NotNowForm(forms.Form):
    """Until when somebody is put off: in so many weeks, or a day."""

    weeks = forms.TypedChoiceField(
        required=False, choices=[(str(n), str(n)) for n in WEEKS], coerce=int, empty_value=None
    )
    returns_on = forms.DateField(
        required=False,
        error_messages={"invalid": "This is not a date. Choose the day on which they come back."},
    )

    def day(self, today: date) -> date | None:
        """The day on which they come back; None where none was given."""
        weeks = self.cleaned_data.get("weeks")
        if weeks:
            return today + timedelta(weeks=weeks)
        found: date | None = self.cleaned_data.get("returns_on")
        return found


class ToldForm(forms.Form):
    """By which way somebody was told."""

    how = forms.TypedChoiceField(
        choices=[(how.value, how.label) for how in HOWS],
        coerce=HowTold,
        error_messages={"required": "Choose how they were told."},
    )


class ObjectionForm(forms.Form):
    """What somebody said who does not want their information shared."""

    words = forms.CharField(
        label="What did they say?",
        help_text="In their words. It is kept as their choice and stops sharing at once; urgent "
        "care and safeguarding go on.",
        max_length=LONGEST_WORDS,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Write down what they said."},
    )
    how = forms.TypedChoiceField(
        label="How did they say it?",
        choices=[(how.value, how.label) for how in HOWS],
        coerce=HowTold,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose how they said it."},
    )


class LeaveForm(forms.Form):
    """Why somebody leaves the list."""

    why = forms.CharField(
        label="Why do they leave the list?",
        max_length=280,
        error_messages={"required": "Say why, in a few words."},
    )


_WAYS: Final = (
    CaseFindingSource.PROFESSIONAL_WORRY,
    CaseFindingSource.HOME_FIRST,
    CaseFindingSource.FALL,
    CaseFindingSource.CARE_HOME,
    CaseFindingSource.CARER_STRAIN,
    CaseFindingSource.SELF,
)


class WorryForm(forms.Form):
    """A worry in the order in which it is told by telephone: SBAR."""

    source = forms.TypedChoiceField(
        label="Why do you ask?",
        choices=[(way.value, way.label) for way in _WAYS],
        coerce=CaseFindingSource,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose the nearest."},
    )
    situation = forms.CharField(
        label="Situation: what is happening now?",
        help_text="For example: found on the floor twice this week, and says she is not eating.",
        max_length=LONGEST_WORDS,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Say in a sentence what is happening now."},
    )
    background = forms.CharField(
        label="Background: what led to it?",
        required=False,
        max_length=LONGEST_WORDS,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    assessment = forms.CharField(
        label="Assessment: what do you think is going on?",
        required=False,
        max_length=LONGEST_WORDS,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    recommendation = forms.CharField(
        label="Recommendation: what do you ask of the team?",
        required=False,
        max_length=LONGEST_WORDS,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    own_words = forms.CharField(
        label="What does the person say, in their words?",
        required=False,
        max_length=LONGEST_WORDS,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    is_person_told = forms.TypedChoiceField(
        label="Do they know that you ask?",
        choices=[("yes", "Yes"), ("no", "Not yet")],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": "Say whether they know."},
    )

    def verb_values(self) -> dict[str, Any]:
        """What the verb takes."""
        given = dict(self.cleaned_data)
        return {"source": given.pop("source"), "sbar": Sbar(**given)}


_READ: Final = (
    ("purpose", "What it is for and what not is right for this place"),
    ("quality", "It tells people apart, and its chances come true, well enough to be told"),
    ("fairness", "It is fair enough to the groups of people living here"),
)


class SignModelForm(forms.Form):
    """What the clinical lead has read, and what they conclude."""

    read = forms.MultipleChoiceField(
        label="I have read the card, and find",
        choices=_READ,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Tick each; where one is not so, do not sign it."},
    )
    words = forms.CharField(
        label="What do you conclude?",
        help_text="For example: good enough to stand beside the other reasons for a year; look "
        "again at people under 40. Everybody who reads the card reads this.",
        max_length=LONGEST_WORDS,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Say in a sentence what you conclude."},
    )

    def clean_read(self) -> list[str]:
        """All of it, or no signature."""
        given: list[str] = self.cleaned_data["read"]
        if len(given) < len(_READ):
            raise forms.ValidationError("Tick each; where one is not so, do not sign it.")
        return given


class WithdrawModelForm(forms.Form):
    """Why a model is taken out of use."""

    why = forms.CharField(
        label="Why?",
        help_text="Everybody who reads the card reads this.",
        max_length=500,
        error_messages={"required": "Say why, in a sentence: everybody reads it."},
    )


class SaveListForm(forms.Form):
    """What a list is called, and whether others may use it."""

    name = forms.CharField(max_length=120)
    is_shared = forms.BooleanField(required=False)
    key = forms.UUIDField(required=False, widget=forms.HiddenInput)
    """Made with the page: pressed twice, the list is saved once."""


class AskNamesForm(forms.Form):
    """Which practice is asked, and what for."""

    practice_id = forms.TypedChoiceField(coerce=uuid.UUID)
    why = forms.CharField(max_length=500)

    def __init__(self, *args: Any, practices: Mapping[str, str], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["practice_id"].choices = list(practices.items())  # type: ignore[attr-defined]
