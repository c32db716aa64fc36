"""A referral: one ask of one service for one person, and where it stands."""

from typing import Final

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from oneplace.directory.models import Service
from oneplace.kit.fields import IdField, TermField
from oneplace.people.models import Person
from oneplace.referrals.models.terms import ReferralOrigin, WaitsFor
from oneplace.vocabulary.terms import (
    ConnectionOutcome,
    ConnectionSentBack,
    ConnectionState,
    DataCategory,
    NeedKind,
    ReferralRejected,
    ReferralSource,
    Urgency,
)

_PART = ("owner", DataCategory.SUPPORT.value)
_PARTIES = ("asked_by_id", "answering_id")
_LINK = "link_party_id"
LOST_AFTER: Final = 2
"""After so many reminders without an answer nobody can say that it was received: it is lost."""


class Referral(models.Model):  # type: ignore[django-manager-missing]
    """One ask. It names need and district; who it is for stands with the person's record, and for
    an organisation without accounts in `PassedOn`, which opens after its Yes and a code.
    """

    reaches_person_by = "person_id"
    part_by = _PART
    # Whoever asked, whoever is asked, and whoever holds the link to answer by.
    always_read_by = _PARTIES
    read_by_link = _LINK
    # What the person knows of and wants stands on their own page.
    own_page = "person"
    own_page_shows = "is_wanted"
    # The function that asks for a code looks whether it stands (migration 0002).
    kept_by_owner = ("select",)

    id = IdField()
    # Said on the telephone and in letters; nobody can reckon a person from it.
    number = models.CharField(max_length=12, unique=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="referrals")
    owner = models.TextField()
    service = models.ForeignKey(
        Service, null=True, blank=True, on_delete=models.PROTECT, related_name="referrals"
    )
    # As it was called then.
    service_name = models.CharField(max_length=200)
    provider_name = models.CharField(max_length=200)
    # What the person wants help with, without a name: it may stand in the link.
    need = models.TextField()
    need_kind = TermField(NeedKind, blank=True)
    # What else weighs on them, as `NeedKind` words: the national data set asks for all of it.
    concerns = ArrayField(models.CharField(max_length=48), default=list, blank=True)
    district = models.CharField(max_length=8, blank=True)
    age_band = models.CharField(max_length=20, blank=True)
    urgency = TermField(Urgency, default=Urgency.ROUTINE.value)
    # Whether the person knows and wants it; nobody is referred behind their back.
    is_wanted = models.BooleanField(default=True)
    state = TermField(ConnectionState, default=ConnectionState.OFFERED.value)
    waits_for = TermField(WaitsFor, default=WaitsFor.THEM.value)
    answer_by = models.DateTimeField()
    moved_at = models.DateTimeField()
    # The first yes or no.
    answered_at = models.DateTimeField(null=True, blank=True)
    # How often whoever was asked has been asked again, and when last.
    reminders = models.PositiveSmallIntegerField(default=0)
    reminded_at = models.DateTimeField(null=True, blank=True)
    origin = TermField(ReferralOrigin)
    # The huddle, goal or visit, without foreign key: those rooms come later.
    origin_id = models.UUIDField(null=True, blank=True)
    asked_from = TermField(ReferralSource, blank=True)
    asked_by_id = models.UUIDField()
    asked_by_name = models.CharField(max_length=160)
    asked_by_organisation_id = models.UUIDField(null=True, blank=True)
    asked_by_organisation = models.CharField(max_length=200, blank=True)
    asked_at = models.DateTimeField()
    # The team or organisation here that answers; nothing for one that answers by link.
    answering_id = models.UUIDField(null=True, blank=True)
    answering_name = models.CharField(max_length=200)
    relationship_id = models.UUIDField(null=True, blank=True)
    link_party_id = models.UUIDField(null=True, blank=True)
    # The practice the person is registered with, told what came of it.
    practice_id = models.UUIDField(null=True, blank=True)
    allocated_to = models.CharField(max_length=160, blank=True)
    declined_because = TermField(ReferralRejected, blank=True)
    sent_back_because = TermField(ConnectionSentBack, blank=True)
    outcome = TermField(ConnectionOutcome, blank=True)
    # Offered elsewhere after it was declined or sent back.
    follows = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="followed_by"
    )

    class Meta:
        ordering = ["-asked_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=~Q(need=""), name="referrals_need_is_said"),
        ]
        indexes = [
            models.Index(fields=["person", "-asked_at"]),
            models.Index(fields=["answering_id", "state"]),
            models.Index(fields=["asked_by_id", "state"]),
            models.Index(fields=["origin", "origin_id"]),
        ]

    def __str__(self) -> str:
        return f"referral {self.number}"

    @property
    def is_open(self) -> bool:
        """Whether anything is still to come of it."""
        return self.state not in (ConnectionState.DECLINED, ConnectionState.ENDED)

    @property
    def is_lost(self) -> bool:
        """Whether whoever was asked has been asked again, twice, and never answered."""
        return self.state == ConnectionState.OFFERED and self.reminders >= LOST_AFTER


class ReferralEvent(
    pghistory.create_event_model(Referral)  # type: ignore[misc]
):
    """The history of a referral."""

    reaches_person_by = "person_id"
    part_by = _PART
    always_read_by = _PARTIES
    read_by_link = _LINK
