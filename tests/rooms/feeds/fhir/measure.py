"""How many resources a second one core reads, checks and understands.

    python -m tests.rooms.feeds.fhir.measure FOLDER [ROUNDS]

FOLDER holds a borough (`oneplace borough` or the tests' own). Every NDJSON file under `*/fhir/` is
read whole first, so that the disk is not measured; the best round counts, in processor time.
"""

import gc
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import orjson

from oneplace.feeds.fhir import bundles, checking, exact
from oneplace.feeds.fhir.plans import Plan
from tests.rooms.feeds.fhir.told import rows


def measure(folder: Path, rounds: int = 5) -> list[str]:
    """One line a stage: microseconds a resource, resources a second."""
    lines = [line for path in sorted(folder.glob("*/fhir/*.ndjson")) for line in _lines(path)]
    plans = [bundles.plan_bundle(line) for line in lines]
    steps = [step for plan in plans for step in plan.steps]
    told = sum(len(plan.steps) for plan in plans)
    size = sum(map(len, lines))
    gc.freeze()  # a door holds one bundle at a time, not all of them

    def everything(line: bytes) -> None:
        rows(bundles.plan_bundle(line))

    def understand(plan: Plan) -> None:
        rows(plan)

    stages: dict[str, tuple[Callable[..., object], Sequence[object]]] = {
        "parse (orjson alone)": (orjson.loads, lines),
        "read exactly": (exact.read, lines),
        "schema and rules": (lambda step: checking.check(step.kind, step.resource), steps),
        "read, check and plan": (bundles.plan_bundle, lines),
        "meaning": (understand, plans),
        "all of it": (everything, lines),
    }
    found = [f"{len(lines):,} bundles, {told:,} resources, {size / len(steps):,.0f} bytes each"]
    for name, (work, items) in stages.items():
        seconds = min(_seconds(work, items) for _ in range(rounds))
        each = seconds / len(steps)
        found.append(f"{name:24} {each * 1e6:7.2f} us {1 / each:12,.0f}/s")
    return found


def _lines(path: Path) -> list[bytes]:
    return path.read_bytes().splitlines()


def _seconds(work: Callable[..., object], items: Sequence[object]) -> float:
    started = time.process_time()
    for item in items:
        work(item)
    return time.process_time() - started


if __name__ == "__main__":
    for text in measure(Path(sys.argv[1]), *map(int, sys.argv[2:3])):
        sys.stdout.write(text + "\n")
