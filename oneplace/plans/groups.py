"""What became of everybody who was asked twice: from pairs alone, by pseudonym, from thirty people.

Reads the newest snapshot, which holds nobody's name and leaves out who may not be counted. A raw
sum is not in it; a pair is of one definition; one's own answers are never set against a proxy's.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from oneplace.insight.snapshot import Snapshot, SnapshotRefused, newest
from oneplace.plans.extracts import MARKS
from oneplace.science.instruments import (
    LEAST_PAIRS,
    GroupChange,
    Instrument,
    Scale,
    Score,
    ScoreKind,
    TooFewPairs,
    group_change,
    instruments,
)

_MEMORY: Final = "512MB"


@dataclass(frozen=True)
class GroupResult:
    """One scale: the change of a group, or how many are still missing for one to be shown."""

    instrument: Instrument
    scale: Scale
    change: GroupChange | None
    too_few: bool
    said: tuple[str, ...]
    """What it means and does not mean, in sentences."""


@dataclass(frozen=True)
class GroupResults:
    """Every scale with pairs, as of the snapshot; or why there is none to read."""

    results: tuple[GroupResult, ...]
    counted_on: date | None
    why_not: str = ""


def group_results(folder: Path) -> GroupResults:
    """The results of the newest snapshot in this folder of snapshots."""
    try:
        snapshot = Snapshot.open(newest(folder), memory=_MEMORY, threads=1)
    except SnapshotRefused as refused:
        return GroupResults((), None, str(refused))
    try:
        pairs = _pairs(snapshot)
        counted_on = snapshot.manifest.made_on
    finally:
        snapshot.close()
    found = []
    for told in instruments().values():
        for scale in told.scales:
            scored = pairs.get(MARKS.get((told.code, scale.code), f"{told.code}.{scale.code}"))
            if scored and scale.kind is not ScoreKind.RAW:
                found.append(result(told, scale, scored))
    return GroupResults(tuple(found), counted_on)


def _pairs(snapshot: Snapshot) -> Mapping[str, Sequence[tuple[float, float]]]:
    work, uncounted = snapshot.table("work"), snapshot.table("uncounted")
    told = work.filter(work.kind == "pair").anti_join(uncounted, "pseudonym")
    rows = told.select("mark", "value", "other").to_pyarrow().to_pylist()
    found: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for row in rows:
        if row["value"] is not None and row["other"] is not None:
            found[row["mark"]].append((row["value"], row["other"]))
    return found


def result(
    instrument: Instrument, scale: Scale, scored: Sequence[tuple[float, float]]
) -> GroupResult:
    """One scale's result; fewer than thirty pairs are not shown, nor how few."""
    pairs = [
        (_score(instrument, scale, before), _score(instrument, scale, after))
        for before, after in scored
    ]
    norm = scale.norms[0] if scale.norms else None
    try:
        change = group_change(instrument, pairs, norm=norm)
    except TooFewPairs:
        return GroupResult(instrument, scale, None, True, ())
    return GroupResult(instrument, scale, change, False, in_words(change, scale))


def _score(instrument: Instrument, scale: Scale, value: float) -> Score:
    return Score(instrument.code, instrument.version, scale.code, scale.kind, value)


def in_words(change: GroupChange, scale: Scale) -> tuple[str, ...]:
    """What a group's change says, and what it does not: regression to the mean above all."""
    way = "up" if change.mean_change > 0 else "down"
    said = [
        f"{change.pairs} people were asked twice: from {change.mean_before:.1f} to "
        f"{change.mean_after:.1f} on average, {way} {abs(change.mean_change):.1f} "
        f"(95 % from {change.low:.1f} to {change.high:.1f}). "
        f"{change.better} answered better, {change.worse} worse.",
    ]
    if change.norm is not None:
        said.append(f"{change.norm.group}: {change.norm.mean} on average ({change.norm.source}).")
    if change.expected_anyway is not None:
        said.append(
            f"About {abs(change.expected_anyway):.1f} of it would have come without any help: "
            "people are asked when they are low, and the lowest answers rise by themselves."
        )
    else:
        said.append(
            "Part of it would have come without any help: people are asked when they are low, and "
            "the lowest answers rise by themselves. How much is not known, because nobody "
            "published how far people who are asked twice agree with themselves."
        )
    said.append("Who was asked once only, or did not want to answer, is not in it.")
    return tuple(said)


__all__ = ["LEAST_PAIRS", "GroupResult", "GroupResults", "group_results", "in_words", "result"]
