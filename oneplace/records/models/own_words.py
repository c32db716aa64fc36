"""The person's own words beside an entry, and what remains of an entry that was erased."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from oneplace.kit.fields import IdField, TermField
from oneplace.records.models.entry import Entry
from oneplace.records.models.subject import Subject
from oneplace.vocabulary.terms import EntryKind


class OwnWords(models.Model):
    """What a person says about an entry: it stands beside it, wherever the entry is read.

    Where the source does not agree that an entry is wrong, this is the person's right; where nobody
    ever asked, it is simply their side of it.
    """

    reaches_person_by = "entry__subject__person_id"
    reads_as = "entry"
    kept_by_owner = ("select", "insert")

    id = IdField()
    entry = models.ForeignKey(
        Entry, on_delete=models.DO_NOTHING, related_name="own_words", db_constraint=False
    )
    words = models.TextField()
    # The person, or who speaks for them.
    said_by = models.CharField(max_length=160)
    # The request it follows from, where it follows from one.
    right_id = models.UUIDField(null=True, blank=True)
    taken_by_id = models.UUIDField()
    taken_by_name = models.CharField(max_length=160)
    taken_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["taken_at", "id"]

    def __str__(self) -> str:
        return f"own words beside entry {self.entry_id}"


class Erasure(models.Model):
    """The certificate of an erased entry: that it was, why, by whom; no word of what it said."""

    reaches_person_by = "subject__person_id"
    read_with = "handle_rights"
    kept_by_owner = ("select",)
    # Whoever could write one could let a content go.
    written_by_loader = True

    id = IdField()
    right_id = models.UUIDField()
    certificate = models.CharField(max_length=40)
    entry_id = models.UUIDField(unique=True)
    subject = models.ForeignKey(
        Subject, on_delete=models.DO_NOTHING, related_name="+", db_constraint=False
    )
    source = models.TextField()
    kind = TermField(EntryKind)
    # SHA-256 of each content it ever had: what was erased can be told from what was not.
    content_shas = ArrayField(models.CharField(max_length=64))
    # Deliveries from which its bytes were cut, and their hash as they came.
    cut_from = models.JSONField(default=list)
    ground = models.CharField(max_length=60)
    why = models.TextField()
    decided_by_name = models.CharField(max_length=160)
    signed_by_name = models.CharField(max_length=160)
    erased_at = models.DateTimeField()

    class Meta:
        ordering = ["-erased_at", "id"]

    def __str__(self) -> str:
        return f"certificate {self.certificate}"
