"""One person's record: its story, its tabs, its entries, as paper and as data."""

import uuid
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from oneplace.access.guard import may
from oneplace.desk import forms, queries
from oneplace.desk.cards import parts_asked, parts_of
from oneplace.desk.permissions import OPEN_PERSON
from oneplace.desk.presenters import record as pages
from oneplace.desk.queries.record import Record
from oneplace.feeds import queries as feeds
from oneplace.files import pdf
from oneplace.kit.forms import FormPage, form_page
from oneplace.kit.kept_plans import keeping_to_the_end
from oneplace.kit.refusals import refusals_on
from oneplace.kit.request import Request
from oneplace.kit.together import read_together
from oneplace.people import queries as people
from oneplace.people import verbs as people_verbs
from oneplace.plans import cards as plans
from oneplace.plans.permissions import SEE_PLAN
from oneplace.post.papers import papers
from oneplace.records import queries as records
from oneplace.records import verbs as records_verbs
from oneplace.records.permissions import ADD_TO_RECORD
from oneplace.vocabulary.terms import EntryKind

PAGE = 60
MEASURED = (EntryKind.OBSERVATION,)


@may(OPEN_PERSON)
@keeping_to_the_end()
def person(request: Request, person_id: uuid.UUID) -> HttpResponse:
    """The story of a person: what changed since the viewer last looked, lanes, timeline.

    Choices travel in the address; typed words come by POST only, so that none stands in a log.
    """
    found, made = _opened(request, person_id, tab="story", with_parts=True)
    given = request.POST if request.method == "POST" else request.GET
    form = _timeline_form(given, made)
    chosen = form.cleaned_data if form.is_bound else {}
    if request.method == "POST" and not chosen.get("words"):
        return redirect(_with_choices(found, chosen))
    if request.method != "POST":
        chosen = {**chosen, "words": ""}
    lane = chosen.get("partner") or ""
    timeline = records.timeline(
        found.person_id,
        viewer=request.viewer,
        at=request.received_at,
        filters=_filters(form, chosen, made, request.received_at),
        after=_place(given.get("after", "")),
        size=PAGE,
    )
    page = pages.StoryPage.of(
        made,
        found,
        timeline,
        form,
        at=request.received_at,
        lane=lane,
        is_narrowed=any(chosen.values()),
    )
    return render(request, "desk/record/story.html", {"page": page, "form": form})


@require_safe
@may(SEE_PLAN)
def person_plan(request: Request, person_id: uuid.UUID) -> HttpResponse:
    """The person's own plan: their words, goals and steps, who does what, when it is looked at."""
    found, made = _opened(request, person_id, tab="plan")
    plan = plans.plan_shown(found.person_id, viewer=request.viewer, at=request.received_at)
    page = pages.PlanTab(made.frame, plan)
    return render(request, "desk/record/plan.html", {"page": page})


@require_safe
@may(OPEN_PERSON)
def person_health(request: Request, person_id: uuid.UUID) -> HttpResponse:
    """Conditions, medicines and allergies side by side by source; vaccines; newest measurements."""
    found, made = _opened(request, person_id, tab="health", also=pages.HEALTH, shows=MEASURED)
    measured = records.measurements(found.person_id, viewer=request.viewer)
    page = pages.HealthPage.of(made, found, measured)
    return render(request, "desk/record/health.html", {"page": page})


@require_safe
@may(OPEN_PERSON)
def person_care(request: Request, person_id: uuid.UUID) -> HttpResponse:
    """Packages, stays, referrals, requests and reviews."""
    found, made = _opened(request, person_id, tab="care", also=pages.CARE)
    return render(request, "desk/record/lists.html", {"page": pages.care(made, found)})


@require_safe
@may(OPEN_PERSON)
def person_measures(request: Request, person_id: uuid.UUID) -> HttpResponse:
    """Everything measured, each with its small chart and table; questionnaires."""
    found, made = _opened(request, person_id, tab="measures", also=pages.MEASURES, shows=MEASURED)
    measured = records.measurements(found.person_id, viewer=request.viewer)
    page = pages.MeasuresPage.of(made, found, measured)
    return render(request, "desk/record/measures.html", {"page": page})


@require_safe
@may(OPEN_PERSON)
def person_people(request: Request, person_id: uuid.UUID) -> HttpResponse:
    """Who is close and involved, which numbers are this person and why, the viewer's own looks."""
    found, made = _opened(request, person_id, tab="people", also=(EntryKind.TIE,))
    sharing = queries.sharing(found.person_id, viewer=request.viewer)
    page = pages.PeoplePage.of(made, found, sharing, viewer=request.viewer, at=request.received_at)
    return render(request, "desk/record/people.html", {"page": page})


@require_safe
@may(OPEN_PERSON)
def person_documents(request: Request, person_id: uuid.UUID) -> HttpResponse:
    """Letters, reports, plans and notes."""
    found, made = _opened(request, person_id, tab="documents", also=pages.DOCUMENTS)
    return render(request, "desk/record/lists.html", {"page": pages.documents(made, found)})


@require_safe
@may(OPEN_PERSON)
def entry(request: Request, person_id: uuid.UUID, entry_id: uuid.UUID) -> HttpResponse:
    """One entry in full: its source's words, where they are from, and what was said before."""
    found, made, shown = _entry(request, person_id, entry_id)
    history, own_words = records.history_and_words(entry_id, viewer=request.viewer)
    page = pages.EntryPage.of(
        made,
        shown,
        history,
        subject=found.subjects[shown.subject_id],
        place=settings.PLACE,
    )
    return render(request, "desk/record/entry.html", {"page": page, "own_words": own_words})


@may(ADD_TO_RECORD)
def add_entry(request: Request, person_id: uuid.UUID) -> HttpResponse:
    """Write a note, or another entry, into a record by hand."""
    found = people.person(person_id, viewer=request.viewer)
    if found is None:
        raise Http404
    form = forms.EntryForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            records_verbs.enter_by_hand(
                person_id=found.pk,
                draft=form.draft(request.received_at),
                by=request.viewer,
                at=request.received_at,
            )
            messages.success(request, "Written down. It stands in the timeline with your name.")
            return redirect("desk:person", found.pk)
    page = FormPage(
        title="Add to the record",
        caption=f"{found.given} {found.family}".strip(),
        send="Write it down",
        cancel=reverse("desk:person", args=[found.pk]),
    )
    return form_page(request, form, page)


@may(ADD_TO_RECORD)
def cancel_entry(request: Request, person_id: uuid.UUID, entry_id: uuid.UUID) -> HttpResponse:
    """Take back something that was written here by hand."""
    found = queries.record(person_id, viewer=request.viewer, at=request.received_at)
    held = records.written_by_hand(entry_id, viewer=request.viewer)
    if found is None or held is None or held.subject_id not in found.subjects:
        raise Http404
    form = forms.CancelEntryForm(request.POST or None)
    here = reverse("desk:entry", args=[found.person_id, held.pk])
    if form.is_valid():
        with refusals_on(form):
            records_verbs.cancel_by_hand(
                entry=held, by=request.viewer, at=request.received_at, **form.cleaned_data
            )
            messages.success(request, "Taken back. It stays readable, crossed out.")
            return redirect(here)
    page = FormPage(title="Take it back", caption=held.title, send="Take it back", cancel=here)
    return form_page(request, form, page)


@require_safe
@may(OPEN_PERSON)
@keeping_to_the_end()
def person_timeline(request: Request, person_id: uuid.UUID) -> HttpResponse:
    """The timeline as data, a page at a time: `after` is the `next` of the page before."""
    timeline = records.timeline(
        person_id,
        viewer=request.viewer,
        at=request.received_at,
        after=_place(request.GET.get("after", "")),
    )
    if not timeline.entries and people.person(person_id, viewer=request.viewer) is None:
        raise Http404
    return HttpResponse(pages.timeline_json(timeline), content_type="application/json")


@require_safe
@may(OPEN_PERSON)
def person_summary(request: Request, person_id: uuid.UUID) -> HttpResponse:
    """The record on one page of paper."""
    return HttpResponse(_summary(request, person_id))


@require_safe
@may(OPEN_PERSON)
def person_pdf(request: Request, person_id: uuid.UUID) -> HttpResponse:
    """The record on one page, as a PDF."""
    made = papers().pdf(_summary(request, person_id))
    if made is None:
        messages.error(request, pdf.why_no_pdf() or "No PDF could be made; print the page instead.")
        return redirect("desk:person_summary", person_id)
    answer = HttpResponse(made, content_type="application/pdf")
    # No name stands in the name of a file that ends in a folder of downloads.
    answer.headers["Content-Disposition"] = 'inline; filename="summary.pdf"'
    return answer


def _summary(request: Request, person_id: uuid.UUID) -> str:
    found, made = _opened(request, person_id, also=pages.HEALTH)
    page = pages.SummaryPage.of(made, found, viewer=request.viewer)
    return render_to_string("desk/record/summary.html", {"page": page}, request=request)


def _entry(
    request: Request, person_id: uuid.UUID, entry_id: uuid.UUID
) -> tuple[Record, pages.Made, records.EntryShown]:
    # What is new is told by looks at the record, not at one line of it.
    found, made = _opened(request, person_id, is_a_look=False)
    shown = records.entry(entry_id, viewer=request.viewer)
    if shown is None or shown.subject_id not in found.subjects:
        raise Http404
    return found, made, shown


def _opened(
    request: Request,
    person_id: uuid.UUID,
    *,
    tab: str = "",
    also: tuple[EntryKind, ...] = (),
    shows: tuple[EntryKind, ...] = (),
    is_a_look: bool = True,
    with_parts: bool = False,
) -> tuple[Record, pages.Made]:
    """The record and its frame, and a note that the viewer looked; the unknown for strangers."""
    found = queries.record(person_id, viewer=request.viewer, at=request.received_at, also=also)
    if found is None:
        raise Http404
    if is_a_look:
        people_verbs.note_look(person_id=found.person_id, by=request.viewer, at=request.received_at)
    viewer, at = request.viewer, request.received_at
    asked = parts_asked(found.person_id, viewer=viewer, at=at) if with_parts else []
    sources, *rows = read_together([feeds.feed_states_asked(viewer=viewer, at=at), *asked])
    made = pages.make(
        found,
        [feeds.FeedState.of(source, at=at) for source in sources],
        place=settings.PLACE,
        viewer=request.viewer,
        at=request.received_at,
        tab=tab,
        kinds=(*also, *shows),
        parts=parts_of(found.person_id, rows, viewer=viewer, at=at) if with_parts else (),
    )
    return found, made


def _timeline_form(given: Any, made: pages.Made) -> forms.TimelineForm:
    known = [(lane, made.lanes.name(lane)) for lane in (*made.lanes.order, records.BY_HAND)]
    form = forms.TimelineForm(given or None, lanes=known)
    # A choice nobody offered narrows nothing, as an address typed by hand may have.
    if form.is_bound and not form.is_valid():
        form = forms.TimelineForm(None, lanes=known)
    return form


def _with_choices(found: Record, chosen: dict[str, Any]) -> str:
    kept = {name: value for name, value in chosen.items() if value and name != "words"}
    address = reverse("desk:person", args=[found.person_id])
    return address + (f"?{urlencode(kept)}" if kept else "") + "#timeline"


def _filters(
    form: forms.TimelineForm, chosen: dict[str, Any], made: pages.Made, at: datetime
) -> records.Filters:
    lane, kind = chosen.get("partner"), chosen.get("kind")
    return records.Filters(
        sources=made.lanes.sources(lane) if lane else (),
        kinds=(EntryKind(kind),) if kind else (),
        since=form.since(at) if chosen else None,
        text=chosen.get("words") or "",
    )


def _place(text: str) -> records.Place | None:
    """Where the next page begins, from an address; None for anything that is no such place."""
    moment, mark, key = text.partition("~")
    if not mark:
        return None
    try:
        found = datetime.fromisoformat(moment) if moment else None
        if found is not None and timezone.is_naive(found):
            return None
        return records.Place(found, uuid.UUID(key))
    except ValueError:
        return None
