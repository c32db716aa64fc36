"""Figures: `make bench NAME=prefix` prints one JSON line each, a ratio against a named peer.

A figure is a function registered with `@figure("area.name")` that returns a `Figure`. Worlds
(synthetic boroughs) are built once into `worlds/` and kept. Every figure is of our own synthetic
data and says so.
"""

import json
import subprocess
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
WORLDS = PROJECT / "worlds"
SEED = 2026
WORLD_SIZES = (5_000, 100_000)


@dataclass(frozen=True)
class Figure:
    """One measured figure beside its peer.

    `value` and `peer_value` are in `unit`; `ratio` is value / peer_value; `met` is None when the
    peer is absent or the goal cannot be judged here.
    """

    bench: str
    value: float
    unit: str
    peer: str
    peer_value: float | None
    goal: str
    met: bool | None
    data: str = "synthetic"

    def line(self) -> str:
        """The figure as one JSON object."""
        ratio = None if not self.peer_value else round(self.value / self.peer_value, 4)
        return json.dumps({**asdict(self), "ratio": ratio})


FIGURES: dict[str, Callable[[], Figure]] = {}


def figure(name: str) -> Callable[[Callable[[], Figure]], Callable[[], Figure]]:
    """Register a figure under `area.name`."""

    def register(measure: Callable[[], Figure]) -> Callable[[], Figure]:
        FIGURES[name] = measure
        return measure

    return register


@dataclass(frozen=True)
class Run:
    """One command run to its end: seconds of wall time, peak memory of its largest process."""

    seconds: float
    peak_gib: float
    output: str


def run(*command: str) -> Run:
    """Run a command under GNU time's eyes (or without memory where it is missing)."""
    began = time.perf_counter()
    done = subprocess.run(
        ["/usr/bin/env", "python3", str(Path(__file__).with_name("measured.py")), *command],
        capture_output=True,
        text=True,
        cwd=PROJECT,
    )
    seconds = time.perf_counter() - began
    if done.returncode != 0:
        raise RuntimeError(f"{command[0]} failed: {done.stderr[-1500:]}")
    peak = float(done.stderr.rsplit("peak_kib=", 1)[1].split()[0]) / 2**20
    return Run(seconds, peak, done.stdout)


def world(people: int, years: int = 2) -> Path:
    """A synthetic borough's feeds, built once and kept; returns its folder."""
    folder = WORLDS / f"borough-{people}-{years}y-{SEED}"
    if not (folder / "manifest.json").exists():
        run(
            *(".venv/bin/oneplace", "borough", "--people", str(people), "--years", str(years)),
            *("--seed", str(SEED), "--out", str(folder), "--json"),
        )
    return folder
