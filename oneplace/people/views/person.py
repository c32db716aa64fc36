"""What this room does on a person's page: a doubt about an entry, a death, its taking back."""

import uuid
from datetime import UTC, datetime, time

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import NoReverseMatch, reverse

from oneplace.access.guard import may
from oneplace.kit.forms import FormPage, form_page
from oneplace.kit.refusals import refusals_on
from oneplace.kit.request import Request
from oneplace.people import forms, queries, verbs
from oneplace.people.models import Person
from oneplace.people.permissions import MARK_NOT_THIS_PERSON, RECORD_DEATH
from oneplace.vocabulary.terms import Exactness

PAGE_OF_A_PERSON = "desk:person"


@may(MARK_NOT_THIS_PERSON)
def mark_not_this_person(
    request: Request, person_id: uuid.UUID, entry_id: uuid.UUID
) -> HttpResponse:
    """Say that an entry on this page seems to be about somebody else."""
    person = _person(request, person_id)
    entry = queries.entry_of(person, entry_id, viewer=request.viewer)
    if entry is None:
        raise Http404
    form = forms.DoubtForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            verbs.mark_not_this_person(
                entry=entry,
                person=person,
                by=request.viewer,
                at=request.received_at,
                **form.cleaned_data,
            )
            messages.success(request, "Readers are warned, and the record steward will look.")
            return redirect(page_of(person))
    page = FormPage(
        title="Not this person",
        caption=entry.title or entry.kind.label,
        send="Warn readers and tell the steward",
        cancel=page_of(person),
    )
    return form_page(request, form, page)


@may(RECORD_DEATH)
def record_death(request: Request, person_id: uuid.UUID) -> HttpResponse:
    """Take down that somebody has died."""
    person = _person(request, person_id)
    form = forms.DeathForm(request.POST or None)
    if form.is_valid():
        died_on = form.cleaned_data["died_on"]
        with refusals_on(form):
            verbs.record_death(
                person=person,
                died_at=datetime.combine(died_on, time(12), UTC) if died_on else None,
                exactness=Exactness.DAY,
                by=request.viewer,
                at=request.received_at,
            )
            messages.success(
                request,
                "Recorded. Letters, texts and links have been stopped, and helpers are asked to "
                "ring first.",
            )
            return redirect(page_of(person))
    page = FormPage(
        title="Record a death",
        caption=" ".join(filter(None, (person.given, person.family))),
        send="Record the death",
        lead="Letters, texts and links to them stop at once, and helpers are asked to ring before "
        "they visit. You can take it back.",
        cancel=page_of(person),
        is_warning=True,
    )
    return form_page(request, form, page)


@may(RECORD_DEATH)
def undo_death(request: Request, person_id: uuid.UUID) -> HttpResponse:
    """Take back that somebody has died."""
    person = _person(request, person_id)
    death = queries.deaths(person.pk, viewer=request.viewer).filter(undone_at=None).first()
    if death is None:
        raise Http404
    form = forms.WhyForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            verbs.undo_death(
                death=death, by=request.viewer, at=request.received_at, **form.cleaned_data
            )
            messages.success(request, "Taken back: they are alive. What was stopped stays stopped.")
            return redirect(page_of(person))
    page = FormPage(
        title="They have not died",
        caption=" ".join(filter(None, (person.given, person.family))),
        send="Take it back",
        lead=f"Recorded as said by {death.said_by}.",
        cancel=page_of(person),
    )
    return form_page(request, form, page)


def _person(request: Request, person_id: uuid.UUID) -> Person:
    found = queries.person(person_id, viewer=request.viewer)
    if found is None:
        raise Http404
    return found


def page_of(person: Person) -> str:
    """The page of a person."""
    return page_of_id(person.pk)


def page_of_id(person_id: uuid.UUID) -> str:
    """The page of the person of this identifier."""
    try:
        return reverse(PAGE_OF_A_PERSON, args=[person_id])
    except NoReverseMatch:
        return reverse("desk:my_day")
