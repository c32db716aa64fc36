"""What is typed about a person's choices on sharing, checked in the reader's words."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final

from django import forms

from oneplace.access.models import (
    Account,
    AuthorityKind,
    ChoiceKind,
    DecidedBy,
    Evidence,
    HowTold,
)
from oneplace.access.rules import choices as rules
from oneplace.access.rules.choices import ChoiceDraft
from oneplace.kit.clock import local_day
from oneplace.kit.forms import DateField
from oneplace.partners.models import Organisation
from oneplace.vocabulary.terms import ConfidentialityBasis, DataCategory, LabelKind

LONGEST: Final = rules.LONGEST_WORDS

ASKS: Final[dict[ChoiceKind, str]] = {
    ChoiceKind.TOLD: "They have been told how their information is shared",
    ChoiceKind.OBJECTION: "They object to their information being shared",
    ChoiceKind.LIMIT: "They want one part kept with whoever wrote it, such as mental health notes",
    ChoiceKind.CONSENT: "They say yes to sharing with an organisation, such as the charity",
    ChoiceKind.EXCLUDED_ORGANISATION: "They want to keep one organisation out",
    ChoiceKind.EXCLUDED_WORKER: "They want to keep one worker out",
    ChoiceKind.SOMEBODY_CLOSE: "They do not want somebody close to be told, such as a daughter",
    ChoiceKind.OWN_FAMILY: "A worker is their family or friend",
    ChoiceKind.COLLEAGUE: "They work for one of the organisations themselves",
    ChoiceKind.TYPE_1_OPT_OUT: "They opted out at their GP (type 1 opt-out)",
    ChoiceKind.NATIONAL_OPT_OUT: "They use the national data opt-out",
}
"""What somebody may come to record, as they would say it."""

PROTECTION_ASKS: Final[dict[ChoiceKind, str]] = {
    ChoiceKind.PROTECTED_ADDRESS: "Keep secret where they live",
    ChoiceKind.SEAL: "Seal the whole record",
    ChoiceKind.COURT_RESTRICTION: "A court restricts the record",
    ChoiceKind.INVESTIGATION: "Keep a worker out during an enquiry",
}

_WITHOUT_DECIDER: Final = (
    ChoiceKind.OWN_FAMILY,
    ChoiceKind.COLLEAGUE,
    ChoiceKind.NATIONAL_OPT_OUT,
    ChoiceKind.TYPE_1_OPT_OUT,
    *PROTECTION_ASKS,
)
_OPT_OUTS: Final = (ChoiceKind.NATIONAL_OPT_OUT, ChoiceKind.TYPE_1_OPT_OUT)
_PERSONS_WORDS: Final = "In their own words"


def _words(label: str, missing: str, *, hint: str = "", rows: int = 3) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=hint,
        max_length=LONGEST,
        required=bool(missing),
        widget=forms.Textarea(attrs={"rows": rows}),
        error_messages={"required": missing},
    )


class ChooseForm(forms.Form):
    """What somebody comes to record."""

    kind = forms.ChoiceField(
        label="What did they decide?",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what you want to record."},
    )

    def __init__(self, *args: Any, asks: dict[ChoiceKind, str], **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["kind"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - tells the type checker
        field.choices = [(kind.value, words) for kind, words in asks.items()]
        if asks is PROTECTION_ASKS:
            field.label = "How?"


class ChoiceForm(forms.Form):
    """One choice: the questions its kind asks, and no others."""

    organisation = forms.ChoiceField(label="Which organisation?", required=False)
    worker = forms.CharField(
        label="Which worker?",
        help_text="Their work email address, or their full name.",
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    party_name = forms.CharField(
        label="Who should not be told?",
        help_text="Their name, and what they are to the person: “Ada, her daughter”.",
        max_length=200,
        error_messages={"required": "Say who should not be told."},
    )
    category = forms.ChoiceField(
        label="Which part of the record?",
        required=False,
        widget=forms.RadioSelect,
    )
    words = _words(_PERSONS_WORDS, "")
    lets_in = forms.CharField(
        label="Who may still see it?",
        help_text="Work email addresses, one on a line. Nobody else will.",
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    said_on = DateField(
        label="On which day?", error_messages={"required": "Enter the day they said so."}
    )
    how = forms.ChoiceField(
        label="How did they tell us?",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose how they told us."},
    )
    decided_by = forms.ChoiceField(
        label="Who decided?",
        choices=[
            (who.value, who.label)
            for who in (DecidedBy.PERSON, DecidedBy.ATTORNEY, DecidedBy.BEST_INTERESTS)
        ],
        initial=DecidedBy.PERSON.value,
        widget=forms.RadioSelect,
    )
    decided_by_name = forms.ChoiceField(label="Who decided for them?", required=False)
    capacity_words = _words(
        "If they could not decide this now: why, and how was it decided?",
        "",
        hint="Why they could not decide, who was asked, and what they would want.",
    )
    review_on = DateField(label="When should this be looked at again?", required=False)

    def __init__(
        self,
        *args: Any,
        kind: ChoiceKind,
        organisations: Sequence[Organisation],
        authorities: Sequence[str],
        at: datetime,
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.kind = kind
        self._organisations = {one.code: one for one in organisations}
        self.fields["said_on"].initial = local_day(at)
        self._choose("organisation", "Choose one", [(o.code, o.name) for o in organisations])
        parts = [part for part in DataCategory if part is not DataCategory.WHO]
        self._fields_of_kind(kind)
        ways = [how for how in HowTold if how is not HowTold.BROUGHT_IN or kind in _OPT_OUTS]
        self._choose("how", "", [(how.value, how.label) for how in ways])
        self._choose("category", "", [(part.value, part.label) for part in parts])
        self._choose("decided_by_name", "Choose one", [(name, name) for name in authorities])
        if not authorities:
            self._drop("decided_by_name")

    def _fields_of_kind(self, kind: ChoiceKind) -> None:
        protects = kind in PROTECTION_ASKS
        if kind in rules.MAY_BE_ABOUT_ONE and not protects:
            self.fields["organisation"].label = "Only with one organisation?"
            self.fields["organisation"].help_text = "Leave this as it is if it is about all."
        elif kind not in rules.ABOUT_AN_ORGANISATION:
            self._drop("organisation")
        else:
            self._need("organisation", "Choose the organisation this is about.")
        if kind in rules.ABOUT_A_WORKER:
            self._need("worker", "Say which worker this is about.")
        else:
            self._drop("worker")
        if kind is not ChoiceKind.SOMEBODY_CLOSE:
            self._drop("party_name")
        if kind is ChoiceKind.LIMIT:
            self._need("category", "Choose the part of the record this is about.")
        else:
            self._drop("category")
        if not protects:
            self._drop("lets_in", "review_on")
        else:
            self._about_a_protection(kind)
        if kind in _WITHOUT_DECIDER:
            self._drop("decided_by", "decided_by_name", "capacity_words")
        if kind in _OPT_OUTS:
            self._drop("words")

    def _about_a_protection(self, kind: ChoiceKind) -> None:
        self._need("words", "Say why, in a few words.")
        self.fields["words"].label = "Why?"
        self.fields["words"].help_text = (
            "The order, the danger or the case, with who asked for it. Only those who keep "
            "protections read this."
        )
        self.fields["said_on"].label = "Since which day?"
        self.fields["how"].label = "How do we know?"
        if kind is ChoiceKind.PROTECTED_ADDRESS:
            self.fields[
                "lets_in"
            ].help_text = "Work email addresses, one on a line. Whoever recorded it sees it too."
        if kind is ChoiceKind.INVESTIGATION:
            self._drop("lets_in")

    def _drop(self, *names: str) -> None:
        for name in names:
            self.fields.pop(name, None)

    def _need(self, name: str, missing: str) -> None:
        self.fields[name].required = True
        self.fields[name].error_messages["required"] = missing

    def _choose(self, name: str, empty: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields.get(name)
        if isinstance(field, forms.ChoiceField):
            field.choices = [("", empty), *choices] if empty else choices

    def draft(
        self, *, worker: Account | None, lets_in: Sequence[tuple[Any, str]] = ()
    ) -> ChoiceDraft:
        """What is to be recorded; the view has found the workers."""
        given = self.cleaned_data
        organisation = self._organisations.get(given.get("organisation") or "")
        party = worker or organisation
        protects = self.kind in PROTECTION_ASKS
        court = self.kind is ChoiceKind.COURT_RESTRICTION
        ours = DecidedBy.COURT if court else DecidedBy.ORGANISATION
        return ChoiceDraft(
            kind=self.kind,
            how=HowTold(given["how"]),
            said_on=given["said_on"],
            party_id=party.pk if party else None,
            party_name=party.name if party else given.get("party_name", ""),
            category=DataCategory(given["category"]) if given.get("category") else None,
            lets_in=lets_in,
            words=given.get("words", ""),
            decided_by=ours if protects else DecidedBy(given.get("decided_by") or "person"),
            decided_by_name=given.get("decided_by_name", ""),
            capacity_words=given.get("capacity_words", ""),
            review_on=given.get("review_on"),
        )


class ToldForm(forms.Form):
    """That somebody was told."""

    how = forms.ChoiceField(
        label="How were they told?",
        choices=[(how.value, how.label) for how in HowTold if how is not HowTold.BROUGHT_IN],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose how they were told."},
    )
    said_on = DateField(
        label="On which day?", error_messages={"required": "Enter the day they were told."}
    )
    with_letter = forms.BooleanField(
        label="Draft the letter that says how we share, and how to object", required=False
    )

    def __init__(self, *args: Any, today: date, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["said_on"].initial = today


class WhyForm(forms.Form):
    """Why something ends."""

    why = _words("Why?", "Say why, in a few words.", hint="Whoever looks at this later will ask.")


class OverrideForm(forms.Form):
    """Why a choice is stepped over, for whom and how long."""

    organisation = forms.ChoiceField(
        label="Who needs to see it?",
        error_messages={"required": "Choose who needs to see it."},
    )
    basis = forms.ChoiceField(
        label="Why does the law allow it?",
        choices=[(basis.value, basis.label) for basis in rules.GREATER_NEED],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose why the law allows it."},
    )
    reason = _words("Why is it needed?", "Say why it is needed, in a few words.")
    last_on = DateField(
        label="Until which day?",
        help_text=f"At most {rules.LONGEST_OVERRIDE.days} days from today. It ends by itself.",
        error_messages={"required": "Enter the last day."},
    )
    review_on = DateField(
        label="On which day does somebody else look at this again?",
        error_messages={"required": "Enter a day for looking at it again."},
    )

    def __init__(
        self, *args: Any, organisations: Sequence[Organisation], today: date, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self._organisations = {one.code: one for one in organisations}
        self.fields["last_on"].initial = today + timedelta(days=6)
        self.fields["review_on"].initial = today + timedelta(days=7)
        field = self.fields["organisation"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - tells the type checker
        field.choices = [("", "Choose one"), *((o.code, o.name) for o in organisations)]

    def verb_values(self) -> dict[str, Any]:
        """What the verb takes."""
        given = self.cleaned_data
        organisation = self._organisations[given["organisation"]]
        return {
            "party_id": organisation.pk,
            "party_name": organisation.name,
            "basis": ConfidentialityBasis(given["basis"]),
            "reason": given["reason"],
            "last_on": given["last_on"],
            "review_on": given["review_on"],
        }


class ReviewForm(forms.Form):
    """What somebody else found when they looked at an override again."""

    ends_now = forms.TypedChoiceField(
        label="What happens now?",
        choices=[("no", "It runs to its last day"), ("yes", "It ends now")],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what happens now."},
    )
    words = _words("What did you find?", "Say what you found, in a few words.")


class AuthorityForm(forms.Form):
    """Somebody who cares for a person or may decide for them."""

    name = forms.CharField(
        label="Their name", max_length=200, error_messages={"required": "Enter their name."}
    )
    kind = forms.ChoiceField(
        label="What are they to the person?",
        choices=AuthorityKind.choices(),
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what they are to the person."},
    )
    evidence = forms.ChoiceField(
        label="How do we know?",
        choices=Evidence.choices(),
        widget=forms.RadioSelect,
        error_messages={"required": "Choose how we know."},
    )
    evidence_words = forms.CharField(
        label="Which document, or which entry of the register?",
        help_text="Its kind, date and reference number. Keep no copy here.",
        required=False,
        max_length=300,
    )
    seen_on = DateField(label="On which day did you see it?", required=False)
    covers = _words("What does it cover, and what should they not be told?", "")

    def verb_values(self) -> dict[str, Any]:
        """What the verb takes."""
        given = self.cleaned_data
        return {
            **given,
            "kind": AuthorityKind(given["kind"]),
            "evidence": Evidence(given["evidence"]),
        }


class RestrictForm(forms.Form):
    """Why an entry needs more care than the rest."""

    label = forms.ChoiceField(
        label="What is it about?",
        choices=LabelKind.choices(),
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what it is about."},
    )
    why = _words("Why?", "Say why, in a few words.")
