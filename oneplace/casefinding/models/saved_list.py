"""Lists in plain blocks: named, shared, versioned; what was counted; names a practice opened."""

from datetime import datetime, timedelta
from typing import Any, Final

from django.db import models
from django.db.models import Q

from oneplace.casefinding.models.run import Run
from oneplace.kit.fields import IdField
from oneplace.partners.models import Organisation

NAMES_OPEN_FOR: Final = timedelta(weeks=4)
"""How long names a practice opened may be read: four meetings. It may open them again."""


class SavedList(models.Model):
    """A list somebody built and named. It holds the question, never the people."""

    id = IdField()
    name = models.CharField(max_length=120)
    made_by_id = models.UUIDField()
    made_by_name = models.CharField(max_length=160)
    made_for_id = models.UUIDField()
    made_at = models.DateTimeField()
    # Shared with everybody who builds lists.
    is_shared = models.BooleanField(default=False)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return self.name


class ListVersion(models.Model):
    """The blocks of a list as they were saved once; a change is a new version."""

    id = IdField()
    saved_list = models.ForeignKey(SavedList, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField()
    blocks: Any = models.JSONField()
    saved_by_name = models.CharField(max_length=160)
    saved_at = models.DateTimeField()

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["saved_list", "number"], name="casefinding_list_version_once"
            )
        ]

    def __str__(self) -> str:
        return f"version {self.number} of {self.saved_list_id}"


class Counted(models.Model):
    """Of whom an organisation was given a count: later counts, of any run, may not differ by few.

    The pseudonyms in order, 8 bytes each, so that two are compared at once.
    """

    is_raw = True
    opens_with = "build_lists"

    id = IdField()
    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="+")
    # Whoever asks for the same organisation shares what they learnt.
    asked_for_id = models.UUIDField()
    rows = models.BinaryField()
    # By `casefinding.apart.Listed.packed`: of each key the place of each one's group, and how many
    # there were in each group.
    places = models.BinaryField(default=bytes)
    groups: Any = models.JSONField(default=dict)
    # By which keys the counts of groups were told as well.
    told_by: Any = models.JSONField(default=list)
    count = models.PositiveIntegerField()
    counted_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["asked_for_id", "count"], name="casefinding_counts_by_size")
        ]

    def __str__(self) -> str:
        return f"count of {self.run_id}"


class NamesAsked(models.Model):
    """A practice was asked to open the names behind a list, and what it said."""

    id = IdField()
    version = models.ForeignKey(ListVersion, on_delete=models.PROTECT, related_name="asked")
    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="+")
    practice = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    # The party that is to see them: the facilitator's network, or else their organisation.
    party_id = models.UUIDField()
    why = models.TextField()
    asked_by_id = models.UUIDField()
    asked_by_name = models.CharField(max_length=160)
    asked_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True, blank=True)
    opened_by_name = models.CharField(max_length=160, blank=True)
    # Said no; where the names were open before: closed again.
    refused_at = models.DateTimeField(null=True, blank=True)
    refused_why = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-asked_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "run", "practice"],
                condition=Q(opened_at=None, refused_at=None),
                name="casefinding_asked_once",
            )
        ]

    def __str__(self) -> str:
        return f"names asked of {self.practice_id}"

    @property
    def open_until_at(self) -> datetime | None:
        """When opened names close, by themselves or because the practice closed them before."""
        if self.opened_at is None:
            return None
        return self.refused_at or self.opened_at + NAMES_OPEN_FOR
