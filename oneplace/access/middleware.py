"""Ends sessions that are idle or too old, refuses what no guard let through, audits refusals."""

import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse

from oneplace.access import audit
from oneplace.access.guard import BEGAN_IN_SESSION, NotAllowed
from oneplace.access.unknown import page_not_found
from oneplace.access.viewer import NOBODY
from oneplace.kit.request import Request

Handler = Callable[[Request], HttpResponse]
SEEN_IN_SESSION = "seen_at"
# Writing the session on every click would cost a statement each; a minute is exact enough.
NOTE_EVERY = timedelta(minutes=1)

log = logging.getLogger(__name__)


def session_limits(handler: Handler) -> Handler:
    """End a session after the place's idle or absolute limit, by machine time."""

    def middleware(request: Request) -> HttpResponse:
        session = request.session
        request.session_has_ended = False
        if session.get("_auth_user_id") is not None:
            now = datetime.now(UTC)
            limits = settings.PLACE.sessions
            seen = _moment(session.get(SEEN_IN_SESSION)) or now
            began = _moment(session.get(BEGAN_IN_SESSION)) or now
            idle = limits.idle.timedelta
            absolute = limits.absolute.timedelta
            if now - seen > idle or now - began > absolute:
                request.ended_account_id = session.get("_auth_user_id")
                session.flush()
                request.session_has_ended = True
            elif SEEN_IN_SESSION not in session or now - seen > NOTE_EVERY:
                session[SEEN_IN_SESSION] = now.isoformat()
                session.setdefault(BEGAN_IN_SESSION, now.isoformat())
        return handler(request)

    return middleware


def _moment(text: Any) -> datetime | None:
    return datetime.fromisoformat(text) if isinstance(text, str) else None


class guarded:  # noqa: N801 - named as the function it stands in for in MIDDLEWARE
    """Refuse any view without a guard; turn every refusal into the page for what does not exist."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: Request) -> HttpResponse:
        """Serve the request."""
        request.viewer = NOBODY
        response = self.get_response(request)
        if response.status_code == HTTPStatus.METHOD_NOT_ALLOWED and request.viewer is NOBODY:
            # Refused before its guard was asked: whether there is such a page is not told here.
            response = page_not_found(request)
            self._note_missed(request)
        return response

    def process_view(
        self, request: Request, view: Callable[..., Any], _args: Any, _kwargs: Any
    ) -> HttpResponse | None:
        """Default deny: a route nobody declared a guard for does not exist."""
        if getattr(view, "guard", None) is None and not _is_static(request):
            log.error("A view without a guard was asked for: %s", view.__name__)
            raise Http404
        if any("\x00" in value for value in _kwargs.values() if isinstance(value, str)):
            # No name here holds a null character, and the database cannot even be asked for one.
            raise Http404
        return None

    def process_exception(self, request: Request, error: Exception) -> HttpResponse | None:
        """Audit a refusal in its own transaction; the refused one has been rolled back."""
        if isinstance(error, NotAllowed):
            audit.record_refusal(
                by=request.viewer,
                at=request.care_clock(),
                action=error.action,
                reason=error.reason,
            )
            return page_not_found(request)
        if isinstance(error, PermissionDenied | Http404):
            self._note_missed(request)
            return page_not_found(request)
        return None

    def _note_missed(self, request: Request) -> None:
        """Audit what somebody signed in asked for and did not get: guessing ids must be seen."""
        match = request.resolver_match
        if match is None or request.viewer.account_id is None:
            return
        audit.record_refusal(
            by=request.viewer,
            at=request.care_clock(),
            action=match.view_name,
            subject=audit.subject_of(match.kwargs),
            person_id=audit.person_of(match.kwargs),
            reason="not there, or not for this viewer",
        )


def _is_static(request: Request) -> bool:
    return request.path.startswith(settings.STATIC_URL)
