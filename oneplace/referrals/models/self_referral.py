"""What somebody asked for on the public pages, for themselves or another, and what came of it."""

from django.db import models
from django.db.models import Q

from oneplace.directory.models import Service
from oneplace.kit.fields import IdField, TermField
from oneplace.people.models import Person
from oneplace.referrals.models.referral import Referral
from oneplace.referrals.models.terms import AskedFor, SelfAnswer
from oneplace.vocabulary.terms import NeedKind


class SelfReferral(models.Model):
    """One ask without an account. Nobody knows yet whose record it belongs to: the team that
    answers rings, and takes it up as a referral like any other, or says what came of it.
    """

    reaches_person_by = "person_id"
    # Read by the team that answers alone; once taken up it stands with the person's referrals.
    only_read_by = ("answering_id",)
    # A function writes what comes in by the public page, and counts how often one address asks.
    kept_by_owner = ("select", "insert")

    id = IdField()
    number = models.CharField(max_length=12, unique=True)
    service = models.ForeignKey(
        Service, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    # As it was called then.
    service_name = models.CharField(max_length=200)
    provider_name = models.CharField(max_length=200)
    answering_id = models.UUIDField(db_index=True)
    answering_name = models.CharField(max_length=200)
    asked_for = TermField(AskedFor)
    # Whoever wants the help.
    given = models.CharField(max_length=100)
    family = models.CharField(max_length=100)
    born_on = models.DateField(null=True, blank=True)
    phone = models.CharField(max_length=40)
    email = models.EmailField(blank=True)
    postcode = models.CharField(max_length=10, blank=True)
    how_to_talk = models.CharField(max_length=300, blank=True)
    may_leave_message = models.BooleanField(default=False)
    need = models.TextField()
    need_kind = TermField(NeedKind, blank=True)
    # Whoever asks for another, and what they are to them.
    asker_name = models.CharField(max_length=160, blank=True)
    asker_phone = models.CharField(max_length=40, blank=True)
    asker_relation = models.CharField(max_length=80, blank=True)
    # A keyed hash of the address it came from, to slow whoever asks too often.
    from_hash = models.CharField(max_length=64, blank=True)
    asked_at = models.DateTimeField()
    answer_by = models.DateTimeField()
    # How often the team was asked again.
    reminders = models.PositiveSmallIntegerField(default=0)
    # Each try to ring: when, who, in which words.
    tries = models.JSONField(default=list, blank=True)
    answer = TermField(SelfAnswer, blank=True)
    answer_words = models.CharField(max_length=500, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by_name = models.CharField(max_length=160, blank=True)
    person = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    referral = models.OneToOneField(
        Referral, null=True, blank=True, on_delete=models.SET_NULL, related_name="asked_first"
    )

    class Meta:
        ordering = ["asked_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(need="") & ~Q(phone=""), name="referrals_self_says_need_and_number"
            ),
            models.CheckConstraint(
                condition=Q(answer="", answered_at=None) | (~Q(answer="") & ~Q(answered_at=None)),
                name="referrals_self_answered_or_not",
            ),
        ]
        indexes = [
            models.Index(fields=["answering_id", "answered_at"]),
            models.Index(fields=["from_hash", "asked_at"]),
        ]

    def __str__(self) -> str:
        return f"self-referral {self.number}"

    @property
    def is_open(self) -> bool:
        """Whether somebody still waits to hear from us."""
        return self.answered_at is None
