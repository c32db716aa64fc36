"""Closing a huddle: read back by owner, accept on the spot, end it, approve the minutes."""

import uuid
from collections import defaultdict

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from oneplace.access.guard import may
from oneplace.actions import queries as actions
from oneplace.actions import verbs as action_verbs
from oneplace.huddles import asking, manual, presenters, queries, rules, verbs
from oneplace.huddles.permissions import RUN_HUDDLE, SEE_HUDDLES, WRITE_IN_HUDDLE
from oneplace.huddles.views.finding import crumbs_to, meeting_or_404
from oneplace.kit.formats import plural
from oneplace.kit.refusals import Refused
from oneplace.kit.request import Request
from oneplace.kit.words import say
from oneplace.vocabulary.terms import ActionOrigin, ActionState


@require_safe
@may(SEE_HUDDLES)
def read_back(request: Request, meeting_id: uuid.UUID) -> HttpResponse:
    """Every action by its owner, every decision, everybody left: read aloud before they go."""
    found = meeting_or_404(request, meeting_id)
    viewer, at = request.viewer, request.received_at
    board = queries.board(found, viewer=viewer, at=at)
    names = {item.person_id: rules.short_name(item.person) for item in board.items}
    owners: dict[tuple[str, uuid.UUID], list[tuple[str, presenters.ActionShown]]]
    owners = defaultdict(list)
    for action in actions.of_origin(ActionOrigin.HUDDLE, found.pk, viewer=viewer):
        if action.taken_back_at is None and action.person_id in names:
            shown = presenters.action_shown(action, viewer=viewer, at=at)
            owners[action.owner_name, action.asked_id].append((names[action.person_id], shown))
    asked = sum(
        1
        for rows in owners.values()
        for _, shown in rows
        if shown.action.state in (ActionState.ASKED, ActionState.PASSED_ON)
    )
    return render(
        request,
        "huddles/read_back.html",
        {
            "title": "Read back and close",
            "crumbs": crumbs_to(found),
            "meeting": found,
            "owners": [
                presenters.ReadBack.of(name, party, rows)
                for (name, party), rows in sorted(owners.items(), key=lambda row: row[0][0])
            ],
            "asked": asked,
            "rows": presenters.closing_rows(board.items),
            "paragraphs": queries.paragraphs(found, viewer=viewer),
            "how": manual.manual().of("closing"),
            "problem": rules.why_not_end(
                board.items,
                open_actions=asking.open_actions_of(
                    [item.person.current_id for item in board.items], by=viewer
                ),
            ),
            "present": presenters.present(board.attendees),
        },
    )


@require_POST
@may(WRITE_IN_HUDDLE)
def accept_read_back(request: Request, meeting_id: uuid.UUID) -> HttpResponse:
    """Whoever was read their actions says yes to all of them at once."""
    found = meeting_or_404(request, meeting_id)
    owner = request.POST.get("owner", "")
    waiting = [
        action
        for action in actions.of_origin(ActionOrigin.HUDDLE, found.pk, viewer=request.viewer)
        if str(action.asked_id) == owner
        and action.taken_back_at is None
        and action.state in (ActionState.ASKED, ActionState.PASSED_ON)
    ]
    accepted = 0
    for action in waiting:
        try:
            action_verbs.accept(
                action=action,
                is_in_the_room=action.asked_id not in request.viewer.parties,
                by=request.viewer,
                at=request.received_at,
            )
            accepted += 1
        except Refused as refusal:
            messages.error(request, f"{action.text}: {refusal.reason}")
    if accepted:
        messages.success(request, f"{plural(accepted, 'action')} accepted.")
    return redirect("huddles:read_back", found.pk)


@require_POST
@may(RUN_HUDDLE)
def end_meeting(request: Request, meeting_id: uuid.UUID) -> HttpResponse:
    """End the huddle: decisions take effect, whoever is left goes to the next."""
    found = meeting_or_404(request, meeting_id)
    try:
        verbs.end_meeting(meeting=found, by=request.viewer, at=request.received_at)
        messages.success(request, say("The {huddle} is over. Check the paragraphs, then approve."))
    except Refused as refusal:
        messages.error(request, refusal.reason)
    return redirect("huddles:read_back", found.pk)


@require_POST
@may(RUN_HUDDLE)
def close_meeting(request: Request, meeting_id: uuid.UUID) -> HttpResponse:
    """Approve the minutes."""
    found = meeting_or_404(request, meeting_id)
    try:
        verbs.close_meeting(meeting=found, by=request.viewer, at=request.received_at)
        messages.success(request, "The minutes are approved and the next agenda is built.")
    except Refused as refusal:
        messages.error(request, refusal.reason)
    return redirect("huddles:meeting", found.pk)
