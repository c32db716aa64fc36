"""Episodes of short-term help, and providers: one page each, and a form for each thing to do."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from oneplace.access import audit
from oneplace.access.guard import may
from oneplace.homefirst import forms, queries, rules, verbs
from oneplace.homefirst.models import DeskCase, Episode, ProviderAsk
from oneplace.homefirst.naming import name_of
from oneplace.homefirst.permissions import (
    KEEP_EPISODES,
    KEEP_PROVIDERS,
    RUN_LIFE_DESK,
    SEE_LIFE_DESK,
)
from oneplace.kit.clock import local_day
from oneplace.kit.formats import day
from oneplace.kit.forms import FormPage, form_page
from oneplace.kit.refusals import refusals_on
from oneplace.kit.request import Request
from oneplace.vocabulary.terms import DeclaredCapacity


@dataclass(frozen=True)
class EpisodeAct:
    """One thing to write in an episode."""

    label: str
    title: str
    form: type[forms.AtForm]
    verb: Callable[..., Any]
    lead: str = ""


ACTS: Final = {
    "review": EpisodeAct("Weekly review", "This week", forms.ReviewForm, verbs.review_week),
    "carer": EpisodeAct(
        "Carer asked", "Those who care", forms.CarerForm, verbs.consult_carer
    ),
    "talk": EpisodeAct(
        "Assessment talked about", "Assessment and what it costs", forms.DayForm,
        verbs.record_assessment_talk,
        "By week four: a Care Act assessment, and what longer help costs.",
    ),
    "bridging": EpisodeAct(
        "Waits for longer help", "Longer help is not there yet", forms.BridgingForm,
        verbs.wait_for_care,
    ),
    "end": EpisodeAct("End", "How it ended", forms.EndEpisodeForm, verbs.end_episode),
    "day-91": EpisodeAct(
        "Day 91", "Where they were on day 91", forms.StatusForm, verbs.record_status_at_91,
        "Dead, in hospital, in a care home and not known are each something else than at home.",
    ),
}  # fmt: skip


@require_safe
@may(KEEP_EPISODES)
def episode(request: Request, case_id: uuid.UUID) -> HttpResponse:
    """One episode: how things were, each week, how it ended."""
    case = _case(request, case_id)
    found = queries.episode_of(case.pk, viewer=request.viewer)
    if found is None:
        return redirect("homefirst:open_episode", case.pk)
    audit.record(
        by=request.viewer,
        at=request.received_at,
        action="see_episode",
        subject=("episode", found.pk),
        person_id=found.person_id,
    )
    talk_by = found.started_on + rules.TALK_BY
    return render(
        request,
        "homefirst/episode.html",
        {
            "episode": found,
            "case": case,
            "name": name_of(case.person),
            "reviews": list(queries.reviews(found, viewer=request.viewer)),
            "acts": [] if found.ended_on else [(key, act.label) for key, act in ACTS.items()],
            "after": [("day-91", ACTS["day-91"].label)] if found.ended_on else [],
            "talk_by": day(talk_by),
            "is_talk_late": found.assessment_talk_on is None
            and found.ended_on is None
            and local_day(request.received_at) > talk_by,
        },
    )


@may(KEEP_EPISODES)
def open_episode(request: Request, case_id: uuid.UUID) -> HttpResponse:
    """Begin an episode."""
    case = _case(request, case_id)
    form = forms.EpisodeForm(request.POST or None, at=request.received_at)
    if form.is_valid():
        with refusals_on(form):
            verbs.open_episode(
                case=case, by=request.viewer, at=request.received_at, **form.cleaned_data
            )
            messages.success(request, "The episode has begun; the six weeks run.")
            return redirect("homefirst:episode", case.pk)
    page = FormPage(
        title="How it begins",
        caption=name_of(case.person),
        lead="With the first visit: how things were, how they are, what is given.",
        send="Begin",
        cancel=reverse("homefirst:case", args=[case.pk]),
    )
    return form_page(request, form, page)


@may(KEEP_EPISODES)
def write_episode(request: Request, case_id: uuid.UUID, act: str) -> HttpResponse:
    """Write one thing in an episode."""
    case = _case(request, case_id)
    found = queries.episode_of(case.pk, viewer=request.viewer)
    chosen = ACTS.get(act)
    if found is None or chosen is None:
        raise Http404
    form = chosen.form(request.POST or None, at=request.received_at)
    if form.is_valid():
        with refusals_on(form):
            _write(chosen, found, request, form)
            messages.success(request, "Written down.")
            return redirect("homefirst:episode", case.pk)
    page = FormPage(
        title=chosen.title,
        caption=name_of(case.person),
        lead=chosen.lead,
        send="Write it down",
        cancel=reverse("homefirst:episode", args=[case.pk]),
    )
    return form_page(request, form, page)


def _write(chosen: EpisodeAct, found: Episode, request: Request, form: forms.AtForm) -> None:
    chosen.verb(episode=found, by=request.viewer, at=request.received_at, **form.cleaned_data)


@may(RUN_LIFE_DESK)
def ask_provider(request: Request, case_id: uuid.UUID) -> HttpResponse:
    """Ask a provider to take somebody on."""
    case = _case(request, case_id)
    here = reverse("homefirst:case", args=[case.pk])
    form = forms.AskProviderForm(request.POST or None, at=request.received_at)
    if form.is_valid():
        with refusals_on(form):
            made = verbs.ask_provider(
                case=case, by=request.viewer, at=request.received_at, **form.cleaned_data
            )
            messages.success(request, f"{made.provider_name} has been asked.")
            return redirect(here)
    page = FormPage(
        title="Ask a provider",
        caption=name_of(case.person),
        lead="Only one takes somebody on. The district’s declared hours stand on the page of "
        "providers.",
        send="Ask",
        cancel=here,
    )
    return form_page(request, form, page)


@may(KEEP_PROVIDERS)
def answer_ask(request: Request, ask_id: uuid.UUID) -> HttpResponse:
    """Write what a provider said."""
    ask = queries.ask(ask_id, viewer=request.viewer)
    if ask is None:
        raise Http404
    here = reverse("homefirst:case", args=[ask.case_id])
    form = forms.AnswerAskForm(request.POST or None, at=request.received_at)
    if form.is_valid():
        with refusals_on(form):
            verbs.answer_ask(
                ask=ask, by=request.viewer, at=request.received_at, **form.cleaned_data
            )
            messages.success(request, "Written down.")
            return redirect(here)
    page = FormPage(title=f"What {ask.provider_name} said", send="Write it down", cancel=here)
    return form_page(request, form, page)


@require_safe
@may(SEE_LIFE_DESK)
def providers(request: Request) -> HttpResponse:
    """What providers can take on this week, by district."""
    today = local_day(request.received_at)
    rows = list(queries.capacity(viewer=request.viewer, on=today))
    days = [today + timedelta(days=number) for number in range(7)]
    table: dict[tuple[str, str], dict[Any, str]] = {}
    for row in rows:
        table.setdefault((row.zone, row.provider_name), {})[row.on] = f"{row.hours:g}"
    return render(
        request,
        "homefirst/providers.html",
        {
            "days": [f"{each:%a} {each.day}" for each in days],
            "rows": [
                (zone, name, [said.get(each, "") for each in days])
                for (zone, name), said in sorted(table.items())
            ],
            "may_keep": request.viewer.may(KEEP_PROVIDERS),
        },
    )


@may(KEEP_PROVIDERS)
def declare_capacity(request: Request) -> HttpResponse:
    """Write what a provider can give in a district on a day."""
    form = forms.CapacityForm(request.POST or None, at=request.received_at)
    here = reverse("homefirst:providers")
    if form.is_valid():
        with refusals_on(form):
            verbs.declare_capacity(by=request.viewer, at=request.received_at, **form.cleaned_data)
            messages.success(request, "Written down.")
            return redirect(here)
    page = FormPage(title="Hours a provider can give", send="Write it down", cancel=here)
    return form_page(request, form, page)


def asks_shown(asks: list[ProviderAsk]) -> list[tuple[str, str, str]]:
    """What providers answered, each with where its answer is written; empty once it is settled."""
    open_states = (DeclaredCapacity.ASKED, DeclaredCapacity.ACCEPTED)
    return [
        (
            each.provider_name,
            f"{each.state.label.lower()}, {each.hours:g} hours a week",
            reverse("homefirst:answer_ask", args=[each.pk]) if each.state in open_states else "",
        )
        for each in asks
    ]


def _case(request: Request, case_id: uuid.UUID) -> DeskCase:
    found = queries.case(case_id, viewer=request.viewer)
    if found is None:
        raise Http404
    return found
