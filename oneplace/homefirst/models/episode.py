"""An episode of short-term help: how things were, what is given, weekly reviews, what follows."""

import pghistory
from django.db import models
from django.db.models import F, Q

from oneplace.homefirst.models.case import DeskCase
from oneplace.homefirst.models.terms import FamilyView, ReviewView
from oneplace.kit.fields import IdField, TermField
from oneplace.people.models import Person
from oneplace.vocabulary.terms import (
    DataCategory,
    Sequel,
    StatusAt91Days,
    WeeklyDecision,
)

_PART = ("owner", DataCategory.SUPPORT.value)


class Episode(models.Model):  # type: ignore[django-manager-missing]
    """Reablement or rehabilitation of one person, from the first visit to what follows it."""

    reaches_person_by = "person_id"
    part_by = _PART

    id = IdField()
    case = models.OneToOneField(DeskCase, on_delete=models.PROTECT, related_name="episode")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="life_episodes")
    owner = models.TextField()
    started_on = models.DateField()
    # Hours a week: before, agreed at the start, at the end.
    hours_before = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    hours_at_start = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    hours_at_exit = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    function_before = models.TextField(blank=True)
    function_at_start = models.TextField(blank=True)
    function_at_exit = models.TextField(blank=True)
    home_and_access = models.TextField(blank=True)
    equipment = models.TextField(blank=True)
    medicines = models.TextField(blank=True)
    provider = models.CharField(max_length=20, blank=True)
    provider_name = models.CharField(max_length=160, blank=True)
    carer_view = TermField(FamilyView, default=FamilyView.NOT_ASKED.value)
    carer_asked_by = models.CharField(max_length=160, blank=True)
    carer_asked_on = models.DateField(null=True, blank=True)
    # A talk about a Care Act assessment and what it costs, by week four.
    assessment_talk_on = models.DateField(null=True, blank=True)
    # Reablement is over and longer help is not there yet: who pays meanwhile.
    waits_for_care_since = models.DateField(null=True, blank=True)
    waits_for_care_holder = models.CharField(max_length=160, blank=True)
    bridging_pence_a_day = models.PositiveIntegerField(null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True)
    sequel = TermField(Sequel, blank=True)
    sequel_words = models.TextField(blank=True)
    status_at_91_days = TermField(StatusAt91Days, blank=True)
    status_said_by = models.CharField(max_length=160, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["-started_on", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_on=None) | Q(ended_on__gte=F("started_on")),
                name="homefirst_episode_forward",
            ),
            models.CheckConstraint(
                condition=Q(ended_on=None) | ~Q(sequel=""), name="homefirst_ends_with_a_sequel"
            ),
        ]
        indexes = [models.Index(fields=["person", "-started_on"])]

    def __str__(self) -> str:
        return f"episode {self.pk}"


class EpisodeEvent(
    pghistory.create_event_model(Episode)  # type: ignore[misc]
):
    """The history of an episode."""

    reaches_person_by = "person_id"
    part_by = _PART


class WeeklyReview(models.Model):
    """What was found in one week's review of reablement, the whole form."""

    reaches_person_by = "episode__person_id"
    reads_as = "episode"

    id = IdField()
    episode = models.ForeignKey(Episode, on_delete=models.CASCADE, related_name="reviews")
    on = models.DateField()
    is_working = TermField(ReviewView)
    progress = models.TextField()
    person_view = models.TextField(blank=True)
    carer_view = models.TextField(blank=True)
    who_did_what = models.TextField(blank=True)
    issues = models.TextField(blank=True)
    decision = TermField(WeeklyDecision)
    decision_why = models.TextField(blank=True)
    likely_needs = models.TextField(blank=True)
    next_on = models.DateField(null=True, blank=True)
    by_id = models.UUIDField()
    by_name = models.CharField(max_length=160)
    written_at = models.DateTimeField()

    class Meta:
        ordering = ["-on", "-written_at"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(progress=""), name="homefirst_review_says_something"
            )
        ]

    def __str__(self) -> str:
        return f"review of {self.on} of episode {self.episode_id}"
