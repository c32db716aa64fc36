"""People at work: who works here, in which posts, led by whom, until when."""

import uuid
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from oneplace.access import forms, open_work, presenters, queries, rules, verbs
from oneplace.access.guard import may
from oneplace.access.models import Account, Hat
from oneplace.access.permissions import MANAGE_PEOPLE_AT_WORK, RECORD_LEAVER
from oneplace.kit.clock import local_day
from oneplace.kit.forms import FormPage, form_page
from oneplace.kit.refusals import Refused, refusals_on
from oneplace.kit.request import Request, page_number
from oneplace.partners import verbs as partners
from oneplace.partners.models import Organisation, Post
from oneplace.partners.verbs import WantedPost
from oneplace.vocabulary.terms import Role

PEOPLE = ("People at work", "access:people_at_work")


@may(MANAGE_PEOPLE_AT_WORK)
def people_at_work(request: Request) -> HttpResponse:
    """Search and filter the people at work one looks after.

    Choices travel in the address, so that a list can be kept; a name or email by POST only, so that
    no colleague stands in an address or a log.
    """
    viewer = request.viewer
    is_sent = request.method == "POST"
    given = (request.POST if is_sent else request.GET).copy()
    if not is_sent:
        given.pop("text", None)
    form = forms.FindPeopleForm(
        given or None,
        organisations=queries.organisations(viewer=viewer),
        teams=queries.teams(viewer=viewer),
        networks=queries.networks(),
    )
    filters = form.filters()
    kept = {name: given[name] for name in forms.FindPeopleForm.CHOICES if given.get(name)}
    if is_sent and not filters.text and not request.htmx:
        return redirect(reverse(PEOPLE[1]) + (f"?{urlencode(kept)}" if kept else ""))
    found = queries.people_at_work(
        viewer=viewer,
        on=local_day(request.received_at),
        filters=filters,
        page=page_number(request),
    )
    template = "access/people_at_work_rows.html" if request.htmx else "access/people_at_work.html"
    return render(
        request,
        template,
        {
            "title": "People at work",
            "form": form,
            "found": found,
            "rows": presenters.people_rows(found.accounts, today=local_day(request.received_at)),
            "invitations": len(queries.open_invitations(viewer=viewer)),
            "is_whole_alliance": rules.manages_everybody(viewer),
            "asked": urlencode(kept),
            # With words typed the next page is asked for by a form, with all that was sent.
            "sent": {**kept, "text": filters.text} if filters.text else {},
        },
    )


@may(MANAGE_PEOPLE_AT_WORK)
def colleague(request: Request, account_id: uuid.UUID) -> HttpResponse:
    """One person at work: posts, who manages and leads them, open work, history."""
    person = colleague_of(request, account_id)
    leaving = queries.leaving_of(person)
    hats = queries.hats_of(person)
    today = local_day(request.received_at)
    held = [hat for hat in hats if not rules.is_over(hat, on=today)]
    return render(
        request,
        "access/colleague.html",
        {
            "title": person.name,
            "crumbs": [(PEOPLE[0], reverse(PEOPLE[1]))],
            "person": person,
            "hats": presenters.hat_rows(hats, viewer=request.viewer),
            "leaving": presenters.leaving(leaving, hold=settings.PLACE.thresholds.undo_hold),
            "open_work": open_work.open_work_of(person.pk, viewer=request.viewer),
            "rooms_with_work": open_work.rooms(),
            "manages": queries.manages_whom(person),
            "history": queries.history_of(person),
            "may_record_leaver": request.viewer.may(RECORD_LEAVER)
            and rules.why_not_record_leaver(request.viewer, person, held, leaving) is None,
            "why_not_change": rules.why_not_look_after(request.viewer, person.pk),
        },
    )


@may(MANAGE_PEOPLE_AT_WORK)
def change_hat(request: Request, hat_id: uuid.UUID) -> HttpResponse:
    """Change line manager, professional lead and last day of a post somebody holds."""
    hat = _hat(request, hat_id)
    reason = rules.why_not_manage_hat(request.viewer, hat)
    if reason is not None:
        return _refused(request, hat.account, reason)
    form = forms.HatForm(
        request.POST or None,
        initial={
            "line_manager_email": hat.line_manager.email if hat.line_manager else "",
            "professional_lead_email": hat.professional_lead.email if hat.professional_lead else "",
            "ends_on": hat.ends_on,
        },
    )
    if form.is_valid():
        with refusals_on(form):
            verbs.change_hat(
                hat=hat, by=request.viewer, at=request.received_at, **form.verb_values()
            )
            messages.success(request, f"Saved for {hat.account.name}.")
            return redirect("access:colleague", hat.account_id)
    page = _page(
        hat.account,
        title="Change a post",
        caption=hat.account.name,
        lead=f"{hat.post.title} at {hat.post.organisation.name}, since {hat.starts_on:%-d %B %Y}.",
        send="Save",
    )
    return _with_colleagues(request, form, page)


@require_POST
@may(MANAGE_PEOPLE_AT_WORK)
def end_hat(request: Request, hat_id: uuid.UUID) -> HttpResponse:
    """End one post of somebody at once."""
    hat = _hat(request, hat_id)
    try:
        verbs.end_hat(hat=hat, by=request.viewer, at=request.received_at)
        messages.success(request, f"{hat.account.name} does not hold {hat.post.title} any more.")
    except Refused as refused:
        messages.error(request, refused.reason)
    return redirect("access:colleague", hat.account_id)


@may(MANAGE_PEOPLE_AT_WORK)
def give_hat(request: Request, account_id: uuid.UUID) -> HttpResponse:
    """Let somebody hold another post as well."""
    person = colleague_of(request, account_id)
    reason = rules.why_not_look_after(request.viewer, person.pk)
    if reason is not None:
        return _refused(request, person, reason)
    form = forms.GiveHatForm(
        request.POST or None,
        initial={"starts_on": local_day(request.received_at)},
        **choices_of_posts(request),
    )
    if form.is_valid():
        # A post made for somebody who is refused it must not be left behind.
        with refusals_on(form), transaction.atomic():
            post, employer = post_typed(request, form.cleaned_data)
            verbs.give_hat(
                account=person,
                post=post,
                employer=employer,
                line_manager=form.cleaned_data["line_manager_email"],
                professional_lead=form.cleaned_data["professional_lead_email"],
                starts_on=form.cleaned_data["starts_on"],
                ends_on=form.cleaned_data["ends_on"],
                by=request.viewer,
                at=request.received_at,
            )
            messages.success(request, f"{person.name} now also holds {post.title}.")
            return redirect("access:colleague", person.pk)
    page = _page(
        person,
        title="Give another post",
        caption=person.name,
        lead="The posts they hold now stay. They choose in which of them they work. "
        + rules.WHO_GIVES_POSTS,
        send="Give this post",
    )
    return _with_colleagues(request, form, page)


def colleague_of(request: Request, account_id: uuid.UUID) -> Account:
    """Somebody this viewer looks after; for anybody else the page for what does not exist."""
    person = queries.person_at_work(account_id, viewer=request.viewer)
    if person is None:
        raise Http404
    return person


def choices_of_posts(request: Request) -> dict[str, Any]:
    """What a form about a post offers this viewer."""
    viewer = request.viewer
    roles = [
        (role.value, settings.PLACE.title_of(role))
        for role in Role
        if rules.why_not_give_role(
            viewer,
            role,
            permissions=settings.PLACE.permissions_of(role),
            holds=viewer.permissions,
        )
        is None
    ]
    return {
        "roles": roles,
        "organisations": queries.organisations(viewer=viewer),
        "employers": queries.employers(),
        "teams": queries.teams(viewer=viewer),
    }


def post_typed(request: Request, typed: dict[str, Any]) -> tuple[Post, Organisation]:
    """The post and employer a form describes; the post is made if it is new."""
    wanted = WantedPost(
        role=typed["role"],
        organisation_code=typed["organisation"],
        title=typed["post_title"],
        team_keys=(typed["team"],) if typed["team"] else (),
    )
    posts = partners.open_posts(
        wanted=[wanted], place=settings.PLACE, by=request.viewer, at=request.received_at
    )
    return posts[wanted], queries.employer(typed["employer"])


def _hat(request: Request, hat_id: uuid.UUID) -> Hat:
    hat = queries.hat(hat_id, viewer=request.viewer)
    if hat is None:
        raise Http404
    return hat


def _refused(request: Request, person: Account, reason: str) -> HttpResponse:
    messages.error(request, reason)
    return redirect("access:colleague", person.pk)


def _page(person: Account, *, title: str, caption: str, lead: str, send: str) -> FormPage:
    address = reverse("access:colleague", args=[person.pk])
    return FormPage(
        title=title,
        caption=caption,
        lead=lead,
        send=send,
        crumbs=((PEOPLE[0], reverse(PEOPLE[1])), (person.name, address)),
        cancel=address,
    )


def _with_colleagues(request: Request, form: Any, page: FormPage) -> HttpResponse:
    return form_page(
        request,
        form,
        page,
        "access/form_with_colleagues.html",
        colleagues=queries.colleagues(viewer=request.viewer),
    )
