"""What people type on their own page, asked in their words."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from django import forms

from oneplace.access.models import Account, ChoiceKind, HowTold
from oneplace.access.rules import choices as choice_rules
from oneplace.access.rules.choices import ChoiceDraft
from oneplace.actions.rules import LONGEST_TEXT
from oneplace.casefinding.rules import LONGEST_ASK
from oneplace.partners.models import Organisation
from oneplace.plans.rules import LONGEST_WORDS, OWN_SECTIONS
from oneplace.vocabulary.terms import DataCategory, PlanSection

OWN_ASKS: Final[dict[ChoiceKind, str]] = {
    ChoiceKind.OBJECTION: "I do not want my information shared between organisations",
    ChoiceKind.EXCLUDED_ORGANISATION: "I want to keep one organisation out",
    ChoiceKind.EXCLUDED_WORKER: "I want to keep one worker out",
    ChoiceKind.LIMIT: "I want one part kept with whoever wrote it",
    ChoiceKind.CONSENT: "I say yes to sharing with an organisation, such as the charity",
    ChoiceKind.SOMEBODY_CLOSE: "I do not want somebody in my family, or a friend, to be told",
}
"""What a person decides by themselves, as they would say it."""


def _text(label: str, missing: str, *, hint: str = "", rows: int = 4, most: int) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=hint,
        max_length=most,
        required=bool(missing),
        widget=forms.Textarea(attrs={"rows": rows}),
        error_messages={"required": missing},
    )


class OwnWordsForm(forms.Form):
    """Words for one's own plan."""

    section = forms.ChoiceField(
        label="What is it about?",
        choices=[(section.value, section.label) for section in OWN_SECTIONS],
        initial=PlanSection.WHAT_MATTERS.value,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what it is about."},
    )
    words = _text(
        "Your words",
        "Write what you want to say.",
        hint="As you would say it. It stands in your plan with your name and today’s date.",
        rows=6,
        most=LONGEST_WORDS,
    )

    def clean_section(self) -> PlanSection:
        """The heading it belongs under."""
        return PlanSection(self.cleaned_data["section"])


class OwnGoalForm(forms.Form):
    """Something one would like to do."""

    in_their_words = _text(
        "What would you like to do?",
        "Write what you would like to do.",
        hint="Big or small: sit in the garden, see my sister, sleep through the night.",
        most=LONGEST_WORDS,
    )
    first_step = forms.CharField(
        label="What could be a first step?",
        help_text="Leave this empty if you do not know yet.",
        required=False,
        max_length=500,
    )


class TellUsForm(forms.Form):
    """What has changed, or what one would like changed."""

    text = _text(
        "What has changed, or what would you like us to change?",
        "Write what has changed, or what you would like.",
        hint="Do not use this in an emergency: ring 999. For medical advice today, ring 111.",
        rows=5,
        most=LONGEST_TEXT,
    )


class LookAtMeForm(forms.Form):
    """What is hard, for whoever asks their practice to look at them."""

    words = _text(
        "What is hard at the moment, and what would help?",
        "Write what is hard at the moment.",
        hint="As you would say it. In an emergency ring 999. For medical advice today, ring 111.",
        rows=5,
        most=LONGEST_ASK,
    )


class OwnChooseForm(forms.Form):
    """What one wants to say about sharing."""

    kind = forms.ChoiceField(
        label="What do you want to tell us?",
        choices=[(kind.value, words) for kind, words in OWN_ASKS.items()],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what you want to tell us."},
    )


class OwnChoiceForm(forms.Form):
    """One choice about sharing: the questions its kind asks, and no others."""

    organisation = forms.ChoiceField(label="Which organisation?", required=False)
    worker = forms.CharField(
        label="Which worker?",
        help_text="Their full name. You find it under who looked at your record.",
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    party_name = forms.CharField(
        label="Who should not be told?",
        help_text="Their name, and who they are to you.",
        max_length=200,
        error_messages={"required": "Write who should not be told."},
    )
    category = forms.ChoiceField(label="Which part?", required=False, widget=forms.RadioSelect)
    words = _text("In your own words, if you like", "", rows=3, most=choice_rules.LONGEST_WORDS)

    def __init__(
        self,
        *args: Any,
        kind: ChoiceKind,
        organisations: Sequence[Organisation],
        today: date,
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.kind, self._today = kind, today
        self._organisations = {one.code: one for one in organisations}
        names = [("", "Choose one"), *((one.code, one.name) for one in organisations)]
        parts = [part for part in DataCategory if part is not DataCategory.WHO]
        self._set("organisation", names)
        self._set("category", [(part.value, part.label) for part in parts])
        asks = {
            ChoiceKind.EXCLUDED_ORGANISATION: "organisation",
            ChoiceKind.CONSENT: "organisation",
            ChoiceKind.EXCLUDED_WORKER: "worker",
            ChoiceKind.SOMEBODY_CLOSE: "party_name",
            ChoiceKind.LIMIT: "category",
        }
        wanted = asks.get(kind)
        for name in ("organisation", "worker", "party_name", "category"):
            if name != wanted:
                self.fields.pop(name)
        if wanted:
            field = self.fields[wanted]
            field.required = True
            field.error_messages["required"] = "Tell us which one."

    def _set(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - tells the type checker
        field.choices = choices

    def draft(self, *, worker: Account | None) -> ChoiceDraft:
        """What is to be recorded; the view has found the worker."""
        given = self.cleaned_data
        organisation = self._organisations.get(given.get("organisation") or "")
        party = worker or organisation
        return ChoiceDraft(
            kind=self.kind,
            how=HowTold.FORM,
            said_on=self._today,
            party_id=party.pk if party else None,
            party_name=party.name if party else given.get("party_name", ""),
            category=DataCategory(given["category"]) if given.get("category") else None,
            words=given.get("words", ""),
        )


class AskAboutLookForm(forms.Form):
    """What one would like to know about a look."""

    words = _text(
        "What would you like to know?",
        "Write what you would like to know.",
        hint="They answer you here. They are not told more about you than they need.",
        rows=3,
        most=choice_rules.LONGEST_WORDS,
    )


class CodeForm(forms.Form):
    """The code that goes with a link."""

    code = forms.CharField(
        label="Your code",
        help_text="Eight letters and numbers. You were told it in person or by phone.",
        max_length=20,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "autocapitalize": "characters"}
        ),
        error_messages={"required": "Enter the code you were told."},
    )


class NumberForm(forms.Form):
    """The number chosen in this browser."""

    number = forms.CharField(
        label="Your number",
        max_length=12,
        widget=forms.PasswordInput(
            attrs={"autocomplete": "current-password", "inputmode": "numeric"}
        ),
        error_messages={"required": "Type the six digits you chose."},
    )


class DeviceForm(forms.Form):
    """A number to come back with, typed twice."""

    number = forms.CharField(
        label="Choose six digits",
        help_text="Not your birthday, and no number in order.",
        max_length=12,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password", "inputmode": "numeric"}),
        error_messages={"required": "Choose six digits."},
    )
    again = forms.CharField(
        label="Once more",
        max_length=12,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password", "inputmode": "numeric"}),
        error_messages={"required": "Type the six digits once more."},
    )

    def clean(self) -> dict[str, Any]:
        """Both the same."""
        typed = super().clean() or {}
        if "number" in typed and "again" in typed and typed["number"] != typed["again"]:
            self.add_error("again", "These are not the same six digits. Type them once more.")
        return typed


class LetInForm(forms.Form):
    """Who comes to somebody's own page, as the person alone confirmed it."""

    who = forms.ChoiceField(
        label="Who is it for?",
        choices=[
            ("supporter", "Somebody the person chose to help them"),
            ("person", "The person themselves, who has no NHS login"),
        ],
        initial="supporter",
        widget=forms.RadioSelect,
    )
    name = forms.CharField(
        label="Their name", max_length=160, error_messages={"required": "Enter their name."}
    )
    relation = forms.CharField(
        label="What are they to the person?",
        help_text="In the person’s words: my daughter, my neighbour.",
        required=False,
        max_length=80,
    )
    email = forms.EmailField(
        label="Email address for the link",
        help_text="Leave this empty to print the link, or to read it out.",
        required=False,
        error_messages={"invalid": "Enter an email address, like name@example.org."},
    )
    was_alone = forms.BooleanField(
        label="I asked the person when nobody else was with them, and they said yes",
        required=False,
    )
    how = _text(
        "Where and how did you ask them?",
        "Say where and how you asked them, in a few words.",
        hint="“At home on Tuesday, while Ada was out shopping.”",
        rows=2,
        most=500,
    )

    def verb_values(self) -> dict[str, Any]:
        """What the verb takes."""
        given = dict(self.cleaned_data)
        is_supporter = given.pop("who") == "supporter"
        return {**given, "is_supporter": is_supporter}


class AskedAgainForm(forms.Form):
    """That the person was asked alone once more."""

    was_alone = LetInForm.base_fields["was_alone"]
    how = LetInForm.base_fields["how"]


class StopForm(forms.Form):
    """Why somebody comes to a page no more."""

    why = _text("Why?", "Say why, in a few words.", rows=2, most=500)
    for_good = forms.TypedChoiceField(
        label="For how long?",
        choices=[("no", "For now: until the person is asked alone again"), ("yes", "For good")],
        coerce=lambda value: value == "yes",
        initial="no",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose for how long."},
    )
