"""A worry about somebody's safety: sent from anywhere, read by the team on duty and its writer."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render

from oneplace.access.guard import may
from oneplace.kit.refusals import refusals_on
from oneplace.kit.request import Request
from oneplace.people import forms, presenters, queries, verbs
from oneplace.people.permissions import RAISE_CONCERN
from oneplace.people.views.person import page_of_id
from oneplace.vocabulary.ids import new_id

MOST = 100


@may(RAISE_CONCERN)
def raise_concern(request: Request) -> HttpResponse:
    """Four answers about somebody, from any page; they go at once."""
    return _raise(request, None, "", "")


@may(RAISE_CONCERN)
def raise_concern_for(request: Request, person_id: uuid.UUID) -> HttpResponse:
    """The same from the page of a person, who is named already."""
    person = queries.person(person_id, viewer=request.viewer)
    if person is None:
        raise Http404
    name = " ".join(filter(None, (person.given, person.family)))
    return _raise(request, person.pk, name, page_of_id(person.pk))


def _raise(request: Request, person_id: uuid.UUID | None, name: str, cancel: str) -> HttpResponse:
    form = forms.ConcernForm(request.POST or None, initial={"who": name, "concern_id": new_id()})
    if form.is_valid():
        with refusals_on(form):
            sent = verbs.raise_concern(
                person_id=person_id,
                by=request.viewer,
                at=request.received_at,
                **form.cleaned_data,
            )
            return redirect("people:concern", sent.pk)
    page = presenters.RaiseConcern(
        name=name, duty=queries.duty_team(viewer=request.viewer), cancel=cancel or "/"
    )
    return render(request, "people/raise_concern.html", {"page": page, "form": form})


@may(RAISE_CONCERN)
def concern(request: Request, concern_id: uuid.UUID) -> HttpResponse:
    """One concern: its writer sees who has it and their number, the team says that it has it."""
    found = queries.concern(concern_id, viewer=request.viewer)
    if found is None:
        raise Http404
    page = presenters.ConcernPage.of(
        found, queries.duty_team(viewer=request.viewer), viewer=request.viewer
    )
    form = forms.ReceiveConcernForm(request.POST or None) if page.may_receive else None
    if form is not None and form.is_valid():
        with refusals_on(form):
            verbs.receive_concern(
                concern=found, by=request.viewer, at=request.received_at, **form.cleaned_data
            )
            messages.success(request, f"You have it, and {found.raised_by_name} has been told.")
            return redirect("people:concern", found.pk)
    return render(request, "people/concern.html", {"page": page, "form": form})


@may(RAISE_CONCERN)
def concerns(request: Request) -> HttpResponse:
    """What came to one's team, and what one wrote oneself."""
    rows = list(queries.concerns(viewer=request.viewer)[: MOST + 1])
    duty = queries.duty_team(viewer=request.viewer)
    page = presenters.ConcernsPage.of(
        rows[:MOST], duty, has_more=len(rows) > MOST, viewer=request.viewer
    )
    return render(request, "people/concerns.html", {"page": page})
