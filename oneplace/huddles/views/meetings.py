"""Huddles before they begin: whose they are, when, the agenda, bringing somebody, preparing."""

import uuid
from datetime import timedelta

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from oneplace.access.guard import may
from oneplace.huddles import forms, manual, presenters, queries, rules, verbs
from oneplace.huddles.models import ItemState, Meeting
from oneplace.huddles.permissions import BRING_TO_HUDDLE, RUN_HUDDLE, SEE_HUDDLES
from oneplace.huddles.views.choosing import chosen_series
from oneplace.huddles.views.finding import (
    crumbs_of,
    crumbs_to,
    home_crumb,
    item_or_404,
    line_or_404,
    meeting_or_404,
    series_or_404,
)
from oneplace.kit.clock import day_begins, local_day
from oneplace.kit.formats import clock_time, moment, weekday
from oneplace.kit.forms import FormPage, form_page, refusals_on
from oneplace.kit.refusals import Refused
from oneplace.kit.request import Request
from oneplace.kit.words import say
from oneplace.people import cards as people_cards
from oneplace.people import queries as people
from oneplace.people import verbs as people_verbs
from oneplace.vocabulary.terms import AgendaSection, MeetingState, Role

AHEAD = timedelta(weeks=4)


@require_safe
@may(SEE_HUDDLES)
def huddles(request: Request) -> HttpResponse:
    """The viewer's huddles: what comes next, each series, and the way to the rest."""
    at, viewer = request.received_at, request.viewer
    found = queries.my_meetings(
        viewer=viewer, since=day_begins(local_day(at)) - timedelta(days=7), until=at + AHEAD
    )
    series = list(queries.series_of(viewer=viewer))
    chosen = chosen_series(request, series)
    found = [one for one in found if chosen is None or one.series_id == chosen.pk]
    asked = queries.questions_for(found, viewer=viewer)
    rows = [
        {
            "meeting": one,
            "waits": presenters.what_waits(one.people, asked.get(one.pk, 0)),  # type: ignore[attr-defined]
            "is_past": one.starts_at < at and one.state not in (MeetingState.LIVE, "planned"),
        }
        # What is under way is what anybody looks for here.
        for one in sorted(found, key=lambda one: one.state != MeetingState.LIVE)
    ]
    return render(
        request,
        "huddles/huddles.html",
        {
            "title": say("{Huddles}"),
            "rows": rows,
            "series": series,
            "chosen": chosen,
            "without": queries.practices_without_series(viewer=viewer),
        },
    )


@require_safe
@may(SEE_HUDDLES)
def meeting(request: Request, meeting_id: uuid.UUID) -> HttpResponse:
    """One meeting: its agenda before, its screen while it is live, its minutes afterwards."""
    found = meeting_or_404(request, meeting_id)
    at, viewer = request.received_at, request.viewer
    board = queries.board(found, viewer=viewer, at=at)
    written = queries.lines([item.pk for item in board.items], viewer=viewer)
    not_open = presenters.not_open_words(queries.not_open(found, board.items, viewer=viewer))
    if found.state in (MeetingState.MINUTED, MeetingState.CLOSED):
        return render(
            request,
            "huddles/minutes.html",
            {
                "title": say("{Huddle} of {day}", day=weekday(found.starts_at)),
                "crumbs": crumbs_of(found),
                "meeting": found,
                "present": presenters.present(board.attendees),
                "attendees": board.attendees,
                "minutes": presenters.minutes_of(board.items, written, viewer=viewer),
                "not_open": not_open,
            },
        )
    before = queries.last_held(found)
    needed = presenters.minutes_needed(board.items)
    standing = [item for item in board.items if item.state != ItemState.TAKEN_OFF]
    return render(
        request,
        "huddles/agenda.html",
        {
            "title": say("{Huddle} of {day}", day=weekday(found.starts_at)),
            "crumbs": crumbs_of(found),
            "meeting": found,
            "before": before,
            "parts": presenters.agenda_parts(found, board.items),
            "people": len(standing),
            "not_open": not_open,
            "how": manual.manual().of("before"),
            "needed": needed,
            "lateness": presenters.lateness(needed, found.minutes),
            "written": presenters.questions_by_item(written),
            "members": queries.members(found.series, viewer=viewer, on=local_day(at)),
            "question": forms.QuestionForm(),
            "is_past": found.starts_at < at,
            "cannot_start": rules.why_not_start(found, state=MeetingState.LIST_LOCKED, at=at),
        },
    )


@require_POST
@may(RUN_HUDDLE)
def build_agenda(request: Request, meeting_id: uuid.UUID) -> HttpResponse:
    """Look again for whoever has a reason to be on the agenda."""
    found = meeting_or_404(request, meeting_id)
    try:
        new = verbs.build_agenda(meeting=found, by=request.viewer, at=request.received_at)
    except Refused as refusal:
        messages.error(request, refusal.reason)
    else:
        told = f"{len(new)} more on the agenda." if new else "Nobody new since the last look."
        messages.success(request, told)
    return redirect("huddles:meeting", found.pk)


@require_POST
@may(RUN_HUDDLE)
def lock_list(request: Request, meeting_id: uuid.UUID) -> HttpResponse:
    """Lock the list now, before its time, and nudge everybody asked."""
    found = meeting_or_404(request, meeting_id)
    try:
        verbs.lock_list(meeting=found, by=request.viewer, at=request.received_at)
    except Refused as refusal:
        messages.error(request, refusal.reason)
    else:
        messages.success(request, "The list is locked, and everybody asked has been told.")
    return redirect("huddles:meeting", found.pk)


@may(RUN_HUDDLE)
def move_meeting(request: Request, meeting_id: uuid.UUID) -> HttpResponse:
    """Hold one meeting at another time or place."""
    found = meeting_or_404(request, meeting_id)
    initial = {
        "on": local_day(found.starts_at),
        "starts": clock_time(found.starts_at),
        "place": found.place,
        "video_link": found.video_link,
    }
    form = forms.MoveForm(request.POST or None, initial=initial)
    if form.is_valid():
        with refusals_on(form):
            moved = verbs.move_meeting(
                meeting=found, by=request.viewer, at=request.received_at, **form.verb_values()
            )
            messages.success(request, f"It is on {moment(moved.starts_at)} now.")
            return redirect("huddles:meeting", found.pk)
    page = FormPage(
        title=say("Move this {huddle}"),
        caption=f"{found.series.name}, {moment(found.starts_at)}",
        send="Move it",
        lead="Its list moves with it and opens again.",
        crumbs=crumbs_to(found),
        cancel=reverse("huddles:meeting", args=[found.pk]),
    )
    return form_page(request, form, page)


@may(RUN_HUDDLE)
def cancel_meeting(request: Request, meeting_id: uuid.UUID) -> HttpResponse:
    """Leave one meeting out; nobody is lost."""
    found = meeting_or_404(request, meeting_id)
    form = forms.WhyForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            following = verbs.cancel_meeting(
                meeting=found,
                why=form.cleaned_data["why"],
                by=request.viewer,
                at=request.received_at,
            )
            if following is not None:
                messages.success(
                    request,
                    f"Cancelled. Everybody on its list is on {moment(following.starts_at)} now.",
                )
                return redirect("huddles:meeting", following.pk)
            messages.success(request, "Cancelled. The next agenda takes everybody up.")
            return redirect("huddles:series", found.series_id)
    page = FormPage(
        title=say("Cancel this {huddle}"),
        caption=f"{found.series.name}, {moment(found.starts_at)}",
        send="Cancel it",
        lead="Everybody on its list goes to the next one.",
        crumbs=crumbs_to(found),
        cancel=reverse("huddles:meeting", args=[found.pk]),
        is_warning=True,
    )
    return form_page(request, form, page)


@may(BRING_TO_HUDDLE)
def bring_to_huddle(request: Request, meeting_id: uuid.UUID) -> HttpResponse:
    """Bring somebody with one line of why: look for them, choose, say why."""
    found = meeting_or_404(request, meeting_id)
    looked_for = request.POST.get("looked_for", "").strip()[:100]
    people_found = []
    if looked_for:
        try:
            answer = people_verbs.find_people(
                text=looked_for, by=request.viewer, at=request.received_at
            )
            rows = people_cards.found_rows(answer, at=request.received_at)
            people_found = [
                (row.person_id, f"{row.name}, {row.born}") for row in rows if row.address
            ]
        except Refused as refusal:
            messages.error(request, refusal.reason)
    is_bringing = "person" in request.POST or "why" in request.POST
    form = forms.BringForm(request.POST if is_bringing else None, people=people_found)
    if is_bringing and form.is_valid():
        said = form.cleaned_data
        with refusals_on(form):
            verbs.bring_to_huddle(
                person_id=uuid.UUID(said["person"]),
                practice_id=_practice_of(request, found, uuid.UUID(said["person"])),
                meeting=found,
                why=said["why"],
                section=AgendaSection(said["section"]),
                question=said["question"],
                by=request.viewer,
                at=request.received_at,
            )
            is_live = found.state == MeetingState.LIVE
            messages.success(request, "They are on the agenda.")
            return redirect("huddles:running_order" if is_live else "huddles:meeting", found.pk)
    page = FormPage(
        title="Bring somebody",
        caption=f"{found.series.name}, {weekday(found.starts_at)}",
        send="Bring them",
        crumbs=crumbs_to(found),
        cancel=reverse("huddles:meeting", args=[found.pk]),
    )
    return form_page(
        request, form, page, "huddles/bring.html", looked_for=looked_for, found=people_found
    )


def _practice_of(request: Request, found: Meeting, person_id: uuid.UUID) -> uuid.UUID:
    """The practice of the series at which a person is registered, else the host."""
    person = people.person(person_id, viewer=request.viewer)
    return queries.practice_for(found.series, person.practice_code if person else "")


@require_safe
@may(SEE_HUDDLES)
def prepare(request: Request, meeting_id: uuid.UUID) -> HttpResponse:
    """What this professional brings: questions to answer beforehand, promises to speak of."""
    found = meeting_or_404(request, meeting_id)
    rows = queries.to_prepare(found, viewer=request.viewer, at=request.received_at)
    waiting = sum(answer is None for row in rows for _, answer in row.questions)
    return render(
        request,
        "huddles/prepare.html",
        {
            "title": "Prepare",
            "crumbs": crumbs_to(found),
            "meeting": found,
            "waits": presenters.what_waits(len(rows), waiting),
            "rows": presenters.prepared(rows, viewer=request.viewer, at=request.received_at),
            "profession": presenters.profession(request.viewer.role or ""),
        },
    )


@require_POST
@may(SEE_HUDDLES)
def answer_question(request: Request, line_id: uuid.UUID) -> HttpResponse:
    """Answer a question before the huddle."""
    question = line_or_404(request, line_id)
    form = forms.WordsForm(request.POST)
    if form.is_valid():
        try:
            verbs.answer_question(
                question=question,
                words=form.cleaned_data["words"],
                by=request.viewer,
                at=request.received_at,
            )
            messages.success(request, "Your answer stands beside the question.")
        except Refused as refusal:
            messages.error(request, refusal.reason)
    else:
        messages.error(request, "Type your answer.")
    return redirect("huddles:prepare", question.item.meeting_id)


@require_POST
@may(SEE_HUDDLES)
def ask_question(request: Request, item_id: uuid.UUID) -> HttpResponse:
    """Ask a profession something before the huddle."""
    item = item_or_404(request, item_id)
    form = forms.QuestionForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Choose a profession and type the question.")
        return redirect("huddles:meeting", item.meeting_id)
    try:
        verbs.ask_question(
            item=item,
            words=form.cleaned_data["words"],
            to_role=Role(form.cleaned_data["to_role"]),
            by=request.viewer,
            at=request.received_at,
        )
        messages.success(request, "Asked. It stands on their page to prepare.")
    except Refused as refusal:
        messages.error(request, refusal.reason)
    return redirect("huddles:meeting", item.meeting_id)


@require_safe
@may(SEE_HUDDLES)
def series(request: Request, series_id: uuid.UUID) -> HttpResponse:
    """One series: when, where, who, how it went, what is planned."""
    found = series_or_404(request, series_id)
    at, viewer = request.received_at, request.viewer
    since = at - timedelta(weeks=12)
    known = list(queries.meetings(found, viewer=viewer, since=since))
    members = list(queries.members(found, viewer=viewer, on=local_day(at)))
    return render(
        request,
        "huddles/series.html",
        {
            "title": found.name,
            "crumbs": (home_crumb(),),
            "series": found,
            "members": members,
            "several": presenters.several_core(members),
            "to_come": [one for one in known if one.starts_at >= at][:8],
            "past": [one for one in reversed(known) if one.starts_at < at][:12],
            "attendance": queries.attendance([found.pk], viewer=viewer, since=since),
            "quality": queries.quality([found.pk], viewer=viewer, since=since),
        },
    )
