"""Sharing agreements as data: who lets whom see which parts of a record, for what, how long."""

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from oneplace.kit.fields import IdField, TermField
from oneplace.partners.models import Organisation
from oneplace.vocabulary.terms import (
    ConfidentialityBasis,
    DataCategory,
    DataProtectionBasis,
    SharingPolicy,
)

EVERY_PARTY = "*"
"""In a term: whoever is a party to the agreement."""


class SourceOwner(models.Model):
    """Whose a source of entries is: a feed's partner, or `oneplace:<name>` for what is typed here.

    What a source says that nobody is known to own is shared with nobody.
    """

    owner = models.TextField(primary_key=True, db_collation="C")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    # Then everything of it but alerts is mental health, whoever runs the system.
    is_mental_health = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.owner


@pghistory.track()
class SharingAgreement(models.Model):
    """One version of one agreement. From its first day on it takes the place of the last."""

    id = IdField()
    code = models.SlugField(max_length=60)
    version = models.PositiveSmallIntegerField(default=1)
    name = models.CharField(max_length=200)
    # In plain words, for whoever asks why something is shared.
    says = models.TextField()
    purposes = ArrayField(models.CharField(max_length=48))
    data_protection_basis = TermField(DataProtectionBasis)
    confidentiality_basis = TermField(ConfidentialityBasis)
    policy = TermField(SharingPolicy)
    starts_on = models.DateField()
    review_on = models.DateField()
    # The last day on which it holds; it stops by itself.
    ends_on = models.DateField()
    # Ended before its last day, or taken over by a newer version: the first day it no longer holds.
    stopped_on = models.DateField(null=True, blank=True)
    stopped_why = models.TextField(blank=True)
    contact = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["name", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="access_agreement_version"),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")), name="access_agreement_ends_later"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} version {self.version}"


class AgreementParty(models.Model):
    """Who signed: an organisation by its code, or all of a kind, such as `kind:gp_practice`."""

    id = IdField()
    agreement = models.ForeignKey(
        SharingAgreement, on_delete=models.CASCADE, related_name="parties"
    )
    key = models.CharField(max_length=60)
    signed_on = models.DateField(null=True, blank=True)
    signed_by = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["key"]
        constraints = [
            models.UniqueConstraint(fields=["agreement", "key"], name="access_party_once")
        ]

    def __str__(self) -> str:
        return self.key


class AgreementTerm(models.Model):
    """One line of an agreement: this party lets that party see this part of a record."""

    id = IdField()
    agreement = models.ForeignKey(SharingAgreement, on_delete=models.CASCADE, related_name="terms")
    # A party's key, or `*` for every party.
    from_key = models.CharField(max_length=60)
    to_key = models.CharField(max_length=60)
    category = TermField(DataCategory)
    # Only of people who said yes to sharing with that party.
    needs_yes = models.BooleanField(default=False)

    class Meta:
        ordering = ["from_key", "to_key", "category"]
        constraints = [
            models.UniqueConstraint(
                fields=["agreement", "from_key", "to_key", "category"],
                name="access_agreement_term_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.from_key} to {self.to_key}: {self.category}"
