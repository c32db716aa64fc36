"""A publication: figures frozen as they were shown, with the snapshot they are of."""

from typing import Any

from django.db import models

from oneplace.kit.fields import IdField


class Publication(models.Model):
    """What everybody may read; it is never changed, only followed by a correction."""

    id = IdField()
    number = models.PositiveIntegerField(unique=True)
    published_at = models.DateTimeField()
    published_by_name = models.CharField(max_length=160)
    snapshot = models.CharField(max_length=80)
    snapshot_made_at = models.DateTimeField()
    # What the page shows: by `outcomes.publishing`, after the gate.
    content: Any = models.JSONField()
    sha256 = models.CharField(max_length=64)
    corrects = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="corrected_by"
    )
    correction = models.TextField(blank=True)

    class Meta:
        ordering = ["-number"]

    def __str__(self) -> str:
        return f"publication {self.number}"


class Behind(models.Model):
    """The true counts behind what a publication showed: a later one is held against them."""

    kept_among = "see_board"

    id = models.BigAutoField(primary_key=True)
    publication = models.ForeignKey(Publication, on_delete=models.PROTECT, related_name="behind")
    cell = models.CharField(max_length=200)
    count = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["publication", "cell"], name="outcomes_behind_once")
        ]

    def __str__(self) -> str:
        return self.cell
