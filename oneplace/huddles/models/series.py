"""A series: a huddle that comes round, whose it is, who belongs to it, and its private link."""

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q

from oneplace.access.models import Hat
from oneplace.huddles.models.terms import VisitKind
from oneplace.kit.fields import IdField, TermField
from oneplace.partners.models import Network, Organisation
from oneplace.vocabulary.terms import Rhythm, Role, Weekday


@pghistory.track()
class Series(models.Model):
    """One huddle that comes round at a practice, for itself and the small ones that join it."""

    id = IdField()
    host = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    network = models.ForeignKey(Network, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    rhythm = TermField(Rhythm, default=Rhythm.WEEKLY.value)
    weekday = TermField(Weekday)
    starts = models.TimeField()
    minutes = models.PositiveSmallIntegerField(default=60)
    # The first meeting; every second one of a fortnightly series is counted from it.
    first_on = models.DateField()
    place = models.CharField(max_length=200, blank=True)
    video_link = models.URLField(max_length=300, blank=True)
    ended_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["host"],
                condition=Q(ended_on__isnull=True),
                name="huddles_one_series_a_host",
            )
        ]

    def __str__(self) -> str:
        return self.name


class SeriesPractice(models.Model):
    """A practice whose people a series speaks of."""

    id = IdField()
    series = models.ForeignKey(Series, on_delete=models.CASCADE, related_name="practices")
    practice = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["series", "practice"], name="huddles_practice_once")
        ]

    def __str__(self) -> str:
        return f"{self.practice_id} in {self.series_id}"


@pghistory.track()
class Member(models.Model):
    """Somebody's place in a series, by the hat they wear there; `covers` is whom they stand for."""

    id = IdField()
    series = models.ForeignKey(Series, on_delete=models.CASCADE, related_name="members")
    hat = models.ForeignKey(Hat, on_delete=models.PROTECT, related_name="+")
    role = TermField(Role)
    # The core team stands in a relationship to everybody listed; invitees do on request only.
    is_core = models.BooleanField(default=True)
    covers = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="covered_by"
    )
    from_on = models.DateField()
    until_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["role", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["series", "hat"],
                condition=Q(until_on__isnull=True),
                name="huddles_member_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.role} in {self.series_id}"


class CalendarLink(models.Model):
    """A private link to one's own meetings for a calendar; only its secret's hash is kept."""

    id = IdField()
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+"
    )
    secret_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account"],
                condition=Q(withdrawn_at__isnull=True),
                name="huddles_one_calendar_link",
            )
        ]

    def __str__(self) -> str:
        return f"calendar link {self.pk}"


class Engagement(models.Model):
    """A visit to a practice, or what it asked and was answered, towards holding its huddle."""

    id = IdField()
    practice = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    kind = TermField(VisitKind)
    words = models.TextField()
    answers = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.CASCADE, related_name="answered_by"
    )
    on = models.DateField()
    noted_by_id = models.UUIDField()
    noted_by_name = models.CharField(max_length=160)
    noted_at = models.DateTimeField()

    class Meta:
        ordering = ["-on", "-id"]

    def __str__(self) -> str:
        return f"{self.kind} of {self.practice_id}"
