"""The board pack: two pages on whether the alliance keeps its word. Asks the database nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from oneplace.contracts.bodies import name_of
from oneplace.contracts.models import BoardMeeting, Question
from oneplace.contracts.queries import AgreementNow, Stands
from oneplace.finance.models import Transfer
from oneplace.finance.presenters import variance_words
from oneplace.finance.queries import FundNow
from oneplace.insight.indicators import Definition
from oneplace.kit.formats import day
from oneplace.outcomes.models import Signal
from oneplace.outcomes.queries import Charted
from oneplace.science.money import pounds
from oneplace.vocabulary.place.outcomes import Claim, Statement
from oneplace.vocabulary.terms import DecisionState


@dataclass(frozen=True)
class Line:
    """One indicator: its figure with its denominator, its months and its definition."""

    title: str
    value: str
    of: str
    months: str
    definition: str
    change: str
    """Whether the newest month differs from those before by more than chance, in words."""

    @classmethod
    def of_chart(cls, found: Charted) -> "Line":
        """The line of a chart; one without a figure says why."""
        definition: Definition = found.definition
        figure = found.figure
        if figure is None:
            return cls(
                definition.title, "not known", found.why_no_figure, "–", definition.label, "–"
            )
        months = f"{figure.first:%b %Y} to {figure.last:%b %Y}"
        chart = found.chart
        change = str(chart.variation.label) if chart is not None else "–"
        return cls(definition.title, figure.words, figure.of, months, definition.label, change)


@dataclass(frozen=True)
class Said:
    """A statement of residents, and the lines that answer to it."""

    words: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class FundLines:
    """A fund in a few lines."""

    title: str
    sentence: str
    as_of: str
    lines: tuple[tuple[str, str, str, str], ...]
    parts: tuple[tuple[str, str, str], ...]

    @classmethod
    def of(cls, now: FundNow) -> "FundLines":
        """The lines of a fund as it stands."""
        reach = f"Ledgers to {day(now.ledger_until_on)}" if now.ledger_until_on else "No ledger yet"
        open_months = ", the last months not closed" if now.has_provisional else ""
        return cls(
            f"{now.year.fund.name}, {now.year}",
            f"{pounds(now.spent)} spent and {pounds(now.promised)} promised of "
            f"{pounds(now.contributed)} put in. Forecast {pounds(now.forecast)}: "
            f"{variance_words(now.variance)}.",
            f"{reach}{open_months}.",
            tuple(
                (
                    line.name,
                    pounds(line.outlook.spent),
                    pounds(line.outlook.promised),
                    pounds(line.outlook.forecast),
                )
                for line in now.lines
            ),
            tuple(
                (
                    part.contribution.organisation.name,
                    pounds(part.contribution.pence),
                    f"{part.share * 100:.1f} %",
                )
                for part in now.parts
            ),
        )


@dataclass(frozen=True)
class BoardPack:
    """Everything the two pages say."""

    on: date
    at: datetime
    measured_at: datetime | None
    statements: tuple[Said, ...]
    claims: tuple[Claim, ...]
    funds: tuple[FundLines, ...]
    transfers: tuple[tuple[str, str], ...]
    waiting: tuple[tuple[str, str, str], ...]
    in_force: int
    agreement: str
    questions: tuple[tuple[str, str], ...]
    meetings: tuple[tuple[str, str, str], ...]
    unknown: tuple[str, ...]

    @property
    def verdicts(self) -> list[tuple[str, int]]:
        """How many claims may be told, may not, or are undefined."""
        counted: dict[str, int] = {}
        for claim in self.claims:
            words = in_short(claim)
            counted[words] = counted.get(words, 0) + 1
        return list(counted.items())

    @property
    def claim_rows(self) -> list[tuple[str, str, str]]:
        """Each claim's figure, whether it may be told, and why."""
        return [(claim.figure, in_short(claim), claim.why) for claim in self.claims]


def in_short(claim: Claim) -> str:
    """A claim's verdict in two or three words."""
    label = str(claim.verdict.label)
    return label.partition(",")[0].partition(":")[0].removesuffix(" as it stands")


def said(statements: Sequence[Statement], charts: Mapping[str, Charted]) -> tuple[Said, ...]:
    """The residents' statements with their indicators, as the place file orders them."""
    return tuple(
        Said(
            each.words,
            tuple(
                Line.of_chart(found)
                for found in charts.values()
                if found.definition.statement == each.key
            ),
        )
        for each in statements
    )


def waiting_rows(found: Sequence[Stands]) -> tuple[tuple[str, str, str], ...]:
    """Decisions on the way: title, whether it is in force, and the money it moves."""
    return tuple(
        (
            each.decision.title,
            each.standing.words,
            pounds(each.decision.pence) if each.decision.pence else "",
        )
        for each in found
        if each.decision.state is not DecisionState.PROPOSED
    )


def transfer_rows(found: Sequence[Transfer]) -> tuple[tuple[str, str], ...]:
    """Money on its way between partners: what, and by which law and how far."""
    return tuple(
        (
            f"{pounds(each.pence)} from {each.payer.short_word} to {each.payee.short_word}",
            f"{each.legal_basis.label}. {each.state.label}.",
        )
        for each in found
    )


def agreement_words(now: AgreementNow, on: date) -> str:
    """Until when the agreement runs."""
    if now.until_on is None:
        return ""
    runs = "in force today, until" if now.runs(on) else "not in force: it ran until"
    return f"The agreement is {runs} {day(now.until_on)}."


def question_rows(found: Sequence[Question], on: date) -> tuple[tuple[str, str], ...]:
    """Questions without an answer, with the day promised."""
    return tuple(
        (
            each.question,
            f"promised by {day(each.promised_on)}{': late' if each.promised_on < on else ''}",
        )
        for each in found
    )


def meeting_rows(found: Sequence[BoardMeeting]) -> tuple[tuple[str, str, str], ...]:
    """The next meetings: body, day, how far they are."""
    return tuple((name_of(each.body), day(each.starts_at), each.stage.label) for each in found)


def unknown(
    charts: Mapping[str, Charted],
    claims: Sequence[Claim],
    signals: Sequence[Signal],
    funds: Sequence[FundNow],
) -> tuple[str, ...]:
    """What we do not know, each in a sentence."""
    found = [
        f"{each.definition.title}: {each.why_no_figure[:1].lower()}{each.why_no_figure[1:]}"
        for each in charts.values()
        if each.figure is None
    ]
    found += [
        f"“{claim.figure}” leaves open: {claim.undefined[0]}."
        for claim in claims
        if claim.undefined
    ][:4]
    if signals:
        found.append(
            f"{len(signals)} figures moved more than chance would, and nobody has shown yet why."
            if len(signals) > 1
            else "One figure moved more than chance would, and nobody has shown yet why."
        )
    found += [
        f"{now.year.fund.name}: what the last month cost; its ledgers are not closed."
        for now in funds
        if now.has_provisional
    ]
    if not charts:
        found.insert(0, "No figure has been measured here yet.")
    found.append("What any of this did: no comparison with people like them has been made yet.")
    return tuple(found)
