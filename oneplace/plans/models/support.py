"""Who does what for a person, as their plan tells it."""

import pghistory
from django.db import models

from oneplace.kit.fields import IdField
from oneplace.people.models import Person
from oneplace.plans.models.plan import Plan
from oneplace.vocabulary.terms import DataCategory

_PART = ("owner", DataCategory.SUPPORT.value)


class Support(models.Model):  # type: ignore[django-manager-missing]
    """One helper, what they do, how often, and how to reach them."""

    reaches_person_by = "person_id"
    part_by = _PART
    own_page = "supporter"

    id = IdField()
    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="support")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="plan_support")
    owner = models.TextField()
    who = models.CharField(max_length=160)
    what = models.CharField(max_length=300)
    how_often = models.CharField(max_length=120, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    added_by_id = models.UUIDField()
    added_by_name = models.CharField(max_length=160)
    added_at = models.DateTimeField()
    ended_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["added_at", "id"]

    def __str__(self) -> str:
        return f"support {self.pk}"


class SupportEvent(
    pghistory.create_event_model(Support)  # type: ignore[misc]
):
    """The history of who does what."""

    reaches_person_by = "person_id"
    part_by = _PART
