"""What is typed into a coordinator's work: one form a step, named as the verb it leads to."""

import uuid
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings

from oneplace.kit.forms import DateField
from oneplace.kit.words import say
from oneplace.plans.models import Tried
from oneplace.plans.rules import LONGEST_WORDS
from oneplace.vocabulary.terms import PicClosed, PicUnsuitable, PicWeight

_WORDS: Final = {"required": "Write a few words."}


class NoteForm(forms.Form):
    """A few words, if there are any."""

    words = forms.CharField(
        label="In a few words",
        max_length=LONGEST_WORDS,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class NeededNoteForm(NoteForm):
    """A note that says something."""

    words = forms.CharField(
        label="Your note",
        max_length=LONGEST_WORDS,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="What changed, what comes next, what the next person at the door must know.",
        error_messages={"required": "Write your note."},
    )


class ContactForm(forms.Form):
    """A try to reach somebody."""

    tried = forms.ChoiceField(
        label="How?",
        choices=Tried.choices(),
        widget=forms.RadioSelect,
        error_messages={"required": "Say how you tried."},
    )
    is_reached = forms.ChoiceField(
        label="Did you reach them?",
        choices=[("yes", "Yes, we spoke"), ("no", "No")],
        widget=forms.RadioSelect,
        error_messages={"required": "Say whether you spoke with them."},
    )
    words = forms.CharField(
        label="What they said, or what you left",
        max_length=LONGEST_WORDS,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean_tried(self) -> Tried:
        """As a term."""
        return Tried(self.cleaned_data["tried"])

    def clean_is_reached(self) -> bool:
        """As a truth."""
        return bool(self.cleaned_data["is_reached"] == "yes")


class VisitForm(NoteForm):
    """When the first visit is: a day, and between which hours."""

    visit_on = DateField(label="On which day?", error_messages={"required": "Write the day."})
    opens = forms.TimeField(
        label="Not before",
        initial="10:00",
        widget=forms.TimeInput(attrs={"class": "nhsuk-input--width-5"}),
        error_messages={"required": "Write the hour.", "invalid": "Write the hour like 10:00."},
    )
    closes = forms.TimeField(
        label="Not after",
        initial="12:00",
        widget=forms.TimeInput(attrs={"class": "nhsuk-input--width-5"}),
        error_messages={"required": "Write the hour.", "invalid": "Write the hour like 12:00."},
    )

    def clean(self) -> dict[str, Any]:
        """The window the person is told."""
        typed = super().clean() or {}
        on = typed.pop("visit_on", None)
        opens, closes = typed.pop("opens", None), typed.pop("closes", None)
        if on is not None and opens is not None and closes is not None:
            zone = ZoneInfo(settings.TIME_ZONE)
            typed["opens_at"] = datetime.combine(on, opens, zone)
            typed["closes_at"] = datetime.combine(on, closes, zone)
        return typed


class AgreedForm(forms.Form):
    """When the person agreed to their plan."""

    agreed_on = DateField(label="On which day?", error_messages={"required": "Write the day."})


class PauseForm(forms.Form):
    """Why the work rests."""

    why = forms.CharField(
        label="Why does it rest?",
        max_length=300,
        help_text="In hospital, away, or as they wish.",
        error_messages={"required": "Write why it rests."},
    )
    until = DateField(label="Until when, if you know?", required=False)


class WeightForm(forms.Form):
    """How much of a week somebody takes."""

    weight = forms.ChoiceField(
        label="How much of a week do they take?",
        choices=PicWeight.choices(),
        widget=forms.RadioSelect,
        error_messages={"required": "Choose one."},
    )

    def clean_weight(self) -> PicWeight:
        """As a term."""
        return PicWeight(self.cleaned_data["weight"])


class ExitForm(NoteForm):
    """The last review."""

    reviewed_on = DateField(label="On which day?", error_messages={"required": "Write the day."})


class CloseForm(forms.Form):
    """Why it ends, and what the practice and whoever referred are told."""

    because = forms.ChoiceField(
        label="Why does it end?",
        choices=PicClosed.choices(),
        widget=forms.RadioSelect,
        error_messages={"required": "Say why it ends."},
    )
    summary = forms.CharField(
        label="The summary",
        max_length=LONGEST_WORDS,
        widget=forms.Textarea(attrs={"rows": 12}),
        help_text="It goes to the practice and to whoever referred, as it stands here.",
        error_messages={"required": "Write the summary."},
    )

    def clean_because(self) -> PicClosed:
        """As a term."""
        return PicClosed(self.cleaned_data["because"])


class UnsuitableForm(NoteForm):
    """Why a coordinator is not what they need."""

    because = forms.ChoiceField(
        label="Why is a coordinator not what they need?",
        choices=PicUnsuitable.choices(),
        widget=forms.RadioSelect,
        error_messages={"required": "Say why."},
    )

    def clean_because(self) -> PicUnsuitable:
        """As a term."""
        return PicUnsuitable(self.cleaned_data["because"])


class AllocateForm(forms.Form):
    """To whom a person is given; who has most room stands first."""

    hat = forms.ChoiceField(
        label="To whom?",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose a coordinator."},
    )
    weight = forms.ChoiceField(
        label="How much of a week will they take?",
        choices=PicWeight.choices(),
        widget=forms.RadioSelect,
        initial=PicWeight.USUAL.value,
    )
    why = forms.CharField(
        label="Why them?",
        max_length=300,
        required=False,
        help_text="Needed where they have no room: a shared language, they know each other, near.",
    )

    def __init__(self, *args: Any, choices: Sequence[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["hat"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - tells the type checker
        field.choices = list(choices)

    def clean_hat(self) -> uuid.UUID:
        """Its id."""
        return uuid.UUID(self.cleaned_data["hat"])

    def clean_weight(self) -> PicWeight:
        """As a term."""
        return PicWeight(self.cleaned_data["weight"])


class OpenForm(forms.Form):
    """Who asked for a coordinator, where there was no referral."""

    referred_from = forms.CharField(
        label="Who asked for it?",
        max_length=200,
        error_messages={"required": "Write who asked for it."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        example = say("The person, their daughter, the {huddle} of 12 March.")
        self.fields["referred_from"].help_text = example


def starts_with(today: date) -> dict[str, Any]:
    """What days begin as: today."""
    return {"agreed_on": today, "reviewed_on": today}
