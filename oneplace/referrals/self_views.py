"""Asking for help on the public pages, without an account; and the team that rings whoever asked.

Nothing that is typed is answered with anything about anybody: who asks learns the number of their
ask and by when they are rung, whether or not somebody by that name is known here.
"""

import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from oneplace.access import audit
from oneplace.access.guard import anyone, may
from oneplace.access.viewer import Viewer, tell_database
from oneplace.directory import queries as directory
from oneplace.directory.models import Service
from oneplace.kit.clock import local_day
from oneplace.kit.formats import day, moment
from oneplace.kit.forms import FormPage, form_page
from oneplace.kit.refusals import refusals_on
from oneplace.kit.request import Request
from oneplace.referrals import queries, rules, verbs
from oneplace.referrals import self_forms as forms
from oneplace.referrals.models import SelfReferral
from oneplace.referrals.permissions import ANSWER_REFERRAL, MAKE_REFERRAL
from oneplace.referrals.self_presenters import SelfPage, SelfReferralsPage
from oneplace.vocabulary.ids import id_for
from oneplace.vocabulary.terms import AccountKind

_ASKED = "asked_yourself"


@anyone
def ask_yourself(request: Request, service_id: uuid.UUID) -> HttpResponse:
    """Ask a service for help, for oneself or another: no account, nothing told."""
    service = _service(request, service_id)
    here = reverse("directory:service_page", args=[service.pk])
    form = forms.AskYourselfForm(request.POST or None)
    if form.is_valid():
        given = dict(form.cleaned_data)
        if given.pop("website"):
            # A machine: it is told what everybody is told, and nothing is kept.
            return redirect("referrals:asked_yourself")
        visitor = _visitor(request, given)
        with refusals_on(form):
            asked = verbs.ask_yourself(service=service, by=visitor, at=request.received_at, **given)
            request.session[_ASKED] = [
                asked.number,
                day(asked.answer_by),
                asked.phone.replace(" ", "")[-3:],
            ]
            return redirect("referrals:asked_yourself")
    page = FormPage(
        title=f"Ask {service.name}",
        caption=service.provider.name,
        lead="Somebody rings within two working days and arranges it with you. You need no "
        "account. In danger ring 999; if it cannot wait, ring NHS 111.",
        send="Send it",
        cancel=here,
        crumbs=(("Find help nearby", reverse("directory:find_help")), (service.name, here)),
        keeps_typed=False,
    )
    return form_page(request, form, page, "referrals/ask_yourself.html")


@require_safe
@anyone
def asked_yourself(request: Request) -> HttpResponse:
    """Thank you: the number, and by when somebody rings."""
    number, ring_by, ends = request.session.get(_ASKED) or ("", "", "")
    return render(
        request,
        "referrals/asked_yourself.html",
        {"number": number, "ring_by": ring_by, "ends": ends},
    )


@require_safe
@may(ANSWER_REFERRAL)
def self_referrals(request: Request) -> HttpResponse:
    """Who asked on the public pages and waits to be rung."""
    is_open = request.GET.get("show") != "over"
    found = list(queries.self_referrals(viewer=request.viewer, is_open=is_open))
    audit.record(by=request.viewer, at=request.received_at, action="list_self_referrals")
    page = SelfReferralsPage.of(found, is_open=is_open, at=request.received_at)
    return render(request, "referrals/self_referrals.html", {"page": page})


@require_safe
@may(ANSWER_REFERRAL)
def self_referral(request: Request, asked_id: uuid.UUID) -> HttpResponse:
    """One ask: whom to ring, what they wrote, each try."""
    asked = _asked(request, asked_id)
    audit.record(
        by=request.viewer,
        at=request.received_at,
        action="see_self_referral",
        subject=("self_referral", asked.pk),
        person_id=asked.person_id,
    )
    page = SelfPage.of(
        asked,
        may_take_up=request.viewer.may(MAKE_REFERRAL),
        why_not=rules.why_not_handle(asked, by=request.viewer),
        at=request.received_at,
    )
    return render(request, "referrals/self_referral.html", {"page": page})


@may(ANSWER_REFERRAL)
def note_try(request: Request, asked_id: uuid.UUID) -> HttpResponse:
    """Write down that they were rung and not reached."""
    asked = _asked(request, asked_id)
    form = forms.TryForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            verbs.note_try(
                asked=asked, by=request.viewer, at=request.received_at, **form.cleaned_data
            )
            messages.success(request, "Written down. Ring again on another day.")
            return redirect("referrals:self_referral", asked.pk)
    return _form(request, asked, form, "Rang, and did not reach them", send="Write it down")


@may(MAKE_REFERRAL)
def take_up_self_referral(request: Request, asked_id: uuid.UUID) -> HttpResponse:
    """Make it a referral, after speaking with them."""
    asked = _asked(request, asked_id)
    found = queries.whose_it_may_be(asked, viewer=request.viewer, at=request.received_at)
    audit.record(
        by=request.viewer,
        at=request.received_at,
        action="find_people",
        subject=("self_referral", asked.pk),
        persons_shown=[one.person_id for one in found],
    )
    choices = [
        (
            str(one.person_id),
            f"{one.name}, {day(one.born_on) if one.born_on else one.born_year or 'no birth date'}"
            f"{', ' + one.part_of_address if one.part_of_address else ''}",
        )
        for one in found
    ]
    form = forms.TakeUpForm(request.POST or None, found=choices, initial={"need": asked.need})
    if form.is_valid():
        given = form.cleaned_data
        with refusals_on(form):
            is_new = given["whose"] == forms.NOBODY_OF_THESE
            made = verbs.take_up_self_referral(
                asked=asked,
                person_id=None if is_new else uuid.UUID(given["whose"]),
                need=given["need"],
                words=given["words"],
                by=request.viewer,
                at=request.received_at,
            )
            messages.success(request, f"{made.service_name} has been asked. You hear back here.")
            return redirect("referrals:referral", made.pk)
    return _form(
        request,
        asked,
        form,
        "Take it up as a referral",
        send="Ask the service",
        lead=f"{asked.service_name} is asked for them, like with any other referral.",
    )


@may(ANSWER_REFERRAL)
def answer_self_referral(request: Request, asked_id: uuid.UUID) -> HttpResponse:
    """Write down what they were told, where it is not taken up."""
    asked = _asked(request, asked_id)
    form = forms.SelfAnswerForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            verbs.answer_self_referral(
                asked=asked, by=request.viewer, at=request.received_at, **form.cleaned_data
            )
            messages.success(request, "Written down. Nobody waits for it any more.")
            return redirect("referrals:self_referrals")
    return _form(
        request,
        asked,
        form,
        "Answer it another way",
        send="Write it down",
        lead="Everybody who asks is told something, even if it is no.",
    )


def _form(
    request: Request, asked: SelfReferral, form: object, title: str, *, send: str, lead: str = ""
) -> HttpResponse:
    here = reverse("referrals:self_referral", args=[asked.pk])
    page = FormPage(
        title=title,
        caption=f"{asked.number}, asked {moment(asked.asked_at)}",
        lead=lead,
        send=send,
        cancel=here,
        crumbs=(("Asked on the public pages", reverse("referrals:self_referrals")),),
    )
    return form_page(request, form, page)  # type: ignore[arg-type]


def _asked(request: Request, asked_id: uuid.UUID) -> SelfReferral:
    found = queries.self_referral(asked_id, viewer=request.viewer)
    if found is None:
        raise Http404
    return found


def _service(request: Request, service_id: uuid.UUID) -> Service:
    found = directory.service(service_id, viewer=request.viewer)
    today = local_day(request.received_at)
    if found is None or not found.is_listed or not found.is_self_referral:
        raise Http404
    if (
        found.closed_from is not None
        and found.closed_from <= today
        and (found.closed_until is None or found.closed_until >= today)
    ):
        raise Http404
    return found


def _visitor(request: Request, given: dict[str, object]) -> Viewer:
    """Whoever asks, by the name they gave: one party, no permission, no record."""
    name = str(given.get("asker_name") or f"{given['given']} {given['family']}").strip()
    viewer = Viewer(
        account_id=id_for("self-referral", uuid.uuid4().hex),
        kind=AccountKind.LINK,
        name=name[:160],
        request_id=request.viewer.request_id,
        from_address=request.viewer.from_address,
        door="page",
        route=request.viewer.route,
    )
    tell_database(viewer, at=request.received_at)
    return viewer
