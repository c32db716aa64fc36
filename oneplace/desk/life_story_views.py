"""The story's second and third stops: his way home, the desk, his leaving, and who arrives.

In a demonstration and nowhere else: here a visitor lets happen what a ward and a worker's phone
would tell.
"""

import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.timezone import localtime
from django.views.decorators.http import require_POST, require_safe

from oneplace.access import verbs as access_verbs
from oneplace.access.guard import may
from oneplace.desk.queries.planted import planted
from oneplace.homefirst import queries as homefirst
from oneplace.homefirst.demo import arrive_at_story, ask_for_story_person
from oneplace.homefirst.permissions import RUN_LIFE_DESK, SEE_DISCHARGES, SEE_LIFE_DESK
from oneplace.kit import clock
from oneplace.kit.refusals import Refused
from oneplace.kit.request import Request
from oneplace.people import verbs as people_verbs


@require_safe
@may(SEE_DISCHARGES)
def story_journey(request: Request) -> HttpResponse:
    """Open the way home of the story's person."""
    name = settings.PLACE.demo.story_person
    try:
        answer = people_verbs.find_people(text=name, by=request.viewer, at=request.received_at)
        found = next((one for one in answer.people if one.is_open), None)
    except Refused:
        found = None
    if found is None:
        messages.info(request, f"{name}’s record has not arrived yet. Wait a moment and try again.")
        return redirect("homefirst:discharges")
    return redirect("homefirst:journey", found.person_id)


@require_safe
@may(SEE_LIFE_DESK)
def story_desk(request: Request) -> HttpResponse:
    """Open the desk; whoever passed over the chapter before finds him asked for all the same."""
    ask_for_story_person(at=request.received_at)
    return redirect("homefirst:desk")


@require_POST
@may(RUN_LIFE_DESK)
def he_leaves(request: Request) -> HttpResponse:
    """Let the ward's message come: the demonstration's clock moves to when it arrives."""
    case = ask_for_story_person(at=request.received_at)
    comes_at = _message_comes_at()
    if comes_at is None or case is None:
        messages.info(request, "The ward has not sent its file yet. Wait a moment and try again.")
        return redirect("homefirst:desk")
    now = clock.now()
    if comes_at > now:
        moved = access_verbs.move_clock(
            moved_by=comes_at - now + timedelta(minutes=1), by=request.viewer, at=now
        )
        messages.success(
            request,
            f"It is now {localtime(moved):%H:%M}. The ward’s message is being read; the clock "
            "starts by itself.",
        )
    return redirect("homefirst:case", case.pk)


@require_POST
@may(RUN_LIFE_DESK)
def life_arrives(request: Request, case_id: uuid.UUID) -> HttpResponse:
    """Let whoever was sent stand at the door, at the time planned, as their phone would tell."""
    case = homefirst.case(case_id, viewer=request.viewer)
    if case is None or case.planned_at is None:
        raise Http404
    now = clock.now()
    if case.planned_at > now:
        now = access_verbs.move_clock(moved_by=case.planned_at - now, by=request.viewer, at=now)
    if arrive_at_story(case, at=now):
        messages.success(request, f"{case.worker_name} is there. The clock stopped by itself.")
    else:
        messages.info(request, "Nobody is on the way.")
    return redirect("homefirst:case", case.pk)


def _message_comes_at() -> datetime | None:
    """When the ward's message of his leaving arrives, as the borough published it."""
    told = planted()
    return told.story_leaves_at if told is not None else None
