"""One's own sign-in: password, second steps, passkeys, and where one is signed in."""

import functools
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from allauth.account import views as account
from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as passkeys
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import SESSION_KEY, update_session_auth_hash
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from oneplace.access import audit, oidc, queries, verbs
from oneplace.access.guard import HAT_IN_SESSION, anyone, signed_in
from oneplace.access.sign_in import why_not_change_ways_in, why_not_remove
from oneplace.kit.refusals import Refused
from oneplace.kit.request import Request
from oneplace.vocabulary.terms import AuditOutcome

View = Callable[..., HttpResponse]

# --- allauth's pages, each let out by name under a guard of ours ---


class _SignIn(account.LoginView):  # type: ignore[misc]
    """Email and password, and beside it the organisations' own ways in."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "providers": list(settings.PROVIDERS)}


def _no_store(view: View) -> View:
    """Leave the caching rule to the house: Django's longer one says the same in more words."""

    @functools.wraps(view)
    def shown(request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response.headers["Cache-Control"] = "no-store"
        return response

    return shown


sign_in = anyone(_no_store(_SignIn.as_view()))


@anyone
def second_step(request: Request) -> HttpResponse:
    """A code or a passkey after the password; a wrong one is audited."""
    response: HttpResponse = mfa.authenticate(request)
    if request.method == "POST" and response.status_code == HTTPStatus.OK:
        stage = getattr(request, "_login_stage", None)
        verbs.note_failed_second_step(
            account_id=stage.login.user.pk if stage else None,
            method="code" if "code" in request.POST else "passkey",
            by=request.viewer,
            at=request.received_at,
        )
    return response


@anyone
def sign_in_with_passkey(request: Request) -> HttpResponse:
    """A passkey alone; one that opens nothing is audited."""
    response: HttpResponse = passkeys.login_webauthn(request)
    is_back = response.headers.get("Location") == reverse("account_login")
    if request.method == "POST" and is_back:
        verbs.note_failed_second_step(
            account_id=None, method="passkey", by=request.viewer, at=request.received_at
        )
    return response


access_ended = anyone(account.account_inactive)
forgotten_password = anyone(account.password_reset)
forgotten_password_sent = anyone(account.password_reset_done)
new_password_from_link = anyone(account.password_reset_from_key)
new_password_from_link_done = anyone(account.password_reset_from_key_done)


def _forgotten(view: View) -> View:
    """Tell the browser to forget what it kept for us, once somebody has signed out.

    But not its cookies: the session's is gone, and the one by which an account knows this browser
    again proves nothing and keeps whoever guesses at a password from locking its owner out.
    """

    @functools.wraps(view)
    def signing_out(request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        was_signed_in = SESSION_KEY in request.session
        response = view(request, *args, **kwargs)
        if was_signed_in and SESSION_KEY not in request.session:
            response.headers["Clear-Site-Data"] = '"cache", "storage"'
        return response

    return signing_out


# Somebody between password and second step has no session yet, and may turn back.
sign_out = anyone(_forgotten(account.logout))


def _own_ways(view: View) -> View:
    """Guard what gives, changes, shows or removes a way in of one's own.

    Such a way opens every post of the account. In a session opened at an organisation's provider it
    stays shut where somebody holds a post for which that provider does not speak. Audited.
    """

    @functools.wraps(view)
    def asked(request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        reason = why_not_change_ways_in(request)
        if reason is None:
            return view(request, *args, **kwargs)
        audit.record(
            by=request.viewer,
            at=request.received_at,
            action="change_ways_in",
            outcome=AuditOutcome.REFUSED,
            reason=reason[:200],
        )
        words = {"title": "Sign in as yourself first", "reason": reason}
        return render(request, "access/sign_in_as_yourself.html", words, status=403)

    return signed_in(asked)


def _with_a_new_key(view: View) -> View:
    """Give the session a new key once somebody has proven again who they are.

    Whoever had come by the old one does not come by what the proof opens.
    """

    @functools.wraps(view)
    def proving(request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        session = request.session
        key, proofs = session.session_key, len(get_authentication_records(request, request.user))
        response = view(request, *args, **kwargs)
        is_same = SESSION_KEY in session and session.session_key == key
        if is_same and len(get_authentication_records(request, request.user)) > proofs:
            session.cycle_key()
        return response

    return proving


confirm = signed_in(_with_a_new_key(account.reauthenticate))
confirm_by_code = signed_in(_with_a_new_key(mfa.reauthenticate))
confirm_by_passkey = signed_in(_with_a_new_key(passkeys.reauthenticate_webauthn))
change_password = _own_ways(account.password_change)
set_password = _own_ways(account.password_set)


def _noted(what: str, view: View) -> View:
    """Audit what somebody changed about how they sign in, if it changed."""

    def noting(request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        before = _state(request)
        response = view(request, *args, **kwargs)
        if request.method == "POST" and _state(request) != before:
            verbs.note_sign_in_change(
                account=queries.account(request.viewer.account_id),
                what=what,
                by=request.viewer,
                at=request.received_at,
            )
        return response

    noting.__name__ = what
    return noting


def _state(request: Request) -> Any:
    steps = queries.second_steps(request.viewer.account_id)
    return (
        steps.app and steps.app.pk,
        [(key.pk, key.wrap().name) for key in steps.passkeys],
        steps.codes_left,
    )


add_app = _own_ways(_noted("add_app", totp.activate_totp))
remove_app = _own_ways(_noted("remove_app", totp.deactivate_totp))
see_recovery_codes = _own_ways(codes.view_recovery_codes)
make_recovery_codes = _own_ways(_noted("make_recovery_codes", codes.generate_recovery_codes))
download_recovery_codes = _own_ways(codes.download_recovery_codes)
add_passkey = _own_ways(_noted("add_passkey", passkeys.add_webauthn))
rename_passkey = _own_ways(_noted("rename_passkey", passkeys.edit_webauthn))


@_own_ways
def remove_passkey(request: Request, pk: int) -> HttpResponse:
    """Remove a passkey, unless it is the one second step staff must keep."""
    reason = why_not_remove(queries.account(request.viewer.account_id), pk)
    if reason is not None:
        messages.error(request, reason)
        return redirect("access:own_sign_in")
    return _noted("remove_passkey", passkeys.remove_webauthn)(request, pk=pk)


# --- with an organisation's own provider ---


@require_POST
@anyone
def sign_in_with_provider(request: Request, provider_id: str) -> HttpResponse:
    """Leave for an organisation's own sign-in."""
    return oidc.leave_for(request, provider_id)


@anyone
def back_from_provider(request: Request, provider_id: str) -> HttpResponse:
    """Come back from an organisation's own sign-in."""
    return oidc.come_back(request, provider_id)


# --- our own pages ---


@signed_in
def own_sign_in(request: Request) -> HttpResponse:
    """How I sign in, and where I am signed in."""
    account_id = request.viewer.account_id
    return render(
        request,
        "access/own_sign_in.html",
        {
            "title": "Your sign-in",
            "account": queries.account(account_id),
            "steps": queries.second_steps(account_id),
            "why_not_change": why_not_change_ways_in(request),
            "places": queries.signed_in_at(account_id, this_key=request.session.session_key),
        },
    )


@signed_in
def to_own_sign_in(request: Request) -> HttpResponse:
    """Where allauth's own lists lead: to the one page about signing in."""
    return redirect("access:own_sign_in")


@require_POST
@signed_in
def end_session(request: Request, reference: str) -> HttpResponse:
    """Sign out in one other browser."""
    try:
        verbs.end_session(
            account=queries.account(request.viewer.account_id),
            reference=reference,
            by=request.viewer,
            at=request.received_at,
        )
        messages.success(request, "Signed out there.")
    except Refused as refused:
        messages.info(request, refused.reason)
    return redirect("access:own_sign_in")


@require_POST
@signed_in
def sign_out_everywhere(request: Request) -> HttpResponse:
    """Sign out in every other browser; this one stays."""
    hat = request.session.get(HAT_IN_SESSION)
    own = queries.account(request.viewer.account_id)
    # Loaded while the session's mark still fits: afterwards no session does, until this one is
    # given the new mark below.
    bool(request.user.is_authenticated)
    verbs.sign_out_everywhere(
        account=own,
        by=request.viewer,
        at=request.received_at,
    )
    # All sessions are gone, this one too: it is opened anew under another key.
    update_session_auth_hash(request, own)
    if hat:
        request.session[HAT_IN_SESSION] = hat
    messages.success(request, "You are signed out everywhere but here.")
    return redirect("access:own_sign_in")
