"""Which processes run on this machine, told by the kernel itself where it tells.

Linux writes it under `/proc`, which every machine has that oneplace runs on; the program `ps` is
not part of a plain Debian. macOS has no `/proc` and always has `ps`.
"""

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")


@dataclass(frozen=True)
class Process:
    """One process that runs: its number, its group's number, and its command with arguments."""

    number: int
    group: int
    command: str


def running() -> list[Process]:
    """Every process that we may see; those that have died and wait for burial are left out."""
    return list(_told_by_kernel() if (PROC / "self" / "stat").exists() else _told_by_ps())


def one(number: int) -> Process | None:
    """The process of this number, or None where none of it runs any more."""
    if (PROC / "self" / "stat").exists():
        return _read(PROC / str(number))
    return next((found for found in _told_by_ps() if found.number == number), None)


def _told_by_kernel() -> Iterator[Process]:
    for folder in PROC.iterdir():
        if folder.name.isdecimal() and (found := _read(folder)) is not None:
            yield found


def _read(folder: Path) -> Process | None:
    try:
        stat = (folder / "stat").read_bytes().decode(errors="replace")
        said = (folder / "cmdline").read_bytes().decode(errors="replace")
    except OSError:
        return None  # it has ended since it was listed
    # The program's own name stands in brackets and may hold anything, brackets and spaces too.
    state, _parent, group = stat.rpartition(")")[2].split()[:3]
    if state in {"Z", "X"}:
        return None
    return Process(int(folder.name), int(group), said.rstrip("\0").replace("\0", " "))


def _told_by_ps() -> Iterator[Process]:
    asked = subprocess.run(
        ["ps", "-axww", "-o", "pid=,pgid=,stat=,args="],
        capture_output=True,
        text=True,
        errors="replace",
    )
    for line in asked.stdout.splitlines():
        number, group, state, command = [*line.split(maxsplit=3), "", "", "", ""][:4]
        if number.isdecimal() and group.isdecimal() and not state.startswith("Z"):
            yield Process(int(number), int(group), command)
