"""A real web service beside a bench: started, asked, followed, and what all its screens saw when.

For figures that run as a process of their own with a database of the tests.
"""

import asyncio
import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

WORKERS = 2
_FRAME = ("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "COMMIT")
_LIMIT = 1 << 24


def session_of(viewer: Any) -> str:
    """The key of a session of somebody's, signed in with their hat on."""
    from django.test import Client

    from oneplace.access.guard import HAT_IN_SESSION, PROVEN_BY_PROVIDER
    from oneplace.access.models import Account

    client = Client()
    client.force_login(Account.objects.get(pk=viewer.account_id))
    session = client.session
    session[HAT_IN_SESSION] = str(viewer.hat_id)
    session[PROVEN_BY_PROVIDER] = True
    session.save()
    return session.session_key or ""


def statements_of(address: str, session: str) -> int:
    """How many statements a page asks of the database, with those of session and audit."""
    from django.conf import settings
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client(SERVER_NAME="localhost")
    client.cookies[settings.SESSION_COOKIE_NAME] = session
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(address)
    if answer.status_code != 200:
        raise RuntimeError(f"{address} was answered with {answer.status_code}")
    return sum(not query["sql"].startswith(_FRAME) for query in captured)


@contextmanager
def serving() -> Iterator[int]:
    """The web service as it runs in earnest, with two workers; gives its port once it is well."""
    from django.db import connections

    from oneplace.config.parts import web_command

    connections.close_all()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    server = subprocess.Popen(
        web_command("127.0.0.1", port, WORKERS),
        cwd=Path(__file__).resolve().parents[2],
        env={**os.environ, "ONEPLACE_POOL": "1", "ONEPLACE_PUBLIC_URL": "http://localhost:8000"},
        stdout=sys.stderr,
    )
    try:
        _wait(port)
        yield port
    finally:
        server.terminate()
        server.wait(timeout=20)


def _wait(port: int) -> None:
    """Until the service is well; a slow machine takes its time."""
    for _ in range(600):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/live/health", timeout=2):
                return
        except OSError:
            time.sleep(0.2)
    raise RuntimeError("the service did not start")


def head_of(method: str, path: str, session: str, more: Mapping[str, str] | None = None) -> bytes:
    """The head of a request of somebody signed in, with a form's key where it sends anything."""
    from django.conf import settings

    key = secrets.token_hex(16)
    lines = {
        "Host": "localhost",
        "Cookie": f"{settings.SESSION_COOKIE_NAME}={session}; {settings.CSRF_COOKIE_NAME}={key}",
        "X-CSRFToken": key,
        "Origin": "http://localhost:8000",
        **(more or {}),
    }
    said = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return f"{method} {path} HTTP/1.1\r\n{said}\r\n".encode()


async def connected(port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A connection to the service that takes long lines."""
    return await asyncio.open_connection("127.0.0.1", port, limit=_LIMIT)


async def follow(port: int, path: str, session: str) -> AsyncIterator[tuple[float, list[str]]]:
    """One screen on a stream: when each event came, and what names it brought for the first time.

    The first event says only that the screen has been let in: `(when, [])`. Names stand in the
    text as `token-` and twelve signs.
    """
    reader, writer = await connected(port)
    writer.write(head_of("GET", path, session))
    await writer.drain()
    first = await reader.readline()
    if b"200" not in first:
        raise RuntimeError(f"a screen was not let in: {first!r}")
    yield time.perf_counter(), []
    known: set[str] = set()
    while line := await reader.readline():
        if not line.startswith(b"data: "):
            continue
        came = time.perf_counter()
        names = [piece[:12] for piece in line.decode().split("token-")[1:]]
        new = [name for name in dict.fromkeys(names) if name not in known]
        known.update(new)
        yield came, new


async def ask(port: int, session: str, path: str, fields: dict[str, str] | None = None) -> float:
    """One request on a connection of its own; seconds until its answer was read."""
    body = urlencode(fields or {}).encode()
    head = head_of(
        "POST" if fields else "GET",
        path,
        session,
        {
            "Connection": "close",
            "Content-Type": "application/x-www-form-urlencoded",
            "Content-Length": str(len(body)),
        },
    )
    reader, writer = await connected(port)
    began = time.perf_counter()
    writer.write(head + body)
    await writer.drain()
    answer = await reader.read()
    writer.close()
    status = int(answer.split(b" ", 2)[1])
    if status not in (200, 302):
        raise RuntimeError(f"{path} was answered with {status}")
    return time.perf_counter() - began


def all_saw(
    sent: Mapping[str, float], seen: Mapping[str, Sequence[float]], *, screens: int
) -> tuple[list[float], int]:
    """Seconds until the last of so many screens showed each, and how often one never did."""
    came = {name: seen.get(name, ()) for name in sent}
    lost = sum(screens - len(each) for each in came.values())
    waits = [max(each) - sent[name] for name, each in came.items() if len(each) == screens]
    return waits, lost


def share(values: Iterable[float], part: float) -> float:
    """The value below which a part of them lies; without any, infinity."""
    found = sorted(values)
    return found[min(len(found) - 1, int(len(found) * part))] if found else float("inf")
