"""A field that is sent and that our rows have no place for: its path and how often, no value."""

from django.db import models

from oneplace.feeds.models.source import Source


class UnmappedField(models.Model):
    """One path of one source."""

    id = models.BigAutoField(primary_key=True)
    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="unmapped_fields")
    path = models.CharField(max_length=300)
    times = models.PositiveBigIntegerField()
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()

    class Meta:
        ordering = ["-times"]
        constraints = [
            models.UniqueConstraint(fields=["source", "path"], name="feeds_unmapped_path_once")
        ]

    def __str__(self) -> str:
        return f"{self.path} ({self.times} times)"
