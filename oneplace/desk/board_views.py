"""The board pack: two pages on the screen, on paper and as a PDF, made of rooms' own answers."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe

from oneplace.access.guard import may
from oneplace.contracts import queries as contracts
from oneplace.desk.presenters import board_pack as pages
from oneplace.files import pdf
from oneplace.finance import queries as finance
from oneplace.finance.models import TransferState
from oneplace.kit.clock import local_day
from oneplace.kit.request import Request
from oneplace.outcomes import queries as outcomes
from oneplace.outcomes.permissions import SEE_BOARD
from oneplace.post.papers import papers


@require_safe
@may(SEE_BOARD)
def board_pack(request: Request) -> HttpResponse:
    """Two pages: what residents asked for and what we may say; money, decisions, the unknown."""
    return HttpResponse(_pack(request))


@require_safe
@may(SEE_BOARD)
def board_pack_pdf(request: Request) -> HttpResponse:
    """The same two pages as a PDF."""
    made = papers().pdf(_pack(request))
    if made is None:
        messages.error(request, pdf.why_no_pdf() or "No PDF could be made; print the page instead.")
        return redirect("desk:board_pack")
    answer = HttpResponse(made, content_type="application/pdf")
    day = local_day(request.received_at).isoformat()
    answer.headers["Content-Disposition"] = f'inline; filename="board-pack-{day}.pdf"'
    return answer


def _pack(request: Request) -> str:
    viewer, at = request.viewer, request.received_at
    on = local_day(at)
    charts = outcomes.every_chart(viewer=viewer)
    measuring = outcomes.current(viewer=viewer)
    claims = outcomes.claims(viewer=viewer)
    everything = contracts.decisions(viewer=viewer, on=on)
    funds = finance.funds_now(viewer=viewer, on=on)
    moving = [
        transfer
        for now in funds
        for transfer in finance.transfers(now.year, viewer=viewer)
        if transfer.state in (TransferState.PROPOSED, TransferState.AGREED)
    ]
    # What is kept among a few stands in no paper that leaves their room.
    waiting = [
        each
        for each in contracts.waiting_decisions(viewer=viewer, on=on)
        if not each.decision.only_body
    ]
    coming = [each for each in contracts.next_meetings(viewer=viewer, at=at) if not each.only_body]
    page = pages.BoardPack(
        on=on,
        at=at,
        measured_at=measuring.snapshot_made_at if measuring else None,
        statements=pages.said(settings.PLACE.statements, charts),
        claims=tuple(claims),
        funds=tuple(pages.FundLines.of(now) for now in funds),
        transfers=pages.transfer_rows(moving),
        waiting=pages.waiting_rows(waiting),
        in_force=sum(
            each.standing.is_in_force for each in everything if not each.decision.only_body
        ),
        agreement=pages.agreement_words(contracts.agreement_now(viewer=viewer, on=on), on),
        questions=pages.question_rows(list(contracts.open_questions(viewer=viewer)), on),
        meetings=pages.meeting_rows(coming[:3]),
        unknown=pages.unknown(charts, claims, list(outcomes.open_signals(viewer=viewer)), funds),
    )
    return render_to_string("desk/board/pack.html", {"page": page}, request=request)
