"""Money that moves between partners, sums divided among them, and reports as they were sent."""

from typing import Any

from django.db import models
from django.db.models import F, Q

from oneplace.contracts.models import Decision
from oneplace.finance.models.fund import FundYear
from oneplace.finance.models.terms import DividedSum, DivisionRule, LegalBasis, TransferState
from oneplace.kit.fields import IdField, TermField
from oneplace.partners.models import Organisation


class Transfer(models.Model):
    """A sum that moves from one partner to another, with the law and the decision it stands on."""

    id = IdField()
    year = models.ForeignKey(FundYear, on_delete=models.PROTECT, related_name="transfers")
    payer = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    payee = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    pence = models.BigIntegerField()
    legal_basis = TermField(LegalBasis)
    reason = models.CharField(max_length=400)
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="+")
    state = TermField(TransferState, default=TransferState.PROPOSED.value)
    proposed_by_name = models.CharField(max_length=160)
    proposed_at = models.DateTimeField()
    payer_agreed_by = models.CharField(max_length=160, blank=True)
    payer_agreed_at = models.DateTimeField(null=True, blank=True)
    payee_agreed_by = models.CharField(max_length=160, blank=True)
    payee_agreed_at = models.DateTimeField(null=True, blank=True)
    paid_on = models.DateField(null=True, blank=True)
    # The payee's word, once a year, that it was spent on what it was given for.
    certified_on = models.DateField(null=True, blank=True)
    certificate = models.TextField(blank=True)
    withdrawn_why = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-proposed_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(pence__gt=0), name="finance_transfer_moves"),
            models.CheckConstraint(
                condition=~Q(payer=F("payee")), name="finance_transfer_between_two"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pence} from {self.payer_id} to {self.payee_id}"


class Division(models.Model):
    """A sum divided among partners to the penny, with the working, as it was made."""

    id = IdField()
    year = models.ForeignKey(FundYear, on_delete=models.PROTECT, related_name="divisions")
    what = TermField(DividedSum)
    rule = TermField(DivisionRule)
    pence = models.BigIntegerField()
    # Each partner's code, name, weight, exact part and pence (`science.money.Share`).
    shares: Any = models.JSONField()
    why = models.CharField(max_length=300)
    decision = models.ForeignKey(
        Decision, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    made_by_name = models.CharField(max_length=160)
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["-made_at", "-id"]

    def __str__(self) -> str:
        return f"{self.pence} divided"


class FundReport(models.Model):
    """A fund's report as it was sent: its figures are kept and never worked out again."""

    id = IdField()
    year = models.ForeignKey(FundYear, on_delete=models.PROTECT, related_name="reports")
    number = models.PositiveSmallIntegerField()
    as_of_on = models.DateField()
    due_on = models.DateField()
    figures: Any = models.JSONField()
    words = models.TextField()
    # What is done about a variance that is forecast; demanded where one is.
    action_plan = models.TextField(blank=True)
    sent_by_name = models.CharField(max_length=160)
    sent_at = models.DateTimeField()

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["year", "number"], name="finance_report_once")
        ]

    def __str__(self) -> str:
        return f"report {self.number}"
