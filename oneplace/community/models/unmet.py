"""What somebody asked for that is not there: the case for the next grant. Nobody is named."""

from django.db import models

from oneplace.community.models.terms import UnmetBecause
from oneplace.kit.fields import IdField, TermField
from oneplace.partners.models import Network
from oneplace.vocabulary.terms import NeedKind


class UnmetNeed(models.Model):
    """Asked for, nothing there: what, where about, why. Counted by area; no person stands in it."""

    id = IdField()
    need = TermField(NeedKind)
    because = TermField(UnmetBecause)
    network = models.ForeignKey(
        Network, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    district = models.CharField(max_length=8, blank=True)
    # What was looked for, such as "somebody who speaks Tamil to visit"; never who it was for.
    words = models.CharField(max_length=300, blank=True)
    # The room where it was noticed, such as `referrals`.
    noticed_in = models.CharField(max_length=40, blank=True)
    noted_by_name = models.CharField(max_length=160)
    noted_at = models.DateTimeField()

    class Meta:
        ordering = ["-noted_at", "-id"]
        indexes = [models.Index(fields=["network", "need"]), models.Index(fields=["noted_at"])]

    def __str__(self) -> str:
        return f"unmet need {self.pk}"
