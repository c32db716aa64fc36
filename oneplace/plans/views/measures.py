"""Measures: how somebody is in their own answers; asked, not done, struck out."""

import uuid
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from oneplace.access.guard import may
from oneplace.kit.forms import FormPage
from oneplace.kit.request import Request
from oneplace.people.models import Person
from oneplace.plans import answers, presenters, queries, verbs, wording
from oneplace.plans.measure_forms import MeasureForm, NotDoneForm, StrikeForm
from oneplace.plans.models import Measure
from oneplace.plans.permissions import SEE_PLAN, WRITE_PLAN
from oneplace.plans.views.around import form_or_done, note_reading, person_or_404
from oneplace.science.instruments import instruments


@require_safe
@may(SEE_PLAN)
def measures(request: Request, person_id: uuid.UUID) -> HttpResponse:
    """What the person answered over time, and which measures may be asked here."""
    person = person_or_404(request, person_id)
    note_reading(request, person)
    kept = queries.measures_of(person.pk, viewer=request.viewer, with_struck=True)
    page = presenters.MeasuresPage.of(
        person,
        kept,
        scales=answers.latest([one for one in kept if one.struck_at is None]),
        asked=wording.all_asked(),
        may_write=request.viewer.may(WRITE_PLAN),
    )
    return render(request, "plans/measures.html", {"page": page})


@may(WRITE_PLAN)
def record_measure(request: Request, person_id: uuid.UUID, instrument: str) -> HttpResponse:
    """Write down a whole answer sheet."""
    person = person_or_404(request, person_id)
    asked = _asked(instrument)

    def write(**typed: Any) -> None:
        verbs.record_measure(
            person_id=person.pk,
            instrument=asked.instrument.code,
            by=request.viewer,
            at=request.received_at,
            **typed,
        )

    moment = queries.moment_of_next(person.pk, instrument=instrument, viewer=request.viewer)
    form = MeasureForm(request.POST or None, asked=asked, moment=moment)
    page = FormPage(
        title=asked.instrument.name,
        caption=presenters.name_of(person),
        lead=" ".join((asked.why_not or asked.instrument.period, asked.instrument.copyright_line)),
        send="Save the answers",
        cancel=_measures(person),
        is_warning=bool(asked.why_not),
    )
    return form_or_done(request, form, page, write, done="Saved.", to=_measures(person))


@may(WRITE_PLAN)
def note_measure_not_done(request: Request, person_id: uuid.UUID, instrument: str) -> HttpResponse:
    """Write down that a measure was offered and not answered."""
    person = person_or_404(request, person_id)
    asked = _asked(instrument)

    def write(**typed: Any) -> None:
        verbs.note_measure_not_done(
            person_id=person.pk,
            instrument=asked.instrument.code,
            by=request.viewer,
            at=request.received_at,
            **typed,
        )

    page = FormPage(
        title="Not answered",
        caption=f"{presenters.name_of(person)}: {asked.instrument.name}",
        lead="It counts: without it only those who feel well enough to answer would be counted.",
        send="Write it down",
        cancel=_measures(person),
    )
    moment = queries.moment_of_next(person.pk, instrument=instrument, viewer=request.viewer)
    form = NotDoneForm(request.POST or None, initial={"moment": moment.value})
    return form_or_done(request, form, page, write, done="Written down.", to=_measures(person))


@may(WRITE_PLAN)
def strike_measure(request: Request, person_id: uuid.UUID, measure_id: uuid.UUID) -> HttpResponse:
    """Strike out a measure that was entered wrongly."""
    person = person_or_404(request, person_id)
    measure = _measure(request, person, measure_id)

    def write(**typed: Any) -> None:
        verbs.strike_measure(measure=measure, by=request.viewer, at=request.received_at, **typed)

    page = FormPage(
        title="Strike it out",
        caption=presenters.name_of(person),
        lead="It stays readable with your reason, and counts no more. Enter it anew if you can.",
        send="Strike it out",
        cancel=_measures(person),
    )
    form = StrikeForm(request.POST or None)
    return form_or_done(request, form, page, write, done="Struck out.", to=_measures(person))


def _measures(person: Person) -> str:
    return reverse("plans:measures", args=[person.pk])


def _asked(code: str) -> wording.Asked:
    if code not in instruments():
        raise Http404
    return wording.asked_by_code(code)


def _measure(request: Request, person: Person, measure_id: uuid.UUID) -> Measure:
    found = queries.measure(measure_id, viewer=request.viewer)
    if found is None or found.person.current_id != person.pk:
        raise Http404
    return found
