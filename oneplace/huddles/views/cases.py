"""The caseload, one case with everything said of it, and ending one between meetings."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from oneplace.access.guard import may
from oneplace.huddles import asking, forms, presenters, queries, rules, verbs
from oneplace.huddles.models import Case
from oneplace.huddles.permissions import RUN_HUDDLE, SEE_HUDDLES
from oneplace.huddles.views.choosing import chosen_series
from oneplace.huddles.views.finding import home_crumb
from oneplace.kit.forms import FormPage, form_page, refusals_on
from oneplace.kit.refusals import Refused, refuse_if
from oneplace.kit.request import Request
from oneplace.vocabulary.terms import CaseClosed, CaseState


@require_safe
@may(SEE_HUDDLES)
def caseload(request: Request) -> HttpResponse:
    """Everybody active, by lead or by time since last spoken of."""
    viewer, at = request.viewer, request.received_at
    series = list(queries.series_of(viewer=viewer))
    chosen = chosen_series(request, series)
    wanted = [chosen] if chosen else series
    rows = queries.caseload([one.pk for one in wanted], viewer=viewer, at=at)
    by = request.GET.get("by", "")
    if by == "lead":
        rows.sort(key=lambda row: (not row.case.lead_name, row.case.lead_name))
    if by == "stuck":
        rows = [row for row in rows if row.is_stuck]
    if by == "step_down":
        rows = [row for row in rows if row.is_step_down_candidate]
    return render(
        request,
        "huddles/caseload.html",
        {
            "title": "Caseload",
            "crumbs": (home_crumb(),),
            "rows": [(row, rules.short_name(row.case.person)) for row in rows],
            "series": series,
            "chosen": chosen,
            "by": by,
            "stuck": sum(row.is_stuck for row in rows),
            "step_down": sum(row.is_step_down_candidate for row in rows),
            "leaderless": sum(not row.case.lead_name for row in rows),
        },
    )


@require_safe
@may(SEE_HUDDLES)
def case(request: Request, case_id: uuid.UUID) -> HttpResponse:
    """One case: why listed, who leads, and every huddle they were spoken of at."""
    found = _case_or_404(request, case_id)
    told = queries.told(found, viewer=request.viewer)
    return render(
        request,
        "huddles/case.html",
        {
            "title": rules.short_name(found.person),
            "crumbs": (home_crumb(), ("Caseload", reverse("huddles:caseload"))),
            "case": found,
            "carer": presenters.carer_words(found),
            "wishes": presenters.wishes_words(found),
            "minutes": presenters.minutes_of(
                told, {item.pk: list(item.lines.all()) for item in told}, viewer=request.viewer
            ),
        },
    )


@may(RUN_HUDDLE)
def end_case(request: Request, case_id: uuid.UUID) -> HttpResponse:
    """Step a case down or close it between meetings."""
    found = _case_or_404(request, case_id)
    form = forms.EndCaseForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            _end(request, found, form)
            messages.success(request, f"{rules.short_name(found.person)} is off the list.")
            return redirect("huddles:caseload")
    page = FormPage(
        title="Step down or close",
        caption=rules.short_name(found.person),
        send="Take them off the list",
        crumbs=(home_crumb(), ("Caseload", reverse("huddles:caseload"))),
        cancel=reverse("huddles:case", args=[found.pk]),
        is_warning=True,
    )
    return form_page(request, form, page)


def _end(request: Request, found: Case, form: forms.EndCaseForm) -> None:
    said = form.cleaned_data
    is_closing = said["decided"] == "closed"
    if is_closing and not said["reason"]:
        raise Refused("Say why the case is closed.", field="reason")
    net = said["safety_net"].strip()
    refuse_if(None if is_closing or net else "Say what would bring them back.", field="safety_net")
    left = asking.open_actions(found.person_id, by=request.viewer)
    refuse_if(
        f"{left} of what was asked is still open. Finish it first." if is_closing and left else None
    )
    verbs.end_case(
        case=found,
        state=CaseState.CLOSED if is_closing else CaseState.STEPPED_DOWN,
        reason=CaseClosed(said["reason"]) if is_closing else None,
        safety_net=net,
        by=request.viewer,
        at=request.received_at,
    )


def _case_or_404(request: Request, case_id: uuid.UUID) -> Case:
    found = queries.case(case_id, viewer=request.viewer)
    if found is None:
        raise Http404
    return found
