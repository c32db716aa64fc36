"""What is typed about measures: evidence, a named cause, a correction."""

from django import forms

from oneplace.kit.forms import DateField
from oneplace.outcomes.models.terms import SignalEnd


class EndSignalForm(forms.Form):
    """With what a signal ends."""

    end = forms.ChoiceField(
        label="What shows that it is over?",
        choices=[(each.value, each.label) for each in SignalEnd],
        widget=forms.RadioSelect,
    )
    evidence = forms.CharField(
        label="The evidence",
        help_text="Which figures, which visit, which minute: so that somebody else could check it.",
        widget=forms.Textarea,
        max_length=2000,
    )


class RebaseForm(forms.Form):
    """From when limits begin anew, and why."""

    month = DateField(
        label="The first month of the new limits", help_text="Any day of it, such as 1 2 2026."
    )
    cause = forms.CharField(
        label="The cause", help_text="What changed: a second team, another way of counting.",
        max_length=300,
    )  # fmt: skip
    decided_on = DateField(label="When was it agreed?")
    minute = forms.CharField(
        label="Where is it minuted?", help_text="The meeting and the number of its minute.",
        max_length=200,
    )  # fmt: skip


class PublishForm(forms.Form):
    """Figures go out as they are now; a correction says what was wrong."""

    corrects = forms.IntegerField(
        label="Which publication does it correct?", required=False, min_value=1,
        help_text="Its number. Leave it empty for a new one.",
    )  # fmt: skip
    correction = forms.CharField(
        label="What was wrong, and since when?", required=False, widget=forms.Textarea,
        max_length=2000,
    )  # fmt: skip
