"""What providers of care at home say they can take on, and what they answered when asked."""

import pghistory
from django.db import models
from django.db.models import Q

from oneplace.homefirst.models.case import DeskCase
from oneplace.kit.fields import IdField, TermField
from oneplace.vocabulary.terms import DeclaredCapacity


class ZoneCapacity(models.Model):  # type: ignore[django-manager-missing]
    """Hours a provider says it can give in a zone on a day, as last declared; about nobody."""

    id = IdField()
    provider = models.CharField(max_length=20)
    provider_name = models.CharField(max_length=160)
    zone = models.CharField(max_length=60)
    on = models.DateField()
    hours = models.DecimalField(max_digits=6, decimal_places=2)
    said_by_name = models.CharField(max_length=160)
    said_at = models.DateTimeField()

    class Meta:
        ordering = ["zone", "provider_name", "on"]
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "zone", "on"], name="homefirst_declared_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.provider} in {self.zone} on {self.on}"


class ZoneCapacityEvent(
    pghistory.create_event_model(ZoneCapacity)  # type: ignore[misc]
):
    """What providers declared before."""


class ProviderAsk(models.Model):  # type: ignore[django-manager-missing]
    """One ask of one provider to take somebody on, and its answer; answered once."""

    reaches_person_by = "case__person_id"
    reads_as = "case"

    id = IdField()
    case = models.ForeignKey(DeskCase, on_delete=models.CASCADE, related_name="provider_asks")
    provider = models.CharField(max_length=20)
    provider_name = models.CharField(max_length=160)
    zone = models.CharField(max_length=60, blank=True)
    hours = models.DecimalField(max_digits=5, decimal_places=2)
    state = TermField(DeclaredCapacity, default=DeclaredCapacity.ASKED.value)
    asked_at = models.DateTimeField()
    asked_by_name = models.CharField(max_length=160)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by_name = models.CharField(max_length=160, blank=True)
    why = models.TextField(blank=True)
    starts_at = models.DateTimeField(null=True, blank=True)
    first_visit_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["asked_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["case"],
                condition=Q(state__in=["accepted", "started"]),
                name="homefirst_one_provider_at_a_time",
            )
        ]

    def __str__(self) -> str:
        return f"ask of {self.provider} for case {self.case_id}"


class ProviderAskEvent(
    pghistory.create_event_model(ProviderAsk)  # type: ignore[misc]
):
    """The history of an ask."""

    reaches_person_by = "case__person_id"
    reads_as = "case"
