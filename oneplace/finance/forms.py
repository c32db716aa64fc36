"""What is typed about the shared money."""

from decimal import Decimal
from typing import Any

from django import forms

from oneplace.contracts.forms import MoneyField, among, term_field
from oneplace.contracts.models import Decision
from oneplace.finance.models import (
    DividedSum,
    DivisionRule,
    FundLine,
    LegalBasis,
    PoolTerm,
)
from oneplace.kit.forms import DateField
from oneplace.partners.models import Organisation


def _numbered(decision: Decision) -> str:
    return f"{decision.year}/{decision.number} {decision.title}"


class OfFund(forms.Form):
    """A form about one fund: it chooses among its lines, partners and decisions."""

    def __init__(
        self,
        *args: Any,
        lines: Any = None,
        partners: Any = None,
        decisions: Any = None,
        **rest: Any,
    ) -> None:
        super().__init__(*args, **rest)
        found = {"line": lines, "decision": decisions}
        for name in self.fields:
            if name in ("organisation", "payer", "payee", "host", "spender"):
                among(self, name, partners)
            elif name == "decision":
                among(self, name, found[name], _numbered)
            elif name in found:
                among(self, name, found[name])


def _organisation(label: str) -> forms.ModelChoiceField:  # type: ignore[type-arg]
    return forms.ModelChoiceField(label=label, queryset=Organisation.objects.none())


def _decision(label: str, *, required: bool) -> forms.ModelChoiceField:  # type: ignore[type-arg]
    return forms.ModelChoiceField(label=label, queryset=Decision.objects.none(), required=required)


class FundForm(OfFund):
    """A fund."""

    name = forms.CharField(label="What is it called?", max_length=120)
    code = forms.SlugField(
        label="A short word for it", max_length=60, help_text="Small letters, such as life."
    )
    purpose = forms.CharField(label="What is it for?", max_length=300)
    legal_basis = term_field(LegalBasis, label="By which law?", widget=forms.RadioSelect)
    host = _organisation("Which partner hosts it?")
    manager_name = forms.CharField(label="Who manages it?", max_length=160)
    decision = _decision("By which decision?", required=False)


class TermsForm(forms.Form):
    """What a pooled fund's agreement says to each thing the regulations want."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for term in PoolTerm:
            self.fields[term.value] = forms.CharField(
                label=term.label,
                required=False,
                max_length=2000,
                widget=forms.Textarea(attrs={"rows": 2}),
            )


class FromForm(forms.Form):
    """From which day."""

    from_on = DateField(label="From which day?")


class YearForm(forms.Form):
    """A financial year."""

    starts_on = DateField(label="First day")
    ends_on = DateField(label="Last day")
    report_every_days = forms.IntegerField(
        label="Days between two reports", min_value=7, max_value=120, initial=42
    )


class LineForm(OfFund):
    """A line of a fund."""

    name = forms.CharField(label="What is the money for?", max_length=120)
    spender = _organisation("Which partner spends it?")


class ContributionForm(OfFund):
    """What a partner puts in."""

    organisation = _organisation("Which partner?")
    pence = MoneyField(label="How much for the year?")
    agreed_on = DateField(label="Agreed on")
    why = forms.CharField(label="Where it was agreed, such as a minute", max_length=300)
    decision = _decision("By which decision?", required=False)


class CommitmentForm(OfFund):
    """A promise to pay."""

    line = forms.ModelChoiceField(label="Which line?", queryset=FundLine.objects.none())
    what = forms.CharField(label="What is promised?", max_length=200)
    counts = forms.CharField(
        label="Count the hours of which packages?",
        required=False,
        max_length=120,
        help_text="A kind of care, such as reablement: the hours of its packages that run are "
        "counted each night. Leave it empty to write hours or a sum.",
    )
    hours_a_week = forms.DecimalField(
        label="Or hours a week, as agreed", max_digits=10, decimal_places=2, required=False
    )
    pence_an_hour = MoneyField(label="What an hour costs", required=False)
    pence_a_week = MoneyField(
        label="Or a sum a week", required=False, help_text="In pounds, where there are no hours."
    )
    from_on = DateField(label="From")
    until_on = DateField(label="Until", required=False)
    source = forms.CharField(
        label="Where the numbers come from", max_length=200, required=False,
        help_text="Hours that are counted say it themselves.",
    )  # fmt: skip


class EndForm(forms.Form):
    """The end of a promise."""

    until_on = DateField(label="Its last day")
    why = forms.CharField(label="Why?", max_length=300)


class SpentForm(OfFund):
    """What a ledger shows."""

    line = forms.ModelChoiceField(label="Which line?", queryset=FundLine.objects.none())
    organisation = _organisation("Whose ledger?")
    month_on = DateField(label="Which month?", help_text="Its first day, such as 1 2 2026.")
    pence = MoneyField(label="How much was spent?")
    source = forms.CharField(label="Which ledger, and its date", max_length=200)
    is_provisional = forms.BooleanField(label="The ledger is not closed yet", required=False)


class CorrectForm(forms.Form):
    """A correction of the ledger."""

    pence = MoneyField(label="What it should be")
    why = forms.CharField(label="What was wrong?", max_length=300)


class TransferForm(OfFund):
    """A transfer between two partners."""

    payer = _organisation("From which partner?")
    payee = _organisation("To which partner?")
    pence = MoneyField(label="How much?")
    legal_basis = term_field(LegalBasis, label="By which law?", widget=forms.RadioSelect)
    reason = forms.CharField(label="What is it for?", max_length=400)
    decision = _decision("On which decision does it stand?", required=True)


class PaidForm(forms.Form):
    """That money moved."""

    paid_on = DateField(label="On which day did it move?")


class CertificateForm(forms.Form):
    """That money was spent on what it was given for."""

    certificate = forms.CharField(
        label="What it was spent on", widget=forms.Textarea(attrs={"rows": 4}), max_length=4000
    )


class WithdrawForm(forms.Form):
    """Why a transfer is withdrawn."""

    why = forms.CharField(label="Why?", max_length=300)


class AgreeForm(forms.Form):
    """That a partner agrees."""


class DivideForm(forms.Form):
    """A sum to divide."""

    what = term_field(DividedSum, label="What is divided?", widget=forms.RadioSelect)
    pence = MoneyField(label="How much?")
    rule = term_field(DivisionRule, label="By what?", widget=forms.RadioSelect)
    shares = forms.CharField(
        label="Agreed shares",
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="One partner a line, its code and its share, such as council 22.5.",
    )
    why = forms.CharField(label="By which clause or minute?", max_length=300)

    def clean_shares(self) -> dict[str, Decimal]:
        """The shares by partner's code."""
        found: dict[str, Decimal] = {}
        for number, line in enumerate(str(self.cleaned_data["shares"]).splitlines(), start=1):
            if not line.strip():
                continue
            code, _, share = line.strip().rpartition(" ")
            try:
                found[code.strip()] = Decimal(share)
            except ArithmeticError:
                raise forms.ValidationError(
                    f"Line {number} is not a code and a number: “{line.strip()[:40]}”."
                ) from None
        return found


class ReportForm(forms.Form):
    """The next report."""

    words = forms.CharField(
        label="What changed since the last report",
        widget=forms.Textarea(attrs={"rows": 5}),
        max_length=4000,
    )
    action_plan = forms.CharField(
        label="What is done about a forecast beyond the fund",
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=4000,
        required=False,
    )
