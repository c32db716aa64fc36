"""A group or activity, who belongs to it, when it met and who came."""

import pghistory
from django.db import models
from django.db.models import Q

from oneplace.directory.models import Service
from oneplace.kit.fields import IdField
from oneplace.partners.models import Network
from oneplace.people.models import Person
from oneplace.vocabulary.terms import DataCategory

_PART = ("owner", DataCategory.SUPPORT.value)
_KEEPERS = ("kept_by_id",)


class Group(models.Model):
    """Something people come to: a lunch, a walk, a carers' morning."""

    id = IdField()
    name = models.CharField(max_length=160)
    # The service of the directory it is; nothing where it stands in no directory.
    service = models.ForeignKey(
        Service, null=True, blank=True, on_delete=models.PROTECT, related_name="groups"
    )
    network = models.ForeignKey(
        Network, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    # The team or organisation that keeps its list of who came.
    kept_by_id = models.UUIDField()
    kept_by_name = models.CharField(max_length=200)
    where = models.CharField(max_length=200, blank=True)
    # 0 Monday to 6 Sunday; nothing for one without a fixed day.
    weekday = models.PositiveSmallIntegerField(null=True, blank=True)
    starts_at = models.TimeField(null=True, blank=True)
    ends_at = models.TimeField(null=True, blank=True)
    places = models.PositiveSmallIntegerField(null=True, blank=True)
    opened_on = models.DateField()
    closed_on = models.DateField(null=True, blank=True)
    closed_why = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="community_group_has_a_name"),
            models.CheckConstraint(
                condition=Q(weekday=None) | Q(weekday__lte=6), name="community_group_weekday"
            ),
        ]
        indexes = [models.Index(fields=["kept_by_id"])]

    def __str__(self) -> str:
        return self.name


class Member(models.Model):  # type: ignore[django-manager-missing]
    """Somebody who comes to a group: by a referral that was accepted, or by themselves."""

    reaches_person_by = "person_id"
    part_by = _PART
    # Whoever keeps the group's list, whose role needs to know what support somebody has.
    always_read_by = _KEEPERS

    id = IdField()
    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="members")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    owner = models.TextField()
    kept_by_id = models.UUIDField()
    # As they are called in the group.
    name = models.CharField(max_length=160)
    referral_id = models.UUIDField(null=True, blank=True)
    joined_on = models.DateField()
    left_on = models.DateField(null=True, blank=True)
    left_why = models.CharField(max_length=300, blank=True)
    written_by_id = models.UUIDField()
    written_by_name = models.CharField(max_length=160)
    written_at = models.DateTimeField()

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["group", "person"],
                condition=Q(left_on=None),
                name="community_member_once",
            )
        ]
        indexes = [models.Index(fields=["person"])]

    def __str__(self) -> str:
        return f"member {self.pk} of group {self.group_id}"


class MemberEvent(
    pghistory.create_event_model(Member)  # type: ignore[misc]
):
    """The history of a membership."""

    reaches_person_by = "person_id"
    part_by = _PART
    always_read_by = _KEEPERS


class Session(models.Model):
    """One time a group met, or did not: how many came who are not on its list; nobody is named."""

    id = IdField()
    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="sessions")
    held_on = models.DateField()
    is_cancelled = models.BooleanField(default=False)
    others = models.PositiveSmallIntegerField(default=0)
    words = models.CharField(max_length=300, blank=True)
    written_by_name = models.CharField(max_length=160)
    written_at = models.DateTimeField()

    class Meta:
        ordering = ["-held_on", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["group", "held_on"], name="community_session_once")
        ]

    def __str__(self) -> str:
        return f"group {self.group_id} on {self.held_on}"


class Attendance(models.Model):
    """Whether a member came to one session."""

    reaches_person_by = "member__person_id"
    reads_as = "member"

    id = IdField()
    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="attendances")
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="attendances")
    came = models.BooleanField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["session", "member"], name="community_attendance_once")
        ]

    def __str__(self) -> str:
        return f"attendance {self.pk}"
