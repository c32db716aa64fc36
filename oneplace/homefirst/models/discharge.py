"""The way home from one stay: ready or not, what holds somebody up, what is arranged, who knows.

What the hospital's own feeds say of a stay stands in the record; here stands what people write who
plan the way home. Both are shown side by side, each with who says it.
"""

import pghistory
from django.db import models
from django.db.models import F, Q

from oneplace.homefirst.models.terms import Arranged, FamilyView
from oneplace.kit.fields import IdField, TermField
from oneplace.people.models import Person
from oneplace.vocabulary.terms import BlockerType, CriteriaToReside, DataCategory, Pathway

_PART = ("owner", DataCategory.SUPPORT.value)


class Discharge(models.Model):  # type: ignore[django-manager-missing]
    """The plan to get one person home from one stay."""

    reaches_person_by = "person_id"
    part_by = _PART

    id = IdField()
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="discharges")
    owner = models.TextField()
    # The hospital's number of the stay, and its code.
    spell = models.CharField(max_length=64)
    hospital = models.CharField(max_length=20, blank=True)
    # When somebody no longer needed an acute bed, as written here; the feed's may differ.
    ready_at = models.DateTimeField(null=True, blank=True)
    pathway_proposed = TermField(Pathway, blank=True)
    pathway = TermField(Pathway, blank=True)
    destination = models.CharField(max_length=160, blank=True)
    expected_on = models.DateField(null=True, blank=True)
    family_view = TermField(FamilyView, default=FamilyView.NOT_ASKED.value)
    family_name = models.CharField(max_length=160, blank=True)
    family_at = models.DateTimeField(null=True, blank=True)
    # Pathway 3 needs the panel.
    panel_on = models.DateField(null=True, blank=True)
    panel_decision = models.CharField(max_length=300, blank=True)
    opened_at = models.DateTimeField()
    opened_by_name = models.CharField(max_length=160)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["-opened_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["person", "spell"], name="homefirst_one_a_stay")
        ]

    def __str__(self) -> str:
        return f"discharge {self.pk}"


class DischargeEvent(
    pghistory.create_event_model(Discharge)  # type: ignore[misc]
):
    """The history of a way home: ready dates cleared and set anew, pathways stepped up and down."""

    reaches_person_by = "person_id"
    part_by = _PART


class Blocker(models.Model):  # type: ignore[django-manager-missing]
    """One thing somebody ready to leave waits for: which, whose, who sees to it, since when."""

    reaches_person_by = "discharge__person_id"
    reads_as = "discharge"

    id = IdField()
    discharge = models.ForeignKey(Discharge, on_delete=models.CASCADE, related_name="blockers")
    kind = TermField(BlockerType)
    # The organisation that is to act; empty where the person or family decides.
    holder = models.CharField(max_length=20, blank=True)
    holder_name = models.CharField(max_length=160)
    seen_to_by = models.CharField(max_length=160, blank=True)
    words = models.TextField(blank=True)
    opened_at = models.DateTimeField()
    opened_by_name = models.CharField(max_length=160)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by_name = models.CharField(max_length=160, blank=True)
    closed_words = models.TextField(blank=True)

    class Meta:
        ordering = ["opened_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(closed_at=None) | Q(closed_at__gte=F("opened_at")),
                name="homefirst_blocker_forward",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} of discharge {self.discharge_id}"


class BlockerEvent(
    pghistory.create_event_model(Blocker)  # type: ignore[misc]
):
    """The history of what held somebody up."""

    reaches_person_by = "discharge__person_id"
    reads_as = "discharge"


class ResidenceReview(models.Model):
    """Whether somebody needed an acute bed on a day, as written here; one a day stands."""

    reaches_person_by = "discharge__person_id"
    reads_as = "discharge"

    id = IdField()
    discharge = models.ForeignKey(Discharge, on_delete=models.CASCADE, related_name="reviews")
    on = models.DateField()
    found = TermField(CriteriaToReside)
    reason = models.CharField(max_length=200, blank=True)
    by_name = models.CharField(max_length=160)
    written_at = models.DateTimeField()

    class Meta:
        ordering = ["on", "written_at", "id"]

    def __str__(self) -> str:
        return f"review of {self.on} of discharge {self.discharge_id}"


class Task(models.Model):  # type: ignore[django-manager-missing]
    """One thing to arrange before somebody goes home; a task may have smaller ones under it."""

    reaches_person_by = "discharge__person_id"
    reads_as = "discharge"

    id = IdField()
    discharge = models.ForeignKey(Discharge, on_delete=models.CASCADE, related_name="tasks")
    part_of = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.CASCADE, related_name="parts"
    )
    kind = TermField(Arranged)
    words = models.CharField(max_length=300, blank=True)
    whose = models.CharField(max_length=160, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    done_by_name = models.CharField(max_length=160, blank=True)
    written_at = models.DateTimeField()
    written_by_name = models.CharField(max_length=160)

    class Meta:
        ordering = ["written_at", "id"]

    def __str__(self) -> str:
        return f"task {self.kind} of discharge {self.discharge_id}"


class TaskEvent(
    pghistory.create_event_model(Task)  # type: ignore[misc]
):
    """The history of a task."""

    reaches_person_by = "discharge__person_id"
    reads_as = "discharge"


class Transfer(models.Model):
    """One version of the Transfer of Care form; a sent one is never changed, a new one follows."""

    reaches_person_by = "discharge__person_id"
    reads_as = "discharge"

    id = IdField()
    discharge = models.ForeignKey(Discharge, on_delete=models.CASCADE, related_name="transfers")
    number = models.PositiveSmallIntegerField()
    # By the key of each heading (`forms.TransferForm`); empty is not said.
    content = models.JSONField(default=dict)
    written_at = models.DateTimeField()
    written_by_id = models.UUIDField()
    written_by_name = models.CharField(max_length=160)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["discharge", "number"], name="homefirst_transfers_in_order"
            )
        ]

    def __str__(self) -> str:
        return f"transfer of care {self.number} of discharge {self.discharge_id}"
