"""The owner's answers: accept, decline, pass on, take on, done, not needed, not reached, undo."""

import uuid
from collections.abc import Callable

from django import forms as django_forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from oneplace.access.guard import may
from oneplace.actions import forms, presenters, queries, verbs
from oneplace.actions.cards import action_row
from oneplace.actions.models import Action
from oneplace.actions.permissions import SEE_ACTIONS
from oneplace.kit.clock import local_day
from oneplace.kit.forms import FormPage, form_page
from oneplace.kit.refusals import Refused, refusals_on
from oneplace.kit.request import Request


@require_POST
@may(SEE_ACTIONS)
def accept(request: Request, action_id: uuid.UUID) -> HttpResponse:
    """Promise it."""
    return _at_once(request, action_id, verbs.accept, "Accepted: it is your promise now.")


@require_POST
@may(SEE_ACTIONS)
def take_on(request: Request, action_id: uuid.UUID) -> HttpResponse:
    """Make one's own what is asked of the team."""
    return _at_once(request, action_id, verbs.take_on, "It is yours now.")


@require_POST
@may(SEE_ACTIONS)
def undo_answer(request: Request, action_id: uuid.UUID) -> HttpResponse:
    """Take back one's answer of a moment ago."""
    return _at_once(request, action_id, verbs.undo_answer, "Undone.")


@may(SEE_ACTIONS)
def decline(request: Request, action_id: uuid.UUID) -> HttpResponse:
    """Say no, and why."""
    return _answered(
        request,
        action_id,
        forms.DeclineForm(request.POST or None),
        verbs.decline,
        title="Decline",
        send="Decline",
        says="Declined. Whoever asked reads why.",
    )


@may(SEE_ACTIONS)
def finish(request: Request, action_id: uuid.UUID) -> HttpResponse:
    """Say that it is done, and what changed."""
    return _answered(
        request,
        action_id,
        forms.FinishForm(request.POST or None),
        verbs.finish,
        title="Done",
        send="Done",
        says="Done. Whoever asked reads what changed.",
    )


@may(SEE_ACTIONS)
def no_longer_needed(request: Request, action_id: uuid.UUID) -> HttpResponse:
    """Let it go."""
    return _answered(
        request,
        action_id,
        forms.NoLongerNeededForm(request.POST or None),
        verbs.no_longer_needed,
        title="No longer needed",
        send="Let it go",
        says="It is no longer asked of anybody.",
    )


@may(SEE_ACTIONS)
def could_not_reach(request: Request, action_id: uuid.UUID) -> HttpResponse:
    """Say that the person could not be reached."""
    return _answered(
        request,
        action_id,
        forms.CouldNotReachForm(request.POST or None),
        verbs.could_not_reach,
        title="Could not reach them",
        send="Could not reach them",
        says="Written down. Whoever asked reads what was tried.",
    )


@may(SEE_ACTIONS)
def pass_on(request: Request, action_id: uuid.UUID) -> HttpResponse:
    """Ask it of somebody else."""
    viewer, at = request.viewer, request.received_at
    found = _action(request, action_id)
    today = local_day(at)
    code = found.person.practice_code if found.person is not None else ""
    practice = queries.practice_id(code, viewer=viewer)
    names = queries.names_near(practice, on=today, viewer=viewer)
    form = forms.PassOnForm(request.POST or None, names=names, on=today)
    if form.is_valid() and form.chosen_owner is not None:
        with refusals_on(form):
            moved = verbs.pass_on(
                action=found,
                owner=form.chosen_owner,
                words=form.cleaned_data["words"],
                by=viewer,
                at=at,
            )
            messages.success(
                request, f"Passed on to {moved.owner_name}. It is a promise once they take it."
            )
            return redirect("actions:action", found.pk)
    if not form.needs_choice:
        form.fields.pop("chosen", None)
    page = presenters.PassOnPage(
        row=action_row(found, viewer=viewer, at=at),
        known=presenters.known_words(names),
        cancel=_page_of(found),
    )
    return render(request, "actions/ask.html", {"page": page, "form": form})


def _answered(
    request: Request,
    action_id: uuid.UUID,
    form: django_forms.Form,
    verb: Callable[..., Action],
    *,
    title: str,
    send: str,
    says: str,
) -> HttpResponse:
    found = _action(request, action_id)
    if form.is_valid():
        with refusals_on(form):
            verb(action=found, by=request.viewer, at=request.received_at, **form.cleaned_data)
            messages.success(request, says)
            return redirect("actions:action", found.pk)
    row = action_row(found, viewer=request.viewer, at=request.received_at)
    page = FormPage(
        title=title, caption=row.person, lead=f"{row.sentence}.", send=send, cancel=_page_of(found)
    )
    return form_page(request, form, page)


def _at_once(
    request: Request, action_id: uuid.UUID, verb: Callable[..., Action], says: str
) -> HttpResponse:
    found = _action(request, action_id)
    try:
        verb(action=found, by=request.viewer, at=request.received_at)
    except Refused as refused:
        messages.error(request, refused.reason)
    else:
        messages.success(request, says)
    return redirect("actions:action", found.pk)


def _action(request: Request, action_id: uuid.UUID) -> Action:
    # The page names whom it is for: so does its audit.
    found = queries.opened(action_id, viewer=request.viewer, at=request.received_at)
    if found is None:
        raise Http404
    return found


def _page_of(action: Action) -> str:
    return reverse("actions:action", args=[action.pk])
