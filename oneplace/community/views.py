"""Groups and who came, points of access, weekly calls, local money and what is not there."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

from django import forms as django_forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from oneplace.access import audit
from oneplace.access.guard import may
from oneplace.community import forms, queries, verbs
from oneplace.community.models import Companion, Fund, Grant, Group, PointOfAccess
from oneplace.community.permissions import (
    KEEP_GROUPS,
    KEEP_LOCAL_MONEY,
    LOG_CONTACT,
    SEE_COMMUNITY,
)
from oneplace.community.presenters import MoneyRow, money_rows, week_words
from oneplace.directory import queries as directory
from oneplace.kit.forms import FormPage, form_page
from oneplace.kit.refusals import refusals_on
from oneplace.kit.request import Request
from oneplace.partners import queries as partners
from oneplace.people import queries as people

LOOKS_BACK: Final = timedelta(days=182)


@require_safe
@may(SEE_COMMUNITY)
def community(request: Request) -> HttpResponse:
    """Groups, points of access, and what was asked for and is not there."""
    viewer, at = request.viewer, request.received_at
    return render(
        request,
        "community/community.html",
        {
            "title": "Community",
            "groups": [(one, week_words(one)) for one in queries.groups(viewer=viewer)],
            "points": queries.points(viewer=viewer),
            "unmet": queries.unmet_by_area(viewer=viewer, since=at - LOOKS_BACK),
        },
    )


# --- groups ---------------------------------------------------------------------------------------


@may(KEEP_GROUPS)
def open_group(request: Request) -> HttpResponse:
    """Open a group."""
    return _typed(
        request,
        forms.GroupForm(request.POST or None),
        FormPage(title="A new group", send="Open it", cancel=reverse("community:community")),
        verbs.open_group,
        lambda made: redirect("community:group", made.pk),
    )


@require_safe
@may(SEE_COMMUNITY)
def group(request: Request, group_id: uuid.UUID) -> HttpResponse:
    """One group: who is on its list as far as the viewer may read it, and when it met."""
    found = _group(request, group_id)
    members = list(queries.members(found.pk, viewer=request.viewer))
    if members:
        audit.record(
            by=request.viewer,
            at=request.received_at,
            action="see_group",
            subject=("group", found.pk),
            persons_shown=[member.person_id for member in members],
        )
    return render(
        request,
        "community/group.html",
        {
            "title": found.name,
            "group": found,
            "when": week_words(found),
            "members": members,
            "sessions": queries.sessions(found.pk, viewer=request.viewer),
            "joinable": queries.joinable(found, viewer=request.viewer),
            "may_keep": request.viewer.may(KEEP_GROUPS) and found.closed_on is None,
        },
    )


@may(KEEP_GROUPS)
def note_session(request: Request, group_id: uuid.UUID) -> HttpResponse:
    """Write down who came."""
    found = _group(request, group_id)
    members = list(queries.members(found.pk, viewer=request.viewer))
    form = forms.SessionForm(
        request.POST or None, members=[(str(each.pk), each.name) for each in members]
    )

    def note(**typed: Any) -> object:
        typed["came"] = [uuid.UUID(each) for each in typed["came"]]
        return verbs.note_session(group=found, **typed)

    page = FormPage(
        title="Who came?",
        caption=found.name,
        send="Write it down",
        cancel=reverse("community:group", args=[found.pk]),
    )
    return _typed(request, form, page, note, lambda _: redirect("community:group", found.pk))


@may(KEEP_GROUPS)
def join_group(request: Request, group_id: uuid.UUID, referral_id: uuid.UUID) -> HttpResponse:
    """Put somebody on a group's list whom the viewer's organisation said yes to."""
    found = _group(request, group_id)
    asked = queries.joinable(found, viewer=request.viewer)
    chosen = next((each.referral for each in asked if each.referral.pk == referral_id), None)
    if chosen is None:
        raise Http404
    page = FormPage(
        title="Put them on the list",
        caption=f"{found.name}: {chosen.need[:120]}",
        send="Put on the list",
        cancel=reverse("community:group", args=[found.pk]),
    )
    return _typed(
        request,
        django_forms.Form(request.POST if request.method == "POST" else None),
        page,
        lambda **who: verbs.join_group(
            group=found, person_id=chosen.person_id, referral=chosen, **who
        ),
        lambda _: redirect("community:group", found.pk),
    )


@may(KEEP_GROUPS)
def leave_group(request: Request, member_id: uuid.UUID) -> HttpResponse:
    """Take somebody off a group's list."""
    member = queries.member(member_id, viewer=request.viewer)
    if member is None:
        raise Http404
    page = FormPage(
        title="Take them off the list",
        caption=f"{member.name}, {member.group.name}",
        send="Take off",
        cancel=reverse("community:group", args=[member.group_id]),
    )
    return _typed(
        request,
        forms.WhyForm(request.POST or None),
        page,
        lambda **typed: verbs.leave_group(member=member, **typed),
        lambda _: redirect("community:group", member.group_id),
    )


@may(KEEP_GROUPS)
def close_group(request: Request, group_id: uuid.UUID) -> HttpResponse:
    """Close a group."""
    found = _group(request, group_id)
    here = reverse("community:group", args=[found.pk])
    page = FormPage(title="Close the group", caption=found.name, send="Close it", cancel=here)
    return _typed(
        request,
        forms.WhyForm(request.POST or None),
        page,
        lambda **typed: verbs.close_group(group=found, **typed),
        lambda _: redirect(here),
    )


# --- points of access and calls -------------------------------------------------------------------


@may(KEEP_GROUPS)
def open_point(request: Request) -> HttpResponse:
    """Open a point of access."""
    return _typed(
        request,
        forms.PointForm(request.POST or None),
        FormPage(
            title="A new point of access", send="Open it", cancel=reverse("community:community")
        ),
        verbs.open_point,
        lambda made: redirect("community:point", made.pk),
    )


@require_safe
@may(SEE_COMMUNITY)
def point(request: Request, point_id: uuid.UUID) -> HttpResponse:
    """One point of access: what was asked, and who is rung from it every week."""
    found = _point(request, point_id)
    companions = list(queries.companions(found.pk, viewer=request.viewer))
    if companions:
        audit.record(
            by=request.viewer,
            at=request.received_at,
            action="see_weekly_calls",
            subject=("point_of_access", found.pk),
            persons_shown=[each.person_id for each in companions],
        )
    since = request.received_at - LOOKS_BACK
    return render(
        request,
        "community/point.html",
        {
            "title": found.name,
            "point": found,
            "contacts": queries.contacts(found.pk, viewer=request.viewer),
            "asked": queries.asked_at(found.pk, viewer=request.viewer, since=since),
            "companions": [(each, week_words(each)) for each in companions],
            "to_ring": queries.not_rung_yet(viewer=request.viewer)
            if request.viewer.may(KEEP_GROUPS) and found.closed_on is None
            else [],
            "may_log": request.viewer.may(LOG_CONTACT) and found.closed_on is None,
        },
    )


@may(LOG_CONTACT)
def log_contact(request: Request, point_id: uuid.UUID) -> HttpResponse:
    """Write down that somebody asked."""
    found = _point(request, point_id)
    here = reverse("community:point", args=[found.pk])
    page = FormPage(
        title="Somebody asked",
        caption=found.name,
        lead="Write down what about and what came of it; never who it was.",
        send="Write it down",
        cancel=here,
    )
    return _typed(
        request,
        forms.ContactForm(request.POST or None),
        page,
        lambda **typed: verbs.log_contact(point=found, **typed),
        lambda _: redirect(here),
    )


@require_safe
@may(KEEP_GROUPS)
def choose_point(request: Request, person_id: uuid.UUID) -> HttpResponse:
    """From which point of access somebody is rung every week; who rings them already."""
    person = people.person(person_id, viewer=request.viewer)
    if person is None:
        raise Http404
    return render(
        request,
        "community/choose_point.html",
        {
            "title": "A call every week",
            "name": " ".join(filter(None, (person.known_as or person.given, person.family))),
            "person": person,
            "points": queries.points(viewer=request.viewer),
            "rung": queries.companion_of(person.pk, viewer=request.viewer),
        },
    )


@may(KEEP_GROUPS)
def begin_calls(request: Request, point_id: uuid.UUID, person_id: uuid.UUID) -> HttpResponse:
    """Begin to ring somebody every week."""
    found, person = _point(request, point_id), people.person(person_id, viewer=request.viewer)
    if person is None:
        raise Http404
    here = reverse("community:point", args=[found.pk])
    page = FormPage(
        title="A call every week",
        caption=" ".join(filter(None, (person.known_as or person.given, person.family))),
        send="Begin",
        cancel=here,
    )
    return _typed(
        request,
        forms.CompanionForm(request.POST or None),
        page,
        lambda **typed: verbs.begin_calls(point=found, person_id=person.pk, **typed),
        lambda _: redirect(here),
    )


@may(KEEP_GROUPS)
def note_call(request: Request, companion_id: uuid.UUID) -> HttpResponse:
    """Write down how a call went."""
    found = _companion(request, companion_id)
    here = reverse("community:point", args=[found.point_id])
    page = FormPage(title="How did it go?", caption=found.name, send="Write it down", cancel=here)
    return _typed(
        request,
        forms.CallForm(request.POST or None),
        page,
        lambda **typed: verbs.note_call(companion=found, **typed),
        lambda _: redirect(here),
    )


@may(KEEP_GROUPS)
def end_calls(request: Request, companion_id: uuid.UUID) -> HttpResponse:
    """Ring somebody no longer."""
    found = _companion(request, companion_id)
    here = reverse("community:point", args=[found.point_id])
    page = FormPage(title="No more calls", caption=found.name, send="End them", cancel=here)
    return _typed(
        request,
        forms.WhyForm(request.POST or None),
        page,
        lambda **typed: verbs.end_calls(companion=found, **typed),
        lambda _: redirect(here),
    )


# --- money and what is not there ------------------------------------------------------------------


@require_safe
@may(SEE_COMMUNITY)
def local_money(request: Request) -> HttpResponse:
    """What each network has, what was given, and what each pound connected."""
    viewer, at = request.viewer, request.received_at
    rows: list[MoneyRow] = money_rows(
        queries.funds(viewer=viewer),
        [
            (grant, queries.connected_by(grant, viewer=viewer, at=at))
            for grant in queries.grants(viewer=viewer)
        ],
        at=at,
    )
    return render(
        request,
        "community/money.html",
        {"title": "Local money", "rows": rows, "may_keep": viewer.may(KEEP_LOCAL_MONEY)},
    )


@may(KEEP_LOCAL_MONEY)
def open_fund(request: Request) -> HttpResponse:
    """Open a fund of a network."""
    networks = {str(each.pk): each for each in partners.networks()}
    form = forms.FundForm(
        request.POST or None, networks=[(key, each.name) for key, each in networks.items()]
    )

    def open_(**typed: Any) -> Fund:
        typed["network"] = networks[typed["network"]]
        typed["pence"], typed["most_pence"] = typed.pop("pounds"), typed.pop("most_pounds")
        return verbs.open_fund(**typed)

    page = FormPage(title="A new fund", send="Open it", cancel=reverse("community:local_money"))
    return _typed(request, form, page, open_, lambda _: redirect("community:local_money"))


@may(KEEP_LOCAL_MONEY)
def give_grant(request: Request, fund_id: uuid.UUID) -> HttpResponse:
    """Give a grant from a fund."""
    found = queries.fund(fund_id, viewer=request.viewer)
    if found is None:
        raise Http404
    services = {str(each.pk): each for each in directory.listed(viewer=request.viewer)}
    form = forms.GrantForm(
        request.POST or None,
        services=[(key, f"{one.name}, {one.provider.name}") for key, one in services.items()],
    )

    def give(**typed: Any) -> Grant:
        service = services[typed.pop("service")]
        due = typed.pop("report_on")
        typed["pence"] = typed.pop("pounds")
        typed["conditions"] = typed["conditions"].splitlines()
        return verbs.give_grant(
            fund=found,
            provider=service.provider,
            service=service,
            reports_due=[due] if due else [],
            **typed,
        )

    page = FormPage(
        title="A grant",
        caption=found.name,
        send="Give it",
        cancel=reverse("community:local_money"),
    )
    return _typed(request, form, page, give, lambda _: redirect("community:local_money"))


@may(KEEP_LOCAL_MONEY)
def meet_condition(request: Request, condition_id: uuid.UUID) -> HttpResponse:
    """Write down that a condition is met."""
    found = queries.condition(condition_id, viewer=request.viewer)
    if found is None:
        raise Http404
    here = reverse("community:local_money")
    page = FormPage(title="It is met", caption=found.words, send="Write it down", cancel=here)
    return _typed(
        request,
        forms.MetForm(request.POST if request.method == "POST" else None),
        page,
        lambda **typed: verbs.meet_condition(condition=found, **typed),
        lambda _: redirect(here),
    )


@may(KEEP_LOCAL_MONEY)
def receive_report(request: Request, report_id: uuid.UUID) -> HttpResponse:
    """Write down what a report said."""
    found = queries.report(report_id, viewer=request.viewer)
    if found is None:
        raise Http404
    here = reverse("community:local_money")

    def receive(**typed: Any) -> object:
        typed["spent_pence"] = typed.pop("pounds")
        return verbs.receive_report(report=found, **typed)

    page = FormPage(title="The report", caption=found.grant.purpose, send="Keep it", cancel=here)
    return _typed(
        request, forms.ReportForm(request.POST or None), page, receive, lambda _: redirect(here)
    )


@may(KEEP_LOCAL_MONEY)
def end_grant(request: Request, grant_id: uuid.UUID) -> HttpResponse:
    """End a grant, or stop it."""
    found = queries.grant(grant_id, viewer=request.viewer)
    if found is None:
        raise Http404
    here = reverse("community:local_money")
    page = FormPage(title="The grant ends", caption=found.purpose, send="Say so", cancel=here)
    return _typed(
        request,
        forms.EndGrantForm(request.POST or None),
        page,
        lambda **typed: verbs.end_grant(grant=found, **typed),
        lambda _: redirect(here),
    )


@may(LOG_CONTACT)
def note_unmet(request: Request) -> HttpResponse:
    """Note that somebody asked for help that is not there."""
    here = reverse("community:community")
    page = FormPage(
        title="Asked for, nothing there",
        lead="It is the case for the next grant. Never write who it was for.",
        send="Write it down",
        cancel=here,
    )
    return _typed(
        request,
        forms.UnmetForm(request.POST or None),
        page,
        lambda **typed: verbs.note_unmet(noticed_in="community", **typed),
        lambda _: redirect(here),
    )


def _typed(
    request: Request,
    form: django_forms.Form,
    page: FormPage,
    verb: Callable[..., Any],
    after: Callable[[Any], HttpResponse],
) -> HttpResponse:
    """Bind the form, call one verb, go on; or show the page with what was wrong."""
    if form.is_valid():
        with refusals_on(form):
            made = verb(by=request.viewer, at=request.received_at, **form.cleaned_data)
            messages.success(request, "Written down.")
            return after(made)
    return form_page(request, form, page)


def _group(request: Request, group_id: uuid.UUID) -> Group:
    found = queries.group(group_id, viewer=request.viewer)
    if found is None:
        raise Http404
    return found


def _point(request: Request, point_id: uuid.UUID) -> PointOfAccess:
    found = queries.point(point_id, viewer=request.viewer)
    if found is None:
        raise Http404
    return found


def _companion(request: Request, companion_id: uuid.UUID) -> Companion:
    found = queries.companion(companion_id, viewer=request.viewer)
    if found is None:
        raise Http404
    return found
