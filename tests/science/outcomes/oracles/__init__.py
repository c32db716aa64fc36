"""Expected numbers for charts and intervals: facts, each file naming its source and licence."""

import csv
from pathlib import Path


def rows(name: str) -> list[dict[str, str]]:
    """The rows of one file of expected numbers; its first lines say where they come from."""
    text = (Path(__file__).parent / f"{name}.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(line for line in text.splitlines() if not line.startswith("#")))
