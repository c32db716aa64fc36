"""What happened to a referral, one line each, in order; nothing is rewritten."""

from django.db import models

from oneplace.kit.fields import IdField, TermField
from oneplace.referrals.models.referral import Referral
from oneplace.referrals.models.terms import Happened


class ReferralStep(models.Model):
    """One thing that happened: who said or did it, when, in what words."""

    reaches_person_by = "referral__person_id"
    reads_as = "referral"

    id = IdField()
    referral = models.ForeignKey(Referral, on_delete=models.CASCADE, related_name="steps")
    happened = TermField(Happened)
    # The stored word of the reason or outcome, and what was said besides.
    reason = models.CharField(max_length=48, blank=True)
    words = models.TextField(blank=True)
    by_id = models.UUIDField()
    by_name = models.CharField(max_length=160)
    by_organisation = models.CharField(max_length=200, blank=True)
    is_by_link = models.BooleanField(default=False)
    happened_at = models.DateTimeField()

    class Meta:
        ordering = ["happened_at", "id"]

    def __str__(self) -> str:
        return f"{self.happened} of referral {self.referral_id}"
