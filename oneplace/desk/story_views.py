"""Following the story: each step changes the hat and leads to its chapter. Demo mode only."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from oneplace.access import demo
from oneplace.access import queries as access
from oneplace.access.guard import anyone, may
from oneplace.desk import story
from oneplace.desk.permissions import OPEN_PERSON
from oneplace.huddles import queries as huddles
from oneplace.huddles.demo import list_story_person
from oneplace.huddles.permissions import SEE_HUDDLES
from oneplace.kit.refusals import Refused
from oneplace.kit.request import Request
from oneplace.kit.words import say
from oneplace.people import verbs as people_verbs
from oneplace.visits.demo import book_story_visit


@require_POST
@anyone
def follow(request: Request) -> HttpResponse:
    """Begin the story at its first chapter."""
    return _open(request, story.chapters()[0])


@require_POST
@anyone
def next_chapter(request: Request) -> HttpResponse:
    """Go on to the next chapter; after the last the story is over and the door opens again."""
    here = request.session.get(demo.STORY_IN_SESSION) or {}
    following = story.chapter(int(here.get("chapter") or 0) + 1)
    if following is None:
        request.session.pop(demo.STORY_IN_SESSION, None)
        return redirect("desk:door")
    return _open(request, following)


@require_safe
@may(OPEN_PERSON)
def story_person(request: Request) -> HttpResponse:
    """Open the record of the story's person, found as anybody would find it."""
    name = settings.PLACE.demo.story_person
    try:
        answer = people_verbs.find_people(text=name, by=request.viewer, at=request.received_at)
        found = next((one for one in answer.people if one.is_open), None)
    except Refused:
        found = None
    if found is None:
        messages.info(request, f"{name}’s record has not arrived yet. Wait a moment and try again.")
        return redirect("desk:search")
    return redirect("desk:person", found.person_id)


@require_safe
@may(SEE_HUDDLES)
def story_huddle(request: Request) -> HttpResponse:
    """Open the next huddle of the show practice: the one that speaks of the story's person."""
    meeting = huddles.next_of_show(settings.PLACE.demo.show_practice, viewer=request.viewer)
    if meeting is None:
        messages.info(
            request, say("The {huddles} are still on their way. Wait a moment and try again.")
        )
        return redirect("huddles:huddles")
    return redirect("huddles:meeting", meeting.pk)


def _open(request: Request, chapter: story.Chapter) -> HttpResponse:
    if request.viewer.role is not chapter.role and not demo.enter_as(
        request, access.demo_person(chapter.role)
    ):
        return demo.nobody_yet(request)
    if chapter.route == "demo:story_huddle":
        # Whoever passed over the chapter before finds him listed all the same.
        list_story_person(at=request.received_at)
    if chapter.route == "visits:phone":
        book_story_visit(at=request.received_at)
    request.session[demo.STORY_IN_SESSION] = chapter.for_session()
    return redirect(chapter.address())
