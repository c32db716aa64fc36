"""Opening a record in an emergency, and ending it: for who cares for people."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from oneplace.access import audit
from oneplace.access import verbs as access_verbs
from oneplace.access.guard import may
from oneplace.access.permissions import OPEN_EMERGENCY
from oneplace.access.queries import emergency as emergency_queries
from oneplace.desk.emergency_forms import EmergencyByNumberForm, EmergencyForm
from oneplace.desk.presenters.officer import EmergencyRow
from oneplace.desk.queries import officer as queries
from oneplace.kit import formats
from oneplace.kit.forms import FormPage, form_page
from oneplace.kit.refusals import Refused, refusals_on
from oneplace.kit.request import Request
from oneplace.people.verbs.emergency import look_up_in_emergency

TITLE = "Open a record in an emergency"


@may(OPEN_EMERGENCY)
def open_emergency(request: Request) -> HttpResponse:
    """Open the record of somebody nobody has found here, by their NHS number, and why."""
    form = EmergencyByNumberForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            found = look_up_in_emergency(
                nhs_number=form.cleaned_data["nhs_number"],
                reason=form.cleaned_data["reason"],
                by=request.viewer,
                at=request.received_at,
            )
            return _opened(request, found, form)
    return _page(request, form, cancel=reverse("desk:my_day"))


@may(OPEN_EMERGENCY)
def open_emergency_for(request: Request, person_id: uuid.UUID) -> HttpResponse:
    """The same of a person who was looked up; one there is not is refused like any other.

    Who it is was shown by the look-up and is not shown again: the address tells nobody anything.
    """
    form = EmergencyForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            found = look_up_in_emergency(
                person_id=person_id,
                reason=form.cleaned_data["reason"],
                by=request.viewer,
                at=request.received_at,
            )
            return _opened(request, found, form)
    return _page(request, form, caption="The person you found", cancel=reverse("desk:search"))


def _opened(request: Request, person_id: uuid.UUID | None, form: EmergencyForm) -> HttpResponse:
    emergency = access_verbs.open_emergency(
        person_id=person_id, by=request.viewer, at=request.received_at, **form.verb_values()
    )
    messages.success(
        request,
        f"Open to you until {formats.clock_time(emergency.ends_at)}. The information governance "
        "officers have been told, and one of them will review it. End it on My day when you are "
        "done.",
    )
    return redirect("desk:person", emergency.person_id)


def _page(request: Request, form: EmergencyForm, *, cancel: str, caption: str = "") -> HttpResponse:
    at = request.received_at
    held = list(emergency_queries.own_emergencies(viewer=request.viewer, at=at))
    names = queries.named([one.person_id for one in held], viewer=request.viewer)
    if names:
        audit.record(
            by=request.viewer, at=at, action="see_own_emergencies", persons_shown=sorted(names)
        )
    page = FormPage(
        title=TITLE,
        caption=caption,
        send="Open the record now",
        cancel=cancel,
        is_warning=True,
    )
    return form_page(
        request,
        form,
        page,
        "desk/emergency/open.html",
        held=[
            (one.person_id, EmergencyRow.of(one, names.get(one.person_id), at=at)) for one in held
        ],
    )


@require_POST
@may(OPEN_EMERGENCY)
def end_emergency(request: Request, emergency_id: uuid.UUID) -> HttpResponse:
    """End one's own emergency access before its time."""
    emergency = emergency_queries.emergency(emergency_id, viewer=request.viewer)
    if emergency is None:
        raise Http404
    try:
        access_verbs.end_emergency(emergency=emergency, by=request.viewer, at=request.received_at)
        messages.success(request, "Ended. The record is closed to you again.")
    except Refused as refused:
        messages.error(request, refused.reason)
    return redirect("desk:my_day")
