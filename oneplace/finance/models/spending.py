"""What a fund has promised to pay, and what was paid."""

from django.db import models
from django.db.models import F, Q

from oneplace.finance.models.fund import FundLine, FundYear
from oneplace.kit.fields import IdField
from oneplace.kit.formats import day
from oneplace.partners.models import Organisation


class Commitment(models.Model):
    """A promise to pay: so many hours a week at a price, or a fixed sum a week."""

    id = IdField()
    year = models.ForeignKey(FundYear, on_delete=models.PROTECT, related_name="commitments")
    line = models.ForeignKey(FundLine, on_delete=models.PROTECT, related_name="commitments")
    what = models.CharField(max_length=200)
    # Hours a week of packages, and what an hour costs; or nothing, and a fixed sum a week.
    hours_a_week = models.DecimalField(max_digits=10, decimal_places=2, null=True, blank=True)
    pence_an_hour = models.PositiveIntegerField(null=True, blank=True)
    pence_a_week = models.BigIntegerField()
    # The kind of care whose running packages are counted each night; nothing where hours are typed.
    counts = models.CharField(max_length=120, blank=True)
    # Where the hours and the price come from, with their date.
    source = models.CharField(max_length=200)
    from_on = models.DateField()
    until_on = models.DateField(null=True, blank=True)
    recorded_by_name = models.CharField(max_length=160)
    recorded_at = models.DateTimeField()
    ended_why = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["line__position", "from_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(until_on=None) | Q(until_on__gte=F("from_on")),
                name="finance_commitment_in_order",
            ),
            models.CheckConstraint(
                condition=Q(pence_a_week__gte=0), name="finance_commitment_owed"
            ),
        ]

    def __str__(self) -> str:
        return self.what

    @property
    def is_counted(self) -> bool:
        """Whether its hours are known: one that counts packages waits for the next snapshot."""
        return not self.counts or self.hours_a_week is not None


class CountedHours(models.Model):
    """Hours a week of packages of one kind of care, counted in a snapshot; one row a kind."""

    written_by_loader = True

    id = IdField()
    kind_of_care = models.CharField(max_length=120, unique=True)
    hours_a_week = models.DecimalField(max_digits=10, decimal_places=2)
    # Through the gate for small numbers already, in words.
    people = models.CharField(max_length=20)
    untold = models.CharField(max_length=20)
    snapshot = models.CharField(max_length=80)
    snapshot_made_at = models.DateTimeField()
    counted_at = models.DateTimeField()

    class Meta:
        ordering = ["kind_of_care"]

    def __str__(self) -> str:
        return self.kind_of_care

    @property
    def source(self) -> str:
        """Where the hours come from, with their date and of how many people they are."""
        untold = "" if self.untold == "0" else f"; hours of {self.untold} of them are not told"
        return (
            f"Counted: {self.people} people with a package of {self.kind_of_care[:60]}, snapshot "
            f"{self.snapshot[:12]} of {day(self.snapshot_made_at)}{untold}"
        )


class Spent(models.Model):
    """What a partner paid for a line in a month, by its ledger; a correction is its own row."""

    id = IdField()
    year = models.ForeignKey(FundYear, on_delete=models.PROTECT, related_name="spent")
    line = models.ForeignKey(FundLine, on_delete=models.PROTECT, related_name="spent")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    # The first day of the month.
    month_on = models.DateField()
    pence = models.BigIntegerField()
    source = models.CharField(max_length=200)
    is_provisional = models.BooleanField(default=False)
    corrects = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="corrected_by"
    )
    why = models.CharField(max_length=300, blank=True)
    recorded_by_name = models.CharField(max_length=160)
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["month_on", "line__position", "recorded_at"]
        constraints = [
            models.CheckConstraint(condition=Q(month_on__day=1), name="finance_first_of_month"),
            models.UniqueConstraint(
                fields=["line", "organisation", "month_on"],
                condition=Q(corrects=None),
                name="finance_spent_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pence} in {self.month_on:%Y-%m}"
