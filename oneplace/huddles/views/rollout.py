"""The roll-out by network, what each practice asked, the private calendar, and the manual."""

import uuid
from datetime import timedelta

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from oneplace.access.guard import anyone, may
from oneplace.huddles import calendar_feed, forms, manual, presenters, queries, verbs
from oneplace.huddles.models import VisitKind
from oneplace.huddles.permissions import SEE_HUDDLES, SEE_ROLL_OUT
from oneplace.huddles.verbs.calendar import hash_of
from oneplace.huddles.views.finding import home_crumb
from oneplace.kit.clock import local_day
from oneplace.kit.forms import FormPage, form_page, refusals_on
from oneplace.kit.request import Request
from oneplace.kit.words import say

_TRACKER = ("Roll-out", "huddles:roll_out")


@require_safe
@may(SEE_ROLL_OUT)
def roll_out(request: Request) -> HttpResponse:
    """Every practice by network: who meets, who does not, who stands out."""
    rows = queries.roll_out(viewer=request.viewer, at=request.received_at)
    networks: dict[str, list[queries.RolledOut]] = {}
    for row in rows:
        name = row.practice.network.name if row.practice.network else say("No {network}")
        networks.setdefault(name, []).append(row)
    out = [row for row in rows if row.stands_out(request.received_at)]
    return render(
        request,
        "huddles/roll_out.html",
        {
            "title": _TRACKER[0],
            "crumbs": (home_crumb(),) if request.viewer.may(SEE_HUDDLES) else (),
            "networks": networks,
            "meeting": sum(row.last_held is not None for row in rows),
            "of": len(rows),
            "standing_out": out,
            "at": request.received_at,
        },
    )


@may(SEE_ROLL_OUT)
def engagement(request: Request, practice_id: uuid.UUID) -> HttpResponse:
    """Visits to a practice, what it asked and was answered; and another line of it."""
    practice = queries.practice(practice_id, viewer=request.viewer)
    if practice is None:
        raise Http404
    noted = list(queries.engagements(practice, viewer=request.viewer))
    answered = {one.answers_id for one in noted if one.answers_id}
    waiting = [one for one in noted if one.kind == VisitKind.ASKED and one.pk not in answered]
    asked = request.GET.get("answers", "")
    form = forms.EngagementForm(
        request.POST or None,
        open_questions=waiting,
        initial={
            "on": local_day(request.received_at),
            "answers": asked,
            "kind": VisitKind.ANSWERED.value if asked else None,
        },
    )
    if form.is_valid():
        said = form.cleaned_data
        with refusals_on(form):
            verbs.note_engagement(
                practice=practice,
                kind=VisitKind(said["kind"]),
                words=said["words"],
                on=said["on"],
                answers=form.waiting.get(said.get("answers") or ""),
                by=request.viewer,
                at=request.received_at,
            )
            return redirect("huddles:engagement", practice.pk)
    page = FormPage(
        title=practice.name,
        caption=say("Towards a {huddle}"),
        send="Note it",
        crumbs=((_TRACKER[0], reverse(_TRACKER[1])),),
        cancel=reverse(_TRACKER[1]),
    )
    return form_page(
        request,
        form,
        page,
        "huddles/engagement.html",
        noted=presenters.noted_by_question(noted),
        waiting={one.pk for one in waiting},
    )


@require_safe
@may(SEE_HUDDLES)
def calendar(request: Request) -> HttpResponse:
    """The private link by which one's own calendar reads one's huddles."""
    secret = request.session.pop("huddles_calendar", "")
    link = (
        request.build_absolute_uri(reverse("huddles:calendar_file", args=[secret]))
        if secret
        else ""
    )
    return render(
        request,
        "huddles/calendar.html",
        {
            "title": say("{Huddles} in your calendar"),
            "crumbs": (home_crumb(),),
            "link": link,
            "has_link": queries.calendar_link(viewer=request.viewer) is not None,
        },
    )


@require_POST
@may(SEE_HUDDLES)
def make_calendar_link(request: Request) -> HttpResponse:
    """A new private link, shown once; the one before stops working."""
    request.session["huddles_calendar"] = verbs.make_calendar_link(
        by=request.viewer, at=request.received_at
    )
    return redirect("huddles:calendar")


@require_POST
@may(SEE_HUDDLES)
def withdraw_calendar_link(request: Request) -> HttpResponse:
    """Let one's private link work no longer."""
    if queries.calendar_link(viewer=request.viewer) is not None:
        verbs.withdraw_calendar_link(by=request.viewer, at=request.received_at)
        messages.success(request, "The link no longer works.")
    return redirect("huddles:calendar")


@require_safe
@anyone
def calendar_file(request: Request, secret: str) -> HttpResponse:
    """The calendar itself, for whoever holds the link: when and where, nobody's name."""
    since = request.received_at - timedelta(weeks=4)
    found = queries.meetings_of_link(hash_of(secret), since=since)
    if found is None:
        raise Http404
    text = calendar_feed.calendar_of(
        found[1], address=request.build_absolute_uri(reverse("huddles:huddles"))
    )
    return HttpResponse(text, content_type="text/calendar; charset=utf-8")


@require_safe
@may(SEE_HUDDLES)
def huddle_manual(request: Request) -> HttpResponse:
    """How a huddle is held here: the manual, with its version."""
    return render(
        request,
        "huddles/manual.html",
        {
            "title": say("How we hold a {huddle}"),
            "crumbs": (home_crumb(),),
            "manual": manual.manual(),
        },
    )
