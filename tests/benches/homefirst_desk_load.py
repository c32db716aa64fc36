"""Holds a full desk against a real web service: what the page costs, how soon a change is seen.

Run as a process of its own by the figures. Every screen is somebody's own at the desk; one of them
asks referrers something back, case after case, and every screen must show what was asked.
"""

import asyncio
import json
import os
import random
import secrets
import socket
import subprocess
import sys
import time
import urllib.request
import uuid
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

OPEN = int(os.environ.get("DESK_OPEN", "500"))
SCREENS = int(os.environ.get("DESK_SCREENS", "8"))
CHANGES = int(os.environ.get("DESK_CHANGES", "100"))
PAGES = 20
PAUSE_S = 0.4
WORKERS = 2
FRAME = ("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "COMMIT")


@dataclass
class FullDesk:
    """The cases of a desk, the sessions of everybody at it, and what was seen when."""

    cases: list[str]
    sessions: list[str]
    sent: dict[str, float] = field(default_factory=dict)
    seen: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))


def make() -> FullDesk:
    """A desk with so many open referrals, and so many people at it."""
    from tests.benches.huddles_load import _session
    from tests.rooms.homefirst.around_a_desk import a_full_desk, at_the_desk, make_world

    world = make_world()
    cases = a_full_desk(world, OPEN)
    sessions = [_session(at_the_desk(f"Desk {number}")) for number in range(SCREENS)]
    return FullDesk([str(case.pk) for case in cases], sessions)


def page_statements(desk: FullDesk) -> int:
    """How many statements the page asks of the database, with those of session and audit."""
    from django.conf import settings
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client(SERVER_NAME="localhost")
    client.cookies[settings.SESSION_COOKIE_NAME] = desk.sessions[0]
    client.get("/life/")
    with CaptureQueriesContext(connection) as captured:
        answer = client.get("/life/")
    if answer.status_code != 200:
        raise RuntimeError(f"the desk was answered with {answer.status_code}")
    return sum(not query["sql"].startswith(FRAME) for query in captured)


# --- the load -----------------------------------------------------------------------------------


async def follow(port: int, desk: FullDesk, session: str, ready: asyncio.Semaphore) -> None:
    """One screen: its stream, and when it saw what."""
    from django.conf import settings

    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 24)
    writer.write(
        f"GET /live/desk/ HTTP/1.1\r\nHost: localhost\r\n"
        f"Cookie: {settings.SESSION_COOKIE_NAME}={session}\r\n\r\n".encode()
    )
    await writer.drain()
    first = await reader.readline()
    if b"200" not in first:
        raise RuntimeError(f"a screen was not let in: {first!r}")
    is_ready, known = False, set()
    while line := await reader.readline():
        if not line.startswith(b"data: "):
            continue
        came = time.perf_counter()
        if not is_ready:
            is_ready = True
            ready.release()
        for piece in line.decode().split("token-")[1:]:
            token = piece[:12]
            if token not in known:
                known.add(token)
                desk.seen[token].append(came)


async def ask(port: int, session: str, path: str, fields: dict[str, str] | None = None) -> float:
    """One request through the service; seconds until its answer was read."""
    from django.conf import settings

    token = secrets.token_hex(16)
    body = urlencode(fields or {}).encode()
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 24)
    began = time.perf_counter()
    writer.write(
        f"{'POST' if fields else 'GET'} {path} HTTP/1.1\r\nHost: localhost\r\n"
        f"Cookie: {settings.SESSION_COOKIE_NAME}={session}; "
        f"{settings.CSRF_COOKIE_NAME}={token}\r\nX-CSRFToken: {token}\r\n"
        f"Origin: http://localhost:8000\r\nConnection: close\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
        .encode() + body
    )  # fmt: skip
    await writer.drain()
    answer = await reader.read()
    writer.close()
    status = int(answer.split(b" ", 2)[1])
    if status not in (200, 302):
        raise RuntimeError(f"{path} was answered with {status}")
    return time.perf_counter() - began


async def load(port: int, desk: FullDesk) -> list[float]:
    """The page by itself, then every screen follows and one case after another changes."""
    await ask(port, desk.sessions[0], "/life/")
    pages = [await ask(port, desk.sessions[0], "/life/") for _ in range(PAGES)]
    ready = asyncio.Semaphore(0)
    screens = [
        asyncio.ensure_future(follow(port, desk, session, ready)) for session in desk.sessions
    ]
    for _ in screens:
        await asyncio.wait_for(ready.acquire(), timeout=180)
    await asyncio.sleep(1)
    chance = random.Random(2026)
    for case in chance.sample(desk.cases, CHANGES):
        name = uuid.uuid4().hex[:12]
        desk.sent[name] = time.perf_counter()
        words = {"words": f"token-{name}: who has the key?"}
        await ask(port, chance.choice(desk.sessions), f"/life/{case}/wait/", words)
        await asyncio.sleep(PAUSE_S * (0.5 + chance.random()))
    await asyncio.sleep(3)
    for screen in screens:
        screen.cancel()
    return pages


def said(desk: FullDesk, pages: list[float]) -> dict[str, float]:
    """Seconds until the last screen showed a change, changes some screen never showed, the page."""
    waits, lost = [], 0
    for token, began in desk.sent.items():
        came = desk.seen.get(token, [])
        lost += SCREENS - len(came)
        if len(came) == SCREENS:
            waits.append(max(came) - began)
    waits.sort()
    pages.sort()
    return {
        "p95_s": waits[int(len(waits) * 0.95)] if waits else float("inf"),
        "p50_s": waits[len(waits) // 2] if waits else float("inf"),
        "lost": lost,
        "changes": len(desk.sent),
        "screens": SCREENS,
        "open": OPEN,
        "page_p50_s": pages[len(pages) // 2],
        "page_p95_s": pages[int(len(pages) * 0.95) - 1],
    }


def _port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(port: int) -> None:
    """Until the service is well; a slow machine takes its time."""
    for _ in range(600):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/live/health", timeout=2):
                return
        except OSError:
            time.sleep(0.2)
    raise RuntimeError("the service did not start")


def main() -> None:
    """Make the desk, serve it, load it, say the figures as JSON."""
    from tests import database

    database.ready_cluster()
    database.clone(database.NAME)
    import django

    django.setup()
    from tests.benches.from_memory import as_in_tests

    as_in_tests()
    desk = make()
    statements = page_statements(desk)
    from django.db import connections

    connections.close_all()
    port = _port()
    from oneplace.config.parts import web_command

    env: dict[str, Any] = {
        **os.environ,
        "ONEPLACE_POOL": "1",
        "ONEPLACE_PUBLIC_URL": "http://localhost:8000",
    }
    server = subprocess.Popen(
        web_command("127.0.0.1", port, WORKERS),
        cwd=Path(__file__).resolve().parents[2],
        env=env,
        stdout=sys.stderr,
    )
    try:
        _wait(port)
        pages = asyncio.run(load(port, desk))
    finally:
        server.terminate()
        server.wait(timeout=20)
    print(json.dumps({**said(desk, pages), "statements": statements}))


if __name__ == "__main__":
    main()
