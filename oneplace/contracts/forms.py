"""What is typed about decisions, meetings, interests and questions."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, time
from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone

from oneplace.contracts import bodies
from oneplace.contracts.models import (
    Decision,
    InterestKind,
    InterestState,
    ItemPurpose,
    Marking,
    Matter,
    Ratification,
    RatificationAnswer,
    Ruling,
    Seat,
    SeatPresence,
    Signatory,
    VoteSaid,
)
from oneplace.kit.forms import DateField
from oneplace.partners.models import Organisation
from oneplace.science.money import NotMoney, pence
from oneplace.vocabulary.place.governing import BodyMember


class MoneyField(forms.CharField):
    """A sum typed in pounds; its value is whole pence."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("max_length", 24)
        options.setdefault("help_text", "In pounds, such as 1,250.50.")
        super().__init__(**options)
        self.widget.attrs |= {"inputmode": "decimal", "width": 10}

    def clean(self, value: Any) -> Any:
        """The pence; raises `ValidationError` with what to do about it."""
        typed = super().clean(value)
        if not typed:
            return None
        try:
            return pence(typed)
        except NotMoney as error:
            raise forms.ValidationError(str(error)) from None


def among(
    form: forms.Form, name: str, found: Any, says: Callable[[Any], str] | None = None
) -> None:
    """Let a field choose among rows, each shown by `says`."""
    field = form.fields[name]
    if not isinstance(field, forms.ModelChoiceField):
        raise TypeError(name)
    field.queryset = found
    if says is not None:
        field.label_from_instance = says  # type: ignore[method-assign, assignment]


def _numbered(decision: Decision) -> str:
    return f"{decision.year}/{decision.number} {decision.title}"


def _open_bodies(form: forms.Form, seated: Iterable[str]) -> None:
    """The bodies somebody may write for: all but those kept among a few, and those they sit in."""
    field, seats = form.fields["body"], set(seated)
    if not isinstance(field, forms.ChoiceField):
        raise TypeError("body")
    field.choices = [
        (each.code, each.name)
        for each in bodies.all_bodies()
        if each.code in seats or not bodies.is_among_few(each.code)
    ]


def term_field(term: Any, **options: Any) -> forms.TypedChoiceField:
    """A choice among the words of a term."""
    return forms.TypedChoiceField(choices=term.choices(), coerce=term, **options)


class ProposeForm(forms.Form):
    """A proposal to a body."""

    body = forms.ChoiceField(label="To which body?")
    matter = term_field(Matter, label="What is it about?", widget=forms.RadioSelect)
    title = forms.CharField(label="Title", max_length=160)
    proposal = forms.CharField(
        label="What is proposed", widget=forms.Textarea(attrs={"rows": 6}), max_length=6000
    )
    for_residents = forms.CharField(
        label="What changes for residents, in their words",
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
        required=False,
    )
    pence = MoneyField(label="How much money moves?", required=False)
    wanted_from_on = DateField(
        label="Takes effect on",
        required=False,
        help_text="Empty for the day of the last ratification.",
    )
    until_on = DateField(label="Until", required=False)

    def __init__(self, *args: Any, seated: Iterable[str] = (), **options: Any) -> None:
        super().__init__(*args, **options)
        _open_bodies(self, seated)


class ViewForm(forms.Form):
    """What a body said of a proposal."""

    words = forms.CharField(
        label="What they said, for and against",
        widget=forms.Textarea(attrs={"rows": 5}),
        max_length=4000,
    )
    said_on = DateField(label="On which day?")
    minute = forms.CharField(label="Where it is minuted", max_length=120, required=False)


class SendForm(forms.Form):
    """That a decision goes to the partners' own boards."""


class RatificationForm(forms.Form):
    """What a partner's own board said."""

    organisation = forms.ModelChoiceField(
        label="Which partner?", queryset=Organisation.objects.none(), to_field_name="code"
    )
    answer = forms.TypedChoiceField(
        label="What did its board say?",
        choices=[
            (each.value, each.label)
            for each in (RatificationAnswer.RATIFIED, RatificationAnswer.REFUSED)
        ],
        coerce=RatificationAnswer,
        widget=forms.RadioSelect,
    )
    decided_on = DateField(label="On which day?")
    minute = forms.CharField(label="Where it is minuted", max_length=120, required=False)
    words = forms.CharField(
        label="What it said besides; if it refused, why",
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
        required=False,
    )

    def __init__(self, *args: Any, waiting: Sequence[Ratification] = (), **options: Any) -> None:
        super().__init__(*args, **options)
        keys = [each.organisation_id for each in waiting]
        among(self, "organisation", Organisation.objects.filter(pk__in=keys))


class WhyForm(forms.Form):
    """A reason."""

    why = forms.CharField(label="Why?", max_length=300)


class ReplaceForm(forms.Form):
    """Which older decision a new one replaces."""

    old = forms.ModelChoiceField(label="Which decision?", queryset=Decision.objects.none())
    on = DateField(label="From which day?")

    def __init__(self, *args: Any, among_these: Any = None, **options: Any) -> None:
        super().__init__(*args, **options)
        among(self, "old", among_these, _numbered)


class PlanMeetingForm(forms.Form):
    """A meeting of a body."""

    body = forms.ChoiceField(label="Which body?")
    on = DateField(label="On which day?")
    clock = forms.TimeField(label="At what time?", help_text="Such as 14:00.")
    where = forms.CharField(label="Where", max_length=160, required=False)

    def __init__(self, *args: Any, seated: Iterable[str] = (), **options: Any) -> None:
        super().__init__(*args, **options)
        _open_bodies(self, seated)

    def starts_at(self) -> datetime:
        """The moment it begins."""
        clock: time = self.cleaned_data["clock"]
        return timezone.make_aware(datetime.combine(self.cleaned_data["on"], clock))


class ItemForm(forms.Form):
    """An item of an agenda."""

    title = forms.CharField(label="Title", max_length=160)
    purpose = term_field(ItemPurpose, label="What is the body asked to do?")
    asked = forms.CharField(label="What exactly is asked", max_length=300)
    minutes = forms.IntegerField(label="Minutes", min_value=1, max_value=240, initial=10)
    decision = forms.ModelChoiceField(
        label="Which proposal, if it decides one",
        queryset=Decision.objects.none(),
        required=False,
    )
    touches = forms.ModelMultipleChoiceField(
        label="Who would gain or lose by it?",
        queryset=Organisation.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Whoever sits for them, or has an interest in them, is asked about it first.",
    )

    def __init__(
        self, *args: Any, proposals: Any = None, partners: Any = None, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        among(self, "decision", proposals, _numbered)
        among(self, "touches", partners)


class PaperForm(forms.Form):
    """A paper for an item."""

    title = forms.CharField(label="Title", max_length=160)
    words = forms.CharField(
        label="The paper, in plain words",
        widget=forms.Textarea(attrs={"rows": 10}),
        max_length=40_000,
    )
    marking = term_field(
        Marking, label="Who may read it besides the body?", widget=forms.RadioSelect
    )
    restricted_until_on = DateField(label="Kept to the body until", required=False)
    exempt_ground = forms.CharField(
        label="Ground on which it is exempt", max_length=200, required=False
    )


class SeatForm(forms.Form):
    """Something about a seat at a meeting."""

    seat = forms.ModelChoiceField(label="Whose seat?", queryset=Seat.objects.none())

    def __init__(self, *args: Any, seats: Any = None, **options: Any) -> None:
        super().__init__(*args, **options)
        among(self, "seat", seats, lambda each: f"{each.position}: {each.holder_name}")


class PresenceForm(SeatForm):
    """Who came."""

    said = term_field(SeatPresence, label="Came?", widget=forms.RadioSelect)
    left_before = forms.IntegerField(
        label="Left before which item", min_value=1, max_value=99, required=False
    )


class VoteForm(SeatForm):
    """What a partner said to an item."""

    said = term_field(VoteSaid, label="What did they say?", widget=forms.RadioSelect)
    words = forms.CharField(label="In their words", max_length=300, required=False)


class RulingForm(SeatForm):
    """The chair's ruling on an interest."""

    what = forms.CharField(label="What the interest is", max_length=300)
    ruling = term_field(Ruling, label="For this item", widget=forms.RadioSelect)
    why = forms.CharField(label="Why", max_length=300)


class MinuteForm(forms.Form):
    """The minute of an item."""

    words = forms.CharField(
        label="What was said and settled",
        widget=forms.Textarea(attrs={"rows": 8}),
        max_length=20_000,
    )
    corrects_why = forms.CharField(
        label="What was wrong with the minute before", max_length=300, required=False
    )


class RecommendForm(forms.Form):
    """That a body agreed."""

    words = forms.CharField(
        label="What the body asks to go with it",
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
        required=False,
    )
    minute = forms.CharField(label="Where it is minuted", max_length=120, required=False)


class InterestForm(forms.Form):
    """An interest of one's own."""

    what = forms.CharField(label="What it is", max_length=300)
    kind = term_field(InterestKind, label="What kind?", widget=forms.RadioSelect)
    state = term_field(InterestState, label="How near is it?", widget=forms.RadioSelect)
    organisation = forms.ModelChoiceField(
        label="In which organisation, if it is known here",
        queryset=Organisation.objects.none(),
        required=False,
    )
    began_on = DateField(label="Since when?")

    def __init__(self, *args: Any, organisations: Any = None, **options: Any) -> None:
        super().__init__(*args, **options)
        among(self, "organisation", organisations)


class QuestionForm(forms.Form):
    """A question to the alliance."""

    question = forms.CharField(
        label="Your question", widget=forms.Textarea(attrs={"rows": 5}), max_length=3000
    )
    promised_on = DateField(label="By when is it answered?")


class AnswerForm(forms.Form):
    """An answer."""

    answer = forms.CharField(
        label="The answer", widget=forms.Textarea(attrs={"rows": 8}), max_length=8000
    )


class JoinForm(forms.Form):
    """A partner that signed."""

    organisation = forms.ModelChoiceField(
        label="Which organisation?", queryset=Organisation.objects.none()
    )
    own_board = forms.CharField(
        label="Which board answers for it?", max_length=120, help_text="Such as Trust board."
    )
    joined_on = DateField(label="Signed on")

    def __init__(self, *args: Any, organisations: Any = None, **options: Any) -> None:
        super().__init__(*args, **options)
        among(self, "organisation", organisations)


class LeaveForm(forms.Form):
    """A partner that left."""

    signatory = forms.ModelChoiceField(label="Which partner?", queryset=Signatory.objects.none())
    left_on = DateField(label="Left on")
    why = forms.CharField(label="Why, as its board said?", max_length=300)

    def __init__(self, *args: Any, signatories: Any = None, **options: Any) -> None:
        super().__init__(*args, **options)
        among(self, "signatory", signatories, lambda each: str(each.organisation.name))


class TakeSeatForm(forms.Form):
    """Who holds a seat from a day."""

    seat = forms.ChoiceField(label="Which seat?")
    holder_name = forms.CharField(label="Who holds it?", max_length=160)
    holder_email = forms.EmailField(
        label="Their email address here",
        required=False,
        help_text="With it they read what the body keeps among its members.",
    )
    from_on = DateField(label="From which day?")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["seat"]
        if not isinstance(field, forms.ChoiceField):
            raise TypeError("seat")
        field.choices = [
            (f"{body.code}/{number}", f"{body.name}: {member.position}{_of(member.partner)}")
            for body in bodies.all_bodies()
            for number, member in enumerate(body.members)
        ]

    def chosen(self) -> tuple[str, BodyMember]:
        """The body's code and the seat as the place file names it."""
        code, _, number = str(self.cleaned_data["seat"]).partition("/")
        found = bodies.body(code)
        if found is None:
            raise LookupError(code)
        return code, found.members[int(number)]


def _of(partner: str | None) -> str:
    return f", {settings.PLACE.short_word(partner)}" if partner else ""


class LeaveSeatForm(SeatForm):
    """Whose seat is left, after which day."""

    until_on = DateField(label="Their last day")
