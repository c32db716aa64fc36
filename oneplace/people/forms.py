"""What is typed about who is who, checked in the reader's words."""

from collections.abc import Sequence
from typing import Any, cast

from django import forms

from oneplace.kit.forms import DateField
from oneplace.people.models import MatchState, Risk, SafeNow
from oneplace.people.queries.review import ReviewFilter
from oneplace.people.rules import LONGEST_CONCERN, LONGEST_WORDS
from oneplace.people.spelling import name_parts
from oneplace.science.linkage.tidying import postcode
from oneplace.vocabulary.nhs_number import tidy, why_not_valid
from oneplace.vocabulary.terms import Gender, SameOrDifferent

_OPEN_STATES = (MatchState.WAITING, MatchState.SECOND_READER, MatchState.DISAGREED)


class ReviewFilterForm(forms.Form):
    """Which pairs are wanted."""

    state = forms.ChoiceField(
        label="Show",
        required=False,
        choices=[
            ("", "All that wait"),
            *((state.value, state.label) for state in (*_OPEN_STATES, MatchState.UNSURE)),
        ],
    )
    risk = forms.ChoiceField(
        label="Risk",
        required=False,
        choices=[("", "Any"), *Risk.choices()],
    )

    def chosen(self) -> ReviewFilter:
        """The filter; anything not understood asks nothing."""
        values = self.cleaned_data if self.is_valid() else {}
        state, risk = values.get("state"), values.get("risk")
        return ReviewFilter(MatchState(state) if state else None, Risk(risk) if risk else None)


class AnswerForm(forms.Form):
    """An answer to a pair."""

    answer = forms.ChoiceField(choices=SameOrDifferent.choices())
    words = forms.CharField(required=False, max_length=LONGEST_WORDS)

    def verb_values(self) -> dict[str, Any]:
        """What the verb takes."""
        return {
            "answer": SameOrDifferent(self.cleaned_data["answer"]),
            "words": self.cleaned_data["words"],
        }


class WhyForm(forms.Form):
    """A reason in words."""

    why = forms.CharField(
        label="Why",
        help_text="In a few words: whoever looks at this later will ask.",
        max_length=LONGEST_WORDS,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Say why, in a few words."},
    )


class DoubtForm(forms.Form):
    """A doubt whether an entry is about this person."""

    words = forms.CharField(
        label="What makes you think so?",
        help_text="If you know whom it is about, say so. Nothing is hidden; readers are warned.",
        required=False,
        max_length=LONGEST_WORDS,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class SettleDoubtForm(forms.Form):
    """What came of a doubt."""

    is_right = forms.TypedChoiceField(
        label="What did you find?",
        choices=[
            ("yes", "The entry is about this person after all"),
            ("no", "The entry is about somebody else: its source has been asked to put it right"),
        ],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what you found."},
    )
    words = forms.CharField(
        label="How do you know?",
        max_length=LONGEST_WORDS,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Say how you know, in a few words."},
    )


class PlaceWrittenForm(forms.Form):
    """Whose something is that was written while two people were taken for one."""

    belongs_to = forms.ChoiceField(
        label="Whose record does it belong to?",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose whose it is, or both."},
    )
    words = forms.CharField(
        label="How do you know?",
        max_length=LONGEST_WORDS,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Whoever reads the history of the other record will see this.",
        error_messages={"required": "Say how you know, in a few words."},
    )

    def __init__(self, *given: Any, choices: Sequence[tuple[str, str]], **more: Any) -> None:
        super().__init__(*given, **more)
        field = cast("forms.ChoiceField", self.fields["belongs_to"])
        field.choices = [*choices, ("both", "Both: it is about either of them")]


class DeathForm(forms.Form):
    """When somebody died."""

    died_on = DateField(
        label="Date of death",
        help_text="Leave it empty if nobody has said the day.",
        required=False,
    )


class PersonForm(forms.Form):
    """Somebody no feed has told of yet."""

    given = forms.CharField(
        label="First name",
        max_length=100,
        error_messages={"required": "Enter a first name."},
    )
    family = forms.CharField(
        label="Family name",
        max_length=100,
        error_messages={"required": "Enter a family name."},
    )
    known_as = forms.CharField(
        label="Likes to be called",
        required=False,
        max_length=100,
    )
    born_on = DateField(label="Date of birth", required=False)
    gender = forms.ChoiceField(
        label="Gender", required=False, choices=[("", "Not said"), *Gender.choices()]
    )
    nhs_number = forms.CharField(
        label="NHS number",
        help_text="Ten digits, like 943 476 5919. Leave it empty if you do not know it.",
        required=False,
        max_length=20,
    )
    address = forms.CharField(
        label="Address",
        help_text="Number, street and town in one line.",
        required=False,
        max_length=200,
    )
    postcode = forms.CharField(label="Postcode", required=False, max_length=10)
    phone = forms.CharField(label="Phone", required=False, max_length=30)
    is_somebody_else = forms.BooleanField(
        label="I have looked: it is none of these",
        required=False,
    )

    def newcomer(self) -> dict[str, Any]:
        """What the verb is told of the person."""
        told = {name: value for name, value in self.cleaned_data.items() if value}
        told.pop("is_somebody_else", None)
        if "gender" in told:
            told["gender"] = Gender(told["gender"])
        return told

    def searches(self) -> list[str]:
        """What to look for before somebody is added: the number, and the name with the birth."""
        typed = self.cleaned_data
        born = typed["born_on"].isoformat() if typed["born_on"] else ""
        name = f"{typed['given']} {typed['family']}"
        return [text for text in (typed["nhs_number"], f"{name} {born}".strip(), name) if text]

    def clean_postcode(self) -> str:
        """The postcode in its standard form, or a word that it is none."""
        typed = str(self.cleaned_data["postcode"])
        if not typed:
            return ""
        code = postcode(typed)
        if not code:
            raise forms.ValidationError("Enter a postcode, like AB1 2CD, or leave it empty.")
        return f"{code[:-3]} {code[-3:]}"

    def clean_nhs_number(self) -> str:
        """A sound number, or nothing."""
        typed = str(self.cleaned_data["nhs_number"])
        if not typed:
            return ""
        if reason := why_not_valid(typed):
            raise forms.ValidationError(reason)
        return tidy(typed)


class LookUpForm(forms.Form):
    """Whom somebody looks up, and why."""

    nhs_number = forms.CharField(
        label="NHS number",
        help_text="Ten digits, like 999 000 0018. Or the name and the date of birth.",
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "numeric"}),
    )
    name = forms.CharField(
        label="First and last name",
        help_text="As they are written on a letter.",
        required=False,
        max_length=160,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    born_on = DateField(label="Date of birth", required=False, is_birth=True)
    reason = forms.CharField(
        label="Why do you look for this person?",
        help_text="It is kept with your name and read by the information governance officer.",
        max_length=300,
        error_messages={"required": "Say why you look for this person."},
    )

    def clean_nhs_number(self) -> str:
        """A sound number, or nothing."""
        typed = str(self.cleaned_data["nhs_number"])
        if typed and (reason := why_not_valid(typed)):
            raise forms.ValidationError(reason)
        return tidy(typed) if typed else ""

    def clean(self) -> dict[str, Any]:
        """Enough to find one person and no crowd."""
        typed = super().clean() or self.cleaned_data
        if typed.get("nhs_number") or "nhs_number" in self.errors:
            return typed
        names = name_parts(typed.get("name") or "")
        if len(names) < 2 and "name" not in self.errors:
            self.add_error("name", "Enter the NHS number, or the first and the last name.")
        if not typed.get("born_on") and "born_on" not in self.errors:
            self.add_error("born_on", "Enter the date of birth as well as the name.")
        return typed

    def verb_values(self) -> dict[str, Any]:
        """What the verb takes."""
        typed = self.cleaned_data
        return {
            "nhs_number": typed["nhs_number"],
            "names": name_parts(typed["name"]),
            "born_on": typed["born_on"],
            "reason": typed["reason"],
        }


class TakeReferralForm(forms.Form):
    """Whom somebody takes on, and who asks."""

    person = forms.UUIDField(widget=forms.HiddenInput)
    from_whom = forms.CharField(
        label="Who asks for help for them?",
        help_text="Name and organisation, or the person themselves.",
        max_length=160,
        error_messages={"required": "Say who asks for help for this person."},
    )


class ConcernForm(forms.Form):
    """Four answers about somebody's safety."""

    what = forms.CharField(
        label="What worries you?",
        help_text="What you saw or heard, and when. A few words are enough.",
        max_length=LONGEST_CONCERN,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": "Say what worries you: what you saw or heard is enough."},
    )
    who = forms.CharField(
        label="Who is at risk?",
        help_text="A name, or how to find them. Say if somebody else is at risk too.",
        max_length=300,
        error_messages={
            "required": "Say who is at risk. A first name or “the lady at number 14” is enough."
        },
    )
    is_safe_now = forms.ChoiceField(
        label="Are they safe now?",
        choices=SafeNow.choices(),
        widget=forms.RadioSelect,
        error_messages={"required": "Say whether they are safe now. “I am not sure” is an answer."},
    )
    wishes = forms.CharField(
        label="What do they want?",
        help_text="In their words, if you could ask. Leave it empty if asking was not safe.",
        required=False,
        max_length=LONGEST_CONCERN,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    concern_id = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def clean_is_safe_now(self) -> SafeNow:
        """The answer as a term."""
        return SafeNow(self.cleaned_data["is_safe_now"])


class ReceiveConcernForm(forms.Form):
    """The team's word to the writer."""

    answer = forms.CharField(
        label="A word to the writer",
        help_text="For example when you will ring them. They are told at once that you have it.",
        required=False,
        max_length=LONGEST_CONCERN,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
