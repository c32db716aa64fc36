"""What is done with measures: a signal ends with evidence, limits begin anew, figures go out."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from oneplace.access.guard import anyone, may
from oneplace.insight.indicators import DEFINITIONS, month_of
from oneplace.kit.forms import FormPage, form_page, refusals_on
from oneplace.kit.request import Request
from oneplace.outcomes import forms, queries, verbs
from oneplace.outcomes.defining import definition_of
from oneplace.outcomes.permissions import KEEP_MEASURES, PUBLISH_FIGURES
from oneplace.outcomes.views.board import BOARD


@may(KEEP_MEASURES)
def end_signal(request: Request, signal_id: uuid.UUID) -> HttpResponse:
    """Close a signal with evidence."""
    signal = queries.signal(signal_id, viewer=request.viewer)
    if signal is None or signal.indicator not in DEFINITIONS:
        raise Http404
    form = forms.EndSignalForm(request.POST or None)
    address = reverse("outcomes:indicator", args=[signal.indicator])
    if form.is_valid():
        with refusals_on(form):
            verbs.end_signal(
                signal=signal, by=request.viewer, at=request.received_at, **form.cleaned_data
            )
            messages.success(request, "Closed. The evidence stands with the figure.")
            return redirect(address)
    title = definition_of(signal.indicator).title
    page = FormPage(
        "Close this signal", send="Close it", lead=signal.words, caption=title,
        crumbs=((BOARD[0], reverse(BOARD[1])), (title, address)), cancel=address,
    )  # fmt: skip
    return form_page(request, form, page)


@may(KEEP_MEASURES)
def keep_rebase(request: Request, key: str) -> HttpResponse:
    """Begin an indicator's limits anew, for a named cause."""
    if key not in DEFINITIONS:
        raise Http404
    form = forms.RebaseForm(request.POST or None)
    address = reverse("outcomes:indicator", args=[key])
    if form.is_valid():
        said = form.cleaned_data
        with refusals_on(form):
            verbs.keep_rebase(
                indicator=key, month=month_of(said["month"]), cause=said["cause"],
                decided_on=said["decided_on"], minute=said["minute"], by=request.viewer,
                at=request.received_at,
            )  # fmt: skip
            messages.success(request, "Limits begin anew from that month; the cause stands by it.")
            return redirect(address)
    title = definition_of(key).title
    page = FormPage(
        "Begin limits anew", send="Begin anew", caption=title,
        lead="Only a known change of how things are done or counted begins limits anew, never a "
        "wish for better ones.",
        crumbs=((BOARD[0], reverse(BOARD[1])), (title, address)), cancel=address,
    )  # fmt: skip
    return form_page(request, form, page)


@may(PUBLISH_FIGURES)
def publish_figures(request: Request) -> HttpResponse:
    """Freeze what is measured now, for everybody to read."""
    form = forms.PublishForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        said = form.cleaned_data
        with refusals_on(form):
            corrects = None
            if said["corrects"]:
                corrects = queries.publication(said["corrects"], viewer=request.viewer)
                if corrects is None:
                    form.add_error("corrects", "There is no publication of this number.")
            if not form.errors:
                made = verbs.publish_figures(
                    corrects=corrects, correction=said["correction"], by=request.viewer,
                    at=request.received_at,
                )  # fmt: skip
                messages.success(request, f"Published as number {made.number}.")
                return redirect("outcomes:publication", made.number)
    page = FormPage(
        "Publish the figures", send="Publish",
        lead="What is measured now goes on the public page, rounded, with small numbers left out. "
        "It cannot be changed afterwards, only followed by a correction.",
        crumbs=((BOARD[0], reverse(BOARD[1])),), cancel=reverse(BOARD[1]),
    )  # fmt: skip
    return form_page(request, form, page)


@require_safe
@anyone
def public(request: Request) -> HttpResponse:
    """The newest publication, for everybody."""
    found = queries.publications(viewer=request.viewer).first()
    return _publication(request, found.number if found is not None else None)


@require_safe
@anyone
def publication(request: Request, number: int) -> HttpResponse:
    """One publication as it was frozen."""
    return _publication(request, number)


def _publication(request: Request, number: int | None) -> HttpResponse:
    every = list(queries.publications(viewer=request.viewer))
    found = next((each for each in every if each.number == number), None)
    if number is not None and found is None:
        raise Http404
    corrected = [each for each in every if found is not None and each.corrects_id == found.pk]
    return render(
        request,
        "outcomes/public.html",
        {"title": "How we keep our word", "publication": found, "every": every,
         "corrected_by": corrected},
    )  # fmt: skip
