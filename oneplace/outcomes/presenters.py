"""What the pages of measures show: rows for the board, one chart with its table, a claim read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from oneplace.insight.indicators import Definition
from oneplace.outcomes import drawing
from oneplace.outcomes.models import Signal
from oneplace.outcomes.queries import Charted, Figure, Groups
from oneplace.outcomes.wording import STATUS, amount, counted, month
from oneplace.science.spc.funnel import LEVELS, proportion_limits, rate_limits
from oneplace.science.spc.xmr import LEAST_FOR_ICONS, Assurance, Variation
from oneplace.vocabulary.place.outcomes import Statement


@dataclass(frozen=True)
class BoardLine:
    """One indicator on the board: its figure with all a figure needs, and what its chart says."""

    definition: Definition
    figure: Figure | None
    period: str
    variation: Variation
    assurance: Assurance
    disagree: bool
    spark: Markup
    nothing: str
    signal: Signal | None


def board_line(charted: Charted, signal: Signal | None) -> BoardLine:
    """One line of the board."""
    chart, figure = charted.chart, charted.figure
    return BoardLine(
        charted.definition,
        figure,
        period(figure),
        chart.variation if chart is not None else Variation.TOO_FEW,
        chart.assurance if chart is not None else Assurance.TOO_FEW,
        chart.disagree if chart is not None else False,
        drawing.sparkline([row.value for row in charted.months]),
        charted.why_no_figure,
        signal,
    )


def period(figure: Figure | None) -> str:
    """From which month to which a figure is."""
    if figure is None:
        return ""
    if figure.first == figure.last:
        return month(figure.first)
    return f"{month(figure.first)} to {month(figure.last)}"


def by_statement(
    statements: Sequence[Statement],
    charts: Mapping[str, Charted],
    signals: Mapping[str, Signal],
) -> list[tuple[Statement, list[BoardLine]]]:
    """Each statement with the lines of its indicators."""
    return [
        (
            each,
            [
                board_line(charted, signals.get(key))
                for key, charted in charts.items()
                if charted.definition.statement == each.key
            ],
        )
        for each in statements
    ]


@dataclass(frozen=True)
class TableRow:
    """One month of a chart in words."""

    month: str
    value: str
    of: str
    rule: str
    status: str


def table(charted: Charted) -> list[TableRow]:
    """The chart's table: every month, the newest first."""
    rules: Mapping[date, str] = {}
    if charted.chart is not None:
        rules = {
            each.point.on: each.rule.label if each.rule.is_special else ""
            for each in charted.chart.judged
        }
    return [
        TableRow(
            month(row.month),
            amount(charted.definition, row.value) if row.value is not None else "–",
            counted(charted.definition, charted.variant, row.top, row.bottom)
            if row.bottom and row.status != "few"
            else "–",
            rules.get(row.month, ""),
            STATUS[row.status],
        )
        for row in reversed(charted.months)
    ]


def limits_words(charted: Charted) -> str:
    """How the limits were made, as the chart must say."""
    chart = charted.chart
    if chart is None or chart.limits[-1] is None:
        return "No limits: fewer than seven months."
    limits = chart.limits[-1]
    trial = f" On trial: fewer than {LEAST_FOR_ICONS} months." if limits.is_trial else ""
    return (
        f"XmR chart. Mean {amount(charted.definition, limits.mean)}; limits are the mean and 2.66 "
        f"times the average change from month to month, of {limits.points} months; outlying "
        "changes are kept in. Months that may still change are drawn hollow and used for no limit."
        + trial
    )


def funnel_sentence(found: Groups) -> str:
    """What a funnel says: how many are shown, about what, and how many stand out."""
    placed = found.gated.placed
    outer = sum(each.says.startswith("very_") for each in placed)
    inner = sum(each.says in ("high", "low") for each in placed)
    left_out = sum(1 for each in found.lines if each.why)
    said = [
        f"{len(placed)} of {len(found.lines)} about the whole, "
        f"{amount(found.definition, found.gated.whole)}.",
        f"Beyond the limits of 99.8 %: {outer or 'none'}; of 95 % alone: {inner or 'none'}.",
    ]
    if left_out:
        said.append(f"{left_out} left out, because few people would be told of.")
    return " ".join(said)


def funnel(found: Groups) -> Markup:
    """The picture of a funnel; nothing where groups are held against nothing."""
    gated, definition = found.gated, found.definition
    if gated.whole is None or not gated.placed:
        return Markup("")
    share = gated.whole / definition.multiplier
    between = rate_limits if definition.is_rate else proportion_limits

    def limits(people: float) -> list[tuple[float, float]]:
        both = [between(share, people * gated.months, level) for level in LEVELS]
        return [(low * definition.multiplier, high * definition.multiplier) for low, high in both]

    read = definition.variants.get(found.variant)
    return drawing.funnel_chart(
        [
            drawing.FunnelArea(each.name, each.people, each.number, each.value, each.says)
            for each in gated.placed
            if each.people is not None and each.number is not None
        ],
        value=gated.whole,
        limits=limits,
        counts=(read.counts if read is not None else "") or definition.counts,
        name=f"Funnel of {definition.title} by {found.title.lower()}",
        sentence=funnel_sentence(found),
        highest=None if definition.is_rate else 100.0,
    )
