"""What a partner's system was refused: of what, where, why, how often; never what it sent."""

from django.db import models

from oneplace.feeds.models.source import Source


class RefusedRequest(models.Model):
    """One place and reason for which requests of one source were refused.

    Of a refused request nothing is kept, so this is all there is to mend it by. Values are cut out
    of the words before they come here, and entries of a bundle are not numbered.
    """

    id = models.BigAutoField(primary_key=True)
    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="refused_requests")
    # What was asked, such as `POST Bundle` or `PUT Patient`.
    asked = models.CharField(max_length=80)
    status = models.PositiveSmallIntegerField()
    place = models.CharField(max_length=300, blank=True)
    reason = models.CharField(max_length=300)
    times = models.PositiveBigIntegerField(default=1)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()

    class Meta:
        ordering = ["-last_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "asked", "status", "place", "reason"],
                name="feeds_refused_alike_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.asked} refused with {self.status} ({self.times} times)"
