"""A delivery: one thing received at a door; and its bytes, apart, where few may look."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from oneplace.feeds.models.source import Source
from oneplace.kit.fields import IdField, TermField
from oneplace.vocabulary.terms import DeliveryState, Door


class Delivery(models.Model):
    """What came in: from which source, by which door, when, and how far it has been taken.

    It says nothing of a person: the bytes are in `Raw` or in the folder of contents.
    """

    id = IdField()
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="deliveries")
    door = TermField(Door)
    # As the sender called it, with its folders: `crm/2026-02-06/contacts.csv`.
    name = models.CharField(max_length=500)
    sha256 = models.CharField(max_length=64)
    # Bytes.
    size = models.PositiveBigIntegerField()
    # Whether the bytes lie in the folder of contents and not in `Raw`.
    is_in_folder = models.BooleanField(default=False)
    # Care time, and machine time.
    arrived_at = models.DateTimeField()
    received_at = models.DateTimeField(db_default=Now())
    # No foreign key: partners' systems and watched folders bring things too.
    brought_by_id = models.UUIDField()
    brought_by_name = models.CharField(max_length=160)
    state = TermField(DeliveryState)
    read_at = models.DateTimeField(null=True, blank=True)
    # What it says it covers, and how many units it declares: then all of it counts or nothing.
    covers_from = models.DateTimeField(null=True, blank=True)
    covers_until = models.DateTimeField(null=True, blank=True)
    declared_count = models.PositiveBigIntegerField(null=True, blank=True)
    # How many units its reader found, and what became of them.
    units = models.PositiveBigIntegerField(default=0)
    accepted = models.PositiveBigIntegerField(default=0)
    kept_aside = models.PositiveBigIntegerField(default=0)
    unmapped = models.PositiveBigIntegerField(default=0)
    # The delivery these same bytes came in first; such a receipt is not read again.
    first = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="repeats"
    )
    # The delivery a part of which this mends or reads again.
    replays = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="replayed_as"
    )
    # Certified erasure leaves the hash, when and why.
    erased_at = models.DateTimeField(null=True, blank=True)
    erased_why = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["source", "-id"]),
            # How fresh a feed is stands on every record's page: two looks into an index.
            models.Index(fields=["source", "-arrived_at"]),
            models.Index(fields=["source", "-covers_until"]),
            models.Index(
                fields=["id"],
                condition=Q(state=DeliveryState.RECEIVED.value),
                name="feeds_delivery_waiting",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "sha256"],
                condition=Q(first__isnull=True, replays__isnull=True),
                name="feeds_same_bytes_once",
            ),
            models.CheckConstraint(
                condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="feeds_sha256_is_hexadecimal"
            ),
        ]

    def __str__(self) -> str:
        return f"delivery {self.pk}"


class Raw(models.Model):
    """The bytes of a small delivery, exactly as they came."""

    is_raw = True
    opens_with = "settle_quarantine"
    opened_to_client_of = "delivery__source_id"

    delivery = models.OneToOneField(
        Delivery, primary_key=True, on_delete=models.PROTECT, related_name="raw"
    )
    content = models.BinaryField()

    def __str__(self) -> str:
        return f"bytes of delivery {self.delivery_id}"
