"""What the national service answered about opt-outs: a short-lived list of whom may be used.

Nobody's opt-out is written down: whoever does not come back is simply not on the list, like
somebody who was never asked about. The list is thrown away when it is too old or a newer one comes.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from oneplace.kit.fields import IdField


class NationalCheck(models.Model):
    """One file of NHS numbers asked about, and its answer, in counts; of nobody in particular."""

    id = IdField()
    # Care time: how old the answer is counts from the asking, for the service answers in between.
    asked_at = models.DateTimeField(db_index=True)
    asked_by_name = models.CharField(max_length=200)
    numbers_asked = models.PositiveIntegerField()
    # Of how many people no number could be asked about.
    without_number = models.PositiveIntegerField()
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by_name = models.CharField(max_length=200, blank=True)
    numbers_back = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["-asked_at", "-id"]

    def __str__(self) -> str:
        return f"national check {self.pk}"


class NationalAsked(models.Model):
    """Whom a file asked about, under which numbers; thrown away once it is answered."""

    reaches_person_by = "person_id"
    written_by_loader = True

    id = models.BigAutoField(primary_key=True)
    check_of = models.ForeignKey(NationalCheck, on_delete=models.CASCADE, related_name="asked")
    person_id = models.UUIDField()
    numbers = ArrayField(models.CharField(max_length=10))

    def __str__(self) -> str:
        return f"asked {self.pk}"


class NationalClearance(models.Model):
    """Somebody every number of whom came back: they may be used beyond care, for a while."""

    reaches_person_by = "person_id"
    written_by_loader = True

    person_id = models.UUIDField(primary_key=True)
    check_of = models.ForeignKey(NationalCheck, on_delete=models.CASCADE, related_name="cleared")
    asked_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"clearance of {self.person_id}"
