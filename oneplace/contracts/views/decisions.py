"""Decisions: the list, one in full, and each step of its way."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from django import forms as django_forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from oneplace.access.guard import may
from oneplace.contracts import beside, bodies, forms, presenters, queries, rules, verbs
from oneplace.contracts.models import Decision
from oneplace.contracts.permissions import SEE_DECISIONS
from oneplace.kit.clock import local_day
from oneplace.kit.forms import FormPage, form_page
from oneplace.kit.refusals import refusals_on
from oneplace.kit.request import Request
from oneplace.vocabulary.terms import BodyPower, DecisionState


@require_safe
@may(SEE_DECISIONS)
def decisions(request: Request) -> HttpResponse:
    """What waits and for whom; what is in force today; what was turned down or replaced."""
    on = local_day(request.received_at)
    found = presenters.rows(queries.decisions(viewer=request.viewer, on=on))
    done = (DecisionState.IN_FORCE, DecisionState.REJECTED)
    return render(
        request,
        "contracts/decisions.html",
        {
            "title": "Decisions",
            "waiting": [row for row in found if row.decision.state not in done],
            "in_force": [row for row in found if row.standing.is_in_force],
            "others": [
                row for row in found if row.decision.state in done and not row.standing.is_in_force
            ],
            "may_propose": _may_propose(request),
            "on": on,
        },
    )


def _seated(request: Request) -> frozenset[str]:
    return queries.seated_in(viewer=request.viewer, on=local_day(request.received_at))


def _may_propose(request: Request) -> bool:
    few = [code for code in _seated(request) if bodies.is_among_few(code)]
    return bool(few) or rules.why_not_keep(request.viewer, "", is_seated=False) is None


@require_safe
@may(SEE_DECISIONS)
def decision(request: Request, decision_id: uuid.UUID) -> HttpResponse:
    """One decision: in force today? Who has ratified, who has not, and every step so far."""
    found = _decision(request, decision_id)
    page = presenters.DecisionPage.of(
        found,
        viewer=request.viewer,
        beside=beside.lines_beside(found.pk, viewer=request.viewer),
        seated=_seated(request),
        on=local_day(request.received_at),
    )
    return render(request, "contracts/decision.html", {"page": page})


@may(SEE_DECISIONS)
def propose_decision(request: Request) -> HttpResponse:
    """Put a proposal before a body."""
    form = forms.ProposeForm(request.POST or None, seated=_seated(request))
    if form.is_valid():
        with refusals_on(form):
            made = verbs.propose_decision(
                by=request.viewer, at=request.received_at, **form.cleaned_data
            )
            messages.success(request, "Proposed. The professional cabinet sees it first.")
            return redirect("contracts:decision", made.pk)
    page = FormPage("Propose a decision", send="Propose it", cancel=reverse("contracts:decisions"))
    return form_page(request, form, page)


@dataclass(frozen=True)
class _Moving:
    title: str
    send: str
    form: type[django_forms.Form]
    do: Callable[..., Decision]
    done: str
    lead: str = ""
    options: Callable[[Decision, Request], dict[str, Any]] = field(
        default=lambda decision, request: {}
    )


def _record_view(decision: Decision, **given: Any) -> Decision:
    power = (
        BodyPower.REVIEWS_PROPOSALS
        if decision.state is DecisionState.PROPOSED
        else BodyPower.GIVES_RESIDENTS_VIEW
    )
    found = bodies.with_power(power)
    return verbs.record_view(
        decision=decision, body=found[0].code if found else decision.body, **given
    )


def _replace(decision: Decision, *, old: Decision, **given: Any) -> Decision:
    verbs.replace_decision(old=old, new=decision, **given)
    return decision


def _reject(decision: Decision, *, why: str, by: Any, at: Any) -> Decision:
    return verbs.reject_decision(decision=decision, why=why, said_on=local_day(at), by=by, at=at)


_MOVING: Final = {
    "record_view": _Moving(
        "What was said of the proposal",
        "Write it down",
        forms.ViewForm,
        _record_view,
        "Written down.",
    ),
    "send_for_ratification": _Moving(
        "To the partners’ own boards",
        "Send it",
        forms.SendForm,
        lambda decision, **given: verbs.send_for_ratification(decision=decision, **given),
        "Sent.",
        lead="Nothing takes effect until each partner’s own board has agreed. What the partners "
        "have delegated takes effect at once.",
    ),
    "record_ratification": _Moving(
        "What a partner’s board said",
        "Write it down",
        forms.RatificationForm,
        lambda decision, **given: verbs.record_ratification(decision=decision, **given),
        "Written down.",
        options=lambda decision, request: {
            "waiting": rules.standing(
                decision, decision.ratifications.all(), on=local_day(request.received_at)
            ).waiting
        },
    ),
    "reject_decision": _Moving(
        "Turned down for good", "Turn it down", forms.WhyForm, _reject, "Turned down."
    ),
    "replace_decision": _Moving(
        "It replaces an older decision",
        "Replace it",
        forms.ReplaceForm,
        _replace,
        "Replaced.",
        options=lambda decision, request: {
            "among_these": queries.replaceable(decision, viewer=request.viewer)
        },
    ),
}


@may(SEE_DECISIONS)
def move_decision(request: Request, decision_id: uuid.UUID, act: str) -> HttpResponse:
    """Take a decision one step on: a view, the partners' boards, a refusal, a replacement."""
    chosen = _MOVING.get(act)
    if chosen is None:
        raise Http404
    found = _decision(request, decision_id)
    form = chosen.form(
        request.POST if request.method == "POST" else None, **chosen.options(found, request)
    )
    here = reverse("contracts:decision", args=[found.pk])
    if form.is_valid():
        with refusals_on(form):
            chosen.do(found, by=request.viewer, at=request.received_at, **form.cleaned_data)
            messages.success(request, chosen.done)
            return redirect(here)
    page = FormPage(
        title=chosen.title, caption=found.title, lead=chosen.lead, send=chosen.send, cancel=here
    )
    return form_page(request, form, page)


def _decision(request: Request, decision_id: uuid.UUID) -> Decision:
    found = queries.decision(decision_id, viewer=request.viewer)
    if found is None:
        raise Http404
    return found
