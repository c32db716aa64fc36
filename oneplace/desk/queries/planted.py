"""What a demonstration's borough was made with, from the truth that lies beside its files.

Counts and planted facts alone; where there is no truth (a service, a borough of somebody else's)
there is nothing.
"""

import json
import math
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.compute as pc
import pyarrow.parquet as pq
from django.conf import settings


@dataclass(frozen=True)
class Effect:
    """What one service was made to do to emergency stays, and what of it lies in this borough."""

    service: str
    rate_ratio: float
    """1 does nothing; 0.92: eight of a hundred stays do not happen."""
    days: int
    exposed: int
    """How many people it reached."""
    stays_without: int
    """Emergency stays they would have had meanwhile without it."""
    prevented: int
    """Stays that did not happen because of it."""

    @property
    def by_chance(self) -> float:
        """How far chance alone moves such a number of stays, either way (one standard deviation
        of a Poisson count).
        """
        return math.sqrt(self.stays_without)

    @property
    def is_tellable(self) -> bool:
        """Whether what was prevented is more than twice what chance moves: what could be seen."""
        return self.prevented > 2 * self.by_chance


@dataclass(frozen=True)
class Planted:
    """Everything that was planted and spoiled."""

    scenario: str
    people: int
    seed: int
    effects: tuple[Effect, ...]
    alike: tuple[tuple[str, int], ...]
    """Pairs that look alike and are two people, by why."""
    spoiled: tuple[tuple[str, str, int], ...]
    """Records spoiled: the source, how, how many."""
    messages: tuple[tuple[str, int], ...]
    late_files: int
    story_nhs_number: str
    story_born_on: date | None


def planted() -> Planted | None:
    """What was planted in this demonstration's borough; None outside one."""
    borough = Path(settings.DATA_FOLDER) / "demo" / "borough"
    if not settings.IS_DEMO:
        return None
    try:
        about = _json(borough / "manifest.json")
        counts = _json(borough / "truth" / "counts.json")
        facts = _json(borough / "truth" / "scripted.json")["desmond"]["facts"]
        return Planted(
            scenario=about["scenario"],
            people=about["people"],
            seed=about["seed"],
            effects=_effects(borough / "truth"),
            alike=_alike(borough / "truth"),
            spoiled=_spoiled(borough / "truth"),
            messages=tuple(sorted(counts["message_defects"].items())),
            late_files=len(_json(borough / "truth" / "file_defects.json")),
            story_nhs_number=facts["nhs_number"],
            story_born_on=date.fromisoformat(facts["born_on"]),
        )
    except (OSError, KeyError, TypeError, ValueError):
        return None


def _json(path: Path) -> Any:
    return json.loads(path.read_text("utf-8"))


def _effects(truth: Path) -> tuple[Effect, ...]:
    exposure = pq.read_table(truth / "exposure.parquet")
    prevented = pq.read_table(truth / "prevented.parquet")
    found = []
    for row in pq.read_table(truth / "effects.parquet").to_pylist():
        own = exposure.filter(pc.equal(exposure["effect"], row["effect"]))
        gone = prevented.filter(pc.equal(prevented["effect"], row["effect"]))
        found.append(
            Effect(
                service=row["effect"],
                rate_ratio=round(row["rate_ratio"], 3),
                days=row["until_days"] - row["from_days"],
                exposed=len(pc.unique(own["person"])),
                stays_without=pc.sum(own["stays_without"]).as_py() or 0,
                prevented=gone.num_rows,
            )
        )
    return tuple(found)


def _alike(truth: Path) -> tuple[tuple[str, int], ...]:
    counted = (
        pq.read_table(truth / "must_not_merge.parquet")
        .group_by("why")
        .aggregate([("why", "count")])
    )
    return tuple(sorted((row["why"], row["why_count"]) for row in counted.to_pylist()))


def _spoiled(truth: Path) -> tuple[tuple[str, str, int], ...]:
    table = pq.read_table(truth / "defects.parquet")
    counted = table.group_by(["source", "field", "kind"]).aggregate([("kind", "count")])
    return tuple(
        sorted(
            (row["source"], f"{row['field']} {row['kind']}", row["kind_count"])
            for row in counted.to_pylist()
        )
    )
