"""The small face of shared money: on My day, and beside a decision."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from django.urls import reverse

from oneplace.access.viewer import Viewer
from oneplace.contracts.beside import Beside
from oneplace.finance import queries
from oneplace.finance.permissions import KEEP_MONEY, SEE_MONEY
from oneplace.kit.cards import Row, Section
from oneplace.kit.clock import local_day
from oneplace.kit.formats import day
from oneplace.outcomes.cards import BoardRow
from oneplace.science.money import pounds


class TransfersToAgree:
    """Transfers the viewer's own partner has not agreed to."""

    section = Section.NOW
    permission = KEEP_MONEY

    def rows(self, *, viewer: Viewer, at: datetime) -> Sequence[Row]:
        """A row for each, and what it waits for."""
        return [
            Row(
                what=f"Agree to {pounds(each.pence)} from {each.payer.short_word} to "
                f"{each.payee.short_word}?",
                why_you=f"It stands on: {each.decision.title}",
                button="Look",
                address=reverse("finance:transfer", args=[each.pk]),
            )
            for each in queries.transfers_waiting(viewer=viewer)[:5]
        ]


class ReportsDue:
    """Reports of funds that are due in the next fortnight, or late."""

    section = Section.NEXT
    permission = KEEP_MONEY

    def rows(self, *, viewer: Viewer, at: datetime) -> Sequence[Row]:
        """A row for each fund whose next report is near."""
        on = local_day(at)
        return [
            Row(
                what=f"{year.fund.name}: report {number}",
                why_you=f"{'Was due' if due_on < on else 'Due'} {day(due_on)}",
                button="Send it",
                address=reverse("finance:keep_fund", args=[year.fund.code, "send_report"]),
            )
            for year, number, due_on in queries.reports_due(viewer=viewer, on=on)
        ]


class TransfersOnDecision:
    """Beside a decision: the money that moves once it is in force."""

    permission = SEE_MONEY

    def lines(self, decision_id: uuid.UUID, *, viewer: Viewer) -> Sequence[Beside]:
        """A line for each transfer that stands on it."""
        return [
            Beside(
                f"{pounds(each.pence)} from {each.payer.short_word} to {each.payee.short_word}",
                f"{each.legal_basis.label}. {each.state.label}",
                reverse("finance:transfer", args=[each.pk]),
            )
            for each in queries.transfers_on(decision_id, viewer=viewer)
        ]


class FundsOnDecision:
    """Beside a decision: the fund it opened or carries on."""

    permission = SEE_MONEY

    def lines(self, decision_id: uuid.UUID, *, viewer: Viewer) -> Sequence[Beside]:
        """A line for each fund."""
        return [
            Beside(each.name, each.purpose, reverse("finance:fund", args=[each.code]))
            for each in queries.funds_on(decision_id, viewer=viewer)
        ]


def _fund_row(now: queries.FundNow, *, shown: str) -> BoardRow:
    beyond = ""
    if now.variance > 0:
        beyond = f", {pounds(now.variance)} more than was put in"
    elif now.variance < 0:
        beyond = f", {pounds(-now.variance)} less than was put in"
    reach = f"ledgers to {day(now.ledger_until_on)}" if now.ledger_until_on else "no ledger yet"
    return BoardRow(
        title=f"{shown}, {now.year}",
        words=f"{pounds(now.spent)} spent and {pounds(now.promised)} promised of "
        f"{pounds(now.contributed)} put in. Forecast {pounds(now.forecast)}{beyond}.",
        address=reverse("finance:fund", args=[now.year.fund.code]),
        link_words="The money",
        as_of=reach,
    )


class FundsOnBoard:
    """On the board's page: each fund spent, promised, forecast."""

    permission = SEE_MONEY

    def rows(self, *, viewer: Viewer, at: datetime) -> Sequence[BoardRow]:
        """A row for each fund with a year."""
        found = queries.funds_now(viewer=viewer, on=local_day(at))
        return [_fund_row(now, shown=now.year.fund.name) for now in found]


class MoneyBesideClaim:
    """Beside a claim: what the service costs, and the transfer its decision waits with."""

    permission = SEE_MONEY

    def rows(self, claim: str, *, viewer: Viewer, at: datetime) -> Sequence[BoardRow]:
        """The funds, and a row for each transfer that stands on a decision resting on the claim."""
        moves = list(queries.transfers_for(claim, viewer=viewer))
        if not moves:
            return []
        years = {each.year_id for each in moves}
        found = queries.funds_now(viewer=viewer, on=local_day(at))
        rows = [_fund_row(now, shown=now.year.fund.name) for now in found if now.year.pk in years]
        return [
            *rows,
            *(
                BoardRow(
                    title=f"{pounds(each.pence)} from {each.payer.short_word} to "
                    f"{each.payee.short_word}",
                    words=f"{each.legal_basis.label}. {each.state.label}. {each.reason}.",
                    address=reverse("finance:transfer", args=[each.pk]),
                    link_words="The transfer",
                    as_of=day(each.proposed_at),
                )
                for each in moves
            ),
        ]
