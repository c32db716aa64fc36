"""The pages of information governance officers: what waits, emergency access, who looked, why."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from oneplace.access import audit
from oneplace.access import verbs as access_verbs
from oneplace.access.guard import may
from oneplace.access.models import EmergencyAccess
from oneplace.access.permissions import REVIEW_EMERGENCY, SEE_AUDIT
from oneplace.access.queries import emergency as emergency_queries
from oneplace.access.queries import looks
from oneplace.access.queries.looks import Look
from oneplace.access.queries.national import national_standing
from oneplace.access.rules import emergency as emergency_rules
from oneplace.desk import emergency_forms as forms
from oneplace.desk import officer_cards
from oneplace.desk.permissions import OPEN_MY_DAY
from oneplace.desk.presenters import looks as look_pages
from oneplace.desk.presenters import officer as pages
from oneplace.desk.queries import officer as queries
from oneplace.kit.clock import local_day
from oneplace.kit.forms import FormPage, form_page
from oneplace.kit.refusals import Refused, refusals_on
from oneplace.kit.request import Request
from oneplace.partners import queries as partners

HOME = ("Privacy and access", "desk:officer")


def _crumbs() -> tuple[tuple[str, str], ...]:
    return ((HOME[0], reverse(HOME[1])),)


@require_safe
@may(SEE_AUDIT)
def officer(request: Request) -> HttpResponse:
    """What waits for an information governance officer, oldest first."""
    waiting = officer_cards.waiting_for(request.viewer, at=request.received_at)
    page = pages.OfficerPage.of(waiting, at=request.received_at)
    return render(request, "desk/officer/home.html", {"page": page})


# --- emergency access -----------------------------------------------------------------------------


@require_safe
@may(REVIEW_EMERGENCY)
def emergencies(request: Request) -> HttpResponse:
    """Emergency access that waits for its review, and what was reviewed."""
    viewer, at = request.viewer, request.received_at
    waiting = list(emergency_queries.emergencies_waiting(viewer=viewer))
    reviewed = list(emergency_queries.emergencies_reviewed(viewer=viewer, at=at))
    named = queries.named([one.person_id for one in (*waiting, *reviewed)], viewer=viewer)
    audit.record(by=viewer, at=at, action="see_looks", persons_shown=sorted(named))
    page = pages.EmergenciesPage.of(waiting, reviewed, named, at=at)
    return render(request, "desk/officer/emergencies.html", {"page": page, "crumbs": _crumbs()})


@may(REVIEW_EMERGENCY)
def review_emergency(request: Request, emergency_id: uuid.UUID) -> HttpResponse:
    """One emergency access: its seven facts, what was looked at, and what to make of it."""
    emergency = _emergency(request, emergency_id)
    form = forms.ReviewForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            access_verbs.review_emergency(
                emergency=emergency,
                by=request.viewer,
                at=request.received_at,
                **form.verb_values(),
            )
            messages.success(request, "Reviewed, and whoever opened it has been told.")
            return redirect("desk:emergencies")
    return _review_page(request, emergency, form)


def _review_page(
    request: Request, emergency: EmergencyAccess, form: forms.ReviewForm
) -> HttpResponse:
    viewer = request.viewer
    _see_looks(request, emergency.person_id, "review_emergency")
    found = looks.looks(emergency.person_id, viewer=viewer, since=emergency.recorded_at)
    page = pages.ReviewPage.of(
        emergency,
        queries.named([emergency.person_id], viewer=viewer).get(emergency.person_id),
        [one for one in found if one.account_id == emergency.account_id],
        [one.name for one in partners.organisations() if one.pk in emergency.concerned],
        at=request.received_at,
        viewer=viewer,
    )
    return form_page(
        request, form, page, "desk/officer/review.html", crumbs=_crumbs(), viewer=viewer
    )


@require_POST
@may(REVIEW_EMERGENCY)
def end_emergency_now(request: Request, emergency_id: uuid.UUID) -> HttpResponse:
    """End somebody's emergency access at once."""
    emergency = _emergency(request, emergency_id)
    try:
        access_verbs.end_emergency(emergency=emergency, by=request.viewer, at=request.received_at)
        messages.success(request, "Ended: the record is closed to them.")
    except Refused as refused:
        messages.error(request, refused.reason)
    return redirect("desk:review_emergency", emergency.pk)


def _emergency(request: Request, emergency_id: uuid.UUID) -> EmergencyAccess:
    found = emergency_queries.emergency(emergency_id, viewer=request.viewer)
    if found is None:
        raise Http404
    return found


# --- the national data opt-out --------------------------------------------------------------------


@require_safe
@may(SEE_AUDIT)
def national_opt_out(request: Request) -> HttpResponse:
    """When the national service was asked, until when its answer holds, and who is left out."""
    viewer, at = request.viewer, request.received_at
    page = pages.NationalPage.of(national_standing(viewer=viewer, at=at))
    return render(request, "desk/officer/national.html", {"page": page, "crumbs": _crumbs()})


# --- who looked -----------------------------------------------------------------------------------


@may(SEE_AUDIT)
def who_looked(request: Request) -> HttpResponse:
    """Whose record is asked about, by NHS number, and why."""
    form = forms.WhoLookedForm(request.POST or None)
    if form.is_valid():
        given = form.cleaned_data
        person_id = queries.person_of_number(given["nhs_number"], viewer=request.viewer)
        if person_id is not None:
            _see_looks(request, person_id, "see_looks", reason=given["why"])
            return redirect("desk:who_looked_at", person_id)
        form.add_error("nhs_number", "Nobody known here has this number.")
    page = FormPage(
        title="Who looked at a record, and why",
        lead="Every opening of a record is written down, with who, when, as what and why they "
        "could. Your asking is written down too.",
        send="Show who looked",
        crumbs=_crumbs(),
        cancel=reverse(HOME[1]),
    )
    return form_page(request, form, page)


@require_safe
@may(SEE_AUDIT)
def who_looked_at(request: Request, person_id: uuid.UUID) -> HttpResponse:
    """Who looked at one record, and why they could, newest first."""
    viewer = request.viewer
    found = looks.looks(person_id, viewer=viewer)
    _see_looks(request, person_id, "see_looks")
    page = look_pages.LooksPage.of(
        person_id,
        queries.named([person_id], viewer=viewer).get(person_id),
        found,
        list(emergency_queries.look_questions_about(person_id, viewer=viewer)),
        viewer_id=viewer.account_id,
        is_records_only=request.GET.get("only") == "record",
    )
    if page.is_of_nobody:
        raise Http404
    return render(request, "desk/officer/who_looked.html", {"page": page, "crumbs": _crumbs()})


@may(SEE_AUDIT)
def ask_about_look(request: Request, person_id: uuid.UUID, entry_id: int) -> HttpResponse:
    """Ask whoever answers for a look why it was made."""
    viewer = request.viewer
    look = looks.look(entry_id, person_id, viewer=viewer)
    if look is None or look.account_id is None or not look.name:
        raise Http404
    to = emergency_queries.answers_for(
        look.account_id,
        look.hat_id,
        on=local_day(request.received_at),
        asker=viewer.account_id,
    )
    form = forms.AskForm(request.POST or None)
    here = reverse("desk:who_looked_at", args=[person_id])
    if form.is_valid():
        with refusals_on(form):
            access_verbs.ask_about_look(
                person_id=person_id,
                look=look,
                looked_words=look_pages.looked_words(look),
                to=to,
                by=viewer,
                at=request.received_at,
                **form.cleaned_data,
            )
            names = ", ".join(one.name for one in to)
            messages.success(request, f"Asked {names}. The answer comes to you as a notice.")
            return redirect(here)
    page = FormPage(
        title="Ask about this",
        caption=_about(look),
        send="Send the question",
        lead=f"It goes to {', '.join(one.name for one in to) or 'nobody: there is no officer'}.",
        crumbs=(*_crumbs(), ("Who looked", here)),
        cancel=here,
    )
    return form_page(request, form, page)


def _about(look: Look) -> str:
    return f"{look.name} {look_pages.looked_words(look)}"


@may(OPEN_MY_DAY)
def look_question(request: Request, question_id: uuid.UUID) -> HttpResponse:
    """A question about a look: answered by whoever is asked, read by whoever asked."""
    question = emergency_queries.look_question(question_id, viewer=request.viewer)
    if question is None:
        raise Http404
    form = forms.AnswerForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            access_verbs.answer_look_question(
                question=question, by=request.viewer, at=request.received_at, **form.cleaned_data
            )
            messages.success(request, "Sent. Thank you.")
            return redirect("desk:look_question", question.pk)
    page = pages.QuestionPage.of(question, viewer=request.viewer)
    return form_page(request, form, page, "desk/officer/question.html")


# --- looks out of the ordinary --------------------------------------------------------------------


@require_safe
@may(SEE_AUDIT)
def unusual(request: Request) -> HttpResponse:
    """Looks that stand out, and what came of what did."""
    viewer = request.viewer
    waiting = list(emergency_queries.unusual_waiting(viewer=viewer))
    settled = list(emergency_queries.unusual_settled(viewer=viewer, at=request.received_at))
    named = queries.named([one.person_id for one in (*waiting, *settled)], viewer=viewer)
    audit.record(
        by=viewer,
        at=request.received_at,
        action="see_looks",
        persons_shown=sorted(named),
    )
    page = pages.UnusualPage.of(waiting, settled, named)
    return render(request, "desk/officer/unusual.html", {"page": page, "crumbs": _crumbs()})


@may(SEE_AUDIT)
def settle_unusual(request: Request, unusual_id: uuid.UUID) -> HttpResponse:
    """Say what came of looking into looks that stood out."""
    viewer = request.viewer
    found = emergency_queries.unusual(unusual_id, viewer=viewer)
    if found is None:
        raise Http404
    form = forms.SettleForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            access_verbs.settle_unusual(
                unusual=found, by=viewer, at=request.received_at, **form.verb_values()
            )
            messages.success(request, "Noted.")
            return redirect("desk:unusual")
    named = queries.named([found.person_id], viewer=viewer)
    if found.person_id is not None:
        _see_looks(request, found.person_id, "see_looks")
    row = pages.UnusualRow.of(found, named.get(found.person_id) if found.person_id else None)
    page = FormPage(
        title=f"{row.who}: {found.kind.label[:1].lower()}{found.kind.label[1:]}",
        caption="Looks out of the ordinary",
        send="Save",
        crumbs=(*_crumbs(), ("Looks out of the ordinary", reverse("desk:unusual"))),
        cancel=reverse("desk:unusual"),
    )
    return form_page(
        request,
        form,
        page,
        "desk/officer/settle.html",
        row=row,
        person_id=found.person_id,
        why_not=emergency_rules.why_not_settle_unusual(found, words="-", by=viewer),
    )


def _see_looks(request: Request, person_id: uuid.UUID, action: str, *, reason: str = "") -> None:
    """Leave an entry that an officer looked up who had looked: officers are looked after too."""
    audit.record(
        by=request.viewer,
        at=request.received_at,
        action="see_looks",
        person_id=person_id,
        reason=reason,
        detail={"page": action},
    )
