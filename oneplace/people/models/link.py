"""Which number of a source is which person's, how that was decided, and pairs to be looked at."""

from django.db import models
from django.db.models import F, Q

from oneplace.kit.fields import IdField, TermField
from oneplace.people.models.person import Person
from oneplace.people.models.terms import LinkedBy, MatchState, Risk
from oneplace.records.models import Subject
from oneplace.vocabulary.terms import SameOrDifferent


class Link(models.Model):
    """A subject is a person's. Ended ones stay, so that it can be said what was believed when.

    `person` is whoever the subject was linked to; after a merge readers go on to its `current`, so
    undoing the merge moves no link.
    """

    reaches_person_by = "person_id"
    opens_with = "see_who_is_who"

    id = IdField()
    subject = models.ForeignKey(Subject, on_delete=models.CASCADE, related_name="links")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="links")
    linked_by = TermField(LinkedBy)
    # Log2 of how much likelier this evidence is for one person than for two; empty where a number
    # or a hand decided.
    weight = models.FloatField(null=True, blank=True)
    evidence = models.TextField(blank=True)
    since_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["subject"], condition=Q(ended_at__isnull=True), name="people_one_link"
            )
        ]

    def __str__(self) -> str:
        return f"link of {self.subject_id}"


class BlockKey(models.Model):
    """One text two records of the same person are likely to share; for finding candidates."""

    reaches_person_by = "subject__person_id"
    opens_with = "see_who_is_who"

    id = models.BigAutoField(primary_key=True)
    subject = models.ForeignKey(
        Subject, on_delete=models.CASCADE, related_name="block_keys", db_index=False
    )
    key = models.TextField(db_collation="C")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subject", "key"], name="people_block_key_once")
        ]
        indexes = [models.Index(fields=["key"], include=["subject"], name="people_by_block_key")]

    def __str__(self) -> str:
        return f"block key of {self.subject_id}"


class Match(models.Model):
    """Two records that may be one person's, and what became of the question.

    `one` is the subject with the smaller identifier, so that a pair is asked once. A settled
    answer stands against every later linkage until it is undone.
    """

    reaches_person_by = "one__person_id"
    also_reaches_person_by = "other__person_id"
    opens_with = "see_who_is_who"

    id = IdField()
    one = models.ForeignKey(Subject, on_delete=models.CASCADE, related_name="matches_as_one")
    other = models.ForeignKey(Subject, on_delete=models.CASCADE, related_name="matches_as_other")
    weight = models.FloatField(null=True, blank=True)
    # A sentence for the reader; it says what agrees and differs, never the values.
    evidence = models.TextField(blank=True)
    risk = TermField(Risk, blank=True)
    state = TermField(MatchState, default=MatchState.WAITING.value)
    found_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["one", "other"], name="people_pair_asked_once"),
            models.CheckConstraint(condition=Q(one__lt=F("other")), name="people_pair_in_order"),
        ]
        indexes = [models.Index(fields=["state", "weight"])]

    def __str__(self) -> str:
        return f"match {self.pk}"


class MatchReading(models.Model):
    """What one reader decided about a match."""

    reaches_person_by = "match__one__person_id"
    also_reaches_person_by = "match__other__person_id"
    opens_with = "see_who_is_who"

    id = IdField()
    match = models.ForeignKey(Match, on_delete=models.CASCADE, related_name="readings")
    answer = TermField(SameOrDifferent)
    words = models.TextField(blank=True)
    reader_id = models.UUIDField()
    reader_name = models.CharField(max_length=160)
    # Where the match stood before, to be put back there.
    before = TermField(MatchState)
    read_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["read_at", "id"]

    def __str__(self) -> str:
        return f"reading of match {self.match_id}"
