"""What is typed on the feeds pages."""

from collections.abc import Sequence
from typing import Any

from django import forms

from oneplace.feeds.models import Source
from oneplace.feeds.queries import QuarantineFilter
from oneplace.vocabulary.terms import QuarantineReason, QuarantineState

MOST_FILES = 50


class KeptAsideForm(forms.Form):
    """Which of what was kept aside is wanted."""

    source = forms.ChoiceField(label="Feed", required=False)
    reason = forms.ChoiceField(
        label="Reason", required=False, choices=[("", "Any reason"), *QuarantineReason.choices()]
    )
    state = forms.ChoiceField(
        label="State",
        required=False,
        choices=[("", "Waiting"), *QuarantineState.choices()[1:], ("all", "All")],
    )

    def __init__(self, *args: Any, sources: Sequence[Source], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen: Any = self.fields["source"]
        chosen.choices = [("", "Any feed"), *((each.pk, each.name) for each in sources)]

    def wanted(self) -> QuarantineFilter:
        """What is asked for; what cannot be is left out."""
        given = self.cleaned_data if self.is_bound and self.is_valid() else {}
        state = given.get("state") or QuarantineState.OPEN.value
        return QuarantineFilter(
            source=given.get("source") or "",
            reason=QuarantineReason(given["reason"]) if given.get("reason") else None,
            state=None if state == "all" else QuarantineState(state),
        )


class MendForm(forms.Form):
    """The mended text of something kept aside."""

    content = forms.CharField(
        label="As it should have been sent",
        strip=False,
        widget=forms.Textarea(attrs={"spellcheck": "false", "rows": 12}),
        error_messages={"required": "Put in what should be read."},
    )
    why = forms.CharField(
        label="What you changed, and who said so",
        max_length=300,
        error_messages={"required": "Say what you changed and who said so."},
    )


class DismissForm(forms.Form):
    """Why something kept aside is left out for good."""

    why = forms.CharField(
        label="Why it is left out",
        max_length=300,
        error_messages={"required": "Say why it is left out."},
    )


class _ManyFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class _FilesField(forms.FileField):
    """Any number of files."""

    def clean(self, data: Any, initial: Any = None) -> Any:
        """Each file, checked like a single one."""
        given = data if isinstance(data, list | tuple) else [data]
        files = [super(_FilesField, self).clean(each, initial) for each in given]
        if len(files) > MOST_FILES:
            raise forms.ValidationError(
                f"Choose {MOST_FILES} files at most, or put them into one zip file."
            )
        return files


class BringInForm(forms.Form):
    """Files to bring in."""

    uploads = _FilesField(
        label="Files",
        help_text="HL7 messages, FHIR bundles, spreadsheets (CSV or XLSX), or a zip of these.",
        widget=_ManyFiles(),
        error_messages={"required": "Choose a file.", "empty": "This file is empty."},
    )
    feed = forms.ChoiceField(
        label="Which feed they are of",
        required=False,
        help_text="Leave it at “tell by what is in them” unless a file was refused.",
    )

    def __init__(self, *args: Any, sources: Sequence[Source], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen: Any = self.fields["feed"]
        chosen.choices = [
            ("", "Tell by what is in them"),
            *((each.pk, each.name) for each in sources),
        ]
