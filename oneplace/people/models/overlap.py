"""How many of each feed's people another feed knows too: counts alone, of nobody."""

from django.db import models


class Overlap(models.Model):
    """What the last linkage of everybody counted of one feed, by the feed's code."""

    source = models.CharField(primary_key=True, max_length=60)
    known = models.PositiveIntegerField()
    matched = models.PositiveIntegerField()

    class Meta:
        ordering = ["source"]

    def __str__(self) -> str:
        return f"{self.source}: {self.matched} of {self.known}"
