"""What every page here begins with: the thing it is about, or the page for what does not exist."""

import uuid

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse

from oneplace.huddles import queries
from oneplace.huddles.models import Item, Line, Meeting, Paragraph, Series
from oneplace.kit.formats import weekday
from oneplace.kit.refusals import Refused
from oneplace.kit.request import Request
from oneplace.kit.words import say

HOME = "huddles:huddles"


def home_crumb() -> tuple[str, str]:
    """The list of all meetings, as the first step of the way to a page."""
    return say("{Huddles}"), reverse(HOME)


def series_or_404(request: Request, series_id: uuid.UUID) -> Series:
    """A series of the viewer's."""
    found = queries.series(series_id, viewer=request.viewer)
    if found is None:
        raise Http404
    return found


def meeting_or_404(request: Request, meeting_id: uuid.UUID) -> Meeting:
    """A meeting of the viewer's series."""
    found = queries.meeting(meeting_id, viewer=request.viewer)
    if found is None:
        raise Http404
    return found


def item_or_404(request: Request, item_id: uuid.UUID) -> Item:
    """Somebody on an agenda whom the viewer may open."""
    found = queries.item(item_id, viewer=request.viewer)
    if found is None or queries.meeting(found.meeting_id, viewer=request.viewer) is None:
        raise Http404
    return found


def line_or_404(request: Request, line_id: uuid.UUID) -> Line:
    """A line of somebody whom the viewer may open."""
    found = queries.line(line_id, viewer=request.viewer)
    if found is None:
        raise Http404
    return found


def paragraph_or_404(request: Request, paragraph_id: uuid.UUID) -> Paragraph:
    """A paragraph of somebody whom the viewer may open."""
    found = queries.paragraph(paragraph_id, viewer=request.viewer)
    if found is None:
        raise Http404
    return found


def crumbs_of(meeting: Meeting) -> tuple[tuple[str, str], ...]:
    """Where a meeting stands."""
    return (
        home_crumb(),
        (meeting.series.name, reverse("huddles:series", args=[meeting.series_id])),
    )


def crumbs_to(meeting: Meeting) -> tuple[tuple[str, str], ...]:
    """Where a page about a meeting stands."""
    here = (weekday(meeting.starts_at), reverse("huddles:meeting", args=[meeting.pk]))
    return (*crumbs_of(meeting), here)


def wants_json(request: Request) -> bool:
    """Whether the screen's own script asked; a form without it is answered by a page."""
    return request.headers.get("Accept", "").startswith("application/json")


def done(request: Request, address: str, **told: object) -> HttpResponse:
    """The answer to something done: a word to the script, or the page again."""
    if wants_json(request):
        return JsonResponse({"ok": True, **told})
    return redirect(address)


def refused(request: Request, refusal: Refused) -> HttpResponse | None:
    """The answer to something refused, for the script; None where a page shows the reason."""
    if not wants_json(request):
        return None
    return JsonResponse(
        {"ok": False, "reason": refusal.reason, "field": refusal.field or ""}, status=422
    )
