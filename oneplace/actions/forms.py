"""What is typed about actions, checked in the reader's words. Nothing here writes."""

from datetime import date
from typing import Any, cast

from django import forms

from oneplace.actions.dates import NoSuchDayError, day_said
from oneplace.actions.owners import Owner
from oneplace.actions.quick_line import Names, suggestions
from oneplace.actions.rules import LONGEST_TEXT, LONGEST_WORDS
from oneplace.kit.forms import DateField
from oneplace.kit.words import choices_of
from oneplace.vocabulary.terms import ActionOrigin, NotNeeded


class ChoiceForm(forms.Form):
    """What somebody wants to see of a list."""

    show = forms.ChoiceField(
        label="Show",
        required=False,
        choices=[
            ("", "All that is open"),
            ("late", "Late"),
            ("today", "Due today"),
            ("unanswered", "Not answered yet"),
            ("settled", "Settled"),
        ],
    )
    origin = forms.ChoiceField(
        label="Asked",
        required=False,
        choices=lambda: [("", "Anywhere"), *choices_of(ActionOrigin)],
    )
    words = forms.CharField(label="Words or name", required=False, max_length=100, strip=True)


class _Owner:
    """Whoever is typed as the one to be asked, and by when: shared by asking and passing on."""

    def __init__(self, *args: Any, names: Names, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.names, self.on = names, on
        self.meant: tuple[Owner, ...] = ()
        self.remark = ""
        self.chosen_owner: Owner | None = None

    def found(self, typed: str, chosen: str) -> Owner | None:
        """The owner meant; None where somebody has to choose, which `meant` then lists."""
        self.meant = self.names.called(typed.removeprefix("@"))
        if not self.meant:
            raise forms.ValidationError(suggestions(typed, self.names))
        if len(self.meant) == 1:
            return self.meant[0]
        return next((owner for owner in self.meant if owner.key == chosen), None)


class TellForm(forms.Form):
    """What the person reads of an ask on their own page."""

    words = forms.CharField(
        label="In words for them",
        help_text="“Priya, the pharmacist, looks at your blood pressure tablets by Friday.” "
        "Whoever reads over their shoulder reads it too. Leave it empty, and they read nothing.",
        required=False,
        max_length=LONGEST_WORDS,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class AskForm(_Owner, forms.Form):
    """One ask: of whom, what, by when."""

    owner = forms.CharField(
        label="Who is asked?",
        help_text="A role, a team or a name, like “pharmacist” or “district nurse”.",
        max_length=160,
        widget=forms.TextInput(attrs={"autocomplete": "off", "list": "who-can-be-asked"}),
        error_messages={"required": "Say who is asked."},
    )
    chosen = forms.ChoiceField(
        label="Which of them?", required=False, widget=forms.RadioSelect, choices=[]
    )
    text = forms.CharField(
        label="What is asked?",
        help_text="One thing, so that it can be done: “Review BP tablets”.",
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "Say what is asked."},
    )
    due = forms.CharField(
        label="By when?",
        help_text="For example “Fri”, “in 2 weeks”, “20 March”. If it is for today, ring as well.",
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "width": 10}),
        error_messages={"required": "Say by when."},
    )

    def clean_due(self) -> date:
        """The day typed."""
        typed = str(self.cleaned_data["due"]).strip().removeprefix("by ")
        try:
            said = day_said(typed, on=self.on, calendar=self.names.calendar)
        except NoSuchDayError as wrong:
            raise forms.ValidationError(str(wrong)) from wrong
        if said is None or said.ends < len(typed):
            raise forms.ValidationError(
                "Write a day, like “Fri”, “tomorrow”, “in 2 weeks” or “20 March”."
            )
        self.remark = said.remark
        return said.on

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.meant = self.names.called(str(self.data.get("owner", "")).removeprefix("@"))
        field = cast("forms.ChoiceField", self.fields["chosen"])
        field.choices = [(owner.key, owner.label) for owner in self.meant]

    def clean(self) -> dict[str, Any]:
        """The owner, or a choice among those called alike."""
        given = super().clean() or self.cleaned_data
        if "owner" not in given:
            return given
        try:
            self.chosen_owner = self.found(str(given["owner"]), str(given.get("chosen", "")))
        except forms.ValidationError as wrong:
            self.add_error("owner", wrong)
            return given
        if self.chosen_owner is None and "chosen" not in self.errors:
            self.add_error("chosen", "Several are called that. Choose one.")
        return given

    @property
    def needs_choice(self) -> bool:
        """Whether somebody has to choose among several."""
        return len(self.meant) > 1


class PassOnForm(AskForm):
    """To whom it goes, and why."""

    text = None  # type: ignore[assignment]
    due = None  # type: ignore[assignment]
    words = forms.CharField(
        label="A word to them",
        required=False,
        max_length=LONGEST_WORDS,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class DeclineForm(forms.Form):
    """Why not."""

    reason = forms.CharField(
        label="Why not?",
        help_text="Whoever asked reads it and finds another way.",
        max_length=LONGEST_WORDS,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Say why, so that whoever asked can find another way."},
    )


class FinishForm(forms.Form):
    """What came of it."""

    what_changed = forms.CharField(
        label="What changed for the person?",
        help_text="In a few words. “Nothing yet” is an answer.",
        max_length=LONGEST_WORDS,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={
            "required": "Say what changed for the person, in a few words. “Nothing yet” is an "
            "answer."
        },
    )


class NoLongerNeededForm(forms.Form):
    """Why it can be let go."""

    why = forms.ChoiceField(
        label="Why is it no longer needed?",
        choices=NotNeeded.choices(),
        widget=forms.RadioSelect,
        error_messages={"required": "Choose why it is no longer needed."},
    )
    words = forms.CharField(
        label="Anything to add",
        required=False,
        max_length=LONGEST_WORDS,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def clean_why(self) -> NotNeeded:
        """The reason as a term."""
        return NotNeeded(self.cleaned_data["why"])


class CouldNotReachForm(forms.Form):
    """What was tried."""

    reason = forms.CharField(
        label="What was tried, and when?",
        max_length=LONGEST_WORDS,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Say what was tried, and when."},
    )


class AwayForm(_Owner, forms.Form):
    """From when until when, and who stands in."""

    from_on = DateField(label="First day away", error_messages={"required": "Enter the first day."})
    until_on = DateField(label="Last day away", error_messages={"required": "Enter the last day."})
    stands_in = forms.CharField(
        label="Who stands in?",
        help_text="A colleague’s name or a team. Left empty, your team is asked.",
        required=False,
        max_length=160,
        widget=forms.TextInput(attrs={"autocomplete": "off", "list": "who-can-be-asked"}),
    )

    def clean_stands_in(self) -> Owner | None:
        """Whoever is meant; nobody where it is left empty."""
        typed = str(self.cleaned_data["stands_in"]).strip()
        if not typed:
            return None
        owner = self.found(typed, "")
        if owner is None:
            names = "; ".join(each.label for each in self.meant[:4])
            raise forms.ValidationError(f"Several are called that: {names}. Type the whole name.")
        return owner
