"""How people prove who they are: local accounts, second steps and the organisations' providers."""

import uuid
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings
from django.forms import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from oneplace.access import guessing, queries, rules, verbs
from oneplace.access.guard import BEGAN_IN_SESSION, HAT_IN_SESSION, PROVEN_BY_PROVIDER
from oneplace.access.middleware import SEEN_IN_SESSION
from oneplace.access.models import Account, Hat
from oneplace.access.secrets import hash_of, new_secret
from oneplace.access.sessions import ADDRESS_IN_SESSION, BROWSER_IN_SESSION
from oneplace.access.viewer import Viewer
from oneplace.kit.clock import local_day
from oneplace.kit.refusals import Refused
from oneplace.kit.request import Request
from oneplace.vocabulary.terms import AccountKind, AuditOutcome

PEOPLE = (AccountKind.STAFF, AccountKind.RESIDENT, AccountKind.SUPPORTER)
BROWSER_COOKIE = f"{settings.COOKIES_BEGIN}browser"
BROWSER_COOKIE_DAYS = 365
# In the session: the provider it was opened at; nothing for an account of our own.
SIGNED_IN_AT = "signed_in_at"
# In the session: the hat chosen at a provider, by provider.
CHOSEN_AT_PROVIDER = "chosen_at_provider"
# On the request: those and `PROVEN_BY_PROVIDER`, until the session they belong in is open.
PROVIDER_MARKS = "provider_marks"
# On the request: the value of the browser's own cookie, until there is an answer to set it on.
BROWSER_KNOWN_BY = "browser_known_by"


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

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": "The email address or the password is not right.",
        "account_inactive": "Access with this account has ended.",
        "too_many_login_attempts": "Too many wrong attempts. Wait five minutes and try again.",
        "incorrect_password": "The password is not right.",
        "enter_current_password": "The current password is not right.",
        "same_as_current": "This is the password you have now. Choose another.",
        "rate_limited": "Too many attempts. Wait a minute and try again.",
    }

    def is_open_for_signup(self, request: Request) -> bool:
        """Never."""
        return False

    # --- guessing ---

    def pre_authenticate(self, request: Request, **credentials: Any) -> None:
        """Refuse an attempt after too many wrong ones, before any password is looked at."""
        login = str(credentials.get("email") or "")
        self._tried = guessing.attempt(
            login,
            from_address=request.viewer.from_address,
            known_place=queries.known_place(
                login.lower(),
                browser_hash=_browser_hash(request),
                from_address=request.viewer.from_address,
            ),
        )
        reason = guessing.why_not_try(self._tried)
        if reason is not None:
            self._note_failure(request, was_tried=False)
            raise ValidationError(reason, code="too_many_login_attempts")

    def authentication_failed(self, request: Request, **credentials: Any) -> None:
        """Count and audit a wrong password; the typed email only as a hash."""
        self._note_failure(request, was_tried=True)

    def _rollback_login_failed_rl_usage(self) -> None:
        # Only failures are counted here, so there is nothing to take back after a success.
        return

    def _note_failure(self, request: Request, *, was_tried: bool) -> None:
        verbs.note_failed_sign_in(
            login_hash=self._tried.login_hash,
            known_place=self._tried.known_place,
            was_tried=was_tried,
            by=request.viewer,
            at=request.received_at,
        )

    def get_client_ip(self, request: Request) -> str:
        """The address the guard found, so that every limit speaks of the same one."""
        return request.viewer.from_address or "unknown"

    # --- signing in and out ---

    def pre_login(self, request: Request, user: Account, **how: Any) -> HttpResponse | None:
        """Let nobody in whose access has ended, be it by a last day that is past since midnight."""
        verbs.close_due_leavers(account=user, by=request.viewer, at=request.received_at)
        user.refresh_from_db()
        if user.kind not in PEOPLE:
            user.is_active = False
        response: HttpResponse | None = super().pre_login(request, user, **how)
        return response

    def login(self, request: Request, user: Account) -> None:
        """Open the session under a new key; which hat is worn is chosen anew."""
        methods = [str(record["method"]) for record in get_authentication_records(request, user)]
        super().login(request, user)
        now = datetime.now(UTC).isoformat()
        session = request.session
        session.pop(HAT_IN_SESSION, None)
        marks = getattr(request, PROVIDER_MARKS, {})
        session[PROVEN_BY_PROVIDER] = bool(marks.get(PROVEN_BY_PROVIDER))
        session[SIGNED_IN_AT] = marks.get(SIGNED_IN_AT)
        session[CHOSEN_AT_PROVIDER] = marks.get(CHOSEN_AT_PROVIDER)
        session[BEGAN_IN_SESSION] = session[SEEN_IN_SESSION] = now
        session[ADDRESS_IN_SESSION] = request.viewer.from_address
        session[BROWSER_IN_SESSION] = browser_words(request.headers.get("User-Agent", ""))
        secret = request.COOKIES.get(BROWSER_COOKIE) or new_secret()
        # For `post_login`, which has the answer the cookie goes with.
        setattr(request, BROWSER_KNOWN_BY, secret)
        verbs.note_sign_in(
            account=user,
            methods=tuple(methods),
            browser_hash=hash_of(secret),
            by=as_account(request.viewer, user),
            at=request.received_at,
        )

    def post_login(self, request: Request, user: Account, **how: Any) -> HttpResponse:
        """Lead on, and let this browser be known from now on."""
        response: HttpResponse = super().post_login(request, user, **how)
        remember_browser(request, response)
        return response

    def logout(self, request: Request) -> None:
        """Close the session, and note whose it was."""
        if request.viewer.account_id is not None:
            verbs.note_sign_in_change(
                account=queries.account(request.viewer.account_id),
                what="sign_out",
                by=request.viewer,
                at=request.received_at,
            )
        super().logout(request)

    def set_password(self, user: Account, password: str) -> None:
        """Set a password; allauth's own flows decide whether this may happen."""
        super().set_password(user, password)
        request = context.request
        verbs.note_sign_in_change(
            account=user,
            what="change_password",
            by=as_account(request.viewer, user),
            at=request.received_at,
        )

    def get_password_change_redirect_url(self, request: Request) -> str:
        """Back to one's own sign-in."""
        return reverse("access:own_sign_in")

    def get_reset_password_from_key_url(self, key: str) -> str:
        """The address in the letter, from the public address and never from the request's host."""
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"})
        return f"{settings.PUBLIC_URL}{path.replace('UID-KEY', key)}"


class SecondStepAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Second steps: an authenticator app, passkeys and recovery codes."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": "That did not match. Try again with a new code.",
        "cannot_delete_authenticator": (
            "Staff need a second step. Set up another one first, then remove this."
        ),
    }

    def get_totp_label(self, user: Account) -> str:
        """What the authenticator app shows."""
        return user.email or user.name

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Whom a passkey is for: this service at its public address."""
        host = settings.PUBLIC_URL.split("://", 1)[1].split("/", 1)[0].rsplit(":", 1)[0]
        if settings.IS_TEST:
            host = context.request.get_host().partition(":")[0]
        return {"id": host, "name": settings.PLACE.identity.wordmark}

    def can_delete_authenticator(self, authenticator: Any) -> bool:
        """Staff keep at least one second step."""
        return why_not_remove(authenticator.user, authenticator.pk) is None

    def encrypt(self, text: str) -> str:
        """Secrets of authenticator apps and recovery codes are not kept in the clear."""
        sealed: bytes = _box().encrypt(text.encode())
        return sealed.decode()

    def decrypt(self, encrypted_text: str) -> str:
        """The secret again."""
        opened: bytes = _box().decrypt(encrypted_text.encode())
        return opened.decode()

    def generate_authenticator_name(self, user: Account, type: Any) -> str:
        """A name to begin with; people give their passkeys names of their own."""
        number = len(queries.second_steps(user.pk).passkeys) + 1
        return "Passkey" if number == 1 else f"Passkey {number}"


class ProviderAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Accounts from an organisation's own sign-in provider."""

    def is_open_for_signup(self, request: Request, sociallogin: Any) -> bool:
        """Never by allauth's own forms: `admit` makes or recognises the account."""
        return False

    def pre_social_login(self, request: Request, sociallogin: Any) -> None:
        """Admit whoever the provider vouches for, and bring their hats in step."""
        from oneplace.access.oidc import admit

        try:
            admit(request, sociallogin)
        except Refused as refused:
            raise ImmediateHttpResponse(
                refusal_page(request, sociallogin.provider.name, refused.reason)
            ) from refused

    def on_authentication_error(
        self,
        request: Request,
        provider: Any,
        error: Any = None,
        exception: Exception | None = None,
        extra_context: Any = None,
    ) -> None:
        """Say why signing in with a provider did not work."""
        if str(error) == "cancelled":
            raise ImmediateHttpResponse(redirect("account_login"))
        from oneplace.access.oidc import reason_of

        # An answer that proves nothing is a sign-in that failed, as a wrong password is.
        raise ImmediateHttpResponse(
            refusal_page(request, str(provider), reason_of(exception), outcome=AuditOutcome.FAILED)
        )


def refusal_page(
    request: Request,
    provider_name: str,
    reason: str,
    *,
    outcome: AuditOutcome = AuditOutcome.REFUSED,
) -> HttpResponse:
    """A sign-in the provider allowed or broke, and we refused: why, and what to do. Audited."""
    from django.db import transaction

    from oneplace.access import audit

    # Whatever was half done about it is undone; the refusal itself is kept.
    with transaction.atomic():
        audit.record(
            by=request.viewer,
            at=request.received_at,
            action="sign_in",
            outcome=outcome,
            reason=reason[:200],
            detail={"by": provider_name},
        )
    return render(
        request,
        "access/provider_refused.html",
        {"provider_name": provider_name, "reason": reason},
        status=403,
    )


def why_not_remove(account: Account, key: int) -> str | None:
    """Why an account keeps the second step of this key, or None."""
    steps = queries.second_steps(account.pk)
    every = [*steps.passkeys, *([steps.app] if steps.app else [])]
    return rules.why_not_remove_second_step(
        account.kind,
        is_required=settings.SECOND_FACTOR_REQUIRED,
        others=sum(step.pk != key for step in every),
    )


def is_spoken_for(request: Request, hat: Hat) -> bool:
    """Whether the provider this session was opened at, if at one, proves who holds this hat."""
    key = request.session.get(SIGNED_IN_AT)
    if key is None:
        return True
    provider = settings.PROVIDERS.get(key)
    return provider is not None and rules.is_spoken_for(hat, provider.speaks_for_organisation)


def why_not_change_ways_in(request: Request) -> str | None:
    """Why passwords and second steps stay as they are in this session, or None."""
    key = request.session.get(SIGNED_IN_AT)
    if key is None:
        return None
    provider = settings.PROVIDERS.get(key)
    return rules.why_not_change_ways_in(
        queries.hats_held_or_to_come(request.viewer.account_id, on=local_day(request.received_at)),
        provider_name=provider.name if provider else "your organisation’s sign-in",
        speaks_for=provider.speaks_for_organisation if provider else lambda code: False,
    )


def as_account(viewer: Viewer, account: Account) -> Viewer:
    """The viewer of a request in which somebody has just proven to be this account."""
    return replace(viewer, account_id=account.pk, kind=account.kind, name=account.name)


def remember_browser(request: Request, response: HttpResponse) -> None:
    """Give the browser the cookie by which an account knows it again; it proves nothing else."""
    secret = getattr(request, BROWSER_KNOWN_BY, None)
    if secret is not None:
        response.set_cookie(
            BROWSER_COOKIE,
            secret,
            max_age=BROWSER_COOKIE_DAYS * 86_400,
            secure=settings.IS_HTTPS,
            httponly=True,
            samesite="Lax",
        )


def browser_words(agent: str) -> str:
    """What a browser calls itself, in two words: "Firefox on Windows"."""
    browsers = (
        ("Edg/", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser", "Samsung Internet"),
        ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"),
    )  # fmt: skip
    systems = (
        ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"),
        ("Mac OS X", "Mac"), ("CrOS", "Chromebook"), ("Linux", "Linux"),
    )  # fmt: skip
    browser = next((name for mark, name in browsers if mark in agent), "")
    system = next((name for mark, name in systems if mark in agent), "")
    if browser and system:
        return f"{browser} on {system}"
    return browser or system or "Unknown browser"


def _browser_hash(request: Request) -> str:
    secret = request.COOKIES.get(BROWSER_COOKIE)
    return hash_of(secret) if secret else ""


def _box() -> Any:
    import base64
    import hashlib

    from cryptography.fernet import Fernet

    key = hashlib.sha256(b"oneplace.access.second-step" + settings.SECRET_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))
