"""`make nightly NAME=one`: run long campaigns and note date, commit and result."""

import importlib
import signal
import subprocess
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from tests.campaigns import CAMPAIGNS, LONGEST_PART_MINUTES

PROJECT = Path(__file__).resolve().parents[2]
NOTES = PROJECT / "docs" / "campaigns.md"


class RanOn(BaseException):
    """A part took longer than a part may; no `Exception`, or a page asked would answer with it."""


def main(prefix: str, seed: int) -> int:
    """Run every campaign whose name begins with `prefix`; exit code 1 if one found a fault."""
    for file in sorted(Path(__file__).parent.glob("*_campaigns.py")):
        importlib.import_module(f"tests.campaigns.{file.stem}")
    chosen = [found for name, found in CAMPAIGNS.items() if name.startswith(prefix)]
    if not chosen:
        print(f"No campaign begins with '{prefix}'. There are: {', '.join(CAMPAIGNS)}")
        return 2
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=PROJECT, capture_output=True, text=True
    ).stdout.strip()
    failed = 0
    for one in chosen:
        began = datetime.now(UTC)
        try:
            with _at_most(LONGEST_PART_MINUTES):
                result = one.run(seed)
        except (Exception, RanOn) as error:  # a campaign that crashes has found something too
            traceback.print_exc()
            result, failed = f"FAULT: {type(error).__name__}: {' '.join(str(error).split())}", 1
        minutes = (datetime.now(UTC) - began).total_seconds() / 60
        result = result.replace("|", "/")  # it stands in a cell of a table
        line = (
            f"| {began:%Y-%m-%d} | {commit} | {one.name} | {seed} | {result} ({minutes:.1f} min) |"
        )
        with NOTES.open("a") as notes:
            notes.write(line + "\n")
        print(line, flush=True)
    return failed


@contextmanager
def _at_most(minutes: int) -> Iterator[None]:
    """End what runs on for longer than this, with `RanOn`."""

    def stop(*_: object) -> None:
        raise RanOn(f"it did not end within {minutes} minutes: split it into parts")

    signal.signal(signal.SIGALRM, stop)
    signal.alarm(minutes * 60)
    try:
        yield
    finally:
        signal.alarm(0)


sys.exit(
    main(sys.argv[1] if len(sys.argv) > 1 else "", int(sys.argv[2]) if len(sys.argv) > 2 else 1)
)
