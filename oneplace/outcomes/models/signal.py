"""A signal somebody owes an answer to, and a day from which limits begin anew."""

from django.db import models
from django.db.models import Q

from oneplace.kit.fields import IdField, TermField
from oneplace.outcomes.models.terms import SignalEnd
from oneplace.science.spc.xmr import Rule, Variation


class Signal(models.Model):
    """A concern a chart showed: whose duty it became, and with what evidence it ended."""

    kept_among = "see_board"

    id = IdField()
    indicator = models.CharField(max_length=60)
    version = models.PositiveSmallIntegerField()
    month = models.DateField()
    variation = TermField(Variation)
    rule = TermField(Rule)
    # As the duty says it: the figure, its limits, its definition.
    words = models.TextField()
    raised_at = models.DateTimeField()
    # The duty in the ledger of actions, which names this signal as its origin.
    action_id = models.UUIDField(null=True, blank=True)
    owner_name = models.CharField(max_length=200, blank=True)
    due_on = models.DateField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by_name = models.CharField(max_length=160, blank=True)
    end = TermField(SignalEnd, blank=True)
    evidence = models.TextField(blank=True)

    class Meta:
        ordering = ["-raised_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["indicator"], condition=Q(ended_at=None), name="outcomes_one_open_signal"
            ),
            models.UniqueConstraint(
                fields=["indicator", "month"], name="outcomes_signal_once_a_month"
            ),
        ]

    def __str__(self) -> str:
        return f"signal {self.indicator} {self.month}"


class Rebase(models.Model):
    """A month from which an indicator's limits begin anew: why, by whose word, its minute."""

    kept_among = "see_board"

    id = IdField()
    indicator = models.CharField(max_length=60)
    month = models.DateField()
    cause = models.CharField(max_length=300)
    author = models.CharField(max_length=160)
    decided_on = models.DateField()
    minute = models.CharField(max_length=200)
    kept_at = models.DateTimeField()

    class Meta:
        ordering = ["indicator", "month"]
        constraints = [
            models.UniqueConstraint(fields=["indicator", "month"], name="outcomes_rebase_once")
        ]

    def __str__(self) -> str:
        return f"re-basing {self.indicator} {self.month}"
