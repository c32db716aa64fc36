"""A line of the plan: one thing somebody said, under one heading. Replaced, never rewritten."""

from django.db import models
from django.db.models import F, Q

from oneplace.kit.fields import IdField, TermField
from oneplace.people.models import Person
from oneplace.plans.models.plan import Plan
from oneplace.plans.models.terms import SaidBy
from oneplace.vocabulary.terms import DataCategory, PlanSection


class PlanEntry(models.Model):
    """What somebody said under a heading, with its author and day.

    A change is a new line that replaces the old one, so the plan can be read as it stood on any
    day, and two days side by side.
    """

    reaches_person_by = "person_id"
    part_by = ("owner", DataCategory.SUPPORT.value)
    own_page = "supporter"
    own_page_writer = "written_by_id"

    id = IdField()
    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="entries")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="plan_entries")
    # `oneplace:` and the organisation of whoever wrote it down: agreements speak of it by that.
    owner = models.TextField()
    section = TermField(PlanSection)
    words = models.TextField()
    said_by = TermField(SaidBy)
    said_by_name = models.CharField(max_length=160)
    said_on = models.DateField()
    written_by_id = models.UUIDField()
    written_by_name = models.CharField(max_length=160)
    written_at = models.DateTimeField()
    replaces = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="replaced_by"
    )
    # When it ceased to stand: replaced by another, or taken out with a reason.
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by_name = models.CharField(max_length=160, blank=True)
    ended_why = models.TextField(blank=True)

    class Meta:
        ordering = ["written_at", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(words=""), name="plans_entry_has_words"),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("written_at")),
                name="plans_entry_ends_after_it_was_written",
            ),
        ]
        indexes = [
            models.Index(
                fields=["person", "section"], condition=Q(ended_at=None), name="plans_standing"
            )
        ]

    def __str__(self) -> str:
        return f"line {self.pk} of plan {self.plan_id}"
