"""Somebody was back in hospital soon after leaving: noticed from the record, the reason asked."""

import pghistory
from django.db import models
from django.db.models import F, Q

from oneplace.homefirst.models.case import DeskCase
from oneplace.homefirst.models.terms import FailedBecause
from oneplace.kit.fields import IdField, TermField
from oneplace.people.models import Person


class FailedDischarge(models.Model):  # type: ignore[django-manager-missing]
    """One return within 72 hours. The record says that it happened; the desk says why."""

    reaches_person_by = "person_id"
    reads_as = "case"

    id = IdField()
    case = models.ForeignKey(DeskCase, on_delete=models.CASCADE, related_name="failures")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="failed_discharges")
    # The hospital they left and the number of that stay; the ward hears why.
    hospital = models.CharField(max_length=20, blank=True)
    spell = models.CharField(max_length=64, blank=True)
    left_at = models.DateTimeField()
    # Where they are now, by which stay, and who says so.
    back_hospital = models.CharField(max_length=20, blank=True)
    back_spell = models.CharField(max_length=64)
    back_at = models.DateTimeField()
    said_by = models.CharField(max_length=160)
    noticed_at = models.DateTimeField()
    because = TermField(FailedBecause, blank=True)
    words = models.TextField(blank=True)
    # What the ward could do differently, where there is something.
    for_the_ward = models.TextField(blank=True)
    explained_by_name = models.CharField(max_length=160, blank=True)
    explained_at = models.DateTimeField(null=True, blank=True)
    # Whom the reason went to.
    told = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-back_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "back_spell"], name="homefirst_failed_once_a_return"
            ),
            models.CheckConstraint(
                condition=Q(back_at__gte=F("left_at")), name="homefirst_back_after_leaving"
            ),
            models.CheckConstraint(
                condition=Q(explained_at=None) | ~Q(because=""),
                name="homefirst_explained_with_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"return {self.pk} within 72 hours"


class FailedDischargeEvent(
    pghistory.create_event_model(FailedDischarge)  # type: ignore[misc]
):
    """The history of a return, and of what was said of it."""

    reaches_person_by = "person_id"
    reads_as = "case"
