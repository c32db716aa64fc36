"""Back within 72 hours: who, why, and what the ward was told."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from oneplace.access import audit
from oneplace.access.guard import may
from oneplace.homefirst import queries, verbs
from oneplace.homefirst.failed_pages import FailedPage, WhyBackForm
from oneplace.homefirst.naming import name_of
from oneplace.homefirst.permissions import RUN_LIFE_DESK, SEE_DISCHARGES
from oneplace.kit.formats import moment
from oneplace.kit.forms import FormPage, form_page
from oneplace.kit.refusals import refusals_on
from oneplace.kit.request import Request

_MOST = 200


@require_safe
@may(SEE_DISCHARGES)
def failed_discharges(request: Request) -> HttpResponse:
    """Everybody back within 72 hours whose record opens, those without a reason first."""
    viewer, at = request.viewer, request.received_at
    found = list(queries.failed_discharges(viewer=viewer)[:_MOST])
    if found:
        audit.record(
            by=viewer,
            at=at,
            action="see_failed_discharges",
            persons_shown=sorted({each.person_id for each in found}),
        )
    page = FailedPage.of(found, by=viewer, at=at)
    return render(request, "homefirst/failed_discharges.html", {"page": page})


@may(RUN_LIFE_DESK)
def say_why_back(request: Request, failed_id: uuid.UUID) -> HttpResponse:
    """The reason, which goes to the ward."""
    viewer, at = request.viewer, request.received_at
    failed = queries.failed_discharge(failed_id, viewer=viewer)
    if failed is None:
        raise Http404
    here = reverse("homefirst:failed_discharges")
    form = WhyBackForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            said = verbs.say_why_back(failed=failed, by=viewer, at=at, **form.cleaned_data)
            told = f"{said.told} has been told." if said.told else "Nobody there could be told."
            messages.success(request, f"Written down. {told}")
            return redirect(here)
    audit.record(
        by=viewer, at=at, action="see_failed_discharge",
        subject=("failed_discharge", failed.pk), person_id=failed.person_id,
    )  # fmt: skip
    page = FormPage(
        title="Back within 72 hours: why?",
        caption=name_of(failed.person),
        lead=f"Left {moment(failed.left_at)}, in a bed again {moment(failed.back_at)} "
        f"({failed.said_by}). The ward that let them go reads what you write.",
        send="Say it to the ward",
        cancel=here,
    )
    return form_page(request, form, page)
