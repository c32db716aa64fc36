"""What was kept aside: a unit that could not be taken, whole, with its place and reason."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from oneplace.feeds.models.delivery import Delivery
from oneplace.kit.fields import IdField, TermField
from oneplace.vocabulary.terms import QuarantineReason, QuarantineState


class Quarantined(models.Model):
    """One unit kept aside. Its bytes stay in the delivery; the words may quote them."""

    is_raw = True
    opens_with = "settle_quarantine"
    opened_to_client_of = "delivery__source_id"

    id = IdField()
    delivery = models.ForeignKey(Delivery, on_delete=models.PROTECT, related_name="quarantined")
    # Where in the delivery, in words: `message 12, PID-7`, `row 45, column born`.
    place = models.CharField(max_length=300)
    # Bytes from the beginning of the delivery, and how many; no length: all of it.
    offset = models.PositiveBigIntegerField(default=0)
    length = models.PositiveBigIntegerField(null=True, blank=True)
    reason = TermField(QuarantineReason)
    # What is wrong and what to do, in one or two sentences.
    words = models.TextField()
    state = TermField(QuarantineState, default=QuarantineState.OPEN.value)
    noted_at = models.DateTimeField(db_default=Now())
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by_id = models.UUIDField(null=True, blank=True)
    settled_by_name = models.CharField(max_length=160, blank=True)
    settled_why = models.CharField(max_length=300, blank=True)
    replayed_as = models.ForeignKey(
        Delivery, null=True, blank=True, on_delete=models.PROTECT, related_name="replays_of"
    )

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["delivery", "id"],
                condition=Q(state=QuarantineState.OPEN.value),
                name="feeds_quarantined_open",
            ),
        ]

    def __str__(self) -> str:
        return f"quarantined {self.pk}"
