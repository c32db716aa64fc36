"""A restriction: why an entry needs more care than the rest, put on and lifted by people here."""

from django.db import models

from oneplace.kit.fields import IdField, TermField
from oneplace.records.models.entry import Entry
from oneplace.vocabulary.terms import LabelKind


class Restriction(models.Model):
    """One label somebody here put on an entry, with the reason; lifted, never removed.

    It is read by whoever reads the entry, so that nobody learns from it what they may not see, and
    by those who keep protections. `Entry.own_labels` holds the labels that stand.
    """

    reaches_person_by = "person_id"
    reads_as = "entry"
    opens_with = "keep_protections"
    kept_by_owner = ("select", "insert", "update")

    id = IdField()
    entry = models.ForeignKey(
        Entry, on_delete=models.DO_NOTHING, related_name="restrictions", db_constraint=False
    )
    # Whose entry it was then; whose it is now, the entry's subject says.
    person_id = models.UUIDField(null=True, blank=True, db_index=True)
    label = TermField(LabelKind)
    why = models.TextField()
    put_at = models.DateTimeField()
    put_by_id = models.UUIDField(null=True)
    put_by_name = models.CharField(max_length=200)
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by_name = models.CharField(max_length=200, blank=True)
    lifted_why = models.TextField(blank=True)

    class Meta:
        ordering = ["-put_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["entry", "label"],
                condition=models.Q(lifted_at=None),
                name="records_restriction_stands_once",
            )
        ]

    def __str__(self) -> str:
        return f"restriction {self.pk}"
