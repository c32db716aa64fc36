"""The demo's clock: how far a visitor has moved care time from the pinned start."""

from datetime import timedelta

from django.db import models


class DemoClock(models.Model):
    """One row in a demo, none elsewhere."""

    moved_by = models.DurationField(default=timedelta(0))

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="kit_one_clock")]

    def __str__(self) -> str:
        return f"demo clock moved by {self.moved_by}"
