"""The audit: append-only entries, the persons a list showed, and the seals that chain them.

Entries are written unchained in the reader's own transaction, with its transaction id; a sealer
chains whatever has committed, in blocks (`access.sealer`). Chaining at write time would make every
reader wait for every other.
"""

from django.contrib.postgres.functions import TransactionNow
from django.db import models
from django.db.models import Func

from oneplace.kit.fields import TermField, TransactionIdField
from oneplace.vocabulary.terms import AuditOutcome, Purpose


class CurrentTransaction(Func):
    """The id of the transaction in hand."""

    function = "pg_current_xact_id"
    template = "%(function)s()"
    output_field = TransactionIdField()


class ClockTime(Func):
    """Machine time at this very moment, not at the transaction's start."""

    function = "clock_timestamp"
    template = "%(function)s()"
    output_field = models.DateTimeField()


class AuditEntry(models.Model):
    """One thing somebody did, was refused or failed to do; never any content of a record."""

    reaches_person_by = "person_id"

    id = models.BigAutoField(primary_key=True)
    # Raised when a database is restored elsewhere, because transaction ids begin anew there.
    epoch = models.PositiveSmallIntegerField(db_default=1)
    transaction_id = TransactionIdField(db_default=CurrentTransaction(), editable=False)
    recorded_at = models.DateTimeField(db_default=ClockTime(), editable=False)
    care_at = models.DateTimeField()
    account_id = models.UUIDField(null=True)
    account_kind = models.CharField(max_length=48, blank=True)
    hat_id = models.UUIDField(null=True)
    role = models.CharField(max_length=48, blank=True)
    organisation_id = models.UUIDField(null=True)
    # page, api, command, export, stream or job: which door was used.
    door = models.CharField(max_length=16)
    action = models.CharField(max_length=80)
    outcome = TermField(AuditOutcome)
    purpose = TermField(Purpose, blank=True)
    reason = models.TextField(blank=True)
    route = models.CharField(max_length=120, blank=True)
    subject_kind = models.CharField(max_length=60, blank=True)
    subject_id = models.CharField(max_length=64, blank=True)
    person_id = models.UUIDField(null=True)
    shown = models.PositiveIntegerField(null=True)
    request_id = models.UUIDField(null=True)
    from_address = models.GenericIPAddressField(null=True)
    detail = models.JSONField(default=dict)

    class Meta:
        indexes = [
            models.Index(fields=["epoch", "transaction_id"]),
            models.Index(fields=["person_id", "recorded_at"]),
            models.Index(fields=["account_id", "recorded_at"]),
            models.Index(fields=["action", "recorded_at"]),
        ]

    def __str__(self) -> str:
        return f"audit entry {self.pk}"


class AuditPerson(models.Model):
    """One person shown by a list; the list itself is one entry."""

    reaches_person_by = "person_id"

    id = models.BigAutoField(primary_key=True)
    entry = models.ForeignKey(AuditEntry, on_delete=models.PROTECT, related_name="persons")
    person_id = models.UUIDField(db_index=True)

    def __str__(self) -> str:
        return f"person shown by audit entry {self.entry_id}"


class AuditSeal(models.Model):
    """One block of committed entries, hashed onto the block before it.

    A block holds exactly the entries of its epoch whose transaction id lies in
    [`from_transaction`, `below_transaction`); every transaction below the bound had ended when the
    block was sealed, so no entry can appear in it later.
    """

    block = models.BigIntegerField(primary_key=True)
    epoch = models.PositiveSmallIntegerField()
    from_transaction = TransactionIdField()
    below_transaction = TransactionIdField()
    entries = models.PositiveIntegerField()
    previous = models.BinaryField(max_length=32)
    digest = models.BinaryField(max_length=32)
    sealed_at = models.DateTimeField(db_default=TransactionNow())

    class Meta:
        ordering = ["block"]

    def __str__(self) -> str:
        return f"audit seal {self.block}"
