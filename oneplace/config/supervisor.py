"""Starts the parts of the service, starts again what falls over, and stops everything together."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

STOP_WITHIN_S = 8.0
FIRST_PAUSE_S = 0.5
LONGEST_PAUSE_S = 30.0
# A part that has run this long is well again: its next fall starts with the short pause.
WELL_AFTER_S = 60.0


@dataclass
class Part:
    """One process of the service."""

    name: str
    command: list[str]
    environment: Mapping[str, str]
    log: Path
    process: "subprocess.Popen[bytes] | None" = None
    started_at: float = 0.0
    pause: float = FIRST_PAUSE_S
    restarts: int = 0
    restart_at: float = 0.0
    _file: object = field(default=None, repr=False)

    def start(self) -> None:
        """Start the process in a session of its own, its words going to its log."""
        self.log.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                env=dict(self.environment),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.started_at = time.monotonic()

    def is_alive(self) -> bool:
        """Whether the process runs."""
        return self.process is not None and self.process.poll() is None

    def signal(self, number: int) -> None:
        """Signal the process and all it started."""
        if self.process is not None:
            try:
                os.killpg(self.process.pid, number)
            except ProcessLookupError:
                return


class Supervisor:
    """Runs the parts until told to stop; `say` gets one line for each start, fall and stop.

    `roll` is where it notes which processes it has started, so that the next start can end what a
    killed supervisor left running.
    """

    def __init__(
        self,
        parts: list[Part],
        *,
        roll: Path | None = None,
        say: Callable[[str], None] = lambda _: None,
    ) -> None:
        self.parts = parts
        self.say = say
        self.roll = roll
        self._stopping = threading.Event()

    def start(self) -> None:
        """Start every part."""
        for part in self.parts:
            part.start()
        self._note()

    def _note(self) -> None:
        if self.roll is None:
            return
        started = [part.process.pid for part in self.parts if part.process is not None]
        draft = self.roll.with_suffix(".draft")
        draft.write_text(json.dumps({"supervisor": os.getpid(), "parts": started}))
        draft.replace(self.roll)

    def stop_soon(self, *_: object) -> None:
        """Ask for an orderly end; safe in a signal handler."""
        self._stopping.set()

    def run(self) -> None:
        """Watch the parts until asked to stop, then stop them all."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self.stop_soon)
        try:
            while not self._stopping.wait(0.2):
                self.look_after()
        finally:
            self.stop()

    def look_after(self) -> None:
        """One round: start again what has fallen, each time after a longer pause."""
        now = time.monotonic()
        for part in self.parts:
            if part.is_alive():
                if now - part.started_at > WELL_AFTER_S:
                    part.pause = FIRST_PAUSE_S
                continue
            if part.restart_at == 0.0:
                part.restart_at = now + part.pause
                part.pause = min(part.pause * 2, LONGEST_PAUSE_S)
                self.say(f"{part.name} stopped unexpectedly; starting it again (see {part.log}).")
            elif now >= part.restart_at:
                part.signal(signal.SIGKILL)
                part.restart_at = 0.0
                part.restarts += 1
                part.start()
                self._note()

    def stop(self) -> None:
        """Stop every part; whatever outlives the grace period is killed with its children."""
        for part in self.parts:
            part.signal(signal.SIGTERM)
        until = time.monotonic() + STOP_WITHIN_S
        for part in self.parts:
            if part.process is None:
                continue
            with contextlib.suppress(subprocess.TimeoutExpired):
                part.process.wait(timeout=max(0.1, until - time.monotonic()))
            # Workers have been seen to outlive their parent and to take the next run's calls.
            part.signal(signal.SIGKILL)
            part.process.wait()
        if self.roll is not None:
            self.roll.unlink(missing_ok=True)


def end_leftovers(roll: Path) -> int:
    """End the processes of a supervisor that was killed; returns how many there were.

    Nothing is touched while that supervisor still runs, nor a process that is not one of ours: a
    number may have been given to somebody else since.
    """
    try:
        noted = json.loads(roll.read_text())
    except (OSError, ValueError):
        return 0
    if "oneplace" in _command_of(noted["supervisor"]):
        return 0
    ended = 0
    for process in noted["parts"]:
        command = _command_of(process)
        if "oneplace" in command or "procrastinate" in command:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(process, signal.SIGKILL)
                ended += 1
    roll.unlink(missing_ok=True)
    return ended


def _command_of(process: int) -> str:
    asked = subprocess.run(
        ["ps", "-p", str(process), "-o", "stat=,command="], capture_output=True, text=True
    )
    answer = asked.stdout.strip()
    return "" if answer.startswith("Z") else answer


def web_command(host: str, port: int, workers: int) -> list[str]:
    """The command of the web server."""
    return [
        sys.executable,
        "-m",
        "granian",
        "--interface",
        "asgi",
        "--host",
        host,
        "--port",
        str(port),
        "--workers",
        str(workers),
        "--workers-kill-timeout",
        "5",
        "--respawn-failed-workers",
        "--backpressure",
        "256",
        "--no-ws",
        "--log-level",
        "warning",
        "oneplace.config.asgi:application",
    ]
