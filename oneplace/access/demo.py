"""Walking into a demo: sign in as an invented person without a password, and move its clock.

Reachable in demo mode only: elsewhere these addresses do not exist, and `oneplace demo` listens on
a loopback address alone.
"""

from datetime import timedelta

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, logout
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.timezone import localtime
from django.views.decorators.http import require_http_methods, require_POST

from oneplace.access import queries, verbs
from oneplace.access.guard import BEGAN_IN_SESSION, HAT_IN_SESSION, anyone, signed_in
from oneplace.access.middleware import SEEN_IN_SESSION
from oneplace.access.models import DemoPerson
from oneplace.access.sessions import ADDRESS_IN_SESSION, BROWSER_IN_SESSION
from oneplace.access.sign_in import as_account, browser_words
from oneplace.kit.clock import local_day
from oneplace.kit.request import Request
from oneplace.vocabulary.terms import Role

MOVES = {
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
    "week": timedelta(weeks=1),
}
STORY_IN_SESSION = "story"


@require_http_methods(["GET", "POST"])
@anyone
def walk_in(request: Request, role: str = "") -> HttpResponse:
    """Sign in as one of the demo's people: by the door's button, or by the terminal's link."""
    request.session.pop(STORY_IN_SESSION, None)
    if role:
        if role not in Role.stored_words():
            raise Http404
        person = queries.demo_person(Role(role))
    elif request.method == "POST":
        person = queries.demo_person_of(request.POST.get("account", ""))
        if person is None and queries.demo_people():
            # Everybody has arrived, and nobody here is called that.
            raise Http404
    else:
        return redirect("desk:door")
    if not enter_as(request, person):
        return nobody_yet(request)
    return redirect("desk:my_day")


@require_POST
@signed_in
def move_clock(request: Request) -> HttpResponse:
    """Move the demo's care time on, for everybody in it."""
    by = MOVES.get(request.POST.get("by", "").removeprefix("+1 "))
    if by is None:
        raise Http404
    moved = verbs.move_clock(moved_by=by, by=request.viewer, at=request.received_at)
    messages.success(request, f"It is now {localtime(moved):%A %-d %B %Y, %H:%M}.")
    return HttpResponseRedirect(_back(request))


def enter_as(request: Request, person: DemoPerson | None) -> bool:
    """Open a session as one of the demo's people, the role's hat on; whether that could be."""
    if not settings.IS_DEMO:
        raise RuntimeError("Only a demo lets visitors walk in.")
    if person is None or not person.account.is_active:
        return False
    account = person.account
    story = request.session.get(STORY_IN_SESSION)
    logout(request)
    login(request, account, backend=settings.AUTHENTICATION_BACKENDS[0])
    session = request.session
    session[BEGAN_IN_SESSION] = session[SEEN_IN_SESSION] = verbs.machine_now().isoformat()
    session[ADDRESS_IN_SESSION] = request.viewer.from_address
    session[BROWSER_IN_SESSION] = browser_words(request.headers.get("User-Agent", ""))
    if story is not None:
        session[STORY_IN_SESSION] = story
    by = as_account(request.viewer, account)
    verbs.note_walk_in(account=account, role=person.role, by=by, at=request.received_at)
    hat = (
        queries.hats(account.pk, on=local_day(request.received_at))
        .filter(post__role=person.role)
        .first()
    )
    if hat is not None:
        verbs.wear_hat(hat=hat, by=by, at=request.received_at)
        session[HAT_IN_SESSION] = str(hat.pk)
    return True


def nobody_yet(request: Request) -> HttpResponse:
    """The people at work are still on their way into this demo."""
    response = render(
        request, "access/nobody_yet.html", {"title": "They are still on their way"}, status=503
    )
    response.headers["Retry-After"] = "10"
    return response


def _back(request: Request) -> str:
    address = request.POST.get("next", "")
    if address.startswith("/") and url_has_allowed_host_and_scheme(address, allowed_hosts=None):
        return address
    return reverse("desk:my_day")
