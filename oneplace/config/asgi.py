"""One origin, one server: pages through Django's WSGI application, `/live/` through our own."""

import asyncio
import functools
import os
import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import psycopg
from a2wsgi import WSGIMiddleware
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "oneplace.config.settings")

from oneplace.config.database import from_environment

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

PAGE_THREADS = 12
READY_FOR_S = 1.0

_pages: Any = WSGIMiddleware(get_wsgi_application(), workers=PAGE_THREADS)  # type: ignore[arg-type]


class Readiness:
    """Whether the database answers, asked at most once a second however many want to know."""

    def __init__(self) -> None:
        self._asking = asyncio.Lock()
        self._asked_at = float("-inf")
        self._is_ready = False

    async def ask(self) -> bool:
        """Whether a connection can be made now, or could a moment ago."""
        async with self._asking:
            if time.monotonic() - self._asked_at >= READY_FOR_S:
                self._is_ready = await asyncio.to_thread(_database_answers)
                self._asked_at = time.monotonic()
        return self._is_ready


def _database_answers() -> bool:
    known = from_environment()
    if known is None:
        return False
    try:
        # A connection of its own: the pool's are the pages', and may all be waiting.
        with psycopg.connect(known.conninfo(), connect_timeout=2) as connection:
            connection.execute("select 1")
    except psycopg.Error:
        return False
    return True


_ready = Readiness()
_STREAMS = "/live/"


@functools.cache
def _streams() -> Any:
    """The streams of everything that is live, made when the first screen asks for one."""
    from oneplace.access.live import Streams
    from oneplace.homefirst.streaming import DeskLive
    from oneplace.huddles.streaming import MeetingsLive

    def conninfo() -> str | None:
        known = from_environment()
        return known.conninfo() if known else None

    return Streams(conninfo, [MeetingsLive(), DeskLive()])


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """Send each connection to the half of the house that answers it."""
    if scope["type"] == "lifespan":
        await _lifespan(receive, send)
    elif scope["type"] == "http" and scope["path"] == "/live/health":
        await _answer(send, 200, b"well\n")
    elif scope["type"] == "http" and scope["path"] == "/live/ready":
        is_ready = await _ready.ask()
        await _answer(send, *((200, b"ready\n") if is_ready else (503, b"no database\n")))
    elif scope["type"] == "http" and scope["path"].startswith(_STREAMS):
        await _streams().answer(scope, receive, send)
    elif scope["type"] == "http":
        # The server hands out awaitables; the adapter's threads can only schedule coroutines.
        async def hear() -> MutableMapping[str, Any]:
            return await receive()

        await _pages(scope, hear, send)


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        if message["type"] == "lifespan.shutdown" and _streams.cache_info().currsize:
            await _streams().close()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return


async def _answer(send: Send, status: int, body: bytes) -> None:
    headers = [(b"content-type", b"text/plain"), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
