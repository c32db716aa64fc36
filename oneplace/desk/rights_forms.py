"""What officers type about requests of people about their own data."""

from typing import Any, Final

from django import forms

from oneplace.access.models.retention import HoldKind
from oneplace.access.models.right import (
    Covers,
    HandedHow,
    HowItCame,
    ItemDecision,
    RightKind,
    WhoAsks,
)
from oneplace.access.rules.rights import ErasureGround
from oneplace.access.verbs import Decided
from oneplace.kit.forms import DateField
from oneplace.vocabulary.nhs_number import why_not_valid

_LONGEST: Final = 2000


def _words(label: str, hint: str = "", *, required: bool = True, rows: int = 3) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=hint,
        required=required,
        max_length=_LONGEST,
        widget=forms.Textarea(attrs={"rows": rows}),
        error_messages={"required": f"{label}: write it in a few words."},
    )


class ReceiveForm(forms.Form):
    """A request as it came."""

    kind = forms.ChoiceField(
        label="What do they ask for?", choices=RightKind.choices(), widget=forms.RadioSelect
    )
    asker_name = forms.CharField(
        label="Name of whoever asks",
        max_length=160,
        error_messages={"required": "Write the name of whoever asks."},
    )
    asker_is = forms.ChoiceField(
        label="Who are they?", choices=WhoAsks.choices(), widget=forms.RadioSelect
    )
    asker_authority = _words(
        "What lets them ask for somebody else",
        "What was seen and when, such as a registered lasting power of attorney. Leave empty where "
        "the person asks for themselves.",
        required=False,
        rows=2,
    )
    words = _words("What they ask, in their words")
    reach = _words(
        "How to reach them", "Address, email or telephone as they gave it.", required=False, rows=2
    )
    came_by = forms.ChoiceField(
        label="How did it come?", choices=HowItCame.choices(), widget=forms.RadioSelect
    )
    received_on = DateField(
        label="Received on",
        help_text="The day it reached anybody at your organisation, not the day it reached you.",
        error_messages={"required": "Write the day on which it was received."},
    )

    def clean_kind(self) -> RightKind:
        """The term."""
        return RightKind(self.cleaned_data["kind"])

    def clean_asker_is(self) -> WhoAsks:
        """The term."""
        return WhoAsks(self.cleaned_data["asker_is"])

    def clean_came_by(self) -> HowItCame:
        """The term."""
        return HowItCame(self.cleaned_data["came_by"])


class IdentityForm(forms.Form):
    """Whose record, and what was checked."""

    number = forms.CharField(
        label="NHS number", required=False, max_length=20, help_text="Ten digits."
    )
    family = forms.CharField(label="Or family name", required=False, max_length=100)
    born_on = DateField(label="and date of birth", required=False, is_birth=True)
    how = _words(
        "What was checked",
        "For example: passport seen in person; or three answers only the person would know.",
        required=False,
        rows=2,
    )
    shown_on = DateField(
        label="Identity was in doubt and was shown on",
        help_text="Only where you had to ask for it. The month then runs from that day.",
        required=False,
    )
    covers = forms.ChoiceField(
        label="How much of the record?",
        choices=Covers.choices(),
        initial=Covers.OWN.value,
        widget=forms.RadioSelect,
        required=False,
        help_text="Everything only where the partners have agreed that you answer for all.",
    )

    def clean_number(self) -> str:
        """Ten digits, or nothing."""
        number = "".join(str(self.cleaned_data["number"]).split())
        if number and (reason := why_not_valid(number)):
            raise forms.ValidationError(reason)
        return number

    def clean_covers(self) -> Covers:
        """The term."""
        return Covers(self.cleaned_data["covers"] or Covers.OWN)

    def clean(self) -> dict[str, Any]:
        """A number, or a name with a date of birth."""
        given = self.cleaned_data
        if not given.get("number") and not (given.get("family") and given.get("born_on")):
            self.add_error(
                "number", "Give the NHS number, or the family name and the date of birth."
            )
        return given


class WhyForm(forms.Form):
    """A reason."""

    why = _words("Why", "The person is told this.")


class ExtendForm(forms.Form):
    """More time."""

    months = forms.TypedChoiceField(
        label="How much longer?",
        choices=[("1", "One month more"), ("2", "Two months more")],
        coerce=int,
        widget=forms.RadioSelect,
    )
    why = _words("Why it is complex", "The person is told this within the first month.")


class HandOverForm(forms.Form):
    """How the copy reaches the person."""

    how = forms.ChoiceField(label="How?", choices=HandedHow.choices(), widget=forms.RadioSelect)
    to = _words("To whom, and where", "For a link: how they get its code, such as their telephone.")

    def clean_how(self) -> HandedHow:
        """The term."""
        return HandedHow(self.cleaned_data["how"])


class ChooseForm(forms.Form):
    """Which entries a request is about, and why."""

    entries = forms.MultipleChoiceField(
        label="Entries", error_messages={"required": "Choose at least one entry it is about."}
    )
    ground = forms.ChoiceField(
        label="On which ground?", choices=ErasureGround.choices(), widget=forms.RadioSelect
    )
    why = _words("Why")

    def __init__(self, *args: Any, kind: RightKind, known: list[str], **options: Any) -> None:
        super().__init__(*args, **options)
        chosen = self.fields["entries"]
        assert isinstance(chosen, forms.MultipleChoiceField)  # noqa: S101 - for the type checker
        chosen.choices = [(one, one) for one in known]
        if kind is not RightKind.ERASURE:
            del self.fields["ground"]
        self.fields["why"].label = {
            RightKind.CORRECTION: "What is wrong, and what should it say?",
            RightKind.RESTRICTION: "Why it is not to be used for now",
        }.get(kind, "Why the law allows it here")


class OwnWordsForm(forms.Form):
    """What a person says about an entry."""

    words = _words("What the person says, in their words", rows=5)
    said_by = forms.CharField(
        label="Whose words?",
        max_length=160,
        help_text="The person’s name, or that of whoever speaks for them.",
        error_messages={"required": "Say whose words these are."},
    )


class RetentionForm(forms.Form):
    """What becomes of a record kept long enough."""

    decision = forms.ChoiceField(
        label="What becomes of it?",
        choices=[
            ("destroy", "It is to be destroyed, with a certificate"),
            ("keep", "It is kept longer"),
        ],
        widget=forms.RadioSelect,
    )
    keep_until = DateField(label="Kept until", required=False)
    why = _words("Why")


class HoldForm(forms.Form):
    """Why nothing of a record is destroyed."""

    kind = forms.ChoiceField(
        label="What is it held for?", choices=HoldKind.choices(), widget=forms.RadioSelect
    )
    why = _words("Which one, and who asked")


class AnswerForm(forms.Form):
    """Whether an entry is wrong."""

    is_agreed = forms.TypedChoiceField(
        label="Is it wrong?",
        choices=[
            ("yes", "Yes: we correct it in our own system, and the record follows"),
            ("no", "No: it stays as it is"),
        ],
        coerce=lambda given: given == "yes",
        widget=forms.RadioSelect,
    )
    why = _words("Why", "The person is told this.")


class DoneForm(forms.Form):
    """What was done."""

    words = _words("What was done")


class CodeForm(forms.Form):
    """The code of a link."""

    code = forms.CharField(
        label="Code",
        max_length=20,
        help_text="Eight letters and digits; you were told it by telephone or letter.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": "Write the code you were told."},
    )

    def clean_code(self) -> str:
        """Without blanks, in capitals."""
        return "".join(str(self.cleaned_data["code"]).split()).upper()


class ItemForm(forms.Form):
    """What becomes of one item."""

    decision = forms.ChoiceField(
        required=False, choices=[("", "Not decided"), *ItemDecision.choices()]
    )
    black = forms.CharField(required=False, max_length=_LONGEST)
    reason = forms.CharField(required=False, max_length=500)

    def decided(self) -> Decided | None:
        """The decision, or None where none was made."""
        given = self.cleaned_data
        if not given.get("decision"):
            return None
        black = tuple(line.strip() for line in given["black"].splitlines() if line.strip())
        return Decided(ItemDecision(given["decision"]), black, given["reason"])
