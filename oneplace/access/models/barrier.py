"""What a person's choice or the law puts before a record, and a person's yes."""

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models

from oneplace.kit.fields import IdField, TermField
from oneplace.vocabulary.terms import BarrierKind, DataCategory


class Barrier(models.Model):  # type: ignore[django-manager-missing]
    """Closes a record, or a part of it, to a party or to everybody; never says why in words.

    It follows from something that does (a choice, an order of a court), named by `source` and
    `source_id`, and ends with it.
    """

    reaches_person_by = "person_id"

    id = IdField()
    person_id = models.UUIDField(db_index=True)
    kind = TermField(BarrierKind)
    # Whom it keeps out: an account, hat, team or organisation; nobody in particular for everybody.
    party_id = models.UUIDField(null=True, blank=True)
    # Which part it closes; nothing for the whole record.
    category = TermField(DataCategory, blank=True)
    # Who may pass all the same: named accounts, hats, teams or organisations.
    lets_in = ArrayField(models.UUIDField(), default=list, blank=True)
    source = models.CharField(max_length=40)
    source_id = models.UUIDField(null=True, blank=True)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)
    # The barrier of another identifier of the same person that this one stands for (people).
    carried_from = models.UUIDField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["source", "source_id"])]
        constraints = [
            models.UniqueConstraint(
                fields=["carried_from", "person_id"], name="access_barrier_carried_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} barrier {self.pk}"


class BarrierEvent(
    pghistory.create_event_model(Barrier)  # type: ignore[misc]
):
    """The history of a barrier."""

    reaches_person_by = "person_id"


class Permit(models.Model):
    """A person's yes to sharing with an organisation, where an agreement asks for one."""

    reaches_person_by = "person_id"

    id = IdField()
    person_id = models.UUIDField(db_index=True)
    party_id = models.UUIDField()
    category = TermField(DataCategory, blank=True)
    source = models.CharField(max_length=40)
    source_id = models.UUIDField(null=True, blank=True)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)
    carried_from = models.UUIDField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["source", "source_id"])]
        constraints = [
            models.UniqueConstraint(
                fields=["carried_from", "person_id"], name="access_permit_carried_once"
            )
        ]

    def __str__(self) -> str:
        return f"permit {self.pk}"
