"""A suggestion: somebody to be looked at by their practice, why now, and what became of it."""

from typing import Any

import pghistory
from django.db import models
from django.db.models import Q

from oneplace.casefinding.models.run import Run
from oneplace.casefinding.models.terms import StepTaken
from oneplace.kit.fields import IdField, TermField
from oneplace.partners.models import Organisation
from oneplace.people.models import Person
from oneplace.vocabulary.terms import (
    CaseFindingSource,
    DataCategory,
    SuggestionDeclined,
    SuggestionState,
)

STAYS_ON = (SuggestionState.LISTED,)


class Suggestion(models.Model):  # type: ignore[django-manager-missing]
    """One person suggested to one practice. It says nothing of why: reasons are rows of their own,

    each of the part of the record it comes from, so that a reader sees those they may read.
    """

    reaches_person_by = "person_id"

    id = IdField()
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="suggestions")
    practice = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    source = TermField(CaseFindingSource)
    run = models.ForeignKey(
        Run, null=True, blank=True, on_delete=models.SET_NULL, related_name="suggestions"
    )
    state = TermField(SuggestionState, default=SuggestionState.SUGGESTED.value)
    suggested_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by_id = models.UUIDField(null=True, blank=True)
    decided_by_name = models.CharField(max_length=160, blank=True)
    declined = TermField(SuggestionDeclined, blank=True)
    # What the practice said beside the reason.
    words = models.TextField(blank=True)
    told_at = models.DateTimeField(null=True, blank=True)
    listed_at = models.DateTimeField(null=True, blank=True)
    # "Not now": out of sight until this day.
    returns_on = models.DateField(null=True, blank=True)
    # Without anything new, the reasons are too old from this day on.
    leaves_on = models.DateField(null=True, blank=True)
    # Off the list, or off the suggestions.
    left_at = models.DateTimeField(null=True, blank=True)
    left_why = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["practice", "state"],
                condition=Q(left_at=None),
                name="casefinding_by_practice",
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(left_at=None) & ~Q(state=SuggestionState.DECLINED.value),
                name="casefinding_one_open_suggestion",
            )
        ]

    def __str__(self) -> str:
        return f"suggestion {self.pk}"


class SuggestionEvent(
    pghistory.create_event_model(Suggestion)  # type: ignore[misc]
):
    """The history of a suggestion; whoever may not read it may not read its past either."""

    reaches_person_by = "person_id"


class Reason(models.Model):
    """One reason why now, dated, from one source; read as the part of the record it comes from."""

    reaches_person_by = "suggestion__person_id"
    part_by = ("owner", "=part")

    id = models.BigAutoField(primary_key=True)
    suggestion = models.ForeignKey(Suggestion, on_delete=models.CASCADE, related_name="reasons")
    position = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=60)
    text = models.TextField()
    on = models.DateField(null=True, blank=True)
    # In words: whose feed it came by.
    source = models.CharField(max_length=160)
    # The entry of the record it was read from, where it is one.
    entry_id = models.UUIDField(null=True, blank=True)
    owner = models.TextField()
    part = TermField(DataCategory)

    class Meta:
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return f"reason {self.code} of {self.suggestion_id}"


class ScoreShown(models.Model):
    """A published score as it was when the person was suggested, with what it was made of."""

    reaches_person_by = "suggestion__person_id"
    part_by = ("owner", "=part")

    id = models.BigAutoField(primary_key=True)
    suggestion = models.ForeignKey(Suggestion, on_delete=models.CASCADE, related_name="scores")
    position = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=60)
    name = models.CharField(max_length=160)
    value = models.FloatField(null=True, blank=True)
    band = models.CharField(max_length=80, blank=True)
    version = models.CharField(max_length=80, blank=True)
    # What it is for, and what not.
    purpose = models.TextField(blank=True, default="")
    # Each input: its words, points, date and source; the points add up to the value.
    contributions: Any = models.JSONField(default=list)
    # Empty when the score is whole; otherwise what is missing, or why it is not for this age.
    incomplete = models.CharField(max_length=300, blank=True)
    owner = models.TextField()
    part = TermField(DataCategory)

    class Meta:
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return f"{self.code} of {self.suggestion_id}"


class Step(models.Model):
    """One thing done with a suggestion, from which state to which; undone, never erased."""

    reaches_person_by = "suggestion__person_id"

    id = IdField()
    suggestion = models.ForeignKey(Suggestion, on_delete=models.CASCADE, related_name="steps")
    what = TermField(StepTaken)
    before = TermField(SuggestionState, blank=True)
    after = TermField(SuggestionState)
    # What the step changed besides the state, to be put back.
    was: Any = models.JSONField(default=dict)
    words = models.TextField(blank=True)
    by_id = models.UUIDField()
    by_name = models.CharField(max_length=160)
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.what} of {self.suggestion_id}"


class Worry(models.Model):
    """Somebody who knows the person is worried: situation, background, assessment, what they ask.

    Direct care: it names the person from the start.
    """

    reaches_person_by = "person_id"
    part_by = ("owner", "support")

    id = IdField()
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="worries")
    suggestion = models.ForeignKey(Suggestion, on_delete=models.CASCADE, related_name="worries")
    source = TermField(CaseFindingSource)
    situation = models.TextField()
    background = models.TextField(blank=True)
    assessment = models.TextField(blank=True)
    recommendation = models.TextField(blank=True)
    # What the person says, in their words, and whether they know that this is asked.
    own_words = models.TextField(blank=True)
    is_person_told = models.BooleanField()
    raised_by_id = models.UUIDField()
    raised_by_name = models.CharField(max_length=160)
    raised_by_title = models.CharField(max_length=160, blank=True)
    raised_for = models.CharField(max_length=200, blank=True)
    raised_at = models.DateTimeField()
    owner = models.TextField()

    class Meta:
        ordering = ["-raised_at", "-id"]

    def __str__(self) -> str:
        return f"worry {self.pk}"
