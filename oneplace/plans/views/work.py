"""The coordinators' caseload, one person's work, and each step of it."""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django import forms as django_forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from oneplace.access import audit
from oneplace.access.guard import may
from oneplace.kit.clock import local_day
from oneplace.kit.forms import FormPage
from oneplace.kit.refusals import Refused
from oneplace.kit.request import Request
from oneplace.plans import caseload as board
from oneplace.plans import groups, presenters, queries, verbs, work_forms
from oneplace.plans.models import PicWork
from oneplace.plans.permissions import KEEP_CASELOAD, SEE_CASELOAD
from oneplace.plans.views.around import form_or_done, note_reading, person_or_404
from oneplace.vocabulary.terms import PicState


@require_safe
@may(SEE_CASELOAD)
def caseload(request: Request) -> HttpResponse:
    """Everybody the team works with, who is late first; who waits; who has room."""
    viewer, at = request.viewer, request.received_at
    mine = request.GET.get("whose") == "mine"
    works = queries.caseload(viewer=viewer, mine=mine)
    waiting = queries.not_taken_up(viewer=viewer)
    shown = {one.person_id for one in works} | {one.person_id for one in waiting}
    if shown:
        audit.record(by=viewer, at=at, action="see_caseload", persons_shown=sorted(shown))
    page = board.CaseloadPage.of(
        waiting=waiting,
        works=works,
        coordinators=queries.coordinators(viewer=viewer, on=local_day(at)),
        mine=mine,
        at=at,
    )
    return render(request, "plans/caseload.html", {"page": page})


@require_safe
@may(SEE_CASELOAD)
def changes(request: Request) -> HttpResponse:
    """What became of everybody who was asked twice how they are: no names, thirty at least."""
    found = groups.group_results(settings.DATA_FOLDER / "snapshots")
    return render(request, "plans/changes.html", {"found": found, "least": groups.LEAST_PAIRS})


@require_safe
@may(SEE_CASELOAD)
def work(request: Request, work_id: uuid.UUID) -> HttpResponse:
    """One person's work: where it stands, what comes next, what happened."""
    found = _work(request, work_id)
    note_reading(request, found.person.current, "see_work")
    whole = queries.whole_plan(found.person_id, viewer=request.viewer, at=request.received_at)
    page = board.WorkPage.of(
        found, whole, may_keep=request.viewer.may(KEEP_CASELOAD), at=request.received_at
    )
    return render(request, "plans/work.html", {"page": page})


@require_POST
@may(KEEP_CASELOAD)
def take_up_referral(request: Request, referral_id: uuid.UUID) -> HttpResponse:
    """Say yes to a referral; the work begins."""
    waiting = {one.pk: one for one in queries.not_taken_up(viewer=request.viewer)}
    referral = waiting.get(referral_id)
    if referral is None:
        raise Http404
    try:
        begun = verbs.take_up_referral(referral=referral, by=request.viewer, at=request.received_at)
    except Refused as refused:
        messages.error(request, refused.reason)
        return redirect("plans:caseload")
    messages.success(request, "Taken up. Whoever referred has been told.")
    return redirect("plans:act_on_work", begun.pk, "allocate_work")


@may(KEEP_CASELOAD)
def open_work(request: Request, person_id: uuid.UUID) -> HttpResponse:
    """Begin a coordinator's work without a referral."""
    person = person_or_404(request, person_id)

    def begin(**typed: Any) -> None:
        verbs.open_work(person_id=person.pk, by=request.viewer, at=request.received_at, **typed)

    page = FormPage(
        title="Begin a coordinator’s work",
        caption=presenters.name_of(person),
        lead="The person must know about it and want it.",
        send="Begin",
        cancel=reverse("desk:person_plan", args=[person.pk]),
    )
    form = work_forms.OpenForm(request.POST or None)
    to = reverse("plans:caseload")
    return form_or_done(request, form, page, begin, done="Begun.", to=to)


@dataclass(frozen=True)
class Act:
    """One step of the work as a form."""

    title: str
    send: str
    form: type[django_forms.Form]
    verb: Callable[..., object]
    done: str
    lead: str = ""


ACTS: Final[Mapping[str, Act]] = {
    "let_wait": Act(
        "Waiting list",
        "Put them on it",
        work_forms.NoteForm,
        verbs.let_wait,
        "They wait now. Tell them how long it may take.",
    ),
    "try_contact": Act(
        "A try to reach them",
        "Write it down",
        work_forms.ContactForm,
        verbs.try_contact,
        "Written down.",
        "The first try stops the clock of the first contact.",
    ),
    "give_up_reaching": Act(
        "They cannot be reached",
        "End it and tell whoever referred",
        work_forms.NoteForm,
        verbs.give_up_reaching,
        "Ended. Whoever referred has been told what was tried.",
        "After three tries on three days and a letter.",
    ),
    "book_first_visit": Act(
        "The first visit",
        "Book it",
        work_forms.VisitForm,
        verbs.book_first_visit,
        "Booked. It stands among the visits and in the coordinator’s pack.",
    ),
    "agree_work_plan": Act(
        "The plan is agreed",
        "Write it down",
        work_forms.AgreedForm,
        verbs.agree_work_plan,
        "Written down.",
        "The person said: this is my plan.",
    ),
    "start_support": Act(
        "Support has begun",
        "Write it down",
        work_forms.NoteForm,
        verbs.start_support,
        "Written down.",
    ),
    "pause_work": Act(
        "Let it rest", "Let it rest", work_forms.PauseForm, verbs.pause_work, "It rests now."
    ),
    "resume_work": Act(
        "It goes on", "Go on", work_forms.NoteForm, verbs.resume_work, "It goes on."
    ),
    "note_work": Act(
        "A note", "Save", work_forms.NeededNoteForm, verbs.note_work, "Saved.", "Five minutes."
    ),
    "weigh_work": Act(
        "How much they take", "Save", work_forms.WeightForm, verbs.weigh_work, "Saved."
    ),
    "hold_exit_review": Act(
        "The last review",
        "Write it down",
        work_forms.ExitForm,
        verbs.hold_exit_review,
        "Written down. Ask how they are a last time, then close it.",
        "With the person: what changed, what stays, whom they ring from now on.",
    ),
    "close_work": Act(
        "Close it",
        "Close and send the summary",
        work_forms.CloseForm,
        verbs.close_work,
        "Closed. The summary is on its way.",
    ),
    "decline_work": Act(
        "They do not want it",
        "End it and tell whoever referred",
        work_forms.NoteForm,
        verbs.decline_work,
        "Ended. Whoever referred has been told.",
        "In the person’s words, if they gave a reason. They owe us none.",
    ),
    "end_as_unsuitable": Act(
        "Not what they need",
        "End it and tell whoever referred",
        work_forms.UnsuitableForm,
        verbs.end_as_unsuitable,
        "Ended. Whoever referred has been told.",
    ),
}


@may(KEEP_CASELOAD)
def act_on_work(request: Request, work_id: uuid.UUID, act: str) -> HttpResponse:
    """One step of the work, by the name of its verb."""
    found = _work(request, work_id)
    if act == "allocate_work":
        return _allocate(request, found)
    if act not in ACTS:
        raise Http404
    step = ACTS[act]

    def write(**typed: Any) -> None:
        step.verb(work=found, by=request.viewer, at=request.received_at, **typed)

    initial = work_forms.starts_with(local_day(request.received_at))
    if act == "close_work":
        whole = queries.whole_plan(found.person_id, viewer=request.viewer, at=request.received_at)
        initial["summary"] = board.summary(found, whole)
    if act == "weigh_work":
        initial["weight"] = found.weight
    page = FormPage(
        title=step.title,
        caption=presenters.name_of(found.person.current),
        lead=step.lead,
        send=step.send,
        cancel=_address(found),
    )
    form = step.form(request.POST if request.method == "POST" else None, initial=initial)
    return form_or_done(request, form, page, write, done=step.done, to=_address(found))


def _allocate(request: Request, found: PicWork) -> HttpResponse:
    at = request.received_at
    known = queries.coordinators(viewer=request.viewer, on=local_day(at))
    by_hat = {one.hat.pk: one for one in known}
    choices = [
        (str(one.hat.pk), f"{one.name}: {one.load:g} of {one.most} places taken") for one in known
    ]

    def write(hat: uuid.UUID, **typed: Any) -> None:
        verbs.allocate_work(work=found, hat=by_hat[hat].hat, by=request.viewer, at=at, **typed)

    page = FormPage(
        title="Give them to a coordinator",
        caption=presenters.name_of(found.person.current),
        lead="Who has most room stands first.",
        send="Give them",
        cancel=_address(found),
    )
    typed = request.POST if request.method == "POST" else None
    initial = {"weight": found.weight, "hat": str(known[0].hat.pk) if known else ""}
    form = work_forms.AllocateForm(typed, choices=choices, initial=initial)
    return form_or_done(request, form, page, write, done="Given.", to=_address(found))


def _work(request: Request, work_id: uuid.UUID) -> PicWork:
    found = queries.work(work_id, viewer=request.viewer)
    if found is None:
        raise Http404
    return found


def _address(found: PicWork) -> str:
    over = found.state in (PicState.CLOSED, PicState.DECLINED)
    return reverse("plans:caseload") if over else reverse("plans:work", args=[found.pk])
