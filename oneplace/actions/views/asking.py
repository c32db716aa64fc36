"""Ask somebody something, for a person or for the alliance; and take it back."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from oneplace.access.guard import may
from oneplace.actions import forms, presenters, queries, verbs
from oneplace.actions.permissions import ASK_ACTION
from oneplace.kit.clock import local_day
from oneplace.kit.forms import FormPage, form_page
from oneplace.kit.refusals import Refused, refusals_on
from oneplace.kit.request import Request
from oneplace.people import queries as people
from oneplace.vocabulary.terms import ActionOrigin


@may(ASK_ACTION)
def ask_action(request: Request) -> HttpResponse:
    """Ask something that is for nobody in particular."""
    return _ask(request, None, "", reverse("actions:asked"), practice_code="")


@may(ASK_ACTION)
def ask_for(request: Request, person_id: uuid.UUID) -> HttpResponse:
    """Ask something for a person."""
    person = people.person(person_id, viewer=request.viewer)
    if person is None:
        raise Http404
    name = " ".join(filter(None, (person.given, person.family)))
    back = reverse("desk:person", args=[person.pk])
    return _ask(request, person.pk, name, back, practice_code=person.practice_code)


def _ask(
    request: Request, person_id: uuid.UUID | None, name: str, back: str, *, practice_code: str
) -> HttpResponse:
    viewer, at = request.viewer, request.received_at
    today = local_day(at)
    practice = queries.practice_id(practice_code, viewer=viewer)
    names = queries.names_near(practice, on=today, viewer=viewer)
    form = forms.AskForm(request.POST or None, names=names, on=today)
    if form.is_valid() and form.chosen_owner is not None:
        with refusals_on(form):
            asked = verbs.ask(
                person_id=person_id,
                text=form.cleaned_data["text"],
                owner=form.chosen_owner,
                due=form.cleaned_data["due"],
                origin=ActionOrigin.RECORD if person_id else ActionOrigin.BOARD,
                by=viewer,
                at=at,
            )
            if form.remark:
                messages.info(request, form.remark)
            messages.success(request, f"Asked {asked.owner_name}. It is a promise once accepted.")
            return redirect("actions:action", asked.pk)
    if not form.needs_choice:
        form.fields.pop("chosen", None)
    page = presenters.AskPage(person=name, cancel=back, known=presenters.known_words(names))
    return render(request, "actions/ask.html", {"page": page, "form": form})


@require_POST
@may(ASK_ACTION)
def take_back(request: Request, action_id: uuid.UUID) -> HttpResponse:
    """Undo an ask of a moment ago."""
    found = queries.action(action_id, viewer=request.viewer)
    if found is None:
        raise Http404
    try:
        verbs.take_back(action=found, by=request.viewer, at=request.received_at)
    except Refused as refused:
        messages.error(request, refused.reason)
        return redirect("actions:action", found.pk)
    messages.success(request, f"Taken back. {found.owner_name} is not asked any more.")
    return redirect("actions:asked")


@may(ASK_ACTION)
def tell_person(request: Request, action_id: uuid.UUID) -> HttpResponse:
    """Write on the person's own page what is asked for them."""
    found = queries.action(action_id, viewer=request.viewer)
    if found is None or found.person_id is None:
        raise Http404
    form = forms.TellForm(request.POST or None, initial={"words": found.told_words})
    here = reverse("actions:action", args=[found.pk])
    if form.is_valid():
        with refusals_on(form):
            told = verbs.tell_person(
                action=found, by=request.viewer, at=request.received_at, **form.cleaned_data
            )
            says = "Written on their own page." if told.told_words else "Taken from their own page."
            messages.success(request, says)
            return redirect(here)
    page = FormPage(
        title="What do they read of it on their own page?",
        caption=found.text,
        send="Save",
        crumbs=((found.text, here),),
        cancel=here,
    )
    return form_page(request, form, page)
