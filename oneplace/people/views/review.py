"""Who is who: pairs of records side by side, answered by one key, taken back by another."""

import uuid
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from oneplace.access.guard import may
from oneplace.kit.refusals import Refused
from oneplace.kit.request import Request
from oneplace.people import forms, presenters, queries, verbs
from oneplace.people.models import Match, MatchState
from oneplace.people.permissions import SEE_WHO_IS_WHO, SETTLE_MATCH
from oneplace.people.queries.review import ReviewFilter

WHO_IS_WHO = ("Who is who", "people:who_is_who")


@may(SEE_WHO_IS_WHO)
def who_is_who(request: Request) -> HttpResponse:
    """The queue, with the first pair opened."""
    chosen = _chosen(request)
    return _page(request, queries.next_match(chosen, viewer=request.viewer), chosen)


@may(SEE_WHO_IS_WHO)
def match(request: Request, match_id: uuid.UUID) -> HttpResponse:
    """One pair, wherever it stands in the queue."""
    return _page(request, _match(request, match_id), _chosen(request))


@require_POST
@may(SETTLE_MATCH)
def settle_match(request: Request, match_id: uuid.UUID) -> HttpResponse:
    """Answer a pair and go on to the next."""
    chosen = _chosen(request)
    pair = _match(request, match_id)
    form = forms.AnswerForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Choose one: same person, two people, or not sure.")
        return redirect("people:match", match_id)
    # The next is found before this one leaves the queue.
    following = queries.next_match(chosen, viewer=request.viewer, after=pair)
    try:
        settled = verbs.settle_match(
            match=pair, by=request.viewer, at=request.received_at, **form.verb_values()
        )
    except Refused as refused:
        messages.error(request, refused.reason)
        return redirect("people:match", match_id)
    messages.success(request, _said(MatchState(settled.state)))
    return _redirect(following, chosen)


@require_POST
@may(SETTLE_MATCH)
def undo_reading(request: Request) -> HttpResponse:
    """Take back one's own last answer, and show that pair again."""
    chosen = _chosen(request)
    last = queries.last_read(viewer=request.viewer)
    if last is None:
        messages.error(request, "There is no answer of yours to take back.")
        return _redirect(None, chosen)
    try:
        verbs.undo_reading(match=last, by=request.viewer, at=request.received_at)
        messages.success(request, "Your last answer is taken back. Here is the pair again.")
    except Refused as refused:
        messages.error(request, refused.reason)
    return _redirect(last, chosen)


_SAID = {
    MatchState.SAME: "They are one person from now on. Press Z to take it back.",
    MatchState.DIFFERENT: "They stay two people. Press Z to take it back.",
    MatchState.UNSURE: "Put aside. You find it under “Put aside: not sure”.",
    MatchState.SECOND_READER: "Yours is the first answer. Somebody else reads it too.",
    MatchState.DISAGREED: "You and the first reader disagree. Talk, then answer once more.",
}


def _said(state: MatchState) -> str:
    return _SAID.get(state, state.label)


def _chosen(request: Request) -> ReviewFilter:
    sent = request.POST if request.method == "POST" else request.GET
    return forms.ReviewFilterForm(sent).chosen()


def _match(request: Request, match_id: uuid.UUID) -> Match:
    found = queries.match(match_id, viewer=request.viewer)
    if found is None:
        raise Http404
    return found


def _redirect(following: Match | None, chosen: ReviewFilter) -> HttpResponse:
    kept = presenters.chosen_words(chosen)
    address = (
        reverse("people:match", args=[following.pk])
        if following is not None
        else reverse(WHO_IS_WHO[1])
    )
    return redirect(address + (f"?{urlencode(kept)}" if kept else ""))


def _page(request: Request, pair: Match | None, chosen: ReviewFilter) -> HttpResponse:
    viewer = request.viewer
    shown = None
    if pair is not None:
        opened = queries.match(pair.pk, viewer=viewer)
        sides = queries.sides(opened, viewer=viewer) if opened is not None else None
        if opened is not None and sides is not None:
            shown = presenters.pair(opened, sides, reader_id=viewer.account_id)
    return render(
        request,
        "people/who_is_who.html",
        {
            "title": "Who is who",
            "form": forms.ReviewFilterForm(presenters.chosen_words(chosen)),
            "chosen": presenters.chosen_words(chosen),
            "review": queries.review(chosen, viewer=viewer),
            "pair": shown,
            "doubts": queries.open_doubts(viewer=viewer).count(),
            "written": queries.written_meanwhile(viewer=viewer).filter(placed_at=None).count(),
        },
    )
