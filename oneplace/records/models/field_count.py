"""How often a source fills a field: counts for the page of its feed, of nobody in particular."""

from django.db import models


class FieldCount(models.Model):
    """Of everything a source says now, how many rows have a field filled."""

    id = models.BigAutoField(primary_key=True)
    source = models.TextField(db_collation="C")
    # Its place among the fields of a source, and its name in plain words.
    position = models.PositiveSmallIntegerField()
    field = models.TextField()
    # What is counted: `people` or `entries`.
    what = models.TextField()
    filled = models.PositiveBigIntegerField()
    of = models.PositiveBigIntegerField()
    counted_at = models.DateTimeField()

    class Meta:
        ordering = ["source", "position"]
        constraints = [
            models.UniqueConstraint(fields=["source", "field"], name="records_field_once")
        ]

    def __str__(self) -> str:
        return f"{self.source}: {self.field}"
