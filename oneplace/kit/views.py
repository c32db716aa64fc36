"""The pages for errors: one for what is unknown or forbidden, one for our own mistakes."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def page_not_found(request: HttpRequest, exception: Exception | None) -> HttpResponse:
    """The same page, byte for byte, for what does not exist and what is not for this role."""
    return render(request, "kit/not_found.html", status=404)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form came without its key: usually a page left open over a new sign-in."""
    return render(request, "kit/form_expired.html", status=403)


def server_error(request: HttpRequest) -> HttpResponse:
    """Something of ours broke; nothing was saved."""
    return render(request, "kit/server_error.html", status=500)
