"""What is typed while somebody is on the telephone: few boxes, in the order things are asked."""

from typing import Final

from django import forms

from oneplace.homefirst.models import Package
from oneplace.homefirst.rules import LONGEST_WORDS
from oneplace.vocabulary.terms import RapidResponseReason, ReferralSource, Urgency

LONGEST_SEARCH: Final = 200
_AT_HOME, _IN_HOSPITAL = "home", "hospital"


class WhoForm(forms.Form):
    """Whom it is about; the same words look in what is open here and in the whole borough."""

    words = forms.CharField(
        label="Who is it about?",
        max_length=LONGEST_SEARCH,
        help_text="Name and date of birth, NHS number, postcode or telephone number.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "autofocus": True}),
        error_messages={"required": "Write whom it is about."},
    )


class WholeBoroughForm(forms.Form):
    """Who rings, before anybody is looked up whom nothing connects us with."""

    words = forms.CharField(max_length=LONGEST_SEARCH, widget=forms.HiddenInput)
    from_whom = forms.CharField(
        label="Who rings, and from where?",
        max_length=160,
        help_text="It is kept with your name as the reason for looking.",
        error_messages={"required": "Write who rings: it is the reason for looking."},
    )


class TakeOnForm(forms.Form):
    """The person just looked up, taken on because somebody rang."""

    person = forms.UUIDField(widget=forms.HiddenInput)
    from_whom = forms.CharField(max_length=160, widget=forms.HiddenInput)


class PhoneReferralForm(forms.Form):
    """What is asked by telephone, in the order it is asked."""

    package = forms.TypedChoiceField(
        label="Is there a package of help at home that could start again?",
        choices=[(each.value, each.label) for each in Package if each is not Package.NOT_ASKED],
        coerce=Package,
        widget=forms.RadioSelect,
        error_messages={"required": "Ask this first; then choose what was answered."},
    )
    need = forms.CharField(
        label="What do they need?",
        max_length=LONGEST_WORDS,
        help_text="The need, not a service; without a name.",
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "Write what they need, in a few words."},
    )
    is_flag_ruled_out = forms.BooleanField(label="I asked, and it is not that", required=False)
    urgency = forms.TypedChoiceField(
        label="How soon must somebody be there?",
        choices=Urgency.choices(),
        coerce=Urgency,
        widget=forms.RadioSelect,
        error_messages={"required": "Say how soon somebody must be there."},
    )
    is_in_hospital = forms.TypedChoiceField(
        label="Where are they now?",
        choices=[(_AT_HOME, "At home"), (_IN_HOSPITAL, "In hospital, going home")],
        coerce=lambda word: word == _IN_HOSPITAL,
        initial=_AT_HOME,
        widget=forms.RadioSelect,
        error_messages={"required": "Say where they are now."},
    )
    source = forms.TypedChoiceField(
        label="Who is that?",
        choices=[("", "Choose"), *ReferralSource.choices()],
        coerce=ReferralSource,
        error_messages={"required": "Choose who asks."},
    )
    rang = forms.CharField(
        label="Name of whoever rings",
        max_length=160,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "Write who rings, so that they can be told."},
    )
    ring_back = forms.CharField(
        label="Number to ring back",
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "tel"}),
    )
    reason = forms.TypedChoiceField(
        label="What is the crisis at home?",
        choices=[("", "Not said"), *RapidResponseReason.choices()],
        coerce=lambda word: RapidResponseReason(word) if word else None,
        empty_value=None,
        required=False,
    )
    safety = forms.CharField(
        label="What must whoever goes do?",
        max_length=300,
        required=False,
        help_text="Such as: knock loudly, two together. Never why.",
    )
    is_wanted = forms.BooleanField(
        label="The person knows about it and wants it",
        required=False,
    )
