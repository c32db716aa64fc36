"""Starts the parts of the service, starts again what falls over, and stops everything together."""

import contextlib
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from oneplace.config.embedded import DatabaseUnavailable
from oneplace.config.roll import Roll, let_go, start_held

STOP_WITHIN_S = 8.0
ROUND_S = 0.2
FIRST_PAUSE_S = 0.5
LONGEST_PAUSE_S = 30.0
# A part that has run this long is well again: its next fall starts with the short pause.
WELL_AFTER_S = 60.0
LOOK_AT_DATABASE_EVERY_S = 2.0


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

    def hold(self) -> None:
        """Make the process, in a session of its own, its words going to its log; it waits."""
        self.log.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            self.process = start_held(
                self.command, environment=self.environment, stdout=log, stderr=log
            )
        self.started_at = time.monotonic()

    def let_go(self) -> None:
        """Let it begin, once it is on the roll."""
        if self.process is not None:
            let_go(self.process)

    def is_alive(self) -> bool:
        """Whether the process runs."""
        return self.process is not None and self.process.poll() is None

    def signal(self, number: int) -> None:
        """Signal the process and all it started."""
        if self.process is not None:
            _signal(self.process, number)


class Stopped(Exception):
    """The service was asked to stop while an errand was under way."""


class Supervisor:
    """Runs the parts until told to stop; `say` gets one line for each start, fall and stop.

    `roll` is where it notes which processes it has started, so that the next start can end what a
    killed supervisor left running. `keep_database` is called every two seconds: it starts the
    database again where it is ours and has fallen, and says whether it had to.
    """

    def __init__(
        self,
        parts: list[Part],
        *,
        roll: Roll | None = None,
        say: Callable[[str], None] = lambda _: None,
        keep_database: Callable[[], bool] = lambda: False,
    ) -> None:
        self.parts = parts
        self.say = say
        self.roll = roll
        self._keep_database = keep_database
        self._look_at_database_at = 0.0
        self._database_pause = LOOK_AT_DATABASE_EVERY_S
        self._errands: set[subprocess.Popen[bytes]] = set()
        # Errands run beside the parts, in another thread.
        self._noting = threading.Lock()
        # A signal sets it. An event would have a lock, which the very thread that a signal
        # interrupts may be holding: setting one there has been seen to hang a service for good.
        self._is_stopping = False

    def start(self) -> None:
        """Start every part."""
        for part in self.parts:
            part.hold()
        self._note()
        for part in self.parts:
            part.let_go()

    def _note(self) -> None:
        if self.roll is None:
            return
        with self._noting:
            if self._is_stopping:
                return  # the last word on the roll is that everything has ended
            parts = [part.process.pid for part in self.parts if part.process is not None]
            self.roll.note([*parts, *(errand.pid for errand in self._errands)])

    def errand(self, command: list[str], *, is_heard: bool) -> tuple[int, str]:
        """Run one command to its end beside the parts: its exit code and its words on stderr.

        Without `is_heard` those words go to the terminal. Raises `Stopped` if the service is asked
        to stop meanwhile, which ends the command too.
        """
        process = start_held(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE if is_heard else None
        )
        self._errands.add(process)
        try:
            self._note()
            if self._is_stopping:
                _signal(process, signal.SIGKILL)
            let_go(process)
            _, words = process.communicate()
        finally:
            self._errands.discard(process)
        if self._is_stopping:
            raise Stopped
        self._note()
        return process.returncode, (words or b"").decode(errors="replace")

    def stop_soon(self, *_: object) -> None:
        """Ask for an orderly end; safe in a signal handler."""
        self._is_stopping = True

    def run(self) -> None:
        """Watch the parts until asked to stop, then stop them all."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self.stop_soon)
        try:
            while not self._is_stopping:
                self.look_after()
                time.sleep(ROUND_S)
        finally:
            self.stop()

    def look_after(self) -> None:
        """One round: start again what has fallen, each time after a longer pause."""
        now = time.monotonic()
        self._look_after_database(now)
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
                part.hold()
                self._note()
                part.let_go()

    def _look_after_database(self, now: float) -> None:
        if now < self._look_at_database_at:
            return
        try:
            if self._keep_database():
                self.say("The database stopped unexpectedly; it has been started again.")
            self._database_pause = LOOK_AT_DATABASE_EVERY_S
        except DatabaseUnavailable as error:
            self.say(f"The database stopped unexpectedly and does not start again yet. {error}")
            self._database_pause = min(self._database_pause * 2, LONGEST_PAUSE_S)
        self._look_at_database_at = time.monotonic() + self._database_pause

    def stop(self) -> None:
        """Stop all that runs; what outlives the grace period is killed with its children."""
        self._is_stopping = True
        errands = list(self._errands)
        running = [part.process for part in self.parts if part.process is not None] + errands
        for process in running:
            _signal(process, signal.SIGTERM)
        until = time.monotonic() + STOP_WITHIN_S
        for process in running:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(timeout=max(0.1, until - time.monotonic()))
            # Workers have been seen to outlive their parent and to take the next run's calls.
            _signal(process, signal.SIGKILL)
            process.wait()
        if self.roll is not None:
            with self._noting:
                self.roll.clear()


def _signal(process: "subprocess.Popen[bytes]", number: int) -> None:
    # A Mac answers "not permitted" for a group of which only the dead are left.
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, number)
