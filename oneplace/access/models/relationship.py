"""A relationship: why somebody may open a person's record. The same rows are "around her"."""

import pghistory
from django.db import models
from django.db.models.functions import Now

from oneplace.kit.fields import IdField, TermField
from oneplace.vocabulary.terms import RelationshipKind


class Relationship(models.Model):  # type: ignore[django-manager-missing]
    """An account, hat, team, organisation or network stands in a relationship to a person.

    `person_id` is opaque and has no foreign key: access knows nothing of people. Later rooms open
    and end relationships through `access.verbs`, in the transaction of what gave rise to them.
    """

    reaches_person_by = "person_id"

    id = IdField()
    person_id = models.UUIDField()
    party_id = models.UUIDField()
    kind = TermField(RelationshipKind)
    # Which room wrote it and the thing there it follows from, so that it can end with that thing.
    source = models.CharField(max_length=40)
    source_id = models.UUIDField(null=True, blank=True)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)
    written_at = models.DateTimeField(db_default=Now())
    # Whether the person has, or had, a barrier; kept by triggers, so that most need ask no further.
    has_barriers = models.BooleanField(db_default=False, editable=False)

    class Meta:
        indexes = [
            models.Index(fields=["person_id", "party_id"]),
            models.Index(fields=["party_id", "kind"]),
            models.Index(fields=["source", "source_id"]),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_at__isnull=True)
                | models.Q(ends_at__gte=models.F("starts_at")),
                name="access_relationship_ends_after_it_starts",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} relationship {self.id}"


class RelationshipEvent(
    pghistory.create_event_model(Relationship, exclude=["has_barriers"])  # type: ignore[misc]
):
    """The history of a relationship; whoever may not read it may not read its past either."""

    reaches_person_by = "person_id"
