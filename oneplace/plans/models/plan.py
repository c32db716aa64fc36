"""A My Life plan: whose it is, when it is next looked at, and when the person agreed to it."""

import pghistory
from django.db import models
from django.db.models import Q

from oneplace.kit.fields import IdField
from oneplace.people.models import Person


class Plan(models.Model):  # type: ignore[django-manager-missing]
    """One person's plan. It holds no words of its own; what it says are entries, goals, support."""

    reaches_person_by = "person_id"
    own_page = "supporter"
    own_page_writer = "opened_by_id"

    id = IdField()
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="plans")
    opened_at = models.DateTimeField()
    opened_by_id = models.UUIDField()
    opened_by_name = models.CharField(max_length=160)
    # When the person and whoever helps them look at it next.
    review_on = models.DateField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by_name = models.CharField(max_length=160, blank=True)
    closed_why = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(closed_at=None), name="plans_one_open_plan"
            )
        ]
        indexes = [
            models.Index(
                fields=["review_on"], condition=Q(closed_at=None), name="plans_reviews_due"
            )
        ]

    def __str__(self) -> str:
        return f"plan {self.pk}"


class PlanEvent(
    pghistory.create_event_model(Plan)  # type: ignore[misc]
):
    """The history of a plan; whoever may not read it may not read its past either."""

    reaches_person_by = "person_id"
    own_page = "supporter"
    own_page_writer = "opened_by_id"


class PlanAgreement(models.Model):
    """That the person agreed to their plan as it stood on a day, and with whom."""

    reaches_person_by = "plan__person_id"
    reads_as = "plan"
    own_page = "as_parent"

    id = IdField()
    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="agreements")
    agreed_on = models.DateField()
    # The person and whoever was there, as it should read.
    agreed_by = models.CharField(max_length=200)
    written_by_id = models.UUIDField()
    written_by_name = models.CharField(max_length=160)
    written_at = models.DateTimeField()

    class Meta:
        ordering = ["-agreed_on", "-written_at", "-id"]

    def __str__(self) -> str:
        return f"agreement to plan {self.plan_id}"
