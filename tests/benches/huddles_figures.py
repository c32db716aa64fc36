"""Figures of huddles: how soon a line is on every screen when a whole county meets at once."""

import json
import os
import subprocess
import sys
from functools import cache

from tests.benches import PROJECT, Figure, figure

GOAL_MS = 300.0
GOAL_STATEMENTS = 12.0


@cache
def _measured() -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.benches.huddles_load"],
        cwd=PROJECT,
        env={**os.environ, "PYTHONPATH": str(PROJECT)},
        capture_output=True,
        text=True,
        timeout=900,
    )
    if done.returncode != 0:
        raise RuntimeError(done.stderr[-2000:])
    found: dict[str, float] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


@figure("huddles.live")
def live() -> Figure:
    """60 huddles of 12, a line each five seconds: until the last of its screens shows it, p95."""
    found = _measured()
    milliseconds = round(found["p95_s"] * 1000, 1)
    return Figure(
        "huddles.live",
        milliseconds,
        "ms",
        "goal",
        GOAL_MS,
        f"<= {GOAL_MS:.0f} ms ({found['lines']:.0f} lines to {found['screens']:.0f} screens)",
        milliseconds <= GOAL_MS,
    )


@figure("huddles.lost")
def lost() -> Figure:
    """Lines that some screen of their huddle never showed, in the same run."""
    found = _measured()
    return Figure(
        "huddles.lost", found["lost"], "lines", "goal", 0.0, "none lost", found["lost"] == 0
    )


@figure("huddles.board")
def board() -> Figure:
    """Statements one screen asks of the database, with those of the session and the audit."""
    statements = _measured()["statements"]
    return Figure(
        "huddles.board",
        statements,
        "statements",
        "goal",
        GOAL_STATEMENTS,
        f"<= {GOAL_STATEMENTS:.0f} statements",
        statements <= GOAL_STATEMENTS,
    )
