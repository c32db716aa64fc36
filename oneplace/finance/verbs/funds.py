"""Opens funds, their years and lines, and brings a fund into force once its agreement says all."""

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction
from django.db.models import Max

from oneplace.access import audit
from oneplace.access.viewer import Viewer
from oneplace.contracts import rules as contract_rules
from oneplace.contracts.models import Decision
from oneplace.finance import rules
from oneplace.finance.models import Fund, FundLine, FundYear, LegalBasis, PoolTerm
from oneplace.kit.clock import local_day
from oneplace.kit.refusals import Refused, refuse_if
from oneplace.partners.models import Organisation


@transaction.atomic
def open_fund(
    *,
    code: str,
    name: str,
    purpose: str,
    legal_basis: LegalBasis,
    host: Organisation,
    manager_name: str,
    terms: Mapping[PoolTerm, str] | None = None,
    decision: Decision | None = None,
    by: Viewer,
    at: datetime,
) -> Fund:
    """Open a fund under a host; it is in force only once its agreement says all the law wants."""
    known = Fund.objects.filter(code=code).exists()
    refusal = rules.why_not_open(is_known=known, name=name, purpose=purpose, by=by)
    if refusal is not None:
        raise Refused(refusal[0], field=refusal[1])
    fund = Fund(
        code=code,
        name=name.strip(),
        purpose=purpose.strip(),
        legal_basis=legal_basis,
        host=host,
        manager_name=manager_name.strip(),
        terms={term.value: words.strip() for term, words in (terms or {}).items()},
        decision=decision,
        opened_at=at,
        opened_by_name=by.name,
    )
    fund.save(force_insert=True)
    audit.record(by=by, at=at, action="open_fund", subject=("fund", fund.pk))
    return fund


@transaction.atomic
def write_terms(*, fund: Fund, terms: Mapping[PoolTerm, str], by: Viewer, at: datetime) -> Fund:
    """Write what the fund's agreement says to each thing the regulations want."""
    held = Fund.objects.select_for_update().get(pk=fund.pk)
    refuse_if(rules.why_not_keep(by))
    held.terms = {**held.terms, **{term.value: words.strip() for term, words in terms.items()}}
    missing = rules.missing_terms(held.terms)
    if held.in_force_from_on is not None and missing and held.legal_basis is LegalBasis.SECTION_75:
        raise Refused(f"The fund is in force: it must say {missing[0].label.lower()}.")
    held.save(update_fields=["terms"])
    audit.record(by=by, at=at, action="write_terms", subject=("fund", held.pk))
    return held


@transaction.atomic
def bring_fund_into_force(*, fund: Fund, from_on: date, by: Viewer, at: datetime) -> Fund:
    """Say from when a fund is in force; refused while its agreement leaves something out."""
    held = Fund.objects.select_for_update(of=("self",)).get(pk=fund.pk)
    standing = None
    if held.decision is not None:
        asked = held.decision.ratifications.select_related("organisation")
        standing = contract_rules.standing(held.decision, asked, on=local_day(at))
    refuse_if(rules.why_not_in_force(held, standing, by))
    held.in_force_from_on = from_on
    held.save(update_fields=["in_force_from_on"])
    audit.record(by=by, at=at, action="bring_fund_into_force", subject=("fund", held.pk))
    return held


@transaction.atomic
def open_year(
    *,
    fund: Fund,
    starts_on: date,
    ends_on: date,
    report_every_days: int = 42,
    by: Viewer,
    at: datetime,
) -> FundYear:
    """Open a financial year of a fund."""
    refuse_if(rules.why_not_keep(by))
    refuse_if(None if ends_on > starts_on else "The year ends before it begins.", field="ends_on")
    overlaps = FundYear.objects.filter(
        fund=fund, starts_on__lte=ends_on, ends_on__gte=starts_on
    ).first()
    refuse_if(f"It overlaps the year {overlaps}." if overlaps else None, field="starts_on")
    year = FundYear(
        fund=fund, starts_on=starts_on, ends_on=ends_on, report_every_days=report_every_days
    )
    year.save(force_insert=True)
    audit.record(by=by, at=at, action="open_year", subject=("fund_year", year.pk))
    return year


@transaction.atomic
def add_line(*, fund: Fund, name: str, spender: Organisation, by: Viewer, at: datetime) -> FundLine:
    """Add a line: what a part of the fund is for, and who spends it."""
    refuse_if(rules.why_not_keep(by))
    refuse_if(None if name.strip() else "Give the line a name.", field="name")
    known = FundLine.objects.filter(fund=fund, name=name.strip()).exists()
    refuse_if("There is such a line already." if known else None, field="name")
    last = FundLine.objects.filter(fund=fund).aggregate(last=Max("position"))["last"]
    line = FundLine(fund=fund, name=name.strip(), spender=spender, position=(last or 0) + 1)
    line.save(force_insert=True)
    audit.record(by=by, at=at, action="add_line", subject=("fund_line", line.pk))
    return line
