"""Reads of the shared money, always for a viewer: counts and sums, never a person."""

import uuid
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Max, Q, QuerySet

from oneplace.access.viewer import Viewer
from oneplace.contracts import rules as contract_rules
from oneplace.contracts.rules import Standing
from oneplace.finance.models import (
    Commitment,
    Contribution,
    Division,
    Fund,
    FundReport,
    FundYear,
    Spent,
    Transfer,
    TransferState,
)
from oneplace.science.money import Outlook, Promise, outlook, promised_between


def funds(*, viewer: Viewer) -> QuerySet[Fund]:
    """Every fund, with its host."""
    return Fund.objects.select_related("host", "decision")


def fund(code: str, *, viewer: Viewer) -> Fund | None:
    """One fund by its code."""
    return funds(viewer=viewer).filter(code=code).first()


def year_of(of: Fund, *, viewer: Viewer, on: date) -> FundYear | None:
    """The fund's year in which a day lies, or the latest before it."""
    return (
        FundYear.objects.select_related("fund")
        .filter(fund=of, starts_on__lte=on)
        .order_by("-starts_on")
        .first()
    )


@dataclass(frozen=True)
class PartnerPart:
    """What one partner puts in, of all."""

    contribution: Contribution
    share: float


@dataclass(frozen=True)
class LineNow:
    """One line of a fund: spent, promised until the year ends, forecast."""

    name: str
    spender: str
    outlook: Outlook
    promised_a_week: int


@dataclass(frozen=True)
class FundNow:
    """A fund's year as it stands on a day."""

    year: FundYear
    on: date
    parts: tuple[PartnerPart, ...]
    lines: tuple[LineNow, ...]
    # The last day the partners' ledgers reach, where they reach any.
    ledger_until_on: date | None
    has_provisional: bool

    @property
    def contributed(self) -> int:
        """What all partners put in for the year, in pence."""
        return sum(part.contribution.pence for part in self.parts)

    @property
    def spent(self) -> int:
        """What the ledgers show, in pence."""
        return sum(line.outlook.spent for line in self.lines)

    @property
    def promised(self) -> int:
        """What is promised after what the ledgers show, until the year ends, in pence."""
        return sum(line.outlook.promised for line in self.lines)

    @property
    def forecast(self) -> int:
        """What the year is forecast to cost, in pence."""
        return sum(line.outlook.forecast for line in self.lines)

    @property
    def variance(self) -> int:
        """The forecast beyond what was put in: above nought an overspend, in pence."""
        return self.forecast - self.contributed


def fund_now(year: FundYear, *, viewer: Viewer, on: date) -> FundNow:
    """A fund's year as it stands: put in, spent, promised, forecast; in four statements."""
    lines = list(year.fund.lines.select_related("spender"))
    given = Contribution.objects.filter(year=year, replaced_at=None)
    current = list(given.select_related("organisation"))
    months: dict[str, dict[date, int]] = defaultdict(lambda: defaultdict(int))
    names = {line.pk: line.name for line in lines}
    has_provisional = False
    for row in Spent.objects.filter(year=year, month_on__lte=on):
        months[names[row.line_id]][row.month_on] += row.pence
        has_provisional |= row.is_provisional
    promises = [
        Promise(names[each.line_id], each.pence_a_week, each.from_on, each.until_on)
        for each in Commitment.objects.filter(year=year)
    ]
    found = {
        each.line: each
        for each in outlook(months, promises, starts_on=year.starts_on, ends_on=year.ends_on)
    }
    whole = sum(each.pence for each in current)
    return FundNow(
        year=year,
        on=on,
        parts=tuple(PartnerPart(each, each.pence / whole if whole else 0.0) for each in current),
        lines=tuple(
            LineNow(
                line.name,
                line.spender.short_word,
                found.get(line.name) or Outlook(line.name, 0, None, 0, 0),
                sum(
                    each.pence_a_week
                    for each in promises
                    if each.line == line.name and promised_between(each, on, on)
                ),
            )
            for line in lines
        ),
        ledger_until_on=max(
            (each.spent_until_on for each in found.values() if each.spent_until_on), default=None
        ),
        has_provisional=has_provisional,
    )


def commitments(year: FundYear, *, viewer: Viewer) -> QuerySet[Commitment]:
    """What a year has promised to pay, by line."""
    return Commitment.objects.filter(year=year).select_related("line")


def commitment(commitment_id: uuid.UUID, *, viewer: Viewer) -> Commitment | None:
    """One promise to pay."""
    return Commitment.objects.select_related("line", "year__fund").filter(pk=commitment_id).first()


def ledger(year: FundYear, *, viewer: Viewer) -> QuerySet[Spent]:
    """What the partners' ledgers show, latest month first."""
    return (
        Spent.objects.filter(year=year)
        .select_related("line", "organisation", "corrects")
        .order_by("-month_on", "line__position", "recorded_at")
    )


def spent_row(spent_id: uuid.UUID, *, viewer: Viewer) -> Spent | None:
    """One line of the ledger."""
    found = Spent.objects.select_related("line", "organisation", "year__fund")
    return found.filter(pk=spent_id).first()


def contributions(year: FundYear, *, viewer: Viewer) -> QuerySet[Contribution]:
    """What partners put in for a year, with what was replaced."""
    return Contribution.objects.filter(year=year).select_related("organisation", "decision")


def transfers(year: FundYear, *, viewer: Viewer) -> QuerySet[Transfer]:
    """Money that moves between partners in a year, newest first."""
    return Transfer.objects.filter(year=year).select_related("payer", "payee", "decision")


def transfer(transfer_id: uuid.UUID, *, viewer: Viewer) -> Transfer | None:
    """One transfer with its partners, decision and fund."""
    found = Transfer.objects.select_related("payer", "payee", "decision", "year__fund")
    return found.filter(pk=transfer_id).first()


def transfers_waiting(*, viewer: Viewer) -> QuerySet[Transfer]:
    """Transfers the viewer's partner has not agreed to yet."""
    mine = Q(payer_id=viewer.organisation_id, payer_agreed_at=None) | Q(
        payee_id=viewer.organisation_id, payee_agreed_at=None
    )
    open_ones = Transfer.objects.filter(state=TransferState.PROPOSED).filter(mine)
    return open_ones.select_related("payer", "payee", "decision")


def transfers_on(decision_id: uuid.UUID, *, viewer: Viewer) -> QuerySet[Transfer]:
    """Transfers that stand on a decision."""
    found = Transfer.objects.filter(decision_id=decision_id)
    return found.select_related("payer", "payee", "year__fund")


def divisions(year: FundYear, *, viewer: Viewer) -> QuerySet[Division]:
    """Sums that were divided in a year, newest first."""
    return Division.objects.filter(year=year).select_related("decision")


def division(division_id: uuid.UUID, *, viewer: Viewer) -> Division | None:
    """One division with its working."""
    return Division.objects.select_related("year__fund").filter(pk=division_id).first()


def reports(year: FundYear, *, viewer: Viewer) -> QuerySet[FundReport]:
    """The reports that were sent for a year, newest first."""
    return FundReport.objects.filter(year=year)


def report(report_id: uuid.UUID, *, viewer: Viewer) -> FundReport | None:
    """One report as it was sent."""
    return FundReport.objects.select_related("year__fund__host").filter(pk=report_id).first()


def report_due(year: FundYear, *, viewer: Viewer) -> tuple[int, date]:
    """The number of the next report of a year, and the day it is due."""
    last = FundReport.objects.filter(year=year).order_by("-number").first()
    number = last.number + 1 if last else 1
    return number, _due(year, number)


def _due(year: FundYear, number: int) -> date:
    step = timedelta(days=year.report_every_days)
    return min(year.starts_on + number * step, year.ends_on + step)


def reports_due(*, viewer: Viewer, on: date) -> list[tuple[FundYear, int, date]]:
    """Years whose next report is due within a fortnight or late, with its number and day."""
    years = FundYear.objects.select_related("fund").filter(
        starts_on__lte=on, ends_on__gte=on - timedelta(days=90)
    )
    last = dict(
        FundReport.objects.filter(year__in=years)
        .order_by()
        .values_list("year")
        .annotate(last=Max("number"))
    )
    found = []
    for year in years:
        number = last.get(year.pk, 0) + 1
        due_on = _due(year, number)
        if due_on <= on + timedelta(days=14):
            found.append((year, number, due_on))
    return found


def funds_on(decision_id: uuid.UUID, *, viewer: Viewer) -> QuerySet[Fund]:
    """Funds that stand on a decision, or whose partners put money in by it."""
    by_contribution = Q(years__contributions__decision_id=decision_id)
    return Fund.objects.filter(Q(decision_id=decision_id) | by_contribution).distinct()


def standing_of(transfer: Transfer, *, viewer: Viewer, on: date) -> Standing:
    """Whether the decision a transfer stands on is in force on a day."""
    asked = transfer.decision.ratifications.select_related("organisation")
    return contract_rules.standing(transfer.decision, asked, on=on)


def funds_now(*, viewer: Viewer, on: date) -> list[FundNow]:
    """Every fund's year as it stands on a day."""
    found = (year_of(each, viewer=viewer, on=on) for each in funds(viewer=viewer))
    return [fund_now(year, viewer=viewer, on=on) for year in found if year is not None]


def transfers_for(claim: str, *, viewer: Viewer) -> QuerySet[Transfer]:
    """Transfers that stand on a decision resting on a claim, by its key."""
    found = Transfer.objects.filter(decision__rests_on=claim)
    return found.select_related("payer", "payee", "year__fund")
