"""An entry: one dated thing a source says of a subject, as it stands now."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import F
from django.db.models.functions import Coalesce

from oneplace.kit.fields import IdField, TermField
from oneplace.records.models.agent import Agent
from oneplace.records.models.parts import owner_of, part_of_entry
from oneplace.records.models.said import Said
from oneplace.records.models.subject import Subject
from oneplace.vocabulary.terms import EntryKind, EntryStatus, Exactness, LabelKind


class AmountField(models.Field):  # type: ignore[type-arg]
    """A decimal of any size, with the places it was said with: `7.0` is not `7`."""

    def db_type(self, connection: Any) -> str:
        """The column's type."""
        return "numeric"


class Entry(Said):
    """What stands of (`source`, `kind`, `key`), from which its id is made; the rest in `Version`.

    It names its subject as its source does; relinking never rewrites it. Agents and the entry it
    lies within are named by ids made from their keys, so that order of arrival does not matter:
    they may come later, or never.
    """

    reaches_person_by = "subject__person_id"
    part_by = ("owner", "=part")
    # What may not be used for now, because the person asked, is read by nobody.
    withheld_by = ("own_labels", LabelKind.USE_RESTRICTED.value)
    # A function puts our own marks on it (migration 0005): who marks may not see it afterwards.
    kept_by_owner = ("select", "update")

    id = IdField()
    kind = TermField(EntryKind)
    key = models.TextField(db_collation="C")
    subject = models.ForeignKey(
        Subject,
        on_delete=models.DO_NOTHING,
        related_name="entries",
        db_constraint=False,
        db_index=False,
    )
    status = TermField(EntryStatus, default=EntryStatus.NOT_SAID.value)
    starts_at = models.DateTimeField(null=True, blank=True)
    ends_at = models.DateTimeField(null=True, blank=True)
    exactness = TermField(Exactness, default=Exactness.SECOND.value)
    recorded_at = models.DateTimeField(null=True, blank=True)
    title = models.TextField(blank=True, default="")
    code = models.TextField(blank=True, default="")
    code_system = models.TextField(blank=True, default="")
    words = models.TextField(blank=True, default="")
    value = AmountField(null=True, blank=True)
    unit = models.TextField(blank=True, default="")
    organisation = models.TextField(blank=True, default="")
    by = models.TextField(blank=True, default="")
    by_agent = models.ForeignKey(
        Agent,
        null=True,
        blank=True,
        on_delete=models.DO_NOTHING,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    at_agent = models.ForeignKey(
        Agent,
        null=True,
        blank=True,
        on_delete=models.DO_NOTHING,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    within = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.DO_NOTHING,
        related_name="parts",
        db_constraint=False,
        db_index=False,
    )
    labels = ArrayField(models.TextField(), default=list, blank=True)
    # What we marked it with ourselves; what its source says later takes none of it away.
    own_labels = ArrayField(models.TextField(), db_default=[], default=list, blank=True)
    detail = models.JSONField(default=dict, blank=True)
    # Nothing of what it said is left, and nothing its source says brings it back (`Erasure`).
    erased_at = models.DateTimeField(null=True, blank=True)
    # Who recorded it and the part of a record it belongs to, as the rule of access asks.
    owner = models.GeneratedField(
        expression=owner_of("organisation"), output_field=models.TextField(), db_persist=True
    )
    part = models.GeneratedField(
        expression=part_of_entry(), output_field=models.TextField(), db_persist=True
    )
    # Where it stands on a timeline: when it began, else when it was taken down, else its end.
    sorts_at = models.GeneratedField(
        expression=Coalesce("starts_at", "recorded_at", "ends_at"),
        output_field=models.DateTimeField(null=True),
        db_persist=True,
    )

    class Meta:
        indexes = [
            # The hot path: the newest entries of a subject.
            models.Index("subject", F("sorts_at").desc(nulls_last=True), name="records_timeline"),
            models.Index(
                fields=["organisation", "starts_at"],
                condition=models.Q(kind=EntryKind.STAY.value, status=EntryStatus.CURRENT.value),
                name="records_stays_now",
            ),
            # What has happened to somebody lately; few things in a day are news.
            models.Index(
                fields=["arrived_at"],
                condition=models.Q(kind__in=["stay", "attendance", "fall", "death"]),
                name="records_news",
            ),
            # Deliveries come in the order of time, so a few pages say which blocks to look in.
            BrinIndex(fields=["delivery"], name="records_entry_delivery"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} entry {self.pk}"
