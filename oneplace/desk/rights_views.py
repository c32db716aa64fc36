"""Requests of people about their own data: received, whose they are, by when, and how they end."""

import uuid
from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from oneplace.access import verbs
from oneplace.access.guard import may
from oneplace.access.models import Right
from oneplace.access.models.right import Covers, RightKind
from oneplace.access.permissions import HANDLE_RIGHTS
from oneplace.access.queries import rights as right_queries
from oneplace.desk import rights_forms as forms
from oneplace.desk.presenters import rights as pages
from oneplace.kit.clock import local_day
from oneplace.kit.forms import FormPage, form_page
from oneplace.kit.refusals import refusals_on
from oneplace.kit.request import Request
from oneplace.people import queries as people
from oneplace.records import queries as records

RIGHTS = ("Requests about their own data", "desk:rights")


@require_safe
@may(HANDLE_RIGHTS)
def rights(request: Request) -> HttpResponse:
    """Every request to the officer's partner, the most pressing first."""
    on = local_day(request.received_at)
    found = right_queries.open_requests(viewer=request.viewer, on=on)
    return render(
        request,
        "desk/rights/rights.html",
        {
            "title": RIGHTS[0],
            "rows": [pages.RightRow.of(one) for one in found],
            "late": sum(one.is_late for one in found),
            "closed": right_queries.closed_requests(viewer=request.viewer),
        },
    )


@may(HANDLE_RIGHTS)
def receive_right(request: Request) -> HttpResponse:
    """Write down a request."""
    form = forms.ReceiveForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            made = verbs.receive_right(
                by=request.viewer, at=request.received_at, **form.cleaned_data
            )
            messages.success(request, f"Written down as {made.reference}. Now check who asks.")
            return redirect("desk:right", made.pk)
    page = FormPage(
        title="Write down a request",
        lead="A request counts from the day it reached anybody at your organisation, in any words "
        "and by any way. It is answered free of charge within one calendar month.",
        send="Write it down",
        crumbs=(crumb(),),
        cancel=reverse(RIGHTS[1]),
    )
    return form_page(request, form, page)


@require_safe
@may(HANDLE_RIGHTS)
def right(request: Request, right_id: uuid.UUID) -> HttpResponse:
    """One request: its clock, where it stands and what comes next."""
    found = held(request, right_id)
    items = right_queries.items(found, viewer=request.viewer)
    page = pages.RightPage.of(
        found,
        right_queries.tally(items),
        parts=right_queries.parts(found, viewer=request.viewer),
        viewer=request.viewer,
        on=local_day(request.received_at),
    )
    return render(
        request,
        "desk/rights/right.html",
        {
            "title": page.title,
            "page": page,
            "crumbs": [crumb()],
            "now": machine_now(),
            "erasures": records.erasures(found.pk, viewer=request.viewer)
            if found.kind == RightKind.ERASURE
            else (),
        },
    )


@may(HANDLE_RIGHTS)
def confirm_identity(request: Request, right_id: uuid.UUID) -> HttpResponse:
    """Find the one person it is about, and write down what showed that they may ask."""
    made = held(request, right_id)
    typed = request.POST.copy() if request.POST else None
    if typed is not None:
        typed.setdefault("covers", Covers.OWN.value)
    form = forms.IdentityForm(typed)
    found = None
    if form.is_valid():
        given = form.cleaned_data
        found = people.asked_for(
            right_id=made.pk,
            number=given["number"],
            family=given["family"],
            born_on=given["born_on"],
            viewer=request.viewer,
            at=request.received_at,
        )
        if found is None:
            form.add_error(
                "number",
                "Nobody, or more than one person, fits this. Check it with whoever asks; with an "
                "NHS number it is one person or none.",
            )
        else:
            # Asked for once it is known whose record it is.
            form.fields["how"].required = form.fields["covers"].required = True
        if found is not None and "confirm" in request.POST:
            with refusals_on(form):
                verbs.confirm_identity(
                    right=made,
                    person_id=found.person_id,
                    person_name=found.name,
                    how=given["how"],
                    shown_on=given["shown_on"],
                    covers=given["covers"],
                    by=request.viewer,
                    at=request.received_at,
                )
                messages.success(request, "Identity checked. The day it is due stands below.")
                return redirect("desk:right", made.pk)
    page = FormPage(
        title="Whose record, and who asks?",
        caption=f"{made.reference}, {made.asker_name}",
        crumbs=(crumb(), crumb_of(made)),
        cancel=reverse("desk:right", args=[made.pk]),
    )
    return form_page(
        request, form, page, "desk/rights/identity.html", found=found, right_id=made.pk
    )


@may(HANDLE_RIGHTS)
def extend_right(request: Request, right_id: uuid.UUID) -> HttpResponse:
    """Take more time, with the reason the person is told."""
    made = held(request, right_id)
    form = forms.ExtendForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            verbs.extend_right(
                right=made, by=request.viewer, at=request.received_at, **form.cleaned_data
            )
            messages.success(request, "More time taken. Tell the person now, with the reason.")
            return redirect("desk:right", made.pk)
    page = FormPage(
        title="Take more time",
        caption=f"{made.reference}, {made.asker_name}",
        lead="Up to two months more, once, where a request is complex or somebody makes many. "
        "Being busy is no reason.",
        send="Take more time",
        crumbs=(crumb(), crumb_of(made)),
        cancel=reverse("desk:right", args=[made.pk]),
    )
    return form_page(request, form, page)


@may(HANDLE_RIGHTS)
def refuse_right(request: Request, right_id: uuid.UUID) -> HttpResponse:
    """Refuse a request, with the reason."""
    made = held(request, right_id)
    form = forms.WhyForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            verbs.refuse_right(
                right=made, by=request.viewer, at=request.received_at, **form.cleaned_data
            )
            messages.success(request, "Refused. Tell the person why, and how to complain.")
            return redirect("desk:right", made.pk)
    page = FormPage(
        title="Refuse this request",
        caption=f"{made.reference}, {made.asker_name}",
        lead="The person is told why within the month, and that they may complain to the "
        "Information Commissioner and go to court.",
        send="Refuse it",
        crumbs=(crumb(), crumb_of(made)),
        cancel=reverse("desk:right", args=[made.pk]),
        is_warning=True,
    )
    return form_page(request, form, page)


@may(HANDLE_RIGHTS)
def withdraw_right(request: Request, right_id: uuid.UUID) -> HttpResponse:
    """The person no longer asks."""
    made = held(request, right_id)
    form = forms.WhyForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            verbs.withdraw_right(
                right=made, by=request.viewer, at=request.received_at, **form.cleaned_data
            )
            messages.success(request, "Withdrawn. It stays in the list of closed requests.")
            return redirect("desk:right", made.pk)
    page = FormPage(
        title="The person no longer asks",
        caption=f"{made.reference}, {made.asker_name}",
        lead="Write how and when they said so.",
        send="Close it as withdrawn",
        crumbs=(crumb(), crumb_of(made)),
        cancel=reverse("desk:right", args=[made.pk]),
    )
    return form_page(request, form, page)


def held(request: Request, right_id: uuid.UUID) -> Right:
    """The request, for whoever may handle it; the unknown page for everybody else."""
    found = right_queries.right(right_id, viewer=request.viewer)
    if found is None:
        raise Http404
    return found


def crumb() -> tuple[str, str]:
    """The way back to the list."""
    return RIGHTS[0], reverse(RIGHTS[1])


def crumb_of(right: Right) -> tuple[str, str]:
    """The way back to a request."""
    return right.reference, reverse("desk:right", args=[right.pk])


def machine_now() -> datetime:
    """The real time, by which links end."""
    return verbs.machine_now()
