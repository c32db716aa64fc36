"""What is typed about a referral; forms check, and save nothing."""

from collections.abc import Iterable
from typing import Any

from django import forms

from oneplace.referrals.models import Signpost
from oneplace.referrals.rules import LONGEST_WORDS
from oneplace.vocabulary.terms import (
    ConnectionOutcome,
    ConnectionSentBack,
    NeedKind,
    ReferralRejected,
    Term,
    Urgency,
)


class TermChoice(forms.TypedChoiceField):
    """One word of a closed list, as a term; nothing where nothing was chosen."""

    def __init__(
        self, term: type[Term], *, nothing: str = "", only: Iterable[Term] = (), **options: Any
    ) -> None:
        offered = [(word.value, word.label) for word in only] or term.choices()
        choices = [*([("", nothing)] if nothing else []), *offered]
        super().__init__(
            choices=choices,
            coerce=lambda word: term(word) if word else None,
            empty_value=None,
            **options,
        )


def _words(label: str, *, help_text: str = "", required: bool = False) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=LONGEST_WORDS,
        required=required,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Write a few words."},
    )


class FindServiceForm(forms.Form):
    """What help is wanted, to find who gives it."""

    words = forms.CharField(
        label="What would help?",
        max_length=120,
        required=False,
        help_text="In plain words, like company, garden or benefits.",
    )


class ReferForm(forms.Form):
    """An ask of one service."""

    need = forms.CharField(
        label="What would they like help with?",
        max_length=LONGEST_WORDS,
        help_text="In plain words and without a name: this is what whoever is asked sees first.",
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Write what the person would like help with."},
    )
    need_kind = TermChoice(NeedKind, nothing="Not said", label="Kind of need", required=False)
    words = _words(
        "What else should they know once they have said yes?",
        help_text="Only what they need to help well.",
    )
    safety = forms.CharField(
        label="What must whoever visits do?",
        max_length=300,
        required=False,
        help_text="Such as: knock loudly, two together. Never why.",
    )
    concerns = forms.MultipleChoiceField(
        label="What else weighs on them?",
        choices=NeedKind.choices(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    urgency = TermChoice(Urgency, label="How soon?", initial=Urgency.ROUTINE.value)
    is_wanted = forms.BooleanField(
        label="They know about it and want it",
        required=False,
    )


class SignpostForm(forms.Form):
    """How somebody is told of a service they go to by themselves."""

    how = TermChoice(
        Signpost,
        label="How are they told?",
        widget=forms.RadioSelect,
        error_messages={"required": "Say how they are told."},
    )
    to = forms.CharField(
        label="Number or email address",
        max_length=254,
        required=False,
        help_text="Empty for the number in the record. An email holds a link and no word of them.",
    )
    words = _words("A few words of your own")
    need_kind = TermChoice(NeedKind, nothing="Not said", label="Kind of need", required=False)
    is_not_wanted = forms.BooleanField(
        label="They do not want it: only write it down", required=False
    )


class YesForm(forms.Form):
    """A yes."""

    words = _words("Anything to tell whoever asked?")


class NoForm(forms.Form):
    """A no, with the reason."""

    because = TermChoice(
        ReferralRejected,
        label="Why not?",
        widget=forms.RadioSelect,
        error_messages={"required": "Say why not: it helps to find somebody else."},
    )
    words = _words("Anything else, such as who might help instead?")


class NoByLinkForm(NoForm):
    """A no from a charity, which knows the need and the district and nobody yet."""

    because = TermChoice(
        ReferralRejected,
        only=(
            ReferralRejected.NO_CAPACITY,
            ReferralRejected.NOT_OUR_SERVICE,
            ReferralRejected.OUTSIDE_AREA,
            ReferralRejected.NOT_ENOUGH_INFORMATION,
        ),
        label="Why not?",
        widget=forms.RadioSelect,
        error_messages={"required": "Say why not: it helps to find somebody else."},
    )


class QuestionForm(forms.Form):
    """A question back, or its answer."""

    words = _words("What would you like to know?", required=True)


class ReplyForm(forms.Form):
    """The answer to a question."""

    words = _words("Your answer", required=True)


class AllocateForm(forms.Form):
    """Who takes it."""

    to = forms.CharField(
        label="Who takes it?", max_length=160, error_messages={"required": "Write who takes it."}
    )


class NoteForm(forms.Form):
    """A few words with a step."""

    words = _words("In a few words")


class WorryForm(forms.Form):
    """A worry."""

    words = _words("What worries you?", required=True)


class EndForm(forms.Form):
    """What came of it."""

    outcome = TermChoice(
        ConnectionOutcome,
        label="What came of it?",
        widget=forms.RadioSelect,
        error_messages={"required": "Say what came of it."},
    )
    words = _words("In a few words")


class SendBackForm(forms.Form):
    """Why the person is sent back."""

    because = TermChoice(
        ConnectionSentBack,
        label="Why?",
        widget=forms.RadioSelect,
        error_messages={"required": "Say why, so that somebody else can be asked."},
    )
    words = _words("In a few words")


class TakeBackForm(forms.Form):
    """Why it is taken back."""

    why = forms.CharField(
        label="Why is it taken back?",
        max_length=400,
        error_messages={"required": "Write why it is taken back."},
    )


class CodeForm(forms.Form):
    """The code from the email."""

    code = forms.CharField(
        label="The code we sent to your organisation",
        max_length=12,
        help_text="Six digits, in the email that came after you said yes.",
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "width": 10}
        ),
        error_messages={"required": "Type the six digits from the email."},
    )


class CallForm(forms.Form):
    """Who rang, and what about."""

    from_whom = forms.CharField(
        label="Who asks you to help?",
        max_length=200,
        error_messages={"required": "Write who asks you to help."},
    )
    need = forms.CharField(label="What with?", max_length=400, required=False)
