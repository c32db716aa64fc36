"""Somebody rings: the person first, what is open already, then what they need; by keyboard."""

import uuid
from dataclasses import replace

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from oneplace.access import audit
from oneplace.access.guard import may
from oneplace.homefirst import queries, rules, verbs
from oneplace.homefirst.call_forms import (
    PhoneReferralForm,
    TakeOnForm,
    WhoForm,
    WholeBoroughForm,
)
from oneplace.homefirst.call_pages import CallPage, TakePage
from oneplace.homefirst.models import DeskCase
from oneplace.homefirst.naming import name_of
from oneplace.homefirst.permissions import RUN_LIFE_DESK
from oneplace.kit.formats import moment
from oneplace.kit.refusals import refusals_on
from oneplace.kit.request import Request
from oneplace.people import queries as people
from oneplace.people import verbs as people_verbs


@may(RUN_LIFE_DESK)
def find_for_phone_referral(request: Request) -> HttpResponse:
    """Whom it is about, with what is open for each; the words come by POST alone."""
    form = WhoForm(request.POST or None)
    page = CallPage()
    if form.is_valid():
        with refusals_on(form):
            page = _found(request, form.cleaned_data["words"])
    borough = WholeBoroughForm(initial={"words": page.words}) if page.can_look_up else None
    return _shown(request, form, page, borough=borough)


def _found(request: Request, words: str) -> CallPage:
    viewer, at = request.viewer, request.received_at
    answer = people_verbs.find_people(text=words, by=viewer, at=at)
    already = queries.open_for([each.person_id for each in answer.people], viewer=viewer, at=at)
    return CallPage.of(words, answer, already, at=at)


@require_POST
@may(RUN_LIFE_DESK)
def look_up_for_phone_referral(request: Request) -> HttpResponse:
    """The one person in the whole borough who fits exactly, or nobody."""
    form = WholeBoroughForm(request.POST)
    page, taking = CallPage(), None
    if form.is_valid():
        words, from_whom = form.cleaned_data["words"], form.cleaned_data["from_whom"]
        asked = people.search(words, viewer=request.viewer, at=request.received_at).asked
        with refusals_on(form):
            match = people_verbs.look_up_person(
                nhs_number=asked.nhs_number,
                names=() if asked.nhs_number else asked.names,
                born_on=None if asked.nhs_number else asked.born_on,
                reason=f"{from_whom} rang the desk",
                by=request.viewer,
                at=request.received_at,
            )
            page = replace(page, words=words, match=match, has_looked_up=True)
            if match is not None:
                taking = TakeOnForm(initial={"person": match.person_id, "from_whom": from_whom})
    who = WhoForm(initial={"words": page.words})
    return _shown(request, who, page, borough=None if page.has_looked_up else form, taking=taking)


@require_POST
@may(RUN_LIFE_DESK)
def take_on_for_phone_referral(request: Request) -> HttpResponse:
    """Take on whoever was just looked up: the record opens for a while, then the form follows."""
    form = TakeOnForm(request.POST)
    if form.is_valid():
        with refusals_on(form):
            people_verbs.take_referral(
                person_id=form.cleaned_data["person"],
                from_whom=form.cleaned_data["from_whom"],
                by=request.viewer,
                at=request.received_at,
            )
            return redirect("homefirst:take_phone_referral", form.cleaned_data["person"])
    why = "; ".join(str(each) for errors in form.errors.values() for each in errors)
    messages.error(request, why or "Look the person up again.")
    return redirect("homefirst:find_for_phone_referral")


def _shown(
    request: Request,
    form: WhoForm,
    page: CallPage,
    *,
    borough: WholeBoroughForm | None = None,
    taking: TakeOnForm | None = None,
) -> HttpResponse:
    return render(
        request,
        "homefirst/find_for_phone_referral.html",
        {"form": form, "page": page, "borough": borough, "taking": taking},
    )


@may(RUN_LIFE_DESK)
def take_phone_referral(request: Request, person_id: uuid.UUID) -> HttpResponse:
    """What is open already, then what is asked now; it ends in the queue, with its clock."""
    viewer, at = request.viewer, request.received_at
    person = people.person(person_id, viewer=viewer)
    if person is None:
        raise Http404
    form = PhoneReferralForm(request.POST or None)
    flag = None
    if form.is_valid():
        flag = rules.red_flag(form.cleaned_data["need"])
        with refusals_on(form):
            case = verbs.take_phone_referral(
                person_id=person.pk, by=viewer, at=at, **form.cleaned_data
            )
            messages.success(
                request, f"{name_of(person)} is in the queue: {_clock(request, case)}."
            )
            return redirect("homefirst:desk")
    audit.record(by=viewer, at=at, action="see_phone_referral", person_id=person.pk)
    already = queries.open_for([person.pk], viewer=viewer, at=at).get(person.pk, ())
    page = TakePage.of(person, already, flag=flag, at=at)
    return render(request, "homefirst/take_phone_referral.html", {"form": form, "page": page})


def _clock(request: Request, case: DeskCase) -> str:
    """What was promised, in words."""
    found = queries.case(case.pk, viewer=request.viewer)
    rows = queries.shown([found] if found else [], viewer=request.viewer, at=request.received_at)
    clock = rows[0].clock if rows else None
    if clock is not None and clock.is_running:
        return f"{clock.name.lower()}, {clock.left_words}"
    by = moment(found.referral.answer_by) if found else "today"
    return f"to be decided by {by}; its clock starts when they leave hospital or are taken on"
