"""Figures of the phone without signal: what a day loses, and what the pack costs to take along."""

import json
import os
import subprocess
import sys
from functools import cache

from tests.benches import PROJECT, Figure, figure
from tests.benches.visits_load import DROPS, VISITS

MOST_STATEMENTS = 40
MOST_KILOBYTES = 200.0


@cache
def _measured() -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.benches.visits_load"],
        cwd=PROJECT,
        env={**os.environ, "PYTHONPATH": str(PROJECT)},
        capture_output=True,
        text=True,
        timeout=900,
    )
    if done.returncode != 0:
        raise RuntimeError(done.stderr[-2000:])
    found: dict[str, float] = json.loads(done.stdout.strip().splitlines()[-1])
    if found["visits"] != VISITS or found["drops"] != DROPS:
        raise RuntimeError(f"The day was {found}: an empty one loses nothing and proves nothing.")
    return found


@figure("plans.offline_day")
def offline_day() -> Figure:
    """What is lost, or taken twice, of a day of twelve visits written without signal."""
    found = _measured()
    wrong = found["lost"] + found["doubled"]
    return Figure(
        "plans.offline_day",
        wrong,
        "things lost or doubled",
        "goal",
        0.0,
        f"0 over {DROPS} drop-outs ({VISITS} visits, five things each)",
        wrong == 0,
    )


@figure("plans.pack_statements")
def pack_statements() -> Figure:
    """Statements of taking twelve visits along."""
    found = _measured()
    return Figure(
        "plans.pack_statements",
        found["statements"],
        "statements",
        "goal",
        float(MOST_STATEMENTS),
        f"<= {MOST_STATEMENTS}, session, viewer and audit included ({VISITS} visits)",
        found["statements"] <= MOST_STATEMENTS,
    )


@figure("plans.pack_size")
def pack_size() -> Figure:
    """Kilobytes of the pack as it travels, before compression."""
    found = _measured()
    return Figure(
        "plans.pack_size",
        round(found["kilobytes"], 1),
        "kB",
        "goal",
        MOST_KILOBYTES,
        f"<= {MOST_KILOBYTES:.0f} kB ({VISITS} visits)",
        found["kilobytes"] <= MOST_KILOBYTES,
    )
