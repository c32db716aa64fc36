"""A purpose worn for one person: a record opened to look into a safeguarding concern."""

from datetime import timedelta
from typing import Final

from django.db import models
from django.db.models.functions import Now

from oneplace.kit.fields import IdField, TermField
from oneplace.vocabulary.terms import Purpose, Role

LONGEST_WORN: Final = timedelta(hours=4)
"""Half a duty; the database refuses longer ones itself (migration 0021)."""


class WornPurpose(models.Model):
    """Who looks, as what, into whose safety, why, from when until when, from where.

    Written by functions of the database only, each with its entry in the audit. While it lasts the
    record opens to the one worker in the one hat, and everything they do with it is done for this
    purpose.
    """

    reaches_person_by = "person_id"

    id = IdField()
    account_id = models.UUIDField()
    account_name = models.CharField(max_length=160)
    hat_id = models.UUIDField(null=True, blank=True)
    role = TermField(Role)
    title = models.CharField(max_length=160, blank=True)
    organisation_id = models.UUIDField(null=True, blank=True)
    organisation_name = models.CharField(max_length=200, blank=True)
    person_id = models.UUIDField(db_index=True)
    relationship_id = models.UUIDField()
    purpose = TermField(Purpose)
    reason = models.TextField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    recorded_at = models.DateTimeField(db_default=Now())
    from_address = models.GenericIPAddressField(null=True, blank=True)
    request_id = models.UUIDField(null=True, blank=True)

    class Meta:
        ordering = ["-starts_at", "-id"]
        indexes = [models.Index(fields=["account_id", "person_id", "starts_at"])]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at"))
                & models.Q(ends_at__lte=models.F("starts_at") + LONGEST_WORN),
                name="access_worn_for_hours",
            ),
            models.CheckConstraint(
                condition=models.Q(purpose=Purpose.SAFEGUARDING.value),
                name="access_worn_for_safety",
            ),
        ]

    def __str__(self) -> str:
        return f"worn purpose {self.pk}"
