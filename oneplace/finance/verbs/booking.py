"""Writes down what partners put in, what is promised and what their ledgers show was spent."""

from datetime import date, datetime
from decimal import Decimal
from typing import Final

from django.db import transaction

from oneplace.access import audit
from oneplace.access.viewer import Viewer
from oneplace.contracts import queries as contracts
from oneplace.contracts.models import Decision
from oneplace.finance import rules
from oneplace.finance.models import (
    Commitment,
    Contribution,
    CountedHours,
    FundLine,
    FundYear,
    Spent,
)
from oneplace.kit.refusals import Refused, refuse_if
from oneplace.partners.models import Organisation
from oneplace.science.money import CURRENCY, week_of_hours

_TO_BE_COUNTED: Final = "To be counted in the next snapshot"


def _refuse(refusal: rules.Refusal | None) -> None:
    if refusal is not None:
        raise Refused(refusal[0], field=refusal[1])


@transaction.atomic
def agree_contribution(
    *,
    year: FundYear,
    organisation: Organisation,
    pence: int,
    agreed_on: date,
    why: str,
    currency: str = CURRENCY,
    decision: Decision | None = None,
    by: Viewer,
    at: datetime,
) -> Contribution:
    """Write down what a partner puts in for a year; a later one replaces it, and both are kept."""
    signatory = contracts.signatory_of(organisation.pk, viewer=by)
    _refuse(
        rules.why_not_contribute(
            year, signatory, pence=pence, currency=currency, agreed_on=agreed_on, why=why, by=by
        )
    )
    Contribution.objects.filter(year=year, organisation=organisation, replaced_at=None).update(
        replaced_at=at
    )
    made = Contribution(
        year=year,
        organisation=organisation,
        pence=pence,
        currency=currency,
        agreed_on=agreed_on,
        why=why.strip(),
        decision=decision,
        recorded_by_name=by.name,
        recorded_at=at,
    )
    made.save(force_insert=True)
    audit.record(by=by, at=at, action="agree_contribution", subject=("contribution", made.pk))
    return made


@transaction.atomic
def commit_money(
    *,
    year: FundYear,
    line: FundLine,
    what: str,
    source: str,
    from_on: date,
    until_on: date | None = None,
    hours_a_week: Decimal | None = None,
    pence_an_hour: int | None = None,
    pence_a_week: int | None = None,
    counts: str = "",
    by: Viewer,
    at: datetime,
) -> Commitment:
    """Write down a promise to pay: hours a week at a price, or a sum a week.

    `counts` names a kind of care instead of hours: those of the packages that run are counted in
    each night's snapshot, and the promise follows them.
    """
    counts = counts.strip().lower()
    counted = CountedHours.objects.filter(kind_of_care=counts).first() if counts else None
    if counts and counted is None:
        kinds = CountedHours.objects.values_list("kind_of_care", flat=True)
        refuse_if(rules.why_not_count(counts, list(kinds)), field="counts")
    if counts:
        source = counted.source if counted is not None else _TO_BE_COUNTED
    _refuse(
        rules.why_not_commit(
            year,
            line,
            hours_a_week=hours_a_week,
            pence_an_hour=pence_an_hour,
            pence_a_week=pence_a_week,
            counts=counts,
            from_on=from_on,
            until_on=until_on,
            source=source,
            by=by,
        )
    )
    refuse_if(None if what.strip() else "Write what is promised.", field="what")
    if counted is not None:
        hours_a_week = counted.hours_a_week
    if hours_a_week is not None and pence_an_hour is not None:
        pence_a_week = week_of_hours(hours_a_week, pence_an_hour)
    made = Commitment(
        year=year,
        line=line,
        what=what.strip(),
        hours_a_week=hours_a_week,
        pence_an_hour=pence_an_hour,
        pence_a_week=pence_a_week or 0,
        counts=counts,
        source=source.strip(),
        from_on=from_on,
        until_on=until_on,
        recorded_by_name=by.name,
        recorded_at=at,
    )
    made.save(force_insert=True)
    audit.record(by=by, at=at, action="commit_money", subject=("commitment", made.pk))
    return made


@transaction.atomic
def end_commitment(
    *, commitment: Commitment, until_on: date, why: str, by: Viewer, at: datetime
) -> Commitment:
    """Write down that a promise ends on a day."""
    held = Commitment.objects.select_for_update().get(pk=commitment.pk)
    _refuse(rules.why_not_end(held, until_on=until_on, why=why, by=by))
    held.until_on, held.ended_why = until_on, why.strip()
    held.save(update_fields=["until_on", "ended_why"])
    audit.record(by=by, at=at, action="end_commitment", subject=("commitment", held.pk))
    return held


@transaction.atomic
def record_spent(
    *,
    year: FundYear,
    line: FundLine,
    organisation: Organisation,
    month_on: date,
    pence: int,
    source: str,
    is_provisional: bool = False,
    by: Viewer,
    at: datetime,
) -> Spent:
    """Write down what a partner's ledger shows for a line in a month."""
    known = Spent.objects.filter(
        line=line, organisation=organisation, month_on=month_on, corrects=None
    ).exists()
    _refuse(
        rules.why_not_spend(
            year, line, month_on=month_on, source=source, is_known=known, by=by, at=at
        )
    )
    made = Spent(
        year=year,
        line=line,
        organisation=organisation,
        month_on=month_on,
        pence=pence,
        source=source.strip(),
        is_provisional=is_provisional,
        recorded_by_name=by.name,
        recorded_at=at,
    )
    made.save(force_insert=True)
    audit.record(by=by, at=at, action="record_spent", subject=("spent", made.pk))
    return made


@transaction.atomic
def correct_spent(*, spent: Spent, pence: int, why: str, by: Viewer, at: datetime) -> Spent:
    """Correct what a ledger showed: the difference is a row of its own and nothing is overwritten.

    `pence` is what it should have been, counted with every correction before.
    """
    held = Spent.objects.select_for_update(of=("self",)).get(pk=spent.pk)
    _refuse(rules.why_not_correct(held, why=why, by=by))
    so_far = held.pence + sum(held.corrected_by.values_list("pence", flat=True))
    refuse_if(None if pence != so_far else "This is what stands there already.", field="pence")
    made = Spent(
        year_id=held.year_id,
        line_id=held.line_id,
        organisation_id=held.organisation_id,
        month_on=held.month_on,
        pence=pence - so_far,
        source=held.source,
        corrects=held,
        why=why.strip(),
        recorded_by_name=by.name,
        recorded_at=at,
    )
    made.save(force_insert=True)
    audit.record(by=by, at=at, action="correct_spent", subject=("spent", made.pk))
    return made
