"""A local model of admission risk as it was trained once: numbers, its card, who signed it."""

from typing import Any

from django.db import models
from django.db.models import Q

from oneplace.casefinding.models.terms import ModelState
from oneplace.kit.clock import local_day
from oneplace.kit.fields import IdField, TermField
from oneplace.kit.formats import day
from oneplace.science.admission_risk import Model, Refused


class LocalModel(models.Model):
    """One training: what came of it, by which thresholds it was judged, and whether it is on.

    It holds coefficients and counts, never a row of anybody. It is on while it is signed, and one
    alone is signed at a time.
    """

    id = IdField()
    version = models.PositiveIntegerField(unique=True)
    state = TermField(ModelState)
    trained_at = models.DateTimeField()
    trained_by_name = models.CharField(max_length=160)
    # The hash of the snapshot it was trained on.
    snapshot = models.CharField(max_length=80)
    index_on = models.DateField()
    seed = models.BigIntegerField()
    # Of each of the three days: the day, how many people, how many outcomes.
    counts: Any = models.JSONField(default=list)
    # `science.admission_risk.Model.as_plain` without its card; empty where it was never fitted.
    params: Any = models.JSONField(default=dict)
    # `science.admission_risk.Card`; empty likewise.
    card: Any = models.JSONField(default=dict)
    # The place's own when it was trained: it is judged by these alone.
    thresholds: Any = models.JSONField(default=dict)
    # Which thresholds failed, and in words what was found; empty where none did.
    failings: Any = models.JSONField(default=list)
    # From what chance on it is a reason.
    high_chance = models.FloatField()
    signed_at = models.DateTimeField(null=True, blank=True)
    signed_by_id = models.UUIDField(null=True, blank=True)
    signed_by_name = models.CharField(max_length=160, blank=True)
    signed_by_title = models.CharField(max_length=160, blank=True)
    signed_words = models.TextField(blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by_name = models.CharField(max_length=160, blank=True)
    withdrawn_why = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["state"],
                condition=Q(state=ModelState.SIGNED.value),
                name="casefinding_one_signed_model",
            )
        ]

    def __str__(self) -> str:
        return f"model {self.version}"

    def as_model(self) -> Model:
        """It as something that gives chances; raises `Refused` where it was never fitted."""
        if not self.params:
            raise Refused("It was refused before it was fitted.")
        signed_on = "" if self.signed_at is None else local_day(self.signed_at).isoformat()
        return Model.from_plain(
            {
                **self.params,
                "card": self.card,
                "signed_by": self.signed_by_name,
                "signed_on": signed_on,
            }
        )

    @property
    def is_on(self) -> bool:
        """Whether its chances are used."""
        return self.state is ModelState.SIGNED

    @property
    def label(self) -> str:
        """How it is called beside a chance: its version and the day it was trained."""
        return f"version {self.version}, trained on data until {day(self.index_on)}"
