"""The charity's mailbox, for a demonstration's story: what it was sent, and what others then hear.

A charity answers by a link in its own mailbox, which is no page of ours. In a demonstration nothing
leaves, so the mailbox is shown here. In a demonstration and nowhere else.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from oneplace.access import demo
from oneplace.access import queries as access
from oneplace.access.guard import anyone, may
from oneplace.access.viewer import system_viewer, viewing
from oneplace.desk.permissions import OPEN_PERSON
from oneplace.huddles.demo import list_story_person
from oneplace.huddles.demo_charity import ask_garden_charity
from oneplace.kit.refusals import Refused
from oneplace.kit.request import Request
from oneplace.people import verbs as people_verbs
from oneplace.post import queries as post
from oneplace.post.permissions import SEE_SENT
from oneplace.vocabulary.terms import Purpose, Role

_READER: Final = system_viewer(
    "charity mailbox", purpose=Purpose.DIRECT_CARE, permissions=frozenset({SEE_SENT})
)
_TEMPLATES: Final = ("referral_link", "referral_code")
_MOST: Final = 6

# What others hear, a button each: whose hat, and which of the story's pages.
HEARD: Final = {
    "asker": (Role.NETWORK_FACILITATOR, "post:notices"),
    "gp": (Role.GP, "post:notices"),
    "huddle": (Role.NETWORK_FACILITATOR, "demo:story_huddle"),
    "benefits": (Role.PIC, "demo:story_income"),
}


@dataclass(frozen=True)
class Mail:
    """One email in the charity's mailbox."""

    subject: str
    lines: tuple[str, ...]
    """Each line of its words; one that is an address is a link."""
    at: datetime


@require_safe
@anyone
def story_mailbox(request: Request) -> HttpResponse:
    """What the charity of the story found in its mailbox, the newest first."""
    list_story_person(at=request.received_at)
    asked = ask_garden_charity(at=request.received_at)
    if asked is None:
        messages.info(request, "The charity is asked a moment after everybody has arrived.")
        return redirect("desk:my_day")
    with viewing(_READER, at=request.received_at) as reader:
        found = post.sent(post.SentFilter(recipient=asked.provider_name), viewer=reader)
        mails = [
            Mail(message.subject, tuple(message.body.strip().splitlines()), message.written_at)
            for message in found.messages
            if message.template in _TEMPLATES and message.cause_id == asked.pk
        ]
    return render(
        request,
        "desk/mailbox.html",
        {
            "mails": mails[:_MOST],
            "charity": asked.provider_name,
            "service": asked.service_name,
            "story_person": settings.PLACE.demo.story_person,
        },
    )


@require_POST
@anyone
def hear_of_it(request: Request, key: str) -> HttpResponse:
    """Put on the hat of somebody who hears of the charity's answer, and go where they read it."""
    if key not in HEARD:
        raise Http404
    role, route = HEARD[key]
    if request.viewer.role is not role and not demo.enter_as(request, access.demo_person(role)):
        return demo.nobody_yet(request)
    return redirect(route)


@require_safe
@may(OPEN_PERSON)
def story_income(request: Request) -> HttpResponse:
    """The form for money gained, on the plan of the story's person."""
    name = settings.PLACE.demo.story_person
    try:
        answer = people_verbs.find_people(text=name, by=request.viewer, at=request.received_at)
        found = next((one for one in answer.people if one.is_open), None)
    except Refused:
        found = None
    if found is None:
        messages.info(request, f"{name}’s record does not open to this hat today.")
        return redirect("demo:story_mailbox")
    return redirect("plans:record_income", found.person_id)
