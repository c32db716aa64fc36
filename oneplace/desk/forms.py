"""What people type at the desk: words to search for, a narrowing of services or a timeline."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from django import forms

from oneplace.desk.queries import LEAST_LETTERS
from oneplace.kit.clock import day_begins
from oneplace.kit.forms import DateField
from oneplace.partners.models import Organisation
from oneplace.records.rules import ENTERED_BY_HAND, LONGEST_TITLE, LONGEST_WORDS, Draft
from oneplace.vocabulary.nhs_number import tidy, why_not_valid
from oneplace.vocabulary.place import Place
from oneplace.vocabulary.terms import EntryKind, EntryStatus, Exactness, Role, ServiceCategory

_LONGEST = 100


class SearchForm(forms.Form):
    """The words of the search box."""

    words = forms.CharField(
        label="Person, service, team or question",
        max_length=_LONGEST,
        error_messages={"required": "Write at least two letters of what you are looking for."},
        widget=forms.TextInput(attrs={"autocomplete": "off", "type": "search"}),
    )

    def clean_words(self) -> str:
        """The words with their blanks tidied; at least two letters."""
        words = " ".join(str(self.cleaned_data["words"]).split())
        if len(words) < LEAST_LETTERS:
            raise forms.ValidationError("Write at least two letters of what you are looking for.")
        return words


class ExplainForm(forms.Form):
    """Whom an officer asks about: a colleague or a role somewhere, and a person."""

    colleague = forms.CharField(
        label="A colleague",
        help_text="Their name or work email.",
        required=False,
        max_length=_LONGEST,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    role = forms.ChoiceField(label="Or anybody of a role", required=False)
    organisation = forms.ChoiceField(label="At which organisation?", required=False)
    nhs_number = forms.CharField(
        label="The person’s NHS number",
        help_text="Ten digits, like 999 000 0018.",
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "numeric"}),
        error_messages={"required": "Enter the NHS number of the person."},
    )

    def __init__(
        self, *args: Any, place: Place, organisations: Sequence[Organisation], **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self._organisations = {one.code: one for one in organisations}
        roles = [(role.value, place.title_of(role)) for role in Role if role is not Role.RESIDENT]
        _choose(self, "role", "Choose a role", roles)
        named = [(code, one.name) for code, one in self._organisations.items()]
        _choose(self, "organisation", "Choose an organisation", named)

    def clean_nhs_number(self) -> str:
        """The number without its blanks; says what is wrong with one that cannot be."""
        typed = str(self.cleaned_data["nhs_number"])
        if reason := why_not_valid(typed):
            raise forms.ValidationError(reason)
        return tidy(typed)

    def clean(self) -> dict[str, Any]:
        """One of the two ways to say whom, with the role and the organisation as themselves."""
        typed = super().clean() or self.cleaned_data
        role, where = typed.get("role"), typed.get("organisation")
        if bool(typed.get("colleague")) == bool(role or where):
            self.add_error("colleague", "Name a colleague, or choose a role: one of the two.")
        elif bool(role) != bool(where):
            missing = "organisation" if role else "role"
            self.add_error(missing, "Choose both a role and the organisation it is worn at.")
        typed["role"] = Role(role) if role else None
        typed["organisation"] = self._organisations.get(where or "")
        return typed


def _choose(form: forms.Form, name: str, empty: str, choices: Sequence[tuple[str, str]]) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)  # noqa: S101 - tells the type checker
    field.choices = [("", empty), *choices]


class ServicesForm(forms.Form):
    """Narrows the list of services."""

    words = forms.CharField(required=False, max_length=_LONGEST, label="Words")
    category = forms.ChoiceField(required=False, label="Kind of help")
    partner = forms.ChoiceField(required=False, label="Partner")
    network = forms.ChoiceField(required=False, label="Network")

    def __init__(self, *args: Any, place: Place, **options: Any) -> None:
        super().__init__(*args, **options)
        offered = {service.category for service in place.services}
        run = {service.partner for service in place.services}
        self._choose(
            "category", "Any kind", [c for c in ServiceCategory.choices() if c[0] in offered]
        )
        self._choose(
            "partner",
            "Any partner",
            [(p.code, p.short_word) for p in place.partners if p.code in run],
        )
        self._choose(
            "network",
            f"Any {place.words.network}",
            [(network.code, network.name) for network in place.networks],
        )
        self.fields["network"].label = place.say("{Network}")

    def _choose(self, field: str, anything: str, choices: list[tuple[str, str]]) -> None:
        chosen = self.fields[field]
        assert isinstance(chosen, forms.ChoiceField)  # noqa: S101 - tells the type checker
        chosen.choices = [("", anything), *choices]

    def clean_words(self) -> str:
        """The words with their blanks tidied."""
        return " ".join(str(self.cleaned_data["words"]).split())


PERIODS: Final = {
    "1": ("Last month", 31),
    "6": ("Last 6 months", 183),
    "24": ("Last 24 months", 731),
}


class TimelineForm(forms.Form):
    """Narrows a timeline by partner, kind, time and words."""

    partner = forms.ChoiceField(required=False, label="Partner")
    kind = forms.ChoiceField(required=False, label="Kind")
    period = forms.ChoiceField(required=False, label="Period")
    words = forms.CharField(required=False, max_length=_LONGEST, label="Words")

    def __init__(self, *args: Any, lanes: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        periods = [(key, name) for key, (name, _) in PERIODS.items()]
        for field, anything, choices in (
            ("partner", "All partners", lanes),
            ("kind", "Everything", list(EntryKind.choices())),
            ("period", "Any time", periods),
        ):
            chosen = self.fields[field]
            assert isinstance(chosen, forms.ChoiceField)  # noqa: S101 - tells the type checker
            chosen.choices = [("", anything), *choices]

    def clean_words(self) -> str:
        """The words with their blanks tidied."""
        return " ".join(str(self.cleaned_data["words"]).split())

    def since(self, at: datetime) -> datetime | None:
        """From when on, where a period is chosen."""
        chosen = self.cleaned_data.get("period") if self.is_bound else ""
        return at - timedelta(days=PERIODS[chosen][1]) if chosen else None


class EntryForm(forms.Form):
    """Something written into a record by hand."""

    kind = forms.ChoiceField(
        label="What is it?",
        choices=[(kind.value, kind.label) for kind in ENTERED_BY_HAND],
        initial=EntryKind.NOTE.value,
    )
    title = forms.CharField(
        label="In one line",
        help_text="As it should stand in the timeline.",
        max_length=LONGEST_TITLE,
        error_messages={"required": "Say in a few words what it is."},
    )
    words = forms.CharField(
        label="The whole of it",
        required=False,
        max_length=LONGEST_WORDS,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    advice = forms.CharField(
        label="Of a hazard: what must a visitor do?",
        help_text="Everybody to whom the record opens sees this line, and not the rest.",
        required=False,
        max_length=LONGEST_TITLE,
    )
    starts_at = DateField(label="On which day was it?", required=False)

    def clean(self) -> dict[str, Any]:
        """A hazard says what to do: the reason alone helps nobody at the door."""
        typed = super().clean() or self.cleaned_data
        if typed.get("kind") == EntryKind.HAZARD and not typed.get("advice"):
            self.add_error("advice", "Say what whoever visits must do, such as: visit in pairs.")
        return typed

    def draft(self, at: datetime) -> Draft:
        """What is to be written down; without a day, now."""
        given = self.cleaned_data
        on = given["starts_at"]
        return Draft(
            kind=EntryKind(given["kind"]),
            title=given["title"],
            words=given["words"],
            starts_at=day_begins(on) if on else at,
            exactness=Exactness.DAY if on else Exactness.SECOND,
            status=EntryStatus.NOT_SAID,
            detail={"advice": given["advice"]} if given["kind"] == EntryKind.HAZARD else {},
        )


class CancelEntryForm(forms.Form):
    """Why something written here is taken back."""

    why = forms.CharField(
        label="Why?",
        help_text="What was written stays readable, crossed out, with your words beside it.",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Say why, in a few words."},
    )
    is_mistake = forms.BooleanField(
        label="It was a mistake from the beginning, such as the wrong person", required=False
    )
