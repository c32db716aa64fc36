"""Points of access, what people asked there without a name, and somebody's weekly call."""

import pghistory
from django.db import models
from django.db.models import Q

from oneplace.community.models.terms import CallOutcome, ContactOutcome, PointKind
from oneplace.directory.models import Service
from oneplace.kit.fields import IdField, TermField
from oneplace.partners.models import Network
from oneplace.people.models import Person
from oneplace.vocabulary.terms import DataCategory, NeedKind

_PART = ("owner", DataCategory.SUPPORT.value)
_KEEPERS = ("kept_by_id",)


class PointOfAccess(models.Model):
    """Where people walk in, or a line they ring, to ask what help there is."""

    id = IdField()
    name = models.CharField(max_length=160)
    kind = TermField(PointKind)
    network = models.ForeignKey(
        Network, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    kept_by_id = models.UUIDField()
    kept_by_name = models.CharField(max_length=200)
    where = models.CharField(max_length=200, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    open_words = models.CharField(max_length=200, blank=True)
    opened_on = models.DateField()
    closed_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="community_point_has_a_name")
        ]

    def __str__(self) -> str:
        return self.name


class Contact(models.Model):
    """Somebody asked at a point of access. Who it was is not written down: need, district, outcome.

    Whoever is to be helped by name is referred, and stands there.
    """

    id = IdField()
    point = models.ForeignKey(PointOfAccess, on_delete=models.PROTECT, related_name="contacts")
    need = TermField(NeedKind, blank=True)
    district = models.CharField(max_length=8, blank=True)
    outcome = TermField(ContactOutcome)
    service = models.ForeignKey(
        Service, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    minutes = models.PositiveSmallIntegerField(null=True, blank=True)
    # What was done; never who it was.
    words = models.CharField(max_length=300, blank=True)
    volunteer = models.CharField(max_length=160)
    asked_at = models.DateTimeField()
    written_at = models.DateTimeField()

    class Meta:
        ordering = ["-asked_at", "-id"]
        indexes = [models.Index(fields=["point", "-asked_at"])]

    def __str__(self) -> str:
        return f"contact {self.pk}"


class Companion(models.Model):  # type: ignore[django-manager-missing]
    """That somebody is rung every week by the same volunteer, because they would like a talk."""

    reaches_person_by = "person_id"
    part_by = _PART
    always_read_by = _KEEPERS

    id = IdField()
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    owner = models.TextField()
    point = models.ForeignKey(PointOfAccess, on_delete=models.PROTECT, related_name="companions")
    kept_by_id = models.UUIDField()
    name = models.CharField(max_length=160)
    phone = models.CharField(max_length=40, blank=True)
    volunteer = models.CharField(max_length=160)
    weekday = models.PositiveSmallIntegerField()
    rings_at = models.TimeField()
    referral_id = models.UUIDField(null=True, blank=True)
    began_on = models.DateField()
    ended_on = models.DateField(null=True, blank=True)
    ended_why = models.CharField(max_length=300, blank=True)
    written_by_id = models.UUIDField()
    written_by_name = models.CharField(max_length=160)
    written_at = models.DateTimeField()

    class Meta:
        ordering = ["weekday", "rings_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(ended_on=None), name="community_one_companion"
            ),
            models.CheckConstraint(condition=Q(weekday__lte=6), name="community_companion_weekday"),
        ]

    def __str__(self) -> str:
        return f"weekly call {self.pk}"


class CompanionEvent(
    pghistory.create_event_model(Companion)  # type: ignore[misc]
):
    """The history of a weekly call."""

    reaches_person_by = "person_id"
    part_by = _PART
    always_read_by = _KEEPERS


class Call(models.Model):
    """One weekly call: how it went."""

    reaches_person_by = "companion__person_id"
    reads_as = "companion"

    id = IdField()
    companion = models.ForeignKey(Companion, on_delete=models.CASCADE, related_name="calls")
    outcome = TermField(CallOutcome)
    words = models.CharField(max_length=400, blank=True)
    minutes = models.PositiveSmallIntegerField(null=True, blank=True)
    by_name = models.CharField(max_length=160)
    called_at = models.DateTimeField()

    class Meta:
        ordering = ["-called_at", "-id"]

    def __str__(self) -> str:
        return f"call {self.pk}"
