"""Turns the shared money into what its pages show. Asks the database nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from oneplace.access.viewer import Viewer
from oneplace.contracts.rules import Standing
from oneplace.finance import rules
from oneplace.finance.models import (
    Commitment,
    Contribution,
    Division,
    Fund,
    FundReport,
    LegalBasis,
    PoolTerm,
    Spent,
    Transfer,
    TransferState,
)
from oneplace.finance.queries import FundNow
from oneplace.kit.formats import day, sentence_list
from oneplace.science.money import OVERSPEND_STEPS, Share, divide, pounds


def share(part: float) -> str:
    """A part of a whole as a percentage with one decimal."""
    return f"{part * 100:.1f} %"


def variance_words(variance: int) -> str:
    """The forecast against what was put in, in words."""
    if variance > 0:
        return f"{pounds(variance)} more than was put in"
    if variance < 0:
        return f"{pounds(-variance)} less than was put in"
    return "exactly what was put in"


@dataclass(frozen=True)
class Bar:
    """Spent, promised and free of what was put in, as parts of a bar a hundred wide."""

    spent: float
    promised: float
    beyond: bool

    @classmethod
    def of(cls, now: FundNow) -> "Bar":
        """The bar of a fund; what is beyond the fund fills it."""
        whole = max(now.contributed, now.forecast, 1)
        return cls(100 * now.spent / whole, 100 * now.promised / whole, now.variance > 0)


@dataclass(frozen=True)
class FundPage:
    """A fund's year in full."""

    fund: Fund
    now: FundNow
    bar: Bar
    contributions: tuple[Contribution, ...]
    commitments: tuple[Commitment, ...]
    ledger: tuple[Spent, ...]
    transfers: tuple[Transfer, ...]
    divisions: tuple[Division, ...]
    reports: tuple[FundReport, ...]
    next_report: tuple[int, date]
    missing: tuple[PoolTerm, ...]
    may_keep: bool
    on: date

    @property
    def title(self) -> str:
        """The fund's name."""
        return self.fund.name

    @property
    def as_of(self) -> str:
        """How far the ledgers reach."""
        waiting = [each.what for each in self.commitments if not each.is_counted]
        not_counted = (
            f" Not counted yet, and in no sum: {sentence_list(waiting)}." if waiting else ""
        )
        reach = self.now.ledger_until_on
        if reach is None:
            return f"No ledger has come yet.{not_counted}"
        open_words = "; the last months are not closed yet" if self.now.has_provisional else ""
        return f"Ledgers to {day(reach)}{open_words}.{not_counted}"

    @property
    def lead(self) -> str:
        """The fund in a sentence."""
        now = self.now
        return (
            f"{pounds(now.spent)} spent and {pounds(now.promised)} promised of "
            f"{pounds(now.contributed)} put in for {now.year}; the forecast is "
            f"{pounds(now.forecast)}, {variance_words(now.variance)}."
        )

    @property
    def basis(self) -> str:
        """Whether the fund's agreement is in force, and what it lacks."""
        if self.fund.in_force_from_on is not None:
            return f"In force since {day(self.fund.in_force_from_on)}."
        if self.fund.legal_basis is LegalBasis.SECTION_75 and self.missing:
            return (
                f"Not in force: its agreement lacks {len(self.missing)} of {len(PoolTerm)} parts."
            )
        return "Not in force yet."

    @property
    def who_would_bear(self) -> list[tuple[str, str, str]]:
        """Each partner's part of a forecast overspend as it contributes, with the working."""
        now = self.now
        if now.variance <= 0 or not now.contributed:
            return []
        names = {
            part.contribution.organisation.code: part.contribution.organisation.name
            for part in now.parts
        }
        weights = {
            part.contribution.organisation.code: part.contribution.pence for part in now.parts
        }
        return [
            (names[part.code], pounds(part.pence), part.words(now.variance))
            for part in divide(now.variance, weights)
        ]

    @property
    def cover_order(self) -> tuple[str, ...]:
        """In which order an overspend is covered before partners bear it."""
        return OVERSPEND_STEPS

    @property
    def report_is_late(self) -> bool:
        """Whether the next report is overdue."""
        return self.next_report[1] < self.on


@dataclass(frozen=True)
class TransferPage:
    """One transfer: who, how much, by which law and decision, who has agreed."""

    transfer: Transfer
    standing: Standing
    acts: tuple[tuple[str, str], ...]

    @property
    def title(self) -> str:
        """The sum and the two partners."""
        one = self.transfer
        return f"{pounds(one.pence)} from {one.payer.short_word} to {one.payee.short_word}"

    @property
    def agreed(self) -> list[tuple[str, str]]:
        """Each partner, and whether it agreed."""
        one = self.transfer
        return [
            (each.name, f"{who}, {day(when)}" if when else "not yet")
            for each, who, when in (
                (one.payer, one.payer_agreed_by, one.payer_agreed_at),
                (one.payee, one.payee_agreed_by, one.payee_agreed_at),
            )
        ]

    @classmethod
    def of(cls, transfer: Transfer, standing: Standing, *, viewer: Viewer) -> "TransferPage":
        """The page for a viewer."""
        acts: list[tuple[str, str]] = []
        if rules.why_not_agree_transfer(transfer, standing, viewer) is None:
            acts.append(("Agree for your partner", "agree_transfer"))
        may = rules.why_not_keep(viewer) is None
        if may and transfer.state is TransferState.AGREED:
            acts.append(("The money moved", "pay_transfer"))
        if may and transfer.state is TransferState.PAID:
            acts.append(("Certify what it was spent on", "certify_transfer"))
        if may and transfer.state in (TransferState.PROPOSED, TransferState.AGREED):
            acts.append(("Withdraw it", "withdraw_transfer"))
        return cls(transfer, standing, tuple(acts))


def working(division: Division) -> list[tuple[str, str, str, str]]:
    """Each partner's name, weight, pence and working; they add up to what was divided."""
    found = []
    for row in division.shares:
        part = Share(
            code=row["code"],
            weight=Decimal(row["weight"]),
            exact=Decimal(row["exact"]),
            pence=row["pence"],
            has_last_penny=row["has_last_penny"],
        )
        found.append(
            (row["name"], f"{part.weight:,}", pounds(part.pence), part.words(division.pence))
        )
    return found


@dataclass(frozen=True)
class ReportPage:
    """A report as it was sent."""

    report: FundReport
    earlier: FundReport | None

    @property
    def title(self) -> str:
        """The fund, the number and the day."""
        fund = self.report.year.fund
        return f"{fund.name}: report {self.report.number}, {day(self.report.as_of_on)}"

    @property
    def reach(self) -> str:
        """How far the ledgers reached when it was sent."""
        until = self.report.figures["ledger_until_on"]
        if not until:
            return "No ledger had come."
        open_words = (
            ", the last months not closed" if self.report.figures["has_provisional"] else ""
        )
        return f"Ledgers to {day(date.fromisoformat(until))}{open_words}."

    @property
    def sums(self) -> list[tuple[str, str, str]]:
        """Each figure: its name, its sum, and the change since the report before."""
        names = (
            ("contributed", "Put in for the year"),
            ("spent", "Spent"),
            ("promised", "Promised until the year ends"),
            ("forecast", "Forecast"),
            ("variance", "Forecast beyond what was put in"),
        )
        before = self.earlier.figures if self.earlier else {}
        return [
            (
                name,
                pounds(self.report.figures[key]),
                _change(self.report.figures[key], before.get(key)),
            )
            for key, name in names
        ]

    @property
    def lines(self) -> Sequence[tuple[str, str, str, str, str]]:
        """Each line: name, who spends it, spent, promised, forecast."""
        return [
            (
                row["name"],
                row["spender"],
                pounds(row["spent"]),
                pounds(row["promised"]),
                pounds(row["forecast"]),
            )
            for row in self.report.figures["lines"]
        ]

    @property
    def parts(self) -> Sequence[tuple[str, str]]:
        """What each partner put in."""
        return [(row["name"], pounds(row["pence"])) for row in self.report.figures["parts"]]


def _change(now: int, before: int | None) -> str:
    if before is None:
        return "–"
    if now == before:
        return "unchanged"
    return f"{'+' if now > before else ''}{pounds(now - before)}"
