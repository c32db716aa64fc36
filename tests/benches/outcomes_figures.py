"""Figures of measuring: 300 indicators by 120 months, place, networks and practices, 40m events.

The peer is one statement written by hand for DuckDB over the same files: the same cells, without
the feeds behind them. `ONEPLACE_BENCH_PEOPLE` makes it smaller; there are 100 events to a person.
"""

import json
from functools import cache
from typing import Any

from tests.benches import WORLDS, Figure, figure, run
from tests.benches.casefinding_figures import PEOPLE, SEED
from tests.benches.casefinding_world import make

PEER = "one statement by hand"


@cache
def _measured() -> dict[str, Any]:
    folder = WORLDS / f"casefinding-{PEOPLE}-{SEED}"
    if not (folder / "manifest.json").exists():
        make(folder, people=PEOPLE, events=PEOPLE * 100, seed=SEED)
    done = run(".venv/bin/python", "-m", "tests.benches.outcomes_load", str(folder))
    found: dict[str, Any] = json.loads(done.output.strip().splitlines()[-1])
    return found


@figure("outcomes.time")
def seconds() -> Figure:
    """Every indicator, month and group."""
    found = _measured()
    return Figure(
        "outcomes.time", found["whole_s"], "s", PEER, found["raw_s"], "<= 15 s",
        found["whole_s"] <= 15,
    )  # fmt: skip


@figure("outcomes.ratio")
def ratio() -> Figure:
    """The same, against the statement by hand."""
    found = _measured()
    return Figure(
        "outcomes.ratio", found["whole_s"], "s", PEER, found["raw_s"], "<= 2 x",
        found["whole_s"] <= 2 * found["raw_s"],
    )  # fmt: skip


@figure("outcomes.late_month")
def late_month() -> Figure:
    """One late month measured anew, every indicator of it."""
    found = _measured()
    return Figure(
        "outcomes.late_month", found["late_s"], "s", "goal", 1.0, "<= 1 s", found["late_s"] <= 1
    )


@cache
def _pages() -> dict[str, Any]:
    done = run(".venv/bin/python", "-m", "tests.benches.outcomes_pages")
    found: dict[str, Any] = json.loads(done.output.strip().splitlines()[-1])
    return found


@figure("outcomes.page")
def page() -> Figure:
    """An indicator's page with its groups and funnel, one asked at a time: p95."""
    found = _pages()
    milliseconds = round(found["p95_s"] * 1000, 1)
    return Figure(
        "outcomes.page", milliseconds, "ms", "goal", 200.0,
        f"<= 200 ms ({found['pages']} pages, {found['statements']} statements each at most)",
        milliseconds <= 200,
    )  # fmt: skip
