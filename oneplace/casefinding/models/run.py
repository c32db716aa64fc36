"""A run: everybody eligible on a day, pseudonymous, with scores, who was chosen and who was not.

An honest comparator cannot be made afterwards, so each run keeps it as long as retention allows.
"""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from oneplace.casefinding.models.local_model import LocalModel
from oneplace.casefinding.models.terms import NotChosen
from oneplace.kit.fields import IdField, TermField
from oneplace.vocabulary.terms import Gender


class Run(models.Model):
    """One asking of the whole snapshot: what was asked, of which snapshot, and how many."""

    id = IdField()
    index_on = models.DateField()
    found_at = models.DateTimeField()
    # The hash of the snapshot it was asked of.
    snapshot = models.CharField(max_length=80)
    settings_version = models.CharField(max_length=40)
    code_lists_version = models.CharField(max_length=80)
    # The local model that was on, which is then one reason among others; none while it is off.
    model = models.ForeignKey(
        LocalModel, null=True, blank=True, on_delete=models.PROTECT, related_name="runs"
    )
    # Thresholds as they were, and how many were not eligible by why.
    settings: Any = models.JSONField(default=dict)
    # By group and value: how many live here, are eligible, suggested, on a list.
    coverage: Any = models.JSONField(default=dict)
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
    pseudonym = models.BigIntegerField()
    practice_code = models.CharField(max_length=20)
    age = models.PositiveSmallIntegerField(null=True)
    gender = TermField(Gender, blank=True)
    ethnicity = models.CharField(max_length=4, blank=True)
    # Tenths of the index of multiple deprivation: 1 is the most deprived.
    deprivation = models.PositiveSmallIntegerField(null=True)
    # Codes of `insight.reasons`, in their order.
    reasons = ArrayField(models.CharField(max_length=60), default=list)
    # By the column of `insight.shapes.SCORES`; what is missing there was not known.
    scores: Any = models.JSONField(default=dict)
    is_chosen = models.BooleanField(default=False)
    not_chosen = TermField(NotChosen, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "pseudonym"], name="casefinding_eligible_once")
        ]

    def __str__(self) -> str:
        return f"row {self.pk} of run {self.run_id}"
