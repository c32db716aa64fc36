"""Another way in: a worry about somebody, told in the order of SBAR."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import NoReverseMatch, reverse

from oneplace.access.guard import may
from oneplace.casefinding import forms, presenters, verbs
from oneplace.casefinding.permissions import RAISE_WORRY
from oneplace.kit.forms import FormPage, form_page
from oneplace.kit.refusals import refusals_on
from oneplace.kit.request import Request
from oneplace.kit.words import say
from oneplace.people import queries as people


@may(RAISE_WORRY)
def raise_worry(request: Request, person_id: uuid.UUID) -> HttpResponse:
    """Bring somebody to the attention of their practice."""
    person = people.person(person_id, viewer=request.viewer)
    if person is None:
        raise Http404
    form = forms.WorryForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            verbs.raise_worry(
                person=person, by=request.viewer, at=request.received_at, **form.verb_values()
            )
            messages.success(
                request,
                "The practice has it, before whom any rule found. You see what they decide.",
            )
            return redirect(_page_of(person_id))
    page = FormPage(
        title=say("Bring them to the {huddle}"),
        caption=presenters.name_of(person),
        send="Send it to the practice",
        lead="For somebody who needs more than one of us. If they are not safe now, raise a "
        "concern instead; if it cannot wait, ring.",
        cancel=_page_of(person_id),
    )
    return form_page(request, form, page)


def _page_of(person_id: uuid.UUID) -> str:
    try:
        return reverse("desk:person", args=[person_id])
    except NoReverseMatch:
        return reverse("desk:my_day")
