"""What is typed when goals are scaled: five levels, weights, and where a goal stands."""

from typing import Any

from django import forms

from oneplace.kit.forms import DateField
from oneplace.plans.models import GoalScale, MeasureMoment, SaidBy

_LEVEL_NAMES = {
    2: "Much more than expected",
    1: "More than expected",
    0: "As expected",
    -1: "Less than expected",
    -2: "Much less than expected",
}


def named(level: int) -> str:
    """What a level is called."""
    return _LEVEL_NAMES[level]


def _signed(level: int) -> str:
    return f"{level:+d}".replace("-", "\N{MINUS SIGN}")


def _level(label: str, missing: str, help_text: str = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=300,
        help_text=help_text,
        error_messages={"required": missing},
    )


def _weight(label: str, names: tuple[str, str, str]) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label,
        choices=[(str(number), words) for number, words in enumerate(names, start=1)],
        coerce=int,
        initial="1",
        widget=forms.RadioSelect,
    )


class ScaleForm(forms.Form):
    """What each level of a goal would look like."""

    expected = _level(
        "As expected (0)",
        "Write what you both expect by that day.",
        "What you and the person expect by that day, so that anybody could see it.",
    )
    less = _level(
        "Less than expected (\N{MINUS SIGN}1)", "Write what less than that would look like."
    )
    much_less = _level(
        "Much less than expected (\N{MINUS SIGN}2)",
        "Write what much less than that would look like.",
    )
    more = _level("More than expected (+1)", "Write what more than that would look like.")
    much_more = _level(
        "Much more than expected (+2)", "Write what much more than that would look like."
    )
    importance = _weight(
        "How much does it matter to the person?", ("A little", "Quite", "Very much")
    )
    difficulty = _weight("How hard is it?", ("A little", "Quite", "Very"))
    expected_on = DateField(label="By which day?", error_messages={"required": "Say by which day."})


class ScoreForm(forms.Form):
    """Where a goal stands, in the words agreed before."""

    def __init__(self, *args: Any, scale: GoalScale, moment: MeasureMoment, **options: Any) -> None:
        super().__init__(*args, **options)
        levels = sorted(scale.words.items(), reverse=True)
        self.fields["level"] = forms.TypedChoiceField(
            label="Where does it stand?",
            choices=[
                (
                    str(level),
                    f"{words} ({_signed(level)}, {named(level).lower()})"
                    if level
                    else f"{words} (0, as expected)",
                )
                for level, words in levels
            ],
            coerce=int,
            widget=forms.RadioSelect,
            error_messages={"required": "Choose where it stands."},
        )
        self.fields["moment"] = forms.TypedChoiceField(
            label="At which point?",
            choices=MeasureMoment.choices(),
            coerce=MeasureMoment,
            initial=moment.value,
            widget=forms.RadioSelect,
        )
        self.fields["said_by"] = forms.TypedChoiceField(
            label="Who says so?",
            choices=SaidBy.choices(),
            coerce=SaidBy,
            initial=SaidBy.PERSON.value,
            widget=forms.RadioSelect,
        )
        self.fields["words"] = forms.CharField(
            label="In a few words", max_length=300, required=False
        )
        self.fields["attained_on"] = DateField(
            label="On which day?", required=False, help_text="Empty for today."
        )
