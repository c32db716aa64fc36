"""Calibration plot and decision curve as SVG of our own; the same stands in a table. Pure.

Colour carries no meaning alone: the model's line is whole, what it is held against is dashed.
"""

import math
from collections.abc import Sequence
from typing import Final

from markupsafe import Markup, escape

from oneplace.science.admission_risk.card import Benefit, Point

WIDTH: Final = 560
HEIGHT: Final = 320
_LEFT, _RIGHT, _TOP, _BOTTOM = 64, 16, 12, 52


class _Frame:
    """Where values lie between the axes."""

    def __init__(self, across: tuple[float, float], up: tuple[float, float]) -> None:
        self.across, self.up = across, up

    def x(self, value: float) -> float:
        low, high = self.across
        return _LEFT + (value - low) / (high - low) * (WIDTH - _LEFT - _RIGHT)

    def y(self, value: float) -> float:
        low, high = self.up
        inner = HEIGHT - _TOP - _BOTTOM
        return HEIGHT - _BOTTOM - (value - low) / (high - low) * inner

    def line(self, points: Sequence[tuple[float, float]], kind: str) -> str:
        told = " ".join(f"{self.x(x):.1f},{self.y(y):.1f}" for x, y in points)
        return f'<polyline class="plot__{kind}" points="{told}"/>'


def calibration_plot(points: Sequence[Point], *, sentence: str) -> Markup:
    """Of each tenth of the people: the chance that was said, and the share that came true."""
    most = max([0.05, *(max(each.expected, each.seen) for each in points)]) * 1.08
    frame = _Frame((0, most), (0, most))
    told = [(each.expected, each.seen) for each in points]
    dots = (
        f'<circle class="plot__dot" cx="{frame.x(x):.1f}" cy="{frame.y(y):.1f}" r="5"/>'
        for x, y in told
    )
    return _drawn(
        sentence,
        [
            *_axes(frame, "Chance the model gave, of 100", "Came true, of 100", 100),
            frame.line([(0, 0), (most, most)], "against"),
            frame.line(told, "line"),
            *dots,
        ],
    )


def decision_curve(benefits: Sequence[Benefit], *, sentence: str) -> Markup:
    """Net benefit by the chance from which on somebody would be looked at."""
    most = max([0.001, *(max(each.model, each.everybody) for each in benefits)]) * 1.1
    low = -most * 0.25
    frame = _Frame((0, benefits[-1].threshold if benefits else 0.5), (low, most))
    everybody = _above(low, [(each.threshold, each.everybody) for each in benefits])
    return _drawn(
        sentence,
        [
            *_axes(frame, "Looked at from this chance on, of 100", "Net benefit of 1,000", 1000),
            frame.line([(0, 0), (frame.across[1], 0)], "none"),
            frame.line(everybody, "against"),
            frame.line([(each.threshold, each.model) for each in benefits], "line"),
        ],
    )


def _above(low: float, points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """A falling line until it leaves the picture below, where it is cut."""
    told: list[tuple[float, float]] = []
    for x, y in points:
        if y < low:
            if told:
                before, height = told[-1]
                told.append((before + (x - before) * (height - low) / (height - y), low))
            break
        told.append((x, y))
    return told


_STEPS: Final = (1, 2, 5, 10, 20, 25, 50, 100, 200, 500)
_MOST_TICKS: Final = 6


def _ticks(low: float, high: float) -> list[int]:
    """Whole numbers between two values, in steps people count in."""
    step = next((each for each in _STEPS if (high - low) / each <= _MOST_TICKS), _STEPS[-1])
    return [n * step for n in range(math.ceil(low / step), math.floor(high / step) + 1)]


def _axes(frame: _Frame, across: str, up: str, times: int) -> list[str]:
    parts = []
    for tick in _ticks(frame.up[0] * times, frame.up[1] * times):
        y = tick / times
        parts += [
            f'<line class="plot__grid" x1="{_LEFT}" x2="{WIDTH - _RIGHT}" y1="{frame.y(y):.1f}"'
            f' y2="{frame.y(y):.1f}"/>',
            f'<text class="plot__tick" x="{_LEFT - 8}" y="{frame.y(y) + 4:.1f}"'
            f' text-anchor="end">{tick}</text>',
        ]
    parts += [
        f'<text class="plot__tick" x="{frame.x(tick / 100):.1f}" y="{HEIGHT - _BOTTOM + 18}"'
        f' text-anchor="middle">{tick}</text>'
        for tick in _ticks(frame.across[0] * 100, frame.across[1] * 100)
    ]
    middle = (_TOP + HEIGHT - _BOTTOM) / 2
    return [
        *parts,
        f'<text class="plot__axis" x="{(_LEFT + WIDTH - _RIGHT) / 2:.1f}" y="{HEIGHT - 8}"'
        f' text-anchor="middle">{escape(across)}</text>',
        f'<text class="plot__axis" transform="rotate(-90 16 {middle:.1f})" x="16" y="{middle:.1f}"'
        f' text-anchor="middle">{escape(up)}</text>',
    ]


def _drawn(sentence: str, parts: Sequence[str]) -> Markup:
    # The sentence has been escaped; the rest is our own numbers.
    return Markup(  # noqa: S704
        f'<svg class="plot" viewBox="0 0 {WIDTH} {HEIGHT}" role="img"'
        f' aria-label="{escape(sentence)}" focusable="false">{"".join(parts)}</svg>'
    )
