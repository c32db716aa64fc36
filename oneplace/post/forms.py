"""What is typed on post's pages, checked in the reader's words."""

from collections.abc import Sequence
from typing import Any

from django import forms

from oneplace.kit.forms import DateField
from oneplace.post.models import Channel
from oneplace.post.queries import LEAVES, SentFilter

_LONGEST_ANSWER = 2000


class SentFilterForm(forms.Form):
    """What to look for among everything sent."""

    channel = forms.ChoiceField(label="How", required=False)
    on = DateField(label="Day", required=False)
    template = forms.ChoiceField(label="What about", required=False)
    recipient = forms.CharField(label="To", required=False, max_length=100)
    words = forms.CharField(label="Words in it", required=False, max_length=100)

    def __init__(
        self, data: Any = None, *, templates: Sequence[tuple[str, str]], **options: Any
    ) -> None:
        super().__init__(data, **options)
        channels = [(channel.value, channel.label) for channel in LEAVES]
        self.fields["channel"].choices = [("", "Any way"), *channels]  # type: ignore[attr-defined]
        self.fields["template"].choices = [("", "Anything"), *templates]  # type: ignore[attr-defined]

    def wanted(self) -> SentFilter:
        """What was asked for."""
        found = self.cleaned_data
        return SentFilter(
            channel=Channel(found["channel"]) if found["channel"] else None,
            on=found["on"],
            template=found["template"],
            recipient=found["recipient"].strip(),
            words=found["words"].strip(),
        )


class AnswerForm(forms.Form):
    """An answer to a message: one of the choices, some words, or both."""

    choice = forms.ChoiceField(label="Your answer", required=False, widget=forms.RadioSelect)
    words = forms.CharField(
        label="Anything you want to add",
        required=False,
        max_length=_LONGEST_ANSWER,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, data: Any = None, *, choices: Sequence[str], **options: Any) -> None:
        super().__init__(data, **options)
        if choices:
            self.fields["choice"].choices = [(c, c) for c in choices]  # type: ignore[attr-defined]
            self.fields["choice"].required = True
            self.fields["choice"].error_messages["required"] = "Choose an answer."
        else:
            del self.fields["choice"]
            self.fields["words"].label = "Your answer"
            self.fields["words"].required = True
            self.fields["words"].error_messages["required"] = "Write an answer."
