"""Figures of one arriving record: taken in, decided beside everybody known, and committed.

In a process of its own with a durable database that holds a borough's people, linked, from the
files of its practices and of mental health: `python -m tests.benches.people_arrivals FOLDER`.
"""

import json
import sys
import tempfile
from pathlib import Path

from tests.benches import Figure, figure, run, world

PEOPLE = 5_000
GOAL_MS = 20.0


@figure("people.arrival_committed_ms")
def arrival_committed() -> Figure:
    """99th percentile from a record received to its person decided and all of it committed."""
    with tempfile.TemporaryDirectory(prefix="oneplace-bench-") as folder:
        Path(folder).chmod(0o755)
        done = run(
            *(sys.executable, "-m", "tests.benches.people_arrivals"),
            *(folder, str(world(PEOPLE))),
        )
    told = json.loads(done.output.splitlines()[-1])
    return Figure(
        "people.arrival_committed_ms",
        round(told["p99_ms"], 1),
        f"ms, p99 of {told['arrivals']} beside {told['subjects']:,} numbers "
        f"(median {told['median_ms']:.1f}; of its own process {told['processor_ms']:.1f} ms each)",
        "goal",
        GOAL_MS,
        f"<= {GOAL_MS:.0f} ms",
        told["p99_ms"] <= GOAL_MS,
    )
