"""What is typed into a plan; forms check words and days, and save nothing."""

from typing import Any

from django import forms

from oneplace.kit.forms import DateField
from oneplace.plans.models import SaidBy
from oneplace.plans.rules import LONGEST_WORDS, OUTCOMES
from oneplace.vocabulary.terms import GoalCategory, GoalState, IStatement


class WordsForm(forms.Form):
    """A line under a heading."""

    words = forms.CharField(
        label="In their words",
        max_length=LONGEST_WORDS,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Write what was said."},
    )
    said_by = forms.ChoiceField(
        label="Whose words are they?", choices=SaidBy.choices(), widget=forms.RadioSelect
    )
    said_by_name = forms.CharField(
        label="Their name",
        max_length=160,
        required=False,
        help_text="Leave empty for the person themselves.",
    )
    said_on = DateField(label="Said on", required=False, help_text="Leave empty for today.")

    def __init__(self, *args: Any, **options: Any) -> None:
        options.setdefault("initial", {}).setdefault("said_by", SaidBy.PERSON.value)
        super().__init__(*args, **options)

    def clean_said_by(self) -> SaidBy:
        """As a term."""
        return SaidBy(self.cleaned_data["said_by"])


class WhyForm(forms.Form):
    """Why a line is taken out."""

    why = forms.CharField(
        label="Why is it taken out?",
        max_length=500,
        help_text="It stays readable in older versions of the plan.",
        error_messages={"required": "Write why it is taken out."},
    )


class GoalForm(forms.Form):
    """A goal: own words and a first step are enough, the rest when there is time."""

    in_their_words = forms.CharField(
        label="What do they want, in their own words?",
        max_length=LONGEST_WORDS,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Write what the person wants, in their own words."},
    )
    first_step = forms.CharField(label="The first step", max_length=400, required=False)
    helper = forms.CharField(label="Who helps with it?", max_length=160, required=False)
    due_on = DateField(label="By when?", required=False)
    category = forms.ChoiceField(
        label="What part of life is it about?",
        choices=[("", "Not said"), *GoalCategory.choices()],
        required=False,
    )
    i_statement = forms.ChoiceField(
        label="Which statement does it answer to?",
        choices=[("", "As the part of life suggests"), *IStatement.choices()],
        required=False,
    )
    baseline = forms.CharField(label="How is it now?", max_length=400, required=False)
    confidence = forms.IntegerField(
        label="How sure are they, 0 to 10?", min_value=0, max_value=10, required=False
    )
    review_on = DateField(label="When do we ask how it went?", required=False)

    def clean_category(self) -> GoalCategory | None:
        """As a term."""
        found = self.cleaned_data["category"]
        return GoalCategory(found) if found else None

    def clean_i_statement(self) -> IStatement | None:
        """As a term."""
        found = self.cleaned_data["i_statement"]
        return IStatement(found) if found else None


class StepForm(forms.Form):
    """A step towards a goal."""

    words = forms.CharField(
        label="What will be done?",
        max_length=400,
        error_messages={"required": "Write what will be done."},
    )
    helper = forms.CharField(label="Who helps with it?", max_length=160, required=False)
    due_on = DateField(label="By when?", required=False)


class ReviewForm(forms.Form):
    """What the person says of a goal."""

    outcome = forms.ChoiceField(
        label="What does the person say?",
        choices=[(state.value, state.label) for state in OUTCOMES],
        widget=forms.RadioSelect,
        error_messages={"required": "Say how it went, as the person sees it."},
    )
    words = forms.CharField(
        label="In their words",
        max_length=LONGEST_WORDS,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    said_by = forms.ChoiceField(
        label="Who said it?", choices=SaidBy.choices(), widget=forms.RadioSelect
    )
    said_by_name = forms.CharField(
        label="Their name",
        max_length=160,
        required=False,
        help_text="Leave empty for the person themselves.",
    )
    reviewed_on = DateField(label="On which day?", required=False, help_text="Empty for today.")

    def __init__(self, *args: Any, **options: Any) -> None:
        options.setdefault("initial", {}).setdefault("said_by", SaidBy.PERSON.value)
        super().__init__(*args, **options)

    def clean_outcome(self) -> GoalState:
        """As a term."""
        return GoalState(self.cleaned_data["outcome"])

    def clean_said_by(self) -> SaidBy:
        """As a term."""
        return SaidBy(self.cleaned_data["said_by"])


class AgreeForm(forms.Form):
    """That the person agrees to the plan."""

    agreed_by = forms.CharField(
        label="Who agreed?",
        max_length=200,
        help_text="The person, or who decides for them, and whoever was there.",
        error_messages={"required": "Write who agreed to it."},
    )
    agreed_on = DateField(
        label="On which day?", error_messages={"required": "Write the day it was agreed."}
    )
    review_on = DateField(label="When is it looked at next?", required=False)


class ReviewDayForm(forms.Form):
    """When the plan is looked at next."""

    review_on = DateField(
        label="When is the plan looked at next?", error_messages={"required": "Write a day."}
    )


class SupportForm(forms.Form):
    """Who does what."""

    who = forms.CharField(
        label="Who helps?", max_length=160, error_messages={"required": "Write who helps."}
    )
    what = forms.CharField(
        label="What do they do?",
        max_length=300,
        error_messages={"required": "Write what they do."},
    )
    how_often = forms.CharField(label="How often?", max_length=120, required=False)
    phone = forms.CharField(label="Phone", max_length=40, required=False)


class IncomeForm(forms.Form):
    """Money gained from advice."""

    what = forms.CharField(
        label="Which benefit or payment?",
        max_length=160,
        error_messages={"required": "Write which benefit or payment."},
    )
    pounds_a_year = forms.DecimalField(
        label="Pounds a year",
        min_value=0,
        max_digits=9,
        decimal_places=2,
        error_messages={"required": "Write what was gained, in pounds a year."},
    )
    confirmed_by = forms.CharField(
        label="Who saw the award or the payment?",
        max_length=160,
        error_messages={"required": "Write who confirmed it."},
    )
    confirmed_on = DateField(
        label="On which day?", error_messages={"required": "Write the day it was confirmed."}
    )


class CompareForm(forms.Form):
    """Two days to be laid side by side."""

    earlier = forms.ChoiceField(label="The plan as it stood on")
    later = forms.ChoiceField(label="beside the plan as it stood on")

    def __init__(self, *args: Any, days: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        for name in ("earlier", "later"):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101 - tells the type checker
            field.choices = days
