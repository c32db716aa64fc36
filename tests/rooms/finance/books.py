"""A fund for tests: opened, with its year, lines, contributions, promises and a ledger."""

from datetime import date
from decimal import Decimal

from oneplace.access.viewer import Viewer, viewing
from oneplace.finance import verbs
from oneplace.finance.models import FundLine, FundYear, LegalBasis, PoolTerm, Transfer
from tests.factories import AT
from tests.rooms.contracts import board

TERMS = {term: f"As clause {number} says." for number, term in enumerate(PoolTerm, start=1)}


def opened(by: Viewer, *, terms: dict[PoolTerm, str] | None = None) -> FundYear:
    """The LIFE fund and its year."""
    with viewing(by, at=AT):
        fund = verbs.open_fund(
            code="life",
            name="One LIFE fund",
            purpose="Crisis, discharge and reablement at home.",
            legal_basis=LegalBasis.SECTION_75,
            host=board.partner("council"),
            manager_name="A fund manager",
            terms=TERMS if terms is None else terms,
            by=by,
            at=AT,
        )
        return verbs.open_year(
            fund=fund, starts_on=date(2025, 4, 1), ends_on=date(2026, 3, 31), by=by, at=AT
        )


def line(year: FundYear, by: Viewer, name: str = "Packages of care") -> FundLine:
    """A line the council spends."""
    with viewing(by, at=AT):
        return verbs.add_line(
            fund=year.fund, name=name, spender=board.partner("council"), by=by, at=AT
        )


def given(year: FundYear, by: Viewer, **pence: int) -> None:
    """What partners put in, by code."""
    for code, sum_ in pence.items():
        with viewing(by, at=AT):
            verbs.agree_contribution(
                year=year,
                organisation=board.partner(code),
                pence=sum_,
                agreed_on=date(2025, 3, 18),
                why="Board minute 9",
                by=by,
                at=AT,
            )


def promised(year: FundYear, on: FundLine, by: Viewer) -> None:
    """Hours of packages."""
    with viewing(by, at=AT):
        verbs.commit_money(
            year=year,
            line=on,
            what="Reablement packages",
            hours_a_week=Decimal("100.00"),
            pence_an_hour=2_400,
            from_on=date(2025, 4, 1),
            source="Brokerage, 1 April 2025",
            by=by,
            at=AT,
        )


def moving(year: FundYear, by: Viewer, office: Viewer) -> Transfer:
    """A transfer proposed from the NHS to the council on a decision that waits."""
    decision = board.sent(office)
    with viewing(by, at=AT):
        return verbs.propose_transfer(
            year=year,
            payer=board.partner("commissioner"),
            payee=board.partner("council"),
            pence=25_000_000,
            legal_basis=LegalBasis.SECTION_256,
            reason="Reablement hours at weekends",
            decision=decision,
            by=by,
            at=AT,
        )
