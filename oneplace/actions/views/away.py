"""Tell when one is away and who stands in; and that one is back."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from oneplace.access.guard import may
from oneplace.actions import forms, presenters, queries, verbs
from oneplace.actions.permissions import SEE_ACTIONS
from oneplace.kit.clock import local_day
from oneplace.kit.refusals import Refused, refusals_on
from oneplace.kit.request import Request


@may(SEE_ACTIONS)
def away(request: Request) -> HttpResponse:
    """One's absences; what is due meanwhile is asked of whoever stands in."""
    viewer, at = request.viewer, request.received_at
    today = local_day(at)
    names = queries.names_near(None, on=today, viewer=viewer)
    form = forms.AwayForm(request.POST or None, names=names, on=today)
    if form.is_valid():
        stands_in = form.cleaned_data["stands_in"]
        with refusals_on(form):
            verbs.go_away(
                from_on=form.cleaned_data["from_on"],
                until_on=form.cleaned_data["until_on"],
                stands_in_id=stands_in.account_id if stands_in else None,
                team_id=stands_in.team_id if stands_in and not stands_in.account_id else None,
                by=viewer,
                at=at,
            )
            messages.success(request, "Told. What is due meanwhile is asked of whoever stands in.")
            return redirect("actions:away")
    page = presenters.AwayPage(
        rows=list(queries.absences(viewer=viewer, on=today)), known=presenters.known_words(names)
    )
    return render(request, "actions/away.html", {"page": page, "form": form})


@require_POST
@may(SEE_ACTIONS)
def come_back(request: Request, away_id: uuid.UUID) -> HttpResponse:
    """Tell that one is back, or stays."""
    found = queries.absence(away_id, viewer=request.viewer)
    if found is None:
        raise Http404
    try:
        verbs.come_back(away=found, by=request.viewer, at=request.received_at)
    except Refused as refused:
        messages.error(request, refused.reason)
    else:
        messages.success(request, "Welcome back. What others were asked meanwhile stays with them.")
    return redirect("actions:away")
