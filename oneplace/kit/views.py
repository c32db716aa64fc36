"""The pages for errors: one for what is unknown or forbidden, one for our own mistakes."""

import logging
import re

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import escape

log = logging.getLogger(__name__)

_SECRETS = re.compile(r"password|passcode|otp|token|secret|credential|^code$", re.IGNORECASE)
_MOST_REPEATED = 200


def page_not_found(request: HttpRequest, exception: Exception | None) -> HttpResponse:
    """The same page, byte for byte, for what does not exist and what is not for this role."""
    return render(request, "kit/not_found.html", status=404)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form came without its key: usually a page left open over a new sign-in.

    What was typed can be sent again with one press, but only when the browser itself vouches that
    the form was on our own page (a stranger's page cannot forge `Sec-Fetch-Site`), and never when
    a secret is among it.
    """
    repeated: list[tuple[str, str]] = []
    if request.headers.get("Sec-Fetch-Site") == "same-origin" and not request.FILES:
        repeated = [
            (name, str(value))
            for name, values in request.POST.lists()
            if name != "csrfmiddlewaretoken"
            for value in values
        ]
        has_secret = any(_SECRETS.search(name) for name, _ in repeated)
        if has_secret or len(repeated) > _MOST_REPEATED:
            repeated = []
    return render(request, "kit/form_expired.html", {"repeated": repeated}, status=403)


def server_error(request: HttpRequest) -> HttpResponse:
    """Something of ours broke; nothing was saved. Shown even when the templates themselves fail."""
    request_id = getattr(request, "request_id", "")
    try:
        return render(request, "kit/server_error.html", {"request_id": request_id}, status=500)
    except Exception:
        log.exception("The page for our own mistakes could not be drawn")
        return HttpResponse(_plain_words(str(request_id)), status=500)


def _plain_words(request_id: str) -> str:
    website = settings.PLACE.identity.website
    return (
        '<!doctype html><html lang="en-GB"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        "<title>Something went wrong on our side</title><main>"
        "<h1>Something went wrong on our side</h1>"
        "<p>What you last sent was not saved. Go back one page and try again.</p>"
        f"<p>If it happens twice, ring {escape(website.help_phone)} "
        f"({escape(website.help_hours)}).</p>"
        f"<p>Reference for support: {escape(request_id)}</p></main></html>"
    )
