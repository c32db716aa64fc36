"""Visits as plain pages: the list, one visit, booking, moving, cancelling; who is out alone."""

import uuid
from datetime import datetime, time, timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from oneplace.access import audit
from oneplace.access.guard import may
from oneplace.kit.clock import day_begins, local_day
from oneplace.kit.formats import clock_time
from oneplace.kit.forms import FormPage, form_page
from oneplace.kit.refusals import refusals_on
from oneplace.kit.request import Request
from oneplace.people import queries as people
from oneplace.referrals.queries.reach import how_to_reach
from oneplace.visits import cards, forms, presenters, queries, rules, verbs
from oneplace.visits.acts import ACTS, acts_for
from oneplace.visits.models import OPEN, Visit, VisitOrigin
from oneplace.visits.permissions import BOOK_VISIT, MAKE_VISITS, SEE_VISITS

_DAYS = 7


@require_safe
@may(SEE_VISITS)
def visits(request: Request) -> HttpResponse:
    """The viewer's visits of the next days, their team's, and who is out alone now."""
    viewer, at = request.viewer, request.received_at
    begins = day_begins(local_day(at))
    mine = list(queries.mine(viewer=viewer, at=at, days=_DAYS))
    team = [
        each
        for each in queries.visits_between(begins, begins + timedelta(days=_DAYS), viewer=viewer)
        if each.worker_id != viewer.account_id and each.state in OPEN
    ][:100]
    out = list(queries.out_now(viewer=viewer).order_by("out_by_at"))
    shown = [*mine, *team]
    names = cards.names_of(shown, viewer=viewer)
    audit.record(
        by=viewer,
        at=at,
        action="see_visits",
        persons_shown=list(dict.fromkeys(each.person_id for each in shown)),
    )
    return render(
        request,
        "visits/visits.html",
        {
            "mine": presenters.days_of(mine, names=names, at=at),
            "team": presenters.days_of(team, names=names, at=at),
            "out": [(each, clock_time(each.out_by_at), each.out_by_at < at) for each in out],
            "may_make": viewer.may(MAKE_VISITS),
        },
    )


@require_safe
@may(SEE_VISITS)
def visit(request: Request, visit_id: uuid.UUID) -> HttpResponse:
    """One visit: whom to, when, what for, where it stands, and what to do next."""
    found = _visit(request, visit_id)
    viewer, at = request.viewer, request.received_at
    audit.record(
        by=viewer,
        at=at,
        action="see_visit",
        subject=("visit", found.pk),
        person_id=found.person_id,
    )
    person = people.person(found.person_id, viewer=viewer)
    goes = rules.goes(found, by=viewer)
    is_in = any(each.visit_id == found.pk for each in queries.out_now(viewer=viewer))
    return render(
        request,
        "visits/visit.html",
        {
            "visit": found,
            "name": presenters.name_of(person) if person else "",
            "window": presenters.window_of(found),
            "reach": how_to_reach(person.pk, viewer=viewer, at=at) if person and goes else None,
            "acts": acts_for(found, is_in=is_in, by=viewer),
            "may_arrange": rules.arranges(found, by=viewer),
            "steps": list(queries.at_the_door(found.pk, viewer=viewer)),
            "may_note": goes,
        },
    )


@may(MAKE_VISITS)
def act_on_visit(request: Request, visit_id: uuid.UUID, act: str) -> HttpResponse:
    """Say that one is on the way, there, done; that nobody answers; that one is in alone."""
    found = _visit(request, visit_id)
    chosen = next((each for each in ACTS if each.key == act), None)
    if chosen is None or not rules.goes(found, by=request.viewer):
        raise Http404
    initial = {"words": found.note} if act in ("note", "finish") else {}
    form = chosen.form(request.POST if request.method == "POST" else None, initial=initial)
    here = reverse("visits:visit", args=[found.pk])
    if form.is_valid():
        with refusals_on(form):
            chosen.verb(visit=found, by=request.viewer, at=request.received_at, **form.cleaned_data)
            messages.success(request, chosen.done)
            return redirect(here)
    page = FormPage(title=chosen.title, lead=chosen.lead, send=chosen.label, cancel=here)
    return form_page(request, form, page)


@may(BOOK_VISIT)
def book_visit(request: Request, person_id: uuid.UUID) -> HttpResponse:
    """Book a visit to this person."""
    person = people.person(person_id, viewer=request.viewer)
    if person is None:
        raise Http404
    workers = queries.who_may_go(viewer=request.viewer)
    form = forms.BookForm(
        request.POST or None,
        workers=[(str(hat.pk), f"{hat.account.name}, {hat.post.title}") for hat in workers],
        initial={"worker": str(request.viewer.hat_id or ""), "on": local_day(request.received_at)},
    )
    back = reverse("desk:person", args=[person.pk])
    if form.is_valid():
        given = form.cleaned_data
        with refusals_on(form):
            opens_at, closes_at = _window(given)
            booked = verbs.book(
                person_id=person.pk,
                purpose=given["purpose"],
                opens_at=opens_at,
                closes_at=closes_at,
                worker=next(hat for hat in workers if str(hat.pk) == given["worker"]),
                minutes=given["minutes"],
                why=given["why"],
                origin=VisitOrigin.RECORD,
                by=request.viewer,
                at=request.received_at,
            )
            messages.success(request, "Booked.")
            return redirect("visits:visit", booked.pk)
    page = FormPage(
        title="Book a visit", caption=presenters.name_of(person), send="Book it", cancel=back
    )
    return form_page(request, form, page)


@may(BOOK_VISIT)
def move_visit(request: Request, visit_id: uuid.UUID) -> HttpResponse:
    """Move a visit to another time; the one in its place."""
    found = _visit(request, visit_id)
    form = forms.MoveForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            opens_at, closes_at = _window(form.cleaned_data)
            following = verbs.move(
                visit=found,
                opens_at=opens_at,
                closes_at=closes_at,
                why=form.cleaned_data["why"],
                by=request.viewer,
                at=request.received_at,
            )
            messages.success(request, "Moved.")
            return redirect("visits:visit", following.pk)
    here = reverse("visits:visit", args=[found.pk])
    page = FormPage(
        title="Move the visit",
        lead=f"It is booked for {presenters.window_of(found)}. Tell the person too.",
        send="Move it",
        cancel=here,
    )
    return form_page(request, form, page)


@may(BOOK_VISIT)
def cancel_visit(request: Request, visit_id: uuid.UUID) -> HttpResponse:
    """Cancel a visit."""
    found = _visit(request, visit_id)
    form = forms.WhyForm(request.POST or None)
    here = reverse("visits:visit", args=[found.pk])
    if form.is_valid():
        with refusals_on(form):
            verbs.cancel(
                visit=found, by=request.viewer, at=request.received_at, **form.cleaned_data
            )
            messages.success(request, "Cancelled.")
            return redirect(here)
    page = FormPage(
        title="Cancel the visit", lead="Tell the person too.", send="Cancel it", cancel=here
    )
    return form_page(request, form, page)


@may(SEE_VISITS)
def settle_outing(request: Request, outing_id: uuid.UUID) -> HttpResponse:
    """Say of a colleague who is overdue that they are well, and how that is known."""
    found = queries.outing(outing_id, viewer=request.viewer)
    if found is None:
        raise Http404
    form = forms.SettleForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            verbs.settle_outing(
                outing=found, by=request.viewer, at=request.received_at, **form.cleaned_data
            )
            messages.success(request, f"Good: {found.worker_name} is well.")
            return redirect("visits:visits")
    where = how_to_reach(found.visit.person_id, viewer=request.viewer, at=request.received_at)
    page = FormPage(
        title=f"{found.worker_name} should have been out by {clock_time(found.out_by_at)}",
        lead=f"Ring them{f' on {found.worker_phone}' if found.worker_phone else ''}. If nobody "
        f"answers, ring 999{f' with the address: {where.address}' if where.address else ''}.",
        send="They are well",
        cancel=reverse("visits:visits"),
    )
    return form_page(request, form, page)


def _visit(request: Request, visit_id: uuid.UUID) -> Visit:
    found = queries.visit(visit_id, viewer=request.viewer)
    if found is None:
        raise Http404
    return found


def _window(given: dict[str, Any]) -> tuple[datetime, datetime]:
    """The moments a window opens and closes, by the wall clock."""
    ends: time = given["ends"] or given["begins"]
    opens, closes = (
        timezone.make_aware(datetime.combine(given["on"], clock))
        for clock in (given["begins"], ends)
    )
    return opens, closes
