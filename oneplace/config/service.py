"""The parts of a running service and how the network reaches them."""

import contextlib
import errno
import os
import signal
import socket
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from oneplace.config.database import Database
from oneplace.config.installation import environment_of
from oneplace.config.parts import KINDS, CannotServe, applying, command_of
from oneplace.config.paths import data_folder, log_folder, roll_file
from oneplace.config.roll import GONE_WITHIN_S, Roll, RunsAlready, StillThere
from oneplace.config.supervisor import Part

LOOPBACK = {"127.0.0.1", "::1", "localhost"}


def check_port(host: str, port: int, *, within_s: float = 0.0) -> None:
    """See that we can listen there, waiting so long for it to become free.

    Raises `CannotServe` with the way out.
    """
    until = time.monotonic() + within_s
    while (error := _why_not_listen(host, port)) is not None:
        if error.errno != errno.EADDRINUSE or time.monotonic() >= until:
            raise CannotServe(_about_port(host, port, error)) from error
        time.sleep(0.02)


def _why_not_listen(host: str, port: int) -> OSError | None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            return error
    return None


def _about_port(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return (
            f"Port {port} is in use, perhaps by an oneplace that is already running: look "
            f"at http://localhost:{port} first. To use another port: PORT={port + 1} make "
            f"demo, or oneplace serve --port {port + 1}."
        )
    if error.errno in (errno.EACCES, errno.EPERM):
        return (
            f"This user may not listen on port {port}. Choose one above 1023 and put a "
            "reverse proxy in front (docs/production.md)."
        )
    return (
        f"Cannot listen on {host} port {port}: {error.strerror}. Choose an address of this "
        "machine with --host."
    )


def parts(
    database: Database, *, host: str, port: int, workers: int, extra: dict[str, str]
) -> list[Part]:
    """The processes of the service; each is given the secret of its own database role only."""
    if extra.get("ONEPLACE_DEMO") == "1" and host not in LOOPBACK:
        raise CannotServe(
            "A demo signs visitors in without a password, so it listens on this machine only."
        )
    logs = log_folder()
    found = []
    for name in applying(os.environ):
        # Nothing but the supervisor may talk to the administrator's account.
        environment = environment_of(database, KINDS[name].role) | extra
        environment["PYTHONUNBUFFERED"] = "1"
        if name == "web":
            environment["ONEPLACE_POOL"] = "1"
        command = command_of(name, os.environ, host=host, port=port, workers=workers)
        found.append(Part(name, command, environment, logs / f"{name}.log"))
    return found


@contextlib.contextmanager
def alone(host: str, port: int) -> Iterator[tuple[Database, Roll]]:
    """The one service of this data folder: its database, and the roll for its supervisor.

    On the way in nothing is left of a start that was killed, and the port is free; on the way out
    the database is stopped, also when a signal ends the start half-way. Raises `CannotServe`.
    """
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _as_by_keyboard)
    try:
        roll = Roll(roll_file()).take()
    except RunsAlready as error:
        where = f" Its pages are at {address}." if (address := known_address()) else ""
        raise CannotServe(f"{error}{where}") from error
    try:
        try:
            ended = roll.end_leftovers()
        except StillThere as error:
            raise CannotServe(str(error)) from error
        # A process that is gone may still hold its port for a moment.
        check_port(host, port, within_s=GONE_WITHIN_S if ended else 0.0)
        database = Database()
        try:
            yield database, roll
        finally:
            database.stop()
    finally:
        roll.leave()


def _as_by_keyboard(*_: object) -> None:
    raise KeyboardInterrupt


def wait_until_well(host: str, port: int, *, within_s: float = 60.0) -> bool:
    """Whether the pages answer within the time given."""
    where = "localhost" if host in LOOPBACK or host == "0.0.0.0" else host  # noqa: S104
    until = time.monotonic() + within_s
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(f"http://{where}:{port}/live/health", timeout=2) as answer:
                if answer.status == 200:
                    return True
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    return False


def note_address(url: str) -> None:
    """Keep in the data folder where people find the service, for commands run beside it.

    Called once when the service starts, with the address its own pages are told.
    """
    file = _address_file()
    new = file.with_name(f"{file.name}.{os.getpid()}")
    new.write_text(f"{url}\n", encoding="utf-8")
    new.replace(file)


def known_address() -> str | None:
    """Where people find the service of this data folder; None if it has never run."""
    try:
        said = _address_file().read_text(encoding="utf-8").strip()
    except (FileNotFoundError, UnicodeDecodeError):
        return None
    return said if said.startswith(("http://", "https://")) else None


def _address_file() -> Path:
    return data_folder() / "address"


def processors() -> int:
    """How many processors this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # macOS
        return os.cpu_count() or 1
