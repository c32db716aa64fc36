"""`make nightly NAME=one`: run long campaigns and note date, commit and result."""

import importlib
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from tests.campaigns import CAMPAIGNS

PROJECT = Path(__file__).resolve().parents[2]
NOTES = PROJECT / "docs" / "campaigns.md"


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
            result = one.run(seed)
        except AssertionError as error:
            result, failed = f"FAULT: {error}", 1
        minutes = (datetime.now(UTC) - began).total_seconds() / 60
        line = (
            f"| {began:%Y-%m-%d} | {commit} | {one.name} | {seed} | {result} ({minutes:.1f} min) |"
        )
        with NOTES.open("a") as notes:
            notes.write(line + "\n")
        print(line, flush=True)
    return failed


sys.exit(
    main(sys.argv[1] if len(sys.argv) > 1 else "", int(sys.argv[2]) if len(sys.argv) > 2 else 1)
)
