"""What is typed about a visit; forms check words and times, and save nothing."""

from typing import Any

from django import forms

from oneplace.kit.forms import DateField
from oneplace.visits.models import DOOR_STEPS, DoorStep, VisitPurpose
from oneplace.visits.rules import LATEST_MINUTES, LONGEST_MINUTES, LONGEST_WORDS


class WindowForm(forms.Form):
    """When: a day, and between which times."""

    on = DateField(label="On which day?", error_messages={"required": "Write the day."})
    begins = forms.TimeField(
        label="From",
        help_text="For example 10:00",
        error_messages={
            "required": "Write a time, such as 10:00.",
            "invalid": "Write it as 10:00.",
        },
    )
    ends = forms.TimeField(
        label="Until at the latest",
        required=False,
        help_text="Leave empty for an exact time.",
        error_messages={"invalid": "Write it as 11:30."},
    )


class BookForm(WindowForm):
    """A visit to be booked."""

    worker = forms.ChoiceField(label="Who goes?")
    purpose = forms.ChoiceField(
        label="What for?", choices=VisitPurpose.choices(), initial=VisitPurpose.PLAN.value
    )
    why = forms.CharField(
        label="Why, in a line",
        max_length=400,
        required=False,
        help_text="Whoever goes reads it at the door.",
    )
    minutes = forms.IntegerField(
        label="How many minutes?", min_value=1, max_value=LONGEST_MINUTES, initial=60
    )

    field_order = ("on", "begins", "ends", "worker", "purpose", "why", "minutes")

    def __init__(self, *args: Any, workers: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["worker"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - tells the type checker
        field.choices = workers

    def clean_purpose(self) -> VisitPurpose:
        """As a term."""
        return VisitPurpose(self.cleaned_data["purpose"])


class LateForm(forms.Form):
    """How late, why, and whether the person is told."""

    minutes = forms.IntegerField(
        label="How many minutes later?",
        min_value=1,
        max_value=LATEST_MINUTES,
        help_text="Later than planned; from now, where that time is over.",
        error_messages={"required": "Write how many minutes, such as 20."},
    )
    words = forms.CharField(label="Why, in a few words", max_length=200, required=False)
    tells_person = forms.BooleanField(label="Send them a text", required=False)


class MoveForm(WindowForm):
    """A visit to be moved."""

    why = forms.CharField(
        label="Why is it moved?",
        max_length=400,
        error_messages={"required": "Write why it is moved."},
    )


class WhyForm(forms.Form):
    """Why a visit does not happen."""

    why = forms.CharField(
        label="Why does it not happen?",
        max_length=400,
        error_messages={"required": "Write why it does not happen."},
    )


class NoteForm(forms.Form):
    """What happened."""

    words = forms.CharField(
        label="What happened, in five minutes",
        max_length=LONGEST_WORDS,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": "Write what happened."},
    )


class CheckInForm(forms.Form):
    """In alone, and out by when."""

    minutes = forms.TypedChoiceField(
        label="When do you expect to be out?",
        coerce=int,
        choices=[(n, f"in {n} minutes") for n in (30, 45, 60, 90, 120)],
        initial=60,
        widget=forms.RadioSelect,
    )
    phone = forms.CharField(label="The number you are reached at", max_length=40, required=False)


class DoorForm(forms.Form):
    """One thing done because nobody opened."""

    step = forms.ChoiceField(
        label="What was done?",
        choices=[(step.value, step.label) for step in (*DOOR_STEPS, DoorStep.FOUND)],
        widget=forms.RadioSelect,
        error_messages={"required": "Say what was done."},
    )
    words = forms.CharField(
        label="In a few words",
        max_length=400,
        required=False,
        help_text="When they are found: where they are, and how they are.",
    )

    def clean_step(self) -> DoorStep:
        """As a term."""
        return DoorStep(self.cleaned_data["step"])


class SettleForm(forms.Form):
    """That a colleague is well, and how it is known."""

    how = forms.CharField(
        label="How do you know that they are well?",
        max_length=400,
        error_messages={"required": "Write how you know that they are well."},
    )
