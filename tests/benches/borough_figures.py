"""Figures of the synthetic borough: how long it takes to live and to write its feeds."""

import shutil
import tempfile
from pathlib import Path

from tests.benches import SEED, Figure, figure, run

LARGE_GOAL_S, LARGE_GOAL_GIB, SMALL_GOAL_S = 360.0, 6.0, 15.0


def _make(people: int, folder: Path) -> tuple[float, float]:
    done = run(
        *(".venv/bin/oneplace", "borough", "--people", str(people), "--years", "2"),
        *("--seed", str(SEED), "--out", str(folder), "--json"),
    )
    return done.seconds, done.peak_gib


@figure("borough.small")
def small() -> Figure:
    """5,000 people, two years, every feed written."""
    folder = Path(tempfile.mkdtemp(prefix="oneplace-bench-"))
    try:
        seconds, _ = _make(5_000, folder / "borough")
    finally:
        shutil.rmtree(folder)
    return Figure(
        "borough.small",
        round(seconds, 1),
        "s",
        "goal",
        SMALL_GOAL_S,
        "<= 15 s",
        seconds <= SMALL_GOAL_S,
    )


@figure("borough.large")
def large() -> Figure:
    """380,000 people, two years, every feed written, then removed."""
    folder = Path(tempfile.mkdtemp(prefix="oneplace-bench-", dir=_roomy()))
    try:
        seconds, peak = _make(380_000, folder / "borough")
    finally:
        shutil.rmtree(folder)
    return Figure(
        "borough.large",
        round(seconds, 1),
        "s",
        f"goal (peak {peak:.2f} GiB of {LARGE_GOAL_GIB:.0f})",
        LARGE_GOAL_S,
        "<= 360 s and <= 6 GiB on 2 cores",
        seconds <= LARGE_GOAL_S and peak <= LARGE_GOAL_GIB,
    )


def _roomy() -> str:
    from tests.benches import WORLDS

    WORLDS.mkdir(exist_ok=True)
    return str(WORLDS)
