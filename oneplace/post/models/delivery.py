"""Attempts to deliver a message, each with how it came out."""

from django.db import models

from oneplace.kit.fields import IdField, TermField
from oneplace.post.models.message import Message
from oneplace.vocabulary.terms import Term


class AttemptOutcome(Term):
    """How one attempt came out."""

    SENT = "sent", "Handed over"
    KEPT = "kept", "Kept here: nothing is set up to send it"
    PUT_OFF = "put_off", "Put off, tried again later"
    REFUSED = "refused", "Refused for good"
    # The worker died between sending and writing it down: it may have gone, or not.
    INTERRUPTED = "interrupted", "Interrupted, not known whether it went"


class Delivery(models.Model):
    """One attempt. Begun and committed before anything leaves, so that a crash is seen."""

    reaches_person_by = "message__person_id"
    reads_as = "message"

    id = IdField()
    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="deliveries")
    number = models.PositiveSmallIntegerField()
    transport = models.CharField(max_length=40)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    outcome = TermField(AttemptOutcome, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    # What the gateway calls it, to ask after it later.
    reference = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["message", "number"], name="post_attempt_numbered_once")
        ]

    def __str__(self) -> str:
        return f"attempt {self.number} of message {self.message_id}"
