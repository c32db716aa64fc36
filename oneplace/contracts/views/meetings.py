"""Meetings of the alliance's bodies: agenda, papers, who came, rulings, what was said, minutes."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from django import forms as django_forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from oneplace.access.guard import may
from oneplace.contracts import bodies, forms, presenters, queries, verbs
from oneplace.contracts.models import BoardMeeting, Item
from oneplace.contracts.permissions import SEE_DECISIONS
from oneplace.kit.clock import local_day
from oneplace.kit.forms import FormPage, form_page
from oneplace.kit.refusals import refusals_on
from oneplace.kit.request import Request
from oneplace.partners import queries as partners


def _seated(request: Request) -> frozenset[str]:
    return queries.seated_in(viewer=request.viewer, on=local_day(request.received_at))


@may(SEE_DECISIONS)
def plan_meeting(request: Request) -> HttpResponse:
    """Call a body to a meeting."""
    form = forms.PlanMeetingForm(request.POST or None, seated=_seated(request))
    if form.is_valid():
        with refusals_on(form):
            made = verbs.plan_meeting(
                body=form.cleaned_data["body"],
                starts_at=form.starts_at(),
                where=form.cleaned_data["where"],
                by=request.viewer,
                at=request.received_at,
            )
            return redirect("contracts:meeting", made.pk)
    page = FormPage("Call a meeting", send="Call it", cancel=reverse("contracts:boards"))
    return form_page(request, form, page)


@require_safe
@may(SEE_DECISIONS)
def meeting(request: Request, meeting_id: uuid.UUID) -> HttpResponse:
    """One meeting: what is on the agenda, which papers, who came, and what must be ruled on."""
    found = _meeting(request, meeting_id)
    return render(request, "contracts/meeting.html", {"page": _page(request, found)})


@require_safe
@may(SEE_DECISIONS)
def item(request: Request, item_id: uuid.UUID) -> HttpResponse:
    """One item: papers, interests, what each partner said, the minute with its corrections."""
    found, row, page = _item_row(request, item_id)
    room = queries.in_the_room(page.meeting, about=found, viewer=request.viewer)
    shown = presenters.ItemPage(
        row=row,
        meeting=page.meeting,
        quorum=room.quorum(page.meeting.body, position=found.position),
        votes=tuple(
            (seat, room.votes[seat.pk].said.label, room.votes[seat.pk].words)
            for seat in room.seats
            if seat.pk in room.votes
        ),
        minutes=tuple(found.minuted.all()),
        acts=tuple(
            presenters.item_acts(row, page.meeting, may_keep=page.may_keep, may_rule=page.may_rule)
        ),
    )
    return render(
        request,
        "contracts/item.html",
        {"page": shown, "marking_words": presenters.marking_words},
    )


@dataclass(frozen=True)
class _Doing:
    title: str
    send: str
    form: type[django_forms.Form]
    do: Callable[..., Any]
    done: str
    lead: str = ""
    options: Callable[[Any, Request], dict[str, Any]] = field(default=lambda thing, request: {})


def _seats(found: BoardMeeting, request: Request) -> dict[str, Any]:
    on = local_day(found.starts_at)
    return {"seats": queries.seats_of(found.body, viewer=request.viewer, on=on)}


def _for_item(found: BoardMeeting, request: Request) -> dict[str, Any]:
    return {
        "proposals": queries.proposals_of(found.body, viewer=request.viewer),
        "partners": partners.partners(),
    }


def _add_item(meeting: BoardMeeting, *, touches: Any, **given: Any) -> Item:
    return verbs.add_item(meeting=meeting, touches=[each.pk for each in touches], **given)


_MEETING: Final = {
    "add_item": _Doing(
        "Add an item", "Add it", forms.ItemForm, _add_item, "Added.", options=_for_item
    ),
    "send_papers": _Doing(
        "Let the papers go out",
        "Send them",
        forms.SendForm,
        lambda meeting, **given: verbs.send_papers(meeting=meeting, **given),
        "The papers are out.",
        lead="Each member reads the papers of every item but those withheld from them.",
    ),
    "record_presence": _Doing(
        "Who came",
        "Write it down",
        forms.PresenceForm,
        lambda meeting, **given: verbs.record_presence(meeting=meeting, **given),
        "Written down.",
        options=_seats,
    ),
    "hold_meeting": _Doing(
        "Close as held",
        "Close it",
        forms.SendForm,
        lambda meeting, **given: verbs.hold_meeting(meeting=meeting, **given),
        "Closed.",
    ),
    "cancel_meeting": _Doing(
        "Call it off",
        "Call it off",
        forms.WhyForm,
        lambda meeting, **given: verbs.cancel_meeting(meeting=meeting, **given),
        "Called off.",
    ),
}
_ITEM: Final = {
    "add_paper": _Doing(
        "Put a paper in",
        "Put it in",
        forms.PaperForm,
        lambda item, **given: verbs.add_paper(item=item, **given),
        "It is with the papers.",
    ),
    "rule_on_interest": _Doing(
        "Rule on an interest",
        "Rule",
        forms.RulingForm,
        lambda item, **given: verbs.rule_on_interest(item=item, **given),
        "Ruled, and minuted with the item.",
        options=lambda item, request: _seats(item.meeting, request),
    ),
    "record_vote": _Doing(
        "What a partner said",
        "Write it down",
        forms.VoteForm,
        lambda item, **given: verbs.record_vote(item=item, **given),
        "Written down.",
        options=lambda item, request: _seats(item.meeting, request),
    ),
    "write_minute": _Doing(
        "Write the minute",
        "Write it",
        forms.MinuteForm,
        lambda item, **given: verbs.write_minute(item=item, **given),
        "Written. Both versions are kept where one corrects another.",
    ),
    "recommend_decision": _Doing(
        "The body recommends it",
        "It does",
        forms.RecommendForm,
        lambda item, **given: verbs.recommend_decision(item=item, **given),
        "Recommended. Next: the partners’ own boards.",
    ),
}


@may(SEE_DECISIONS)
def run_meeting(request: Request, meeting_id: uuid.UUID, act: str) -> HttpResponse:
    """One thing done with a meeting: an item, papers out, who came, held, called off."""
    chosen = _MEETING.get(act)
    if chosen is None:
        raise Http404
    found = _meeting(request, meeting_id)
    here = reverse("contracts:meeting", args=[found.pk])
    return _do(request, chosen, found, here, caption=bodies.name_of(found.body))


@may(SEE_DECISIONS)
def keep_item(request: Request, item_id: uuid.UUID, act: str) -> HttpResponse:
    """One thing done with an item: a paper, a ruling, what was said, its minute."""
    chosen = _ITEM.get(act)
    found = queries.item(item_id, viewer=request.viewer)
    if chosen is None or found is None:
        raise Http404
    here = reverse("contracts:item", args=[found.pk])
    return _do(request, chosen, found, here, caption=found.title)


def _do(request: Request, chosen: _Doing, thing: Any, here: str, *, caption: str) -> HttpResponse:
    form = chosen.form(
        request.POST if request.method == "POST" else None, **chosen.options(thing, request)
    )
    if form.is_valid():
        with refusals_on(form):
            chosen.do(thing, by=request.viewer, at=request.received_at, **form.cleaned_data)
            messages.success(request, chosen.done)
            return redirect(here)
    page = FormPage(
        title=chosen.title, caption=caption, lead=chosen.lead, send=chosen.send, cancel=here
    )
    return form_page(request, form, page)


def _meeting(request: Request, meeting_id: uuid.UUID) -> BoardMeeting:
    found = queries.meeting(meeting_id, viewer=request.viewer)
    if found is None:
        raise Http404
    return found


def _page(request: Request, found: BoardMeeting) -> presenters.MeetingPage:
    items = list(found.items.all())
    on = local_day(found.starts_at)
    return presenters.MeetingPage.of(
        found,
        room=queries.in_the_room(found, viewer=request.viewer),
        unruled=queries.conflicts_in(found, items, viewer=request.viewer, on=on),
        viewer=request.viewer,
        seated=_seated(request),
    )


def _item_row(
    request: Request, item_id: uuid.UUID
) -> tuple[Item, presenters.ItemRow, presenters.MeetingPage]:
    found = queries.item(item_id, viewer=request.viewer)
    if found is None:
        raise Http404
    page = _page(request, _meeting(request, found.meeting_id))
    row = next((each for each in page.items if each.item.pk == item_id), None)
    if row is None:
        raise Http404
    return row.item, row, page
