"""Where a FHIR resource lies in what was received, so that it is given back exactly as sent."""

from django.db import models
from django.db.models import Q

from oneplace.feeds.models.delivery import Delivery
from oneplace.feeds.models.source import Source


class Resource(models.Model):
    """One version of a resource of one source."""

    is_raw = True
    opens_with = "settle_quarantine"
    opened_to_client_of = "source_id"

    id = models.BigAutoField(primary_key=True)
    # Checking both keys row by row, and indexes nobody asks by, would slow bulk loads down; nothing
    # they point to is ever deleted.
    source = models.ForeignKey(
        Source, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    kind = models.CharField(max_length=64)
    fhir_id = models.CharField(max_length=64)
    version = models.PositiveIntegerField()
    delivery = models.ForeignKey(
        Delivery,
        on_delete=models.PROTECT,
        related_name="resources",
        db_constraint=False,
        db_index=False,
    )
    # Bytes from the beginning of the delivery, and how many.
    offset = models.PositiveBigIntegerField(default=0)
    length = models.PositiveIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    last_updated = models.DateTimeField()
    is_deleted = models.BooleanField(default=False)
    is_current = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["source", "kind", "fhir_id", "version"], name="feeds_resource_version_once"
            ),
            models.UniqueConstraint(
                fields=["source", "kind", "fhir_id"],
                condition=Q(is_current=True),
                name="feeds_one_current_resource",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} version {self.version}"
