"""A fund, its years, its lines, and what each partner puts in."""

from typing import Any

from django.db import models
from django.db.models import F, Q

from oneplace.contracts.models import Decision
from oneplace.finance.models.terms import LegalBasis
from oneplace.kit.fields import IdField, TermField
from oneplace.partners.models import Organisation


class Fund(models.Model):
    """Money several partners put together for one service, hosted by one of them."""

    id = IdField()
    code = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    purpose = models.CharField(max_length=300)
    legal_basis = TermField(LegalBasis)
    host = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    manager_name = models.CharField(max_length=160)
    # What the agreement says to each `PoolTerm`, by its word.
    terms: Any = models.JSONField(default=dict)
    decision = models.ForeignKey(
        Decision, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    in_force_from_on = models.DateField(null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True)
    opened_at = models.DateTimeField()
    opened_by_name = models.CharField(max_length=160)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class FundYear(models.Model):
    """One financial year of a fund, and how often it is reported."""

    id = IdField()
    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="years")
    starts_on = models.DateField()
    ends_on = models.DateField()
    report_every_days = models.PositiveSmallIntegerField(default=42)

    class Meta:
        ordering = ["-starts_on"]
        constraints = [
            models.UniqueConstraint(fields=["fund", "starts_on"], name="finance_year_once"),
            models.CheckConstraint(
                condition=Q(ends_on__gt=F("starts_on")), name="finance_year_in_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.starts_on.year}/{self.ends_on.year % 100:02d}"


class FundLine(models.Model):
    """What a part of a fund is for, and which partner spends it."""

    id = IdField()
    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="lines")
    name = models.CharField(max_length=120)
    spender = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField(default=1)

    class Meta:
        ordering = ["position", "name"]
        constraints = [models.UniqueConstraint(fields=["fund", "name"], name="finance_line_once")]

    def __str__(self) -> str:
        return self.name


class Contribution(models.Model):
    """What a partner puts in for a year; a change is a new row that replaces the old one."""

    id = IdField()
    year = models.ForeignKey(FundYear, on_delete=models.PROTECT, related_name="contributions")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    pence = models.BigIntegerField()
    # A fund is kept in one currency; anything else is refused, never converted.
    currency = models.CharField(max_length=3, default="GBP")
    agreed_on = models.DateField()
    why = models.CharField(max_length=300)
    decision = models.ForeignKey(
        Decision, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    recorded_by_name = models.CharField(max_length=160)
    recorded_at = models.DateTimeField()
    replaced_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["organisation__name", "-recorded_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["year", "organisation"],
                condition=Q(replaced_at=None),
                name="finance_contribution_once",
            ),
            models.CheckConstraint(condition=Q(pence__gte=0), name="finance_contribution_given"),
            models.CheckConstraint(condition=Q(currency="GBP"), name="finance_one_currency"),
        ]

    def __str__(self) -> str:
        return f"{self.pence} from {self.organisation_id}"
