"""Begins and changes series, and says who belongs to them."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from oneplace.access.guard import may
from oneplace.huddles import forms, queries, verbs
from oneplace.huddles.models import Series
from oneplace.huddles.permissions import KEEP_HUDDLE_SERIES
from oneplace.huddles.views.finding import HOME, home_crumb, series_or_404
from oneplace.kit.clock import local_day
from oneplace.kit.forms import FormPage, form_page, refusals_on
from oneplace.kit.refusals import Refused
from oneplace.kit.request import Request
from oneplace.kit.words import label_of, say


@may(KEEP_HUDDLE_SERIES)
def open_series(request: Request, practice_id: uuid.UUID) -> HttpResponse:
    """Begin the huddle of a practice."""
    free = queries.practices_without_series(viewer=request.viewer)
    host = next((one for one in free if one.pk == practice_id), None)
    if host is None:
        raise Http404
    others = {one.pk: one for one in free if one.pk != host.pk}
    form = forms.NewSeriesForm(
        request.POST or None,
        others=[(one.pk, one.name) for one in others.values()],
        initial={"every": "weekly", "minutes": 60, "starts": "8:00"},
    )
    if form.is_valid():
        said = form.verb_values()
        also = [others[uuid.UUID(pk)] for pk in said.pop("also")]
        with refusals_on(form):
            made = verbs.open_series(
                host=host, also=also, by=request.viewer, at=request.received_at, **said
            )
            messages.success(request, say("The {huddle} is planned, with its core team."))
            return redirect("huddles:series", made.pk)
    page = FormPage(
        title=say("Begin a {huddle}"),
        caption=host.name,
        send="Begin it",
        lead=say("Its core team is everybody of the {network} team, and this practice’s GPs."),
        crumbs=(home_crumb(),),
        cancel=reverse(HOME),
    )
    return form_page(request, form, page)


@may(KEEP_HUDDLE_SERIES)
def change_series(request: Request, series_id: uuid.UUID) -> HttpResponse:
    """Let a series meet otherwise from now on."""
    found = series_or_404(request, series_id)
    form = forms.SeriesForm(request.POST or None, initial=forms.SeriesForm.of(found))
    if form.is_valid():
        with refusals_on(form):
            verbs.change_series(
                series=found, by=request.viewer, at=request.received_at, **form.verb_values()
            )
            messages.success(request, "Changed from now on.")
            return redirect("huddles:series", found.pk)
    page = FormPage(
        title="When and where",
        caption=found.name,
        crumbs=_crumbs(found),
        cancel=reverse("huddles:series", args=[found.pk]),
    )
    return form_page(request, form, page)


@may(KEEP_HUDDLE_SERIES)
def end_series(request: Request, series_id: uuid.UUID) -> HttpResponse:
    """End a series."""
    found = series_or_404(request, series_id)
    form = forms.WhyForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            verbs.end_series(
                series=found,
                why=form.cleaned_data["why"],
                by=request.viewer,
                at=request.received_at,
            )
            messages.success(request, found.name + say(" holds no {huddle} any longer."))
            return redirect(HOME)
    page = FormPage(
        title=say("End this {huddle}"),
        caption=found.name,
        send="End it",
        lead=say(
            "What is planned is cancelled. Open cases stay with the practice until another "
            "{huddle} takes them up."
        ),
        crumbs=_crumbs(found),
        cancel=reverse("huddles:series", args=[found.pk]),
        is_warning=True,
    )
    return form_page(request, form, page)


@may(KEEP_HUDDLE_SERIES)
def add_member(request: Request, series_id: uuid.UUID) -> HttpResponse:
    """Let somebody belong to a series, for good or as cover."""
    found = series_or_404(request, series_id)
    on = local_day(request.received_at)
    members = list(queries.members(found, viewer=request.viewer, on=on))
    hats = queries.hats_to_add(found, viewer=request.viewer, on=on)
    form = forms.MemberForm(request.POST or None, hats=hats, members=members)
    if form.is_valid():
        said = form.cleaned_data
        covers = next((one for one in members if str(one.pk) == said["covers"]), None)
        hat = next(one for one in hats if str(one.pk) == said["hat"])
        with refusals_on(form):
            verbs.add_member(
                series=found,
                hat=hat,
                is_core=said["is_core"],
                covers=covers,
                until_on=said["until_on"],
                by=request.viewer,
                at=request.received_at,
            )
            messages.success(request, hat.account.name + say(" belongs to this {huddle} now."))
            return redirect("huddles:series", found.pk)
    page = FormPage(
        title="Add somebody",
        caption=found.name,
        send="Add them",
        crumbs=_crumbs(found),
        cancel=reverse("huddles:series", args=[found.pk]),
    )
    return form_page(request, form, page)


@require_POST
@may(KEEP_HUDDLE_SERIES)
def name_core_member(request: Request, member_id: uuid.UUID) -> HttpResponse:
    """Let one member be the core team's only one of their profession."""
    member = queries.member(member_id, viewer=request.viewer)
    if member is None:
        raise Http404
    try:
        verbs.name_core_member(member=member, by=request.viewer, at=request.received_at)
    except Refused as refusal:
        messages.error(request, refusal.reason)
    else:
        role = label_of(member.role).lower()
        messages.success(
            request,
            f"{member.hat.account.name} is the {role} of the core team. The others stay invited.",
        )
    return redirect("huddles:series", member.series_id)


@require_POST
@may(KEEP_HUDDLE_SERIES)
def end_member(request: Request, member_id: uuid.UUID) -> HttpResponse:
    """Let somebody no longer belong to a series."""
    member = queries.member(member_id, viewer=request.viewer)
    if member is None:
        raise Http404
    verbs.end_member(member=member, by=request.viewer, at=request.received_at)
    messages.success(request, member.hat.account.name + say(" no longer belongs to this {huddle}."))
    return redirect("huddles:series", member.series_id)


def _crumbs(series: Series) -> tuple[tuple[str, str], ...]:
    return (
        home_crumb(),
        (series.name, reverse("huddles:series", args=[series.pk])),
    )
