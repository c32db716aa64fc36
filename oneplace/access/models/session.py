"""A session: one browser in which an account is signed in; and the browsers an account knows."""

from django.conf import settings
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models

from oneplace.kit.fields import IdField


class Session(AbstractBaseSession):
    """Django's session with the account it belongs to, so that people see where they are signed in.

    The four columns repeat what the session itself holds; `access.sessions` keeps them in step.
    """

    account_id = models.UUIDField(null=True, db_index=True)
    opened_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)
    # What the browser calls itself, shortened: "Firefox on Windows".
    browser = models.CharField(max_length=80, blank=True)
    from_address = models.GenericIPAddressField(null=True)

    def __str__(self) -> str:
        return f"session of account {self.account_id}"

    @classmethod
    def get_session_store_class(cls) -> type:
        """The engine that writes these rows."""
        from oneplace.access.sessions import SessionStore

        return SessionStore


class KnownPlace(models.Model):
    """A browser or an address from which an account has signed in before.

    Guesses from elsewhere can close the way in for strangers, never for a known place.
    """

    id = IdField()
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="known_places"
    )
    # SHA-256 of the random value in the browser's own cookie.
    browser_hash = models.CharField(max_length=64)
    from_address = models.GenericIPAddressField(null=True)
    first_at = models.DateTimeField(auto_now_add=True)
    last_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "browser_hash"], name="access_known_place_once"
            )
        ]

    def __str__(self) -> str:
        return f"a place known to account {self.account_id}"


class FailedSignIn(models.Model):
    """One wrong guess. The typed email is kept only as a keyed hash."""

    id = models.BigAutoField(primary_key=True)
    login_hash = models.CharField(max_length=64)
    from_address = models.GenericIPAddressField(null=True)
    # The place known to the account from which it came, "browser:…" or "address:…"; empty for a
    # stranger. Each known place has a count of its own.
    known_place = models.CharField(max_length=100, blank=True)
    failed_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [
            models.Index(fields=["login_hash", "failed_at"]),
            models.Index(fields=["from_address", "failed_at"]),
        ]

    def __str__(self) -> str:
        return f"failed sign-in {self.id}"
