"""What a database knows of itself: whether it is a demo's, and how far its clock was moved."""

from datetime import timedelta

from django.db import models


class DemoClock(models.Model):
    """One row in a demo, none elsewhere."""

    moved_by = models.DurationField(default=timedelta(0))

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="kit_one_clock")]

    def __str__(self) -> str:
        return f"demo clock moved by {self.moved_by}"


class Installation(models.Model):
    """Whether this database is a demonstration's or a service's; said once, when it is made.

    A demonstration lets anybody in without a password and is full of invented people, so the two
    must never be mistaken for each other.
    """

    is_demo = models.BooleanField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(pk=1), name="kit_one_installation")
        ]

    def __str__(self) -> str:
        return "a demonstration" if self.is_demo else "a service"
