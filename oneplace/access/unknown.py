"""One answer to the unknown and the forbidden: same words, same frame, same headers."""

from django.db import transaction
from django.http import HttpResponse

from oneplace.access.guard import viewer_of
from oneplace.access.viewer import NOBODY
from oneplace.kit import views
from oneplace.kit.request import Request


def page_not_found(request: Request, exception: Exception | None = None) -> HttpResponse:
    """The page for what does not exist or is not for this role; the frame knows who is looking."""
    if getattr(request, "viewer", NOBODY) is NOBODY and hasattr(request, "session"):
        # An unknown address never met a guard; without this its page would look signed out, and
        # the difference would tell what exists.
        with transaction.atomic():
            request.viewer = viewer_of(request, at=request.care_clock())
    return views.page_not_found(request, exception)
