"""The way home: who is in a bed, one person's way, what holds them up, asking the desk."""

import uuid
from collections.abc import Callable
from typing import Any

from django import forms as django_forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from oneplace.access import audit
from oneplace.access.guard import may
from oneplace.homefirst import forms, queries, verbs, way_home
from oneplace.homefirst.models import Discharge
from oneplace.homefirst.naming import name_of
from oneplace.homefirst.permissions import PLAN_DISCHARGE, SEE_DISCHARGES
from oneplace.homefirst.queries import StayFound
from oneplace.kit.forms import FormPage, form_page
from oneplace.kit.refusals import Refused, refusals_on
from oneplace.kit.request import Request
from oneplace.kit.words import say
from oneplace.people import queries as people
from oneplace.people.models import Person


@require_safe
@may(SEE_DISCHARGES)
def discharges(request: Request) -> HttpResponse:
    """Everybody in a bed whose record opens to the viewer, the longest ready first."""
    found = queries.in_hospital(viewer=request.viewer)
    known = {
        person.pk: person
        for person in people.persons([each for each, _ in found], viewer=request.viewer)
    }
    rows = [(known[each], stay) for each, stay in found if each in known]
    if rows:
        audit.record(
            by=request.viewer,
            at=request.received_at,
            action="see_discharges",
            persons_shown=sorted(known),
        )
    page = way_home.DischargesPage.of(
        rows, show=request.GET.get("show", ""), at=request.received_at
    )
    return render(request, "homefirst/discharges.html", {"page": page})


@require_safe
@may(SEE_DISCHARGES)
def journey(request: Request, person_id: uuid.UUID) -> HttpResponse:
    """One person's way through hospital: stays, what holds them up, whose days those are."""
    person, found = _journey(request, person_id)
    stay = found.stays[0] if found.stays else None
    audit.record(
        by=request.viewer, at=request.received_at, action="see_journey", person_id=person.pk
    )
    plan = queries.discharge_of(person.pk, stay.spell, viewer=request.viewer) if stay else None
    page = way_home.JourneyPage.of(
        person,
        found,
        cases=list(queries.cases_of(person.pk, viewer=request.viewer)),
        discharge=plan,
        tasks=list(queries.tasks(plan, viewer=request.viewer)) if plan else [],
        transfers=list(queries.transfers(plan, viewer=request.viewer)) if plan else [],
        viewer=request.viewer,
        at=request.received_at,
    )
    return render(request, "homefirst/journey.html", {"page": page})


@may(PLAN_DISCHARGE)
def ask_life(request: Request, person_id: uuid.UUID) -> HttpResponse:
    """Ask the desk to bring them home today."""
    person, stay = _stay(request, person_id)
    plan = queries.discharge_of(person.pk, stay.spell, viewer=request.viewer)
    draft = queries.transfers(plan, viewer=request.viewer).first() if plan else None
    initial = {
        "need": _need_of(draft.content if draft else {}),
        "pathway": stay.pathway.value if stay.pathway else "",
        "is_wanted": True,
    }
    form = forms.AskLifeForm(request.POST or None, initial=initial, at=request.received_at)
    if form.is_valid():
        with refusals_on(form):
            verbs.ask_life(
                person_id=person.pk,
                spell=stay.spell,
                hospital=stay.entry.organisation,
                by=request.viewer,
                at=request.received_at,
                **form.cleaned_data,
            )
            messages.success(request, say("{Home_first} has been asked. You hear back here."))
            return redirect(_here(person))
    page = FormPage(
        title=say("Home today: ask {home_first}"),
        caption=name_of(person),
        lead="Say what they need at home, not which service. What is written in the Transfer of "
        "Care form goes along.",
        send=say("Ask {home_first}"),
        cancel=_here(person),
    )
    return form_page(request, form, page)


def _need_of(content: dict[str, str]) -> str:
    return content.get("pathway") or content.get("function") or ""


@may(PLAN_DISCHARGE)
def set_ready(request: Request, person_id: uuid.UUID) -> HttpResponse:
    """Write since when no acute bed is needed."""
    page = FormPage(
        title="Ready to leave",
        lead="The day from which no acute bed was needed. It counts from then.",
        send="Write it down",
    )
    return _plan(request, person_id, forms.ReadyForm, verbs.set_ready, page, "Written down.")


@may(PLAN_DISCHARGE)
def clear_ready(request: Request, person_id: uuid.UUID) -> HttpResponse:
    """Write that an acute bed is needed again."""
    page = FormPage(
        title="Needs an acute bed again",
        lead="The ready day is cleared, and set anew when they are ready again.",
        send="Write it down",
    )
    return _plan(request, person_id, forms.WhyForm, verbs.clear_ready, page, "Written down.")


@may(PLAN_DISCHARGE)
def review_residence(request: Request, person_id: uuid.UUID) -> HttpResponse:
    """Write today's look."""
    page = FormPage(title="Today’s look", send="Write it down")
    return _plan(
        request, person_id, forms.ResidenceForm, verbs.review_residence, page, "Written down."
    )


@may(PLAN_DISCHARGE)
def set_pathway(request: Request, person_id: uuid.UUID) -> HttpResponse:
    """Write pathway, destination and expected day."""
    page = FormPage(
        title="Pathway and expected day",
        lead="A step up or down is a change like any other: what stood before is kept.",
        send="Write it down",
    )
    return _plan(request, person_id, forms.PathwayForm, verbs.set_pathway, page, "Written down.")


@may(PLAN_DISCHARGE)
def record_panel(request: Request, person_id: uuid.UUID) -> HttpResponse:
    """Write what the panel decided."""
    page = FormPage(title="The panel’s decision", send="Write it down")
    return _plan(request, person_id, forms.PanelForm, verbs.record_panel, page, "Written down.")


@may(PLAN_DISCHARGE)
def open_blocker(request: Request, person_id: uuid.UUID) -> HttpResponse:
    """Write what they wait for."""
    page = FormPage(
        title="What do they wait for?",
        lead="Many may run at once. The days lost are shared among them, never counted twice.",
        send="Write it down",
    )
    return _plan(
        request, person_id, forms.BlockerForm, verbs.open_blocker, page, "Written down.",
        more={"place": settings.PLACE},
    )  # fmt: skip


@may(PLAN_DISCHARGE)
def close_blocker(request: Request, person_id: uuid.UUID, blocker_id: uuid.UUID) -> HttpResponse:
    """Write that something is no longer waited for."""
    person, stay = _stay(request, person_id)
    found = queries.blocker(blocker_id, viewer=request.viewer)
    if found is None or found.discharge.spell != stay.spell:
        raise Http404
    form = forms.WordsForm(request.POST or None, at=request.received_at)
    if form.is_valid():
        with refusals_on(form):
            verbs.close_blocker(
                blocker=found, by=request.viewer, at=request.received_at, **form.cleaned_data
            )
            messages.success(request, "No longer waited for.")
            return redirect(_here(person))
    page = FormPage(
        title="No longer waited for",
        caption=found.kind.label,
        send="Write it down",
        cancel=_here(person),
    )
    return form_page(request, form, page)


@may(PLAN_DISCHARGE)
def add_task(request: Request, person_id: uuid.UUID) -> HttpResponse:
    """Write something to arrange."""
    page = FormPage(title="To arrange before home", send="Add")
    return _plan(request, person_id, forms.TaskForm, verbs.add_task, page, "Added.")


@require_POST
@may(PLAN_DISCHARGE)
def finish_task(request: Request, person_id: uuid.UUID, task_id: uuid.UUID) -> HttpResponse:
    """Tick something off."""
    person, stay = _stay(request, person_id)
    found = queries.task(task_id, viewer=request.viewer)
    if found is None or found.discharge.spell != stay.spell:
        raise Http404
    try:
        verbs.finish_task(task=found, by=request.viewer, at=request.received_at)
    except Refused as refused:
        messages.error(request, refused.reason)
    else:
        messages.success(request, "Arranged.")
    return redirect(_here(person))


@may(PLAN_DISCHARGE)
def tell_family(request: Request, person_id: uuid.UUID) -> HttpResponse:
    """Write who of those close was spoken with."""
    page = FormPage(title="Family and carers", send="Write it down")
    return _plan(request, person_id, forms.FamilyForm, verbs.tell_family, page, "Written down.")


@may(PLAN_DISCHARGE)
def write_transfer(request: Request, person_id: uuid.UUID) -> HttpResponse:
    """Write the Transfer of Care form."""
    person, stay = _stay(request, person_id)
    plan = queries.discharge_of(person.pk, stay.spell, viewer=request.viewer)
    last = queries.transfers(plan, viewer=request.viewer).first() if plan else None
    form = forms.TransferForm(request.POST or None, initial=last.content if last else {})
    if form.is_valid():
        with refusals_on(form):
            made = _planned(request, person, stay)
            verbs.write_transfer(
                discharge=made,
                content=form.cleaned_data,
                by=request.viewer,
                at=request.received_at,
            )
            messages.success(request, say("Kept. It goes along when {home_first} is asked."))
            return redirect(_here(person))
    page = FormPage(
        title="Transfer of Care",
        caption=name_of(person),
        lead="Early is better than whole: write what is known, add the rest later.",
        send="Keep it",
        cancel=_here(person),
    )
    return form_page(request, form, page)


def _plan(  # noqa: PLR0917 - the same for every form of the way home
    request: Request,
    person_id: uuid.UUID,
    form_class: Callable[..., django_forms.Form],
    verb: Callable[..., Any],
    page: FormPage,
    done: str,
    *,
    more: dict[str, Any] | None = None,
) -> HttpResponse:
    """Show a form about the way home, or write what was typed."""
    person, stay = _stay(request, person_id)
    form = form_class(request.POST or None, at=request.received_at, **(more or {}))
    if form.is_valid():
        with refusals_on(form):
            planned = _planned(request, person, stay)
            verb(
                discharge=planned,
                by=request.viewer,
                at=request.received_at,
                **form.cleaned_data,
            )
            messages.success(request, done)
            return redirect(_here(person))
    words = FormPage(
        title=page.title,
        caption=name_of(person),
        lead=page.lead,
        send=page.send,
        cancel=_here(person),
    )
    return form_page(request, form, words)


def _planned(request: Request, person: Person, stay: StayFound) -> Discharge:
    return verbs.plan_discharge(
        person_id=person.pk,
        spell=stay.spell,
        hospital=stay.entry.organisation,
        by=request.viewer,
        at=request.received_at,
    )


def _journey(request: Request, person_id: uuid.UUID) -> tuple[Person, queries.Journey]:
    person = people.person(person_id, viewer=request.viewer)
    found = queries.journey(person, viewer=request.viewer) if person is not None else None
    if person is None or found is None:
        raise Http404
    return person, found


def _stay(request: Request, person_id: uuid.UUID) -> tuple[Person, StayFound]:
    person, found = _journey(request, person_id)
    if not found.stays or not found.stays[0].is_now:
        raise Http404
    return person, found.stays[0]


def _here(person: Person) -> str:
    return reverse("homefirst:journey", args=[person.current_id])
