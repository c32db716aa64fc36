"""Records kept long enough: the list, holds, and what an officer decides; nothing is destroyed."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from oneplace.access import retention as schedules
from oneplace.access import verbs
from oneplace.access.guard import may
from oneplace.access.models.retention import HoldKind
from oneplace.access.permissions import HANDLE_RIGHTS
from oneplace.access.queries import retention as retention_queries
from oneplace.desk import rights_forms as forms
from oneplace.desk.queries.officer import named
from oneplace.desk.rights_views import crumb
from oneplace.kit.forms import FormPage, form_page
from oneplace.kit.refusals import refusals_on
from oneplace.kit.request import Request

RETENTION = ("Kept long enough", "desk:retention")


@require_safe
@may(HANDLE_RIGHTS)
def retention(request: Request) -> HttpResponse:
    """What is past its time, what is held, and the schedule."""
    due = retention_queries.due_records(viewer=request.viewer)
    holds = retention_queries.standing_holds(viewer=request.viewer)
    names = named(
        [*(one.person_id for one in due), *(one.person_id for one in holds)], viewer=request.viewer
    )
    schedule = schedules.schedule()
    held = {one.person_id for one in holds}
    return render(
        request,
        "desk/rights/retention.html",
        {
            "title": RETENTION[0],
            "crumbs": [crumb()],
            "due": [
                (one, names.get(one.person_id), schedule.rule(one.rule), one.person_id in held)
                for one in due
            ],
            "holds": [(one, names.get(one.person_id)) for one in holds],
            "reviews": retention_queries.retention_reviews(viewer=request.viewer),
            "schedule": schedule,
        },
    )


@may(HANDLE_RIGHTS)
def review_retention(request: Request, due_id: uuid.UUID) -> HttpResponse:
    """Decide what becomes of a record past its time."""
    due = retention_queries.due_record(due_id, viewer=request.viewer)
    if due is None:
        raise Http404
    form = forms.RetentionForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            verbs.review_retention(
                due=due, by=request.viewer, at=request.received_at, **form.cleaned_data
            )
            messages.success(request, "Decided. Nothing is destroyed by this page.")
            return redirect(RETENTION[1])
    rule = schedules.schedule().rule(due.rule)
    page = FormPage(
        title="Is it kept long enough?",
        caption=f"{rule.record}: {rule.keeps}",
        lead="Before you decide: is there a claim, an inquiry, safeguarding, or a request that is "
        "not answered? Then place a hold instead.",
        send="Decide",
        crumbs=(crumb(), (RETENTION[0], reverse(RETENTION[1]))),
        cancel=reverse(RETENTION[1]),
    )
    return form_page(request, form, page)


@may(HANDLE_RIGHTS)
def place_hold(request: Request, due_id: uuid.UUID) -> HttpResponse:
    """Hold a record back."""
    due = retention_queries.due_record(due_id, viewer=request.viewer)
    if due is None:
        raise Http404
    form = forms.HoldForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            verbs.place_hold(
                due=due,
                kind=HoldKind(form.cleaned_data["kind"]),
                why=form.cleaned_data["why"],
                by=request.viewer,
                at=request.received_at,
            )
            messages.success(request, "Held. Nothing of it is destroyed or erased.")
            return redirect(RETENTION[1])
    page = FormPage(
        title="Hold it back",
        lead="Nothing of this person’s record is destroyed or erased until the hold is lifted.",
        send="Hold it",
        crumbs=(crumb(), (RETENTION[0], reverse(RETENTION[1]))),
        cancel=reverse(RETENTION[1]),
    )
    return form_page(request, form, page)


@may(HANDLE_RIGHTS)
def lift_hold(request: Request, hold_id: uuid.UUID) -> HttpResponse:
    """Lift a hold."""
    hold = retention_queries.hold(hold_id, viewer=request.viewer)
    if hold is None:
        raise Http404
    form = forms.WhyForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            verbs.lift_hold(
                hold=hold, by=request.viewer, at=request.received_at, **form.cleaned_data
            )
            messages.success(request, "Lifted.")
            return redirect(RETENTION[1])
    page = FormPage(
        title="Lift the hold",
        caption=hold.why,
        send="Lift it",
        crumbs=(crumb(), (RETENTION[0], reverse(RETENTION[1]))),
        cancel=reverse(RETENTION[1]),
    )
    return form_page(request, form, page)
