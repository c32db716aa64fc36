"""A decision: what is proposed, where it stands, which partners' boards must agree, from when."""

from django.db import models

from oneplace.contracts.models.terms import Matter, RatificationAnswer
from oneplace.kit.fields import IdField, TermField
from oneplace.partners.models import Organisation
from oneplace.vocabulary.terms import DecisionState


class Decision(models.Model):
    """Something the alliance decides, from the proposal until another decision replaces it."""

    kept_among = "see_decisions"
    seated_by = ("only_body", "contracts_seat")
    withheld_through = ("id", "contracts_itemruling", "decision_id")

    id = IdField()
    # The body that owns it; numbers run within a body and a year, so that none that is kept among
    # a few leaves a gap for others to see.
    body = models.CharField(max_length=60)
    year = models.PositiveSmallIntegerField()
    number = models.PositiveSmallIntegerField()
    # The body whose seats alone may know of it; empty for everybody who reads decisions.
    only_body = models.CharField(max_length=60, blank=True)
    title = models.CharField(max_length=160)
    matter = TermField(Matter)
    proposal = models.TextField()
    # What changes for residents, in their words.
    for_residents = models.TextField(blank=True)
    state = TermField(DecisionState)
    # Counts the times it went to the partners' own boards.
    round = models.PositiveSmallIntegerField(default=0)
    proposed_by_id = models.UUIDField()
    proposed_by_name = models.CharField(max_length=160)
    proposed_at = models.DateTimeField()
    # The claim or measure it rests on, by the code of `outcomes`.
    rests_on = models.CharField(max_length=80, blank=True)
    # In pence; nothing where no money moves.
    pence = models.BigIntegerField(null=True, blank=True)
    # The day it is meant to take effect; nothing for the day of the last ratification.
    wanted_from_on = models.DateField(null=True, blank=True)
    in_force_from_on = models.DateField(null=True, blank=True)
    until_on = models.DateField(null=True, blank=True)
    # Where it carries the agreement on: to this day.
    extends_agreement_to_on = models.DateField(null=True, blank=True)
    replaced_by = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="replaces"
    )
    replaced_on = models.DateField(null=True, blank=True)
    ended_why = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-year", "-number", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["body", "year", "number"], name="contracts_decision_number_once"
            )
        ]

    def __str__(self) -> str:
        return f"decision {self.year}/{self.number} of {self.body}"


class DecisionStep(models.Model):
    """One step of a decision: who said what, when, and where it is minuted. Never changed."""

    kept_among = "see_decisions"
    reads_as = "decision"

    id = IdField()
    decision = models.ForeignKey(Decision, on_delete=models.CASCADE, related_name="steps")
    before = TermField(DecisionState, blank=True)
    after = TermField(DecisionState)
    body = models.CharField(max_length=60, blank=True)
    words = models.TextField(blank=True)
    minute = models.CharField(max_length=120, blank=True)
    said_on = models.DateField()
    by_id = models.UUIDField()
    by_name = models.CharField(max_length=160)
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.after} of {self.decision_id}"


class Ratification(models.Model):
    """What one partner's own board said of a decision, in one round of asking."""

    kept_among = "see_decisions"
    reads_as = "decision"

    id = IdField()
    decision = models.ForeignKey(Decision, on_delete=models.CASCADE, related_name="ratifications")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    own_board = models.CharField(max_length=120)
    round = models.PositiveSmallIntegerField()
    answer = TermField(RatificationAnswer, default=RatificationAnswer.WAITING.value)
    # The day its board meets, while it has not decided.
    expected_on = models.DateField(null=True, blank=True)
    decided_on = models.DateField(null=True, blank=True)
    minute = models.CharField(max_length=120, blank=True)
    words = models.TextField(blank=True)
    recorded_by_name = models.CharField(max_length=160, blank=True)
    recorded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["organisation__name"]
        constraints = [
            models.UniqueConstraint(
                fields=["decision", "organisation", "round"], name="contracts_ratified_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} on {self.decision_id}"
