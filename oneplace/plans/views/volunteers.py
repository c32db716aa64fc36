"""Volunteers: the list, one of them, vetting, and bringing one together with somebody."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from oneplace.access.guard import may
from oneplace.kit.clock import local_day
from oneplace.kit.forms import FormPage
from oneplace.kit.refusals import Refused
from oneplace.kit.request import Request
from oneplace.plans import around_forms as forms
from oneplace.plans import presenters, queries, verbs
from oneplace.plans.models import Volunteer
from oneplace.plans.permissions import KEEP_CASELOAD, SEE_CASELOAD
from oneplace.plans.views.around import form_or_done, person_or_404, plan_of


@require_safe
@may(SEE_CASELOAD)
def volunteers(request: Request) -> HttpResponse:
    """Everybody who gives their time here; whose checks run out stands first."""
    page = presenters.VolunteersPage.of(
        queries.volunteers(viewer=request.viewer),
        may_keep=request.viewer.may(KEEP_CASELOAD),
        today=local_day(request.received_at),
    )
    return render(request, "plans/volunteers.html", {"page": page})


@require_safe
@may(SEE_CASELOAD)
def volunteer(request: Request, volunteer_id: uuid.UUID) -> HttpResponse:
    """One volunteer."""
    found = _volunteer(request, volunteer_id)
    page = presenters.VolunteerPage.of(
        found,
        people=queries.matched_with(found, viewer=request.viewer),
        may_keep=request.viewer.may(KEEP_CASELOAD),
        today=local_day(request.received_at),
    )
    return render(request, "plans/volunteer.html", {"page": page})


@may(KEEP_CASELOAD)
def add_volunteer(request: Request) -> HttpResponse:
    """Write down somebody who gives their time."""

    def write(**typed: Any) -> None:
        verbs.add_volunteer(by=request.viewer, at=request.received_at, **typed)

    page = FormPage(
        title="A volunteer",
        lead="Nobody is sent to anybody’s home before their checks are written down.",
        send="Add",
        cancel=reverse("plans:volunteers"),
    )
    form = forms.VolunteerForm(request.POST or None)
    to = reverse("plans:volunteers")
    return form_or_done(request, form, page, write, done="Added. Now the checks.", to=to)


@may(KEEP_CASELOAD)
def vet_volunteer(request: Request, volunteer_id: uuid.UUID) -> HttpResponse:
    """Write down a volunteer's checks."""
    found = _volunteer(request, volunteer_id)

    def write(**typed: Any) -> None:
        verbs.vet_volunteer(volunteer=found, by=request.viewer, at=request.received_at, **typed)

    to = reverse("plans:volunteer", args=[found.pk])
    page = FormPage(title="Checks", caption=found.name, send="Write them down", cancel=to)
    form = forms.VettingForm(request.POST or None)
    return form_or_done(request, form, page, write, done="Written down.", to=to)


@require_POST
@may(KEEP_CASELOAD)
def leave_volunteer(request: Request, volunteer_id: uuid.UUID) -> HttpResponse:
    """Write down that somebody gives their time no longer."""
    found = _volunteer(request, volunteer_id)
    try:
        verbs.leave_volunteer(volunteer=found, by=request.viewer, at=request.received_at)
    except Refused as refused:
        messages.error(request, refused.reason)
        return redirect("plans:volunteer", found.pk)
    messages.success(request, "They have left. Thank them.")
    return redirect("plans:volunteers")


@may(KEEP_CASELOAD)
def match_volunteer(request: Request, person_id: uuid.UUID) -> HttpResponse:
    """Bring a volunteer together with somebody who said yes."""
    person = person_or_404(request, person_id)
    at = request.received_at
    goals = queries.goals_of_many([person.pk], viewer=request.viewer).get(person.pk, [])
    offered = queries.volunteers_for(
        categories=[goal.category for goal in goals if goal.category],
        viewer=request.viewer,
        on=local_day(at),
    )
    known = {one.volunteer.pk: one.volunteer for one in offered}
    choices = [(str(one.volunteer.pk), presenters.offered_in_words(one)) for one in offered]
    work = queries.open_work_of(person.pk, viewer=request.viewer)

    def write(volunteer: uuid.UUID, **typed: Any) -> None:
        verbs.match_volunteer(
            person_id=person.pk,
            volunteer=known[volunteer],
            work=work,
            by=request.viewer,
            at=at,
            **typed,
        )

    page = FormPage(
        title="A volunteer for them",
        caption=presenters.name_of(person),
        lead="Who suits their goals, is vetted and has room stands first."
        if choices
        else "Nobody gives their time here yet. Add volunteers to the list first.",
        send="Bring them together",
        cancel=plan_of(person),
    )
    form = forms.MatchForm(request.POST or None, choices=choices)
    return form_or_done(request, form, page, write, done="Done.", to=plan_of(person))


@may(KEEP_CASELOAD)
def end_match(request: Request, match_id: uuid.UUID) -> HttpResponse:
    """Write down that a volunteer comes no longer."""
    found = queries.match(match_id, viewer=request.viewer)
    if found is None:
        raise Http404
    person = person_or_404(request, found.person_id)

    def write(**typed: Any) -> None:
        verbs.end_match(match=found, by=request.viewer, at=request.received_at, **typed)

    page = FormPage(
        title="They come no longer",
        caption=f"{found.volunteer.name}, {presenters.name_of(person)}",
        send="End it",
        cancel=plan_of(person),
    )
    form = forms.EndForm(request.POST or None)
    return form_or_done(request, form, page, write, done="Ended.", to=plan_of(person))


def _volunteer(request: Request, volunteer_id: uuid.UUID) -> Volunteer:
    found = queries.volunteer(volunteer_id, viewer=request.viewer)
    if found is None:
        raise Http404
    return found
