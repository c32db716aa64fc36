"""The directory for anybody, without signing in: look, read, print, propose, answer one's own link.

What is typed comes by POST only: it may tell of somebody, and so stands in no address.
"""

import uuid
from dataclasses import replace
from typing import Final

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from oneplace.access.guard import anyone
from oneplace.access.viewer import Viewer
from oneplace.directory import forms, presenters, queries, rules, verbs
from oneplace.directory.links import hash_of
from oneplace.directory.map_drawing import draw
from oneplace.directory.models import Service
from oneplace.kit.forms import FormPage, form_page
from oneplace.kit.refusals import refusals_on
from oneplace.kit.request import Request
from oneplace.vocabulary.ids import id_for
from oneplace.vocabulary.terms import AccountKind

MOST_PRINTED: Final = 40
_ON_A_PAGE: Final = 20


@anyone
def find_help(request: Request) -> HttpResponse:
    """Services by need in plain words, near a postcode; with a map drawn here."""
    form = forms.FindForm(request.POST or None)
    wanted, words, near = queries.Wanted(), "", ""
    if form.is_bound and form.is_valid():
        wanted = form.wanted()
        words, near = form.cleaned_data["words"], form.cleaned_data["near"]
    answer = queries.search(
        text=words,
        near=near,
        wanted=replace(wanted, is_for_oneself=True),
        most=_ON_A_PAGE,
        viewer=request.viewer,
        at=request.received_at,
    )
    drawing = None
    if form.is_bound:
        drawing = draw(answer.found, queries.districts(viewer=request.viewer), answer.near)
    page = presenters.FoundPage.of(answer, at=request.received_at, is_public=True)
    return render(
        request, "directory/find_help.html", {"page": page, "form": form, "drawing": drawing}
    )


@require_safe
@anyone
def service_page(request: Request, service_id: uuid.UUID) -> HttpResponse:
    """One service in full."""
    service = _service(request, service_id)
    page = presenters.EntryPage.of(service, viewer=request.viewer, at=request.received_at)
    return render(request, "directory/service_page.html", {"page": page})


@require_POST
@anyone
def print_help(request: Request) -> HttpResponse:
    """A list of chosen services to take home, in large print."""
    chosen = [each for each in map(_id_of, request.POST.getlist("services")) if each is not None]
    services = queries.services_of(chosen[:MOST_PRINTED], viewer=request.viewer)
    if not services:
        messages.error(request, "Tick the services that go on the list.")
        return redirect("directory:find_help")
    return render(
        request,
        "directory/print.html",
        {
            "services": presenters.printed(services),
            "at": request.received_at,
            "back": reverse("directory:find_help"),
        },
    )


@anyone
def propose_change(request: Request, service_id: uuid.UUID) -> HttpResponse:
    """Say that an entry is wrong; an editor looks before anything changes."""
    service = _service(request, service_id)
    form = forms.ProposeForm(request.POST or None)
    here = reverse("directory:service_page", args=[service.pk])
    if form.is_valid():
        with refusals_on(form):
            verbs.propose(
                service=service,
                name=service.name,
                provider_name=service.provider.name,
                by=_somebody(form.cleaned_data["from_name"], request.viewer),
                at=request.received_at,
                **form.cleaned_data,
            )
            messages.success(request, "Thank you. Somebody looks at it before the page changes.")
            return redirect(here)
    page = FormPage(
        title="Tell us what is wrong",
        caption=f"{service.name}, {service.provider.name}",
        lead="Say nothing about anybody but the service.",
        send="Send it",
        cancel=here,
    )
    return form_page(request, form, page)


@anyone
def propose_service(request: Request) -> HttpResponse:
    """Tell us of a service that is in no entry yet."""
    form = forms.NewServiceForm(request.POST or None)
    if form.is_valid():
        given = dict(form.cleaned_data)
        with refusals_on(form):
            verbs.propose(
                name=given.pop("name"),
                provider_name=given.pop("provider_name"),
                from_name=given["from_name"],
                from_address=given["from_address"],
                says=given,
                by=_somebody(given["from_name"], request.viewer),
                at=request.received_at,
            )
            messages.success(request, "Thank you. It stands in the directory once it is checked.")
            return redirect("directory:find_help")
    page = FormPage(
        title="Tell us of a service",
        lead="A group, a lunch, a helpline: anything people near here can go to.",
        send="Send it",
        cancel=reverse("directory:find_help"),
    )
    return form_page(request, form, page)


@anyone
def check_entry(request: Request, secret: str) -> HttpResponse:
    """The page of whoever offers a service: is it still right? One click says so."""
    link = queries.check_link(secret, viewer=request.viewer)
    if link is None:
        raise Http404
    if closed := rules.why_check_link_is_closed(link, now=timezone.now()):
        return _thanks(request, "This link", closed, status=410)
    form = forms.CheckForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            verbs.confirm_by_link(
                link=link,
                capacity=form.cleaned_data["capacity"],
                by=_owner(secret, link.service, request.viewer),
                at=request.received_at,
            )
            return _thanks(request, "Thank you", "The page says that it was checked today.")
    service = queries.service(link.service_id, viewer=request.viewer)
    if service is None:
        raise Http404
    page = presenters.EntryPage.of(service, viewer=request.viewer, at=request.received_at)
    return render(
        request,
        "directory/check_entry.html",
        {"page": page, "form": form, "secret": secret, "title": "Is this still right?"},
    )


@anyone
def change_entry(request: Request, secret: str) -> HttpResponse:
    """Whoever offers a service says what has changed."""
    link = queries.check_link(secret, viewer=request.viewer)
    if link is None:
        raise Http404
    if closed := rules.why_check_link_is_closed(link, now=timezone.now()):
        return _thanks(request, "This link", closed, status=410)
    form = forms.ChangedForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            verbs.correct_by_link(
                link=link,
                by=_owner(secret, link.service, request.viewer),
                at=request.received_at,
                **form.cleaned_data,
            )
            return _thanks(request, "Thank you", "We write it in within a few days.")
    page = FormPage(
        title="What has changed?",
        caption=link.service.name,
        send="Send it",
        cancel=reverse("directory:check_entry", args=[secret]),
        keeps_typed=False,
    )
    return form_page(request, form, page)


def _thanks(request: Request, title: str, words: str, *, status: int = 200) -> HttpResponse:
    context = {"title": title, "words": words}
    return render(request, "directory/thanks.html", context, status=status)


def _owner(secret: str, service: Service, viewer: Viewer) -> Viewer:
    """Whoever holds this link, as a viewer: one party, no permission."""
    return _by_link(id_for("directory-check", hash_of(secret)), service.provider.name, viewer)


def _somebody(name: str, viewer: Viewer) -> Viewer:
    """Whoever proposes something without signing in, by the name they gave."""
    if viewer.account_id is not None:
        return viewer
    return _by_link(id_for("directory-visitor", name.strip().lower()), name, viewer)


def _by_link(party: uuid.UUID, name: str, viewer: Viewer) -> Viewer:
    return Viewer(
        account_id=party,
        kind=AccountKind.LINK,
        name=name.strip()[:160] or "Somebody",
        request_id=viewer.request_id,
        from_address=viewer.from_address,
        door="page",
        route=viewer.route,
    )


def _service(request: Request, service_id: uuid.UUID) -> Service:
    found = queries.service(service_id, viewer=request.viewer)
    if found is None or not found.is_listed:
        raise Http404
    if found.same_as_id is not None:
        found = queries.service(found.same_as_id, viewer=request.viewer) or found
    return found


def _id_of(word: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(word)
    except ValueError:
        return None
