"""Finding a service, one in full, a list to take home, and keeping entries right."""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django import forms as django_forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from oneplace.access.guard import may
from oneplace.directory import forms, presenters, queries, verbs
from oneplace.directory.figures import figures_of
from oneplace.directory.models import Service
from oneplace.directory.permissions import KEEP_DIRECTORY, SEE_SERVICES
from oneplace.kit.forms import FormPage, form_page
from oneplace.kit.refusals import refusals_on
from oneplace.kit.request import Request

MOST_PRINTED: Final = 40


@may(SEE_SERVICES)
def find_services(request: Request) -> HttpResponse:
    """Services by need in plain words, near somewhere, open now, for whom.

    What is typed comes by POST only: it may tell of somebody, and so stands in no address.
    """
    form = forms.FindForm(request.POST or None)
    wanted, words, near = queries.Wanted(), "", ""
    if form.is_bound and form.is_valid():
        wanted = form.wanted()
        words, near = form.cleaned_data["words"], form.cleaned_data["near"]
    answer = queries.search(
        text=words, near=near, wanted=wanted, viewer=request.viewer, at=request.received_at
    )
    page = presenters.FoundPage.of(answer, at=request.received_at)
    return render(request, "directory/find.html", {"page": page, "form": form})


@require_safe
@may(SEE_SERVICES)
def entry(request: Request, service_id: uuid.UUID) -> HttpResponse:
    """One service: what, for whom, when, where, how to ask, and when that was checked."""
    service = _service(request, service_id)
    known = figures_of([service.pk], viewer=request.viewer, at=request.received_at)
    page = presenters.EntryPage.of(
        service,
        figures=known.get(service.pk),
        viewer=request.viewer,
        at=request.received_at,
    )
    return render(request, "directory/entry.html", {"page": page})


@require_POST
@may(SEE_SERVICES)
def print_services(request: Request) -> HttpResponse:
    """A list of chosen services to take home, in large print."""
    asked = [each for each in request.POST.getlist("services") if _is_id(each)][:MOST_PRINTED]
    services = queries.services_of([uuid.UUID(each) for each in asked], viewer=request.viewer)
    if not services:
        messages.error(request, "Tick the services that go on the list.")
        return redirect("directory:find_services")
    return render(
        request,
        "directory/print.html",
        {"services": presenters.printed(services), "at": request.received_at},
    )


@dataclass(frozen=True)
class _Keeping:
    title: str
    send: str
    form: type[django_forms.Form]
    verb: Callable[..., Any]
    done: str
    lead: str = ""


_KEEPING: Final[Mapping[str, _Keeping]] = {
    "confirm": _Keeping(
        "Everything is right",
        "Yes, checked today",
        forms.ConfirmForm,
        verbs.confirm_service,
        "Checked today, by you.",
        "Ring or write to whoever offers it first.",
    ),
    "correct": _Keeping(
        "Correct the entry", "Correct it", forms.CorrectForm, verbs.correct_service, "Corrected."
    ),
    "close": _Keeping(
        "Closed for a while", "Close it", forms.CloseForm, verbs.close_service, "Closed."
    ),
    "open": _Keeping("Open again", "Open it", forms.ConfirmForm, verbs.open_service, "Open again."),
    "capacity": _Keeping(
        "How much room it has", "Say so", forms.CapacityForm, verbs.say_capacity, "Written down."
    ),
}


@may(KEEP_DIRECTORY)
def keep_service(request: Request, service_id: uuid.UUID, act: str) -> HttpResponse:
    """Check an entry, correct it, close or open it, say how much room there is."""
    chosen = _KEEPING.get(act)
    if chosen is None:
        raise Http404
    service = _service(request, service_id)
    initial = {name: getattr(service, name, None) for name in chosen.form.base_fields}
    form = chosen.form(request.POST if request.method == "POST" else None, initial=initial)
    here = reverse("directory:entry", args=[service.pk])
    if form.is_valid():
        with refusals_on(form):
            chosen.verb(
                service=service, by=request.viewer, at=request.received_at, **form.cleaned_data
            )
            messages.success(request, chosen.done)
            return redirect(here)
    page = FormPage(
        title=chosen.title, caption=service.name, lead=chosen.lead, send=chosen.send, cancel=here
    )
    return form_page(request, form, page)


def _service(request: Request, service_id: uuid.UUID) -> Service:
    found = queries.service(service_id, viewer=request.viewer)
    if found is None:
        raise Http404
    return found


def _is_id(word: str) -> bool:
    try:
        uuid.UUID(word)
    except ValueError:
        return False
    return True
