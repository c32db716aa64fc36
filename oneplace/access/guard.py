"""The guard: no view answers until it has said who may open it, and every opening is audited."""

import functools
import ipaddress
import re
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar
from urllib.parse import urlsplit

from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.internal.flows.reauthentication import (
    get_reauthentication_flows,
    suspend_request,
)
from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY
from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import Resolver404, resolve, reverse
from django.utils.http import url_has_allowed_host_and_scheme

from oneplace.access import audit, screens
from oneplace.access.viewer import NOBODY, Viewer, load_viewer, tell_database
from oneplace.kit.request import Request
from oneplace.kit.words import label_of
from oneplace.vocabulary.terms import AccountKind

View = TypeVar("View", bound=Callable[..., Any])
HAT_IN_SESSION = "hat"
# In the session: the provider somebody signed in with asked for a second step itself.
PROVEN_BY_PROVIDER = "second_step_by_provider"
# All that opens to staff who have no second step yet: adding one, proving the password once more
# for that, and staying signed in meanwhile. Signing out needs no sign-in and is open to anyone.
BEFORE_SECOND_STEP = frozenset(
    {
        "access:choose_hat",
        "access:second_step_needed",
        "mfa_activate_totp",
        "mfa_add_webauthn",
        "account_reauthenticate",
        "mfa_reauthenticate",
        "mfa_reauthenticate_webauthn",
        "desk:stay_signed_in",
    }
)

# What lets somebody in or out for good, or opens what is closed: whoever does it proves once more
# who they are, unless they did within `ACCOUNT_REAUTHENTICATION_TIMEOUT`. A browser left open for a
# minute gives away no post, no copy of a record and no emergency.
PROVE_AGAIN = frozenset(
    {
        "access:give_hat",
        "access:invite_colleague",
        "access:resend_invitation",
        "casefinding:sign_model",
        "desk:let_in",
        "desk:resume_own",
        "desk:send_own_link",
        "desk:open_emergency",
        "desk:open_emergency_for",
        "desk:wear_safeguarding",
        "desk:make_copies",
        "desk:take_copy",
        "desk:hand_over_right",
    }
)
# In the session: when it began, in machine time (`access.middleware`).
BEGAN_IN_SESSION = "began_at"

_WITH_PORT = re.compile(r"\[(?P<v6>[^\]]+)\](:\d+)?|(?P<v4>[\d.]+):\d+")

ANYONE = "anyone"
SIGNED_IN = "signed_in"


class NotAllowed(Exception):
    """The viewer may not do this; the page shown is the one for what does not exist."""

    def __init__(self, action: str, reason: str) -> None:
        super().__init__(action)
        self.action = action
        self.reason = reason


@dataclass(frozen=True)
class Guard:
    """What a view asks of its viewer: a permission, only a sign-in, or nothing."""

    needs: str
    # Opened by a partner's system with a token, never by somebody signed in.
    is_client: bool = False
    # Asked for again and again by a screen that stays open: noted as that screen is, not each time.
    is_asked_again: bool = False


def viewer_of(request: Request, *, at: Any) -> Viewer:
    """The viewer behind a request, loaded once a transaction is open; `NOBODY` if not signed in."""
    if _is_taken_up_again(request):
        request.resolver_match = resolve(request.path_info)
    route = request.resolver_match.view_name if request.resolver_match else ""
    account_id = request.session.get("_auth_user_id")
    if account_id is None:
        return Viewer(
            account_id=None,
            kind=NOBODY.kind,
            name=NOBODY.name,
            request_id=request.request_id,
            from_address=address_of(request),
            route=route,
        )
    hat = request.session.get(HAT_IN_SESSION)
    viewer = load_viewer(
        uuid.UUID(str(account_id)),
        uuid.UUID(hat) if hat else None,
        at=at,
        session_hash=request.session.get(HASH_SESSION_KEY, ""),
        person_id=audit.person_of(request.resolver_match.kwargs)
        if request.resolver_match
        else None,
        request_id=request.request_id,
        from_address=address_of(request),
        route=route,
    )
    if viewer is None:
        request.session.flush()
        return NOBODY
    return viewer


def address_of(request: Request) -> str | None:
    """The address a request came from, as the trusted proxy tells it; None for what is none."""
    # The proxy in front of us is configured to pass the client's address on in this one header.
    if settings.TRUSTED_PROXY:
        given = request.headers.get("X-Forwarded-For", "").rsplit(",", 1)[-1].strip()
    else:
        given = request.META.get("REMOTE_ADDR") or ""
    # Another proxy may add the port, or write "unknown"; what is no address the audit cannot keep.
    port_cut = _WITH_PORT.fullmatch(given)
    try:
        found = ipaddress.ip_address((port_cut["v6"] or port_cut["v4"]) if port_cut else given)
    except ValueError:
        return None
    return str(found).partition("%")[0]


def may(permission: str, *, is_asked_again: bool = False) -> Callable[[View], View]:
    """Let a view be opened only in a hat with `permission`; each opening leaves an audit entry.

    A view that an open screen asks for again by itself (`is_asked_again`) leaves one when it was
    opened and one a quarter of an hour after, as long as it says which screen asks (`screens`).

    Not signed in: to the sign-in page. No second step yet, where staff need one: to its set-up. No
    hat worn: to the choice of hats. Not allowed: the same page as for what does not exist.
    """
    return _guarded(Guard(permission, is_asked_again=is_asked_again))


def signed_in(view: View) -> View:
    """Let anybody signed in open the view, hat or not; staff once they have a second step."""
    return _guarded(Guard(SIGNED_IN))(view)


def anyone(view: View) -> View:
    """Let anybody open the view, signed in or not; nothing about a person may be on it."""
    return _guarded(Guard(ANYONE))(view)


def _guarded(guard: Guard) -> Callable[[View], View]:
    def decorate(view: View) -> View:
        @functools.wraps(view)
        def guarded_view(request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
            at = request.care_clock()
            request.received_at = at
            viewer = viewer_of(request, at=at)
            request.viewer = viewer
            if guard.needs == ANYONE:
                if viewer.account_id is not None:
                    tell_database(viewer, at=at)
                return view(request, *args, **kwargs)  # type: ignore[no-any-return]
            if viewer.account_id is None:
                return _to_sign_in(request)
            if viewer.route not in BEFORE_SECOND_STEP and needs_second_step(request):
                return _to_second_step(request)
            if guard.needs != SIGNED_IN:
                if viewer.role is None:
                    return redirect("access:choose_hat")
                if not viewer.may(guard.needs):
                    raise NotAllowed(guard.needs, f"{label_of(viewer.role)} has no '{guard.needs}'")
            if viewer.route in PROVE_AGAIN and not has_proven_lately(request):
                return _to_proof(request)
            _note_opening(guard, request, viewer, kwargs)
            return view(request, *args, **kwargs)  # type: ignore[no-any-return]

        guarded_view.guard = guard  # type: ignore[attr-defined]
        return guarded_view  # type: ignore[return-value]

    return decorate


def _note_opening(guard: Guard, request: Request, viewer: Viewer, parts: dict[str, Any]) -> None:
    """Tell the database who is looking, with the entry of it where this opening needs one."""
    at = request.received_at
    if guard.is_asked_again and screens.goes_on(
        request.GET.get("screen", ""), by=viewer, action=guard.needs
    ):
        tell_database(viewer, at=at)
        return
    audit.record_opening(
        by=viewer,
        at=at,
        action=guard.needs if guard.needs != SIGNED_IN else viewer.route,
        subject=audit.subject_of(parts),
        person_id=audit.person_of(parts),
        detail={"method": request.method},
    )


def needs_second_step(request: Request) -> bool:
    """Whether whoever is signed in must set up a second step before anything else opens.

    Residents and supporters need none yet. Asks the database nothing: the viewer's own statement
    has told, so a step removed in another browser counts from the next request on.
    """
    if not settings.SECOND_FACTOR_REQUIRED or request.viewer.kind is not AccountKind.STAFF:
        return False
    if request.session.get(PROVEN_BY_PROVIDER):
        return False
    return not request.viewer.has_second_step


def has_proven_lately(request: Request) -> bool:
    """Whether whoever is signed in proved who they are within the time that counts as just now.

    A demonstration's visitors have nothing to prove it with.
    """
    if settings.IS_DEMO:
        return True
    began = request.session.get(BEGAN_IN_SESSION)
    proofs = [datetime.fromisoformat(began).timestamp()] if began else []
    proofs += [float(record["at"]) for record in get_authentication_records(request, request.user)]
    return time.time() - max(proofs, default=0.0) < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT


def _to_proof(request: Request) -> HttpResponse:
    """To the page that asks for the password or code once more, and back; what was typed is kept.

    Whoever has neither here, because their organisation's provider signs them in, signs in again.
    """
    if not get_reauthentication_flows(request.user):
        here = _where_next(request)
        request.session.flush()
        answer: HttpResponse = redirect_to_login(here, settings.LOGIN_URL)
    else:
        answer = suspend_request(request, reverse("account_reauthenticate"))
    if getattr(request, "htmx", False):
        return HttpResponse(status=204, headers={"HX-Redirect": answer["Location"]})
    return answer


def _is_taken_up_again(request: Request) -> bool:
    """Whether this is a form sent before the proof, which allauth hands on after it.

    It comes by the address of the proof, and would stand under that in the audit.
    """
    return "_get_scheme" in vars(request)


def _to_second_step(request: Request) -> HttpResponse:
    address = reverse("access:second_step_needed")
    if getattr(request, "htmx", False):
        # The whole page goes there: its set-up does not belong in a corner of another one.
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return redirect(address)


def _to_sign_in(request: Request) -> HttpResponse:
    if getattr(request, "htmx", False):
        response = HttpResponse(status=204)
        response.headers["HX-Refresh"] = "true"
        return response
    return redirect_to_login(_where_next(request), settings.LOGIN_URL)


def _where_next(request: Request) -> str:
    """The page to open after signing in: its path alone, for what was typed must not travel on.

    Signing in leads on by GET. What was sent to an address may have none to show there, so whoever
    sent it comes back to the page it was sent from, or else to My day.
    """
    if request.method in {"GET", "HEAD"}:
        return request.path
    came_from = urlsplit(request.headers.get("Referer", ""))
    if came_from.netloc == request.get_host() and _can_be_opened(came_from.path):
        return came_from.path
    return reverse(settings.LOGIN_REDIRECT_URL)


def _can_be_opened(path: str) -> bool:
    """Whether the path is an address of ours that a browser may follow."""
    try:
        resolve(path)
    except Resolver404:
        return False
    return url_has_allowed_host_and_scheme(path, allowed_hosts=None)
