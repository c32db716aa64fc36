"""Sharing agreements: who lets whom see what, for what, until when; read by everybody signed in."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from oneplace.access import agreement_forms as forms
from oneplace.access import agreement_presenters as presenters
from oneplace.access import verbs
from oneplace.access.guard import may, signed_in
from oneplace.access.permissions import KEEP_AGREEMENTS
from oneplace.access.queries import agreements as queries
from oneplace.access.queries.agreements import AgreementShown
from oneplace.access.rules import agreements as rules
from oneplace.kit.clock import local_day
from oneplace.kit.formats import day, starting_capital
from oneplace.kit.forms import FormPage, form_page
from oneplace.kit.refusals import Refused, refusals_on
from oneplace.kit.request import Request
from oneplace.vocabulary.terms import AgreementState, DataCategory, Purpose, Role

LIST = ("Sharing agreements", "access:agreements")


@require_safe
@signed_in
def agreements(request: Request) -> HttpResponse:
    """Every sharing agreement and how it stands, what needs a look first."""
    on = local_day(request.received_at)
    rows = presenters.list_rows(queries.agreements(viewer=request.viewer, on=on))
    return render(
        request,
        "access/agreements/list.html",
        {"title": LIST[0], "rows": rows, "may_keep": request.viewer.may(KEEP_AGREEMENTS)},
    )


@require_safe
@signed_in
def agreement(request: Request, code: str) -> HttpResponse:
    """The version of an agreement that stands, in plain words."""
    return _agreement(request, code, version=None)


@require_safe
@signed_in
def agreement_version(request: Request, code: str, version: int) -> HttpResponse:
    """One version of an agreement, in plain words."""
    return _agreement(request, code, version=version)


@require_safe
@signed_in
def compare_agreement(request: Request, code: str) -> HttpResponse:
    """Two versions of an agreement side by side; without a choice the last two."""
    held = queries.versions(viewer=request.viewer, on=local_day(request.received_at), code=code)
    if not held:
        raise Http404
    numbers = [each.version for each in held]
    second = _number(request.GET.get("second"), numbers, numbers[0])
    before = [number for number in numbers if number < second] or [numbers[-1]]
    first = _number(request.GET.get("first"), numbers, before[0])
    by_number = {each.version: each for each in held}
    one, other = chosen = [by_number[first], by_number[second]]
    return render(
        request,
        "access/agreements/compare.html",
        {
            "title": "Versions side by side",
            "crumbs": _crumbs(held[0]),
            "held": held,
            "chosen": chosen,
            "states": [presenters.state(each) for each in chosen],
            "rows": presenters.differences(one, other, _names(chosen)),
        },
    )


@require_safe
@signed_in
def who_sees_what(request: Request) -> HttpResponse:
    """Which role sees which part of a record: by what it needs and what agreements share."""
    on, viewer = local_day(request.received_at), request.viewer
    form = forms.WhoSeesForm(
        request.GET or None,
        organisations=queries.can_be_parties(),
        roles=[(role.value, settings.PLACE.title_of(role)) for role in Role],
    )
    chosen = form.cleaned_data if form.is_valid() else {}
    purpose = chosen.get("purpose") or Purpose.DIRECT_CARE
    held = [each for each in queries.versions(viewer=viewer, on=on) if each.holds]
    used = [each for each in held if purpose in each.purposes]
    keys = [chosen["organisation"]] if chosen.get("organisation") else None
    found = queries.who_sees([line for each in used for line in each.lines], keys=keys)
    if chosen.get("role"):
        found = [row for row in found if row.role.value == chosen["role"]]
    rows, none = presenters.role_rows(found, _names(held), with_own=True)
    return render(
        request,
        "access/agreements/who_sees_what.html",
        {
            "title": "Who sees which part of a record",
            "crumbs": [(LIST[0], reverse(LIST[1]))],
            "form": form,
            "purpose": purpose,
            "parts": list(DataCategory),
            "rows": rows,
            "no_record": none,
            "used": used,
            "is_chosen": bool(keys and chosen.get("role")),
            "on": on,
        },
    )


@may(KEEP_AGREEMENTS)
def renew_agreement(request: Request, code: str) -> HttpResponse:
    """The next version with other days and every word as it was."""
    held = _newest_of(request, code)
    reason = held.why_not_keep or rules.why_not_follow(held.version, state=held.state)
    if reason is not None:
        return _refused(request, held, reason)
    on = local_day(request.received_at)
    form = forms.DaysForm(request.POST or None, initial=forms.next_days(held, on=on))
    if form.is_valid():
        with refusals_on(form):
            new = verbs.renew_agreement(
                code=code, by=request.viewer, at=request.received_at, **form.cleaned_data
            )
            messages.success(request, _WAITS)
            return redirect("access:agreement_version", code, new.version)
    page = _page(
        held,
        title="Renew this agreement",
        lead="Every word stays; only the days change. The new version shares nothing until every "
        "party has signed it, and the one that holds goes on until then.",
        send="Write and sign the new version",
    )
    return form_page(request, form, page)


@may(KEEP_AGREEMENTS)
def change_agreement(request: Request, code: str) -> HttpResponse:
    """The next version in other words, with other parties or other flows."""
    held = _newest_of(request, code)
    reason = held.why_not_keep or rules.why_not_follow(held.version, state=held.state)
    if reason is not None:
        return _refused(request, held, reason)
    typed = request.POST if request.method == "POST" else None
    on = local_day(request.received_at)
    new = forms.NewVersion(held, typed, parties=queries.can_be_parties(), on=on)
    if typed is not None and "add_line" not in typed and new.is_valid():
        written = new.written()
        if written is not None:
            with refusals_on(new.words):
                made = verbs.change_agreement(
                    written=written, by=request.viewer, at=request.received_at
                )
                messages.success(request, _WAITS)
                return redirect("access:agreement_version", code, made.version)
    page = _page(
        held,
        title="Write the next version",
        lead="It shares nothing until every party has signed it, and the one that holds goes on "
        "until then.",
        send="Write and sign the new version",
    )
    return form_page(
        request,
        new.words,
        page,
        "access/agreements/change.html",
        new=new,
    )


@require_POST
@may(KEEP_AGREEMENTS)
def sign_agreement(request: Request, code: str, version: int) -> HttpResponse:
    """Sign a waiting version for one's own organisation."""
    held = _version(request, code, version)
    try:
        verbs.sign_agreement(code=code, version=version, by=request.viewer, at=request.received_at)
        messages.success(request, f"Signed for {request.viewer.organisation_name}.")
    except Refused as refused:
        messages.error(request, refused.reason)
    return redirect("access:agreement_version", code, held.version)


@may(KEEP_AGREEMENTS)
def record_signature(request: Request, code: str, version: int, key: str) -> HttpResponse:
    """A signature on paper, of a party that has no officer here."""
    held = _version(request, code, version)
    party = next((each for each in held.parties if each.key == key), None)
    if party is None:
        raise Http404
    if held.why_not_keep is not None:
        return _refused(request, held, held.why_not_keep)
    form = forms.SignatureForm(request.POST or None)
    name = starting_capital(party.name)
    if form.is_valid():
        with refusals_on(form):
            verbs.record_signature(
                code=code,
                version=version,
                key=key,
                by=request.viewer,
                at=request.received_at,
                **form.cleaned_data,
            )
            messages.success(request, f"Recorded that {party.name} has signed.")
            return redirect("access:agreement_version", code, version)
    page = _page(
        held,
        title=f"{name} signed on paper",
        lead="Keep the paper: whoever asks is shown it. Your name stands beside the signature.",
        send="Record the signature",
    )
    return form_page(request, form, page)


@may(KEEP_AGREEMENTS)
def stop_agreement(request: Request, code: str, version: int) -> HttpResponse:
    """Stop a version that holds, or withdraw one that has not begun, with the reason."""
    held = _version(request, code, version)
    if held.why_not_keep is not None:
        return _refused(request, held, held.why_not_keep)
    on = local_day(request.received_at)
    is_ahead = held.state in (AgreementState.WAITING, AgreementState.TO_COME)
    reason = None if is_ahead else _why_not_stop(request, held)
    if reason is not None:
        return _refused(request, held, reason)
    form: Any = (
        forms.WithdrawForm(request.POST or None)
        if is_ahead
        else forms.StopForm(request.POST or None, initial={"stops_on": on})
    )
    if form.is_valid():
        with refusals_on(form):
            verbs.stop_agreement(
                code=code,
                version=version,
                by=request.viewer,
                at=request.received_at,
                **{"stops_on": on, **form.cleaned_data},
            )
            messages.success(request, "Withdrawn." if is_ahead else _stopped(form, on))
            return redirect("access:agreement_version", code, version)
    page = _page(
        held,
        title="Withdraw this version" if is_ahead else "Stop this agreement",
        lead="The version before it, if there is one, goes on."
        if is_ahead
        else "For every party, not for yours alone: what others recorded comes to nobody under it "
        "any more. Each organisation goes on seeing what it recorded itself.",
        send="Withdraw this version" if is_ahead else "Stop this agreement",
        is_warning=True,
    )
    return form_page(request, form, page)


_WAITS = "Written, and signed for your organisation. It waits for the other parties to sign."


def _stopped(form: Any, on: Any) -> str:
    stops_on = form.cleaned_data["stops_on"]
    if stops_on == on:
        return "Stopped. Nothing is shared under it any more."
    return f"It stops on {day(stops_on)}."


def _agreement(request: Request, code: str, *, version: int | None) -> HttpResponse:
    on = local_day(request.received_at)
    held = queries.versions(viewer=request.viewer, on=on, code=code)
    shown = queries.agreement(code, viewer=request.viewer, on=on, version=version)
    if shown is None:
        raise Http404
    called = _names([shown])
    roles, _ = presenters.role_rows(
        queries.who_sees(shown.lines, keys=[party.key for party in shown.parties]),
        called,
        with_own=False,
    )
    seen = {line.part for line in shown.lines}
    return render(
        request,
        "access/agreements/agreement.html",
        {
            "title": shown.name,
            "crumbs": [(LIST[0], reverse(LIST[1]))],
            "agreement": shown,
            "state": presenters.state(shown),
            "flows": presenters.flows(shown, called),
            "roles": roles,
            "parts": [part for part in DataCategory if part in seen],
            "acts": presenters.acts(shown, held[0]),
            "held": [(each, presenters.state(each)) for each in held],
            "rules": [
                (purpose, settings.PLACE.sharing[purpose])
                for purpose in shown.purposes
                if purpose in settings.PLACE.sharing
            ],
        },
    )


def _why_not_stop(request: Request, held: AgreementShown) -> str | None:
    """What is known before anything is typed; the verb asks again, and for the rest."""
    keys = [party.key for party in held.parties]
    if held.state in rules.OVER:
        return f"This version is over already: {held.state.label.lower()}."
    return rules.why_not_speak_for_all(parties=keys, own_keys=queries.own_keys(request.viewer))


def _refused(request: Request, held: AgreementShown, reason: str) -> HttpResponse:
    messages.error(request, reason)
    return redirect("access:agreement_version", held.code, held.version)


def _newest_of(request: Request, code: str) -> AgreementShown:
    on = local_day(request.received_at)
    held = queries.versions(viewer=request.viewer, on=on, code=code)
    if not held:
        raise Http404
    return held[0]


def _version(request: Request, code: str, version: int) -> AgreementShown:
    on = local_day(request.received_at)
    found = queries.agreement(code, viewer=request.viewer, on=on, version=version)
    if found is None:
        raise Http404
    return found


def _names(held: list[AgreementShown]) -> queries.Names:
    return queries.names(party.key for each in held for party in each.parties)


def _number(typed: str | None, known: list[int], otherwise: int) -> int:
    return next((number for number in known if str(number) == typed), otherwise)


def _crumbs(held: AgreementShown) -> tuple[tuple[str, str], ...]:
    return (
        (LIST[0], reverse(LIST[1])),
        (held.name, reverse("access:agreement", args=[held.code])),
    )


def _page(
    held: AgreementShown, *, title: str, lead: str, send: str, is_warning: bool = False
) -> FormPage:
    address = reverse("access:agreement_version", args=[held.code, held.version])
    return FormPage(
        title=title,
        caption=f"{held.name}, version {held.version}",
        lead=lead,
        send=send,
        crumbs=_crumbs(held),
        cancel=address,
        is_warning=is_warning,
    )
