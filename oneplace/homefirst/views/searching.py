"""How far the search for a day is; and the day planned anew around one person, to be taken."""

import uuid

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from oneplace.access import audit
from oneplace.access.guard import may
from oneplace.homefirst import offering, queries, rules, verbs
from oneplace.homefirst.models import DeskCase, DeskState
from oneplace.homefirst.naming import name_of
from oneplace.homefirst.permissions import RUN_LIFE_DESK, SEE_LIFE_DESK
from oneplace.homefirst.searching_pages import BetterShown, SearchShown
from oneplace.homefirst.views.rounds import day_asked, desk_asked
from oneplace.kit.refusals import Refused
from oneplace.kit.request import Request
from oneplace.people import queries as people


@require_safe
@may(SEE_LIFE_DESK)
def rounds_progress(request: Request) -> HttpResponse:
    """How far the search is; once it is over the whole page is shown anew."""
    desk, on = desk_asked(request), day_asked(request)
    plan = queries.search(desk.id, on, viewer=request.viewer)
    shown = SearchShown.of(plan, now=timezone.now())
    if not request.htmx:
        return redirect(f"{reverse('homefirst:rounds')}?on={on.isoformat()}")
    response = render(request, "homefirst/_rounds_progress.html", {"search": shown, "on": on})
    if shown is None or shown.is_lost:
        response.headers["HX-Refresh"] = "true"
    return response


@require_safe
@may(SEE_LIFE_DESK)
def better_offer(request: Request, case_id: uuid.UUID) -> HttpResponse:
    """The day planned anew around somebody who must be seen within two hours, where it is there."""
    case = _case(request, case_id)
    viewer, at = request.viewer, request.received_at
    plan = queries.better_offer(case.pk, viewer=viewer)
    shown = None
    if plan is not None and case.state == DeskState.ACCEPTED:
        planned = list(queries.planned_visits(plan.pk, viewer=viewer))
        persons = sorted({each.visit.person_id for each in planned})
        names = {each.pk: name_of(each) for each in people.persons(persons, viewer=viewer)}
        shown = BetterShown.of(plan, planned, names)
        audit.record(
            by=viewer, at=at, action="see_better_offer",
            persons_shown=sorted({*names, case.person_id}),
        )  # fmt: skip
    name = "homefirst/_better_offer.html" if request.htmx else "homefirst/better_offer.html"
    may_take = rules.runs_desk(case, by=viewer)
    return render(
        request,
        name,
        {"better": shown, "case": case, "name": name_of(case.person), "may_take": may_take},
    )


@require_POST
@may(RUN_LIFE_DESK)
def take_better_offer(request: Request, case_id: uuid.UUID, plan_id: uuid.UUID) -> HttpResponse:
    """Send whoever the plan names, and move what it moves."""
    case = _case(request, case_id)
    viewer, at = request.viewer, request.received_at
    here = reverse("homefirst:case", args=[case.pk])
    plan = queries.round_plan(plan_id, viewer=viewer)
    if plan is None or plan.case_id != case.pk:
        raise Http404
    (row,) = queries.shown([case], viewer=viewer, at=at)
    stop = offering.wanted_stop(case, row.clock, point=None, at=at)
    try:
        sent = verbs.take_better_offer(plan=plan, stop=stop, by=viewer, at=at)
    except Refused as refused:
        messages.error(request, refused.reason)
        return redirect(here)
    word = settings.PLACE.words.home_first
    messages.success(request, f"{sent.worker_name} goes. The rounds of {word} have been changed.")
    return redirect(here)


def _case(request: Request, case_id: uuid.UUID) -> DeskCase:
    found = queries.case(case_id, viewer=request.viewer)
    if found is None:
        raise Http404
    return found
