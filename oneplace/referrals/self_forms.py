"""What is typed by somebody who asks without an account, and by the team that rings them."""

from typing import Any

from django import forms

from oneplace.kit.forms import DateField
from oneplace.referrals.forms import TermChoice
from oneplace.referrals.models import AskedFor, SelfAnswer
from oneplace.referrals.rules import LONGEST_WORDS

NOBODY_OF_THESE = "new"


def _line(label: str, missing: str = "", **options: Any) -> forms.CharField:
    kept = {"max_length": 100, "required": bool(missing), **options}
    if missing:
        kept["error_messages"] = {"required": missing}
    return forms.CharField(label=label, **kept)


def _auto(word: str, **more: str) -> forms.TextInput:
    return forms.TextInput(attrs={"autocomplete": word, **more})


class AskYourselfForm(forms.Form):
    """What help, for whom, and whom to ring."""

    asked_for = TermChoice(
        AskedFor,
        label="Who is it for?",
        widget=forms.RadioSelect,
        error_messages={"required": "Say who it is for."},
    )
    need = forms.CharField(
        label="What would help?",
        max_length=LONGEST_WORDS,
        help_text="A few words are enough. Please write nothing about illnesses here.",
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Write what would help, in a few words."},
    )
    given = _line(
        "First name of whoever wants help",
        "Write the first name of whoever wants help.",
        widget=_auto("off"),
    )
    family = _line("Last name", "Write the last name.", widget=_auto("off"))
    phone = _line(
        "Which number shall we ring?",
        "Write a telephone number: we ring, and do not write.",
        max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"}),
    )
    may_leave_message = forms.BooleanField(label="You may leave a message there", required=False)
    postcode = _line(
        "Their postcode", max_length=10, widget=_auto("off"), help_text="So that it is near them."
    )
    born_on = DateField(
        label="Their date of birth",
        required=False,
        help_text="Only so that we find the right person. Leave it empty if you like.",
    )
    how_to_talk = _line(
        "What should we know when we ring?",
        max_length=300,
        help_text="Such as: speaks Tamil, hard of hearing, best in the afternoon.",
    )
    email = forms.EmailField(
        label="Your email address",
        required=False,
        help_text="If you would like a note that we have this. It says nothing about the person.",
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={"invalid": "This is no email address. Correct it, or leave it empty."},
    )
    asker_name = _line("Your name", max_length=160)
    asker_relation = _line(
        "What are you to them?", max_length=80, help_text="Such as: daughter, neighbour, warden."
    )
    asker_phone = _line("Your number", max_length=40)
    is_known = forms.BooleanField(label="They know that I am asking, and want it", required=False)
    # Left empty by people: it is not shown. What fills in every box is a machine.
    website = forms.CharField(required=False, max_length=200)


class TryForm(forms.Form):
    """A try to ring."""

    words = forms.CharField(
        label="In a few words",
        max_length=300,
        required=False,
        help_text="Such as: no answer, left a message, a wrong number.",
    )


class TakeUpForm(forms.Form):
    """Whose record it is, and what they said they would like."""

    whose = forms.ChoiceField(
        label="Whose record is it?",
        widget=forms.RadioSelect,
        error_messages={"required": "Say whose record it is, or that they are new here."},
    )
    need = forms.CharField(
        label="What they would like help with",
        max_length=LONGEST_WORDS,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="As they said it on the telephone, without a name.",
        error_messages={"required": "Write what they would like help with."},
    )
    words = forms.CharField(
        label="What else should they know once they have said yes?",
        max_length=LONGEST_WORDS,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    is_wanted = forms.BooleanField(
        label="I have spoken with them, and they want it",
        error_messages={"required": "Speak with them first: nobody is referred without knowing."},
    )

    def __init__(self, *args: Any, found: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["whose"].choices = [  # type: ignore[attr-defined]
            *found,
            (NOBODY_OF_THESE, "Nobody of these: add them by what was written"),
        ]


class SelfAnswerForm(forms.Form):
    """What came of it where it is not taken up."""

    answer = forms.TypedChoiceField(
        label="What came of it?",
        choices=[
            (each.value, each.label) for each in SelfAnswer if each is not SelfAnswer.TAKEN_UP
        ],
        coerce=SelfAnswer,
        widget=forms.RadioSelect,
        error_messages={"required": "Say what came of it."},
    )
    words = forms.CharField(
        label="What did you tell them, and how?",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Write what you told them, and how."},
    )
