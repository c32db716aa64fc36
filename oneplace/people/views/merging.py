"""Merges with their undoing, numbers taken away from a person, and doubts about entries."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from oneplace.access.guard import may
from oneplace.kit.forms import FormPage, form_page
from oneplace.kit.refusals import refusals_on
from oneplace.kit.request import Request
from oneplace.people import forms, queries, verbs
from oneplace.people.models import Person
from oneplace.people.permissions import MERGE_PEOPLE, SEE_WHO_IS_WHO, SETTLE_MATCH
from oneplace.people.views.review import WHO_IS_WHO

MERGES = ("Put together", "people:merges")
DOUBTS = ("Doubted entries", "people:doubts")


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


def _crumb(page: tuple[str, str]) -> tuple[str, str]:
    return page[0], reverse(page[1])
