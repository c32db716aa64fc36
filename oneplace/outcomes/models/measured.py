"""One measuring of a snapshot, and its cells: true counts, which leave only through the gate."""

from typing import Any

from django.db import models
from django.db.models import Q

from oneplace.kit.fields import IdField


class Measuring(models.Model):
    """One run over a snapshot: which, how it was made, and how far partners had told."""

    kept_among = "see_board"
    written_by_loader = True

    id = IdField()
    snapshot = models.CharField(max_length=80)
    snapshot_made_at = models.DateTimeField()
    measured_at = models.DateTimeField()
    first_month = models.DateField()
    last_month = models.DateField()
    # By indicator, the day until which whoever tells of it has told.
    known_until: Any = models.JSONField(default=dict)
    # By use, the means of the years before and after; by band and month, who waited longer.
    before_and_after: Any = models.JSONField(default=dict)
    waited: Any = models.JSONField(default=dict)
    is_current = models.BooleanField(default=True)

    class Meta:
        ordering = ["-measured_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["is_current"],
                condition=Q(is_current=True),
                name="outcomes_one_current_measuring",
            )
        ]

    def __str__(self) -> str:
        return f"measuring of {self.snapshot[:8]}"


class Measured(models.Model):
    """One cell: an indicator, a month, a group; numerator and denominator as they are."""

    kept_among = "see_board"
    written_by_loader = True

    id = models.BigAutoField(primary_key=True)
    measuring = models.ForeignKey(
        Measuring, on_delete=models.CASCADE, related_name="cells", db_index=False
    )
    indicator = models.CharField(max_length=60)
    variant = models.CharField(max_length=60, blank=True)
    version = models.PositiveSmallIntegerField()
    month = models.DateField()
    grouping = models.CharField(max_length=20)
    value = models.CharField(max_length=40, blank=True)
    top = models.FloatField()
    bottom = models.FloatField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["measuring", "indicator", "variant", "grouping", "value", "month"],
                name="outcomes_cell_once",
            )
        ]
        indexes = [models.Index(fields=["measuring", "grouping", "value"], name="outcomes_groups")]

    def __str__(self) -> str:
        return f"{self.indicator} {self.month}"
