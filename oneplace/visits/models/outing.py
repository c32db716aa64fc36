"""Somebody is out alone: since when, until when they should be out again, and who asked after them.

An outing tells of a worker. It leads to the visit they went to, and is read by who reads that.
"""

import pghistory
from django.db import models
from django.db.models import F, Q

from oneplace.kit.fields import IdField
from oneplace.visits.models.visit import Visit


class Outing(models.Model):  # type: ignore[django-manager-missing]
    """One check-in of somebody who works alone, until they say that they are out and well."""

    reaches_person_by = "visit__person_id"
    reads_as = "visit"

    id = IdField()
    visit = models.ForeignKey(Visit, on_delete=models.CASCADE, related_name="outings")
    worker_id = models.UUIDField()
    worker_name = models.CharField(max_length=160)
    worker_phone = models.CharField(max_length=40, blank=True)
    in_at = models.DateTimeField()
    out_by_at = models.DateTimeField()
    out_at = models.DateTimeField(null=True, blank=True)
    # Who was told that they are overdue, and when: first the worker, then whoever leads.
    asked_at = models.DateTimeField(null=True, blank=True)
    raised_at = models.DateTimeField(null=True, blank=True)
    raised_to = models.CharField(max_length=200, blank=True)
    settled_by_name = models.CharField(max_length=160, blank=True)
    settled_how = models.TextField(blank=True)

    class Meta:
        ordering = ["out_by_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(out_by_at__gt=F("in_at")), name="visits_out_after_in"
            ),
            models.UniqueConstraint(
                fields=["visit", "worker_id"],
                condition=Q(out_at=None),
                name="visits_in_once",
            ),
        ]
        indexes = [models.Index(fields=["out_by_at"], condition=Q(out_at=None), name="visits_out")]

    def __str__(self) -> str:
        return f"outing {self.pk}"


class OutingEvent(
    pghistory.create_event_model(Outing)  # type: ignore[misc]
):
    """The history of an outing."""

    reaches_person_by = "visit__person_id"
    reads_as = "visit"
