"""A link by which an organisation without accounts answers, and what it opens after a Yes."""

from django.db import models

from oneplace.people.models import Person
from oneplace.referrals.models.referral import Referral
from oneplace.vocabulary.terms import DataCategory


class AnswerLink(models.Model):
    """One link for one referral. Its key is the party as which whoever holds it looks; of its
    secret and its codes only hashes are kept.
    """

    reaches_person_by = "referral__person_id"
    reads_as = "referral"
    kept_by_owner = ("select", "update")

    id = models.UUIDField(primary_key=True)
    referral = models.ForeignKey(Referral, on_delete=models.CASCADE, related_name="links")
    secret_hash = models.CharField(max_length=64)
    # The address the directory knew before there was any referral.
    sent_to = models.CharField(max_length=254)
    expires_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    first_opened_at = models.DateTimeField(null=True, blank=True)
    code_hash = models.CharField(max_length=64, blank=True)
    code_expires_at = models.DateTimeField(null=True, blank=True)
    codes_sent = models.PositiveSmallIntegerField(default=0)
    wrong_codes = models.PositiveSmallIntegerField(default=0)
    # When a right code was given: from then on the name may be seen until the link ends.
    proved_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-expires_at"]

    def __str__(self) -> str:
        return f"link to referral {self.referral_id}"


class PassedOn(models.Model):
    """What whoever asked passes on about the person, as they may read it themselves.

    A row of its own, because it opens later than the referral: after a Yes and a right code.
    """

    reaches_person_by = "person_id"
    part_by = ("owner", DataCategory.REACH.value)
    # Whoever asked reads it as what their organisation wrote, while they are connected.
    always_read_by = ("answering_id",)
    read_by_link = "opened_to_id"
    kept_back_with = "address"
    # It tells more than how to reach them: what else those who help must know.
    related_see = DataCategory.SUPPORT.value
    # Opened by the functions that ask for a yes and a code, and closed again when it is over
    # (migrations 0002 and 0004).
    kept_by_owner = ("select", "update")

    referral = models.OneToOneField(
        Referral, primary_key=True, on_delete=models.CASCADE, related_name="passed_on"
    )
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    owner = models.TextField()
    asked_by_id = models.UUIDField()
    answering_id = models.UUIDField(null=True, blank=True)
    opened_to_id = models.UUIDField(null=True, blank=True)
    name = models.CharField(max_length=200)
    phone = models.CharField(max_length=60, blank=True)
    address = models.TextField(blank=True)
    # How to talk with them, and what whoever visits must do; never why.
    how_to_talk = models.TextField(blank=True)
    # What else those who help must know, once they have said yes.
    words = models.TextField(blank=True)
    safety = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"passed on with referral {self.referral_id}"
