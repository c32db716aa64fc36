"""Looking into a safeguarding concern: the purpose put on for one person, and taken off again."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from oneplace.access import verbs as access_verbs
from oneplace.access.guard import may
from oneplace.access.permissions import WEAR_SAFEGUARDING
from oneplace.access.queries import worn as queries
from oneplace.access.rules.worn import why_not_wear
from oneplace.desk.emergency_forms import SafeguardingForm
from oneplace.kit import formats
from oneplace.kit.forms import FormPage, form_page
from oneplace.kit.refusals import Refused, refusals_on
from oneplace.kit.request import Request
from oneplace.people.verbs.emergency import look_up_in_emergency


@may(WEAR_SAFEGUARDING)
def wear_safeguarding(request: Request, person_id: uuid.UUID) -> HttpResponse:
    """Say what the concern is, and look at one person's record to keep them safe, for a few hours.

    The page is the same whoever the address names, and where it names nobody: it tells nothing.
    """
    if why_not_wear(request.viewer):
        raise Http404
    form = SafeguardingForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            found = look_up_in_emergency(
                person_id=person_id,
                reason=form.cleaned_data["reason"],
                by=request.viewer,
                at=request.received_at,
            )
            worn = access_verbs.wear_safeguarding(
                person_id=found, by=request.viewer, at=request.received_at, **form.verb_values()
            )
            messages.success(
                request,
                f"Open to you until {formats.clock_time(worn.ends_at)}, to keep somebody safe. "
                "Take it off when you are done.",
            )
            return redirect("desk:person", worn.person_id)
    page = FormPage(
        title="Look into a safeguarding concern",
        caption="The person you found",
        lead="For the safeguarding team. You see what bears on somebody's safety, and what is "
        "specially protected as far as an agreement lets it come to you. It ends by itself, and "
        "each page you open stands in the audit with this reason.",
        send="Look into it now",
        cancel=reverse("desk:my_day"),
        is_warning=True,
    )
    return form_page(request, form, page)


@require_POST
@may(WEAR_SAFEGUARDING)
def take_off_safeguarding(request: Request, person_id: uuid.UUID) -> HttpResponse:
    """End one's own look into a concern about this person before its time."""
    mine = queries.own_worn(viewer=request.viewer, at=request.received_at)
    worn = mine.filter(person_id=person_id).first()
    if worn is None:
        raise Http404
    try:
        access_verbs.take_off_safeguarding(worn=worn, by=request.viewer, at=request.received_at)
        messages.success(request, "Ended. The record is closed to you again.")
    except Refused as refused:
        messages.error(request, refused.reason)
    return redirect("desk:my_day")
