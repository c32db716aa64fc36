"""What officers type about sharing agreements, checked in the reader's words."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from django import forms
from django.forms.utils import ErrorDict
from django.utils.datastructures import MultiValueDict
from pydantic import ValidationError

from oneplace.access.queries.agreements import AgreementShown, flows_of
from oneplace.kit.forms import DateField
from oneplace.vocabulary.place.agreements import EVERY_PARTY
from oneplace.vocabulary.place.agreements import SharingAgreement as Written
from oneplace.vocabulary.place.problems import problems_of
from oneplace.vocabulary.terms import (
    ConfidentialityBasis,
    DataCategory,
    DataProtectionBasis,
    Purpose,
    SharingPolicy,
)

Choices = list[tuple[str, str]]
MOST_FLOWS = 40


class _MayBeShown(forms.Form):
    """A form that can be shown as it was typed, before anybody judges it."""

    is_only_shown = False

    def full_clean(self) -> None:
        """Judge what was typed, unless it is only shown again."""
        super().full_clean()
        if self.is_only_shown:
            self._errors = ErrorDict()


class DaysForm(_MayBeShown):
    """From when to when a version holds, and when it is looked at."""

    starts_on = DateField(
        label="First day",
        help_text="Today or later. Until then, and until every party has signed, the version "
        "before goes on.",
        error_messages={"required": "Enter the first day."},
    )
    review_on = DateField(
        label="Review by",
        help_text="The officers are reminded before.",
        error_messages={"required": "Enter the day of the review."},
    )
    ends_on = DateField(
        label="Last day",
        help_text="From the day after, nothing is shared under it.",
        error_messages={"required": "Enter the last day."},
    )


class AgreementForm(DaysForm):
    """The words of the next version; what flows to whom stands in `FlowForm`s below it."""

    name = forms.CharField(
        label="Name", max_length=200, error_messages={"required": "Enter a name."}
    )
    says = forms.CharField(
        label="What it says, in plain words",
        help_text="For whoever asks why something is shared: who sees what, and for what.",
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Say in plain words what the agreement is about."},
    )
    purposes = forms.MultipleChoiceField(
        label="What it is for",
        choices=Purpose.choices(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one purpose."},
    )
    data_protection_basis = forms.ChoiceField(
        label="Lawful basis in data-protection law", choices=DataProtectionBasis.choices()
    )
    confidentiality_basis = forms.ChoiceField(
        label="Why the duty of confidence allows it",
        help_text="A test of its own, beside data-protection law.",
        choices=ConfidentialityBasis.choices(),
    )
    policy = forms.ChoiceField(
        label="How people are told or asked",
        choices=SharingPolicy.choices(),
        widget=forms.RadioSelect,
        error_messages={"required": "Choose how people are told or asked."},
    )
    contact = forms.CharField(
        label="Whom to ask about it",
        max_length=300,
        error_messages={"required": "Say whom people ask, and how to reach them."},
    )
    parties = forms.MultipleChoiceField(
        label="Parties",
        help_text="Each of them signs before this version shares anything.",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least two parties."},
    )

    field_order = (
        "name", "says", "purposes", "data_protection_basis", "confidentiality_basis", "policy",
        "contact", "starts_on", "review_on", "ends_on", "parties",
    )  # fmt: skip

    def __init__(self, *args: Any, parties: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parties"].choices = parties  # type: ignore[attr-defined]

    def clean_parties(self) -> list[str]:
        """Two at least."""
        chosen: list[str] = self.cleaned_data["parties"]
        if len(chosen) < 2:
            raise forms.ValidationError("Choose at least two parties.")
        return chosen


class FlowForm(_MayBeShown):
    """One line of what flows: these parties let those see these parts."""

    givers = forms.MultipleChoiceField(
        label="Who shares", required=False, widget=forms.CheckboxSelectMultiple
    )
    receivers = forms.MultipleChoiceField(
        label="With whom", required=False, widget=forms.CheckboxSelectMultiple
    )
    parts = forms.MultipleChoiceField(
        label="Which parts of a record",
        required=False,
        choices=DataCategory.choices(),
        widget=forms.CheckboxSelectMultiple,
    )
    needs_yes = forms.BooleanField(
        label="Only of people who said yes to sharing with them", required=False
    )

    def __init__(self, *args: Any, parties: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(EVERY_PARTY, "Every party"), *parties]
        for name in ("givers", "receivers"):
            self.fields[name].choices = choices  # type: ignore[attr-defined]

    @property
    def is_empty(self) -> bool:
        """Whether nothing was chosen: such a line is left out."""
        typed = self.cleaned_data
        return not (typed.get("givers") or typed.get("receivers") or typed.get("parts"))

    def clean(self) -> dict[str, Any]:
        """A line that is begun is finished."""
        typed = super().clean() or {}
        chosen = {name: typed.get(name) for name in ("givers", "receivers", "parts")}
        if any(chosen.values()):
            for name, why in (
                ("givers", "Choose who shares."),
                ("receivers", "Choose with whom it is shared."),
                ("parts", "Choose which parts of a record are shared."),
            ):
                if not chosen[name]:
                    self.add_error(name, why)
        return typed


class NewVersion:
    """The words of a version and its flows, bound together or not at all."""

    def __init__(
        self,
        held: AgreementShown,
        typed: "MultiValueDict[str, Any] | None",
        *,
        parties: Choices,
        on: date,
    ) -> None:
        self._held = held
        listed = [*parties, *_no_longer(held, parties)]
        initial = {**_words(held), **next_days(held, on=on)}
        self.words = AgreementForm(typed, initial=initial, parties=listed)
        given = [_flow(flow) for flow in flows_of(held.terms)]
        count = _count(typed) if typed is not None else len(given)
        self.flows = [
            FlowForm(
                typed,
                prefix=f"flow-{number}",
                initial=given[number] if number < len(given) else None,
                parties=listed,
            )
            for number in range(count)
        ]

        if typed is not None and "add_line" in typed:
            for form in (self.words, *self.flows):
                form.is_only_shown = True

    @property
    def count(self) -> int:
        """How many lines stand on the page."""
        return len(self.flows)

    def is_valid(self) -> bool:
        """Whether everything typed is in order by itself."""
        found = [form.is_valid() for form in (self.words, *self.flows)]
        for number, flow in enumerate(self.flows, 1):
            for reason in [str(each) for listed in flow.errors.values() for each in listed]:
                self.words.add_error(None, f"Line {number}: {reason[:1].lower()}{reason[1:]}")
        if all(found) and not any(not flow.is_empty for flow in self.flows):
            self.words.add_error(None, "Say at least in one line what is shared with whom.")
            return False
        return all(found) and self.written() is not None

    def written(self) -> Written | None:
        """The version in the words of a place file; None with the reason on the form."""
        typed = self.words.cleaned_data
        try:
            return Written.model_validate(
                {
                    **{name: typed[name] for name in typed if name != "parties"},
                    "code": self._held.code,
                    "version": self._held.version + 1,
                    "parties": [{"key": key} for key in typed["parties"]],
                    "terms": [
                        {
                            "from": flow.cleaned_data["givers"],
                            "to": flow.cleaned_data["receivers"],
                            "parts": flow.cleaned_data["parts"],
                            "needs_yes": flow.cleaned_data["needs_yes"],
                        }
                        for flow in self.flows
                        if not flow.is_empty
                    ],
                }
            )
        except ValidationError as error:
            for reason in dict.fromkeys(self._reasons(error)):
                self.words.add_error(None, reason)
            return None

    def _reasons(self, error: ValidationError) -> Iterable[str]:
        listed = dict(self.words.fields["parties"].choices)  # type: ignore[attr-defined]
        for problem in problems_of(error, model=Written):
            reason = problem.reason
            for key, name in listed.items():
                reason = reason.replace(f'"{key}"', f"“{name}”")
            if "is not reviewed between" in reason:
                yield "The review stands between the first day and the last."
            elif "is no party" in reason:
                yield f"{_sentence(reason)} Tick it among the parties, or take it out of the line."
            else:
                yield f"{_sentence(reason)} {problem.remedy}"


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}."


def _words(held: AgreementShown) -> dict[str, Any]:
    return {
        "name": held.name,
        "says": held.says,
        "purposes": [purpose.value for purpose in held.purposes],
        "data_protection_basis": held.data_protection_basis.value,
        "confidentiality_basis": held.confidentiality_basis.value,
        "policy": held.policy.value,
        "contact": held.contact,
        "parties": [party.key for party in held.parties],
    }


def _flow(flow: Any) -> dict[str, Any]:
    return {
        "givers": list(flow.givers),
        "receivers": list(flow.receivers),
        "parts": [part.value for part in flow.parts],
        "needs_yes": flow.needs_yes,
    }


def _no_longer(held: AgreementShown, parties: Choices) -> Choices:
    known = {key for key, _ in parties}
    return [(party.key, party.name) for party in held.parties if party.key not in known]


def _count(typed: Mapping[str, Any]) -> int:
    word = str(typed.get("lines", "1"))
    asked = int(word) if word.isascii() and word.isdecimal() and len(word) < 4 else 1
    return min(max(asked, 1) + ("add_line" in typed), MOST_FLOWS)


class WithdrawForm(forms.Form):
    """Why a version that has not begun is withdrawn."""

    reason = forms.CharField(
        label="Reason",
        help_text="Everybody who asks why nothing is shared under it reads it. Name no patient.",
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Give the reason."},
    )


class StopForm(WithdrawForm):
    """From when nothing is shared any more, and why."""

    stops_on = DateField(
        label="First day on which nothing is shared under it",
        help_text="Today stops it at once.",
        error_messages={"required": "Enter the first day on which nothing is shared."},
    )

    field_order = ("stops_on", "reason")


class SignatureForm(forms.Form):
    """Who signed on paper, and when."""

    signed_by = forms.CharField(
        label="Who signed",
        help_text="Name and post, as they stand on the paper.",
        max_length=120,
        error_messages={"required": "Enter who signed."},
    )
    signed_on = DateField(
        label="Signed on", error_messages={"required": "Enter the day of the signature."}
    )


class WhoSeesForm(forms.Form):
    """For what, at which organisation, in which role."""

    purpose = forms.TypedChoiceField(
        label="For", choices=Purpose.choices(), coerce=Purpose, required=False, empty_value=None
    )
    organisation = forms.ChoiceField(label="Working at", required=False)
    role = forms.ChoiceField(label="As", required=False)

    def __init__(self, *args: Any, organisations: Choices, roles: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].choices = [("", "Anywhere"), *organisations]  # type: ignore[attr-defined]
        self.fields["role"].choices = [("", "Every role"), *roles]  # type: ignore[attr-defined]


def next_days(held: AgreementShown, *, on: date) -> dict[str, date]:
    """The days a version that follows would usually have: as long as the one before, after it."""
    starts_on = max(on, held.last_day + timedelta(days=1))
    whole = held.ends_on + timedelta(days=1) - held.starts_on
    return {
        "starts_on": starts_on,
        "review_on": _later(starts_on, held.review_on - held.starts_on),
        "ends_on": _later(starts_on, whole) - timedelta(days=1),
    }


def _later(start: date, length: timedelta) -> date:
    """A day so much later; the same day of a later year where the length is of whole years."""
    years = round(length.days / 365.25)
    if not years or abs(length.days - years * 365.25) > 2:
        return start + length
    is_leap_day = (start.month, start.day) == (2, 29)
    return start.replace(year=start.year + years, day=28 if is_leap_day else start.day)
