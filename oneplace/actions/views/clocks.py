"""Clocks: which run for one's organisation and teams, why, and what is left; and one of them."""

import uuid
from datetime import timedelta

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from oneplace.access.guard import may
from oneplace.actions import clock_pages, queries
from oneplace.actions.permissions import SEE_ACTIONS
from oneplace.kit.request import Request

MOST = 200
LATELY = timedelta(days=14)


@require_safe
@may(SEE_ACTIONS)
def clocks(request: Request) -> HttpResponse:
    """What runs now, the next to end first, and what stopped in the last two weeks."""
    viewer, at = request.viewer, request.received_at
    running = list(queries.running_clocks(viewer=viewer)[:MOST])
    stopped = list(queries.stopped_clocks(viewer=viewer, since=at - LATELY)[:MOST])
    queries.shown_to([*running, *stopped], viewer=viewer, at=at)
    page = clock_pages.ClocksPage(
        running=[clock_pages.clock_shown(one, viewer=viewer, at=at) for one in running],
        stopped=[clock_pages.clock_shown(one, viewer=viewer, at=at) for one in stopped],
    )
    return render(request, "actions/clocks.html", {"page": page})


@require_safe
@may(SEE_ACTIONS)
def clock(request: Request, clock_id: uuid.UUID) -> HttpResponse:
    """One clock: the rule, what started it, each pause, and what ended it."""
    viewer, at = request.viewer, request.received_at
    found = queries.clock(clock_id, viewer=viewer)
    if found is None:
        raise Http404
    queries.shown_to([found], viewer=viewer, at=at)
    shown = clock_pages.clock_shown(found, viewer=viewer, at=at)
    return render(request, "actions/clock.html", {"shown": shown})
