"""A coordinator's work with one person, from the referral to the last review, step by step."""

import pghistory
from django.db import models
from django.db.models import Q

from oneplace.kit.fields import IdField, TermField
from oneplace.people.models import Person
from oneplace.plans.models.terms import Tried, WorkHappened
from oneplace.referrals.models import Referral
from oneplace.vocabulary.terms import (
    DataCategory,
    PicClosed,
    PicState,
    PicUnsuitable,
    PicWeight,
)

OVER = (PicState.CLOSED, PicState.DECLINED, PicState.UNSUITABLE, PicState.COULD_NOT_REACH)


class PicWork(models.Model):  # type: ignore[django-manager-missing]
    """One time a coordinator walks beside somebody. What was asked for stands in the referral."""

    reaches_person_by = "person_id"
    related_see = DataCategory.SUPPORT.value

    id = IdField()
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="coordinators_work")
    # None where the coordinator was asked without a referral, such as in the huddle's room.
    referral = models.OneToOneField(
        Referral, null=True, blank=True, on_delete=models.PROTECT, related_name="coordinators_work"
    )
    referred_at = models.DateTimeField()
    referred_from = models.CharField(max_length=200)
    # The practice and whoever referred, told at the end what came of it.
    practice_id = models.UUIDField(null=True, blank=True)
    referrer_id = models.UUIDField(null=True, blank=True)
    # The team that was asked, and the one whose turn it is.
    team_id = models.UUIDField(null=True, blank=True)
    hat_id = models.UUIDField(null=True, blank=True)
    coordinator_id = models.UUIDField(null=True, blank=True)
    coordinator_name = models.CharField(max_length=160, blank=True)
    allocated_at = models.DateTimeField(null=True, blank=True)
    relationship_id = models.UUIDField(null=True, blank=True)
    weight = TermField(PicWeight, default=PicWeight.USUAL.value)
    state = TermField(PicState, default=PicState.REFERRED.value)
    state_at = models.DateTimeField()
    # Where it goes on after a pause.
    paused_from = TermField(PicState, blank=True)
    paused_until = models.DateField(null=True, blank=True)
    first_contact_by = models.DateTimeField(null=True, blank=True)
    first_contact_at = models.DateTimeField(null=True, blank=True)
    plan_agreed_on = models.DateField(null=True, blank=True)
    exit_reviewed_on = models.DateField(null=True, blank=True)
    unsuitable_because = TermField(PicUnsuitable, blank=True)
    closed_because = TermField(PicClosed, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["referred_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(ended_at=None), name="plans_one_open_work"
            )
        ]
        indexes = [
            models.Index(fields=["coordinator_id"], condition=Q(ended_at=None), name="plans_load"),
            models.Index(fields=["team_id"], condition=Q(ended_at=None), name="plans_of_team"),
        ]

    def __str__(self) -> str:
        return f"coordinator's work {self.pk}"

    @property
    def is_open(self) -> bool:
        """Whether anything is still to come of it."""
        return self.ended_at is None


class PicWorkEvent(
    pghistory.create_event_model(PicWork)  # type: ignore[misc]
):
    """The history of a coordinator's work."""

    reaches_person_by = "person_id"
    related_see = DataCategory.SUPPORT.value


class PicStep(models.Model):
    """One thing that happened in the work, with what was said; nothing is rewritten."""

    reaches_person_by = "person_id"
    part_by = ("owner", DataCategory.SUPPORT.value)

    id = IdField()
    work = models.ForeignKey(PicWork, on_delete=models.CASCADE, related_name="steps")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    owner = models.TextField()
    happened = TermField(WorkHappened)
    tried = TermField(Tried, blank=True)
    # The stored word of a reason, where the step has one.
    reason = models.CharField(max_length=48, blank=True)
    words = models.TextField(blank=True)
    by_id = models.UUIDField()
    by_name = models.CharField(max_length=160)
    happened_at = models.DateTimeField()

    class Meta:
        ordering = ["happened_at", "id"]
        indexes = [models.Index(fields=["work", "happened"])]

    def __str__(self) -> str:
        return f"{self.happened} in {self.work_id}"
