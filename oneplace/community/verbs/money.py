"""Local money: a fund is opened, a grant given, its conditions met, its reports received."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.db.models import Sum

from oneplace.access import audit
from oneplace.access.viewer import Viewer
from oneplace.community import rules
from oneplace.community.announcements import GrantGiven
from oneplace.community.models import (
    GRANT,
    Fund,
    FundKind,
    Grant,
    GrantCondition,
    GrantReport,
    GrantState,
)
from oneplace.community.verbs.groups import refuse
from oneplace.directory.models import Provider, Service
from oneplace.kit.announcing import announce
from oneplace.kit.clock import local_day
from oneplace.kit.refusals import Refused, refuse_if
from oneplace.partners.models import Network


@transaction.atomic
def open_fund(
    *,
    network: Network,
    name: str,
    kind: FundKind,
    funder: str,
    pence: int,
    starts_on: date,
    ends_on: date,
    most_pence: int | None = None,
    words: str = "",
    by: Viewer,
    at: datetime,
) -> Fund:
    """Open a fund of a network, in pence, for so many days."""
    refuse(rules.why_not_open_fund(pence, starts_on=starts_on, ends_on=ends_on, by=by))
    if not name.strip():
        raise Refused("Write what the fund is called.", field="name")
    if not funder.strip():
        raise Refused("Write whose money it is.", field="funder")
    fund = Fund(
        network=network,
        name=name.strip(),
        kind=kind,
        funder=funder.strip(),
        pence=pence,
        most_pence=most_pence,
        starts_on=starts_on,
        ends_on=ends_on,
        words=words.strip(),
        written_by_name=by.name,
        written_at=at,
    )
    fund.save(force_insert=True)
    audit.record(by=by, at=at, action="open_fund", subject=("fund", fund.pk))
    return fund


@transaction.atomic
def give_grant(
    *,
    fund: Fund,
    provider: Provider,
    purpose: str,
    pence: int,
    starts_on: date,
    ends_on: date,
    service: Service | None = None,
    conditions: Sequence[str] = (),
    reports_due: Sequence[date] = (),
    by: Viewer,
    at: datetime,
) -> Grant:
    """Give a grant from a fund, with its conditions and the days its reports are due."""
    held = Fund.objects.select_for_update(of=("self",)).get(pk=fund.pk)
    given = Grant.objects.filter(fund=held).aggregate(pence=Sum("pence"))["pence"] or 0
    refuse(
        rules.why_not_give(
            held,
            pence,
            left=held.pence - given,
            purpose=purpose,
            starts_on=starts_on,
            ends_on=ends_on,
            by=by,
        )
    )
    grant = Grant(
        fund=held,
        provider=provider,
        service=service,
        purpose=purpose.strip(),
        pence=pence,
        given_on=local_day(at),
        starts_on=starts_on,
        ends_on=ends_on,
        written_by_name=by.name,
        written_at=at,
    )
    grant.save(force_insert=True)
    GrantCondition.objects.bulk_create(
        [
            GrantCondition(grant=grant, position=position, words=words.strip()[:300])
            for position, words in enumerate(filter(str.strip, conditions), start=1)
        ]
    )
    GrantReport.objects.bulk_create(
        [GrantReport(grant=grant, due_on=due_on) for due_on in sorted(set(reports_due))]
    )
    audit.record(by=by, at=at, action="give_grant", subject=("grant", grant.pk))
    announce(GrantGiven(grant.pk, held.pk, pence, at))
    return grant


@transaction.atomic
def meet_condition(
    *, condition: GrantCondition, words: str = "", by: Viewer, at: datetime
) -> GrantCondition:
    """Write down that a condition is met, and how that is known."""
    refuse(rules.why_not_keep_money(by=by))
    if condition.met_on is not None:
        raise Refused("It is met already.")
    condition.met_on, condition.met_words = local_day(at), words.strip()
    condition.save(update_fields=["met_on", "met_words"])
    audit.record(by=by, at=at, action="meet_condition", subject=("grant", condition.grant_id))
    return condition


@transaction.atomic
def receive_report(
    *,
    report: GrantReport,
    words: str,
    people: int | None = None,
    spent_pence: int | None = None,
    by: Viewer,
    at: datetime,
) -> GrantReport:
    """Write down what a report said: how many people, how much of the money was spent."""
    refuse(rules.why_not_keep_money(by=by))
    if not words.strip():
        raise Refused("Write what the report says.", field="words")
    if spent_pence is not None and spent_pence > report.grant.pence:
        raise Refused("That is more than the grant. Check the sum.", field="pounds")
    report.received_on, report.words = local_day(at), words.strip()
    report.people, report.spent_pence, report.written_by_name = people, spent_pence, by.name
    report.save(update_fields=["received_on", "words", "people", "spent_pence", "written_by_name"])
    audit.record(by=by, at=at, action="receive_report", subject=("grant", report.grant_id))
    return report


@transaction.atomic
def end_grant(*, grant: Grant, state: GrantState, why: str = "", by: Viewer, at: datetime) -> Grant:
    """End a grant, or stop it with a reason."""
    refuse(rules.why_not_end_grant(grant, by=by))
    refuse_if(GRANT.why_not(grant.state, state, reason=why.strip()), field="why")
    grant.state, grant.state_why = state, why.strip()
    grant.save(update_fields=["state", "state_why"])
    audit.record(by=by, at=at, action="end_grant", subject=("grant", grant.pk))
    return grant
