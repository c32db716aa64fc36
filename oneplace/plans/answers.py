"""What people answered, as it reads: each scale's scores over time, and what changed, how surely.

Asks the database nothing. A raw sum is shown beside its converted score and never compared.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from oneplace.kit.formats import day
from oneplace.plans.models import Measure, MeasureMoment, MeasureScore
from oneplace.science.instruments import (
    Change,
    Instrument,
    NotComparable,
    Scale,
    Score,
    ScoreKind,
    change,
    instruments,
)
from oneplace.vocabulary.terms import MeasureCompletedBy

_SHORT = {
    MeasureCompletedBy.SELF: "answered alone",
    MeasureCompletedBy.ASSISTED: "answered with help",
    MeasureCompletedBy.PROXY: "answered for them",
}


@dataclass(frozen=True)
class Point:
    """One score on a day."""

    on: date
    value: float
    shown: str
    mode: str
    moment: str
    measure: Measure


@dataclass(frozen=True)
class ScaleShown:
    """One scale of one measure with its scores, oldest first, and what changed."""

    instrument: Instrument
    scale: Scale
    points: tuple[Point, ...]
    changed: str

    @property
    def title(self) -> str:
        """What it is called."""
        return self.scale.label

    @property
    def latest(self) -> Point:
        """The last score."""
        return self.points[-1]

    @property
    def shown(self) -> str:
        """The last score of its whole, with its band."""
        band = self.scale.band_of(self.latest.value)
        whole = f"{number(self.latest.value)} of {number(self.scale.most)}"
        return f"{whole} ({band})" if band else whole

    @property
    def facts(self) -> str:
        """When and how it was answered."""
        return f"{day(self.latest.on)}, {self.latest.mode}"


def number(value: float) -> str:
    """A score without needless noughts: `7`, `19.25`."""
    return f"{value:.3f}".rstrip("0").rstrip(".")


def latest(measures: Sequence[Measure]) -> tuple[ScaleShown, ...]:
    """Every scale the person has a comparable score of; `measures` newest first, with `scored`."""
    points: dict[tuple[str, str], list[tuple[Measure, MeasureScore]]] = {}
    for measure in reversed(measures):
        for score in measure.scored:  # type: ignore[attr-defined]
            if score.kind != ScoreKind.RAW.value:
                points.setdefault((measure.instrument, score.scale), []).append((measure, score))
    known = instruments()
    return tuple(
        _shown(known[code], known[code].scale(scale), scored)
        for (code, scale), scored in points.items()
        if code in known and any(one.code == scale for one in known[code].scales)
    )


def _shown(
    instrument: Instrument, scale: Scale, scored: Sequence[tuple[Measure, MeasureScore]]
) -> ScaleShown:
    points = tuple(
        Point(
            on=measure.measured_on,
            value=score.value,
            shown=number(score.value),
            mode=_SHORT[MeasureCompletedBy(measure.mode)],
            moment=MeasureMoment(measure.moment).label,
            measure=measure,
        )
        for measure, score in scored
    )
    return ScaleShown(instrument, scale, points, _changed(instrument, scale, scored))


def _changed(
    instrument: Instrument, scale: Scale, scored: Sequence[tuple[Measure, MeasureScore]]
) -> str:
    """What became of it since the first answer, and how far that may be chance."""
    if len(scored) < 2:
        return ""
    (first, before), (last, after) = scored[0], scored[-1]
    by_proxy = {MeasureCompletedBy(one.mode) is MeasureCompletedBy.PROXY for one in (first, last)}
    if len(by_proxy) > 1:
        return "Not compared: one was answered by the person, the other for them"
    try:
        found = change(instrument, _score(first, before), _score(last, after))
    except NotComparable as why:
        return f"Not compared: {why}"
    return change_in_words(found, scale, since=f" since {day(first.measured_on)}")


def _score(measure: Measure, score: MeasureScore) -> Score:
    return Score(
        measure.instrument,
        measure.version,
        score.scale,
        ScoreKind(score.kind),
        score.value,
        score.value_set,
    )


def change_in_words(found: Change, scale: Scale, *, since: str = "") -> str:
    """A change as a sentence: how far, better or worse, and whether it may be chance."""
    if found.points == 0:
        return f"The same{since}"
    way = "up" if found.points > 0 else "down"
    told = f"{'Better' if found.is_better else 'Worse'}: {way} {number(abs(found.points))}{since}"
    if found.low is None or found.high is None:
        return f"{told}; how far one person’s answer errs is not published"
    span = f"{number(round(found.low, 1))} to {number(round(found.high, 1))}"
    if found.is_more_than_chance:
        return f"{told} (95 % from {span}), more than chance alone"
    return f"{told} (95 % from {span}), which chance alone can do"
