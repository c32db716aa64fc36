"""What everything a source says has in common: when it was said, and where in what was received."""

from django.db import models
from django.db.models.functions import Now

from oneplace.feeds.models import Delivery


class Said(models.Model):
    """Columns of provenance and order.

    `said_at` and `version` are those of the latest saying of what stands here; delivery, place and
    the times of arrival those of its first, so that a file sent again is no news. The foreign key
    has no constraint in the database: checking it row by row would double the cost of a bulk
    load, nothing of these tables is ever deleted, and a test looks for orphans.
    """

    source = models.TextField(db_collation="C")
    said_at = models.DateTimeField()
    version = models.TextField(blank=True, default="", db_collation="C")
    # SHA-256 of what is said, without its order and place: two sayings of one content are one.
    content_sha = models.BinaryField(max_length=32)
    first_said_at = models.DateTimeField()
    delivery = models.ForeignKey(
        Delivery,
        on_delete=models.DO_NOTHING,
        related_name="+",
        db_constraint=False,
        db_index=False,
        null=True,
        blank=True,
    )
    place = models.TextField(blank=True, default="")
    # Care time and machine time at which this content first reached us.
    arrived_at = models.DateTimeField()
    received_at = models.DateTimeField(db_default=Now())

    class Meta:
        abstract = True
