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
