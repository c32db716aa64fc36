"""A merge: two people known to be one from then on, until it is undone."""

from django.db import models
from django.db.models import F, Q

from oneplace.kit.fields import IdField, TermField
from oneplace.people.models.link import Match
from oneplace.people.models.person import Person
from oneplace.people.models.terms import LinkedBy


class Merge(models.Model):
    """`given_up` stands for `kept` while this holds. Nothing else moves, so undoing is whole."""

    reaches_person_by = "kept_id"
    also_reaches_person_by = "given_up_id"
    opens_with = "see_who_is_who"

    id = IdField()
    kept = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="merges_kept")
    given_up = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="merges_given_up")
    decided_by = TermField(LinkedBy)
    match = models.ForeignKey(
        Match, null=True, blank=True, on_delete=models.SET_NULL, related_name="merges"
    )
    why = models.TextField(blank=True)
    merged_by_id = models.UUIDField()
    merged_by_name = models.CharField(max_length=160)
    merged_at = models.DateTimeField()
    undone_by_id = models.UUIDField(null=True, blank=True)
    undone_by_name = models.CharField(max_length=160, blank=True)
    undone_why = models.TextField(blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["given_up"], condition=Q(undone_at__isnull=True), name="people_one_survivor"
            ),
            models.CheckConstraint(condition=~Q(kept=F("given_up")), name="people_merge_of_two"),
        ]
        ordering = ["-merged_at", "-id"]

    def __str__(self) -> str:
        return f"merge {self.pk}"
