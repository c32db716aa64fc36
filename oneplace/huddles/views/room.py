"""The meeting under way: the screen everybody sees, and every press and line that changes it."""

import base64
import uuid
from collections.abc import Callable

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.views.decorators.http import require_POST, require_safe

from oneplace.access.guard import may
from oneplace.access.models import HowTold
from oneplace.actions import queries as actions
from oneplace.actions import verbs as action_verbs
from oneplace.huddles import forms, presenters, queries, verbs
from oneplace.huddles.models import CarerAsked, Item, ItemState, Meeting, WishesKept
from oneplace.huddles.permissions import RUN_HUDDLE, SEE_HUDDLES, WRITE_IN_HUDDLE
from oneplace.huddles.presenters import KEYS
from oneplace.huddles.verbs.live import is_beside
from oneplace.huddles.views.finding import (
    crumbs_to,
    done,
    item_or_404,
    line_or_404,
    meeting_or_404,
    refused,
    wants_json,
)
from oneplace.kit.refusals import Refused
from oneplace.kit.request import Request
from oneplace.kit.words import say
from oneplace.vocabulary.ids import new_id
from oneplace.vocabulary.terms import Attendance, MeetingState, Role


@require_safe
@may(SEE_HUDDLES)
def room(request: Request, meeting_id: uuid.UUID) -> HttpResponse:
    """The screen: whoever is spoken of now, or one who is asked for by `?person=`."""
    meeting = meeting_or_404(request, meeting_id)
    if meeting.state not in (MeetingState.LIVE,):
        return redirect("huddles:meeting", meeting.pk)
    asked = _asked_for(request)
    board = queries.board(meeting, viewer=request.viewer, at=request.received_at, item_id=asked)
    shown = presenters.screen(board, viewer=request.viewer, at=request.received_at)
    return render(
        request,
        "huddles/room.html",
        {
            "title": say("{Huddle}: {of}", of=meeting.series.name),
            "screen": shown,
            "keys": KEYS,
            "line_id": new_id(),
            "follows": asked is None,
            "stream": f"/live/huddles/{meeting.pk}",
            "seal": _seal(request),
        },
    )


def _seal(request: Request) -> str:
    """The key under which this browser keeps the viewer's own lines while the network is away.

    The same whenever they sign in, so that what waits is sent then; kept in no browser, so that
    nobody reads it after they signed out.
    """
    mine = salted_hmac("oneplace.huddles.lines", str(request.viewer.account_id), algorithm="sha256")
    return base64.b64encode(mine.digest()).decode()


def _asked_for(request: Request) -> uuid.UUID | None:
    try:
        return uuid.UUID(request.GET.get("person", ""))
    except ValueError:
        return None


@require_safe
@may(SEE_HUDDLES)
def running_order(request: Request, meeting_id: uuid.UUID) -> HttpResponse:
    """The chair's tablet: everybody in order, how the time stands, who is in the room."""
    meeting = meeting_or_404(request, meeting_id)
    board = queries.board(meeting, viewer=request.viewer, at=request.received_at)
    shown = presenters.screen(board, viewer=request.viewer, at=request.received_at)
    return render(
        request,
        "huddles/running_order.html",
        {
            "title": "Running order",
            "crumbs": crumbs_to(meeting),
            "screen": shown,
            "stream": f"/live/huddles/{meeting.pk}",
            "attendances": list(Attendance),
            "guest": forms.GuestForm(),
            "lateness": presenters.lateness(shown.needed, meeting.minutes),
        },
    )


def _try(
    request: Request, address: str, act: Callable[[], object], *, said: str = ""
) -> HttpResponse:
    """Do one thing; say why not where it was refused, on the page it came from."""
    try:
        act()
    except Refused as refusal:
        if (answer := refused(request, refusal)) is not None:
            return answer
        messages.error(request, refusal.reason)
        return redirect(address)
    if said and not wants_json(request):
        messages.success(request, said)
    return done(request, address)


def _room(meeting: Meeting) -> str:
    return reverse("huddles:room", args=[meeting.pk])


def _back(request: Request, meeting: Meeting) -> str:
    """The page a press came from: the screen, the chair's tablet, or the agenda."""
    pages = {
        "order": reverse("huddles:running_order", args=[meeting.pk]),
        "agenda": reverse("huddles:meeting", args=[meeting.pk]),
    }
    return pages.get(request.POST.get("back", ""), _room(meeting))


@require_POST
@may(RUN_HUDDLE)
def start_meeting(request: Request, meeting_id: uuid.UUID) -> HttpResponse:
    """Begin the huddle."""
    meeting = meeting_or_404(request, meeting_id)
    return _try(
        request,
        _room(meeting),
        lambda: verbs.start_meeting(meeting=meeting, by=request.viewer, at=request.received_at),
    )


@require_POST
@may(WRITE_IN_HUDDLE)
def turn_to(request: Request, meeting_id: uuid.UUID) -> HttpResponse:
    """Turn to somebody, or to the next who waits."""
    meeting = meeting_or_404(request, meeting_id)
    item = _item_of(request, meeting, request.POST.get("item", ""))
    seen = request.POST.get("seen", "")
    return _try(
        request,
        _back(request, meeting),
        lambda: verbs.turn_to(
            meeting=meeting,
            item=item,
            seen=uuid.UUID(seen) if seen else None,
            by=request.viewer,
            at=request.received_at,
        ),
    )


def _item_of(request: Request, meeting: Meeting, given: str) -> Item | None:
    if not given:
        return None
    try:
        found = queries.item(uuid.UUID(given), viewer=request.viewer)
    except ValueError as error:
        raise Http404 from error
    if found is None or found.meeting_id != meeting.pk:
        raise Http404
    return found


@require_POST
@may(WRITE_IN_HUDDLE)
def hide_sensitive(request: Request, meeting_id: uuid.UUID) -> HttpResponse:
    """Hide what is sensitive from every screen, or show it again."""
    meeting = meeting_or_404(request, meeting_id)
    is_hiding = request.POST.get("hide") == "yes"
    return _try(
        request,
        _back(request, meeting),
        lambda: verbs.hide_sensitive(
            meeting=meeting, is_hiding=is_hiding, by=request.viewer, at=request.received_at
        ),
    )


@require_POST
@may(WRITE_IN_HUDDLE)
def write_line(request: Request, item_id: uuid.UUID) -> HttpResponse:
    """The scribe's line."""
    item = item_or_404(request, item_id)
    address = _room(item.meeting)
    form = forms.LineForm(request.POST)
    if not form.is_valid():
        return _not_valid(request, address, form)
    try:
        line = verbs.write_line(
            item=item, by=request.viewer, at=request.received_at, **form.verb_values()
        )
    except Refused as refusal:
        if (answer := refused(request, refusal)) is not None:
            return answer
        return _line_again(request, item, refusal)
    return done(request, address, line=str(line.pk), words=line.made_words or line.words)


def _line_again(request: Request, item: Item, refusal: Refused) -> HttpResponse:
    """Without the script: the screen again, with the reason and what was typed."""
    board = queries.board(
        item.meeting, viewer=request.viewer, at=request.received_at, item_id=item.pk
    )
    shown = presenters.screen(board, viewer=request.viewer, at=request.received_at)
    context = {
        "title": "Error: the line was not written",
        "screen": shown,
        "keys": KEYS,
        "line_id": new_id(),
        "reason": refusal.reason,
        "typed": request.POST.get("words", ""),
        "typed_kind": request.POST.get("kind", ""),
        "stream": f"/live/huddles/{item.meeting_id}",
        "seal": _seal(request),
    }
    return render(request, "huddles/room.html", context, status=422)


def _not_valid(request: Request, address: str, form: Form) -> HttpResponse:
    reason = "; ".join(str(error) for errors in form.errors.values() for error in errors)
    if wants_json(request):
        return JsonResponse({"ok": False, "reason": reason, "field": ""}, status=422)
    messages.error(request, reason)
    return redirect(address)


@require_POST
@may(WRITE_IN_HUDDLE)
def take_back_line(request: Request, line_id: uuid.UUID) -> HttpResponse:
    """Take a line back."""
    line = line_or_404(request, line_id)
    return _try(
        request,
        _room(line.item.meeting),
        lambda: verbs.take_back_line(line=line, by=request.viewer, at=request.received_at),
    )


@require_POST
@may(WRITE_IN_HUDDLE)
def write_part(request: Request, item_id: uuid.UUID) -> HttpResponse:
    """A part of the outcome; two scribes at once are both kept."""
    item = item_or_404(request, item_id)
    address = reverse("huddles:conclude_item", args=[item.pk])
    form = forms.PartForm(request.POST)
    if not form.is_valid():
        return _not_valid(request, address, form)
    try:
        line = verbs.write_part(
            item=item, by=request.viewer, at=request.received_at, **form.verb_values()
        )
    except Refused as refusal:
        if (answer := refused(request, refusal)) is not None:
            return answer
        messages.error(request, refusal.reason)
        return redirect(address)
    if is_beside(line) and not wants_json(request):
        messages.warning(
            request, "Somebody wrote this part at the same time. Both are kept: choose below."
        )
    return done(request, address, number=line.number or 0, beside=is_beside(line))


@require_POST
@may(WRITE_IN_HUDDLE)
def choose_part(request: Request, line_id: uuid.UUID) -> HttpResponse:
    """Choose between two versions of a part."""
    line = line_or_404(request, line_id)
    return _try(
        request,
        reverse("huddles:conclude_item", args=[line.item_id]),
        lambda: verbs.choose_part(
            line=line,
            keeps_mine=request.POST.get("keep") == "mine",
            by=request.viewer,
            at=request.received_at,
        ),
    )


@require_POST
@may(WRITE_IN_HUDDLE)
def note_told(request: Request, item_id: uuid.UUID) -> HttpResponse:
    """Note that somebody was told of the huddle today."""
    item = item_or_404(request, item_id)
    form = forms.ToldForm(request.POST)
    if not form.is_valid():
        return _not_valid(request, _screen_of(item), form)
    return _try(
        request,
        _screen_of(item),
        lambda: verbs.note_told(
            item=item,
            how=HowTold(form.cleaned_data["how"]),
            by=request.viewer,
            at=request.received_at,
        ),
    )


@require_POST
@may(WRITE_IN_HUDDLE)
def note_carer(request: Request, item_id: uuid.UUID) -> HttpResponse:
    """Note whether whoever cares for somebody was asked, and what they said."""
    item = item_or_404(request, item_id)
    form = forms.CarerForm(request.POST)
    if not form.is_valid():
        return _not_valid(request, _screen_of(item), form)
    return _try(
        request,
        _screen_of(item),
        lambda: verbs.note_carer(
            item=item,
            answer=CarerAsked(form.cleaned_data["answer"]),
            said=form.cleaned_data["said"],
            by=request.viewer,
            at=request.received_at,
        ),
    )


@require_POST
@may(WRITE_IN_HUDDLE)
def note_wishes(request: Request, item_id: uuid.UUID) -> HttpResponse:
    """Note that somebody looked whether the person's wishes in an emergency are written down."""
    item = item_or_404(request, item_id)
    form = forms.WishesForm(request.POST)
    if not form.is_valid():
        return _not_valid(request, _screen_of(item), form)
    return _try(
        request,
        _screen_of(item),
        lambda: verbs.note_wishes(
            item=item,
            wishes=WishesKept(form.cleaned_data["wishes"]),
            where=form.cleaned_data["where"],
            by=request.viewer,
            at=request.received_at,
        ),
    )


def _screen_of(item: Item) -> str:
    """The screen of this person: while they meet, whoever is spoken of; afterwards the outcome."""
    if item.meeting.state == MeetingState.LIVE:
        return _room(item.meeting)
    return reverse("huddles:conclude_item", args=[item.pk])


@require_POST
@may(WRITE_IN_HUDDLE)
def note_attendance(request: Request, attendee_id: uuid.UUID) -> HttpResponse:
    """Note whether somebody is in the room."""
    attendee = queries.attendee(attendee_id, viewer=request.viewer)
    form = forms.AttendanceForm(request.POST)
    if attendee is None or not form.is_valid():
        raise Http404
    page = "huddles:room" if request.POST.get("back") == "room" else "huddles:running_order"
    return _try(
        request,
        reverse(page, args=[attendee.meeting_id]),
        lambda: verbs.note_attendance(
            attendee=attendee,
            attendance=Attendance(form.cleaned_data["attendance"]),
            by=request.viewer,
            at=request.received_at,
        ),
    )


@require_POST
@may(WRITE_IN_HUDDLE)
def add_attendee(request: Request, meeting_id: uuid.UUID) -> HttpResponse:
    """Note a guest in the room."""
    meeting = meeting_or_404(request, meeting_id)
    form = forms.GuestForm(request.POST)
    address = reverse("huddles:running_order", args=[meeting.pk])
    if not form.is_valid():
        return _not_valid(request, address, form)
    return _try(
        request,
        address,
        lambda: verbs.add_attendee(
            meeting=meeting,
            name=form.cleaned_data["name"],
            role=Role(form.cleaned_data["role"]),
            by=request.viewer,
            at=request.received_at,
        ),
    )


@require_POST
@may(SEE_HUDDLES)
def accept_action(request: Request, action_id: uuid.UUID) -> HttpResponse:
    """Say yes on the spot: the owner's own press, or the scribe for an owner in the room."""
    action = actions.action(action_id, viewer=request.viewer)
    meeting = (
        queries.meeting(action.origin_id, viewer=request.viewer)
        if action is not None and action.origin_id
        else None
    )
    if action is None or meeting is None:
        raise Http404
    is_mine = action.asked_id in request.viewer.parties
    closing = reverse("huddles:read_back", args=[meeting.pk])
    is_live = meeting.state == MeetingState.LIVE
    address = closing if request.POST.get("back") == "close" or not is_live else _room(meeting)
    return _try(
        request,
        address,
        lambda: action_verbs.accept(
            action=action,
            is_in_the_room=not is_mine,
            by=request.viewer,
            at=request.received_at,
        ),
        said="Accepted.",
    )


# --- the running order --------------------------------------------------------------------------


@require_POST
@may(RUN_HUDDLE)
def move_item(request: Request, item_id: uuid.UUID) -> HttpResponse:
    """Put somebody at another place: by a button, or dropped there."""
    item = item_or_404(request, item_id)
    given = request.POST.get("to", "")
    step = {"up": item.position - 1, "down": item.position + 1}.get(given)
    if step is None:
        if not given.isdecimal() or len(given) > 3:
            raise Http404
        step = int(given)
    return _try(
        request,
        _back(request, item.meeting),
        lambda: verbs.move_item(item=item, to=step, by=request.viewer, at=request.received_at),
    )


@require_POST
@may(RUN_HUDDLE)
def set_depth(request: Request, item_id: uuid.UUID) -> HttpResponse:
    """Say how long somebody is spoken of."""
    item = item_or_404(request, item_id)
    form = forms.DepthForm(request.POST)
    if not form.is_valid():
        return _not_valid(request, _back(request, item.meeting), form)
    return _try(
        request,
        _back(request, item.meeting),
        lambda: verbs.set_depth(
            item=item,
            depth=presenters.Depth(form.cleaned_data["depth"]),
            minutes=form.cleaned_data["minutes"],
            by=request.viewer,
            at=request.received_at,
        ),
    )


@require_POST
@may(RUN_HUDDLE)
def park_item(request: Request, item_id: uuid.UUID) -> HttpResponse:
    """Set somebody aside, or take them up again."""
    item = item_or_404(request, item_id)
    verb = verbs.unpark_item if item.state == ItemState.PARKED else verbs.park_item
    return _try(
        request,
        _back(request, item.meeting),
        lambda: verb(item=item, by=request.viewer, at=request.received_at),
    )
