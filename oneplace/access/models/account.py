"""An account: whoever or whatever can act here, and the record a resident's account opens."""

from typing import Any, ClassVar

import pghistory
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower, Now
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
    """Which person's own page an account of a resident, or of their supporter, opens.

    Written by functions of the database only, each with its entry in the audit. It opens what a
    table gives to own pages (`own_page`) and nothing else; a supporter's opens less of it.
    """

    reaches_person_by = "person_id"
    kept_by_owner = ("select", "insert", "update")

    id = IdField()
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="own_records")
    person_id = models.UUIDField(db_index=True)
    is_supporter = models.BooleanField(default=False)
    # What a supporter is to the person, in the person's words: my daughter, a neighbour.
    relation = models.CharField(max_length=80, blank=True)
    # Where the link to come in by is sent; nobody signs in with it.
    email = models.EmailField(blank=True)
    confirmed_at = models.DateTimeField()
    # Who asked the person alone, and how; for a provider's sign-in, what it vouched for.
    confirmed_by_id = models.UUIDField(null=True, blank=True)
    confirmed_by_name = models.CharField(max_length=160, blank=True)
    confirmed_how = models.TextField(blank=True)
    # The same connection among those around the person; it opens no record at work.
    relationship_id = models.UUIDField(null=True, blank=True)
    suspended_at = models.DateTimeField(null=True, blank=True)
    suspended_by_name = models.CharField(max_length=160, blank=True)
    suspended_why = models.TextField(blank=True)
    # Ended for good: then it is suspended as well, and nobody lets them in again by this row.
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "person_id"], name="access_one_own_record")
        ]

    def __str__(self) -> str:
        return f"own record of account {self.account_id}"

    @property
    def is_open(self) -> bool:
        """Whether the account comes in by it now."""
        return self.suspended_at is None and self.ended_at is None


class OwnLink(models.Model):
    """A link by which somebody without a sign-in of their own comes to an own page, once.

    Of its secret and its code only hashes are kept; no page reads this table.
    """

    reaches_person_by = "own_record__person_id"
    kept_by_owner = ("select", "insert", "update")

    id = IdField()
    own_record = models.ForeignKey(OwnRecord, on_delete=models.CASCADE, related_name="links")
    secret_hash = models.CharField(max_length=64, unique=True)
    # Told by another way than the link, and the same from link to link.
    code_hash = models.CharField(max_length=64)
    made_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    wrong_codes = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["-made_at"]

    def __str__(self) -> str:
        return f"link to own record {self.own_record_id}"


class OwnDevice(models.Model):
    """A browser that stays known to an own page, so that no new link is needed each time.

    Its secret is in the browser alone and the number is in the head of whoever comes: of both only
    hashes are kept. It opens nothing once the page is closed to them; no page reads this table.
    """

    reaches_person_by = "own_record__person_id"
    kept_by_owner = ("select", "insert", "update")

    id = IdField()
    own_record = models.ForeignKey(OwnRecord, on_delete=models.CASCADE, related_name="devices")
    secret_hash = models.CharField(max_length=64, unique=True)
    number_hash = models.CharField(max_length=64)
    # What the browser called itself, in few words, for the person and for staff.
    browser = models.CharField(max_length=80, blank=True)
    made_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    wrong_numbers = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["-made_at"]

    def __str__(self) -> str:
        return f"device for own record {self.own_record_id}"
