"""Try to break it: the last chapter of the story. In a demonstration and nowhere else."""

from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from oneplace.access import demo
from oneplace.access import queries as access
from oneplace.access.guard import anyone, may
from oneplace.desk.permissions import OPEN_PERSON
from oneplace.desk.presenters.planted import PlantedPage
from oneplace.desk.queries import planted as truth
from oneplace.feeds import demo_stopping
from oneplace.feeds import queries as feeds
from oneplace.feeds.rules import in_words
from oneplace.kit.refusals import Refused
from oneplace.kit.request import Request
from oneplace.people import verbs as people_verbs
from oneplace.vocabulary.terms import Role


@dataclass(frozen=True)
class FeedToStop:
    """A feed on the page: how it stands, and whether a visitor has stopped it."""

    code: str
    name: str
    words: str
    is_stopped: bool
    is_silent: bool


# What leads to a page of another hat: whose, and where to. His own GP stands in a relationship to
# him on any day of the story; a nurse of the ward only while he lies there.
PAGES: Final = {
    "object": (Role.GP, "desk:sharing"),
    "look": (Role.GP, "desk:person"),
    "lanes": (Role.RECORD_STEWARD, "desk:person"),
    "leaver": (Role.PROGRAMME_DIRECTOR, "access:people_at_work"),
    "would_see": (Role.IG_OFFICER, "desk:explain_access"),
    "look_up": (Role.SOCIAL_WORKER, "people:look_up_person"),
    "emergency": (Role.COMMUNITY_NURSE, "desk:open_emergency"),
    "officer": (Role.IG_OFFICER, "desk:officer"),
}


@require_safe
@anyone
def try_to_break_it(request: Request) -> HttpResponse:
    """Everything that can be tried, a button each."""
    stopped = demo_stopping.stopped()
    rows = []
    for state in feeds.feed_states(viewer=request.viewer, at=request.received_at):
        source = state.source
        rows.append(
            FeedToStop(
                source.code,
                source.name,
                in_words(
                    state.standing, ring=source.ring, phone=source.phone, at=request.received_at
                ),
                source.code in stopped,
                state.standing.is_silent,
            )
        )
    planted = truth.planted()
    return render(
        request,
        "desk/breaking.html",
        {
            "feeds": rows,
            "story_person": settings.PLACE.demo.story_person,
            "story_number": planted.story_nhs_number if planted else "",
        },
    )


@require_POST
@anyone
def stop_feed(request: Request) -> HttpResponse:
    """Stop a partner's feed, or let it speak again."""
    code = request.POST.get("feed", "")
    states = feeds.feed_states(viewer=request.viewer, at=request.received_at)
    found = next((state.source for state in states if state.source.code == code), None)
    if found is None:
        raise Http404
    if code in demo_stopping.stopped():
        demo_stopping.let_speak(code)
        words = f"{found.name} speaks again. What it missed comes in within a minute."
    else:
        demo_stopping.stop(code, at=request.received_at)
        whom = ", ".join(filter(None, (found.ring, found.phone)))
        words = (
            f"Nothing comes from {found.name} any more. Press +1 day until it is late: its lane "
            f"goes grey on every record, and everybody is told whom to ring: {whom}."
        )
    messages.success(request, words)
    return redirect("demo:try_to_break_it")


@require_POST
@anyone
def try_it(request: Request, key: str) -> HttpResponse:
    """Put on the hat a trial needs and go to its page."""
    if key not in PAGES:
        raise Http404
    role, route = PAGES[key]
    if request.viewer.role is not role and not demo.enter_as(request, access.demo_person(role)):
        return demo.nobody_yet(request)
    if route not in {"desk:sharing", "desk:person"}:
        return redirect(route)
    # The new hat is known from the next page on, so that page finds the person.
    return redirect("demo:story_page", "sharing" if route == "desk:sharing" else "record")


@require_safe
@may(OPEN_PERSON)
def story_page(request: Request, page: str) -> HttpResponse:
    """The record of the story's person, or what he decided, as whoever now looks finds him."""
    route = {"sharing": "desk:sharing", "record": "desk:person"}.get(page)
    if route is None:
        raise Http404
    name = settings.PLACE.demo.story_person
    try:
        answer = people_verbs.find_people(text=name, by=request.viewer, at=request.received_at)
        found = next((one for one in answer.people if one.is_open), None)
    except Refused:
        found = None
    if found is None:
        messages.info(request, f"{name}’s record does not open to this hat today.")
        return redirect("demo:try_to_break_it")
    return redirect(route, found.person_id)


@require_safe
@anyone
def planted(request: Request) -> HttpResponse:
    """What was planted in this borough, and what could not be told."""
    found = truth.planted()
    if found is None:
        raise Http404
    page = PlantedPage.of(found, settings.PLACE)
    return render(request, "desk/planted.html", {"page": page})
