"""Where a hospital message lies in what was received, and which visit and patient it speaks of."""

from django.db import models

from oneplace.feeds.models.delivery import Delivery
from oneplace.feeds.models.source import Source


class Message(models.Model):
    """One accepted message, indexed so that a visit can be read again from all its messages."""

    is_raw = True

    id = models.BigAutoField(primary_key=True)
    delivery = models.ForeignKey(Delivery, on_delete=models.PROTECT, related_name="messages")
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="+")
    # Counted from 1 within the delivery.
    number = models.PositiveIntegerField()
    # Bytes from the beginning of the delivery, and how many.
    offset = models.PositiveBigIntegerField()
    length = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    # Sending facility and application, with `/` between.
    sender = models.CharField(max_length=200)
    control_id = models.CharField(max_length=200)
    event = models.CharField(max_length=12)
    # Key of the entry, empty where the message speaks of no visit.
    visit_key = models.CharField(max_length=300, blank=True)
    # The visit it says has become that one.
    prior_visit_key = models.CharField(max_length=300, blank=True)
    # `authority|value` of the number its source knows the patient by.
    subject_key = models.CharField(max_length=300, blank=True)
    said_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["source", "visit_key"]),
            models.Index(
                fields=["source", "prior_visit_key"],
                condition=~models.Q(prior_visit_key=""),
                name="feeds_message_prior_visit",
            ),
            models.Index(fields=["source", "subject_key"]),
            models.Index(fields=["source", "control_id"]),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["delivery", "number"], name="feeds_message_once_in_delivery"
            )
        ]

    def __str__(self) -> str:
        return f"message {self.number} of delivery {self.delivery_id}"
