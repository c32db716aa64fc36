"""The agreement and its bodies; the register of interests; questions asked in public."""

import uuid

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from oneplace.access.guard import may
from oneplace.access.queries.choices import worker
from oneplace.contracts import bodies, forms, presenters, queries, rules, verbs
from oneplace.contracts.models import BoardMeeting
from oneplace.contracts.permissions import (
    ANSWER_ALLIANCE,
    ASK_ALLIANCE,
    DECLARE_INTEREST,
    KEEP_DECISIONS,
    SEE_DECISIONS,
)
from oneplace.kit.clock import local_day
from oneplace.kit.forms import FormPage, form_page
from oneplace.kit.refusals import Refused, refusals_on
from oneplace.kit.request import Request
from oneplace.partners import queries as partners


@require_safe
@may(SEE_DECISIONS)
def agreement(request: Request) -> HttpResponse:
    """Who is bound by the agreement and until when, its clauses, and where each is kept."""
    on = local_day(request.received_at)
    signed = list(queries.signatories(viewer=request.viewer))
    page = presenters.AgreementPage(
        written=settings.PLACE.agreement,
        now=queries.agreement_now(viewer=request.viewer, on=on),
        bound=tuple(each for each in signed if each.was_bound(on)),
        gone=tuple(each for each in signed if not each.was_bound(on)),
        all_bodies=bodies.all_bodies(),
        on=on,
    )
    return render(request, "contracts/agreement.html", {"page": page})


@require_safe
@may(SEE_DECISIONS)
def boards(request: Request) -> HttpResponse:
    """Every body: what it may do, who chairs it, its quorum and its next meeting."""
    coming: dict[str, BoardMeeting] = {}
    for meeting in queries.next_meetings(viewer=request.viewer, at=request.received_at):
        coming.setdefault(meeting.body, meeting)
    return render(
        request,
        "contracts/boards.html",
        {
            "title": "Boards and bodies",
            "bodies": bodies.all_bodies(),
            "coming": coming,
            "may_plan": rules.why_not_keep(request.viewer, "", is_seated=False) is None,
        },
    )


@require_safe
@may(SEE_DECISIONS)
def board(request: Request, body: str) -> HttpResponse:
    """One body: who sits on it, and its meetings."""
    found = bodies.body(body)
    if found is None:
        raise Http404
    on = local_day(request.received_at)
    return render(
        request,
        "contracts/board.html",
        {
            "title": found.name,
            "body": found,
            "seats": queries.seats_of(body, viewer=request.viewer, on=on),
            "meetings": queries.meetings(viewer=request.viewer, body=body),
        },
    )


@may(KEEP_DECISIONS)
def join_alliance(request: Request) -> HttpResponse:
    """Write down that a partner signed the agreement."""
    form = forms.JoinForm(request.POST or None, organisations=partners.organisations())
    if form.is_valid():
        with refusals_on(form):
            verbs.join_alliance(by=request.viewer, at=request.received_at, **form.cleaned_data)
            messages.success(request, "Bound by the agreement.")
            return redirect("contracts:agreement")
    return form_page(request, form, _keeping("A partner signed", "It signed"))


@may(KEEP_DECISIONS)
def leave_alliance(request: Request) -> HttpResponse:
    """Write down that a partner left: no decision waits for its board any more."""
    bound = queries.signatories(viewer=request.viewer).filter(left_on=None)
    form = forms.LeaveForm(request.POST or None, signatories=bound)
    if form.is_valid():
        with refusals_on(form):
            verbs.leave_alliance(by=request.viewer, at=request.received_at, **form.cleaned_data)
            messages.success(request, "No longer bound. What was decided with it stays decided.")
            return redirect("contracts:agreement")
    return form_page(request, form, _keeping("A partner left", "It left"))


@may(KEEP_DECISIONS)
def take_seat(request: Request) -> HttpResponse:
    """Write down who holds a seat; with their account they read what the body keeps."""
    form = forms.TakeSeatForm(request.POST or None)
    if form.is_valid():
        body, member = form.chosen()
        email = form.cleaned_data["holder_email"]
        account = worker(email, viewer=request.viewer)
        if email and account is None:
            form.add_error("holder_email", "Nobody here signs in with this address.")
            return form_page(request, form, _keeping("Who holds a seat", "Write it down"))
        organisations = partners.organisations().filter(code=member.partner or "")
        with refusals_on(form):
            verbs.take_seat(
                body=body,
                position=member.position,
                holder_id=account.pk if account else None,
                holder_name=form.cleaned_data["holder_name"],
                organisation=organisations.first(),
                from_on=form.cleaned_data["from_on"],
                by=request.viewer,
                at=request.received_at,
            )
            messages.success(request, "Written down.")
            return redirect("contracts:board", body)
    return form_page(request, form, _keeping("Who holds a seat", "Write it down"))


@may(KEEP_DECISIONS)
def leave_seat(request: Request, body: str) -> HttpResponse:
    """Write down that somebody no longer holds a seat of a body."""
    on = local_day(request.received_at)
    seats = queries.seats_of(body, viewer=request.viewer, on=on)
    form = forms.LeaveSeatForm(request.POST or None, seats=seats)
    if form.is_valid():
        with refusals_on(form):
            verbs.leave_seat(by=request.viewer, at=request.received_at, **form.cleaned_data)
            messages.success(request, "Written down.")
            return redirect("contracts:board", body)
    return form_page(request, form, _keeping("A seat is left", "Write it down"))


def _keeping(title: str, send: str) -> FormPage:
    return FormPage(title, send=send, cancel=reverse("contracts:agreement"))


@require_safe
@may(SEE_DECISIONS)
def interests(request: Request) -> HttpResponse:
    """The register of interests, which is public."""
    found = list(queries.interests(viewer=request.viewer))
    return render(
        request,
        "contracts/interests.html",
        {
            "title": "Register of interests",
            "rows": [(each, presenters.interest_words(each)) for each in found],
        },
    )


@may(DECLARE_INTEREST)
def declare_interest(request: Request) -> HttpResponse:
    """Declare an interest of one's own."""
    form = forms.InterestForm(request.POST or None, organisations=partners.organisations())
    if form.is_valid():
        with refusals_on(form):
            verbs.declare_interest(by=request.viewer, at=request.received_at, **form.cleaned_data)
            messages.success(request, "It stands in the register.")
            return redirect("contracts:interests")
    page = FormPage(
        "Declare an interest",
        lead="Anything because of which a fair-minded person could think that you would decide "
        "differently. The register is public.",
        send="Declare it",
        cancel=reverse("contracts:interests"),
    )
    return form_page(request, form, page)


@require_POST
@may(DECLARE_INTEREST)
def end_interest(request: Request, interest_id: uuid.UUID) -> HttpResponse:
    """Say that an interest of one's own is over."""
    found = queries.interests(viewer=request.viewer).filter(pk=interest_id).first()
    if found is None:
        raise Http404
    try:
        verbs.end_interest(interest=found, by=request.viewer, at=request.received_at)
        messages.success(request, "Written down as over. It stays in the register.")
    except Refused as refused:
        messages.error(request, refused.reason)
    return redirect("contracts:interests")


@require_safe
@may(SEE_DECISIONS)
def questions(request: Request) -> HttpResponse:
    """What was asked in public, by whom, by when it is answered, and the answers."""
    found = list(queries.questions(viewer=request.viewer))
    on = local_day(request.received_at)
    return render(
        request,
        "contracts/questions.html",
        {
            "title": "Questions from scrutiny",
            "rows": [(each, *presenters.promise_words(each.promised_on, on=on)) for each in found],
        },
    )


@may(ASK_ALLIANCE)
def ask_question(request: Request) -> HttpResponse:
    """Ask the alliance in public."""
    form = forms.QuestionForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            verbs.ask_question(by=request.viewer, at=request.received_at, **form.cleaned_data)
            messages.success(request, "Asked. The chair and the programme office see it now.")
            return redirect("contracts:questions")
    page = FormPage(
        "Ask the alliance",
        lead="Everybody who reads decisions reads the question and its answer.",
        send="Ask",
        cancel=reverse("contracts:questions"),
    )
    return form_page(request, form, page)


@may(ANSWER_ALLIANCE)
def answer_question(request: Request, question_id: uuid.UUID) -> HttpResponse:
    """Answer what was asked."""
    found = queries.question(question_id, viewer=request.viewer)
    if found is None:
        raise Http404
    form = forms.AnswerForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            verbs.answer_question(
                question=found, by=request.viewer, at=request.received_at, **form.cleaned_data
            )
            messages.success(request, "Answered.")
            return redirect("contracts:questions")
    page = FormPage(
        "Answer a question",
        caption=f"Asked by {found.asked_by_name}",
        lead=found.question,
        send="Answer",
        cancel=reverse("contracts:questions"),
    )
    return form_page(request, form, page)
