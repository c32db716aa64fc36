"""The desk: the queue, one case, its clock, sending somebody; handover and the wall."""

import uuid
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from oneplace.access import audit, screens
from oneplace.access.guard import may
from oneplace.actions import running
from oneplace.homefirst import (
    desk_pages,
    desks,
    forms,
    offering,
    presenters,
    queries,
    rules,
    verbs,
)
from oneplace.homefirst.acts import BY_KEY, Act, acts_for
from oneplace.homefirst.forms import TRANSFER_HEADINGS
from oneplace.homefirst.models import DeskCase, DeskState, Package, ShiftLead
from oneplace.homefirst.naming import name_of
from oneplace.homefirst.permissions import RUN_LIFE_DESK, SEE_LIFE_DESK
from oneplace.homefirst.queries import CaseShown
from oneplace.homefirst.streaming import version_of
from oneplace.homefirst.verbs.filing import KIND, ROOM
from oneplace.homefirst.views.episodes import asks_shown
from oneplace.kit.forms import FormPage, form_page
from oneplace.kit.refusals import Refused, refusals_on
from oneplace.kit.request import Request
from oneplace.post import queries as post
from oneplace.visits.models import TO_COME

_SENDS = (DeskState.ACCEPTED,)


@require_safe
@may(SEE_LIFE_DESK)
def desk(request: Request) -> HttpResponse:
    """The queue, least time left first: a list, a board by state, or a map with the list."""
    page = _desk_page(request, screens.new_screen(), is_new=True)
    context = {"page": page, "shown": page.shown, "version": version_of(page.shown)}
    return render(request, "homefirst/desk.html", context)


@require_safe
@may(SEE_LIFE_DESK, is_asked_again=True)
def desk_rows(request: Request) -> HttpResponse:
    """The rows alone, for a screen without the stream that asks again every few seconds."""
    page = _desk_page(request, screens.asked_by(request.GET.get("screen", "")))
    return render(request, "homefirst/_desk_rows.html", {"page": page, "shown": page.shown})


def _desk_page(request: Request, screen: str, *, is_new: bool = False) -> desk_pages.DeskPage:
    viewer, at = request.viewer, request.received_at
    wanted = desk_pages.Wanted.of(request.GET.dict())
    found = queries.queue(viewer=viewer, at=at)
    shown, chosen = desk_pages.shown_of(
        found,
        queries.counts(viewer=viewer, at=at),
        wanted,
        ground=queries.district_ground(viewer=viewer) if wanted.view == "map" else None,
        at=at,
    )
    _note_names(request, chosen, screen=screen, is_new=is_new)
    return desk_pages.DeskPage.of(shown, found, screen=screen, demo_leaves=_demo_leaves(found))


def _demo_leaves(found: list[CaseShown]) -> str:
    """In a demonstration: the story's person, while he is in his bed and somebody may send."""
    if not settings.IS_DEMO:
        return ""
    story = settings.PLACE.demo.story_person
    waiting = [
        row.case
        for row in found
        if row.case.left_at is None
        and f"{row.case.person.given} {row.case.person.family}".strip() == story
    ]
    return story.split(" ", 1)[0] if waiting else ""


def _note_names(
    request: Request, shown: Iterable[CaseShown], *, screen: str = "", is_new: bool = False
) -> None:
    """Write in the audit exactly who is shown; a screen that goes on showing them, once."""
    screens.note_shown(
        {row.case.person_id for row in shown},
        screen=screen,
        action=SEE_LIFE_DESK,
        is_new=is_new,
        by=request.viewer,
        at=request.received_at,
    )


@require_safe
@may(SEE_LIFE_DESK)
def case(request: Request, case_id: uuid.UUID) -> HttpResponse:
    """One case: whose clock runs and why, who can go, what was done."""
    row = _row(request, case_id)
    return render(request, "homefirst/case.html", {"page": _case_page(request, row)})


def _case_page(request: Request, row: CaseShown) -> presenters.CasePage:
    found = row.case
    audit.record(
        by=request.viewer,
        at=request.received_at,
        action="see_desk_case",
        subject=("desk_case", found.pk),
        person_id=found.person_id,
    )
    offered = None
    if found.state in _SENDS and rules.runs_desk(found, by=request.viewer):
        offered = offering.offers_for(
            found, row.clock, viewer=request.viewer, at=request.received_at
        )
    return presenters.CasePage.of(
        row,
        steps=list(queries.steps(found.pk, viewer=request.viewer)),
        warned=list(queries.warnings_of(found.pk, viewer=request.viewer)),
        offered=offered,
        acts=acts_for(row, by=request.viewer),
        transfer=_transfer(request, found),
        providers=asks_shown(list(queries.asks_of(found.pk, viewer=request.viewer))),
        demo_arrives=_demo_arrives(row),
        texts=list(post.texts_of(ROOM, KIND, found.pk, viewer=request.viewer)),
        wish=queries.carer_wishes([found.person_id], viewer=request.viewer).get(found.person_id),
        viewer=request.viewer,
        at=request.received_at,
    )


def _demo_arrives(row: CaseShown) -> str:
    """In a demonstration: whoever goes next, so that a visitor can let them arrive."""
    visit = row.visit
    if not settings.IS_DEMO or visit is None or visit.state not in TO_COME:
        return ""
    return row.case.worker_name.split(" ", 1)[0] if row.case.left_at is not None else ""


def _transfer(request: Request, found: DeskCase) -> list[tuple[str, str]]:
    """What the ward's form says, heading by heading: nothing is typed twice."""
    if not found.spell:
        return []
    plan = queries.discharge_of(found.person_id, found.spell, viewer=request.viewer)
    if plan is None:
        return []
    sent = queries.transfers(plan, viewer=request.viewer).filter(sent_at__isnull=False).first()
    if sent is None:
        return []
    words: dict[str, str] = sent.content
    return [(label, words[key]) for key, label in TRANSFER_HEADINGS if words.get(key)]


@require_safe
@may(SEE_LIFE_DESK)
def clock(request: Request, case_id: uuid.UUID, clock_id: uuid.UUID) -> HttpResponse:
    """One clock of a case: the rule, and the evidence."""
    row = _row(request, case_id)
    found = next((each for each in row.clocks if each.id == str(clock_id)), None)
    if found is None:
        raise Http404
    audit.record(
        by=request.viewer,
        at=request.received_at,
        action="see_desk_clock",
        subject=("clock", clock_id),
        person_id=row.case.person_id,
    )
    return render(request, "homefirst/clock.html", {"page": presenters.ClockPage.of(row, found)})


@may(RUN_LIFE_DESK)
def act_on_case(request: Request, case_id: uuid.UUID, act: str) -> HttpResponse:
    """Do the next thing with a case."""
    row = _row(request, case_id)
    chosen = _act(act, acts_for(row, by=request.viewer))
    here = reverse("homefirst:case", args=[row.case.pk])
    form = chosen.form(request.POST or None, at=request.received_at, **_more(chosen, row))
    if form.is_valid():
        with refusals_on(form):
            chosen.verb(
                case=row.case, by=request.viewer, at=request.received_at, **form.cleaned_data
            )
            messages.success(request, chosen.done)
            return redirect(here)
    page = FormPage(
        title=chosen.title,
        caption=f"{name_of(row.case.person)}: {row.case.referral.need[:120]}",
        lead=chosen.lead,
        send=chosen.label,
        cancel=here,
    )
    return form_page(request, form, page)


def _more(chosen: Act, row: CaseShown) -> dict[str, Any]:
    if chosen.key == "accept":
        case = row.case
        package = "" if case.package is Package.NOT_ASKED else case.package
        return {"initial": {"package": package, "pathway": case.pathway, "reason": case.reason}}
    if chosen.key != "begin-wait":
        return {}
    listed = [
        pause
        for each in row.clocks
        if each.is_running and (rule := running.rule_of(each.key)) is not None
        for pause in rule.pauses
    ]
    return {"rules": [(key, running.words_of_pause(key)) for key in dict.fromkeys(listed)]}


@require_POST
@may(RUN_LIFE_DESK)
def allocate_case(request: Request, case_id: uuid.UUID) -> HttpResponse:
    """Send whoever was offered."""
    row = _row(request, case_id)
    here = reverse("homefirst:case", args=[row.case.pk])
    form = forms.SendForm(request.POST)
    if not form.is_valid():
        messages.error(request, "This offer could not be read. Choose one of those below.")
        return redirect(here)
    try:
        sent = verbs.allocate(
            case=row.case, by=request.viewer, at=request.received_at, **form.cleaned_data
        )
    except Refused as refused:
        messages.error(request, refused.reason)
        return redirect(here)
    messages.success(request, f"{sent.worker_name} goes. The round has been changed.")
    return redirect(here)


@require_safe
@may(SEE_LIFE_DESK)
def handover(request: Request) -> HttpResponse:
    """What the next shift must know."""
    found = queries.queue(viewer=request.viewer, at=request.received_at)
    counts = queries.counts(viewer=request.viewer, at=request.received_at)
    page = presenters.HandoverPage.of(found, counts, at=request.received_at)
    parts = (page.unanswered, page.late, page.running, page.to_decide)
    named = {row.id for part in parts for row in part}
    _note_names(request, [row for row in found if str(row.case.pk) in named])
    led = desks.desk_led_by(request.viewer.parties)
    lead = _shift_lead(request, led)
    is_mine = lead is not None and lead.account_id == request.viewer.account_id
    context = {"page": page, "lead": lead, "may_lead": led is not None and not is_mine}
    return render(request, "homefirst/handover.html", context)


def _shift_lead(request: Request, led: desks.Desk | None) -> ShiftLead | None:
    if led is None:
        return None
    return queries.shift_lead(led.id, viewer=request.viewer, at=request.received_at)


@require_POST
@may(RUN_LIFE_DESK)
def lead_shift(request: Request) -> HttpResponse:
    """Take the lead of the shift at one's own desk."""
    led = desks.desk_led_by(request.viewer.parties)
    if led is None:
        raise Http404
    try:
        verbs.lead_shift(desk_id=led.id, by=request.viewer, at=request.received_at)
        messages.success(request, "You lead this shift. The last warnings come to you.")
    except Refused as refused:
        messages.error(request, refused.reason)
    return redirect("homefirst:handover")


@require_safe
@may(SEE_LIFE_DESK, is_asked_again=True)
def wallboard(request: Request) -> HttpResponse:
    """What hangs on the wall, without a name; the wall asks again by itself."""
    screen = screens.asked_by(request.GET.get("screen", "")) or screens.new_screen()
    # Nobody is named, so nobody is noted but that the wall hangs there.
    screens.note_shown(
        (), screen=screen, action=SEE_LIFE_DESK, by=request.viewer, at=request.received_at
    )
    found = queries.queue(viewer=request.viewer, at=request.received_at)
    counts = queries.counts(viewer=request.viewer, at=request.received_at)
    page = presenters.WallPage.of(found, counts, at=request.received_at)
    return render(request, "homefirst/wallboard.html", {"page": page, "screen": screen})


def _row(request: Request, case_id: uuid.UUID) -> CaseShown:
    found = queries.case(case_id, viewer=request.viewer)
    if found is None:
        raise Http404
    return queries.shown([found], viewer=request.viewer, at=request.received_at)[0]


def _act(key: str, allowed: tuple[Act, ...]) -> Act:
    chosen = BY_KEY.get(key)
    if chosen is None or chosen not in allowed:
        raise Http404
    return chosen
