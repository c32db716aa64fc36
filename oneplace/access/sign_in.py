"""How people prove who they are: local accounts, second factors and the organisations' providers."""

import uuid
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.http import HttpRequest

from oneplace.access.models import Account
from oneplace.vocabulary.terms import AccountKind

PEOPLE = (AccountKind.STAFF, AccountKind.RESIDENT, AccountKind.SUPPORTER)


class WorkAccounts(AuthenticationBackend):  # type: ignore[misc]
    """Signs in people only, and only while their account is active."""

    def user_can_authenticate(self, user: Account) -> bool:
        """Whether this account may have a session at all."""
        return bool(user.is_active and user.kind in PEOPLE)

    def get_user(self, user_id: str) -> Account | None:
        """The account of a session, or None once it has left."""
        try:
            account = Account.objects.get(pk=uuid.UUID(str(user_id)))
        except (Account.DoesNotExist, ValueError):
            return None
        return account if self.user_can_authenticate(account) else None


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts come by invitation, import or a provider; nobody signs up unasked."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never."""
        return False


class ProviderAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Accounts from an organisation's own sign-in provider."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        """A provider configured by the place vouches for its own people."""
        return True


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Second factors: an authenticator app, passkeys and recovery codes."""
