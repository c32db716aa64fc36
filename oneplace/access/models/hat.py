"""A hat: one post held by one account, for one employer; and the invitation that leads to it."""

import pghistory
from django.conf import settings
from django.db import models
from django.db.models.functions import Lower, Now

from oneplace.kit.fields import IdField, TermField
from oneplace.partners.models import Organisation, Post
from oneplace.vocabulary.terms import Role


@pghistory.track()
class Hat(models.Model):
    """One person may hold several posts; one hat is worn at a time and it alone gives rights.

    Employer, team, line manager and professional lead are separate: staff are often seconded.
    """

    id = IdField()
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="hats"
    )
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="hats")
    employer = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="employs")
    line_manager = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="manages",
    )
    professional_lead = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="leads",
    )
    # Where the hat came from: "place", "invitation", "import" or the sign-in provider's key.
    source = models.CharField(max_length=60, default="invitation")
    # Posts are held from a day to a day; access ends at once when `ended_at` is set.
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["starts_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["account", "post"],
                condition=models.Q(ended_at__isnull=True),
                name="access_post_held_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.post} held by account {self.account_id}"


class Invitation(models.Model):
    """An invitation to a colleague to take up a post; the link's secret is kept only as a hash."""

    id = IdField()
    email = models.EmailField()
    name = models.CharField(max_length=160)
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="invitations")
    role = TermField(Role)
    employer = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    line_manager = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    professional_lead = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    # Empty when whoever runs the service invited from the command line.
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="invitations_made",
    )
    secret_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    # When the link in force was made; sending again makes another and this moment moves.
    sent_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="invitations_accepted",
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                "post",
                condition=models.Q(accepted_at__isnull=True, withdrawn_at__isnull=True),
                name="access_one_open_invitation",
            )
        ]

    def __str__(self) -> str:
        return f"invitation {self.id}"
