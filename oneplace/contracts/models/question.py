"""A question to the alliance, asked in public, with the day by which it is answered."""

from django.db import models

from oneplace.kit.fields import IdField


class Question(models.Model):
    """What scrutiny or a resident asked, who answers, by when, and what was answered."""

    id = IdField()
    asked_by_id = models.UUIDField(null=True, blank=True)
    asked_by_name = models.CharField(max_length=160)
    # The body in whose name it was asked, as the place file calls it.
    body = models.CharField(max_length=60, blank=True)
    question = models.TextField()
    asked_at = models.DateTimeField()
    promised_on = models.DateField()
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by_name = models.CharField(max_length=160, blank=True)
    answer = models.TextField(blank=True)
    # Why the promise was moved, where it was.
    moved_why = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["answered_at", "promised_on", "id"]

    def __str__(self) -> str:
        return f"question {self.pk}"
