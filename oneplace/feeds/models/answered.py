"""What the FHIR door answered that nobody could tell from the bytes: ids it gave or found."""

from django.db import models

from oneplace.feeds.models.delivery import Delivery
from oneplace.feeds.models.resource import Resource
from oneplace.feeds.models.source import Source


class Answered(models.Model):
    """The ids given in one delivery, so that its reader says what its sender was told."""

    is_raw = True
    opened_to_client_of = "delivery__source_id"

    delivery = models.OneToOneField(
        Delivery, primary_key=True, on_delete=models.PROTECT, related_name="answered"
    )
    # By the byte a resource begins at: its id, and whether this delivery's content of it counts.
    given = models.JSONField()

    def __str__(self) -> str:
        return f"what was answered to delivery {self.delivery_id}"


class ResourceNumber(models.Model):
    """A business identifier of one version of a resource; of the current one it finds it."""

    is_raw = True
    opens_with = "settle_quarantine"
    opened_to_client_of = "source_id"

    id = models.BigAutoField(primary_key=True)
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=64)
    # SHA-256 of `system|value`: a number may be longer than an index takes, and need not be read.
    number_sha = models.CharField(max_length=64)
    resource = models.ForeignKey(Resource, on_delete=models.PROTECT, related_name="numbers")

    class Meta:
        indexes = [
            models.Index(fields=["source", "kind", "number_sha"], name="feeds_by_number"),
        ]

    def __str__(self) -> str:
        return f"number of resource {self.resource_id}"
