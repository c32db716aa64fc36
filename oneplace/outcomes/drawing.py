"""Control charts as SVG of our own: points, limits, gaps; the same stands in a table. Pure.

Colour carries one meaning, what a point says, and shape says it again: a round point is common
cause, a square a signal, a hollow one may still change, a grey band is a month not told yet.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from markupsafe import Markup, escape

from oneplace.science.spc.xmr import Chart, Judged

WIDTH: Final = 720
HEIGHT: Final = 260
_LEFT, _RIGHT, _TOP, _BOTTOM = 44, 12, 12, 34


@dataclass(frozen=True)
class _Frame:
    """Where days and values lie."""

    days: Sequence[date]
    low: float
    high: float

    def x(self, place: int) -> float:
        steps = max(1, len(self.days) - 1)
        return _LEFT + place / steps * (WIDTH - _LEFT - _RIGHT)

    def y(self, value: float) -> float:
        return (
            HEIGHT
            - _BOTTOM
            - (value - self.low) / (self.high - self.low) * (HEIGHT - _TOP - _BOTTOM)
        )


def control_chart(chart: Chart, *, name: str, sentence: str, rebases: Sequence[str] = ()) -> Markup:
    """The chart as an image that says its sentence; `rebases` are the causes in order."""
    frame = _frame(chart)
    parts = [
        f'<svg class="spc" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(name)}: '
        f'{escape(sentence)}" focusable="false">',
        *_gaps(chart, frame),
        *_axis(frame),
        *_limits(chart, frame),
        *_target(chart, frame),
        *_line(chart, frame),
        *(_dot(each, frame, place) for place, each in enumerate(chart.judged)),
        "</svg>",
    ]
    # Everything typed by anybody has been escaped above; the rest is our own numbers.
    return Markup("".join(parts))  # noqa: S704


def sparkline(values: Sequence[float | None]) -> Markup:
    """A small line without words; the words stand beside it."""
    told = [value for value in values if value is not None]
    if len(told) < 2:
        return Markup("")
    low, high = min(told), max(told)
    span = high - low or 1
    steps = max(1, len(values) - 1)
    points: list[str] = []
    parts: list[list[str]] = []
    for place, value in enumerate(values):
        if value is None:
            parts.append(points)
            points = []
            continue
        points.append(f"{place / steps * 100:.1f},{22 - (value - low) / span * 20:.1f}")
    parts.append(points)
    lines = "".join(f'<polyline points="{" ".join(each)}"/>' for each in parts if len(each) > 1)
    return Markup(  # noqa: S704 - our own numbers
        '<svg class="spark" viewBox="0 0 100 24" aria-hidden="true" focusable="false">'
        f"{lines}</svg>"
    )


def _frame(chart: Chart) -> _Frame:
    values = [each.point.value for each in chart.judged if each.point.value is not None]
    for limits in chart.limits:
        if limits is not None:
            values += [limits.lower, limits.upper]
    if chart.series.target is not None:
        values.append(chart.series.target)
    low, high = min(values), max(values)
    if all(each.point.value is None or each.point.value >= 0 for each in chart.judged):
        low = max(0.0, low)
    room = (high - low or 1) * 0.06
    return _Frame([each.point.on for each in chart.judged], low - (room if low else 0), high + room)


def _gaps(chart: Chart, frame: _Frame) -> list[str]:
    wide = (WIDTH - _LEFT - _RIGHT) / max(1, len(frame.days) - 1)
    return [
        f'<rect class="spc__gap" x="{frame.x(place) - wide / 2:.1f}" y="{_TOP}" width="{wide:.1f}"'
        f' height="{HEIGHT - _TOP - _BOTTOM}"/>'
        for place, each in enumerate(chart.judged)
        if each.point.value is None
    ]


def _axis(frame: _Frame) -> list[str]:
    parts = []
    for share in (0, 0.5, 1):
        value = frame.low + (frame.high - frame.low) * share
        parts.append(
            f'<text class="spc__tick" x="{_LEFT - 6}" y="{frame.y(value) + 4:.1f}"'
            f' text-anchor="end">{value:,.{0 if frame.high - frame.low > 8 else 1}f}</text>'
        )
    every = max(1, len(frame.days) // 6)
    for place, day in enumerate(frame.days):
        if place % every == 0:
            parts.append(
                f'<text class="spc__tick" x="{frame.x(place):.1f}" y="{HEIGHT - 12}"'
                f' text-anchor="middle">{day:%b %Y}</text>'
            )
    return parts


def _limits(chart: Chart, frame: _Frame) -> list[str]:
    parts = []
    for (first, past), limits in zip(chart.series.segments(), chart.limits, strict=True):
        if limits is None:
            continue
        left, right = frame.x(first), frame.x(past - 1)
        kind = "spc__limit spc__limit--trial" if limits.is_trial else "spc__limit"
        parts.append(_across(left, right, frame.y(limits.mean), "spc__mean"))
        parts += [
            _across(left, right, frame.y(value), kind)
            for value in (limits.lower, limits.upper)
            if frame.low <= value <= frame.high
        ]
        if first:
            parts.append(
                f'<line class="spc__rebase" x1="{left:.1f}" x2="{left:.1f}" y1="{_TOP}"'
                f' y2="{HEIGHT - _BOTTOM}"/>'
            )
    return parts


def _across(left: float, right: float, y: float, kind: str) -> str:
    return f'<line class="{kind}" x1="{left:.1f}" x2="{right:.1f}" y1="{y:.1f}" y2="{y:.1f}"/>'


def _target(chart: Chart, frame: _Frame) -> list[str]:
    if chart.series.target is None:
        return []
    y = frame.y(chart.series.target)
    return [
        _across(_LEFT, WIDTH - _RIGHT, y, "spc__target"),
        f'<text class="spc__tick" x="{WIDTH - _RIGHT}" y="{y - 4:.1f}"'
        ' text-anchor="end">target</text>',
    ]


def _line(chart: Chart, frame: _Frame) -> list[str]:
    stretches: list[list[str]] = [[]]
    for place, each in enumerate(chart.judged):
        if each.point.value is None:
            stretches.append([])
        else:
            stretches[-1].append(f"{frame.x(place):.1f},{frame.y(each.point.value):.1f}")
    return [
        f'<polyline class="spc__line" points="{" ".join(each)}"/>'
        for each in stretches
        if len(each) > 1
    ]


def _dot(each: Judged, frame: _Frame, place: int) -> str:
    if each.point.value is None:
        return ""
    x, y = frame.x(place), frame.y(each.point.value)
    kind = f"spc__point spc__point--{each.meaning}"
    if each.point.is_provisional:
        kind += " spc__point--provisional"
    said = f"<title>{each.point.on:%B %Y}: {each.rule.label.lower()}</title>"
    if each.rule.is_special:
        return (
            f'<rect class="{kind}" x="{x - 5:.1f}" y="{y - 5:.1f}" width="10" height="10">'
            f"{said}</rect>"
        )
    return f'<circle class="{kind}" cx="{x:.1f}" cy="{y:.1f}" r="4.5">{said}</circle>'
