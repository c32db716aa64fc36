"""A board's meeting: its agenda, papers, who came, what each partner said, and the minutes."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from oneplace.contracts.models.alliance import Seat
from oneplace.contracts.models.decision import Decision
from oneplace.contracts.models.terms import (
    ItemPurpose,
    Marking,
    MeetingStage,
    SeatPresence,
    VoteSaid,
)
from oneplace.kit.fields import IdField, TermField


class BoardMeeting(models.Model):
    """A meeting of one body."""

    kept_among = "see_decisions"
    seated_by = ("only_body", "contracts_seat")

    id = IdField()
    body = models.CharField(max_length=60)
    only_body = models.CharField(max_length=60, blank=True)
    starts_at = models.DateTimeField()
    where = models.CharField(max_length=160, blank=True)
    stage = TermField(MeetingStage, default=MeetingStage.PLANNED.value)
    papers_sent_at = models.DateTimeField(null=True, blank=True)
    held_at = models.DateTimeField(null=True, blank=True)
    cancelled_why = models.CharField(max_length=300, blank=True)
    called_by_name = models.CharField(max_length=160)

    class Meta:
        ordering = ["-starts_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["body", "starts_at"], name="contracts_meeting_once")
        ]

    def __str__(self) -> str:
        return f"{self.body}, meeting {self.pk}"


class Item(models.Model):
    """One item of an agenda."""

    kept_among = "see_decisions"
    seated_by = ("only_body", "contracts_seat")

    id = IdField()
    meeting = models.ForeignKey(BoardMeeting, on_delete=models.CASCADE, related_name="items")
    only_body = models.CharField(max_length=60, blank=True)
    # Orders the agenda; what a reader sees is counted among what they may see.
    position = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=160)
    purpose = TermField(ItemPurpose)
    asked = models.CharField(max_length=300)
    minutes = models.PositiveSmallIntegerField(default=10)
    decision = models.ForeignKey(
        Decision, null=True, blank=True, on_delete=models.PROTECT, related_name="items"
    )
    # Organisations that would gain or lose by it: whoever is theirs has an interest.
    touches = ArrayField(models.UUIDField(), default=list, blank=True)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "position"], name="contracts_item_position_once"
            )
        ]

    def __str__(self) -> str:
        return f"item {self.position} of {self.meeting_id}"


class Paper(models.Model):
    """What the board reads before it meets, in its own words; withheld from whoever must not."""

    kept_among = "see_decisions"
    reads_as = "item"
    withheld_through = ("item_id", "contracts_itemruling", "item_id")

    id = IdField()
    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="papers")
    title = models.CharField(max_length=160)
    words = models.TextField()
    marking = TermField(Marking)
    # Until when it is kept to the board.
    restricted_until_on = models.DateField(null=True, blank=True)
    exempt_ground = models.CharField(max_length=200, blank=True)
    put_by_name = models.CharField(max_length=160)
    put_at = models.DateTimeField()

    class Meta:
        ordering = ["put_at", "id"]

    def __str__(self) -> str:
        return f"paper of {self.item_id}"


class Minute(models.Model):
    """What was said and settled of an item; a correction is a new version."""

    kept_among = "see_decisions"
    reads_as = "item"
    withheld_through = ("item_id", "contracts_itemruling", "item_id")

    id = IdField()
    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="minuted")
    version = models.PositiveSmallIntegerField()
    words = models.TextField()
    corrects_why = models.CharField(max_length=300, blank=True)
    written_by_name = models.CharField(max_length=160)
    written_at = models.DateTimeField()

    class Meta:
        ordering = ["-version"]
        constraints = [
            models.UniqueConstraint(fields=["item", "version"], name="contracts_minute_once")
        ]

    def __str__(self) -> str:
        return f"minute {self.version} of {self.item_id}"


class Presence(models.Model):
    """Whether a seat was filled at a meeting."""

    kept_among = "see_decisions"
    reads_as = "meeting"

    id = IdField()
    meeting = models.ForeignKey(BoardMeeting, on_delete=models.CASCADE, related_name="presences")
    seat = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="+")
    said = TermField(SeatPresence)
    # From which item on the seat was empty.
    left_before = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["meeting", "seat"], name="contracts_presence_once")
        ]

    def __str__(self) -> str:
        return f"{self.said} of {self.seat_id}"


class Vote(models.Model):
    """What the holder of a seat said to an item."""

    kept_among = "see_decisions"
    reads_as = "item"

    id = IdField()
    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="votes")
    seat = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="+")
    said = TermField(VoteSaid)
    words = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "seat"], name="contracts_vote_once")]

    def __str__(self) -> str:
        return f"{self.said} of {self.seat_id}"
