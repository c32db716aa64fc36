"""Leavers: recorded, listed with what they leave open, briefly taken back."""

import uuid

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from oneplace.access import forms, open_work, queries, rules, verbs
from oneplace.access.guard import may
from oneplace.access.permissions import RECORD_LEAVER
from oneplace.access.views.people_at_work import PEOPLE, colleague_of
from oneplace.kit.clock import local_day
from oneplace.kit.forms import FormPage, form_page
from oneplace.kit.refusals import Refused, refusals_on
from oneplace.kit.request import Request


@may(RECORD_LEAVER)
def record_leaver(request: Request, account_id: uuid.UUID) -> HttpResponse:
    """Somebody leaves, now or after a last day still to come."""
    person = colleague_of(request, account_id)
    today = local_day(request.received_at)
    form = forms.LeaverForm(request.POST or None, today=today)
    if form.is_valid():
        with refusals_on(form):
            leaving = verbs.record_leaver(
                account=person, by=request.viewer, at=request.received_at, **form.verb_values()
            )
            hold = settings.PLACE.thresholds.undo_hold.words
            messages.success(
                request,
                f"{person.name} has left: access has ended everywhere. You can take this back for "
                f"{hold}."
                if leaving.took_effect_at
                else f"{person.name} leaves at the end of {leaving.last_on:%-d %B %Y}.",
            )
            return redirect("access:colleague", person.pk)
    address = reverse("access:colleague", args=[person.pk])
    page = FormPage(
        title="Record a leaver",
        caption=person.name,
        send="Record the leaver",
        crumbs=((PEOPLE[0], reverse(PEOPLE[1])), (person.name, address)),
        cancel=address,
        is_warning=True,
    )
    return form_page(
        request,
        form,
        page,
        "access/record_leaver.html",
        person=person,
        hats=[hat for hat in queries.hats_of(person) if not rules.is_over(hat, on=today)],
        open_work=open_work.open_work_of(person.pk, viewer=request.viewer),
        manages=queries.manages_whom(person),
    )


@require_POST
@may(RECORD_LEAVER)
def take_back_leaver(request: Request, account_id: uuid.UUID) -> HttpResponse:
    """Undo a leaving: one to come at any time, one that came within the place's hold."""
    person = colleague_of(request, account_id)
    leaving = queries.leaving_of(person)
    if leaving is None:
        raise Http404
    try:
        verbs.take_back_leaver(leaving=leaving, by=request.viewer, at=request.received_at)
        messages.success(request, f"{person.name} works here as before.")
    except Refused as refused:
        messages.error(request, refused.reason)
    return redirect("access:colleague", person.pk)
