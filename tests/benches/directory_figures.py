"""Figures of the directory: search over five thousand services, the open feed, the link's page."""

import json
import os
import subprocess
import sys
from functools import cache

from tests.benches import PROJECT, Figure, figure
from tests.benches.directory_load import SEARCHES, SERVICES

SEARCH_MS = 100.0
LINK_KILOBYTES = 60.0


@cache
def _measured() -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.benches.directory_load"],
        cwd=PROJECT,
        env={**os.environ, "PYTHONPATH": str(PROJECT)},
        capture_output=True,
        text=True,
        timeout=900,
    )
    if done.returncode != 0:
        raise RuntimeError(done.stderr[-2000:])
    found: dict[str, float] = json.loads(done.stdout.strip().splitlines()[-1])
    if found["services"] < SERVICES or found["searches_with_answer"] < SEARCHES / 2:
        raise RuntimeError(f"The directory was {found}: an empty one is fast and proves nothing.")
    return found


@figure("directory.search")
def search() -> Figure:
    """Milliseconds of a search in plain words, some misspelt, some near a postcode, p95."""
    milliseconds = round(_measured()["search_p95_s"] * 1000, 1)
    return Figure(
        "directory.search",
        milliseconds,
        "ms",
        "goal",
        SEARCH_MS,
        f"<= {SEARCH_MS:.0f} ms ({SERVICES:,} services, {SEARCHES} searches)",
        milliseconds <= SEARCH_MS,
    )


@figure("directory.open_referral")
def open_referral() -> Figure:
    """Faults by the public schemas in every page of every list, and in an entity of each page."""
    found = _measured()
    return Figure(
        "directory.open_referral",
        found["schema_errors"],
        "schema errors",
        "goal",
        0.0,
        f"0 in {found['pages']:,.0f} pages with {found['rows']:,.0f} rows",
        found["schema_errors"] == 0,
    )


@figure("directory.answer_by_link")
def answer_by_link() -> Figure:
    """Kilobytes of the page behind a charity's link, the larger of before and after a Yes."""
    found = _measured()
    kilobytes = round(found["link_bytes"] / 1000, 1)
    return Figure(
        "directory.answer_by_link",
        kilobytes,
        "kB",
        "goal",
        LINK_KILOBYTES,
        f"<= {LINK_KILOBYTES:.0f} kB, before compression; what it loads once and keeps: "
        f"{found['link_loads_bytes'] / 1000:.0f} kB",
        kilobytes <= LINK_KILOBYTES,
    )
