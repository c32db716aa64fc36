"""What the room's pages about one person share: whose they are, the form, and the way back."""

import uuid
from collections.abc import Callable

from django import forms as django_forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from oneplace.access import audit
from oneplace.kit.forms import FormPage, form_page
from oneplace.kit.refusals import refusals_on
from oneplace.kit.request import Request
from oneplace.people import queries as people
from oneplace.people.models import Person

PLAN_TAB = "desk:person_plan"


def plan_of(person: Person) -> str:
    """Where the person's plan stands."""
    return reverse(PLAN_TAB, args=[person.pk])


def person_or_404(request: Request, person_id: uuid.UUID) -> Person:
    """The person, where their record opens."""
    found = people.person(person_id, viewer=request.viewer)
    if found is None:
        raise Http404
    return found


def note_reading(request: Request, person: Person, action: str = "see_plan") -> None:
    """The entry in the audit of a plan read outside the record's own pages."""
    audit.record(by=request.viewer, at=request.received_at, action=action, person_id=person.pk)


def form_or_done(
    request: Request,
    form: django_forms.Form,
    page: FormPage,
    write: Callable[..., object],
    *,
    done: str,
    to: str,
) -> HttpResponse:
    """Show the form, or write what was typed and go on to `to`."""
    if form.is_valid():
        with refusals_on(form):
            write(**form.cleaned_data)
            messages.success(request, done)
            return redirect(to)
    return form_page(request, form, page)
