"""Moves money between partners, divides sums among them, and sends the fund's reports."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from django.db import transaction
from django.urls import reverse

from oneplace.access import audit
from oneplace.access import queries as access_queries
from oneplace.access.viewer import Viewer
from oneplace.contracts import queries as contracts
from oneplace.contracts.models import Decision
from oneplace.finance import queries, rules
from oneplace.finance.models import (
    DividedSum,
    Division,
    DivisionRule,
    FundReport,
    FundYear,
    LegalBasis,
    Transfer,
    TransferState,
)
from oneplace.finance.permissions import KEEP_MONEY
from oneplace.kit.clock import local_day
from oneplace.kit.formats import day
from oneplace.kit.refusals import Refused, refuse_if
from oneplace.partners.models import Organisation
from oneplace.post import verbs as post
from oneplace.post.recipients import Recipient
from oneplace.post.verbs import Cause
from oneplace.science.money import divide

MOST_TOLD: Final = 1000
"""Signs of a report told in its notice; the whole stands on its page."""


@transaction.atomic
def propose_transfer(
    *,
    year: FundYear,
    payer: Organisation,
    payee: Organisation,
    pence: int,
    legal_basis: LegalBasis,
    reason: str,
    decision: Decision,
    by: Viewer,
    at: datetime,
) -> Transfer:
    """Propose that money moves from one partner to another, by which law and which decision."""
    refusal = rules.why_not_propose_transfer(
        payer=payer,
        payee=payee,
        pence=pence,
        basis=legal_basis,
        reason=reason,
        decision=decision,
        by=by,
    )
    if refusal is not None:
        raise Refused(refusal[0], field=refusal[1])
    transfer = Transfer(
        year=year,
        payer=payer,
        payee=payee,
        pence=pence,
        legal_basis=legal_basis,
        reason=reason.strip(),
        decision=decision,
        proposed_by_name=by.name,
        proposed_at=at,
    )
    transfer.save(force_insert=True)
    audit.record(by=by, at=at, action="propose_transfer", subject=("transfer", transfer.pk))
    return transfer


@transaction.atomic
def agree_transfer(*, transfer: Transfer, by: Viewer, at: datetime) -> Transfer:
    """One of the two partners agrees; with the second the transfer is agreed."""
    held = _held(transfer)
    refuse_if(
        rules.why_not_agree_transfer(
            held, queries.standing_of(held, viewer=by, on=local_day(at)), by
        )
    )
    if by.organisation_id == held.payer_id:
        held.payer_agreed_by, held.payer_agreed_at = by.name, at
    else:
        held.payee_agreed_by, held.payee_agreed_at = by.name, at
    if held.payer_agreed_at is not None and held.payee_agreed_at is not None:
        held.state = TransferState.AGREED
    held.save()
    audit.record(by=by, at=at, action="agree_transfer", subject=("transfer", held.pk))
    return held


@transaction.atomic
def pay_transfer(*, transfer: Transfer, paid_on: date, by: Viewer, at: datetime) -> Transfer:
    """Write down that the money moved; the decision must be in force on that day."""
    held = _held(transfer)
    refuse_if(rules.why_not_move_transfer(held, TransferState.PAID, by))
    refuse_if("This day is still to come." if paid_on > local_day(at) else None, field="paid_on")
    standing = queries.standing_of(held, viewer=by, on=paid_on)
    refuse_if(
        None
        if standing.is_in_force
        else f"The decision it stands on was not in force that day. {standing.words}",
        field="paid_on",
    )
    held.state, held.paid_on = TransferState.PAID, paid_on
    held.save(update_fields=["state", "paid_on"])
    audit.record(by=by, at=at, action="pay_transfer", subject=("transfer", held.pk))
    return held


@transaction.atomic
def certify_transfer(*, transfer: Transfer, certificate: str, by: Viewer, at: datetime) -> Transfer:
    """The payee certifies that the money was spent on what it was given for."""
    held = _held(transfer)
    refuse_if(rules.why_not_move_transfer(held, TransferState.CERTIFIED, by))
    refuse_if(
        None
        if by.organisation_id == held.payee_id
        else f"{held.payee.name} certifies what it spent."
    )
    refuse_if(None if certificate.strip() else "Write what it was spent on.", field="certificate")
    held.state, held.certified_on = TransferState.CERTIFIED, local_day(at)
    held.certificate = certificate.strip()
    held.save(update_fields=["state", "certified_on", "certificate"])
    audit.record(by=by, at=at, action="certify_transfer", subject=("transfer", held.pk))
    return held


@transaction.atomic
def withdraw_transfer(*, transfer: Transfer, why: str, by: Viewer, at: datetime) -> Transfer:
    """Withdraw a transfer before it is paid, with the reason."""
    held = _held(transfer)
    refuse_if(
        rules.why_not_move_transfer(held, TransferState.WITHDRAWN, by, reason=why.strip()),
        field="why",
    )
    held.state, held.withdrawn_why = TransferState.WITHDRAWN, why.strip()
    held.save(update_fields=["state", "withdrawn_why"])
    audit.record(by=by, at=at, action="withdraw_transfer", subject=("transfer", held.pk))
    return held


@transaction.atomic
def divide_sum(
    *,
    year: FundYear,
    what: DividedSum,
    rule: DivisionRule,
    pence: int,
    why: str,
    shares: Mapping[str, Decimal] | None = None,
    decision: Decision | None = None,
    by: Viewer,
    at: datetime,
) -> Division:
    """Divide a sum among the partners to the penny, and keep the working.

    `shares` are weights by partner's code, for agreed shares alone.
    """
    on = local_day(at)
    bound = {
        each.organisation.code: each.organisation.name
        for each in contracts.signatories(viewer=by)
        if each.was_bound(on)
    }
    weights = _weights(year, rule, shares or {}, bound, by=by, at=at)
    refusal = rules.why_not_divide(weights, known=bound, pence=pence, why=why, by=by)
    if refusal is not None:
        raise Refused(refusal[0], field=refusal[1])
    parts = divide(pence, weights)
    division = Division(
        year=year,
        what=what,
        rule=rule,
        pence=pence,
        shares=[
            {
                "code": part.code,
                "name": bound[part.code],
                "weight": str(part.weight),
                "exact": str(part.exact),
                "pence": part.pence,
                "has_last_penny": part.has_last_penny,
            }
            for part in parts
        ],
        why=why.strip(),
        decision=decision,
        made_by_name=by.name,
        made_at=at,
    )
    division.save(force_insert=True)
    audit.record(by=by, at=at, action="divide_sum", subject=("division", division.pk))
    return division


def _weights(
    year: FundYear,
    rule: DivisionRule,
    shares: Mapping[str, Decimal],
    bound: Mapping[str, str],
    *,
    by: Viewer,
    at: datetime,
) -> dict[str, Decimal]:
    if rule is DivisionRule.EQUAL:
        return dict.fromkeys(bound, Decimal(1))
    if rule is DivisionRule.AGREED_SHARES:
        return dict(shares)
    now = queries.fund_now(year, viewer=by, on=local_day(at))
    return {
        part.contribution.organisation.code: Decimal(part.contribution.pence) for part in now.parts
    }


@transaction.atomic
def send_report(
    *, year: FundYear, words: str, action_plan: str = "", by: Viewer, at: datetime
) -> FundReport:
    """Freeze the fund's figures as of today and send them as the next report."""
    on = local_day(at)
    now = queries.fund_now(year, viewer=by, on=on)
    refusal = rules.why_not_report(
        variance=now.variance, words=words, action_plan=action_plan, by=by
    )
    if refusal is not None:
        raise Refused(refusal[0], field=refusal[1])
    number, due_on = queries.report_due(year, viewer=by)
    report = FundReport(
        year=year,
        number=number,
        as_of_on=on,
        due_on=due_on,
        figures=figures_of(now),
        words=words.strip(),
        action_plan=action_plan.strip(),
        sent_by_name=by.name,
        sent_at=at,
    )
    report.save(force_insert=True)
    audit.record(by=by, at=at, action="send_report", subject=("fund_report", report.pk))
    _tell_keepers(report, by=by, at=at)
    return report


def _tell_keepers(report: FundReport, *, by: Viewer, at: datetime) -> None:
    """A notice to whoever keeps the money of a partner, but not to whoever sent the report."""
    fund = report.year.fund.name
    for keeper in access_queries.holders_of(KEEP_MONEY, on=local_day(at)):
        if keeper.pk == by.account_id:
            continue
        post.write_message(
            template="notice",
            values={
                "subject": f"{fund}: report {report.number}",
                "words": f"{by.name} sent report {report.number} of {fund}, as of "
                f"{day(report.as_of_on)}. {report.words}"[:MOST_TOLD],
            },
            to=Recipient.account(keeper),
            cause=Cause("finance", "fund_report", report.pk),
            opens=reverse("finance:report", args=[report.pk]),
            by=by,
            at=at,
        )


def figures_of(now: queries.FundNow) -> dict[str, object]:
    """A fund's figures as they are kept in a report, in pence."""
    return {
        "contributed": now.contributed,
        "spent": now.spent,
        "promised": now.promised,
        "forecast": now.forecast,
        "variance": now.variance,
        "ledger_until_on": now.ledger_until_on.isoformat() if now.ledger_until_on else None,
        "has_provisional": now.has_provisional,
        "parts": [
            {"name": part.contribution.organisation.name, "pence": part.contribution.pence}
            for part in now.parts
        ],
        "lines": [
            {
                "name": line.name,
                "spender": line.spender,
                "spent": line.outlook.spent,
                "promised": line.outlook.promised,
                "forecast": line.outlook.forecast,
            }
            for line in now.lines
        ],
    }


def _held(transfer: Transfer) -> Transfer:
    return (
        Transfer.objects.select_for_update(of=("self",))
        .select_related("payer", "payee", "decision", "year__fund")
        .get(pk=transfer.pk)
    )
