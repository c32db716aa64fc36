"""Who runs in a data folder: one service at a time, and what a killed start left is ended first.

A start holds the folder's lock until it ends, however it ends: the kernel takes the lock back from
a process that was killed. What it starts is written on the roll before it may do anything, so that
whatever a killed start left, however early, is found and ended by the next one.
"""

import contextlib
import fcntl
import json
import os
import signal
import subprocess
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import IO, Self

from oneplace.config import processes

# After SIGKILL a process needs only the time the machine takes to bury it.
GONE_WITHIN_S = 20.0
_LOOK_AGAIN_S = 0.02
_BECOMES_WITHIN_S = 1.0
# A shell that becomes the command once it is let go, and ends if whoever held it is gone.
_HELD = 'read -r go || exit 1; exec "$@" </dev/null'


class RunsAlready(Exception):
    """Another start holds this data folder; the message says what to do."""


class StillThere(Exception):
    """What a killed start left does not end; the message says what to do."""


class Roll:
    """The processes that the one service of a data folder has started, by number."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self._lock: IO[str] | None = None

    def take(self) -> Self:
        """Hold the data folder until `leave`; raises `RunsAlready` while another start holds it."""
        lock = self.file.with_suffix(".lock").open("a+", encoding="utf-8")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            lock.seek(0)
            holder = lock.read().strip() or "unknown"
            lock.close()
            raise RunsAlready(
                f"An oneplace runs in {self.file.parent} already (process {holder}). Stop it "
                "first, with Ctrl-C where it was started, or choose another data folder with "
                "ONEPLACE_DATA=/path/to/folder."
            ) from error
        lock.truncate(0)
        lock.write(f"{os.getpid()}\n")
        lock.flush()
        self._lock = lock
        return self

    def leave(self) -> None:
        """Let the next start have the data folder."""
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def note(self, started: Iterable[int]) -> None:
        """Write down what has been started and not yet ended; each leads a group of its own."""
        draft = self.file.with_suffix(".draft")
        draft.write_text(json.dumps({"supervisor": os.getpid(), "parts": sorted(started)}))
        draft.replace(self.file)

    def clear(self) -> None:
        """Everything that was noted has ended."""
        self.file.unlink(missing_ok=True)

    def end_leftovers(self) -> int:
        """End what a killed start left and wait until it is gone; returns how many groups.

        A group none of whose processes is ours is left alone: its number may have been given to
        somebody else since. Raises `StillThere` if something cannot be ended.
        """
        try:
            noted = json.loads(self.file.read_text())["parts"]
        except (OSError, ValueError, KeyError, TypeError):
            return 0
        running = _named(noted)
        ours = [group for group in noted if _is_ours(running.get(group, ()))]
        for group in ours:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(group, signal.SIGKILL)
        _wait_until_gone(ours)
        self.clear()
        return len(ours)


def start_held(
    command: list[str],
    *,
    environment: Mapping[str, str] | None = None,
    stdout: IO[bytes] | int,
    stderr: IO[bytes] | int | None,
) -> "subprocess.Popen[bytes]":
    """Start a process in a session of its own that does nothing until `let_go`.

    Should we be killed in between, it ends by itself: nothing runs that is on no roll.
    """
    return subprocess.Popen(
        ["/bin/sh", "-c", _HELD, "oneplace", *command],
        env=None if environment is None else dict(environment),
        stdin=subprocess.PIPE,
        stdout=stdout,
        stderr=stderr,
        start_new_session=True,
    )


def let_go(process: "subprocess.Popen[bytes]") -> None:
    """Let a held process begin its work."""
    held, process.stdin = process.stdin, None
    if held is not None:
        with contextlib.suppress(BrokenPipeError):
            held.write(b"\n")
            held.flush()
        with contextlib.suppress(BrokenPipeError):
            held.close()


def _groups() -> dict[int, list[str]]:
    """The commands of all processes that run, by the group they belong to; the dead left out."""
    found: dict[int, list[str]] = {}
    for process in processes.running():
        found.setdefault(process.group, []).append(process.command)
    return found


def _named(noted: Iterable[int]) -> dict[int, list[str]]:
    """The commands by group, once each noted group says one: while a process becomes another
    program the kernel tells none, and what says nothing for a second is left as it is.
    """
    until = time.monotonic() + _BECOMES_WITHIN_S
    while True:
        found = _groups()
        if all(any(found[group]) for group in noted if group in found):
            return found
        if time.monotonic() > until:
            return found
        time.sleep(_LOOK_AGAIN_S)


def _is_ours(commands: Iterable[str]) -> bool:
    return any("oneplace" in command or "procrastinate" in command for command in commands)


def _wait_until_gone(groups: list[int]) -> None:
    until = time.monotonic() + GONE_WITHIN_S
    while left := [group for group in groups if group in _groups()]:
        if time.monotonic() > until:
            named = ", ".join(map(str, left))
            raise StillThere(
                f"An earlier start was killed and left processes that do not end ({named}). End "
                f"them (kill -9 -{left[0]}), or restart the machine, then run the same command "
                "again."
            )
        time.sleep(_LOOK_AGAIN_S)
