"""Control charts and funnels as SVG of our own; the same stands in a table. Pure.

Colour carries one meaning, what a point says, and shape says it again: a round point is common
cause, a square a signal, a hollow one may still change, a grey band is a month not told yet; a gap
without a band is a month of nobody.
"""

from collections.abc import Callable, Collection, Sequence
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


def control_chart(
    chart: Chart, *, name: str, sentence: str, untold: Collection[date] = (),
    most: float | None = None,
) -> Markup:  # fmt: skip
    """The chart as an image that says its sentence; each re-basing bears its cause.

    `untold` are the days no partner has told of yet; `most` is the highest value there can be,
    beyond which no limit is drawn.
    """
    frame = _frame(chart, most)
    parts = [
        f'<svg class="spc" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(name)}: '
        f'{escape(sentence)}" focusable="false">',
        *_gaps(chart, frame, untold),
        *_axis(frame),
        *_limits(chart, frame),
        *_rebases(chart, frame),
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


def _frame(chart: Chart, most: float | None) -> _Frame:
    values = [each.point.value for each in chart.judged if each.point.value is not None]
    for limits in chart.limits:
        if limits is not None:
            values += [limits.lower, limits.upper]
    if chart.series.target is not None:
        values.append(chart.series.target)
    low, high = min(values), max(values)
    if all(each.point.value is None or each.point.value >= 0 for each in chart.judged):
        low = max(0.0, low)
    if most is not None:
        high = min(high, most)
    room = (high - low or 1) * 0.06
    return _Frame([each.point.on for each in chart.judged], low - (room if low else 0), high + room)


def _gaps(chart: Chart, frame: _Frame, untold: Collection[date]) -> list[str]:
    wide = (WIDTH - _LEFT - _RIGHT) / max(1, len(frame.days) - 1)
    return [
        f'<rect class="spc__gap" x="{frame.x(place) - wide / 2:.1f}" y="{_TOP}" width="{wide:.1f}"'
        f' height="{HEIGHT - _TOP - _BOTTOM}"/>'
        for place, each in enumerate(chart.judged)
        if each.point.on in untold
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
    return parts


def _rebases(chart: Chart, frame: _Frame) -> list[str]:
    """Where limits begin anew, whether or not there are points enough for new ones, and why."""
    parts = []
    for (first, _), rebase in zip(chart.series.segments()[1:], chart.series.rebases, strict=True):
        x = frame.x(first)
        near_end = x > WIDTH * 0.6
        parts.append(
            f'<line class="spc__rebase" x1="{x:.1f}" x2="{x:.1f}" y1="{_TOP}"'
            f' y2="{HEIGHT - _BOTTOM}"/>'
            f'<text class="spc__tick" x="{x - 4 if near_end else x + 4:.1f}" y="{_TOP + 10}"'
            f' text-anchor="{"end" if near_end else "start"}">{escape(rebase.cause[:40])}</text>'
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


@dataclass(frozen=True)
class FunnelArea:
    """One area as the funnel draws it: of rounded numbers, in the unit shown."""

    name: str
    people: int
    value: float
    words: str
    says: str
    """`similar`, or on which side and how far it stands out."""


@dataclass(frozen=True)
class _Plane:
    """Where people and values of a funnel lie."""

    most: float
    low: float
    high: float

    def x(self, people: float) -> float:
        return _LEFT + people / self.most * (WIDTH - _LEFT - _RIGHT)

    def y(self, value: float) -> float:
        share = (value - self.low) / (self.high - self.low)
        return HEIGHT - _BOTTOM - share * (HEIGHT - _TOP - _BOTTOM)


Curve = Callable[[float], Sequence[tuple[float, float]]]
"""For so many people, the limits of each level in the unit shown."""
_STEPS: Final = 60


def funnel_chart(
    areas: Sequence[FunnelArea], *, value: float, limits: Curve, counts: str, name: str,
    sentence: str, highest: float | None = None,
) -> Markup:  # fmt: skip
    """The funnel as an image that says its sentence: who stands out is named and square.

    `highest` is the highest value there can be.
    """
    most = max(each.people for each in areas) * 1.08
    # From half of the smallest on: nearer to nobody every limit runs off the picture.
    least = min(each.people for each in areas) / 2
    steps = [least + (most - least) * step / _STEPS for step in range(_STEPS + 1)]
    curves = [limits(people) for people in steps]
    shown = [each.value for each in areas] + [value]
    top, low = max(shown), min(shown)
    for each in areas:
        top = max(top, *(high for _, high in limits(each.people)))
        low = min(low, *(down for down, _ in limits(each.people)))
    room = (top - low or 1) * 0.06
    top = top + room if highest is None else min(highest, top + room)
    plane = _Plane(most, max(0.0, low - room), top)
    parts = [
        f'<svg class="spc" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(name)}: '
        f'{escape(sentence)}" focusable="false">',
        *_funnel_axis(plane, counts),
        _across(plane.x(least), plane.x(most), plane.y(value), "spc__mean"),
        *_funnel_limits(plane, steps, curves),
        *(_funnel_point(each, plane) for each in areas),
        "</svg>",
    ]
    # Names of places are escaped; the rest is our own numbers.
    return Markup("".join(parts))  # noqa: S704


def _funnel_axis(plane: _Plane, counts: str) -> list[str]:
    parts = []
    for share in (0, 0.5, 1):
        value = plane.low + (plane.high - plane.low) * share
        parts.append(
            f'<text class="spc__tick" x="{_LEFT - 6}" y="{plane.y(value) + 4:.1f}"'
            f' text-anchor="end">{value:,.{0 if plane.high - plane.low > 8 else 1}f}</text>'
        )
    for share in (0.25, 0.5, 0.75):
        people = plane.most * share
        last = f" {escape(counts)}" if share == 0.75 else ""
        parts.append(
            f'<text class="spc__tick" x="{plane.x(people):.1f}" y="{HEIGHT - 12}"'
            f' text-anchor="middle">{people:,.0f}{last}</text>'
        )
    return parts


def _funnel_limits(
    plane: _Plane, steps: Sequence[float], curves: Sequence[Sequence[tuple[float, float]]]
) -> list[str]:
    parts = []
    for level in range(len(curves[0])):
        kind = "spc__limit" if level else "spc__limit spc__limit--near"
        for side in (0, 1):
            points = [
                f"{plane.x(people):.1f},"
                f"{plane.y(min(plane.high, max(plane.low, curve[level][side]))):.1f}"
                for people, curve in zip(steps, curves, strict=True)
            ]
            parts.append(f'<polyline class="{kind}" fill="none" points="{" ".join(points)}"/>')
    return parts


def _funnel_point(each: FunnelArea, plane: _Plane) -> str:
    x, y = plane.x(each.people), plane.y(each.value)
    said = f"<title>{escape(each.name)}: {escape(each.words)}</title>"
    if each.says == "similar":
        return f'<circle class="spc__point" cx="{x:.1f}" cy="{y:.1f}" r="4.5">{said}</circle>'
    kind = "spc__point spc__point--neutral"
    if not each.says.startswith("very_"):
        kind += " spc__point--provisional"
    near_end = x > WIDTH * 0.7
    return (
        f'<rect class="{kind}" x="{x - 5:.1f}" y="{y - 5:.1f}" width="10" height="10">{said}'
        f'</rect><text class="spc__tick" x="{x - 9 if near_end else x + 9:.1f}"'
        f' y="{y + 4:.1f}" text-anchor="{"end" if near_end else "start"}">'
        f"{escape(each.name[:28])}</text>"
    )
