"""How many messages a second are read, checked and understood (`python -m` this module).

Takes a folder of message files, or writes messages by hand where none is given. Counts the
processor's time, so that other work on the machine does not count.
"""

import sys
import time
from collections.abc import Callable
from pathlib import Path

from oneplace.feeds.hl7.checking import check
from oneplace.feeds.hl7.meaning import understand
from oneplace.feeds.hl7.reading import read_file

from .messages import written

ROUNDS = 5
BY_HAND = 2_000


def main(folder: str = "") -> None:
    """Print the best of some rounds for each step and for all together."""
    if folder:
        files = sorted(path for path in Path(folder).rglob("*") if path.is_file())
        content = b"".join(path.read_bytes() for path in files)
    else:
        events = ("A01", "A02", "A03", "A08", "A31")
        content = b"".join(
            written(events[number % 5], MSH={10: f"Q{number}"}, PID={3: f"{number}^^^ZZ8^MR"})
            for number in range(BY_HAND)
        )
    messages = read_file(content).messages
    steps: dict[str, Callable[[], object]] = {
        "read": lambda: read_file(content),
        "check": lambda: [check(message) for message in messages],
        "meaning": lambda: [understand(message) for message in messages],
    }
    best = {name: min(_seconds(step) for _ in range(ROUNDS)) for name, step in steps.items()}
    best["all"] = sum(best.values())
    for name, seconds in best.items():
        sys.stdout.write(f"{name:8} {len(messages) / seconds:10,.0f} messages/s\n")


def _seconds(step: Callable[[], object]) -> float:
    begun = time.process_time()
    step()
    return time.process_time() - begun


if __name__ == "__main__":
    main(*sys.argv[1:2])
