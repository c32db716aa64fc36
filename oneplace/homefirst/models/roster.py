"""Who goes out and when: skills, travel, base; shifts with breaks; whom people want at the door."""

import pghistory
from django.db import models
from django.db.models import F, Q

from oneplace.homefirst.models.terms import GoesBy
from oneplace.kit.fields import IdField, TermField
from oneplace.people.models import Person
from oneplace.vocabulary.terms import Gender


class RoundWorker(models.Model):
    """Somebody who goes to people's doors, and what matters for it; about a worker, no patient."""

    id = IdField()
    account_id = models.UUIDField(unique=True)
    name = models.CharField(max_length=160)
    # Stored words of `RoundSkill`.
    skills = models.JSONField(default=list, blank=True)
    goes_by = TermField(GoesBy, default=GoesBy.CAR.value)
    # For people who want to be washed by a woman, or a man; empty where somebody would not say.
    gender = TermField(Gender, blank=True)
    # Where the day begins; a postcode, as places of work have.
    base = models.CharField(max_length=10, blank=True)
    is_back_at_base = models.BooleanField(default=False)

    class Meta:
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return f"{self.name} goes out"


class Shift(models.Model):
    """One working day of one worker, with the break they are owed."""

    id = IdField()
    worker = models.ForeignKey(RoundWorker, on_delete=models.CASCADE, related_name="shifts")
    on = models.DateField()
    from_at = models.DateTimeField()
    until_at = models.DateTimeField()
    # The break begins within these; no minutes where none is owed.
    break_from_at = models.DateTimeField(null=True, blank=True)
    break_until_at = models.DateTimeField(null=True, blank=True)
    break_minutes = models.PositiveSmallIntegerField(default=0)
    said_by_name = models.CharField(max_length=160)
    said_at = models.DateTimeField()

    class Meta:
        ordering = ["on", "from_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["worker", "on"], name="homefirst_one_shift_a_day"),
            models.CheckConstraint(
                condition=Q(until_at__gt=F("from_at")), name="homefirst_shift_forward"
            ),
        ]
        indexes = [models.Index(fields=["on"], name="homefirst_shifts_on")]

    def __str__(self) -> str:
        return f"shift of {self.worker_id} on {self.on}"


class ShiftLead(models.Model):
    """Who leads a desk's shift, from when; whoever takes over ends it. About colleagues alone."""

    id = IdField()
    desk_id = models.UUIDField()
    account_id = models.UUIDField()
    name = models.CharField(max_length=160)
    from_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["from_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["desk_id"], condition=Q(until_at=None), name="homefirst_one_shift_lead"
            ),
            models.CheckConstraint(
                condition=Q(until_at=None) | Q(until_at__gte=F("from_at")),
                name="homefirst_lead_forward",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} leads since {self.from_at}"


class CarerWish(models.Model):  # type: ignore[django-manager-missing]
    """Whom somebody wants at their door: a woman or a man, as a condition or as a wish."""

    reaches_person_by = "person_id"

    id = IdField()
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="carer_wishes")
    gender = TermField(Gender)
    is_must = models.BooleanField(default=True)
    words = models.TextField(blank=True)
    said_by_name = models.CharField(max_length=160)
    said_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["said_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(ended_at=None), name="homefirst_one_carer_wish"
            )
        ]

    def __str__(self) -> str:
        return f"wish {self.pk}"


class CarerWishEvent(
    pghistory.create_event_model(CarerWish)  # type: ignore[misc]
):
    """The history of a wish."""

    reaches_person_by = "person_id"
