"""Every request gets its care time, its id and its security headers, errors included."""

import secrets
import uuid
from collections.abc import Callable

from django.conf import settings
from django.http import HttpResponse

from oneplace.kit import clock
from oneplace.kit.request import Request

Handler = Callable[[Request], HttpResponse]

CONTENT_POLICY = (
    "default-src 'none'; script-src 'nonce-{nonce}' 'strict-dynamic'; style-src 'self' "
    "'nonce-{nonce}'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
    "form-action 'self'{form_action}; base-uri 'none'; frame-ancestors 'none'; "
    "manifest-src 'self'; worker-src 'self'"
)


def received_at(handler: Handler) -> Handler:
    """Read care time once, when the request arrives, and give the request an id for the audit."""

    def middleware(request: Request) -> HttpResponse:
        request.request_id = uuid.uuid4()
        request.care_clock = clock.Lazy()
        return handler(request)

    return middleware


def security_headers(handler: Handler) -> Handler:
    """Put the nonce policy and the no-store rule on every response, errors included."""

    def middleware(request: Request) -> HttpResponse:
        request.csp_nonce = secrets.token_urlsafe(16)
        response = handler(request)
        # Where sign-in leaves for an organisation's own provider, the browser must be let go.
        providers = "".join(f" {origin}" for origin in settings.SIGN_IN_ORIGINS)
        response.headers.setdefault(
            "Content-Security-Policy",
            CONTENT_POLICY.format(nonce=request.csp_nonce, form_action=providers),
        )
        response.headers.setdefault(
            "Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=()"
        )
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        # Django's own middleware for it stands behind the one that refuses strange hosts.
        response.headers.setdefault("X-Frame-Options", settings.X_FRAME_OPTIONS)
        if not request.path.startswith(settings.STATIC_URL):
            response.headers.setdefault("Cache-Control", "no-store")
        if "public" in response.headers.get("Cache-Control", ""):
            # Whoever keeps a copy for others must not keep somebody's session with it.
            response.cookies.clear()
        return response

    return middleware
