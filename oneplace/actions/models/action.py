"""An action: one thing somebody asked of another, who owns it until when, and every step taken."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from oneplace.kit.fields import IdField, TermField
from oneplace.partners.models import Organisation, Team
from oneplace.people.models import Person
from oneplace.vocabulary.terms import ActionOrigin, ActionState, DataCategory

OPEN = (ActionState.ASKED, ActionState.PASSED_ON, ActionState.ACCEPTED)
"""Somebody still owes it."""


class Action(models.Model):
    """One ask, and who owes it now; whoever owed it before stands in its steps.

    It is read by whoever may open the person, and by those it was asked of, for what they are asked
    to do names whom it is for; unless the person is closed to them.
    """

    reaches_person_by = "person_id"
    reaches_parties_by = ("asked_id", "owner_team_id", "asked_by_id", "passed_on_by_id")
    always_read_by = reaches_parties_by
    parties_hold = "see_actions"
    unless_kept_out = True
    # Asks count among referrals, goals and plans.
    related_see = DataCategory.SUPPORT.value
    # The person reads what they were told of, in words for them, and what they asked themselves.
    own_page = "person"
    own_page_shows = "told_words"
    own_page_writer = "asked_by_id"

    id = IdField()
    # Nobody for what a board asks.
    person = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="actions"
    )
    text = models.TextField()
    owner_organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="actions"
    )
    owner_team = models.ForeignKey(
        Team, null=True, blank=True, on_delete=models.PROTECT, related_name="actions"
    )
    owner_account = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="actions",
    )
    # As a sentence names them: "the network pharmacist, Priya Shah".
    owner_name = models.CharField(max_length=200)
    # The narrowest of the three: whose acceptance makes it a promise.
    asked_id = models.UUIDField()
    # The relationship by which the person opens to the owner while it is open.
    relationship_id = models.UUIDField(null=True, blank=True)
    # No foreign key: a later room's job may ask too.
    asked_by_id = models.UUIDField()
    asked_by_name = models.CharField(max_length=160)
    asked_by_organisation = models.ForeignKey(
        Organisation,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="actions_asked",
    )
    asked_at = models.DateTimeField()
    due_from = models.DateField(null=True, blank=True)
    due_on = models.DateField()
    is_same_day = models.BooleanField(default=False)
    state = TermField(ActionState, default=ActionState.ASKED.value)
    origin = TermField(ActionOrigin)
    # The meeting, visit, plan or referral, by its own id: those rooms stand further on.
    origin_id = models.UUIDField(null=True, blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by_name = models.CharField(max_length=160, blank=True)
    # Since when it stands as it does, and who said so.
    moved_at = models.DateTimeField()
    moved_by_name = models.CharField(max_length=160)
    reason = models.TextField(blank=True)
    what_changed = models.TextField(blank=True)
    # The last who passed it on: they hear whether it was taken.
    passed_on_by_id = models.UUIDField(null=True, blank=True)
    passed_on_by_name = models.CharField(max_length=160, blank=True)
    # What the person reads of it on their own page, written for them; empty, and they do not.
    told_words = models.TextField(blank=True)
    told_at = models.DateTimeField(null=True, blank=True)
    told_by_name = models.CharField(max_length=160, blank=True)
    # Asked by mistake and taken back within minutes: it stands in no list.
    taken_back_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(due_from__isnull=True) | Q(due_from__lte=models.F("due_on")),
                name="actions_due_window",
            )
        ]
        indexes = [
            models.Index(
                fields=["asked_id", "due_on"],
                condition=Q(taken_back_at__isnull=True),
                name="actions_by_owner",
            ),
            models.Index(fields=["asked_by_id", "asked_at"], name="actions_by_asker"),
            models.Index(fields=["person", "due_on"], name="actions_by_person"),
            models.Index(fields=["origin_id"], name="actions_by_origin"),
            models.Index(fields=["owner_team", "due_on"], name="actions_by_team"),
        ]

    def __str__(self) -> str:
        return f"action {self.pk}"

    @property
    def is_open(self) -> bool:
        """Whether anybody still owes it."""
        return self.state in OPEN and self.taken_back_at is None


class Step(models.Model):
    """One step of an action: who moved it from where to where, when and in which words."""

    reaches_person_by = "action__person_id"
    reads_as = "action"
    # Whoever asks on their own page writes the first step with it, and reads no other.
    own_page = "writer"
    own_page_writer = "taken_by_id"

    id = IdField()
    action = models.ForeignKey(Action, on_delete=models.CASCADE, related_name="steps")
    # Empty for the asking itself.
    before = TermField(ActionState, blank=True)
    after = TermField(ActionState)
    words = models.TextField(blank=True)
    # Who owed it from this step on, and as `was` who did before, where the step changed that.
    owner_name = models.CharField(max_length=200)
    was = models.JSONField(default=dict, blank=True)
    taken_by_id = models.UUIDField()
    taken_by_name = models.CharField(max_length=160)
    taken_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["action", "taken_at"], name="actions_steps")]
        ordering = ["taken_at", "id"]

    def __str__(self) -> str:
        return f"step of action {self.action_id}"
