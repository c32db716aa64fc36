"""One referral at the desk: its stream, where it stands, who answers for the person, who goes."""

import pghistory
from django.db import models
from django.db.models import Q

from oneplace.homefirst.models.terms import OPEN, ClosedBecause, DeskState, Package
from oneplace.kit.fields import IdField, TermField
from oneplace.people.models import Person
from oneplace.referrals.models import Referral
from oneplace.vocabulary.terms import (
    AvoidedAdmissionOpinion,
    Disposition,
    LifeStream,
    Pathway,
    RapidResponseReason,
    ReferralRejected,
)


class DeskCase(models.Model):  # type: ignore[django-manager-missing]
    """One referral to LIFE as the desk works at it: one row per referral.

    Need, urgency and who asked stand in the referral and are read as it is; here stand the desk's
    own steps.
    """

    reaches_person_by = "person_id"
    reads_as = "referral"

    id = IdField()
    referral = models.OneToOneField(Referral, on_delete=models.PROTECT, related_name="desk_case")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="desk_cases")
    # The team of the desk, whose clocks these are.
    desk_id = models.UUIDField()
    stream = TermField(LifeStream)
    state = TermField(DeskState, default=DeskState.RECEIVED.value)
    pathway = TermField(Pathway, blank=True)
    reason = TermField(RapidResponseReason, blank=True)
    package = TermField(Package, default=Package.NOT_ASKED.value)
    is_double_handed = models.BooleanField(default=False)
    zone = models.CharField(max_length=60, blank=True)
    received_at = models.DateTimeField()
    is_outside_hours = models.BooleanField(default=False)
    moved_at = models.DateTimeField()
    # What is still to be told before it can be decided, and since when.
    waits_for = models.TextField(blank=True)
    waits_since = models.DateTimeField(null=True, blank=True)
    # The hospital's number of the stay somebody comes home from, and when they are expected home.
    spell = models.CharField(max_length=64, blank=True)
    hospital = models.CharField(max_length=20, blank=True)
    home_from = models.DateTimeField(null=True, blank=True)
    left_at = models.DateTimeField(null=True, blank=True)
    # What says so, in a sentence, and whether the time cannot be right.
    left_because = models.TextField(blank=True)
    is_left_doubtful = models.BooleanField(default=False)
    # Who answers clinically for the person now, and since when.
    responsible = models.CharField(max_length=200, blank=True)
    responsible_since = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by_name = models.CharField(max_length=160, blank=True)
    rejected_because = TermField(ReferralRejected, blank=True)
    sent_on_to = models.CharField(max_length=200, blank=True)
    # Who goes, by which visit, and when they mean to be there.
    worker_id = models.UUIDField(null=True, blank=True)
    worker_name = models.CharField(max_length=160, blank=True)
    visit_id = models.UUIDField(null=True, blank=True)
    planned_at = models.DateTimeField(null=True, blank=True)
    first_seen_at = models.DateTimeField(null=True, blank=True)
    disposition = TermField(Disposition, blank=True)
    # A clinician's opinion with how sure they are; nothing is ever counted as saved by it.
    opinion = TermField(AvoidedAdmissionOpinion, blank=True)
    opinion_by_name = models.CharField(max_length=160, blank=True)
    closed_because = TermField(ClosedBecause, blank=True)
    closed_words = models.TextField(blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    # Counts what was changed: of two who allocate at once one wins and the other is told.
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["received_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(closed_at=None) | ~Q(closed_because=""),
                name="homefirst_closed_with_a_reason",
            )
        ]
        indexes = [
            models.Index(fields=["person", "-received_at"]),
            models.Index(
                fields=["desk_id", "received_at"],
                condition=Q(state__in=[state.value for state in OPEN]),
                name="homefirst_queue",
            ),
            models.Index(fields=["visit_id"], name="homefirst_by_visit"),
        ]

    def __str__(self) -> str:
        return f"case {self.pk} at the desk"

    @property
    def is_open(self) -> bool:
        """Whether anything is still to come of it."""
        return self.state in OPEN


class DeskCaseEvent(
    pghistory.create_event_model(DeskCase)  # type: ignore[misc]
):
    """The history of a case at the desk."""

    reaches_person_by = "person_id"
    reads_as = "referral"


class DeskStep(models.Model):
    """One thing the desk did or learnt, in order; nothing is rewritten."""

    reaches_person_by = "case__person_id"
    reads_as = "case"

    id = IdField()
    case = models.ForeignKey(DeskCase, on_delete=models.CASCADE, related_name="steps")
    # Where it stood from then on.
    state = TermField(DeskState)
    what = models.CharField(max_length=200)
    words = models.TextField(blank=True)
    by_id = models.UUIDField()
    by_name = models.CharField(max_length=160)
    happened_at = models.DateTimeField()

    class Meta:
        ordering = ["happened_at", "id"]

    def __str__(self) -> str:
        return f"step of case {self.case_id}"


class Wait(models.Model):
    """A time our part of a clock may leave out, by a rule the place lists; the person's runs on."""

    reaches_person_by = "case__person_id"
    reads_as = "case"

    id = IdField()
    case = models.ForeignKey(DeskCase, on_delete=models.CASCADE, related_name="waits")
    rule = models.CharField(max_length=60)
    words = models.TextField(blank=True)
    from_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True, blank=True)
    said_by_name = models.CharField(max_length=160)

    class Meta:
        ordering = ["from_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(until_at=None), name="homefirst_one_wait"
            ),
            models.CheckConstraint(
                condition=Q(until_at=None) | Q(until_at__gte=models.F("from_at")),
                name="homefirst_wait_forward",
            ),
        ]

    def __str__(self) -> str:
        return f"wait of case {self.case_id}"


class Warned(models.Model):
    """That somebody was told a clock is about to run out: who, so many minutes before."""

    reaches_person_by = "case__person_id"
    reads_as = "case"

    id = IdField()
    case = models.ForeignKey(DeskCase, on_delete=models.CASCADE, related_name="warnings")
    clock_id = models.UUIDField()
    minutes_before = models.PositiveSmallIntegerField()
    told = models.CharField(max_length=200)
    told_at = models.DateTimeField()

    class Meta:
        ordering = ["told_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["clock_id", "minutes_before"], name="homefirst_warned_once"
            )
        ]

    def __str__(self) -> str:
        return f"warning of case {self.case_id}"
