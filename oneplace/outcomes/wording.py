"""What figures and charts say in words: a value in its unit, a chart in a sentence. Pure."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final, Protocol

from oneplace.insight.indicators import Definition
from oneplace.science.spc.xmr import Assurance, Chart, Limits
from oneplace.vocabulary.terms import MeasureUnit

_PLACES: Final = {MeasureUnit.PER_CENT: 0, MeasureUnit.RATE: 1, MeasureUnit.DAYS: 1,
                  MeasureUnit.SCORE: 1}  # fmt: skip
NOT_KNOWN: Final = (
    "Whether anybody is better off because of the programme: no comparison has been made yet.",
    "What happens to people who are not registered with a practice here.",
    "Why figures of small groups differ: most of them are left out, because they are small.",
    "Anything about people who objected to being counted: they are in no figure.",
)
STATUS: Final = {
    "final": "",
    "provisional": "may still change",
    "missing": "not told yet",
    "nobody": "nobody to count",
    "few": "too few to tell",
}


def not_known(of_figures: Iterable[str]) -> list[str]:
    """What nobody can say by these figures: of all of them, then of each that says anything."""
    return [*NOT_KNOWN, *filter(None, of_figures)]


class _Month(Protocol):
    @property
    def month(self) -> date: ...

    @property
    def top(self) -> float: ...

    @property
    def bottom(self) -> float: ...

    @property
    def value(self) -> float | None: ...

    @property
    def status(self) -> str: ...


def amount(definition: Definition, value: float | None) -> str:
    """A value in its unit; never % for percentage points."""
    if value is None:
        return "none"
    number = f"{value:,.{_PLACES.get(definition.unit, 0)}f}"
    if definition.unit is MeasureUnit.SCORE:
        return f"{value:+.1f} points"
    if definition.unit is MeasureUnit.PER_CENT:
        return f"{number} %"
    if definition.is_rate:
        return f"{number} {definition.unit.label} a month"
    return f"{number} {definition.unit.label}"


def counted(
    definition: Definition, variant: str, top: float, bottom: float, *, months: int = 1
) -> str:
    """Numerator and denominator in words: `41 of 45 people`, `82 days, 20 people`.

    A rate's denominator is added up month by month; people are told, not months of people.
    """
    read = definition.variants.get(variant)
    counts = (read.counts if read is not None else "") or definition.counts
    if definition.is_rate:
        over = f" in {months} months" if months > 1 else ""
        average = " on average" if months > 1 else ""
        return f"{top:,.0f}{over} among {bottom / months:,.0f} {counts}{average}"
    if definition.unit is MeasureUnit.DAYS:
        return f"{top:,.0f} days, {bottom:,.0f} {counts}"
    if definition.unit is MeasureUnit.SCORE:
        return f"{top:+,.0f} points in all, {bottom:,.0f} {counts}"
    return f"{top:,.0f} of {bottom:,.0f} {counts}"


def month(day: date) -> str:
    """A month as it is read."""
    return f"{day:%B %Y}"


def chart_sentence(
    definition: Definition, chart: Chart | None, months: Sequence[_Month], variant: str = ""
) -> str:
    """What a chart says, in a sentence or three: the latest figure, the change, the target."""
    if chart is None or chart.latest is None:
        return "Nothing has been told of this yet, so nothing is drawn."
    latest = chart.latest
    row = next(each for each in months if each.month == latest.point.on)
    said = [
        f"{month(row.month)}: {amount(definition, row.value)} "
        f"({counted(definition, variant, row.top, row.bottom)})."
    ]
    limits = chart.limits[-1]
    if limits is None:
        count = sum(point.counts for point in chart.series.points)
        said.append(f"{count} months are too few to tell change from chance.")
    elif limits.is_trial:
        said.append(f"Limits of chance {_between(definition, limits)}, on trial: "
                    f"{limits.points} months, 13 are wanted.")  # fmt: skip
    else:
        said.append(f"{_change(chart)} Limits of chance {_between(definition, limits)}.")
    if chart.assurance not in (Assurance.NO_TARGET, Assurance.TOO_FEW):
        said.append(f"{_target(chart)} {amount(definition, chart.series.target)}.")
    gaps = sum(each.status == "missing" for each in months)
    if gaps:
        said.append(f"{gaps} {'month is' if gaps == 1 else 'months are'} not told yet.")
    return " ".join(said)


def _between(definition: Definition, limits: Limits) -> str:
    low, high = limits.lower, limits.upper
    if definition.unit is MeasureUnit.PER_CENT:
        low, high = max(0.0, low), min(100.0, high)
    elif definition.unit is not MeasureUnit.SCORE:
        low = max(0.0, low)
    return f"{amount(definition, low)} to {amount(definition, high)}"


def _change(chart: Chart) -> str:
    latest = chart.latest
    words = {
        "common_cause": "No real change.",
        "improvement": "Better than chance explains",
        "concern": "A concern: worse than chance explains",
        "neutral": "Changed by more than chance explains",
    }[latest.meaning if latest is not None else "common_cause"]
    if latest is None or latest.meaning == "common_cause":
        return words
    return f"{words} ({latest.rule.label.lower()})."


def _target(chart: Chart) -> str:
    return {
        Assurance.PASS: "As it runs it will keep meeting the target of",
        Assurance.FAIL: "As it runs it will keep missing the target of",
        Assurance.HIT_OR_MISS: "As it runs it meets by chance, or misses, the target of",
    }[chart.assurance]
