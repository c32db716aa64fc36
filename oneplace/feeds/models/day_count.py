"""What one source brought on one day: the figures behind freshness, gaps and the volume chart."""

from django.db import models

from oneplace.feeds.models.source import Source


class DayCount(models.Model):
    """Counts of one day of care time, by the place's own calendar."""

    id = models.BigAutoField(primary_key=True)
    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="day_counts")
    day = models.DateField()
    deliveries = models.PositiveBigIntegerField(default=0)
    units = models.PositiveBigIntegerField(default=0)
    rows = models.PositiveBigIntegerField(default=0)
    kept_aside = models.PositiveBigIntegerField(default=0)
    unmapped = models.PositiveBigIntegerField(default=0)

    class Meta:
        ordering = ["source", "day"]
        constraints = [models.UniqueConstraint(fields=["source", "day"], name="feeds_day_once")]

    def __str__(self) -> str:
        return f"{self.source_id} on {self.day}"
