"""An account: whoever or whatever can act here, and the record a resident's account opens."""

from typing import Any, ClassVar

import pghistory
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils.crypto import salted_hmac

from oneplace.kit.fields import IdField, TermField
from oneplace.vocabulary.terms import AccountKind


class AccountManager(BaseUserManager["Account"]):
    """Finds accounts by email, whatever its capitals."""

    def get_by_natural_key(self, username: str | None) -> "Account":
        """The account of an email address."""
        return self.get(email__iexact=username)


_KEPT_IN_HISTORY = ["name", "email", "registration", "is_active", "left_at"]


@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(condition=pghistory.AnyChange(*_KEPT_IN_HISTORY)),
    fields=_KEPT_IN_HISTORY,
    model_name="AccountEvent",
)
class Account(AbstractBaseUser):
    """Staff, resident, supporter, partner system, link, device or background job.

    An account says who acts; what it may do comes only from the hat worn (staff) or from its kind.
    """

    id = IdField()
    kind = TermField(AccountKind)
    name = models.CharField(max_length=160)
    # People sign in with it; systems, links, devices and jobs have none.
    email = models.EmailField(null=True, blank=True, unique=True)
    is_active = models.BooleanField(default=True)
    # The professional registration body and number, where the role needs one.
    registration = models.CharField(max_length=60, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    left_at = models.DateTimeField(null=True, blank=True)
    # Sessions opened before this moment are over, everywhere.
    sessions_valid_from = models.DateTimeField(null=True, blank=True)

    objects = AccountManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        indexes = [models.Index(fields=["kind"])]
        constraints = [models.UniqueConstraint(Lower("email"), name="access_email_any_case")]

    def __str__(self) -> str:
        return self.name

    def get_full_name(self) -> str:
        """The name shown for this account."""
        return self.name

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        # A session carries this; raising `sessions_valid_from` therefore ends every session of the
        # account with its next request, in every worker, without a further question.
        return salted_hmac(
            "oneplace.access.session",
            f"{self.password}:{self.sessions_valid_from}",
            secret=secret,
            algorithm="sha256",
        ).hexdigest()

    @property
    def is_staff(self) -> bool:
        """Nobody uses Django's admin here."""
        return False

    def has_perm(self, *_: Any, **__: Any) -> bool:
        """Django's permissions are not used; the guard asks the hat."""
        return False

    def has_module_perms(self, *_: Any) -> bool:
        """Django's permissions are not used."""
        return False


class OwnRecord(models.Model):
    """Which person's record an account of a resident or a supporter may open as theirs."""

    reaches_person_by = "person_id"
    kept_by_owner = ("select",)

    id = IdField()
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="own_records")
    person_id = models.UUIDField(db_index=True)
    is_supporter = models.BooleanField(default=False)
    confirmed_at = models.DateTimeField()
    suspended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "person_id"], name="access_one_own_record")
        ]

    def __str__(self) -> str:
        return f"own record of account {self.account_id}"
