"""The whole place month by month: what is measured, how far it is known, and what the chart says.

Figures of the whole place are shown as they are to those who keep its word; whatever is below the
whole place, or leaves the house, passes `science.suppression` first.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from django.db.models import QuerySet

from oneplace.access.viewer import Viewer
from oneplace.insight.indicators import DEFINITIONS, Definition, month_after
from oneplace.outcomes.defining import definition_of
from oneplace.outcomes.models import Measured, Measuring, Rebase
from oneplace.outcomes.permissions import SEE_BOARD
from oneplace.outcomes.rules import is_job
from oneplace.outcomes.wording import amount, chart_sentence, counted
from oneplace.science.intervals import Estimate, proportion, rate
from oneplace.science.spc.series import Point, Series
from oneplace.science.spc.series import Rebase as NamedCause
from oneplace.science.spc.xmr import Chart, chart

YEAR = 12
"""Months a figure is summed over where it stands alone."""
_TOLD = ("final", "provisional")


@dataclass(frozen=True)
class MonthRow:
    """One month: numerator, denominator, value in its unit, and whether it may still change."""

    month: date
    top: float
    bottom: float
    value: float | None
    status: str
    """`final`, `provisional`, `missing`, `nobody` or `few`."""


@dataclass(frozen=True)
class Figure:
    """A figure that may stand alone: never without denominator, time and definition."""

    definition: Definition
    variant: str
    top: float
    bottom: float
    first: date
    last: date
    months: int
    """Over how many months it is added up."""
    as_of: datetime
    estimate: Estimate | None

    @property
    def value(self) -> float | None:
        """In its unit; None where it would be of nobody."""
        return self.top / self.bottom * self.definition.multiplier if self.bottom else None

    @property
    def words(self) -> str:
        """The value in words."""
        return amount(self.definition, self.value)

    @property
    def of(self) -> str:
        """The numerator and denominator in words."""
        return counted(self.definition, self.variant, self.top, self.bottom, months=self.months)


@dataclass(frozen=True)
class Charted:
    """An indicator of the whole place with its months and its chart."""

    definition: Definition
    variant: str
    months: tuple[MonthRow, ...]
    chart: Chart | None
    """None where no month has a value."""
    figure: Figure | None
    sentence: str
    why_no_chart: str = ""
    why_no_figure: str = ""

    @property
    def whole(self) -> tuple[MonthRow, ...]:
        """The months its figure is added up over: twelve at most, none that may still change."""
        return _whole(self.months)

    @property
    def not_known(self) -> str:
        """What nobody can say of it, in a sentence; nothing where it has a chart."""
        why = self.why_no_chart
        return f"{self.definition.title}: {why[:1].lower()}{why[1:]}" if self.chart is None else ""


def _may(viewer: Viewer) -> bool:
    return viewer.may(SEE_BOARD) or is_job(viewer)


def current(*, viewer: Viewer) -> Measuring | None:
    """What was measured last."""
    return Measuring.objects.filter(is_current=True).first() if _may(viewer) else None


def rebases(indicator: str, *, viewer: Viewer) -> QuerySet[Rebase]:
    """From when an indicator's limits begin anew, and why."""
    found = Rebase.objects.filter(indicator=indicator)
    return found if _may(viewer) else found.none()


def charted(key: str, *, variant: str = "", viewer: Viewer) -> Charted | None:
    """One indicator's chart; None for an unknown one, and where nothing was measured yet."""
    measuring = current(viewer=viewer)
    if measuring is None or key not in DEFINITIONS:
        return None
    cells = Measured.objects.filter(
        measuring=measuring, indicator=key, variant=variant, grouping="place"
    )
    causes = list(rebases(key, viewer=viewer)) if not variant else []
    return _charted(definition_of(key), variant, list(cells), causes, measuring)


def every_chart(*, viewer: Viewer) -> Mapping[str, Charted]:
    """Every indicator's chart, in three statements."""
    measuring = current(viewer=viewer)
    if measuring is None:
        return {}
    cells = Measured.objects.filter(measuring=measuring, grouping="place", variant="")
    held = {
        key: list(rows)
        for key, rows in groupby(cells.order_by("indicator", "month"), lambda row: row.indicator)
    }
    causes: dict[str, list[Rebase]] = {}
    for each in Rebase.objects.all():
        causes.setdefault(each.indicator, []).append(each)
    return {
        key: _charted(definition_of(key), "", held.get(key, []), causes.get(key, []), measuring)
        for key in DEFINITIONS
    }


def figure_of(key: str, variant: str, *, viewer: Viewer) -> Figure | None:
    """A figure over the last twelve months that may no longer change."""
    found = charted(key, variant=variant, viewer=viewer)
    return found.figure if found is not None else None


def _charted(
    definition: Definition,
    variant: str,
    cells: Sequence[Measured],
    causes: Sequence[Rebase],
    measuring: Measuring,
) -> Charted:
    months = _months(definition, cells, measuring)
    drawn, why = None, ""
    points = _trimmed(months)
    if points:
        named = [
            NamedCause(each.month, each.cause, each.author, each.decided_on, each.minute)
            for each in causes
            if points[0].on < each.month <= points[-1].on
        ]
        drawn = chart(
            Series(points, definition.better, tuple(named), None if variant else definition.target)
        )
    else:
        why = _why_nothing(definition, months)
    figure, why_no_figure = _figure(definition, variant, months, measuring), ""
    if figure is not None and figure.bottom < definition.least:
        figure, why_no_figure = None, f"{definition.too_few}."
    return Charted(
        definition,
        variant,
        months,
        drawn,
        figure,
        chart_sentence(definition, drawn, months, variant),
        why,
        why_no_figure or why or ("" if figure is not None else "No month of it is complete yet."),
    )


def _why_nothing(definition: Definition, months: Sequence[MonthRow]) -> str:
    if any(row.status == "few" for row in months):
        return f"{definition.too_few}. No month had more."
    return "Nothing of this has been told for any of these months."


def _months(
    definition: Definition, cells: Sequence[Measured], measuring: Measuring
) -> tuple[MonthRow, ...]:
    held = {cell.month: cell for cell in cells}
    told = measuring.known_until.get(definition.key)
    known = date.fromisoformat(told) if told else None
    newest = month_after(measuring.last_month, -definition.provisional_months)
    found, month = [], measuring.first_month
    while month <= measuring.last_month:
        cell = held.get(month)
        top, bottom = (cell.top, cell.bottom) if cell is not None else (0.0, 0.0)
        ends = month_after(month)
        if known is not None and known <= month:
            status = "missing"
        elif not bottom:
            status = "nobody"
        elif month > newest or (known is not None and known < ends):
            status = "provisional"
        else:
            status = "final"
        if status in _TOLD and bottom < definition.least:
            status = "few"
        value = top / bottom * definition.multiplier if status in _TOLD else None
        found.append(MonthRow(month, top, bottom, value, status))
        month = ends
    return tuple(found)


def _trimmed(months: Sequence[MonthRow]) -> tuple[Point, ...]:
    """Points from the first month with a value on: before it there was nothing to miss."""
    begun = next((at for at, row in enumerate(months) if row.value is not None), None)
    if begun is None:
        return ()
    return tuple(
        Point(row.month, row.value, is_provisional=row.status == "provisional")
        for row in months[begun:]
    )


def _figure(
    definition: Definition, variant: str, months: Sequence[MonthRow], measuring: Measuring
) -> Figure | None:
    known = _whole(months)
    if not known:
        return None
    top, bottom = sum(row.top for row in known), sum(row.bottom for row in known)
    estimate = None
    if definition.interval == "proportion" and bottom:
        estimate = proportion(top, bottom, multiplier=definition.multiplier)
    elif definition.interval == "rate" and bottom:
        estimate = rate(top, bottom, multiplier=definition.multiplier)
    return Figure(
        definition, variant, top, bottom, known[0].month, known[-1].month, len(known),
        measuring.snapshot_made_at, estimate,
    )  # fmt: skip


def _whole(months: Sequence[MonthRow]) -> tuple[MonthRow, ...]:
    """The last twelve months up to the newest that is told whole; those of nobody among them."""
    told = [at for at, row in enumerate(months) if row.status in ("final", "few")]
    year = months[max(0, told[-1] + 1 - YEAR) : told[-1] + 1] if told else ()
    begun = next((at for at, row in enumerate(year) if row.status != "nobody"), 0)
    return tuple(year[begun:])
