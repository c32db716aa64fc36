"""The rounds of a day, what is suggested for them, and the roster they are made from."""

import uuid
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from oneplace.access import audit
from oneplace.access.guard import may
from oneplace.access.models import Hat
from oneplace.homefirst import desks, forms, queries, verbs
from oneplace.homefirst.days import hats_going_out, rounds_of
from oneplace.homefirst.models import RoundPlan, RoundSkill, RoundState, RoundWorker, Shift
from oneplace.homefirst.naming import name_of
from oneplace.homefirst.permissions import RUN_LIFE_DESK, SEE_LIFE_DESK
from oneplace.homefirst.round_pages import RosterRow, RoundsPage, roster_cell
from oneplace.homefirst.searching_pages import SearchShown, stale_words
from oneplace.kit.clock import local_day
from oneplace.kit.formats import clock_time, weekday
from oneplace.kit.forms import FormPage, form_page
from oneplace.kit.refusals import Refused, refusals_on
from oneplace.kit.request import Request
from oneplace.kit.words import say
from oneplace.people import queries as people
from oneplace.visits import queries as visits
from oneplace.visits.models import Visit

_WEEK: Final = 7


@require_safe
@may(SEE_LIFE_DESK)
def rounds(request: Request) -> HttpResponse:
    """A lane a worker, what is suggested and why, what nobody is named for, and the map."""
    viewer, at = request.viewer, request.received_at
    desk, on = desk_asked(request), day_asked(request)
    today = rounds_of(desk, on, viewer=viewer, at=at)
    persons = list(dict.fromkeys(visit.person_id for visit in today.visits.values()))
    names = {each.pk: name_of(each) for each in people.persons(persons, viewer=viewer)}
    if names:
        audit.record(by=viewer, at=at, action="see_rounds", persons_shown=sorted(names))
    plan = queries.suggestion(desk.id, on, viewer=viewer)
    search = queries.search(desk.id, on, viewer=viewer)
    planned = list(queries.planned_visits(plan.pk, viewer=viewer)) if plan else []
    ids = [visit.pk for visit in today.visits.values()]
    page = RoundsPage.of(
        today,
        on=on,
        names=names,
        plan=plan,
        planned=planned,
        newest=queries.suggestions(desk.id, on, viewer=viewer)
        .exclude(state=RoundState.RECKONING)
        .first(),
        changes=list(queries.round_changes(ids, viewer=viewer)[:12]),
        at=at,
    )
    may_plan = viewer.may(RUN_LIFE_DESK)
    shown = {
        "page": page,
        "may_plan": may_plan,
        "on": on,
        "search": SearchShown.of(search, now=timezone.now()),
        "stale": stale_words(plan, planned, at=at),
    }
    return render(request, "homefirst/rounds.html", shown)


@require_POST
@may(RUN_LIFE_DESK)
def suggest_rounds(request: Request) -> HttpResponse:
    """Ask that the day is reckoned anew; a job does it, and nothing is changed by itself."""
    desk, on = desk_asked(request), day_asked(request)
    try:
        verbs.ask_for_rounds(desk=desk, on=on, by=request.viewer, at=request.received_at)
    except Refused as refused:
        messages.error(request, refused.reason)
    return redirect(_rounds(on))


@require_POST
@may(RUN_LIFE_DESK)
def confirm_rounds(request: Request, plan_id: uuid.UUID) -> HttpResponse:
    """A human says yes: each visit goes to whoever the suggestion names."""
    plan = _plan(request, plan_id)
    try:
        done = verbs.confirm_rounds(plan=plan, by=request.viewer, at=request.received_at)
    except Refused as refused:
        messages.error(request, refused.reason)
        return redirect(_rounds(plan.on))
    number = done.changed
    messages.success(request, f"Confirmed: {number} visit{'' if number == 1 else 's'} changed.")
    if done.left:
        messages.warning(request, f"Left as they are: {'; '.join(done.left)}.")
    return redirect(_rounds(plan.on))


@may(RUN_LIFE_DESK)
def drop_rounds(request: Request, plan_id: uuid.UUID) -> HttpResponse:
    """Put a suggestion away, with the reason."""
    plan = _plan(request, plan_id)
    form = forms.PutAwayForm(request.POST or None, at=request.received_at)
    if form.is_valid():
        with refusals_on(form):
            verbs.drop_rounds(
                plan=plan, by=request.viewer, at=request.received_at, **form.cleaned_data
            )
            messages.success(request, "Put away. The rounds stay as they are.")
            return redirect(_rounds(plan.on))
    page = FormPage(title="Put the suggestion away", send="Put it away", cancel=_rounds(plan.on))
    return form_page(request, form, page)


@may(RUN_LIFE_DESK)
def give_visit(request: Request, visit_id: uuid.UUID) -> HttpResponse:
    """Give one visit to somebody at a minute: what dragging does, as a plain form."""
    viewer, at = request.viewer, request.received_at
    visit = visits.visit(visit_id, viewer=viewer)
    if visit is None:
        raise Http404
    desk, on = desk_asked(request), local_day(visit.opens_at)
    hats = hats_going_out(desk, on)
    person = people.person(visit.person_id, viewer=viewer)
    audit.record(
        by=viewer, at=at, action="see_visit", subject=("visit", visit.pk),
        person_id=visit.person_id,
    )  # fmt: skip
    form = forms.GiveForm(
        request.POST or None,
        workers=[(str(hat.pk), f"{hat.account.name}, {hat.post.title}") for hat in hats],
        initial=_given(request, visit, hats),
    )
    if form.is_valid():
        with refusals_on(form):
            change = verbs.give_visit(
                visit=visit,
                worker=next(hat for hat in hats if str(hat.pk) == form.cleaned_data["worker"]),
                planned_at=_moment(on, form.cleaned_data["begins"]),
                because=form.cleaned_data["because"],
                is_locked=form.cleaned_data["is_locked"],
                by=viewer,
                at=at,
            )
            messages.success(request, f"{change.to_name} goes at {clock_time(change.to_at)}.")
            return redirect(_rounds(on))
    window = f"{clock_time(visit.opens_at)} to {clock_time(visit.closes_at)}"
    page = FormPage(
        title="Who goes, and when",
        caption=f"{name_of(person) if person else 'A visit'}: {visit.purpose.label.lower()}",
        lead=f"Told to the person: {window}, {visit.minutes} minutes."
        + (f" Promised by {clock_time(visit.promised_by_at)}." if visit.promised_by_at else ""),
        send="Change the round",
        cancel=_rounds(on),
    )
    return form_page(request, form, page)


def _given(request: Request, visit: Visit, hats: list[Hat]) -> dict[str, Any]:
    """What a block was dragged onto, or how it stands."""
    now = next((hat for hat in hats if hat.account_id == visit.worker_id), None)
    dragged = request.GET.get("worker", "")
    onto = next((hat for hat in hats if str(hat.account_id) == dragged), now)
    begins = clock_time(visit.planned_at or visit.opens_at)
    return {
        "worker": str(onto.pk) if onto else "",
        "begins": request.GET.get("begins", "")[:5] or begins,
        "is_locked": visit.is_locked,
    }


# --- the roster -----------------------------------------------------------------------------------


@require_safe
@may(SEE_LIFE_DESK)
def roster(request: Request) -> HttpResponse:
    """A week of shifts, a row for each who goes out."""
    viewer, since = request.viewer, day_asked(request)
    desk = desk_asked(request)
    days = [since + timedelta(days=number) for number in range(_WEEK)]
    known = {each.account_id: each for each in queries.round_workers(viewer=viewer)}
    shifts = {
        (each.worker.account_id, each.on): each
        for each in queries.shifts_between(days[0], days[-1], viewer=viewer)
    }
    rows = [
        RosterRow(
            name=hat.account.name,
            facts=_facts(hat, known.get(hat.account_id)),
            hat_id=str(hat.pk),
            cells=tuple(roster_cell(shifts.get((hat.account_id, on))) for on in days),
        )
        for hat in hats_going_out(desk, since)
    ]
    return render(
        request,
        "homefirst/roster.html",
        {
            "rows": rows,
            "days": [(on, f"{weekday(on)[:3]} {on.day}") for on in days],
            "before": (since - timedelta(days=_WEEK)).isoformat(),
            "after": (since + timedelta(days=_WEEK)).isoformat(),
            "may_plan": viewer.may(RUN_LIFE_DESK),
        },
    )


def _facts(hat: Hat, known: RoundWorker | None) -> str:
    if known is None:
        return f"{hat.post.title}; nothing written yet"
    labels = {each.value: each.label.lower() for each in RoundSkill}
    skills = ", ".join(labels.get(each, each) for each in known.skills)
    return "; ".join(
        filter(None, (hat.post.title, skills, known.goes_by.label.lower(), known.base))
    )


@may(RUN_LIFE_DESK)
def keep_round_worker(request: Request, hat_id: uuid.UUID) -> HttpResponse:
    """What somebody can do, how they get about, where their day begins."""
    hat = _hat(request, hat_id)
    known = queries.round_worker(hat.account_id, viewer=request.viewer)
    fields = ("skills", "goes_by", "gender", "base", "is_back_at_base")
    initial = {each: getattr(known, each) for each in fields} if known else {"goes_by": "car"}
    form = forms.RoundWorkerForm(request.POST or None, initial=initial)
    back = reverse("homefirst:roster")
    if form.is_valid():
        with refusals_on(form):
            verbs.keep_round_worker(
                hat=hat, by=request.viewer, at=request.received_at, **form.cleaned_data
            )
            messages.success(request, "Written down.")
            return redirect(back)
    page = FormPage(
        title=hat.account.name, caption=say("Goes out for {home_first}"), send="Keep", cancel=back
    )
    return form_page(request, form, page)


@may(RUN_LIFE_DESK)
def set_shift(request: Request, hat_id: uuid.UUID) -> HttpResponse:
    """When somebody works on a day."""
    hat = _hat(request, hat_id)
    form = forms.ShiftForm(request.POST or None, initial={"on": day_asked(request)})
    back = reverse("homefirst:roster")
    if form.is_valid():
        with refusals_on(form):
            _set_shift(request, hat, form.cleaned_data)
            messages.success(request, "The shift is in the roster.")
            return redirect(back)
    page = FormPage(title="A shift", caption=hat.account.name, send="Put it in", cancel=back)
    return form_page(request, form, page)


def _set_shift(request: Request, hat: Hat, given: dict[str, Any]) -> Shift:
    by, at = request.viewer, request.received_at
    worker = queries.round_worker(hat.account_id, viewer=by)
    if worker is None:
        worker = verbs.keep_round_worker(hat=hat, by=by, at=at)
    on = given["on"]
    begins = [given["break_from"], given["break_until"]]
    return verbs.set_shift(
        worker=worker,
        on=on,
        from_at=_moment(on, given["begins"]),
        until_at=_moment(on, given["ends"]),
        break_from_at=_moment(on, begins[0]) if begins[0] else None,
        break_until_at=_moment(on, begins[1]) if begins[1] else None,
        break_minutes=given["break_minutes"] or 0 if any(begins) else 0,
        by=by,
        at=at,
    )


@require_POST
@may(RUN_LIFE_DESK)
def take_off_shift(request: Request, shift_id: uuid.UUID) -> HttpResponse:
    """Somebody does not work on a day after all."""
    found = queries.shift(shift_id, viewer=request.viewer)
    if found is None:
        raise Http404
    try:
        verbs.take_off_shift(shift=found, by=request.viewer, at=request.received_at)
    except Refused as refused:
        messages.error(request, refused.reason)
    else:
        messages.success(request, f"{found.worker.name} is taken off that day. Give their visits.")
    return redirect("homefirst:roster")


@may(RUN_LIFE_DESK)
def wish_for_carer(request: Request, case_id: uuid.UUID) -> HttpResponse:
    """Whether somebody wants a woman or a man at their door."""
    case = queries.case(case_id, viewer=request.viewer)
    if case is None:
        raise Http404
    wish = queries.carer_wishes([case.person_id], viewer=request.viewer).get(case.person_id)
    fields = ("gender", "is_must", "words")
    initial = {each: getattr(wish, each) for each in fields} if wish else {}
    form = forms.CarerWishForm(request.POST or None, initial=initial)
    back = reverse("homefirst:case", args=[case.pk])
    if form.is_valid():
        with refusals_on(form):
            verbs.wish_for_carer(
                person_id=case.person_id, by=request.viewer, at=request.received_at,
                **form.cleaned_data,
            )  # fmt: skip
            messages.success(request, "Written down. The next plan keeps to it.")
            return redirect(back)
    page = FormPage(title="Who may come", caption=name_of(case.person), send="Keep", cancel=back)
    return form_page(request, form, page)


# --- what addresses and forms say -----------------------------------------------------------------


def desk_asked(request: Request) -> desks.Desk:
    """The viewer's own desk; the place's only one for whoever leads above it."""
    all_desks = desks.desks()
    if not all_desks:
        raise Http404
    return next((each for each in all_desks if each.id in request.viewer.parties), all_desks[0])


def day_asked(request: Request) -> date:
    said = request.POST.get("on") or request.GET.get("on", "")
    try:
        return date.fromisoformat(said)
    except ValueError:
        return local_day(request.received_at)


def _rounds(on: date) -> str:
    return f"{reverse('homefirst:rounds')}?on={on.isoformat()}"


def _plan(request: Request, plan_id: uuid.UUID) -> RoundPlan:
    found = queries.round_plan(plan_id, viewer=request.viewer)
    if found is None or found.desk_id != desk_asked(request).id:
        raise Http404
    return found


def _hat(request: Request, hat_id: uuid.UUID) -> Hat:
    on = local_day(request.received_at)
    found = next((hat for hat in hats_going_out(desk_asked(request), on) if hat.pk == hat_id), None)
    if found is None:
        raise Http404
    return found


def _moment(on: date, clock: time) -> datetime:
    return timezone.make_aware(datetime.combine(on, clock))
