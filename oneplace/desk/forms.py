"""What people type at the desk: words to search for, a narrowing of services or a timeline."""

from datetime import datetime, timedelta
from typing import Any, Final

from django import forms

from oneplace.desk.queries import LEAST_LETTERS
from oneplace.kit.clock import day_begins
from oneplace.kit.forms import DateField
from oneplace.records.rules import ENTERED_BY_HAND, LONGEST_TITLE, LONGEST_WORDS, Draft
from oneplace.vocabulary.place import Place
from oneplace.vocabulary.terms import EntryKind, EntryStatus, Exactness, ServiceCategory

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
        self.fields["network"].label = place.words.network[:1].upper() + place.words.network[1:]

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
    starts_at = DateField(label="On which day was it?", required=False)

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
