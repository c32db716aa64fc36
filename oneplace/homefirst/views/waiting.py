"""Who is waiting on us: a page for each partner."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from oneplace.access import audit
from oneplace.access.guard import may
from oneplace.homefirst import queries
from oneplace.homefirst.naming import name_of
from oneplace.homefirst.permissions import SEE_DISCHARGES
from oneplace.homefirst.queries import WaitsOn
from oneplace.homefirst.waiting import HoldersPage, WaitingPage, from_other_rooms
from oneplace.kit.request import Request
from oneplace.people import queries as people


@require_safe
@may(SEE_DISCHARGES)
def waiting(request: Request) -> HttpResponse:
    """Every organisation, by name; each opens its own list."""
    page = HoldersPage.of(_found(request), viewer=request.viewer)
    return render(request, "homefirst/waiting.html", {"page": page})


@require_safe
@may(SEE_DISCHARGES)
def waiting_on(request: Request, holder: str) -> HttpResponse:
    """What waits on one organisation, the longest first, and who to ring."""
    viewer, at = request.viewer, request.received_at
    found = [each for each in _found(request) if each.holder == holder]
    persons = sorted({each.person_id for each in found if each.person_id is not None})
    names = {each.pk: name_of(each) for each in people.persons(persons, viewer=viewer)}
    if names:
        audit.record(by=viewer, at=at, action="see_waiting_on", persons_shown=sorted(names))
    page = WaitingPage.of(holder, found, names, queries.to_ring(holder, viewer=viewer), at=at)
    return render(request, "homefirst/waiting_on.html", {"page": page})


def _found(request: Request) -> list[WaitsOn]:
    viewer, at = request.viewer, request.received_at
    every = [*queries.waiting_on(viewer=viewer, at=at), *from_other_rooms(viewer=viewer, at=at)]
    return sorted(every, key=lambda each: each.since)
