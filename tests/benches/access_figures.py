"""Figures of who may see what: what the rule and the audit cost a page, and the timeline."""

import json
import sys
from functools import cache

from tests.benches import Figure, figure, run

SHARE_GOAL = 0.15
FLOOR_GOAL = 0.10
ROUNDS = 15


@cache
def _measured() -> dict[str, float]:
    """Medians in milliseconds, of one run: every figure of one machine at one time."""
    told = run(sys.executable, "-m", "tests.benches.access_reads", str(ROUNDS)).output
    found: dict[str, float] = json.loads(told.splitlines()[-1])
    return found


def _share(name: str, case: str) -> Figure:
    found = _measured()
    whole, bare = found[f"page.{case}"], found[f"page_bare.{case}"]
    return Figure(
        name,
        whole,
        "ms",
        "the same page without rules and audit",
        bare,
        f"rules and audit <= {SHARE_GOAL:.0%} of the page",
        (whole - bare) / whole <= SHARE_GOAL,
    )


def _against_floor(name: str, case: str) -> Figure:
    found = _measured()
    floor, timeline = found[f"floor.{case}"], found[f"timeline.{case}"]
    return Figure(
        name,
        round(1000 / timeline, 1),
        "timelines/s",
        "check, audit and read in one plain statement",
        round(1000 / floor, 1),
        f">= {FLOOR_GOAL} of the floor, the same rows",
        floor / timeline >= FLOOR_GOAL,
    )


def _rows(name: str, case: str) -> Figure:
    found = _measured()
    return Figure(
        name,
        found[f"policy.{case}"],
        "ms",
        "the same rows with no policy",
        found[f"no_policy.{case}"],
        "told, not judged",
        None,
    )


@figure("access.page")
def page() -> Figure:
    """The record's page of 200 entries, with rules and audit and without."""
    return _share("access.page", "own_team.200")


@figure("access.page_long")
def page_long() -> Figure:
    """The same of 2,000 entries."""
    return _share("access.page_long", "own_team.2000")


@figure("access.page_with_limit")
def page_with_limit() -> Figure:
    """The same of 200 entries, of somebody who keeps a part of it back."""
    return _share("access.page_with_limit", "limit_health.200")


@figure("access.timeline")
def timeline() -> Figure:
    """The timeline as data, through the whole house, of 200 entries."""
    return _against_floor("access.timeline", "own_team.200")


@figure("access.timeline_long")
def timeline_long() -> Figure:
    """The same of 2,000 entries."""
    return _against_floor("access.timeline_long", "own_team.2000")


@figure("access.openings")
def openings() -> Figure:
    """Telling the database who looks, once a transaction: what opens to their organisation."""
    return Figure("access.openings", _measured()["openings"], "ms", "", None, "told", None)


@figure("access.rows")
def rows() -> Figure:
    """Reading 2,000 entries through their policy."""
    return _rows("access.rows", "own_team.2000")


@figure("access.rows_with_limit")
def rows_with_limit() -> Figure:
    """The same of somebody who keeps a part back, where functions answer row by row."""
    return _rows("access.rows_with_limit", "limit_health.2000")
