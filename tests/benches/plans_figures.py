"""Figures of plans: what the fullest plan asks of the database, and how long its page takes."""

import json
import os
import subprocess
import sys
from functools import cache

from tests.benches import PROJECT, Figure, figure
from tests.benches.plans_load import GOALS, LINES

MOST_STATEMENTS = 12
GOAL_MS = 300.0


@cache
def _measured() -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.benches.plans_load"],
        cwd=PROJECT,
        env={**os.environ, "PYTHONPATH": str(PROJECT)},
        capture_output=True,
        text=True,
        timeout=900,
    )
    if done.returncode != 0:
        raise RuntimeError(done.stderr[-2000:])
    found: dict[str, float] = json.loads(done.stdout.strip().splitlines()[-1])
    if found["goals"] != GOALS or found["lines"] != LINES:
        raise RuntimeError(f"The page shows {found}: a refused read is fast and proves nothing.")
    return found


@figure("plans.statements")
def statements() -> Figure:
    """Statements of the Plan tab with sixty lines, twenty goals and two years of answers."""
    found = _measured()
    return Figure(
        "plans.statements",
        found["statements"],
        "statements",
        "goal",
        float(MOST_STATEMENTS),
        f"<= {MOST_STATEMENTS}, session, viewer, banner and audit included",
        found["statements"] <= MOST_STATEMENTS,
    )


@figure("plans.page")
def page() -> Figure:
    """Milliseconds of the same page in one process, p95."""
    milliseconds = round(_measured()["p95_s"] * 1000, 1)
    return Figure(
        "plans.page",
        milliseconds,
        "ms",
        "goal",
        GOAL_MS,
        f"<= {GOAL_MS:.0f} ms ({LINES} lines, {GOALS} goals)",
        milliseconds <= GOAL_MS,
    )
