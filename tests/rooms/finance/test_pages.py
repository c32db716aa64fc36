"""The pages of the shared money: each opens, each line of the books can be written by form."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from oneplace.access.viewer import Viewer, viewing
from oneplace.finance import queries, verbs
from oneplace.finance.models import FundYear
from oneplace.vocabulary.terms import Role
from tests.factories import AT, signed_in
from tests.rooms.contracts import board
from tests.rooms.contracts.test_pages import day_of
from tests.rooms.finance import books

pytestmark = pytest.mark.django_db


@pytest.fixture
def year(council: Viewer, monkeypatch: pytest.MonkeyPatch) -> FundYear:
    """A fund in its year, and a clock that stands in it."""
    monkeypatch.setattr("oneplace.kit.clock.now", lambda: AT)
    year = books.opened(council)
    line = books.line(year, council)
    books.given(year, council, council=39_000_00, commissioner=139_000_00)
    books.promised(year, line, council)
    with viewing(council, at=AT):
        verbs.record_spent(
            year=year, line=line, organisation=board.partner("council"),
            month_on=date(2026, 1, 1), pence=4_000_00, source="Ledger", by=council, at=AT,
        )  # fmt: skip
    return year


def text(client: Client, name: str, *args: object) -> str:
    answer = client.get(reverse(f"finance:{name}", args=args))
    assert answer.status_code == 200, name
    return " ".join(answer.content.decode().split())


def post(client: Client, route: str, *args: object, **typed: str) -> str:
    answer = client.post(reverse(f"finance:{route}", args=args), typed)
    assert answer.status_code in (200, 302)
    return "" if answer.status_code == 302 else " ".join(answer.content.decode().split())


def test_a_fund_page_shows_every_sum_with_its_working(year: FundYear) -> None:
    shown = text(signed_in(Role.BOARD_CHAIR), "fund", "life")

    assert "£4,000 spent" in shown
    assert "of £178,000 put in for 2025/26" in shown
    assert "78.1&nbsp;%" in shown
    assert "£4,000 spent to 31 January 2026" in shown
    assert "Not in force yet." in shown
    assert "One LIFE fund" in text(signed_in(Role.SCRUTINY_MEMBER), "money")


def test_the_books_are_written_by_form(year: FundYear, council: Viewer) -> None:
    lead = signed_in(Role.FINANCE_LEAD)
    with viewing(council, at=AT):
        line = year.fund.lines.get()

    for act in (
        "write_terms", "bring_fund_into_force", "open_year", "add_line", "agree_contribution",
        "commit_money", "record_spent", "propose_transfer", "divide_sum", "send_report",
    ):  # fmt: skip
        assert lead.get(reverse("finance:keep_fund", args=["life", act])).status_code == 200, act
    assert "no part of a penny" in post(
        lead, "keep_fund", "life", "agree_contribution", organisation=str(_pk("age_uk")),
        pence="1.005", why="Minute", **day_of("agreed_on", date(2025, 3, 1)),
    )  # fmt: skip
    assert "kept in pounds" in post(
        lead, "keep_fund", "life", "agree_contribution", organisation=str(_pk("age_uk")),
        pence="€5", why="Minute", **day_of("agreed_on", date(2025, 3, 1)),
    )  # fmt: skip
    assert not post(
        lead, "keep_fund", "life", "commit_money", line=str(line.pk), what="Night sitting",
        hours_a_week="10", pence_an_hour="24.00", source="List",
        **day_of("from_on", date(2026, 3, 1)),
    )  # fmt: skip
    assert not post(
        lead, "keep_fund", "life", "divide_sum", what="cost", rule="agreed_shares", pence="100",
        shares="council 1\ncommissioner 2", why="Clause 8",
    )  # fmt: skip
    shown = text(lead, "fund", "life")
    assert "Night sitting" in shown
    assert "£66.67" in shown
    assert "the pennies left over go to the largest remainders" in shown


def _pk(code: str) -> object:
    return board.partner(code).pk


def test_a_transfer_page_says_why_no_money_moves_yet(
    year: FundYear, nhs: Viewer, office: Viewer
) -> None:
    transfer = books.moving(year, nhs, office)
    chair, lead = signed_in(Role.BOARD_CHAIR), signed_in(Role.FINANCE_LEAD)

    shown = text(chair, "transfer", transfer.pk)
    assert "£250,000 from NHS commissioner to Council" in shown
    assert "No money moves yet." in shown
    assert "Section 256" in shown
    at = "move_transfer"
    assert lead.get(reverse(f"finance:{at}", args=[transfer.pk, "agree_transfer"])).status_code == (
        200
    )
    assert "not in force" in post(lead, at, transfer.pk, "agree_transfer")
    assert not post(lead, at, transfer.pk, "withdraw_transfer", why="No need")
    assert "No need" in text(chair, "transfer", transfer.pk)


def test_a_promise_is_ended_and_a_ledger_corrected_by_form(year: FundYear, council: Viewer) -> None:
    lead = signed_in(Role.FINANCE_LEAD)
    with viewing(council, at=AT):
        promise, row = queries.commitments(year, viewer=council).get(), (
            queries.ledger(year, viewer=council).get()
        )  # fmt: skip

    assert not post(
        lead, "end_commitment", promise.pk, why="Over", **day_of("until_on", date(2026, 3, 20))
    )
    assert not post(lead, "correct_spent", row.pk, pence="3,900.00", why="Twice booked")
    shown = text(lead, "fund", "life")
    assert "Correction: Twice booked" in shown
    assert "to 20 March 2026: Over" in shown


def test_a_report_is_read_as_it_was_sent(year: FundYear, council: Viewer) -> None:
    with viewing(council, at=AT):
        report = verbs.send_report(year=year, words="As agreed.", by=council, at=AT)

    shown = text(signed_in(Role.SCRUTINY_MEMBER), "report", report.pk)
    assert "As it was sent on 12 March 2026" in shown
    assert "£178,000" in shown


def test_a_fund_is_opened_by_form_and_waits_for_its_year(council: Viewer) -> None:
    lead = signed_in(Role.FINANCE_LEAD)
    assert not post(
        lead, "open_fund", name="Carers’ fund", code="carers", purpose="Breaks for carers",
        legal_basis="grant", host=str(_pk("council")), manager_name="M",
    )  # fmt: skip

    assert "No year of this fund has begun yet." in text(lead, "fund", "carers")


def test_only_finance_leads_open_the_forms(year: FundYear) -> None:
    chair = signed_in(Role.BOARD_CHAIR)

    assert chair.get(reverse("finance:open_fund")).status_code == 404
    assert chair.get(reverse("finance:keep_fund", args=["life", "divide_sum"])).status_code == 404
    nurse = signed_in(Role.COMMUNITY_NURSE)
    assert nurse.get(reverse("finance:money")).status_code == 404
