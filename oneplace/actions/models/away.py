"""Somebody is away: what is asked of them meanwhile goes to whoever stands in."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from oneplace.kit.fields import IdField
from oneplace.partners.models import Team


class Away(models.Model):
    """An absence of somebody at work, told by themselves or whoever looks after their team.

    It says nothing of why, and names nobody who is cared for.
    """

    id = IdField()
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="absences"
    )
    # Who answers for what is open meanwhile: a colleague, else a team.
    stands_in = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    team = models.ForeignKey(
        Team, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    from_on = models.DateField()
    until_on = models.DateField()
    told_by_id = models.UUIDField()
    told_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(from_on__lte=F("until_on")), name="actions_away")
        ]
        indexes = [models.Index(fields=["account", "until_on"], name="actions_who_is_away")]

    def __str__(self) -> str:
        return f"absence of account {self.account_id}"
