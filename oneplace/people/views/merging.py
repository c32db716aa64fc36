"""Merges with their undoing, numbers taken away from a person, and doubts about entries."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from oneplace.access.guard import may
from oneplace.kit.formats import day
from oneplace.kit.forms import FormPage, form_page
from oneplace.kit.refusals import Refused, refusals_on
from oneplace.kit.request import Request
from oneplace.people import forms, queries, verbs
from oneplace.people.models import Person
from oneplace.people.permissions import MERGE_PEOPLE, SEE_WHO_IS_WHO, SETTLE_MATCH
from oneplace.people.views.review import WHO_IS_WHO

MERGES = ("Put together", "people:merges")
DOUBTS = ("Doubted entries", "people:doubts")
WRITTEN = ("Written while two were taken for one", "people:written")


@may(SEE_WHO_IS_WHO)
def merges(request: Request) -> HttpResponse:
    """What was put together lately, newest first; each can be undone."""
    return render(
        request,
        "people/merges.html",
        {
            "title": MERGES[0],
            "crumbs": [_crumb(WHO_IS_WHO)],
            "merges": queries.recent_merges(viewer=request.viewer),
        },
    )


@may(MERGE_PEOPLE)
def merge(request: Request, kept_id: uuid.UUID, given_up_id: uuid.UUID) -> HttpResponse:
    """Say that two people are one, outside the queue."""
    kept, given_up = _person(request, kept_id), _person(request, given_up_id)
    form = forms.WhyForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            verbs.merge(
                kept=kept,
                given_up=given_up,
                by=request.viewer,
                at=request.received_at,
                **form.cleaned_data,
            )
            messages.success(request, "They are one person from now on. You can undo this here.")
            return redirect(MERGES[1])
    page = FormPage(
        title="Say that two people are one",
        caption=f"{_name(kept)} and {_name(given_up)}",
        send="They are one person",
        lead="Both records show under one. What was written for each stays with it, so that "
        "undoing this restores everything.",
        crumbs=(_crumb(WHO_IS_WHO),),
        cancel=reverse(WHO_IS_WHO[1]),
        is_warning=True,
    )
    return form_page(request, form, page)


@may(MERGE_PEOPLE)
def undo_merge(request: Request, merge_id: uuid.UUID) -> HttpResponse:
    """Say that two people put together are two after all."""
    made = queries.merge(merge_id, viewer=request.viewer)
    if made is None:
        raise Http404
    form = forms.WhyForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            verbs.undo_merge(
                merge=made, by=request.viewer, at=request.received_at, **form.cleaned_data
            )
            messages.success(request, "They are two people again, each as before.")
            return redirect(MERGES[1])
    page = FormPage(
        title="They are two people after all",
        caption=f"{_name(made.kept)} and {_name(made.given_up)}",
        send="Undo",
        crumbs=(_crumb(WHO_IS_WHO), _crumb(MERGES)),
        cancel=reverse(MERGES[1]),
    )
    return form_page(request, form, page)


@may(MERGE_PEOPLE)
def separate(request: Request, subject_id: uuid.UUID) -> HttpResponse:
    """Take a number of a source away from the person it was linked to."""
    subject = queries.subject(subject_id, viewer=request.viewer)
    if subject is None:
        raise Http404
    form = forms.WhyForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            verbs.separate(
                subject=subject, by=request.viewer, at=request.received_at, **form.cleaned_data
            )
            messages.success(request, "The number stands for a person of its own now.")
            return redirect(WHO_IS_WHO[1])
    page = FormPage(
        title="This number is somebody else’s",
        caption=f"{subject.value}, given by {subject.authority}",
        send="Take it away",
        lead="Everything its source says under this number leaves the person it was linked to.",
        crumbs=(_crumb(WHO_IS_WHO),),
        cancel=reverse(WHO_IS_WHO[1]),
        is_warning=True,
    )
    return form_page(request, form, page)


@may(SEE_WHO_IS_WHO)
def written(request: Request) -> HttpResponse:
    """What was written while two people were taken for one, and stands on both records."""
    found = list(queries.written_meanwhile(viewer=request.viewer)[:200])
    return render(
        request,
        "people/written.html",
        {
            "title": WRITTEN[0],
            "crumbs": [_crumb(WHO_IS_WHO)],
            "waiting": [one for one in found if not one.is_placed],
            "placed": [one for one in found if one.is_placed],
            "words": queries.words_of_written(found, viewer=request.viewer),
        },
    )


@may(SETTLE_MATCH)
def place_written(request: Request, written_id: uuid.UUID) -> HttpResponse:
    """Say whose something is that stands on two records."""
    held = queries.written_meanwhile(viewer=request.viewer).filter(pk=written_id).first()
    if held is None:
        raise Http404
    people = {str(each.pk): each for each in (held.person, held.other)}
    named = [(key, _told_apart(each)) for key, each in people.items()]
    form = forms.PlaceWrittenForm(request.POST or None, choices=named)
    if form.is_valid():
        chosen = people.get(form.cleaned_data["belongs_to"])
        with refusals_on(form):
            verbs.place_written(
                written=held,
                belongs_to=chosen,
                words=form.cleaned_data["words"],
                by=request.viewer,
                at=request.received_at,
            )
            messages.success(request, "Placed. The other record follows in a moment.")
            return redirect(WRITTEN[1])
    read = queries.words_of_written([held], viewer=request.viewer)
    what = read.get(held.entry_id) or read.get(held.twin_id) or held.kind.label
    page = FormPage(
        title="Whose is this?",
        caption=what,
        send="Place it",
        lead=f"{held.written_by_name or 'Somebody'} wrote it on {day(held.written_at)}, while the "
        "two were taken for one person. It stands on both records until you place it.",
        crumbs=(_crumb(WHO_IS_WHO), _crumb(WRITTEN)),
        cancel=reverse(WRITTEN[1]),
    )
    return form_page(request, form, page)


@require_POST
@may(SETTLE_MATCH)
def unplace_written(request: Request, written_id: uuid.UUID) -> HttpResponse:
    """Take back whose something was said to be."""
    held = queries.written_meanwhile(viewer=request.viewer).filter(pk=written_id).first()
    if held is None:
        raise Http404
    try:
        verbs.unplace_written(written=held, by=request.viewer, at=request.received_at)
        messages.success(request, "Taken back. It stands on both records again.")
    except Refused as refused:
        messages.error(request, refused.reason)
    return redirect(WRITTEN[1])


@may(SEE_WHO_IS_WHO)
def doubts(request: Request) -> HttpResponse:
    """Entries somebody thinks are about another person, oldest first."""
    return render(
        request,
        "people/doubts.html",
        {
            "title": DOUBTS[0],
            "crumbs": [_crumb(WHO_IS_WHO)],
            "doubts": list(queries.open_doubts(viewer=request.viewer)[:200]),
        },
    )


@may(SETTLE_MATCH)
def settle_doubt(request: Request, doubt_id: uuid.UUID) -> HttpResponse:
    """Say what came of a doubt."""
    doubt = queries.open_doubts(viewer=request.viewer).filter(pk=doubt_id).first()
    if doubt is None:
        raise Http404
    form = forms.SettleDoubtForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            verbs.settle_doubt(
                doubt=doubt, by=request.viewer, at=request.received_at, **form.cleaned_data
            )
            messages.success(request, "Settled. Readers are no longer warned.")
            return redirect(DOUBTS[1])
    page = FormPage(
        title="Is this entry about them?",
        caption=doubt.entry.title or doubt.entry.kind.label,
        send="Settle",
        lead=f"{doubt.marked_by_name} doubts it. {doubt.words}".strip(),
        crumbs=(_crumb(WHO_IS_WHO), _crumb(DOUBTS)),
        cancel=reverse(DOUBTS[1]),
    )
    return form_page(request, form, page)


def _person(request: Request, person_id: uuid.UUID) -> Person:
    found = queries.person(person_id, viewer=request.viewer)
    if found is None:
        raise Http404
    return found


def _name(person: Person) -> str:
    return " ".join(filter(None, (person.given, person.family))) or "Somebody without a name"


def _told_apart(person: Person) -> str:
    """The name with the date of birth: two who were taken for one are called alike."""
    born = day(person.born_on)
    return f"{_name(person)}, born {born}" if born else _name(person)


def _crumb(page: tuple[str, str]) -> tuple[str, str]:
    return page[0], reverse(page[1])
