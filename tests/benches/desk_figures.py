"""Figures of the desk: the record's page and its timeline as data, under load, beside plain Django.

In a process of its own with two web services on this machine: `python -m tests.benches.desk_load`.
"""

import json
import sys
from functools import cache
from typing import Any

from tests.benches import Figure, figure, run

PAGE_SHARE, TIMELINE_SHARE = 0.4, 0.5
P95_GOAL_MS = 200.0
PEER = "a bare Django view of as many bytes"


@cache
def _measured() -> dict[str, dict[str, Any]]:
    """What both services answered in one run, in turns."""
    found: dict[str, dict[str, Any]] = json.loads(
        run(sys.executable, "-m", "tests.benches.desk_load").output.splitlines()[-1]
    )
    return found


def _rate(name: str, kind: str, share: float) -> Figure:
    ours, bare = _measured()[kind], _measured()[f"{kind}_bare"]
    return Figure(
        name,
        ours["per_second"],
        f"pages/s of {ours['rows']} rows, {ours['bytes']:,} bytes"
        f" (all processors: {ours['processor_ms']} ms each, the peer {bare['processor_ms']})",
        PEER,
        bare["per_second"],
        f">= {share} x, the rows asserted",
        ours["per_second"] >= share * bare["per_second"],
    )


def _wait(name: str, kind: str) -> Figure:
    ours, bare = _measured()[kind], _measured()[f"{kind}_bare"]
    return Figure(
        name,
        ours["p95_ms"],
        f"ms, 95th percentile at 16 connections (median {ours['p50_ms']})",
        PEER,
        bare["p95_ms"],
        f"<= {P95_GOAL_MS:.0f} ms",
        ours["p95_ms"] <= P95_GOAL_MS,
    )


@figure("desk.page")
def page() -> Figure:
    """The record's page as somebody of the practice opens it, asked by 16 browsers at once."""
    return _rate("desk.page", "page", PAGE_SHARE)


@figure("desk.page_wait")
def page_wait() -> Figure:
    """How long such a browser waits for it."""
    return _wait("desk.page_wait", "page")


@figure("desk.timeline_json")
def timeline() -> Figure:
    """The timeline as data, likewise."""
    return _rate("desk.timeline_json", "timeline", TIMELINE_SHARE)


@figure("desk.timeline_wait")
def timeline_wait() -> Figure:
    """How long such a browser waits for it."""
    return _wait("desk.timeline_wait", "timeline")


SEARCH_GOAL_MS = 200.0


@figure("desk.search")
def search() -> Figure:
    """Finding people of a practice in a whole borough, as the web role, with its audit.

    `ONEPLACE_BENCH_PEOPLE` makes the borough smaller.
    """
    told = json.loads(
        run(sys.executable, "-m", "tests.benches.desk_search_load").output.splitlines()[-1]
    )
    scanned = ", ".join(told["scanned"]) or "none"
    return Figure(
        "desk.search",
        round(told["p95_ms"], 1),
        f"ms, 95th percentile in {told['people']:,} people (median {told['p50_ms']:.1f};"
        f" slowest by {told['slowest']}; {told['found']:.0%} found; large tables read whole:"
        f" {scanned})",
        "goal",
        SEARCH_GOAL_MS,
        f"<= {SEARCH_GOAL_MS:.0f} ms, no large table read whole",
        told["p95_ms"] <= SEARCH_GOAL_MS and not told["scanned"] and told["found"] > 0.9,
    )
