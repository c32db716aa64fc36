"""Local money: a network's funds, the grants made from them, conditions, reports. Sums in pence."""

import pghistory
from django.db import models
from django.db.models import F, Q

from oneplace.community.models.terms import FundKind, GrantState
from oneplace.directory.models import Provider, Service
from oneplace.kit.fields import IdField, TermField
from oneplace.partners.models import Network


@pghistory.track()
class Fund(models.Model):
    """Money a network may give for some time. Public money and outside funders' stand apart."""

    id = IdField()
    network = models.ForeignKey(Network, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=160)
    kind = TermField(FundKind)
    funder = models.CharField(max_length=160)
    pence = models.PositiveBigIntegerField()
    # The most one grant may be; nothing where the funder sets none.
    most_pence = models.PositiveBigIntegerField(null=True, blank=True)
    starts_on = models.DateField()
    ends_on = models.DateField()
    words = models.CharField(max_length=300, blank=True)
    written_by_name = models.CharField(max_length=160)
    written_at = models.DateTimeField()

    class Meta:
        ordering = ["network__name", "kind", "name", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")), name="community_fund_days"
            ),
            models.CheckConstraint(condition=Q(pence__gt=0), name="community_fund_holds_money"),
        ]

    def __str__(self) -> str:
        return self.name


@pghistory.track()
class Grant(models.Model):
    """Money given to a group or charity for something."""

    id = IdField()
    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="grants")
    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="grants")
    # What it pays for, where it stands in the directory: by it connections are counted.
    service = models.ForeignKey(
        Service, null=True, blank=True, on_delete=models.PROTECT, related_name="grants"
    )
    purpose = models.CharField(max_length=300)
    pence = models.PositiveBigIntegerField()
    given_on = models.DateField()
    starts_on = models.DateField()
    ends_on = models.DateField()
    state = TermField(GrantState, default=GrantState.RUNNING.value)
    state_why = models.CharField(max_length=300, blank=True)
    written_by_name = models.CharField(max_length=160)
    written_at = models.DateTimeField()

    class Meta:
        ordering = ["-given_on", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")), name="community_grant_days"
            ),
            models.CheckConstraint(condition=Q(pence__gt=0), name="community_grant_is_money"),
            models.CheckConstraint(condition=~Q(purpose=""), name="community_grant_says_for_what"),
        ]

    def __str__(self) -> str:
        return f"grant {self.pk}"


class GrantCondition(models.Model):
    """What a grant asks of whoever has it, and whether it is met."""

    id = IdField()
    grant = models.ForeignKey(Grant, on_delete=models.CASCADE, related_name="conditions")
    position = models.PositiveSmallIntegerField()
    words = models.CharField(max_length=300)
    due_on = models.DateField(null=True, blank=True)
    met_on = models.DateField(null=True, blank=True)
    met_words = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return f"condition {self.position} of grant {self.grant_id}"


class GrantReport(models.Model):
    """A report that is due, and what it said when it came."""

    id = IdField()
    grant = models.ForeignKey(Grant, on_delete=models.CASCADE, related_name="reports")
    due_on = models.DateField()
    received_on = models.DateField(null=True, blank=True)
    words = models.TextField(blank=True)
    people = models.PositiveIntegerField(null=True, blank=True)
    spent_pence = models.PositiveBigIntegerField(null=True, blank=True)
    written_by_name = models.CharField(max_length=160, blank=True)

    class Meta:
        ordering = ["due_on", "id"]
        constraints = [
            models.UniqueConstraint(fields=["grant", "due_on"], name="community_report_once")
        ]

    def __str__(self) -> str:
        return f"report of grant {self.grant_id} due {self.due_on}"
