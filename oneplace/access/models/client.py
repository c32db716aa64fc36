"""A partner's system that calls us: its account, what it may do, and the tokens it holds."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from oneplace.access.models.account import Account
from oneplace.kit.fields import IdField


class ClientSystem(models.Model):
    """The credentials of a partner's system, for one feed. Its secret is kept only as a hash."""

    id = IdField()
    account = models.OneToOneField(Account, on_delete=models.PROTECT, related_name="client_system")
    # The code of its feed: a system sends and reads what is its own source's, nothing else. A word,
    # no foreign key, for the feeds are a later room's.
    source_code = models.SlugField(max_length=60)
    # What it may ask for: `system/*.write`, `system/Patient.read`.
    scopes = ArrayField(models.CharField(max_length=80))
    secret_hash = models.CharField(max_length=64)
    made_at = models.DateTimeField(auto_now_add=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["made_at"]

    def __str__(self) -> str:
        return f"client system {self.pk}"


class ClientToken(models.Model):
    """A token a client was given: good for some minutes, kept only as a hash."""

    id = models.BigAutoField(primary_key=True)
    client = models.ForeignKey(ClientSystem, on_delete=models.CASCADE, related_name="tokens")
    token_hash = models.CharField(max_length=64, unique=True)
    scopes = ArrayField(models.CharField(max_length=80))
    issued_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"token {self.pk} of client {self.client_id}"
