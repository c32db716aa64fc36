"""One person on one agenda, the lines written there, and the paragraph that leaves afterwards."""

from typing import Any

import pghistory
from django.db import models
from django.db.models import OuterRef, Q, Subquery

from oneplace.huddles.models.case import Case
from oneplace.huddles.models.meeting import Meeting
from oneplace.huddles.models.terms import (
    ITEM,
    PARAGRAPH,
    PARTS,
    Decided,
    Depth,
    ItemState,
    LineKind,
    ParagraphState,
)
from oneplace.kit.fields import IdField, TermField
from oneplace.people.models import Person
from oneplace.vocabulary.terms import AgendaSection, DataCategory, Role

# What is said of somebody opens to those around them who come to huddles and need what help there
# is. An agenda and its paragraph are the practice's, a line is its writer's organisation's: an
# objection, a missing agreement or a missing yes closes it to everybody else.
_PART = ("owner", DataCategory.SUPPORT.value)


class Item(models.Model):  # type: ignore[django-manager-missing]
    """One person on the agenda of one meeting, and what was decided of them there."""

    reaches_person_by = "person_id"
    part_by = _PART
    related_hold = "see_huddles"

    id = IdField()
    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="items")
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="items")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    owner = models.TextField()
    section = TermField(AgendaSection)
    position = models.PositiveIntegerField()
    depth = TermField(Depth, default=Depth.FULL.value)
    minutes = models.PositiveSmallIntegerField()
    # One line: why they are spoken of today.
    why = models.CharField(max_length=300)
    is_late = models.BooleanField(default=False)
    brought_by_name = models.CharField(max_length=160, blank=True)
    question = models.CharField(max_length=300, blank=True)
    state = TermField(ItemState, default=ITEM.start.value)
    state_why = models.CharField(max_length=300, blank=True)
    # Seconds spoken of them, by the machine's clock.
    seconds = models.PositiveIntegerField(default=0)
    decided = TermField(Decided, blank=True)
    # What was kept on the outcome page, and the newest line the house had received by then: it and
    # those before decide nothing any more, nor does taking them back.
    settled = TermField(Decided, blank=True)
    settled_after = models.BigIntegerField(null=True, blank=True)
    lead_name = models.CharField(max_length=160, blank=True)
    next_review_on = models.DateField(null=True, blank=True)
    # Who was present, as "GP, nurse, pharmacist"; names stand with the meeting.
    present = models.CharField(max_length=400, blank=True)
    discussed_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "case"], name="huddles_case_once_a_meeting")
        ]
        indexes = [models.Index(fields=["person"])]

    def __str__(self) -> str:
        return f"item {self.pk}"


class ItemEvent(pghistory.create_event_model(Item)):  # type: ignore[misc]
    """The history of an item: two who decide at once both find what they wrote."""

    reaches_person_by = "person_id"
    part_by = _PART
    related_hold = "see_huddles"


class Line(models.Model):  # type: ignore[django-manager-missing]
    """One line written of one person in one meeting. Its id is given by who writes it.

    Sent twice it is written once. The parts of an outcome are numbered: a second scribe who
    bettered the same number finds the other's words, and both stay.
    """

    reaches_person_by = "person_id"
    part_by = _PART
    related_hold = "see_huddles"

    id = IdField()
    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="lines")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    owner = models.TextField()
    kind = TermField(LineKind)
    # Nothing for what has no number: every other line, and a part written beside another.
    number = models.PositiveSmallIntegerField(null=True, blank=True)
    words = models.TextField()
    # To which role a question goes; the line it answers.
    to_role = TermField(Role, blank=True)
    answers = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.CASCADE, related_name="answered_by"
    )
    is_sensitive = models.BooleanField(default=False)
    # The action, goal or referral made from it, in its own room.
    made_id = models.UUIDField(null=True, blank=True)
    made_words = models.CharField(max_length=400, blank=True)
    due_on = models.DateField(null=True, blank=True)
    author_id = models.UUIDField()
    author_name = models.CharField(max_length=160)
    author_role = TermField(Role, blank=True)
    author_word = models.CharField(max_length=40, blank=True)
    written_at = models.DateTimeField()
    taken_back_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["written_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["item", "kind", "number"],
                condition=Q(kind__in=[part.value for part in PARTS]),
                name="huddles_part_by_number",
            )
        ]
        indexes = [models.Index(fields=["item", "written_at"])]

    def __str__(self) -> str:
        return f"line {self.pk}"


class LineEvent(pghistory.create_event_model(Line)):  # type: ignore[misc]
    """The history of a line."""

    reaches_person_by = "person_id"
    part_by = _PART
    related_hold = "see_huddles"


def with_turn(lines: "models.QuerySet[Line]") -> Any:
    """Lines with their turn in which the house received them, `received`.

    A line's id is its writer's own choice and says nothing of its turn; its history does.
    """
    written = LineEvent.objects.filter(pgh_obj_id=OuterRef("pk"), pgh_label="insert")
    return lines.annotate(received=Subquery(written.order_by("pgh_id").values("pgh_id")[:1]))


def in_order(lines: "models.QuerySet[Line]") -> "models.QuerySet[Line]":
    """Lines as they were written: of one moment, as the house received them."""
    found: models.QuerySet[Line] = with_turn(lines).order_by("written_at", "received", "pk")
    return found


class Paragraph(models.Model):  # type: ignore[django-manager-missing]
    """What goes back to the GP's record and to who asked, once the named clinician checked it."""

    reaches_person_by = "person_id"
    part_by = _PART
    related_hold = "see_huddles"

    id = IdField()
    item = models.OneToOneField(Item, on_delete=models.CASCADE, related_name="paragraph")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    owner = models.TextField()
    words = models.TextField()
    state = TermField(ParagraphState, default=PARAGRAPH.start.value)
    state_why = models.CharField(max_length=300, blank=True)
    clinician_id = models.UUIDField(null=True, blank=True)
    clinician_name = models.CharField(max_length=160, blank=True)
    checked_at = models.DateTimeField(null=True, blank=True)
    # The messages it left by.
    message_ids = models.JSONField(default=list, blank=True)
    drafted_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["drafted_at", "id"]

    def __str__(self) -> str:
        return f"paragraph {self.pk}"


class ParagraphEvent(pghistory.create_event_model(Paragraph)):  # type: ignore[misc]
    """The history of a paragraph: what the clinician changed before it left."""

    reaches_person_by = "person_id"
    part_by = _PART
    related_hold = "see_huddles"
