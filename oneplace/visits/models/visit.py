"""A visit: somebody goes to a person's door, within a window, for a purpose."""

import pghistory
from django.db import models
from django.db.models import F, Q

from oneplace.kit.fields import IdField, TermField
from oneplace.people.models import Person
from oneplace.visits.models.terms import (
    OPEN,
    DoorStep,
    VisitOrigin,
    VisitPurpose,
    VisitState,
)
from oneplace.vocabulary.terms import DataCategory

_PART = ("owner", DataCategory.SUPPORT.value)
_PARTIES = ("worker_id", "team_id", "booked_by_id")


class Visit(models.Model):  # type: ignore[django-manager-missing]
    """One worker at one person's door once. Two carers who come together are two visits of a pair.

    What was promised to the person is the window; `planned_at` is when the round means to be there.
    A visit moved to another window is over and another follows it, so that what was promised first
    stays to be read.
    """

    reaches_person_by = "person_id"
    part_by = _PART
    # Whoever goes, their team, and whoever booked it.
    always_read_by = _PARTIES
    # A function tells whose door it is when somebody comes (migration 0002).
    kept_by_owner = ("select",)

    id = IdField()
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="visits")
    owner = models.TextField()
    purpose = TermField(VisitPurpose)
    # Why this visit, in a line; the worker reads it at the door.
    why = models.TextField(blank=True)
    state = TermField(VisitState, default=VisitState.BOOKED.value)
    # The account that goes; nobody yet where the round has not been made.
    worker_id = models.UUIDField(null=True, blank=True)
    worker_name = models.CharField(max_length=160, blank=True)
    team_id = models.UUIDField(null=True, blank=True)
    organisation_id = models.UUIDField(null=True, blank=True)
    organisation_name = models.CharField(max_length=200, blank=True)
    # Visits of one pair begin together.
    pair_id = models.UUIDField(null=True, blank=True)
    skill = models.CharField(max_length=48, blank=True)
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    minutes = models.PositiveSmallIntegerField(default=45)
    planned_at = models.DateTimeField(null=True, blank=True)
    # Whoever goes said that they are late: when they mean to be there, why, and whether the person
    # was told. What was planned and promised stays as it was.
    expected_at = models.DateTimeField(null=True, blank=True)
    late_words = models.CharField(max_length=200, blank=True)
    late_said_at = models.DateTimeField(null=True, blank=True)
    # Somebody was promised to be seen by then, such as within two hours of leaving hospital.
    promised_by_at = models.DateTimeField(null=True, blank=True)
    # A round being planned anew leaves it with its worker and time.
    is_locked = models.BooleanField(default=False)
    origin = TermField(VisitOrigin)
    # The caseload, episode, huddle or referral, without foreign key: those rooms may come later.
    origin_id = models.UUIDField(null=True, blank=True)
    set_out_at = models.DateTimeField(null=True, blank=True)
    arrived_at = models.DateTimeField(null=True, blank=True)
    nobody_answered_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    ended_why = models.TextField(blank=True)
    # Written afterwards, or dictated, in five minutes.
    note = models.TextField(blank=True)
    # Counts what was changed, so that a phone can tell whether it knows the newest.
    version = models.PositiveIntegerField(default=1)
    booked_by_id = models.UUIDField()
    booked_by_name = models.CharField(max_length=160)
    booked_at = models.DateTimeField()
    relationship_id = models.UUIDField(null=True, blank=True)
    follows = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="followed_by"
    )

    class Meta:
        ordering = ["opens_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(closes_at__gte=F("opens_at")), name="visits_window_has_an_end"
            ),
            models.CheckConstraint(condition=Q(minutes__gt=0), name="visits_take_time"),
            models.CheckConstraint(
                condition=Q(finished_at=None)
                | Q(arrived_at=None)
                | Q(finished_at__gte=F("arrived_at")),
                name="visits_end_after_they_began",
            ),
        ]
        indexes = [
            models.Index(fields=["person", "-opens_at"]),
            models.Index(fields=["worker_id", "opens_at"]),
            models.Index(fields=["team_id", "opens_at"]),
            models.Index(fields=["origin", "origin_id"]),
        ]

    def __str__(self) -> str:
        return f"visit {self.pk}"

    @property
    def is_open(self) -> bool:
        """Whether anything is still to come of it."""
        return self.state in OPEN


class VisitEvent(
    pghistory.create_event_model(Visit)  # type: ignore[misc]
):
    """The history of a visit."""

    reaches_person_by = "person_id"
    part_by = _PART
    always_read_by = _PARTIES


class AtTheDoor(models.Model):
    """One thing done because nobody opened, with its time; the last is that the person is found."""

    reaches_person_by = "visit__person_id"
    reads_as = "visit"

    id = IdField()
    visit = models.ForeignKey(Visit, on_delete=models.CASCADE, related_name="at_the_door")
    step = TermField(DoorStep)
    words = models.TextField(blank=True)
    done_at = models.DateTimeField()
    by_id = models.UUIDField()
    by_name = models.CharField(max_length=160)

    class Meta:
        ordering = ["done_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["visit"], condition=Q(step="found"), name="visits_found_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.step} at the door of visit {self.visit_id}"
