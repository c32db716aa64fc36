"""Who comes to a person's own page: let in after the person was asked alone, closed at once."""

import uuid

from django.contrib import messages
from django.forms import BaseForm
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from oneplace.access import audit
from oneplace.access import verbs as access_verbs
from oneplace.access.guard import may
from oneplace.access.models import OwnRecord
from oneplace.access.permissions import KEEP_CHOICES
from oneplace.access.queries import choices as choice_queries
from oneplace.access.queries import own as own_queries
from oneplace.desk import own_page_forms as forms
from oneplace.desk.presenters.choices import name_of
from oneplace.desk.presenters.own_page import ComesPage
from oneplace.kit.forms import FormPage, form_page
from oneplace.kit.refusals import Refused, refusals_on
from oneplace.kit.request import Request
from oneplace.people import queries as people
from oneplace.people.models import Person


@require_safe
@may(KEEP_CHOICES)
def comes(request: Request, person_id: uuid.UUID) -> HttpResponse:
    """Everybody who comes to this person's own page, with who confirmed them and how."""
    person = _person(request, person_id)
    found = list(own_queries.comes_to(_selves(request, person), viewer=request.viewer))
    audit.record(
        by=request.viewer, at=request.received_at, action="see_own_records", person_id=person.pk
    )
    devices: dict[uuid.UUID, int] = {}
    for each in _selves(request, person):
        devices |= own_queries.devices_of(each, viewer=request.viewer)
    page = ComesPage.of(person.pk, name_of(person), found, devices)
    return render(request, "desk/own/comes.html", {"page": page, "crumbs": _crumbs(person)})


@may(KEEP_CHOICES)
def let_in(request: Request, person_id: uuid.UUID) -> HttpResponse:
    """Let somebody come to it, and show the link and the code once."""
    person = _person(request, person_id)
    form = forms.LetInForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            own = access_verbs.let_in(
                person_id=person.pk,
                by=request.viewer,
                at=request.received_at,
                **form.verb_values(),
            )
            return _send(request, person, own)
    return _form(
        request,
        person,
        form,
        "Let somebody come to their own page",
        send="Let them in",
        lead="Ask the person when nobody else is with them. Say what a helper will see: the plan, "
        "who helps and what happens next; never concerns, or who looked.",
    )


@require_POST
@may(KEEP_CHOICES)
def send_own_link(request: Request, person_id: uuid.UUID, own_id: uuid.UUID) -> HttpResponse:
    """Make a new link and code; those before open nothing any more."""
    person = _person(request, person_id)
    return _send(request, person, _own(request, person, own_id))


@may(KEEP_CHOICES)
def suspend_own(request: Request, person_id: uuid.UUID, own_id: uuid.UUID) -> HttpResponse:
    """Close the page to somebody at once, even while they are signed in."""
    person = _person(request, person_id)
    own = _own(request, person, own_id)
    form = forms.StopForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            access_verbs.suspend_own_record(
                own=own, by=request.viewer, at=request.received_at, **form.cleaned_data
            )
            messages.success(request, f"Closed. {own.account.name} sees nothing of it any more.")
            return redirect("desk:comes", person.pk)
    return _form(
        request,
        person,
        form,
        f"Close the page to {own.account.name}",
        send="Close it now",
        lead="It closes at once, even if they are signed in. They are not told why.",
        is_warning=True,
    )


@may(KEEP_CHOICES)
def resume_own(request: Request, person_id: uuid.UUID, own_id: uuid.UUID) -> HttpResponse:
    """Let somebody in again, after the person was asked alone once more."""
    person = _person(request, person_id)
    own = _own(request, person, own_id)
    form = forms.AskedAgainForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            access_verbs.resume_own_record(
                own=own, by=request.viewer, at=request.received_at, **form.cleaned_data
            )
            messages.success(request, f"{own.account.name} may come again. Make them a new link.")
            return redirect("desk:comes", person.pk)
    return _form(request, person, form, f"Let {own.account.name} in again", send="Let them in")


def _send(request: Request, person: Person, own: OwnRecord) -> HttpResponse:
    try:
        sent = access_verbs.send_own_link(own=own, by=request.viewer, at=request.received_at)
    except Refused as refused:
        messages.error(request, refused.reason)
        return redirect("desk:comes", person.pk)
    answer = render(
        request,
        "desk/own/link_sent.html",
        {"sent": sent, "name": own.account.name, "person_id": person.pk},
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _person(request: Request, person_id: uuid.UUID) -> Person:
    person = people.person(person_id, viewer=request.viewer)
    if person is None or not choice_queries.is_open(person.pk, viewer=request.viewer):
        raise Http404
    return person


def _own(request: Request, person: Person, own_id: uuid.UUID) -> OwnRecord:
    found = own_queries.own_record(own_id, viewer=request.viewer)
    if found is None or found.person_id not in _selves(request, person):
        raise Http404
    return found


def _selves(request: Request, person: Person) -> list[uuid.UUID]:
    return people.selves(person.pk, viewer=request.viewer)


def _crumbs(person: Person) -> tuple[tuple[str, str], ...]:
    return (
        (name_of(person), reverse("desk:person", args=[person.pk])),
        ("People and sharing", reverse("desk:person_people", args=[person.pk])),
    )


def _form(
    request: Request,
    person: Person,
    form: BaseForm,
    title: str,
    *,
    send: str,
    lead: str = "",
    is_warning: bool = False,
) -> HttpResponse:
    comes_to = reverse("desk:comes", args=[person.pk])
    page = FormPage(
        title=title,
        caption=name_of(person),
        lead=lead,
        send=send,
        crumbs=(*_crumbs(person), ("Their own page", comes_to)),
        cancel=comes_to,
        is_warning=is_warning,
    )
    return form_page(request, form, page)
