"""A leaving: somebody's last day here, what ended with it, and whether it was taken back."""

from django.conf import settings
from django.db import models

from oneplace.kit.fields import IdField


class Leaving(models.Model):
    """Somebody leaves: at once, or after a last day still to come."""

    id = IdField()
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="leavings"
    )
    last_on = models.DateField()
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    recorded_at = models.DateTimeField(auto_now_add=True)
    # When access ended; empty while the last day is still to come.
    took_effect_at = models.DateTimeField(null=True, blank=True)
    taken_back_at = models.DateTimeField(null=True, blank=True)
    # What taking it back must restore, and nothing that others did: `hats` open when it was
    # recorded, `ends_on` of those it shortened; once it came, hats it `ended`, when the account was
    # `closed_at` by care time, and the `invitations` it withdrew.
    before = models.JSONField(default=dict)

    class Meta:
        ordering = ["-recorded_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["account"],
                condition=models.Q(taken_back_at__isnull=True, took_effect_at__isnull=True),
                name="access_one_leaving_to_come",
            )
        ]

    def __str__(self) -> str:
        return f"leaving of account {self.account_id}"
