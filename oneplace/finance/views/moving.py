"""One transfer in full, and what its two partners do with it."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from django import forms as django_forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from oneplace.access.guard import may
from oneplace.finance import forms, presenters, queries, verbs
from oneplace.finance.models import Transfer
from oneplace.finance.permissions import KEEP_MONEY, SEE_MONEY
from oneplace.kit.clock import local_day
from oneplace.kit.forms import FormPage, form_page
from oneplace.kit.refusals import refusals_on
from oneplace.kit.request import Request


@require_safe
@may(SEE_MONEY)
def transfer(request: Request, transfer_id: uuid.UUID) -> HttpResponse:
    """One transfer: by which law and decision, who has agreed, whether it may be paid."""
    found = _transfer(request, transfer_id)
    standing = queries.standing_of(found, viewer=request.viewer, on=local_day(request.received_at))
    page = presenters.TransferPage.of(found, standing, viewer=request.viewer)
    return render(request, "finance/transfer.html", {"page": page})


@dataclass(frozen=True)
class _Moving:
    title: str
    send: str
    form: type[django_forms.Form]
    verb: Callable[..., Any]
    done: str
    lead: str = ""


_MOVING: Final = {
    "agree_transfer": _Moving(
        "Agree for your partner",
        "We agree",
        forms.AgreeForm,
        verbs.agree_transfer,
        "Agreed.",
        lead="The other partner agrees by its own finance lead.",
    ),
    "pay_transfer": _Moving(
        "The money moved", "Write it down", forms.PaidForm, verbs.pay_transfer, "Written down."
    ),
    "certify_transfer": _Moving(
        "Certify what it was spent on",
        "Certify",
        forms.CertificateForm,
        verbs.certify_transfer,
        "Certified.",
    ),
    "withdraw_transfer": _Moving(
        "Withdraw the transfer",
        "Withdraw it",
        forms.WithdrawForm,
        verbs.withdraw_transfer,
        "Withdrawn.",
    ),
}


@may(KEEP_MONEY)
def move_transfer(request: Request, transfer_id: uuid.UUID, act: str) -> HttpResponse:
    """Take a transfer one step on."""
    chosen = _MOVING.get(act)
    if chosen is None:
        raise Http404
    found = _transfer(request, transfer_id)
    here = reverse("finance:transfer", args=[found.pk])
    form = chosen.form(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with refusals_on(form):
            chosen.verb(
                transfer=found, by=request.viewer, at=request.received_at, **form.cleaned_data
            )
            messages.success(request, chosen.done)
            return redirect(here)
    page = FormPage(
        title=chosen.title,
        caption=found.reason,
        lead=chosen.lead,
        send=chosen.send,
        cancel=here,
    )
    return form_page(request, form, page)


def _transfer(request: Request, transfer_id: uuid.UUID) -> Transfer:
    found = queries.transfer(transfer_id, viewer=request.viewer)
    if found is None:
        raise Http404
    return found
