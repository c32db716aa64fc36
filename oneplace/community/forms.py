"""What is typed about groups, points of access, calls and local money; forms save nothing."""

from decimal import Decimal
from typing import Any

from django import forms

from oneplace.community.models import (
    CallOutcome,
    ContactOutcome,
    FundKind,
    GrantState,
    PointKind,
    UnmetBecause,
)
from oneplace.kit.forms import DateField
from oneplace.vocabulary.terms import NeedKind, Term, Weekday

_DAYS = [("", "No fixed day"), *((str(number), day.label) for number, day in enumerate(Weekday))]


class TermChoice(forms.TypedChoiceField):
    """One word of a closed list, as a term; nothing where nothing was chosen."""

    def __init__(self, term: type[Term], *, nothing: str = "", **options: Any) -> None:
        choices = [*([("", nothing)] if nothing else []), *term.choices()]
        super().__init__(
            choices=choices,
            coerce=lambda word: term(word) if word else None,
            empty_value=None,
            **options,
        )


def _weekday(word: str) -> int | None:
    return int(word) if word else None


class PoundsField(forms.DecimalField):
    """A sum in pounds, given on in pence."""

    def __init__(self, **options: Any) -> None:
        super().__init__(min_value=0, max_digits=11, decimal_places=2, **options)

    def clean(self, value: Any) -> int | None:
        """The sum in pence; nothing where nothing was typed."""
        typed = value.replace("£", "").replace(",", "") if isinstance(value, str) else value
        pounds: Decimal | None = super().clean(typed)
        return None if pounds is None else round(pounds * 100)


class GroupForm(forms.Form):
    """A group."""

    name = forms.CharField(
        label="What is the group called?",
        max_length=160,
        error_messages={"required": "Write what the group is called."},
    )
    where = forms.CharField(label="Where does it meet?", max_length=200, required=False)
    weekday = forms.TypedChoiceField(
        label="On which day?", choices=_DAYS, coerce=_weekday, empty_value=None, required=False
    )
    starts_at = forms.TimeField(label="From", required=False, help_text="Like 12:00.")
    ends_at = forms.TimeField(label="To", required=False)
    places = forms.IntegerField(label="How many can come?", min_value=1, required=False)


class SessionForm(forms.Form):
    """One time a group met."""

    held_on = DateField(label="On which day?", error_messages={"required": "Write the day."})
    others = forms.IntegerField(
        label="How many came who are not on the list?", min_value=0, initial=0
    )
    is_cancelled = forms.BooleanField(label="It did not take place", required=False)
    words = forms.CharField(label="Anything to note?", max_length=300, required=False)

    def __init__(self, *args: Any, members: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["came"] = forms.MultipleChoiceField(
            label="Who came?",
            choices=members,
            required=False,
            widget=forms.CheckboxSelectMultiple,
        )
        self.order_fields(["held_on", "came", "others", "is_cancelled", "words"])


class WhyForm(forms.Form):
    """A reason."""

    why = forms.CharField(label="Why?", max_length=300, error_messages={"required": "Write why."})


class PointForm(forms.Form):
    """A point of access."""

    name = forms.CharField(
        label="What is it called?",
        max_length=160,
        error_messages={"required": "Write what it is called."},
    )
    kind = TermChoice(PointKind, label="How do people reach it?", widget=forms.RadioSelect)
    where = forms.CharField(label="Where is it?", max_length=200, required=False)
    phone = forms.CharField(label="Number", max_length=40, required=False)
    open_words = forms.CharField(label="When is it open?", max_length=200, required=False)


class ContactForm(forms.Form):
    """Somebody asked; never who."""

    need = TermChoice(NeedKind, nothing="Not said", label="What about?", required=False)
    outcome = TermChoice(
        ContactOutcome,
        label="What came of it?",
        widget=forms.RadioSelect,
        error_messages={"required": "Say what came of it."},
    )
    because = TermChoice(
        UnmetBecause, nothing="It was there", label="If nothing was there: why?", required=False
    )
    district = forms.CharField(
        label="First half of their postcode",
        max_length=8,
        required=False,
        help_text="The part before the space.",
    )
    minutes = forms.IntegerField(label="Minutes", min_value=0, max_value=600, required=False)
    words = forms.CharField(
        label="What was done", max_length=300, required=False, help_text="Never who it was."
    )


class CompanionForm(forms.Form):
    """Somebody is rung every week."""

    weekday = forms.TypedChoiceField(
        label="On which day?", choices=_DAYS[1:], coerce=int, empty_value=None
    )
    rings_at = forms.TimeField(
        label="At what time?",
        help_text="Like 18:00.",
        error_messages={"required": "Write the time.", "invalid": "Write a time like 18:00."},
    )
    volunteer = forms.CharField(
        label="Who rings?", max_length=160, error_messages={"required": "Write who rings."}
    )
    phone = forms.CharField(label="Their number", max_length=40, required=False)


class CallForm(forms.Form):
    """How a call went."""

    outcome = TermChoice(
        CallOutcome,
        label="How did it go?",
        widget=forms.RadioSelect,
        error_messages={"required": "Say how it went."},
    )
    words = forms.CharField(label="In a few words", max_length=300, required=False)
    minutes = forms.IntegerField(label="Minutes", min_value=0, max_value=600, required=False)


class FundForm(forms.Form):
    """A fund of a network."""

    network = forms.ChoiceField(label="Whose money is it?")
    name = forms.CharField(
        label="What is the fund called?",
        max_length=160,
        error_messages={"required": "Write what the fund is called."},
    )
    kind = TermChoice(FundKind, label="What kind of money?", widget=forms.RadioSelect)
    funder = forms.CharField(
        label="Who gives it?",
        max_length=160,
        error_messages={"required": "Write whose money it is."},
    )
    pounds = PoundsField(
        label="How much, in pounds?", error_messages={"required": "Write how much money it is."}
    )
    most_pounds = PoundsField(label="The most one grant may be, in pounds", required=False)
    starts_on = DateField(label="From", error_messages={"required": "Write the first day."})
    ends_on = DateField(label="Until", error_messages={"required": "Write the last day."})

    def __init__(self, *args: Any, networks: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["network"].choices = networks  # type: ignore[attr-defined]


class GrantForm(forms.Form):
    """A grant from a fund."""

    service = forms.ChoiceField(label="To which service?")
    purpose = forms.CharField(
        label="What is it for?",
        max_length=300,
        error_messages={"required": "Write what it is for."},
    )
    pounds = PoundsField(
        label="How much, in pounds?", error_messages={"required": "Write how much it is."}
    )
    starts_on = DateField(label="From", error_messages={"required": "Write the first day."})
    ends_on = DateField(label="Until", error_messages={"required": "Write the last day."})
    conditions = forms.CharField(
        label="Conditions, a line each",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    report_on = DateField(label="A report is due on", required=False)

    def __init__(self, *args: Any, services: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["service"].choices = services  # type: ignore[attr-defined]


class MetForm(forms.Form):
    """How it is known that a condition is met."""

    words = forms.CharField(label="How do you know?", max_length=300, required=False)


class ReportForm(forms.Form):
    """What a report said."""

    words = forms.CharField(
        label="What does the report say?",
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Write what the report says."},
    )
    people = forms.IntegerField(label="How many people?", min_value=0, required=False)
    pounds = PoundsField(label="How much was spent, in pounds?", required=False)


class EndGrantForm(forms.Form):
    """A grant ends, or is stopped."""

    state = TermChoice(
        GrantState,
        label="Ended or stopped?",
        widget=forms.RadioSelect,
        error_messages={"required": "Say which."},
    )
    why = forms.CharField(label="Why, if it is stopped", max_length=300, required=False)


class UnmetForm(forms.Form):
    """Asked for, nothing there."""

    need = TermChoice(
        NeedKind, label="What was wanted?", error_messages={"required": "Say what was wanted."}
    )
    because = TermChoice(UnmetBecause, label="Why is it not there?", widget=forms.RadioSelect)
    district = forms.CharField(
        label="First half of a postcode",
        max_length=8,
        required=False,
        help_text="The part before the space.",
    )
    words = forms.CharField(
        label="What was looked for",
        max_length=300,
        required=False,
        help_text="Such as: somebody who speaks Tamil to visit. Never who it was for.",
    )
