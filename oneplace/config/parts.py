"""What a running service consists of: one list for `oneplace serve` and for production.

Each part is one process with one database role. `oneplace serve` starts all that apply under one
supervisor; in production `deploy/start.py` starts each by itself, in a container or a unit.
"""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from oneplace.config.database import Role


class CannotServe(Exception):
    """The service cannot run as it was asked to; the message says what to do."""


@dataclass(frozen=True)
class Kind:
    """One process: the role it works as, and what it must be given.

    `signs`: it signs what outlives it. `links`: it writes the address people use into what it
    makes. `wants`: it runs only where this variable says where it works.
    """

    role: Role
    signs: bool = False
    links: bool = False
    wants: str = ""


KINDS: Final[Mapping[str, Kind]] = {
    "web": Kind(Role.WEB, signs=True, links=True),
    "jobs": Kind(Role.LOADER, signs=True, links=True),
    "sealer": Kind(Role.LOADER),
    # Takes what the doors have received into the record.
    "reader": Kind(Role.LOADER),
    "listener": Kind(Role.LOADER, wants="ONEPLACE_LISTEN"),
    "folder": Kind(Role.LOADER, wants="ONEPLACE_WATCH"),
}


def applying(environment: Mapping[str, str]) -> tuple[str, ...]:
    """The parts that run where the environment says this, in the order they start."""
    return tuple(
        name for name, kind in KINDS.items() if not kind.wants or environment.get(kind.wants)
    )


def command_of(
    name: str, environment: Mapping[str, str], *, host: str, port: int, workers: int
) -> list[str]:
    """The command of a part; `host`, `port` and `workers` are the web part's.

    Raises `CannotServe` where the environment does not say what the part needs to know.
    """
    kind = KINDS[name]
    told = environment.get(kind.wants, "") if kind.wants else ""
    if kind.wants and not told:
        raise CannotServe(
            f"{kind.wants} is not set, so {name} has nothing to do here. Set it "
            "(docs/production.md), or do not start this part."
        )
    if name == "web":
        return web_command(host, port, workers)
    where = _where(told, environment) if name == "listener" else []
    words: dict[str, list[str]] = {
        "jobs": ["django", "procrastinate", "worker", "--concurrency", "2"],
        "sealer": ["oneplace.cli", "audit", "seal", "--forever"],
        "reader": ["oneplace.cli", "feeds", "read", "--forever"],
        "listener": ["oneplace.cli", "listen", *where],
        "folder": ["oneplace.cli", "feeds", "watch", told],
    }
    return [sys.executable, "-m", *words[name]]


def _where(listening: str, environment: Mapping[str, str]) -> list[str]:
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
        if (file := environment.get(variable))
        for part in (option, file)
    ]
    return ["--host", host or "127.0.0.1", "--port", port, *tls]


def web_command(host: str, port: int, workers: int) -> list[str]:
    """The command of the web server."""
    return [
        *(sys.executable, "-m", "granian", "--interface", "asgi"),
        *("--host", host, "--port", str(port), "--workers", str(workers)),
        *("--workers-kill-timeout", "5", "--respawn-failed-workers"),
        *("--backpressure", "1024", "--no-ws", "--log-level", "warning"),
        "oneplace.config.asgi:application",
    ]
