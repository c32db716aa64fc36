"""A demonstration's shared fund: invented sums, written in its books by the verbs themselves."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Final

from django.conf import settings
from django.db import transaction

from oneplace.access.viewer import Viewer, viewing
from oneplace.contracts.demo import finance_leads, moment
from oneplace.contracts.models import Decision, Matter
from oneplace.finance import verbs
from oneplace.finance.models import (
    DividedSum,
    DivisionRule,
    Fund,
    FundLine,
    FundYear,
    LegalBasis,
    PoolTerm,
)
from oneplace.partners.models import Organisation
from oneplace.vocabulary.terms import OrganisationKind

_TERMS: Final = {
    PoolTerm.AIMS: "People live as they choose, at home, and are met there within two hours.",
    PoolTerm.CONTRIBUTIONS: "What each partner’s board agrees before April; changed only by a "
    "decision in force.",
    PoolTerm.FUNCTIONS: "Community nursing, therapy, reablement and the council’s care and support "
    "of adults.",
    PoolTerm.PEOPLE: "Every adult of the borough in a crisis at home or leaving hospital.",
    PoolTerm.RESOURCES: "Each employer lends its staff; the council gives the rooms and cars.",
    PoolTerm.DURATION: "A year at a time, reviewed each January; six months’ notice to leave.",
    PoolTerm.MANAGEMENT: "The council hosts; a fund manager reports to the Delivery Board every "
    "six weeks.",
}
_YEAR: Final = date(2025, 4, 1), date(2026, 3, 31)
# Line, who spends it by kind of partner, pounds a month as the ledgers show them from April on.
_LEDGERS: Final = (
    ("Packages of care at home", OrganisationKind.COUNCIL,
     (181_400, 184_250, 183_900, 186_020, 188_300, 187_150, 191_480, 196_330, 204_760, 209_915,
      203_240)),
    ("Rapid response and therapy", OrganisationKind.ACUTE_TRUST,
     (228_000, 228_000, 229_150, 229_150, 229_150, 231_400, 231_400, 231_400, 233_900, 233_900,
      233_900)),
    ("Coordination and transfer of care", OrganisationKind.COUNCIL,
     (71_300, 71_300, 71_300, 72_050, 72_050, 72_050, 72_050, 72_050, 72_800, 72_800, 72_800)),
    ("Equipment and key safes", OrganisationKind.COUNCIL,
     (38_214, 41_087, 36_902, 39_441, 40_118, 42_377, 44_905, 47_312, 51_290, 49_866, 45_103)),
    ("Support at home by the charity", OrganisationKind.CHARITY,
     (27_500, 27_500, 27_500, 27_500, 27_500, 27_500, 29_000, 29_000, 29_000, 29_000, 29_000)),
)  # fmt: skip
# Line, what, hours a week, pence an hour, or pence a week; from when. Without hours and with a
# price an hour: those of the packages of `_COUNTED` that run, counted each night.
_COUNTED: Final = "reablement"
_PROMISES: Final = (
    (0, "Block of hours, north", Decimal("742.50"), 2_431, None, date(2025, 4, 1)),
    (0, "Block of hours, south", Decimal("968.25"), 2_431, None, date(2025, 4, 1)),
    (0, "Double-handed packages over winter", Decimal("214.00"), 4_862, None, date(2025, 11, 3)),
    (0, "Reablement beyond the blocks, as it runs", None, 2_431, None, date(2026, 3, 1)),
    (1, "Rapid response team, two shifts a day", None, None, 53_800_00, date(2025, 4, 1)),
    (2, "Transfer of care hub", None, None, 16_800_00, date(2025, 4, 1)),
    (3, "Equipment, by last winter’s demand", None, None, 11_400_00, date(2025, 4, 1)),
    (4, "Home-from-hospital visits", None, None, 6_690_00, date(2025, 4, 1)),
)
_GIVEN: Final = {
    OrganisationKind.COMMISSIONER: 4_420_000_00,
    OrganisationKind.COUNCIL: 2_150_000_00,
    OrganisationKind.ACUTE_TRUST: 210_000_00,
}
_REPORT_DAYS: Final = (
    date(2025, 5, 13), date(2025, 6, 24), date(2025, 8, 5), date(2025, 9, 16), date(2025, 10, 28),
    date(2025, 12, 9), date(2026, 1, 20), date(2026, 3, 3),
)  # fmt: skip
_PLAN: Final = (
    "Double-handed packages are looked at each Monday by a therapist, and key safes are fitted "
    "before discharge. The Delivery Board looks at it on 24 March."
)


@transaction.atomic
def invent_money(*, at: datetime) -> int:
    """Make a demonstration's one fund; how many. Nothing where one is open already.

    Nothing either where the place has no council or NHS commissioner with a finance lead. Refused
    outside a demonstration.
    """
    if not settings.IS_DEMO:
        raise RuntimeError("Only a demonstration has invented money.")
    partners = {each.kind: each for each in Organisation.objects.filter(is_partner=True)}
    leads = finance_leads(at)
    council, nhs = leads.get(OrganisationKind.COUNCIL), leads.get(OrganisationKind.COMMISSIONER)
    wanted = {kind for _, kind, _ in _LEDGERS} | set(_GIVEN)
    if Fund.objects.exists() or council is None or nhs is None or wanted - set(partners):
        return 0
    year = _opened(partners, council)
    lines = [_line(year, name, partners[kind], council) for name, kind, _ in _LEDGERS]
    for kind, pence in _GIVEN.items():
        _given(year, partners[kind], pence, council)
    _promised(year, lines, council)
    _spent(year, lines, partners, council)
    _moved(year, partners, nhs)
    _divided(year, council)
    return 1


def _opened(partners: dict[OrganisationKind, Organisation], by: Viewer) -> FundYear:
    at = moment(date(2025, 3, 25), time(11))
    with viewing(by, at=at):
        fund = verbs.open_fund(
            code="life",
            name="One LIFE fund",
            purpose="A crisis at home, the way home from hospital, and reablement.",
            legal_basis=LegalBasis.SECTION_75,
            host=partners[OrganisationKind.COUNCIL],
            manager_name="Fern Aldous, fund manager",
            terms=_TERMS,
            by=by,
            at=at,
        )
        fund = verbs.bring_fund_into_force(fund=fund, from_on=_YEAR[0], by=by, at=at)
        return verbs.open_year(fund=fund, starts_on=_YEAR[0], ends_on=_YEAR[1], by=by, at=at)


def _line(year: FundYear, name: str, spender: Organisation, by: Viewer) -> FundLine:
    at = moment(date(2025, 3, 25), time(11, 30))
    with viewing(by, at=at):
        return verbs.add_line(fund=year.fund, name=name, spender=spender, by=by, at=at)


def _given(year: FundYear, partner: Organisation, pence: int, by: Viewer) -> None:
    at = moment(date(2025, 3, 28))
    with viewing(by, at=at):
        verbs.agree_contribution(
            year=year,
            organisation=partner,
            pence=pence,
            agreed_on=date(2025, 3, 27),
            why=f"{partner.short_word}: budget meeting, minute 8",
            by=by,
            at=at,
        )


def _promised(year: FundYear, lines: list[FundLine], by: Viewer) -> None:
    for line, what, hours, an_hour, a_week, from_on in _PROMISES:
        at = moment(from_on, time(9))
        with viewing(by, at=at):
            verbs.commit_money(
                year=year,
                line=lines[line],
                what=what,
                hours_a_week=hours,
                pence_an_hour=an_hour,
                pence_a_week=a_week,
                from_on=from_on,
                counts=_COUNTED if an_hour and not hours else "",
                source="Brokerage list of that week" if hours else "Agreed staffing for the year",
                by=by,
                at=at,
            )


def _spent(
    year: FundYear,
    lines: list[FundLine],
    partners: dict[OrganisationKind, Organisation],
    by: Viewer,
) -> None:
    """The ledgers close on the fifth of each month; each report is sent on its day."""
    months = [(_YEAR[0].replace(day=1) + timedelta(days=31 * n)).replace(day=1) for n in range(11)]
    reports = list(_REPORT_DAYS)
    for number, month in enumerate(months):
        closes = (month + timedelta(days=35)).replace(day=5)
        if month == date(2026, 2, 1):
            closes = date(2026, 3, 2)
        while reports and reports[0] < closes:
            _reported(year, reports.pop(0), by)
        with viewing(by, at=moment(closes)):
            for line, (_, kind, sums) in zip(lines, _LEDGERS, strict=True):
                verbs.record_spent(
                    year=year,
                    line=line,
                    organisation=partners[kind],
                    month_on=month,
                    pence=sums[number] * 100,
                    source=f"{partners[kind].short_word} ledger",
                    is_provisional=month == date(2026, 2, 1),
                    by=by,
                    at=moment(closes),
                )
    for on in reports:
        _reported(year, on, by)


def _reported(year: FundYear, on: date, by: Viewer) -> None:
    with viewing(by, at=moment(on)):
        verbs.send_report(
            year=year,
            words="Hours of care follow the winter; the team and the hub are as agreed.",
            action_plan=_PLAN,
            by=by,
            at=moment(on),
        )


def _moved(year: FundYear, partners: dict[OrganisationKind, Organisation], by: Viewer) -> None:
    decision = Decision.objects.filter(only_body="", matter=Matter.MONEY).first()
    if decision is None:
        return
    at = moment(date(2026, 2, 12))
    with viewing(by, at=at):
        verbs.propose_transfer(
            year=year,
            payer=partners[OrganisationKind.COMMISSIONER],
            payee=partners[OrganisationKind.COUNCIL],
            pence=decision.pence or 250_000_00,
            legal_basis=LegalBasis.SECTION_256,
            reason="Reablement hours in the evening and at weekends",
            decision=decision,
            by=by,
            at=at,
        )


def _divided(year: FundYear, by: Viewer) -> None:
    at = moment(date(2026, 1, 15))
    with viewing(by, at=at):
        verbs.divide_sum(
            year=year,
            what=DividedSum.COST,
            rule=DivisionRule.EQUAL,
            pence=25_000_00,
            why="The independent chair’s year, clause 8",
            by=by,
            at=at,
        )
