"""Answer sheets as forms: one question a field, every answer a button, nothing left half done."""

from typing import Any

from django import forms

from oneplace.kit.forms import DateField
from oneplace.plans.models import MeasureMoment, MeasureNotDone
from oneplace.plans.wording import Asked
from oneplace.science.instruments import Item
from oneplace.vocabulary.terms import MeasureCompletedBy

MOST_BUTTONS = 11
_ITEM = "item_"


class MeasureForm(forms.Form):
    """An answer sheet of one instrument, and who filled it in."""

    def __init__(self, *args: Any, asked: Asked, moment: MeasureMoment, **options: Any) -> None:
        super().__init__(*args, **options)
        self.asked = asked
        for item in asked.instrument.items:
            self.fields[_ITEM + item.code] = _field(asked, item)
        self.fields["mode"] = forms.ChoiceField(
            label="Who chose the answers?",
            choices=MeasureCompletedBy.choices(),
            widget=forms.RadioSelect,
            error_messages={"required": "Say who chose the answers."},
        )
        self.fields["proxy_name"] = forms.CharField(
            label="Who answered for them?",
            max_length=160,
            required=False,
            help_text="Only if it was somebody else.",
        )
        self.fields["moment"] = forms.ChoiceField(
            label="At which point?",
            choices=MeasureMoment.choices(),
            initial=moment.value,
            widget=forms.RadioSelect,
        )
        self.fields["measured_on"] = DateField(
            label="On which day?", required=False, help_text="Empty for today."
        )

    def clean(self) -> dict[str, Any]:
        """The answers by item, as the verb takes them."""
        typed = super().clean() or {}
        answers = {
            name.removeprefix(_ITEM): int(value)
            for name, value in typed.items()
            if name.startswith(_ITEM) and value not in (None, "")
        }
        kept = {name: value for name, value in typed.items() if not name.startswith(_ITEM)}
        if "mode" in kept:
            kept["mode"] = MeasureCompletedBy(kept["mode"])
        if "moment" in kept:
            kept["moment"] = MeasureMoment(kept["moment"])
        return {**kept, "answers": answers}


def _field(asked: Asked, item: Item) -> forms.Field:
    """One question: buttons where there are few answers, else a number."""
    label = asked.words_of(item)
    required = {"required": f"Choose an answer: {item.label.lower()}."}
    named = asked.answers_of(item)
    if len(named) > MOST_BUTTONS:
        return forms.IntegerField(
            label=label,
            min_value=item.least,
            max_value=item.most,
            required=not item.is_optional,
            error_messages=required,
        )
    choices = [(str(number), _choice(item, number, words)) for number, words in named.items()]
    return forms.ChoiceField(
        label=label,
        choices=choices,
        widget=forms.RadioSelect,
        required=not item.is_optional,
        error_messages=required,
    )


def _choice(item: Item, number: int, words: str) -> str:
    if words:
        return words
    if number == item.least and item.least_words:
        return f"{number}: {item.least_words.lower()}"
    if number == item.most and item.most_words:
        return f"{number}: {item.most_words.lower()}"
    return str(number)


class NotDoneForm(forms.Form):
    """Why a measure was not answered."""

    because = forms.ChoiceField(
        label="Why not?",
        choices=MeasureNotDone.choices(),
        widget=forms.RadioSelect,
        error_messages={"required": "Say why it was not answered."},
    )
    moment = forms.ChoiceField(
        label="At which point?", choices=MeasureMoment.choices(), widget=forms.RadioSelect
    )
    measured_on = DateField(label="On which day?", required=False, help_text="Empty for today.")

    def clean_because(self) -> MeasureNotDone:
        """As a term."""
        return MeasureNotDone(self.cleaned_data["because"])

    def clean_moment(self) -> MeasureMoment:
        """As a term."""
        return MeasureMoment(self.cleaned_data["moment"])


class StrikeForm(forms.Form):
    """What was wrong with a measure."""

    why = forms.CharField(
        label="What was wrong with it?",
        max_length=500,
        error_messages={"required": "Write what was wrong with it."},
    )
