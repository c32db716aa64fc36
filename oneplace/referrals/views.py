"""Referring somebody, answering, following what comes of it; and the page behind a link."""

import uuid

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from oneplace.access import audit
from oneplace.access.guard import anyone, may
from oneplace.access.viewer import Viewer, tell_database
from oneplace.directory import queries as directory
from oneplace.kit.forms import FormPage, form_page
from oneplace.kit.refusals import Refused, refusals_on
from oneplace.kit.request import Request
from oneplace.people import queries as people
from oneplace.people.models import Person
from oneplace.referrals import forms, presenters, queries, rules, verbs
from oneplace.referrals.acts import BY_KEY, Act, acts_for
from oneplace.referrals.cards import stands
from oneplace.referrals.models import AnswerLink, Referral
from oneplace.referrals.permissions import ANSWER_REFERRAL, MAKE_REFERRAL, SEE_REFERRALS
from oneplace.referrals.queries.reach import how_to_reach

_TABS = ("open", "over")
CODE_COOKIE = f"{settings.NARROW_COOKIES_BEGIN}code"


@require_safe
@may(SEE_REFERRALS)
def referrals(request: Request) -> HttpResponse:
    """What our team was asked for, and what we asked others for."""
    tab = request.GET.get("show", "open")
    is_open = tab != "over"
    of_us = queries.asked_of_us(viewer=request.viewer, is_open=is_open)
    by_us = queries.asked_by_us(viewer=request.viewer, is_open=is_open)
    page = presenters.ReferralsPage.of(
        of_us,
        by_us,
        tab=tab if tab in _TABS else "open",
        may_answer=request.viewer.may(ANSWER_REFERRAL),
        self_asked=queries.self_referrals(viewer=request.viewer).count(),
        at=request.received_at,
    )
    shown = {each.referral.person_id for each in (*of_us, *by_us) if each.name}
    if shown:
        audit.record(
            by=request.viewer,
            at=request.received_at,
            action="list_referrals",
            persons_shown=sorted(shown),
        )
    return render(request, "referrals/referrals.html", {"page": page})


@require_safe
@may(SEE_REFERRALS)
def referral(request: Request, referral_id: uuid.UUID) -> HttpResponse:
    """One referral: what was asked, what happened, who waits for whom, what to do next."""
    found = _referral(request, referral_id)
    audit.record(
        by=request.viewer,
        at=request.received_at,
        action="see_referral",
        subject=("referral", found.pk),
        person_id=found.person_id,
    )
    page = presenters.ReferralPage.of(
        found,
        list(queries.steps(found.pk, viewer=request.viewer)),
        person=people.person(found.person_id, viewer=request.viewer),
        passed_on=queries.passed_on(found.pk, viewer=request.viewer),
        acts=acts_for(found, by=request.viewer),
        viewer=request.viewer,
        at=request.received_at,
    )
    return render(request, "referrals/referral.html", {"page": page})


@may(SEE_REFERRALS)
def act_on_referral(request: Request, referral_id: uuid.UUID, act: str) -> HttpResponse:
    """Answer a referral, or do the next thing with it."""
    found = _referral(request, referral_id)
    chosen = _act(act, acts_for(found, by=request.viewer))
    here = reverse("referrals:referral", args=[found.pk])
    form = chosen.form(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            chosen.verb(
                referral=found, by=request.viewer, at=request.received_at, **form.cleaned_data
            )
            messages.success(request, chosen.done)
            return redirect(here)
    page = FormPage(
        title=chosen.title,
        caption=f"{found.service_name}: {found.need[:120]}",
        lead=chosen.lead,
        send=chosen.label,
        cancel=here,
    )
    return form_page(request, form, page)


@may(MAKE_REFERRAL)
def refer(request: Request, person_id: uuid.UUID) -> HttpResponse:
    """Look for a service for this person, by what would help them; nearest to their home first."""
    person = _person(request, person_id)
    form = forms.FindServiceForm(request.POST or None)
    words = form.cleaned_data["words"] if form.is_bound and form.is_valid() else ""
    reach = how_to_reach(person.pk, viewer=request.viewer, at=request.received_at)
    answer = directory.search(
        text=words,
        near=reach.postcode,
        viewer=request.viewer,
        at=request.received_at,
    )
    return render(
        request,
        "referrals/refer.html",
        {
            "person": person,
            "name": presenters.name_of(person),
            "form": form,
            "answer": answer,
            "services": presenters.service_choices(answer, person, after=_after(request)),
        },
    )


@may(MAKE_REFERRAL)
def refer_to(request: Request, person_id: uuid.UUID, service_id: uuid.UUID) -> HttpResponse:
    """Ask one service to help this person."""
    person = _person(request, person_id)
    service = directory.service(service_id, viewer=request.viewer)
    if service is None:
        raise Http404
    before = _before(request, person)
    passed_on = queries.passed_on(before.pk, viewer=request.viewer) if before else None
    initial = {
        "need": before.need if before else "",
        "words": passed_on.words if passed_on else "",
    }
    form = forms.ReferForm(request.POST or None, initial=initial)
    if form.is_valid():
        with refusals_on(form):
            made = verbs.make_referral(
                person_id=person.pk,
                service=service,
                follows=before,
                by=request.viewer,
                at=request.received_at,
                **form.cleaned_data,
            )
            messages.success(request, f"{service.name} has been asked. You hear back here.")
            return redirect("referrals:referral", made.pk)
    by_link = verbs.answers_by_link(service)
    page = FormPage(
        title=f"Ask {service.name}",
        caption=presenters.name_of(person),
        lead=(
            f"{service.provider.name} answers by a link. It shows the need and the district; name "
            "and number only after they said yes and typed a code."
            if by_link
            else f"{service.provider.name} sees the referral at once, and the record while it is "
            "open."
        ),
        send="Ask them",
        cancel=reverse("referrals:refer", args=[person.pk]),
    )
    return form_page(request, form, page)


@may(MAKE_REFERRAL)
def signpost(request: Request, person_id: uuid.UUID, service_id: uuid.UUID) -> HttpResponse:
    """Tell somebody of a service they go to by themselves: by text, letter, email, on paper."""
    person = _person(request, person_id)
    service = directory.service(service_id, viewer=request.viewer)
    if service is None:
        raise Http404
    form = forms.SignpostForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            given = dict(form.cleaned_data)
            is_wanted = not given.pop("is_not_wanted")
            verbs.signpost(
                person_id=person.pk,
                service=service,
                is_wanted=is_wanted,
                by=request.viewer,
                at=request.received_at,
                **given,
            )
            messages.success(
                request,
                f"They are told of {service.name}. Nobody else is asked."
                if is_wanted
                else f"Written down: they do not want {service.name}.",
            )
            return redirect("referrals:refer", person.pk)
    page = FormPage(
        title=f"Tell them of {service.name}",
        caption=presenters.name_of(person),
        lead="They go by themselves, or not: nobody waits for an answer.",
        send="Tell them",
        cancel=reverse("referrals:refer", args=[person.pk]),
    )
    return form_page(request, form, page)


# --- by link --------------------------------------------------------------------------------------


@anyone
def answer_by_link(request: Request, secret: str) -> HttpResponse:
    """The page behind a link: what is asked, and the answers; whoever holds it sees no more."""
    viewer, link, closed = _by_link(request, secret)
    if closed:
        return _closed(request, closed)
    verbs.open_link(link=link, by=viewer, at=request.received_at)
    form = forms.CodeForm(request.POST or None)
    if form.is_valid():
        why = verbs.enter_code(
            link=link, code=form.cleaned_data["code"], by=viewer, at=request.received_at
        )
        if not why:
            return _proved_here(request, link, secret)
        form.add_error("code", why)
    return _link_page(request, viewer, link, secret, form)


@require_POST
@anyone
def send_code(request: Request, secret: str) -> HttpResponse:
    """Send another code to the organisation's known address."""
    viewer, link, closed = _by_link(request, secret)
    if closed:
        return _closed(request, closed)
    form = forms.CodeForm()
    try:
        verbs.send_code(link=link, by=viewer, at=request.received_at)
    except Refused as refused:
        messages.error(request, refused.reason)
        return _link_page(request, viewer, link, secret, form)
    messages.success(request, "A new code is on its way to your organisation's address.")
    return redirect("referrals:answer_by_link", secret)


@anyone
def act_by_link(request: Request, secret: str, act: str) -> HttpResponse:
    """Answer by link: yes, ask, no with a reason; later started, came, ended."""
    viewer, link, closed = _by_link(request, secret)
    if closed:
        return _closed(request, closed)
    asked = link.referral
    here = reverse("referrals:answer_by_link", args=[secret])
    allowed = acts_for(asked, by=viewer, by_link=True)
    known = BY_KEY.get(act)
    if request.method == "POST" and known and known.is_one_tap and known not in allowed:
        # Tapped twice, or by two: nothing is done again, and nobody sees an error for it.
        messages.info(request, f"This stands already: {stands(asked).lower()}.")
        return redirect(here)
    chosen = _act(act, allowed)
    form = (chosen.form_by_link or chosen.form)(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            chosen.verb(referral=asked, by=viewer, at=request.received_at, **form.cleaned_data)
            if chosen.key == "accept":
                link.refresh_from_db()
                link.referral.refresh_from_db()
                verbs.send_code(link=link, by=viewer, at=request.received_at)
            link.referral.refresh_from_db()
            if not link.referral.is_open:
                return _closed(request, chosen.done, title="Thank you")
            messages.success(request, chosen.done)
            return redirect(here)
    page = FormPage(
        title=chosen.title,
        caption=asked.need[:120],
        lead=chosen.lead,
        send=chosen.label,
        cancel=here,
        keeps_typed=False,
    )
    return form_page(request, form, page)


def _by_link(request: Request, secret: str) -> tuple[Viewer, AnswerLink, str]:
    viewer = verbs.viewer_of_link(
        secret,
        name="Somebody with the link",
        request_id=request.viewer.request_id,
        from_address=request.viewer.from_address,
        route=request.viewer.route,
    )
    tell_database(viewer, at=request.received_at)
    link = queries.link_by_secret(secret, viewer=viewer)
    if link is None:
        raise Http404
    closed = rules.why_link_is_closed(link, link.referral, now=timezone.now())
    named = verbs.viewer_of_link(
        secret,
        name=link.referral.provider_name,
        request_id=viewer.request_id,
        from_address=viewer.from_address,
        route=viewer.route,
    )
    return named, link, closed or ""


def _closed(request: Request, reason: str, *, title: str = "") -> HttpResponse:
    page = presenters.LinkPage.closed_with(reason)
    status = 200 if title else 410
    return render(
        request,
        "referrals/answer_by_link.html",
        {"page": page, "title": title or "This link"},
        status=status,
    )


def _proved_here(request: Request, link: AnswerLink, secret: str) -> HttpResponse:
    """Remember in this browser alone that the code was given: a link passed on shows no name."""
    here = reverse("referrals:answer_by_link", args=[secret])
    response = redirect(here)
    response.set_signed_cookie(
        CODE_COOKIE,
        str(link.pk),
        salt=CODE_COOKIE,
        max_age=rules.LINK_OPENS,
        path=here,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response


def _is_proved_here(request: Request, link: AnswerLink) -> bool:
    given = request.get_signed_cookie(CODE_COOKIE, "", salt=CODE_COOKIE, max_age=rules.LINK_OPENS)
    return given == str(link.pk)


def _link_page(
    request: Request, viewer: Viewer, link: AnswerLink, secret: str, form: forms.CodeForm
) -> HttpResponse:
    is_proved = _is_proved_here(request, link)
    page = presenters.LinkPage.of(
        link,
        list(queries.steps(link.referral_id, viewer=viewer)),
        passed_on=queries.opened_by_link(link, viewer=viewer) if is_proved else None,
        acts=acts_for(link.referral, by=viewer, by_link=True),
    )
    return render(
        request,
        "referrals/answer_by_link.html",
        {"page": page, "form": form, "secret": secret, "title": page.question},
    )


def _act(key: str, allowed: tuple[Act, ...]) -> Act:
    chosen = BY_KEY.get(key)
    if chosen is None or chosen not in allowed:
        raise Http404
    return chosen


def _referral(request: Request, referral_id: uuid.UUID) -> Referral:
    found = queries.referral(referral_id, viewer=request.viewer)
    if found is None:
        raise Http404
    return found


def _person(request: Request, person_id: uuid.UUID) -> Person:
    found = people.person(person_id, viewer=request.viewer)
    if found is None:
        raise Http404
    return found


def _after(request: Request) -> str:
    """The referral this one follows, from the address; nothing for what is none."""
    try:
        return str(uuid.UUID(request.GET.get("after", "")))
    except ValueError:
        return ""


def _before(request: Request, person: Person) -> Referral | None:
    after = _after(request)
    found = queries.referral(uuid.UUID(after), viewer=request.viewer) if after else None
    return found if found is not None and found.person_id == person.pk else None
