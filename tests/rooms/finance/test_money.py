"""One fund: put in, promised, spent, forecast, moved, divided, reported; and what is refused."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from oneplace.access.viewer import Viewer, viewing
from oneplace.config.database import Role as DatabaseRole
from oneplace.finance import queries, verbs
from oneplace.finance.models import (
    DividedSum,
    DivisionRule,
    LegalBasis,
    PoolTerm,
    TransferState,
)
from oneplace.insight.packages import PackageHours
from oneplace.kit.refusals import Refused
from oneplace.outcomes.measurer import MEASURER
from oneplace.post.models import Message
from oneplace.vocabulary.terms import Role
from tests.database import as_role
from tests.factories import AT, make_hat, viewer_in
from tests.rooms.contracts import board
from tests.rooms.finance import books

pytestmark = pytest.mark.django_db


def test_the_forecast_is_what_was_spent_and_what_is_promised_after_it(council: Viewer) -> None:
    year = books.opened(council)
    on = books.line(year, council)
    books.given(year, council, council=390_000_00, commissioner=1_390_000_00)
    books.promised(year, on, council)
    with viewing(council, at=AT):
        verbs.record_spent(
            year=year, line=on, organisation=board.partner("council"), month_on=date(2026, 2, 1),
            pence=11_000_00, source="Ledger of 5 March", by=council, at=AT,
        )  # fmt: skip
        now = queries.fund_now(year, viewer=council, on=AT.date())

    assert now.contributed == 1_780_000_00
    assert now.spent == 11_000_00
    # 100 hours at £24 are £2,400 a week: March, and the ten months of which no ledger tells.
    days = [30, 31, 30, 31, 31, 30, 31, 30, 31, 31, 31]
    assert now.promised == sum(round(Decimal(240_000) * each / 7) for each in days)
    assert len(now.lines[0].outlook.missing) == 10
    assert now.forecast == now.spent + now.promised
    assert now.ledger_until_on == date(2026, 2, 28)
    assert [part.share for part in now.parts] == [39 / 178, 139 / 178]


MADE_AT = datetime(2026, 3, 12, 4, tzinfo=UTC)


def counted(hours: dict[str, PackageHours], *, at: datetime = AT) -> None:
    """What the nightly job counts, kept as the job keeps it."""
    with as_role(DatabaseRole.LOADER), viewing(MEASURER, at=at):
        verbs.count_packages(
            hours=hours, snapshot="a" * 64, snapshot_made_at=MADE_AT, by=MEASURER, at=at
        )


def test_a_promise_that_counts_packages_follows_the_snapshot(council: Viewer) -> None:
    year = books.opened(council)
    on = books.line(year, council)
    with viewing(council, at=AT):
        made = verbs.commit_money(
            year=year, line=on, what="Reablement that runs", counts="Reablement ",
            pence_an_hour=2_400, from_on=date(2026, 3, 1), source="", by=council, at=AT,
        )  # fmt: skip
    assert (made.is_counted, made.pence_a_week) == (False, 0)

    counted({"reablement": PackageHours(41, 310.25, 2), "equipment": PackageHours(3, 0.0, 3)})
    made.refresh_from_db()
    assert (made.hours_a_week, made.pence_a_week) == (Decimal("310.25"), 744_600)
    assert made.source == (
        "Counted: 40 people with a package of reablement, snapshot aaaaaaaaaaaa of 12 March 2026;"
        " hours of 1 to 7 of them are not told"
    )
    with viewing(council, at=AT):
        now = queries.fund_now(year, viewer=council, on=AT.date())
    assert now.promised == round(Decimal(744_600) * 31 / 7)

    counted({})
    made.refresh_from_db()
    assert (made.hours_a_week, made.pence_a_week) == (Decimal(0), 0)
    assert made.is_counted and made.source.startswith("Counted: 0 people")


def test_a_promise_made_after_the_count_has_its_hours_at_once_and_an_ended_one_keeps_its_own(
    council: Viewer,
) -> None:
    year = books.opened(council)
    on = books.line(year, council)
    counted({"reablement": PackageHours(20, 100.0, 0)})
    with viewing(council, at=AT):
        made = verbs.commit_money(
            year=year, line=on, what="Reablement that runs", counts="reablement",
            pence_an_hour=2_400, from_on=date(2026, 2, 1), source="", by=council, at=AT,
        )  # fmt: skip
        assert made.pence_a_week == 240_000
        verbs.end_commitment(
            commitment=made, until_on=date(2026, 3, 1), why="In house", by=council, at=AT
        )

    counted({"reablement": PackageHours(30, 200.0, 0)})

    made.refresh_from_db()
    assert made.hours_a_week == Decimal(100)


def test_a_kind_of_care_nobody_counted_is_refused_and_no_quiet_nought(council: Viewer) -> None:
    year = books.opened(council)
    on = books.line(year, council)
    counted({"reablement": PackageHours(20, 100.0, 0)})

    with viewing(council, at=AT), pytest.raises(Refused, match="There are: reablement"):
        verbs.commit_money(
            year=year, line=on, what="Mistyped", counts="reablment", pence_an_hour=2_400,
            from_on=date(2026, 2, 1), source="", by=council, at=AT,
        )  # fmt: skip


def test_hours_are_counted_by_the_job_alone_and_never_beside_typed_ones(council: Viewer) -> None:
    year = books.opened(council)
    on = books.line(year, council)
    with viewing(council, at=AT), pytest.raises(Refused, match="own job"):
        verbs.count_packages(
            hours={}, snapshot="a" * 64, snapshot_made_at=MADE_AT, by=council, at=AT
        )
    for typed, says in (
        ({"hours_a_week": Decimal(7), "pence_an_hour": 2_400}, "are counted"),
        ({"pence_a_week": 100}, "are counted"),
        ({}, "what an hour"),
    ):
        with viewing(council, at=AT), pytest.raises(Refused, match=says):
            verbs.commit_money(
                year=year, line=on, what="Reablement", counts="reablement", source="",
                from_on=date(2026, 3, 1), by=council, at=AT, **typed,
            )  # fmt: skip


def test_a_pooled_fund_is_not_in_force_while_its_agreement_leaves_something_out(
    council: Viewer,
) -> None:
    for left_out in PoolTerm:
        terms = {term: words for term, words in books.TERMS.items() if term is not left_out}
        year = books.opened(council, terms=terms)
        with viewing(council, at=AT), pytest.raises(Refused, match=left_out.label):
            verbs.bring_fund_into_force(fund=year.fund, from_on=date(2025, 4, 1), by=council, at=AT)
        year.delete()
        year.fund.delete()


def test_a_pooled_fund_that_says_all_seven_is_in_force(council: Viewer) -> None:
    year = books.opened(council)
    with viewing(council, at=AT):
        fund = verbs.bring_fund_into_force(
            fund=year.fund, from_on=date(2025, 4, 1), by=council, at=AT
        )
        with pytest.raises(Refused, match="The fund is in force"):
            verbs.write_terms(fund=fund, terms={PoolTerm.AIMS: ""}, by=council, at=AT)

    assert fund.in_force_from_on == date(2025, 4, 1)


def test_a_contribution_in_another_currency_or_of_a_stranger_is_refused(council: Viewer) -> None:
    year = books.opened(council)
    for changes, says in (
        ({"currency": "EUR"}, "EUR is not converted"),
        ({"pence": -1}, "not below nought"),
        ({"agreed_on": date(2016, 1, 1)}, "was not bound by the agreement"),
        ({"why": " "}, "where it was agreed"),
    ):
        asked: dict[str, Any] = {
            "pence": 100,
            "agreed_on": date(2025, 3, 1),
            "why": "Minute 9",
            **changes,
        }
        with viewing(council, at=AT), pytest.raises(Refused, match=says):
            verbs.agree_contribution(
                year=year, organisation=board.partner("age_uk"), by=council, at=AT, **asked
            )


def test_a_changed_contribution_replaces_the_old_one_and_both_are_kept(council: Viewer) -> None:
    year = books.opened(council)
    books.given(year, council, council=100_00)
    books.given(year, council, council=120_00)

    with viewing(council, at=AT):
        assert queries.fund_now(year, viewer=council, on=AT.date()).contributed == 120_00
        assert queries.contributions(year, viewer=council).count() == 2


def test_a_correction_is_a_line_of_its_own(council: Viewer) -> None:
    year = books.opened(council)
    on = books.line(year, council)
    with viewing(council, at=AT):
        spent = verbs.record_spent(
            year=year, line=on, organisation=board.partner("council"), month_on=date(2026, 2, 1),
            pence=500, source="Ledger", by=council, at=AT,
        )  # fmt: skip
        verbs.correct_spent(spent=spent, pence=450, why="Twice booked", by=council, at=AT)
        verbs.correct_spent(spent=spent, pence=470, why="Once was right", by=council, at=AT)

        assert queries.fund_now(year, viewer=council, on=AT.date()).spent == 470
        assert queries.ledger(year, viewer=council).count() == 3
        with pytest.raises(Refused, match="stands there already"):
            verbs.correct_spent(spent=spent, pence=470, why="Again", by=council, at=AT)


def test_a_month_is_booked_once_within_its_year_and_not_before_it_began(council: Viewer) -> None:
    year = books.opened(council)
    on = books.line(year, council)

    def spend(month_on: date) -> None:
        with viewing(council, at=AT):
            verbs.record_spent(
                year=year, line=on, organisation=board.partner("council"), month_on=month_on,
                pence=500, source="Ledger", by=council, at=AT,
            )  # fmt: skip

    spend(date(2026, 2, 1))
    for month_on, says in (
        (date(2026, 2, 1), "Correct that line"),
        (date(2026, 2, 2), "first day of the month"),
        (date(2025, 3, 1), "outside the year"),
    ):
        with pytest.raises(Refused, match=says):
            spend(month_on)


def test_a_promise_is_hours_at_a_price_or_a_sum_and_never_both(council: Viewer) -> None:
    year = books.opened(council)
    on = books.line(year, council)
    for given, says in (
        ({}, "one of the two"),
        ({"hours_a_week": Decimal(1)}, "Hours need a price"),
        (
            {"hours_a_week": Decimal(1), "pence_an_hour": 2400, "pence_a_week": 5},
            "one of the two",
        ),
        ({"hours_a_week": Decimal(0), "pence_an_hour": 2400}, "above nought"),
        ({"pence_a_week": -5}, "not below nought"),
        ({"pence_a_week": 5, "until_on": date(2025, 1, 1)}, "ends before it begins"),
    ):
        with viewing(council, at=AT), pytest.raises(Refused, match=says):
            verbs.commit_money(
                year=year,
                line=on,
                what="Packages",
                source="Brokerage",
                from_on=date(2025, 4, 1),
                by=council,
                at=AT,
                **given,  # type: ignore[arg-type]
            )


def test_money_moves_only_once_its_decision_is_in_force_and_both_agree(
    council: Viewer, nhs: Viewer, office: Viewer
) -> None:
    transfer = books.moving(books.opened(council), nhs, office)
    with viewing(nhs, at=AT), pytest.raises(Refused, match="ratified by 0 of 6"):
        verbs.agree_transfer(transfer=transfer, by=nhs, at=AT)

    board.ratified(transfer.decision, office, *board.PARTNERS)
    with viewing(nhs, at=AT):
        transfer = verbs.agree_transfer(transfer=transfer, by=nhs, at=AT)
        assert transfer.state is TransferState.PROPOSED
        with pytest.raises(Refused, match="has agreed already"):
            verbs.agree_transfer(transfer=transfer, by=nhs, at=AT)
    with viewing(council, at=AT):
        transfer = verbs.agree_transfer(transfer=transfer, by=council, at=AT)
        assert transfer.state is TransferState.AGREED
        with pytest.raises(Refused, match="was not in force that day"):
            verbs.pay_transfer(
                transfer=transfer, paid_on=AT.date() - timedelta(days=1), by=council, at=AT
            )
        transfer = verbs.pay_transfer(transfer=transfer, paid_on=AT.date(), by=council, at=AT)
        transfer = verbs.certify_transfer(
            transfer=transfer, certificate="4,100 hours at weekends", by=council, at=AT
        )

    assert transfer.state is TransferState.CERTIFIED


def test_nobody_agrees_for_another_partner(council: Viewer, nhs: Viewer, office: Viewer) -> None:
    transfer = books.moving(books.opened(council), nhs, office)
    stranger = board.somebody(Role.FINANCE_LEAD, "age_uk")

    with viewing(stranger, at=AT), pytest.raises(Refused, match="by its own finance lead"):
        verbs.agree_transfer(transfer=transfer, by=stranger, at=AT)


@pytest.mark.parametrize(
    ("payer", "payee", "basis", "says"),
    [
        ("council", "commissioner", LegalBasis.SECTION_256, "from an NHS body to the council"),
        ("commissioner", "council", LegalBasis.SECTION_76, "from the council to an NHS body"),
        ("commissioner", "age_uk", LegalBasis.SECTION_75, "council and NHS bodies alone"),
        ("commissioner", "council", LegalBasis.GRANT, "voluntary organisation"),
    ],
)
def test_each_law_carries_money_one_way(
    payer: str, payee: str, basis: LegalBasis, says: str, *, council: Viewer, office: Viewer
) -> None:
    year, decision = books.opened(council), board.proposed(office)

    with viewing(council, at=AT), pytest.raises(Refused, match=says):
        verbs.propose_transfer(
            year=year, payer=board.partner(payer), payee=board.partner(payee), pence=1,
            legal_basis=basis, reason="Hours", decision=decision, by=council, at=AT,
        )  # fmt: skip


def test_an_overspend_is_divided_as_partners_contribute_to_the_penny(council: Viewer) -> None:
    year = books.opened(council)
    books.given(year, council, council=39_000_000_00, commissioner=139_000_000_00)
    with viewing(council, at=AT):
        division = verbs.divide_sum(
            year=year, what=DividedSum.OVERSPEND, rule=DivisionRule.BY_CONTRIBUTION,
            pence=2_000_000_00, why="Clause 8", by=council, at=AT,
        )  # fmt: skip

    assert {row["code"]: row["pence"] for row in division.shares} == {
        "commissioner": 156_179_775,
        "council": 43_820_225,
    }


def test_equal_parts_go_to_those_bound_and_shares_to_no_stranger(council: Viewer) -> None:
    year = books.opened(council)
    with viewing(council, at=AT):
        division = verbs.divide_sum(
            year=year, what=DividedSum.SAVING, rule=DivisionRule.EQUAL, pence=5, why="Clause 8",
            by=council, at=AT,
        )  # fmt: skip
        assert sorted(row["pence"] for row in division.shares) == [0, 1, 1, 1, 1, 1]
        for shares, says in (
            ({"nobody": Decimal(1)}, "Not partners bound"),
            ({"council": Decimal(0)}, "All shares are nought"),
            ({"council": Decimal(-1), "age_uk": Decimal(2)}, "not below nought"),
        ):
            with pytest.raises(Refused, match=says):
                verbs.divide_sum(
                    year=year, what=DividedSum.SAVING, rule=DivisionRule.AGREED_SHARES, pence=5,
                    why="Clause 8", shares=shares, by=council, at=AT,
                )  # fmt: skip


def test_a_report_is_frozen_and_a_forecast_overspend_needs_a_plan(council: Viewer) -> None:
    year = books.opened(council)
    on = books.line(year, council)
    books.given(year, council, council=100_00)
    books.promised(year, on, council)
    with viewing(council, at=AT):
        with pytest.raises(Refused, match="write what is done about it"):
            verbs.send_report(year=year, words="More hours.", by=council, at=AT)
        report = verbs.send_report(
            year=year, words="More hours.", action_plan="Fewer new packages.", by=council, at=AT
        )
        books.given(year, council, council=999_000_00)
        kept = queries.report(report.pk, viewer=council)
        due = queries.report_due(year, viewer=council)

    assert kept is not None
    assert kept.figures["contributed"] == 100_00
    assert kept.due_on == date(2025, 5, 13)
    assert due == (2, date(2025, 6, 24))


def test_a_report_is_told_to_those_who_keep_the_money_of_the_others(council: Viewer) -> None:
    nhs = viewer_in(make_hat(Role.FINANCE_LEAD), at=AT)
    year = books.opened(council)
    with viewing(council, at=AT):
        report = verbs.send_report(year=year, words="As agreed.", by=council, at=AT)

    with viewing(nhs, at=AT):
        told = {each.recipient_id: each for each in Message.objects.filter(cause_id=report.pk)}
    assert nhs.account_id is not None and set(told) == {nhs.account_id}
    assert str(report.pk) in told[nhs.account_id].opens
    assert "As agreed." in told[nhs.account_id].body


def test_only_finance_leads_write_in_the_books(council: Viewer, office: Viewer) -> None:
    with viewing(office, at=AT), pytest.raises(Refused, match="finance leads keep"):
        books.opened(office)
