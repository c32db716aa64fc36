"""What every page's frame needs: navigation, session times, the demo's bar."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.template.backends.utils import csrf_input
from django.utils.crypto import salted_hmac
from django.utils.functional import SimpleLazyObject

from oneplace.access.guard import BEGAN_IN_SESSION
from oneplace.access.middleware import NOTE_EVERY
from oneplace.access.viewer import NOBODY, Viewer
from oneplace.config.navigation import navigation
from oneplace.people.queries import duty_reach

STORY_IN_SESSION = "story"


@dataclass(frozen=True)
class SessionTimes:
    """Seconds from now, as the browser must count them to warn before a session ends."""

    idle: int
    warn_before: int
    left: int


@dataclass(frozen=True)
class Move:
    """One button that moves the demo's clock."""

    label: str
    value: str


MOVES = (Move("+1 hour", "hour"), Move("+1 day", "day"), Move("+1 week", "week"))


def shell(request: HttpRequest) -> dict[str, Any]:
    """The frame's values, without asking the database anything a view has not asked already."""
    viewer: Viewer = getattr(request, "viewer", NOBODY)
    match = getattr(request, "resolver_match", None)
    is_in = viewer.account_id is not None
    return {
        "viewer": viewer,
        "is_signed_in": is_in,
        "csp_nonce": getattr(request, "csp_nonce", ""),
        "navigation": tuple(navigation(viewer, match.view_name if match else "")),
        "session_times": _session_times(request) if is_in else None,
        # Lets the browser tell readers' kept words apart without knowing who anybody is.
        "reader": salted_hmac("reader", str(viewer.account_id)).hexdigest()[:16] if is_in else "",
        "received_at": _care_time(request) if is_in else None,
        "safety": duty_reach(viewer=viewer) if is_in else None,
        "demo_moves": MOVES,
        # Masked once a page, not once a form.
        "csrf_input": SimpleLazyObject(lambda: csrf_input(request)),
        "story": request.session.get(STORY_IN_SESSION)
        if settings.IS_DEMO and hasattr(request, "session")
        else None,
    }


def _care_time(request: HttpRequest) -> datetime | None:
    """Care time as the guard read it; a page for an unknown address never met the guard."""
    clock = getattr(request, "care_clock", None)
    return clock() if clock else None


def _session_times(request: HttpRequest) -> SessionTimes:
    limits = settings.PLACE.sessions
    # The server notes a click at most once a minute, so its count may run a minute ahead of ours.
    idle = limits.idle.timedelta - NOTE_EVERY
    began = request.session.get(BEGAN_IN_SESSION)
    passed = (
        datetime.now(UTC) - datetime.fromisoformat(began) if began else limits.idle.timedelta * 0
    )
    return SessionTimes(
        idle=int(idle.total_seconds()),
        warn_before=int(limits.warn_before.timedelta.total_seconds()),
        left=int((limits.absolute.timedelta - passed).total_seconds()),
    )
