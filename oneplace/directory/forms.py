"""What is typed to find a service, and about an entry."""

from django import forms

from oneplace.directory.models import Capacity
from oneplace.directory.queries import Wanted
from oneplace.kit.forms import DateField
from oneplace.vocabulary.terms import NeedKind, ServiceCategory


class FindForm(forms.Form):
    """What help, near where, for whom."""

    words = forms.CharField(label="What would help?", max_length=120, required=False)
    near = forms.CharField(label="Near which postcode?", max_length=10, required=False)
    need = forms.ChoiceField(
        label="Need", choices=[("", "Any need"), *NeedKind.choices()], required=False
    )
    category = forms.ChoiceField(
        label="Kind of service",
        choices=[("", "Any kind"), *ServiceCategory.choices()],
        required=False,
    )
    age = forms.IntegerField(label="Age", min_value=0, max_value=120, required=False)
    language = forms.CharField(label="Language", max_length=40, required=False)
    is_free = forms.BooleanField(label="Free", required=False)
    is_open_now = forms.BooleanField(label="Open now", required=False)

    def wanted(self) -> Wanted:
        """What a service shall be."""
        given = self.cleaned_data
        return Wanted(
            category=ServiceCategory(given["category"]) if given["category"] else None,
            need=NeedKind(given["need"]) if given["need"] else None,
            age=given["age"],
            language=given["language"].strip().capitalize(),
            is_free=given["is_free"],
            is_open_now=given["is_open_now"],
        )


class ConfirmForm(forms.Form):
    """That an entry was checked."""


class CloseForm(forms.Form):
    """Closed for a while."""

    from_on = DateField(label="Closed from", error_messages={"required": "Write the first day."})
    until_on = DateField(label="Until", required=False, help_text="Empty where nobody knows yet.")
    why = forms.CharField(
        label="Why?", max_length=300, error_messages={"required": "Write why it is closed."}
    )


class CapacityForm(forms.Form):
    """How much room there is."""

    capacity = forms.TypedChoiceField(
        label="Does it take people now?",
        choices=Capacity.choices(),
        coerce=Capacity,
        widget=forms.RadioSelect,
        error_messages={"required": "Say whether it takes people now."},
    )
    words = forms.CharField(
        label="Anything to add, such as how long people wait?", max_length=300, required=False
    )


class CorrectForm(forms.Form):
    """What an entry says."""

    what = forms.CharField(label="What it offers", widget=forms.Textarea(attrs={"rows": 4}))
    who_for = forms.CharField(label="Who it is for", max_length=600, required=False)
    how_to_refer = forms.CharField(label="How to ask", max_length=600, required=False)
    phone = forms.CharField(label="Phone", max_length=60, required=False)
    email = forms.EmailField(
        label="Email", required=False, help_text="Links that ask for help go to this address."
    )

    def clean_email(self) -> str:
        """As typed."""
        return str(self.cleaned_data["email"] or "")


class ProposeForm(forms.Form):
    """What should be changed in an entry."""

    words = forms.CharField(
        label="What has changed, or is wrong?",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Write what has changed."},
    )
    from_name = forms.CharField(
        label="Your name",
        max_length=160,
        error_messages={"required": "Write your name, so that we can ask you."},
    )
    from_address = forms.CharField(
        label="Your email or phone", max_length=254, required=False, help_text="If we may ask back."
    )


class NewServiceForm(forms.Form):
    """A service that is in no entry yet."""

    name = forms.CharField(
        label="What is it called?",
        max_length=200,
        error_messages={"required": "Write what the service is called."},
    )
    provider_name = forms.CharField(
        label="Who offers it?",
        max_length=200,
        error_messages={"required": "Write who offers it."},
    )
    what = forms.CharField(
        label="What does it offer?",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Write what it offers."},
    )
    who_for = forms.CharField(label="Who is it for?", max_length=600, required=False)
    area = forms.CharField(label="Where does it work?", max_length=160, required=False)
    how_to_refer = forms.CharField(label="How do people ask?", max_length=600, required=False)
    phone = forms.CharField(label="Phone", max_length=60, required=False)
    email = forms.EmailField(label="Email", required=False)
    from_name = forms.CharField(
        label="Your name",
        max_length=160,
        error_messages={"required": "Write your name, so that we can ask you."},
    )
    from_address = forms.CharField(label="Your email or phone", max_length=254, required=False)


class CheckForm(forms.Form):
    """The one click of whoever offers a service, and how much room there is if they like."""

    capacity = forms.TypedChoiceField(
        label="Does it take people now?",
        choices=[("", "As before"), *Capacity.choices()],
        coerce=lambda word: Capacity(word) if word else None,
        empty_value=None,
        required=False,
        widget=forms.RadioSelect,
    )


class ChangedForm(forms.Form):
    """What whoever offers a service says has changed."""

    words = forms.CharField(
        label="What has changed?",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Write what has changed."},
    )


class WhyNotForm(forms.Form):
    """Why a proposal is not taken."""

    why = forms.CharField(
        label="Why is it not taken?",
        max_length=300,
        error_messages={"required": "Write why it is not taken."},
    )


class ImportForm(forms.Form):
    """A file of services."""

    file = forms.FileField(
        label="A table (CSV) or a page of Open Referral (JSON)",
        error_messages={"required": "Choose a file."},
    )
