"""The parts of a running service and how the network reaches them."""

import errno
import os
import socket
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from oneplace.config.database import Database, Role
from oneplace.config.installation import environment_of
from oneplace.config.paths import data_folder, log_folder
from oneplace.config.supervisor import Part, web_command

LOOPBACK = {"127.0.0.1", "::1", "localhost"}


class CannotServe(Exception):
    """The service cannot listen where it was asked to; the message says what to do."""


def check_port(host: str, port: int) -> None:
    """See that we can listen there; raises `CannotServe` with the way out."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise CannotServe(
                    f"Port {port} is in use, perhaps by an oneplace that is already running: look "
                    f"at http://localhost:{port} first. To use another port: PORT={port + 1} make "
                    f"demo, or oneplace serve --port {port + 1}."
                ) from error
            if error.errno in (errno.EACCES, errno.EPERM):
                raise CannotServe(
                    f"This user may not listen on port {port}. Choose one above 1023 and put a "
                    "reverse proxy in front (docs/production.md)."
                ) from error
            raise CannotServe(
                f"Cannot listen on {host} port {port}: {error.strerror}. Choose an address of this "
                "machine with --host."
            ) from error


def parts(
    database: Database, *, host: str, port: int, workers: int, extra: dict[str, str]
) -> list[Part]:
    """The processes of the service; each is given the secret of its own database role only."""
    if extra.get("ONEPLACE_DEMO") == "1" and host not in LOOPBACK:
        raise CannotServe(
            "A demo signs visitors in without a password, so it listens on this machine only."
        )
    logs = log_folder()
    web = {**environment_of(database, Role.WEB), "ONEPLACE_POOL": "1", **extra}
    loader = {**environment_of(database, Role.LOADER), **extra}
    # Nothing but the supervisor may talk to the administrator's account.
    for environment in (web, loader):
        environment["PYTHONUNBUFFERED"] = "1"
    found = [
        Part("web", web_command(host, port, workers), web, logs / "web.log"),
        Part(
            "jobs",
            [sys.executable, "-m", "django", "procrastinate", "worker", "--concurrency", "2"],
            loader,
            logs / "jobs.log",
        ),
        Part(
            "sealer",
            [sys.executable, "-m", "oneplace.cli", "audit", "seal", "--forever"],
            loader,
            logs / "sealer.log",
        ),
        # Takes what the doors have received into the record.
        _command_part("reader", ["feeds", "read", "--forever"], loader),
    ]
    if listening := os.environ.get("ONEPLACE_LISTEN"):
        found.append(_command_part("listener", ["listen", *_where(listening)], loader))
    if watched := os.environ.get("ONEPLACE_WATCH"):
        found.append(_command_part("folder", ["feeds", "watch", watched], loader))
    return found


def _command_part(name: str, arguments: list[str], environment: dict[str, str]) -> Part:
    command = [sys.executable, "-m", "oneplace.cli", *arguments]
    return Part(name, command, environment, log_folder() / f"{name}.log")


def _where(listening: str) -> list[str]:
    """ONEPLACE_LISTEN, `PORT` or `HOST:PORT`, as the options of `oneplace listen`."""
    host, _, port = listening.rpartition(":")
    if not port.isdecimal():
        raise CannotServe(
            f"ONEPLACE_LISTEN is {listening!r}. Write PORT or HOST:PORT, such as 0.0.0.0:2575."
        )
    tls = [
        part
        for option, variable in (
            ("--certificate", "ONEPLACE_LISTEN_CERTIFICATE"),
            ("--key", "ONEPLACE_LISTEN_KEY"),
            ("--clients", "ONEPLACE_LISTEN_CLIENTS"),
        )
        if (file := os.environ.get(variable))
        for part in (option, file)
    ]
    return ["--host", host or "127.0.0.1", "--port", port, *tls]


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
