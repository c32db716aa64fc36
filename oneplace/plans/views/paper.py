"""The plan on paper: in large print, in easy words, one page for the fridge, a form to fill in."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from oneplace.access.guard import may
from oneplace.files.pdf import why_no_pdf
from oneplace.kit.forms import FormPage, form_page
from oneplace.kit.refusals import Refused, refusals_on
from oneplace.kit.request import Request
from oneplace.people.models import Person
from oneplace.plans import around_forms as forms
from oneplace.plans import cards, presenters, print_words, printed, queries, verbs
from oneplace.plans.models import CopyKind, Plan, PlanCopy
from oneplace.plans.permissions import SEE_PLAN, WRITE_PLAN
from oneplace.plans.views.around import form_or_done, note_reading, person_or_404, plan_of


@require_safe
@may(SEE_PLAN)
def print_plan(request: Request, person_id: uuid.UUID) -> HttpResponse:
    """The plan in large print with a page for the fridge, that page alone, or in easy words."""
    person = person_or_404(request, person_id)
    note_reading(request, person)
    plan = cards.plan_shown(person.pk, viewer=request.viewer, at=request.received_at)
    page = printed.PrintedPlan.of(
        person,
        plan,
        viewer=request.viewer,
        at=request.received_at,
        form=request.GET.get("form", printed.LARGE),
        words=_words(request),
        here=reverse("plans:print_plan", args=[person.pk]),
        back=plan_of(person),
    )
    shown = render(request, page.template, {"page": page})
    return printed.page_or_pdf(shown, wanted=request.GET.get("as", ""), name="my-plan")


@require_POST
@may(WRITE_PLAN)
def make_form(request: Request, person_id: uuid.UUID) -> HttpResponse:
    """Make a paper form with a code of its own, by which it finds this plan again."""
    person = person_or_404(request, person_id)
    plan = _open_plan(request, person)
    try:
        made = verbs.give_copy(
            plan=plan,
            given_to=presenters.name_of(person),
            kind=CopyKind.PAPER_FORM,
            by=request.viewer,
            at=request.received_at,
        )
    except Refused as refused:
        messages.error(request, refused.reason)
        return redirect(plan_of(person))
    return redirect("plans:paper_form", person.pk, made.pk)


@require_safe
@may(SEE_PLAN)
def paper_form(request: Request, person_id: uuid.UUID, copy_id: uuid.UUID) -> HttpResponse:
    """The sheet to print: questions and lines, a code at its foot, and no name."""
    person = person_or_404(request, person_id)
    copy = _copy(request, person, copy_id)
    note_reading(request, person)
    shown = render(
        request,
        "plans/paper_form.html",
        {
            "copy": copy,
            "back": plan_of(person),
            "words": _words(request),
            "can_pdf": not why_no_pdf(),
        },
    )
    return printed.page_or_pdf(shown, wanted=request.GET.get("as", ""), name="my-plan-form")


@may(WRITE_PLAN)
def return_form(request: Request) -> HttpResponse:
    """Find the plan of a filled-in form by its code, and write down what stands on it."""
    form = forms.CodeForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            found = verbs.return_form(
                code=form.cleaned_data["code"], by=request.viewer, at=request.received_at
            )
            messages.success(request, "Found. Write down what stands on it, in their words.")
            return redirect(reverse("desk:person_plan", args=[found.person.current_id]))
    page = FormPage(
        title="A filled-in form",
        lead="Its code leads to the plan it belongs to.",
        send="Find the plan",
        cancel=reverse("desk:my_day"),
    )
    return form_page(request, form, page)


@may(WRITE_PLAN)
def give_copy(request: Request, person_id: uuid.UUID) -> HttpResponse:
    """Write down who was given the plan."""
    person = person_or_404(request, person_id)
    plan = _open_plan(request, person)

    def write(**typed: Any) -> None:
        verbs.give_copy(plan=plan, by=request.viewer, at=request.received_at, **typed)

    page = FormPage(
        title="Somebody has the plan",
        caption=presenters.name_of(person),
        lead="Only as the person agreed.",
        send="Write it down",
        cancel=plan_of(person),
    )
    form = forms.CopyForm(request.POST or None)
    return form_or_done(request, form, page, write, done="Written down.", to=plan_of(person))


@require_POST
@may(WRITE_PLAN)
def take_back_copy(request: Request, person_id: uuid.UUID, copy_id: uuid.UUID) -> HttpResponse:
    """Write down that somebody has the plan no longer."""
    person = person_or_404(request, person_id)
    copy = _copy(request, person, copy_id)
    try:
        verbs.take_back_copy(copy=copy, by=request.viewer, at=request.received_at)
    except Refused as refused:
        messages.error(request, refused.reason)
    return redirect(plan_of(person))


@may(WRITE_PLAN)
def write_carer_needs(request: Request, person_id: uuid.UUID) -> HttpResponse:
    """Write down what somebody who cares for another needs for themselves."""
    person = person_or_404(request, person_id)
    known = queries.carer_needs_of(person.pk, viewer=request.viewer)

    def write(**typed: Any) -> None:
        verbs.write_carer_needs(
            person_id=person.pk, by=request.viewer, at=request.received_at, **typed
        )

    initial = {name: getattr(known, name) for name in forms.CarerForm.base_fields} if known else {}
    page = FormPage(
        title="They care for somebody",
        caption=presenters.name_of(person),
        lead="This is about their own life. What they say of the other person belongs there.",
        send="Write it down",
        cancel=plan_of(person),
    )
    form = forms.CarerForm(request.POST or None, initial=initial)
    return form_or_done(request, form, page, write, done="Written down.", to=plan_of(person))


def _words(request: Request) -> print_words.PrintWords:
    try:
        return print_words.print_words(request.GET.get("language", print_words.ENGLISH))
    except print_words.WordsRefused as wrong:
        messages.error(request, f"The words of this language cannot be used: {wrong}")
        return print_words.print_words()


def _open_plan(request: Request, person: Person) -> Plan:
    found = queries.plan_of(person.pk, viewer=request.viewer)
    if found is None:
        raise Http404
    return found


def _copy(request: Request, person: Person, copy_id: uuid.UUID) -> PlanCopy:
    found = queries.copy(copy_id, viewer=request.viewer)
    if found is None or found.person.current_id != person.pk:
        raise Http404
    return found
