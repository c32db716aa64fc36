"""Whom a visitor to a demo may walk in as; empty everywhere else."""

from django.conf import settings
from django.db import models

from oneplace.kit.fields import IdField, TermField
from oneplace.vocabulary.terms import Role


class DemoPerson(models.Model):
    """One invented person of a role, and why they are worth walking in as."""

    id = IdField()
    role = TermField(Role)
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="demo_roles"
    )
    title = models.CharField(max_length=160)
    why = models.CharField(max_length=300)
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["role", "account"], name="access_demo_person_once")
        ]

    def __str__(self) -> str:
        return f"demo {self.role}"

    @property
    def name(self) -> str:
        """Their name, as the door shows it."""
        return self.account.name
