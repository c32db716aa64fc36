"""The shared money: all funds, one in full, what is written in its books, and its reports."""

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
from oneplace.contracts import queries as contracts
from oneplace.files.pdf import make_pdf, why_no_pdf
from oneplace.finance import forms, presenters, queries, rules, verbs
from oneplace.finance.models import Fund, FundYear, PoolTerm
from oneplace.finance.permissions import KEEP_MONEY, SEE_MONEY
from oneplace.kit.clock import local_day
from oneplace.kit.forms import FormPage, form_page
from oneplace.kit.refusals import refusals_on
from oneplace.kit.request import Request
from oneplace.partners import queries as partners


@require_safe
@may(SEE_MONEY)
def money(request: Request) -> HttpResponse:
    """Every fund: put in, spent, promised, forecast; and whether its agreement is in force."""
    pages = [_page(request, each) for each in queries.funds(viewer=request.viewer)]
    return render(
        request,
        "finance/money.html",
        {"title": "Shared money", "pages": [page for page in pages if page is not None]},
    )


@require_safe
@may(SEE_MONEY)
def fund(request: Request, code: str) -> HttpResponse:
    """One fund's year: who put in what, each line, the ledger, transfers, divisions, reports."""
    found = _fund(request, code)
    page = _page(request, found)
    if page is None:
        return render(request, "finance/no_year.html", {"title": found.name, "fund": found})
    return render(request, "finance/fund.html", {"page": page, "working": presenters.working})


@may(KEEP_MONEY)
def open_fund(request: Request) -> HttpResponse:
    """Open a fund."""
    form = forms.FundForm(
        request.POST or None, partners=partners.partners(), decisions=_decisions(request)
    )
    if form.is_valid():
        with refusals_on(form):
            made = verbs.open_fund(by=request.viewer, at=request.received_at, **form.cleaned_data)
            messages.success(request, "Opened. Write next what its agreement says.")
            return redirect("finance:keep_fund", made.code, "write_terms")
    page = FormPage("Open a fund", send="Open it", cancel=reverse("finance:money"))
    return form_page(request, form, page)


@dataclass(frozen=True)
class _Keeping:
    title: str
    send: str
    form: type[django_forms.Form]
    do: Callable[..., Any]
    done: str
    needs_year: bool = True
    lead: str = ""


def _terms(fund: Fund, year: Any, *, by: Any, at: Any, **typed: str) -> Fund:
    given = {PoolTerm(word): words for word, words in typed.items()}
    return verbs.write_terms(fund=fund, terms=given, by=by, at=at)


_KEEPING: Final = {
    "write_terms": _Keeping(
        "What the fund’s agreement says",
        "Write it down",
        forms.TermsForm,
        _terms,
        "Written down.",
        needs_year=False,
        lead="The regulations for pooled funds want an answer to each (SI 2000/617, "
        "regulation 7). Without all seven the fund cannot be in force.",
    ),
    "bring_fund_into_force": _Keeping(
        "The fund is in force",
        "Say so",
        forms.FromForm,
        lambda fund, year, **given: verbs.bring_fund_into_force(fund=fund, **given),
        "In force.",
        needs_year=False,
    ),
    "open_year": _Keeping(
        "Open a year",
        "Open it",
        forms.YearForm,
        lambda fund, year, **given: verbs.open_year(fund=fund, **given),
        "Opened.",
        needs_year=False,
    ),
    "add_line": _Keeping(
        "Add a line",
        "Add it",
        forms.LineForm,
        lambda fund, year, **given: verbs.add_line(fund=fund, **given),
        "Added.",
        needs_year=False,
    ),
    "agree_contribution": _Keeping(
        "What a partner puts in",
        "Write it down",
        forms.ContributionForm,
        lambda fund, year, **given: verbs.agree_contribution(year=year, **given),
        "Written down; what stood there before is kept.",
    ),
    "commit_money": _Keeping(
        "Promise to pay",
        "Promise it",
        forms.CommitmentForm,
        lambda fund, year, **given: verbs.commit_money(year=year, **given),
        "It counts in the forecast from now on.",
        lead="Hours that are counted each night or agreed, at a price; or a sum a week.",
    ),
    "record_spent": _Keeping(
        "What a ledger shows",
        "Write it down",
        forms.SpentForm,
        lambda fund, year, **given: verbs.record_spent(year=year, **given),
        "Written down.",
    ),
    "propose_transfer": _Keeping(
        "Propose a transfer",
        "Propose it",
        forms.TransferForm,
        lambda fund, year, **given: verbs.propose_transfer(year=year, **given),
        "Proposed. Both partners agree next.",
    ),
    "divide_sum": _Keeping(
        "Divide a sum among the partners",
        "Divide it",
        forms.DivideForm,
        lambda fund, year, **given: verbs.divide_sum(year=year, **given),
        "Divided to the penny; the working is below.",
    ),
    "send_report": _Keeping(
        "Send the next report",
        "Freeze and send it",
        forms.ReportForm,
        lambda fund, year, **given: verbs.send_report(year=year, **given),
        "Sent. Its figures are kept as they are.",
        lead="The figures of today are frozen; a later change never alters a report.",
    ),
}


@may(KEEP_MONEY)
def keep_fund(request: Request, code: str, act: str) -> HttpResponse:
    """One thing written in the fund's books."""
    chosen = _KEEPING.get(act)
    if chosen is None:
        raise Http404
    found = _fund(request, code)
    year = _year(request, found)
    here = reverse("finance:fund", args=[found.code])
    if chosen.needs_year and year is None:
        messages.error(request, "Open a year of the fund first.")
        return redirect(here)
    form = chosen.form(
        request.POST if request.method == "POST" else None, **_options(chosen.form, found, request)
    )
    if form.is_valid():
        with refusals_on(form):
            chosen.do(found, year, by=request.viewer, at=request.received_at, **form.cleaned_data)
            messages.success(request, chosen.done)
            return redirect(here)
    page = FormPage(
        title=chosen.title, caption=found.name, lead=chosen.lead, send=chosen.send, cancel=here
    )
    return form_page(request, form, page)


def _options(form: type[django_forms.Form], found: Fund, request: Request) -> dict[str, Any]:
    if form is forms.TermsForm:
        return {"initial": dict(found.terms)}
    if issubclass(form, forms.OfFund):
        return {
            "lines": found.lines.all(),
            "partners": partners.partners(),
            "decisions": _decisions(request),
        }
    return {}


@may(KEEP_MONEY)
def end_commitment(request: Request, commitment_id: uuid.UUID) -> HttpResponse:
    """End a promise to pay."""
    found = queries.commitment(commitment_id, viewer=request.viewer)
    if found is None:
        raise Http404
    here = reverse("finance:fund", args=[found.year.fund.code])
    form = forms.EndForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            verbs.end_commitment(
                commitment=found, by=request.viewer, at=request.received_at, **form.cleaned_data
            )
            messages.success(request, "Ended; the forecast counts it until that day.")
            return redirect(here)
    page = FormPage("End a promise", caption=found.what, send="End it", cancel=here)
    return form_page(request, form, page)


@may(KEEP_MONEY)
def correct_spent(request: Request, spent_id: uuid.UUID) -> HttpResponse:
    """Correct a line of the ledger by a line of its own."""
    found = queries.spent_row(spent_id, viewer=request.viewer)
    if found is None:
        raise Http404
    here = reverse("finance:fund", args=[found.year.fund.code])
    form = forms.CorrectForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            verbs.correct_spent(
                spent=found, by=request.viewer, at=request.received_at, **form.cleaned_data
            )
            messages.success(request, "Corrected; both lines stand in the ledger.")
            return redirect(here)
    page = FormPage("Correct the ledger", caption=found.line.name, send="Correct", cancel=here)
    return form_page(request, form, page)


@require_safe
@may(SEE_MONEY)
def report(request: Request, report_id: uuid.UUID) -> HttpResponse:
    """A fund's report as it was sent; with `?as=pdf` as a PDF."""
    found = queries.report(report_id, viewer=request.viewer)
    if found is None:
        raise Http404
    earlier = queries.reports(found.year, viewer=request.viewer).filter(number__lt=found.number)
    page = presenters.ReportPage(found, earlier.first())
    shown = render(request, "finance/report.html", {"page": page, "can_pdf": not why_no_pdf()})
    if request.GET.get("as") != "pdf" or why_no_pdf():
        return shown
    made = HttpResponse(make_pdf(shown.content.decode()), content_type="application/pdf")
    name = f"{found.year.fund.code}-report-{found.number}.pdf"
    made["Content-Disposition"] = f'attachment; filename="{name}"'
    return made


def _decisions(request: Request) -> Any:
    return contracts.open_decisions(viewer=request.viewer)


def _fund(request: Request, code: str) -> Fund:
    found = queries.fund(code, viewer=request.viewer)
    if found is None:
        raise Http404
    return found


def _year(request: Request, found: Fund) -> FundYear | None:
    return queries.year_of(found, viewer=request.viewer, on=local_day(request.received_at))


def _page(request: Request, found: Fund) -> presenters.FundPage | None:
    year, on = _year(request, found), local_day(request.received_at)
    if year is None:
        return None
    viewer = request.viewer
    now = queries.fund_now(year, viewer=viewer, on=on)
    return presenters.FundPage(
        fund=found,
        now=now,
        bar=presenters.Bar.of(now),
        contributions=tuple(queries.contributions(year, viewer=viewer)),
        commitments=tuple(queries.commitments(year, viewer=viewer)),
        ledger=tuple(queries.ledger(year, viewer=viewer)),
        transfers=tuple(queries.transfers(year, viewer=viewer)),
        divisions=tuple(queries.divisions(year, viewer=viewer)),
        reports=tuple(queries.reports(year, viewer=viewer)),
        next_report=queries.report_due(year, viewer=viewer),
        missing=rules.missing_terms(found.terms),
        may_keep=rules.why_not_keep(viewer) is None,
        on=on,
    )
