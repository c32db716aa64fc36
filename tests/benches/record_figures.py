"""Figures of the record: how many entries a second are written."""

import json
import sys

from tests.benches import Figure, figure, run

WRITE_GOAL = 60_000


@figure("feeds.write")
def write() -> Figure:
    """Entries nobody has seen, from rows to durable: ids, hashes, staging and merge.

    The peer is the plainest way the same lines, already made, can be staged and inserted.
    """
    told = json.loads(
        run(sys.executable, "-m", "tests.benches.record_write").output.splitlines()[-1]
    )
    return Figure(
        "feeds.write",
        round(told["new"]),
        "rows/s",
        "staged insert-select of ready lines",
        round(told["plain"]),
        f">= {WRITE_GOAL:,} rows/s",
        told["new"] >= WRITE_GOAL,
    )
