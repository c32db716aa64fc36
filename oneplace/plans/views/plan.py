"""Writing in a plan: lines, goals, steps, reviews, helpers; two days side by side; on paper."""

import uuid
from collections.abc import Callable
from datetime import date
from typing import Any

from django import forms as django_forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from oneplace.access import audit
from oneplace.access.guard import may
from oneplace.kit.formats import day
from oneplace.kit.forms import FormPage, form_page
from oneplace.kit.refusals import Refused, refusals_on
from oneplace.kit.request import Request
from oneplace.people import queries as people
from oneplace.people.models import Person
from oneplace.plans import cards, forms, presenters, queries, verbs
from oneplace.plans.models import Goal, Plan, PlanEntry
from oneplace.plans.permissions import SEE_PLAN, WRITE_PLAN
from oneplace.vocabulary.terms import PlanSection

PLAN_TAB = "desk:person_plan"


@may(WRITE_PLAN)
def write_words(request: Request, person_id: uuid.UUID, section: str) -> HttpResponse:
    """Write a line under a heading."""
    person = _person(request, person_id)
    heading = _heading(section)
    return _write(request, person, heading, forms.WordsForm(request.POST or None), replaces=None)


@may(WRITE_PLAN)
def replace_words(request: Request, person_id: uuid.UUID, entry_id: uuid.UUID) -> HttpResponse:
    """Write a line anew; the old one stays in older versions."""
    person = _person(request, person_id)
    entry = _entry(request, person, entry_id)
    initial = {
        "words": entry.words,
        "said_by": entry.said_by,
        "said_by_name": "" if entry.said_by == "person" else entry.said_by_name,
    }
    form = forms.WordsForm(request.POST or None, initial=initial)
    return _write(request, person, PlanSection(entry.section), form, replaces=entry)


def _write(
    request: Request,
    person: Person,
    section: PlanSection,
    form: django_forms.Form,
    *,
    replaces: PlanEntry | None,
) -> HttpResponse:
    def write(**typed: Any) -> None:
        verbs.write_words(
            person_id=person.pk,
            section=section,
            replaces=replaces,
            by=request.viewer,
            at=request.received_at,
            **typed,
        )

    page = FormPage(
        title=section.label,
        caption=presenters.name_of(person),
        lead=cards.PROMPTS[section],
        send="Write it down",
        cancel=_plan(person),
    )
    return _form(request, person, form, page, write, done="Written down.")


@may(WRITE_PLAN)
def take_out_words(request: Request, person_id: uuid.UUID, entry_id: uuid.UUID) -> HttpResponse:
    """Take a line out of the plan."""
    person = _person(request, person_id)
    entry = _entry(request, person, entry_id)

    def take_out(**typed: Any) -> None:
        verbs.take_out_words(entry=entry, by=request.viewer, at=request.received_at, **typed)

    page = FormPage(
        title="Take it out of the plan",
        caption=entry.words[:120],
        send="Take it out",
        cancel=_plan(person),
    )
    form = forms.WhyForm(request.POST or None)
    return _form(request, person, form, page, take_out, done="Taken out.")


@may(WRITE_PLAN)
def set_goal(request: Request, person_id: uuid.UUID) -> HttpResponse:
    """Set a goal in the person's words, with a first step."""
    person = _person(request, person_id)

    def write(**typed: Any) -> None:
        verbs.set_goal(person_id=person.pk, by=request.viewer, at=request.received_at, **typed)

    page = FormPage(
        title="A goal",
        caption=presenters.name_of(person),
        lead="Their words and a first step are enough. The rest when there is time.",
        send="Set the goal",
        cancel=_plan(person),
    )
    form = forms.GoalForm(request.POST or None)
    return _form(request, person, form, page, write, done="The goal is set.", to="#goals")


@may(WRITE_PLAN)
def add_step(request: Request, person_id: uuid.UUID, goal_id: uuid.UUID) -> HttpResponse:
    """Add a step towards a goal."""
    person = _person(request, person_id)
    goal = _goal(request, person, goal_id)

    def write(**typed: Any) -> None:
        verbs.add_step(goal=goal, by=request.viewer, at=request.received_at, **typed)

    page = FormPage(
        title="A step", caption=goal.in_their_words[:160], send="Add", cancel=_plan(person)
    )
    form = forms.StepForm(request.POST or None)
    return _form(request, person, form, page, write, done="Added.", to="#goals")


@may(WRITE_PLAN)
def review_goal(request: Request, person_id: uuid.UUID, goal_id: uuid.UUID) -> HttpResponse:
    """Write down what the person says of a goal."""
    person = _person(request, person_id)
    goal = _goal(request, person, goal_id)

    def write(**typed: Any) -> None:
        verbs.review_goal(goal=goal, by=request.viewer, at=request.received_at, **typed)

    page = FormPage(
        title="How did it go?",
        caption=goal.in_their_words[:160],
        lead="The person says it, nobody for them. What nobody asked stays not known.",
        send="Write it down",
        cancel=_plan(person),
    )
    form = forms.ReviewForm(request.POST or None)
    return _form(request, person, form, page, write, done="Written down.", to="#goals")


@require_POST
@may(WRITE_PLAN)
def finish_step(request: Request, person_id: uuid.UUID, step_id: uuid.UUID) -> HttpResponse:
    """Tick a step off."""
    person = _person(request, person_id)
    step = queries.step(step_id, viewer=request.viewer)
    if step is None or step.goal.person.current_id != person.pk:
        raise Http404
    try:
        verbs.finish_step(step=step, by=request.viewer, at=request.received_at)
    except Refused as refused:
        messages.error(request, refused.reason)
    else:
        messages.success(request, "Done. Well done.")
    return redirect(_plan(person) + "#goals")


@may(WRITE_PLAN)
def add_support(request: Request, person_id: uuid.UUID) -> HttpResponse:
    """Write down who does what."""
    person = _person(request, person_id)

    def write(**typed: Any) -> None:
        verbs.add_support(person_id=person.pk, by=request.viewer, at=request.received_at, **typed)

    page = FormPage(
        title="Somebody who helps",
        caption=presenters.name_of(person),
        send="Add",
        cancel=_plan(person),
    )
    form = forms.SupportForm(request.POST or None)
    return _form(request, person, form, page, write, done="Added.", to="#helpers")


@require_POST
@may(WRITE_PLAN)
def end_support(request: Request, person_id: uuid.UUID, support_id: uuid.UUID) -> HttpResponse:
    """Write down that somebody helps no longer."""
    person = _person(request, person_id)
    standing = queries.support_of(person.pk, viewer=request.viewer, at=request.received_at)
    support = standing.filter(pk=support_id).first()
    if support is None:
        raise Http404
    try:
        verbs.end_support(support=support, by=request.viewer, at=request.received_at)
    except Refused as refused:
        messages.error(request, refused.reason)
    return redirect(_plan(person) + "#helpers")


@may(WRITE_PLAN)
def agree_plan(request: Request, person_id: uuid.UUID) -> HttpResponse:
    """Write down that the person agrees to the plan as it stands."""
    person = _person(request, person_id)
    plan = _open_plan(request, person)

    def write(**typed: Any) -> None:
        verbs.agree_plan(plan=plan, by=request.viewer, at=request.received_at, **typed)

    page = FormPage(
        title="The plan is agreed",
        caption=presenters.name_of(person),
        lead="Read it to them first, or let them read it.",
        send="Write it down",
        cancel=_plan(person),
    )
    form = forms.AgreeForm(request.POST or None)
    return _form(request, person, form, page, write, done="Written down.")


@may(WRITE_PLAN)
def plan_review(request: Request, person_id: uuid.UUID) -> HttpResponse:
    """Set when the plan is looked at next."""
    person = _person(request, person_id)
    plan = _open_plan(request, person)

    def write(**typed: Any) -> None:
        verbs.plan_review(plan=plan, by=request.viewer, at=request.received_at, **typed)

    page = FormPage(
        title="Look at it again", caption=presenters.name_of(person), cancel=_plan(person)
    )
    form = forms.ReviewDayForm(request.POST or None, initial={"review_on": plan.review_on})
    return _form(request, person, form, page, write, done="Written down.")


@may(WRITE_PLAN)
def record_income(request: Request, person_id: uuid.UUID) -> HttpResponse:
    """Write down money gained from advice."""
    person = _person(request, person_id)

    def write(**typed: Any) -> None:
        verbs.record_income(person_id=person.pk, by=request.viewer, at=request.received_at, **typed)

    page = FormPage(
        title="Money gained",
        caption=presenters.name_of(person),
        lead="Only what somebody has seen: an award letter, or the payment itself.",
        send="Write it down",
        cancel=_plan(person),
    )
    form = forms.IncomeForm(request.POST or None)
    return _form(request, person, form, page, write, done="Written down.")


@require_safe
@may(SEE_PLAN)
def compare_plan(request: Request, person_id: uuid.UUID) -> HttpResponse:
    """The plan as it stood at the end of two days, side by side."""
    person = _person(request, person_id)
    days = queries.writing_days(person.pk, viewer=request.viewer)
    choices = [(each.isoformat(), day(each)) for each in days]
    form = forms.CompareForm(request.GET or None, days=choices)
    if form.is_bound and form.is_valid():
        earlier, later = (date.fromisoformat(form.cleaned_data[it]) for it in ("earlier", "later"))
    elif days:
        earlier, later = days[min(1, len(days) - 1)], days[0]
    else:
        raise Http404
    _note_reading(request, person)
    sides = [
        list(queries.entries(person.pk, viewer=request.viewer, on=on)) for on in (earlier, later)
    ]
    page = presenters.Compared.of(person, earlier, later, *sides, choices=choices)
    return render(request, "plans/compare.html", {"page": page})


def _note_reading(request: Request, person: Person) -> None:
    """The entry in the audit of a plan read outside the record's own pages."""
    audit.record(by=request.viewer, at=request.received_at, action="see_plan", person_id=person.pk)


def _form(
    request: Request,
    person: Person,
    form: django_forms.Form,
    page: FormPage,
    write: Callable[..., None],
    *,
    done: str,
    to: str = "",
) -> HttpResponse:
    """Show the form, or write what was typed and go back to the plan."""
    if form.is_valid():
        with refusals_on(form):
            write(**form.cleaned_data)
            messages.success(request, done)
            return redirect(_plan(person) + to)
    return form_page(request, form, page)


def _plan(person: Person) -> str:
    return reverse(PLAN_TAB, args=[person.pk])


def _person(request: Request, person_id: uuid.UUID) -> Person:
    found = people.person(person_id, viewer=request.viewer)
    if found is None:
        raise Http404
    return found


def _heading(section: str) -> PlanSection:
    try:
        found = PlanSection(section)
    except ValueError:
        raise Http404 from None
    if found not in cards.WRITTEN:
        raise Http404
    return found


def _entry(request: Request, person: Person, entry_id: uuid.UUID) -> PlanEntry:
    found = queries.entry(entry_id, viewer=request.viewer)
    if found is None or found.person.current_id != person.pk:
        raise Http404
    return found


def _goal(request: Request, person: Person, goal_id: uuid.UUID) -> Goal:
    found = queries.goal(goal_id, viewer=request.viewer)
    if found is None or found.person.current_id != person.pk:
        raise Http404
    return found


def _open_plan(request: Request, person: Person) -> Plan:
    found = queries.plan_of(person.pk, viewer=request.viewer)
    if found is None:
        raise Http404
    return found
