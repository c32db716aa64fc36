"""What is typed in an emergency, in a review, and in questions about who looked."""

from datetime import timedelta
from typing import Any, Final

from django import forms

from oneplace.access.models import EmergencyGround, EmergencyOutcome, UnusualOutcome
from oneplace.access.rules.emergency import LONGEST_WORDS
from oneplace.vocabulary.nhs_number import tidy, why_not_valid
from oneplace.vocabulary.terms import Purpose

_MINUTES: Final = ((15, "15 minutes"), (30, "30 minutes"), (60, "60 minutes, the longest"))


def _words(label: str, help_text: str, missing: str, *, required: bool = True) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        max_length=LONGEST_WORDS,
        required=required,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": missing},
    )


class NhsNumberField(forms.CharField):
    """An NHS number, typed as people type it; ten sound digits."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            label="NHS number",
            help_text="Ten digits, like 999 000 0018.",
            max_length=20,
            widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
            error_messages={"required": "Write the NHS number."},
            **options,
        )

    def clean(self, value: Any) -> str:
        """The ten digits; raises `ValidationError` saying why it is no NHS number."""
        typed = str(super().clean(value))
        if reason := why_not_valid(typed):
            raise forms.ValidationError(reason)
        return tidy(typed)


class EmergencyForm(forms.Form):
    """Why a record must open now, for how long, and whether the person can be told."""

    ground = forms.ChoiceField(
        label="Why can this not wait?",
        choices=EmergencyGround.choices(),
        widget=forms.RadioSelect,
        error_messages={"required": "Choose why this cannot wait."},
    )
    reason = _words(
        "What is happening?",
        "One sentence. An officer reads it when they review this.",
        "Say in a sentence what is happening.",
    )
    minutes = forms.TypedChoiceField(
        label="How long do you need?",
        choices=_MINUTES,
        initial=30,
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose how long you need."},
    )
    is_unsafe = forms.BooleanField(
        label="It would not be safe to tell the person",
        help_text="Otherwise they get a letter that says who opened their record, when and why.",
        required=False,
    )
    unsafe_why = _words(
        "Why would it not be safe?",
        "Only if you ticked the box: for example, somebody at home opens their letters.",
        "",
        required=False,
    )

    def verb_values(self) -> dict[str, Any]:
        """What the verb takes; keeping somebody safe is safeguarding, all else is care."""
        given = self.cleaned_data
        ground = EmergencyGround(given["ground"])
        is_safety = ground is EmergencyGround.KEEP_SAFE
        return {
            "purpose": Purpose.SAFEGUARDING if is_safety else Purpose.DIRECT_CARE,
            "ground": ground,
            "reason": given["reason"],
            "lasts": timedelta(minutes=given["minutes"]),
            "unsafe_why": given["unsafe_why"] if given["is_unsafe"] else None,
        }


class EmergencyByNumberForm(EmergencyForm):
    """The same, of somebody nobody has found: by their NHS number."""

    nhs_number = NhsNumberField()
    field_order = ("nhs_number", "ground", "reason", "minutes", "is_unsafe", "unsafe_why")


class SafeguardingForm(forms.Form):
    """What the concern is, and for how long it is looked into."""

    reason = _words(
        "What is the concern?",
        "One sentence. It is kept with everything you open.",
        "Say in a sentence what the concern is.",
    )
    hours = forms.TypedChoiceField(
        label="How long do you need?",
        choices=((1, "1 hour"), (2, "2 hours"), (4, "4 hours, the longest")),
        initial=1,
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose how long you need."},
    )

    def verb_values(self) -> dict[str, Any]:
        """What the verb takes."""
        given = self.cleaned_data
        return {"reason": given["reason"], "lasts": timedelta(hours=given["hours"])}


class ReviewForm(forms.Form):
    """What an officer makes of an emergency access."""

    outcome = forms.ChoiceField(
        label="What did you find?",
        choices=EmergencyOutcome.choices(),
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what you found."},
    )
    words = _words(
        "What you looked at, and what follows",
        "They will read this.",
        "Say in a sentence what you found and what follows.",
    )

    def verb_values(self) -> dict[str, Any]:
        """What the verb takes."""
        given = self.cleaned_data
        return {"outcome": EmergencyOutcome(given["outcome"]), "words": given["words"]}


class WhoLookedForm(forms.Form):
    """Whose record an officer asks about, and why."""

    nhs_number = NhsNumberField()
    why = _words(
        "Why do you ask?",
        "For example: the person asked on 3 March. It is kept in the audit.",
        "Say why you ask: it is kept in the audit.",
    )


class AskForm(forms.Form):
    """A question about a look."""

    words = _words(
        "Your question",
        "They see who looked, when and what was done, and not whose record it is: do not name the "
        "person.",
        "Say what you would like to know.",
    )


class AnswerForm(forms.Form):
    """An answer to a question about a look."""

    words = _words(
        "Your answer",
        "Whoever asked will read it. Ask the worker: they can see their own looks.",
        "Write an answer.",
    )


class SettleForm(forms.Form):
    """What came of looking into looks that stood out."""

    outcome = forms.ChoiceField(
        label="What came of it?",
        choices=UnusualOutcome.choices(),
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what came of it."},
    )
    words = _words("In a few words", "", "Say in a few words what came of it.")

    def verb_values(self) -> dict[str, Any]:
        """What the verb takes."""
        given = self.cleaned_data
        return {"outcome": UnusualOutcome(given["outcome"]), "words": given["words"]}
