"""A clock of a place's rules: what started it, why it stood still, and how it ended."""

from django.db import models
from django.db.models import F, Q

from oneplace.kit.fields import IdField
from oneplace.people.models import Person


class Clock(models.Model):
    """One clock, started by a rule of the place for something a later room keeps."""

    reaches_person_by = "person_id"
    reaches_parties_by = ("party_id", "started_by_id")
    always_read_by = ("started_by_id",)

    id = IdField()
    person = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="clocks"
    )
    # The clock's key and rule in the place file, as they stood when it started.
    key = models.CharField(max_length=60)
    rule = models.CharField(max_length=20)
    name = models.CharField(max_length=120)
    # The target in the place's words ("2 hours"): a later change of the file leaves it.
    target = models.CharField(max_length=40, blank=True)
    # The thing it runs for, and the organisation or team it binds.
    thing_kind = models.CharField(max_length=40)
    thing_id = models.UUIDField()
    party_id = models.UUIDField()
    started_at = models.DateTimeField()
    # What says so: "the ward system said he left (A03)".
    started_because = models.TextField()
    started_by_id = models.UUIDField()
    due_at = models.DateTimeField(null=True, blank=True)
    stopped_at = models.DateTimeField(null=True, blank=True)
    stopped_because = models.TextField(blank=True)
    stopped_by_id = models.UUIDField(null=True, blank=True)
    breach_reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["key", "thing_id"],
                condition=Q(stopped_at__isnull=True),
                name="actions_one_clock",
            ),
            models.CheckConstraint(
                condition=Q(stopped_at__isnull=True) | Q(stopped_at__gte=F("started_at")),
                name="actions_clock_forward",
            ),
        ]
        indexes = [
            models.Index(
                fields=["party_id", "due_at"],
                condition=Q(stopped_at__isnull=True),
                name="actions_clocks_running",
            ),
            models.Index(fields=["thing_id"], name="actions_clocks_of"),
        ]

    def __str__(self) -> str:
        return f"clock {self.rule} {self.pk}"


class Pause(models.Model):
    """A time during which a clock stood still, by a listed rule of the place."""

    reaches_person_by = "clock__person_id"
    reads_as = "clock"

    id = IdField()
    clock = models.ForeignKey(Clock, on_delete=models.CASCADE, related_name="pauses")
    rule = models.CharField(max_length=60)
    words = models.TextField(blank=True)
    from_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True, blank=True)
    said_by_id = models.UUIDField()
    said_by_name = models.CharField(max_length=160)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["clock"], condition=Q(until_at__isnull=True), name="actions_one_pause"
            )
        ]
        ordering = ["from_at", "id"]

    def __str__(self) -> str:
        return f"pause of clock {self.clock_id}"
