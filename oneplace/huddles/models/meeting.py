"""One meeting of a series: when, where it stands, who came, and every change while it is live."""

import pghistory
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from oneplace.huddles.models.series import Member, Series
from oneplace.huddles.models.terms import ChangeKind
from oneplace.kit.fields import IdField, TermField
from oneplace.vocabulary.terms import MEETING, Attendance, MeetingState, Role


@pghistory.track(exclude=["changes", "now_item_id", "now_since"])
class Meeting(models.Model):
    """One meeting. `changes` counts what happened in it; each number is one row of `Change`."""

    id = IdField()
    series = models.ForeignKey(Series, on_delete=models.PROTECT, related_name="meetings")
    # The day the rhythm gave; moved for a bank holiday it still stands for that week.
    due_on = models.DateField()
    starts_at = models.DateTimeField()
    minutes = models.PositiveSmallIntegerField()
    place = models.CharField(max_length=200, blank=True)
    video_link = models.URLField(max_length=300, blank=True)
    state = TermField(MeetingState, default=MEETING.start.value)
    # Why it was moved or cancelled, in words for everybody invited.
    why = models.CharField(max_length=300, blank=True)
    locked_at = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    minuted_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by_name = models.CharField(max_length=160, blank=True)
    chair_name = models.CharField(max_length=160, blank=True)
    is_hiding = models.BooleanField(default=False)
    changes = models.PositiveIntegerField(default=0)
    # Whom they speak of now, and since when by the machine's clock, which runs in a demo as well.
    now_item_id = models.UUIDField(null=True, blank=True)
    now_since = models.DateTimeField(null=True, blank=True)
    agenda_built_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["starts_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["series", "due_on"], name="huddles_one_meeting_a_turn")
        ]
        indexes = [models.Index(fields=["starts_at"]), models.Index(fields=["series", "starts_at"])]

    def __str__(self) -> str:
        return f"meeting {self.pk}"


class Attendee(models.Model):
    """Somebody asked to a meeting, and whether they came."""

    id = IdField()
    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="attendees")
    member = models.ForeignKey(
        Member, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    hat_id = models.UUIDField(null=True, blank=True)
    account_id = models.UUIDField(null=True, blank=True)
    name = models.CharField(max_length=160)
    role = TermField(Role)
    organisation_word = models.CharField(max_length=40, blank=True)
    attendance = TermField(Attendance, blank=True)
    noted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["role", "name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "hat_id"],
                condition=Q(hat_id__isnull=False),
                name="huddles_attendee_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} at {self.meeting_id}"


class Change(models.Model):
    """One change of a meeting under way, by number: screens that follow it ask for what is after.

    It names things by their ids and holds no word of anybody; each screen's own viewer reads them.
    """

    id = models.BigAutoField(primary_key=True)
    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="log")
    number = models.PositiveIntegerField()
    kind = TermField(ChangeKind)
    item_id = models.UUIDField(null=True, blank=True)
    thing_id = models.UUIDField(null=True, blank=True)
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["meeting", "number"], name="huddles_change_by_number")
        ]

    def __str__(self) -> str:
        return f"change {self.number} of {self.meeting_id}"
