"""A run: everybody eligible on a day, pseudonymous, with scores, who was chosen and who was not.

An honest comparator cannot be made afterwards, so each run keeps it as long as retention allows.
"""

from typing import Any

from django.db import models
from django.db.models import Q

from oneplace.casefinding.models.terms import NotChosen
from oneplace.kit.fields import IdField, TermField
from oneplace.vocabulary.terms import EthnicCategory, FrailtyBand, Gender


class Run(models.Model):
    """One asking of the whole snapshot: what was asked, of which snapshot, and how many."""

    id = IdField()
    index_on = models.DateField()
    found_at = models.DateTimeField()
    # Version and hash of the snapshot it was asked of.
    snapshot = models.CharField(max_length=80)
    snapshot_sha = models.CharField(max_length=64)
    rules_version = models.CharField(max_length=40)
    # Windows, thresholds and places as they were.
    settings: Any = models.JSONField(default=dict)
    people = models.PositiveIntegerField()
    eligible = models.PositiveIntegerField()
    suggested = models.PositiveIntegerField()
    # After this day the eligible list is destroyed; the counts stay.
    kept_until_on = models.DateField()
    is_current = models.BooleanField(default=True)
    is_forgotten = models.BooleanField(default=False)

    class Meta:
        ordering = ["-found_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["is_current"],
                condition=Q(is_current=True),
                name="casefinding_one_current_run",
            )
        ]

    def __str__(self) -> str:
        return f"run of {self.index_on}"


class Eligible(models.Model):
    """One row of an eligible list; whose it is only `people` tells, under its policies."""

    is_raw = True
    opens_with = "build_lists"
    written_by_loader = True

    id = models.BigAutoField(primary_key=True)
    run = models.ForeignKey(
        Run, on_delete=models.CASCADE, related_name="eligible_rows", db_index=False
    )
    number = models.PositiveIntegerField()
    pseudonym = models.BigIntegerField()
    practice_code = models.CharField(max_length=20)
    age = models.PositiveSmallIntegerField(null=True)
    gender = TermField(Gender, blank=True)
    ethnicity = TermField(EthnicCategory, blank=True)
    # Fifths of the index of multiple deprivation: 1 is the most deprived.
    deprivation = models.PositiveSmallIntegerField(null=True)
    frailty = TermField(FrailtyBand, blank=True)
    # By the code of the score: value, version, band, or why it is incomplete.
    scores: Any = models.JSONField(default=dict)
    is_chosen = models.BooleanField(default=False)
    not_chosen = TermField(NotChosen, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "number"], name="casefinding_eligible_once")
        ]

    def __str__(self) -> str:
        return f"row {self.number} of run {self.run_id}"


class Sign(models.Model):
    """One dated thing that a rule or a block can ask for, of one row of an eligible list."""

    is_raw = True
    opens_with = "build_lists"
    written_by_loader = True

    id = models.BigAutoField(primary_key=True)
    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="signs", db_index=False)
    number = models.PositiveIntegerField()
    code = models.CharField(max_length=60, db_collation="C")
    on = models.DateField(null=True)
    value = models.FloatField(null=True)

    class Meta:
        indexes = [models.Index(fields=["run", "code"], name="casefinding_signs")]

    def __str__(self) -> str:
        return f"{self.code} of row {self.number}"
