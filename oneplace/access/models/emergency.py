"""Emergency access, questions about a look, looks out of the ordinary: what officers answer for.

Each row names a person by opaque id. Emergency access is written by functions of the database only,
each with its entry in the audit; nobody closes their own.
"""

from datetime import timedelta
from typing import Final

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from oneplace.kit.fields import IdField, TermField
from oneplace.vocabulary.terms import Purpose, Role, Term

LONGEST_EMERGENCY: Final = timedelta(minutes=60)
"""The database refuses longer ones itself (migration 0014)."""
EMERGENCY_PURPOSES: Final = (Purpose.DIRECT_CARE, Purpose.SAFEGUARDING)


class EmergencyGround(Term):
    """Why a record could not wait for the everyday way of opening it."""

    LIFE_AT_RISK = "life_at_risk", "Somebody’s life or limb is at risk now"
    CANNOT_SAY = "cannot_say", "The person cannot tell us what we must know to care for them"
    NOBODY_REACHED = "nobody_reached", "Care is due now, and whoever knows them cannot be reached"
    KEEP_SAFE = "keep_safe", "Somebody must be kept safe now (safeguarding)"


class EmergencyOutcome(Term):
    """What the review of an emergency access found."""

    RIGHT = "right", "Right: it was needed, and no more was opened than that"
    GAP = "gap", "Right, but the everyday way should have been open"
    NOT_NEEDED = "not_needed", "Not needed: talked through with them"
    WRONG = "wrong", "Wrong: taken further"


class EmergencyAccess(models.Model):
    """A record opened in an emergency: who, as what, whose, why, when, from where, who was told.

    It opens for the one worker in the one hat, ends by itself, and stays open to review until
    somebody else has said what to make of it.
    """

    reaches_person_by = "person_id"

    id = IdField()
    # Who, as they were called then.
    account_id = models.UUIDField()
    account_name = models.CharField(max_length=160)
    # As what, and where.
    hat_id = models.UUIDField(null=True, blank=True)
    role = TermField(Role)
    title = models.CharField(max_length=160, blank=True)
    organisation_id = models.UUIDField(null=True, blank=True)
    organisation_name = models.CharField(max_length=200, blank=True)
    # Whose.
    person_id = models.UUIDField(db_index=True)
    relationship_id = models.UUIDField()
    # Why.
    purpose = TermField(Purpose)
    ground = TermField(EmergencyGround)
    reason = models.TextField()
    # From when until when, by care time; and by the machine's clock.
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    recorded_at = models.DateTimeField(db_default=Now())
    # From where.
    from_address = models.GenericIPAddressField(null=True, blank=True)
    request_id = models.UUIDField(null=True, blank=True)
    # Who was told: officers of the organisations concerned, and the person, or why not.
    concerned = ArrayField(models.UUIDField(), default=list, blank=True)
    officers_told = models.PositiveSmallIntegerField(default=0)
    is_unsafe_to_tell = models.BooleanField(default=False)
    unsafe_why = models.TextField(blank=True)
    letter_id = models.UUIDField(null=True, blank=True)
    not_told_why = models.TextField(blank=True)
    # The review.
    reviewed_at = models.DateTimeField(null=True, blank=True)
    reviewed_by_id = models.UUIDField(null=True, blank=True)
    reviewed_by_name = models.CharField(max_length=160, blank=True)
    outcome = TermField(EmergencyOutcome, blank=True)
    review_words = models.TextField(blank=True)

    class Meta:
        ordering = ["starts_at", "id"]
        indexes = [
            models.Index(fields=["account_id", "starts_at"]),
            models.Index(
                fields=["starts_at"],
                condition=Q(reviewed_at__isnull=True),
                name="access_emergency_waiting",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=models.F("starts_at"))
                & Q(ends_at__lte=models.F("starts_at") + LONGEST_EMERGENCY),
                name="access_emergency_is_short",
            ),
            models.CheckConstraint(
                condition=Q(purpose__in=[purpose.value for purpose in EMERGENCY_PURPOSES]),
                name="access_emergency_is_for_care",
            ),
        ]

    def __str__(self) -> str:
        return f"emergency access {self.pk}"


class LookQuestion(models.Model):
    """A question about a look at a record, to those who answer for whoever looked; and the answer.

    It does not name the person: whoever answers need not have a reason to know.
    """

    reaches_person_by = "person_id"

    id = IdField()
    person_id = models.UUIDField(db_index=True)
    # The entry of the audit asked about, who looked, when and what in plain words.
    entry_id = models.BigIntegerField()
    about_id = models.UUIDField()
    about_name = models.CharField(max_length=160)
    looked_at = models.DateTimeField()
    looked_words = models.TextField()
    asked_by_id = models.UUIDField()
    asked_by_name = models.CharField(max_length=160)
    # The person whose record it is asks themselves, and not an officer.
    is_own = models.BooleanField(default=False)
    asked_at = models.DateTimeField()
    words = models.TextField()
    # Accounts that may answer: the line manager, or officers of the organisation.
    to_ids = ArrayField(models.UUIDField())
    to_names = models.TextField()
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by_id = models.UUIDField(null=True, blank=True)
    answered_by_name = models.CharField(max_length=160, blank=True)
    answer = models.TextField(blank=True)

    class Meta:
        ordering = ["asked_at", "id"]
        indexes = [
            models.Index(
                fields=["asked_at"],
                condition=Q(answered_at__isnull=True),
                name="access_question_waiting",
            )
        ]

    def __str__(self) -> str:
        return f"question about a look {self.pk}"


class UnusualKind(Term):
    """What makes looks at records worth asking about."""

    OWN_RECORD = "own_record", "Their own record, it seems"
    FAMILY_NAME = "family_name", "Somebody of the same, uncommon family name"
    SAME_ADDRESS = "same_address", "Somebody who lives where a person of the worker’s name lives"
    MANY_UNRELATED = "many_unrelated", "Many people with whom nothing connects the worker"
    ODD_HOURS = "odd_hours", "Outside the hours in which they usually work"


class UnusualOutcome(Term):
    """What came of looking into it."""

    EXPLAINED = "explained", "Explained: it was part of the work"
    CHANCE = "chance", "Chance: another person of the same name or address"
    TALKED = "talked", "Talked through with them"
    TAKEN_FURTHER = "taken_further", "Taken further"


class UnusualAccess(models.Model):
    """One day's looks of one account that are worth asking about, found in sets by a job.

    A sign, not a charge: most have a good reason. It says what was counted and why it stands out.
    """

    reaches_person_by = "person_id"

    id = IdField()
    kind = TermField(UnusualKind)
    account_id = models.UUIDField()
    account_name = models.CharField(max_length=160)
    title = models.CharField(max_length=160, blank=True)
    organisation_id = models.UUIDField(null=True, blank=True)
    organisation_name = models.CharField(max_length=200, blank=True)
    # Nobody in particular where many people or the hour are what stands out.
    person_id = models.UUIDField(null=True, blank=True, db_index=True)
    on_day = models.DateField()
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    looks = models.PositiveIntegerField()
    words = models.TextField()
    found_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by_id = models.UUIDField(null=True, blank=True)
    settled_by_name = models.CharField(max_length=160, blank=True)
    outcome = TermField(UnusualOutcome, blank=True)
    settled_words = models.TextField(blank=True)

    class Meta:
        ordering = ["first_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "account_id", "person_id", "on_day"],
                nulls_distinct=False,
                name="access_unusual_once_a_day",
            )
        ]
        indexes = [
            models.Index(
                fields=["first_at"],
                condition=Q(settled_at__isnull=True),
                name="access_unusual_waiting",
            )
        ]

    def __str__(self) -> str:
        return f"unusual access {self.pk}"
