"""Mine, ours, asked of others; one action with its history; the list on paper."""

import uuid
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from oneplace.access.guard import may
from oneplace.actions import forms, presenters, queries
from oneplace.actions.permissions import SEE_ACTIONS
from oneplace.actions.queries import Choice, Tab
from oneplace.kit.request import Request
from oneplace.vocabulary.terms import ActionOrigin


@may(SEE_ACTIONS)
def mine(request: Request) -> HttpResponse:
    """What is asked of the viewer."""
    return _list(request, Tab.MINE, "actions/actions.html")


@may(SEE_ACTIONS)
def ours(request: Request) -> HttpResponse:
    """What is asked of the viewer's teams and organisation."""
    return _list(request, Tab.OURS, "actions/actions.html")


@may(SEE_ACTIONS)
def asked(request: Request) -> HttpResponse:
    """What the viewer asked of others."""
    return _list(request, Tab.ASKED_OF_OTHERS, "actions/actions.html")


@require_safe
@may(SEE_ACTIONS)
def print_actions(request: Request) -> HttpResponse:
    """One list on paper, by the day it is due."""
    given = request.GET.get("list", "")
    tab = Tab(given) if given in Tab.stored_words() else Tab.MINE
    return _list(request, tab, "actions/print.html")


def _list(request: Request, tab: Tab, template: str) -> HttpResponse:
    # Choices travel in the address; typed words come by POST only, so that none stands in a log.
    is_search = request.method == "POST"
    form = forms.ChoiceForm(request.POST if is_search else request.GET)
    chosen = form.cleaned_data if form.is_valid() else {}
    if is_search and not chosen.get("words"):
        given = {name: chosen[name] for name in ("show", "origin") if chosen.get(name)}
        return redirect(f"{request.path}?{urlencode(given)}" if given else request.path)
    show = chosen.get("show", "")
    choice = Choice(
        text=chosen.get("words", "") if is_search else "",
        is_late=show == "late",
        is_due_today=show == "today",
        is_unanswered=show == "unanswered",
        is_settled=show == "settled",
        origin=ActionOrigin(chosen["origin"]) if chosen.get("origin") else None,
    )
    page = presenters.Actions.of(
        tab,
        queries.listed(tab, viewer=request.viewer, at=request.received_at, choice=choice),
        queries.counts(viewer=request.viewer),
        choice,
        show=show,
        viewer=request.viewer,
        at=request.received_at,
    )
    return render(request, template, {"page": page, "form": form})


@require_safe
@may(SEE_ACTIONS)
def action(request: Request, action_id: uuid.UUID) -> HttpResponse:
    """One action: where it stands, every step, what may be done."""
    viewer, at = request.viewer, request.received_at
    found = queries.opened(action_id, viewer=viewer, at=at)
    if found is None:
        raise Http404
    page = presenters.ActionPage.of(
        found,
        list(queries.steps(found.pk, viewer=viewer)),
        phone=queries.phone_of(queries.owner_now(found)) if found.is_same_day else "",
        viewer=viewer,
        at=at,
    )
    return render(request, "actions/action.html", {"page": page})
