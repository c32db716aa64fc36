"""`make bench NAME=prefix`: measure the figures whose names begin so, one JSON line each."""

import importlib
import sys
from pathlib import Path

from tests.benches import FIGURES, WORLD_SIZES, world


def main(prefix: str) -> int:
    """Measure and print; exit code 1 if a figure failed to be measured."""
    for file in sorted(Path(__file__).parent.glob("*_figures.py")):
        importlib.import_module(f"tests.benches.{file.stem}")
    chosen = [name for name in FIGURES if name.startswith(prefix)]
    if not chosen:
        print(f"No figure begins with '{prefix}'. There are: {', '.join(FIGURES)}", file=sys.stderr)
        return 2
    failed = 0
    if not prefix:
        for people in WORLD_SIZES:  # built once, kept for every figure that reads a borough
            world(people)
    for name in chosen:
        try:
            print(FIGURES[name]().line(), flush=True)
        except (RuntimeError, OSError) as error:
            failed = 1
            print(f"{name} was not measured: {error}", file=sys.stderr)
    return failed


sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else ""))
