"""The local model of admission risk: every training, the card of one, signing and withdrawing."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from oneplace.access.guard import may
from oneplace.casefinding import forms, queries, rules, verbs
from oneplace.casefinding.models import LocalModel
from oneplace.casefinding.permissions import (
    SEE_LOCAL_MODEL,
    SIGN_LOCAL_MODEL,
    TRAIN_LOCAL_MODEL,
)
from oneplace.casefinding.presenters import local_models as presenters
from oneplace.insight.risk import INTENDED, NOT_FOR
from oneplace.kit.clock import local_day
from oneplace.kit.forms import FormPage, form_page
from oneplace.kit.refusals import refusals_on
from oneplace.kit.request import Request


@may(SEE_LOCAL_MODEL)
def models(request: Request) -> HttpResponse:
    """Every training: which is on, which were refused, and why."""
    found = queries.local_models(viewer=request.viewer)
    return render(
        request,
        "casefinding/models.html",
        {
            "title": "The local model",
            "models": [(each, presenters.stands(each)) for each in found],
            "on": next((each for each in found if each.is_on), None),
            "intended": INTENDED,
            "not_for": NOT_FOR,
            "wanted": settings.PLACE.risk_model,
        },
    )


@may(SEE_LOCAL_MODEL)
def model(request: Request, version: int) -> HttpResponse:
    """The card of one model."""
    held = _model(request, version)
    why_not_lead = queries.why_not_lead(viewer=request.viewer)
    on = local_day(request.received_at)
    return render(
        request,
        "casefinding/model.html",
        {
            "title": f"The local model, version {held.version}",
            "page": presenters.card_page(held, queries.judged_before(held, viewer=request.viewer)),
            "may_sign": why_not_lead is None and rules.why_not_sign_model(held, on=on) is None,
            "may_withdraw": why_not_lead is None
            and rules.why_not_withdraw_model(held, "asked") is None,
            "why_not_lead": why_not_lead,
        },
    )


@require_POST
@may(TRAIN_LOCAL_MODEL)
def ask_training(request: Request) -> HttpResponse:
    """Have the model trained anew on what partners have sent by now."""
    verbs.ask_training(by=request.viewer, at=request.received_at)
    messages.success(
        request, "Training has begun. It takes some minutes; what came of it is then listed here."
    )
    return redirect("casefinding:models")


@may(SIGN_LOCAL_MODEL)
def sign_model(request: Request, version: int) -> HttpResponse:
    """The clinical lead puts their name under a card."""
    held = _model(request, version)
    form = forms.SignModelForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            verbs.sign_model(
                model=held,
                words=form.cleaned_data["words"],
                by=request.viewer,
                at=request.received_at,
            )
            messages.success(
                request, f"Version {held.version} is signed. It is used from the next run on."
            )
            return redirect("casefinding:model", held.version)
    page = FormPage(
        title="Sign the model",
        caption=f"Version {held.version}",
        send="Sign it with my name",
        lead="From the next run on it is one reason among several. It makes nobody eligible by "
        "itself and orders nobody. You can withdraw it at any time.",
        cancel=reverse("casefinding:model", args=[held.version]),
    )
    return form_page(request, form, page)


@may(SIGN_LOCAL_MODEL)
def withdraw_model(request: Request, version: int) -> HttpResponse:
    """The clinical lead takes a model out of use."""
    held = _model(request, version)
    form = forms.WithdrawModelForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            verbs.withdraw_model(
                model=held, by=request.viewer, at=request.received_at, **form.cleaned_data
            )
            messages.success(
                request, f"Version {held.version} is withdrawn. The next run does without it."
            )
            return redirect("casefinding:model", held.version)
    page = FormPage(
        title="Withdraw the model",
        caption=f"Version {held.version}",
        send="Withdraw it",
        lead="The next run does without it. Reasons it gave on earlier days stay, with their date.",
        cancel=reverse("casefinding:model", args=[held.version]),
    )
    return form_page(request, form, page)


def _model(request: Request, version: int) -> LocalModel:
    found = queries.local_model(version, viewer=request.viewer)
    if found is None:
        raise Http404
    return found
