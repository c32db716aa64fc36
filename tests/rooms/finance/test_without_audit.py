"""Every verb of the room: with a broken audit nothing is saved."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import pytest

from oneplace.access.viewer import Viewer, viewing
from oneplace.config.database import Role as DatabaseRole
from oneplace.finance import queries, verbs
from oneplace.finance.models import (
    Commitment,
    DividedSum,
    DivisionRule,
    FundLine,
    FundYear,
    LegalBasis,
    PoolTerm,
    Spent,
    Transfer,
)
from oneplace.insight.packages import PackageHours
from oneplace.outcomes.measurer import MEASURER
from tests.database import as_role
from tests.factories import AT
from tests.rooms.contracts import board
from tests.rooms.finance import books
from tests.rooms.plans.test_without_audit import kept

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class World:
    """A fund in the middle of its year."""

    by: Viewer
    nhs: Viewer
    year: FundYear
    line: FundLine
    spent: Spent
    commitment: Commitment
    proposed: Transfer
    agreed: Transfer
    paid: Transfer


@pytest.fixture
def world(council: Viewer, nhs: Viewer, office: Viewer) -> World:
    year = books.opened(council)
    line = books.line(year, council)
    books.given(year, council, council=500_000_00)
    books.promised(year, line, council)
    transfers = [books.moving(year, nhs, office) for _ in range(3)]
    for transfer in transfers:
        board.ratified(transfer.decision, office, *board.PARTNERS)
    for transfer in transfers[1:]:
        for by in (nhs, council):
            with viewing(by, at=AT):
                verbs.agree_transfer(transfer=transfer, by=by, at=AT)
    with viewing(council, at=AT):
        verbs.pay_transfer(transfer=transfers[2], paid_on=AT.date(), by=council, at=AT)
        spent = verbs.record_spent(
            year=year, line=line, organisation=board.partner("council"),
            month_on=date(2026, 2, 1), pence=100, source="Ledger", by=council, at=AT,
        )  # fmt: skip
        commitment = queries.commitments(year, viewer=council).get()
    return World(council, nhs, year, line, spent, commitment, *transfers)


Do = Callable[[World], object]
VERBS: dict[str, Do] = {
    "open_fund": lambda w: verbs.open_fund(
        code="other", name="Other", purpose="Other", legal_basis=LegalBasis.CONTRACT,
        host=board.partner("council"), manager_name="M", by=w.by, at=AT,
    ),
    "write_terms": lambda w: verbs.write_terms(
        fund=w.year.fund, terms={PoolTerm.AIMS: "Other aims"}, by=w.by, at=AT
    ),
    "bring_fund_into_force": lambda w: verbs.bring_fund_into_force(
        fund=w.year.fund, from_on=AT.date(), by=w.by, at=AT
    ),
    "open_year": lambda w: verbs.open_year(
        fund=w.year.fund, starts_on=date(2026, 4, 1), ends_on=date(2027, 3, 31), by=w.by, at=AT
    ),
    "add_line": lambda w: verbs.add_line(
        fund=w.year.fund, name="New", spender=board.partner("council"), by=w.by, at=AT
    ),
    "agree_contribution": lambda w: verbs.agree_contribution(
        year=w.year, organisation=board.partner("council"), pence=9, agreed_on=AT.date(),
        why="Minute", by=w.by, at=AT,
    ),
    "commit_money": lambda w: verbs.commit_money(
        year=w.year, line=w.line, what="More", source="List", from_on=AT.date(), pence_a_week=7,
        by=w.by, at=AT,
    ),
    "end_commitment": lambda w: verbs.end_commitment(
        commitment=w.commitment, until_on=AT.date(), why="Over", by=w.by, at=AT
    ),
    "record_spent": lambda w: verbs.record_spent(
        year=w.year, line=w.line, organisation=board.partner("council"),
        month_on=date(2026, 1, 1), pence=5, source="Ledger", by=w.by, at=AT,
    ),
    "correct_spent": lambda w: verbs.correct_spent(
        spent=w.spent, pence=5, why="Wrong", by=w.by, at=AT
    ),
    "propose_transfer": lambda w: verbs.propose_transfer(
        year=w.year, payer=board.partner("commissioner"), payee=board.partner("council"),
        pence=5, legal_basis=LegalBasis.SECTION_256, reason="Hours", decision=w.paid.decision,
        by=w.by, at=AT,
    ),
    "agree_transfer": lambda w: verbs.agree_transfer(transfer=w.proposed, by=w.by, at=AT),
    "pay_transfer": lambda w: verbs.pay_transfer(
        transfer=w.agreed, paid_on=AT.date(), by=w.by, at=AT
    ),
    "certify_transfer": lambda w: verbs.certify_transfer(
        transfer=w.paid, certificate="Hours", by=w.by, at=AT
    ),
    "withdraw_transfer": lambda w: verbs.withdraw_transfer(
        transfer=w.proposed, why="No need", by=w.by, at=AT
    ),
    "divide_sum": lambda w: verbs.divide_sum(
        year=w.year, what=DividedSum.COST, rule=DivisionRule.EQUAL, pence=7, why="Clause 8",
        by=w.by, at=AT,
    ),
    "send_report": lambda w: verbs.send_report(year=w.year, words="As agreed.", by=w.by, at=AT),
}  # fmt: skip


def test_without_its_audit_no_hour_is_counted(
    world: World, broken_audit: Callable[[], None]
) -> None:
    before = kept("finance")
    broken_audit()

    with (
        as_role(DatabaseRole.LOADER),
        viewing(MEASURER, at=AT),
        pytest.raises(RuntimeError, match="no audit"),
    ):
        verbs.count_packages(
            hours={"reablement": PackageHours(20, 7.0, 0)}, snapshot="a" * 64,
            snapshot_made_at=AT, by=MEASURER, at=AT,
        )  # fmt: skip

    assert kept("finance") == before


@pytest.mark.parametrize("name", list(VERBS))
def test_without_its_audit_nothing_is_saved(
    name: str, world: World, broken_audit: Callable[[], None]
) -> None:
    before = kept("finance")
    broken_audit()

    with viewing(world.by, at=AT), pytest.raises(RuntimeError, match="no audit"):
        VERBS[name](world)

    assert kept("finance") == before
