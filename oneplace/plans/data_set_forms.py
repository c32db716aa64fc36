"""What is typed to take the national data sets."""

from typing import Any

from django import forms

from oneplace.kit.forms import DateField
from oneplace.kit.words import say


class ExportForm(forms.Form):
    """Which period, with or without names, and what for."""

    from_on = DateField(label="Offered from", error_messages={"required": "Write the first day."})
    until_on = DateField(label="Offered until", error_messages={"required": "Write the last day."})
    names = forms.ChoiceField(
        label="Names",
        choices=lambda: [
            ("without", "Without names, for planning: a reference instead, age in ten years"),
            ("with", say("With names, for the care of these people within the {network}")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "Say whether with or without names."},
    )
    why = forms.CharField(
        label="Who gets it, and what for?",
        max_length=300,
        error_messages={"required": "Write who gets it and what for."},
    )

    def verb_values(self) -> dict[str, Any]:
        """What the verb takes."""
        given = dict(self.cleaned_data)
        names = given.pop("names")
        return {**given, "with_names": names == "with"}
