"""Server-sent events: one listener a process, a stream for each screen that follows something.

PostgreSQL tells that something changed, by number or by key, never a word of anybody. The process
reads the change once and lets the room it belongs to draw it for each of its own screens, by each
viewer's rights. What is followed, by whom and how it is drawn is the room's own: a `Line`.
"""

import asyncio
import logging
import uuid
from collections.abc import Awaitable, Callable, Hashable, Mapping, MutableMapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from http.cookies import CookieError, SimpleCookie
from typing import Any, Final, Protocol, TypeVar
from urllib.parse import parse_qs

import orjson
import psycopg
from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY
from django.db import connection
from psycopg import sql

from oneplace.access.guard import BEGAN_IN_SESSION, HAT_IN_SESSION, PROVEN_BY_PROVIDER
from oneplace.access.middleware import SEEN_IN_SESSION
from oneplace.access.sessions import SessionStore
from oneplace.access.viewer import Viewer, load_viewer, viewing
from oneplace.kit import clock
from oneplace.vocabulary.terms import AccountKind

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Made = TypeVar("Made")

BREATHES_EVERY_S: Final = 15.0
"""A word now and then keeps proxies from closing the stream, and shows who has gone."""
ASKS_AGAIN_EVERY_S: Final = 60.0
"""How long a screen may go on after its session has ended, or its viewer has left."""
_RETRY_MS: Final = 1500
_READERS: Final = 2
_HEADERS: Final = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
    (b"x-content-type-options", b"nosniff"),
]

log = logging.getLogger(__name__)


class Told(Protocol):
    """What one screen is told: up to which number, and the pieces that are new."""

    @property
    def number(self) -> int:
        """Up to which change the screen has been told."""

    @property
    def regions(self) -> Sequence[Mapping[str, Any]]:
        """The new pieces, as the room's own script puts them in."""

    @property
    def is_over(self) -> bool:
        """Whether there is nothing more to follow."""


class Follower(Protocol):
    """One screen that follows something, as the room keeps it."""

    number: int

    @property
    def key(self) -> uuid.UUID:
        """The screen, among all that are open."""


@dataclass(frozen=True)
class Asked:
    """What a screen asks for: what to follow, since which change, how, with which session."""

    topic: Hashable
    after: int
    query: Mapping[str, str]
    session_key: str
    from_address: str | None


class Line(Protocol):
    """One thing of a room that screens follow; everything but the first three asks the database."""

    @property
    def prefix(self) -> str:
        """Under which address its streams are asked for."""

    @property
    def channel(self) -> str:
        """On which PostgreSQL tells of its changes."""

    @property
    def redraws_every_s(self) -> float | None:
        """After how long a screen is drawn anew without a change, as where time left is shown."""

    def topic_of(self, rest: str) -> Hashable | None:
        """What the rest of the address asks for; None for nothing there is."""

    def heard(self, payload: str) -> tuple[Hashable, str] | None:
        """Of which topic a notice tells, and what it names; None for one that says nothing."""

    def admit(self, asked: Asked, viewer: Viewer, *, at: datetime) -> Follower | None:
        """The screen as a follower, with an entry in the audit; None for who may not.

        Asked in the viewer's own transaction; asked again now and then, only for whether it may.
        """

    def tell(
        self,
        topic: Hashable,
        followers: Sequence[Any],
        changed: frozenset[str] | None,
        *,
        at: datetime,
    ) -> Mapping[uuid.UUID, Told]:
        """What each of these is to be told now, by its key; nothing for who is up to date.

        `changed` is what notices named since the last time; None where anything may have changed.
        """


@dataclass
class _Stream:
    """One open stream: its follower, and what waits to be sent."""

    follower: Follower
    waiting: asyncio.Queue[Told | None] = field(default_factory=asyncio.Queue)

    def __hash__(self) -> int:
        return id(self)

    def __eq__(self, other: object) -> bool:
        return other is self


@dataclass
class _Table:
    """One topic with the streams that follow it here; changes are read one after another."""

    streams: set[_Stream] = field(default_factory=set)
    reading: asyncio.Lock = field(default_factory=asyncio.Lock)
    is_called: bool = False
    changed: set[str] = field(default_factory=set)
    is_anything: bool = False

    def taken(self) -> frozenset[str] | None:
        """What changed since this was asked last; None for anything."""
        found = None if self.is_anything else frozenset(self.changed)
        self.changed, self.is_anything = set(), False
        return found


_Place = tuple[Line, Hashable]


class Streams:
    """The streams of one process, for every line it serves."""

    def __init__(self, conninfo: Callable[[], str | None], lines: Sequence[Line]) -> None:
        self._conninfo = conninfo
        self._lines = {line.prefix: line for line in lines}
        self._by_channel = {line.channel: line for line in lines}
        self._tables: dict[_Place, _Table] = {}
        self._background: list[asyncio.Task[None]] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._readers = ThreadPoolExecutor(_READERS, thread_name_prefix="live")
        self._is_over = False

    async def answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one stream until its screen goes away, or its viewer may no longer follow."""
        line, asked = self._asked(scope)
        admitted = None
        if line is not None and asked is not None and scope["method"] == "GET":
            first, wanted = line, asked
            admitted = await self._in_thread(lambda: _admit(first, wanted))
        if line is None or asked is None or admitted is None:
            await _not_found(send)
            return
        self._listen()
        stream = _Stream(admitted)
        place = (line, asked.topic)
        table = self._tables.setdefault(place, _Table())
        table.streams.add(stream)
        await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
        leaving = asyncio.ensure_future(_left(receive))
        try:
            await _send(send, f"retry: {_RETRY_MS}\n\n")
            self._call(place)
            await self._follow(stream, line, asked, send, leaving)
        finally:
            leaving.cancel()
            table.streams.discard(stream)
            if not table.streams:
                self._tables.pop(place, None)

    def _asked(self, scope: Scope) -> tuple[Line | None, Asked | None]:
        path: str = scope["path"]
        line = next((each for prefix, each in self._lines.items() if path.startswith(prefix)), None)
        return line, None if line is None else _asked(line, scope)

    async def _follow(
        self,
        stream: _Stream,
        line: Line,
        asked: Asked,
        send: Send,
        leaving: "asyncio.Future[None]",
    ) -> None:
        loop = asyncio.get_running_loop()
        ask_again_at = loop.time() + ASKS_AGAIN_EVERY_S
        while not leaving.done() and not self._is_over:
            told = await _next(stream.waiting, leaving, within_s=BREATHES_EVERY_S)
            if loop.time() >= ask_again_at:
                ask_again_at = loop.time() + ASKS_AGAIN_EVERY_S
                if await self._in_thread(lambda: _admit(line, asked)) is None:
                    break
            if told is None:
                await _send(send, ": here\n\n")
                continue
            await _send(send, _event(told))
            if told.is_over:
                break
        if not leaving.done():
            await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def close(self) -> None:
        """End every stream: the process is stopping, and screens come back to another."""
        self._is_over = True
        for task in self._background:
            task.cancel()
        for table in self._tables.values():
            for stream in table.streams:
                stream.waiting.put_nowait(None)
        self._readers.shutdown(wait=False, cancel_futures=True)

    # --- from the database to the streams ---

    def _listen(self) -> None:
        if not self._background or self._background[0].done():
            for task in self._background:
                task.cancel()
            lines = [each for each in self._lines.values() if each.redraws_every_s is not None]
            self._background = [
                asyncio.create_task(self._hear()),
                *(asyncio.create_task(self._redraw(line)) for line in lines),
            ]

    async def _hear(self) -> None:
        """Hear of changes; after the connection was lost everybody is brought up to date."""
        while not self._is_over:
            try:
                conninfo = self._conninfo()
                if conninfo is None:
                    return
                heard = await psycopg.AsyncConnection.connect(conninfo, autocommit=True)
                async with heard:
                    for channel in self._by_channel:
                        await heard.execute(sql.SQL("listen {}").format(sql.Identifier(channel)))
                    for place in list(self._tables):
                        self._call(place, None)
                    async for notice in heard.notifies():
                        self._hear_one(notice.channel, notice.payload)
            except (psycopg.Error, OSError):
                log.warning("The listener of live pages lost the database and tries again")
                await asyncio.sleep(1)

    def _hear_one(self, channel: str, payload: str) -> None:
        line = self._by_channel.get(channel)
        told_of = line.heard(payload) if line is not None else None
        if line is not None and told_of is not None:
            self._call((line, told_of[0]), frozenset({told_of[1]}))

    async def _redraw(self, line: Line) -> None:
        """Have the screens of a line drawn anew now and then, for what changes by time alone."""
        while not self._is_over:
            await asyncio.sleep(line.redraws_every_s or BREATHES_EVERY_S)
            for place in [each for each in self._tables if each[0] is line]:
                self._call(place, None)

    def _call(self, place: _Place, changed: frozenset[str] | None = frozenset()) -> None:
        """Read what is new of a topic; called several times meanwhile, once more is enough."""
        table = self._tables.get(place)
        if table is None:
            return
        if changed is None:
            table.is_anything = True
        else:
            table.changed |= changed
        if table.is_called:
            return
        table.is_called = True
        task = asyncio.create_task(self._bring_up_to_date(place, table))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _bring_up_to_date(self, place: _Place, table: _Table) -> None:
        line, topic = place
        async with table.reading:
            table.is_called = False
            changed = table.taken()
            streams = {stream.follower.key: stream for stream in table.streams}
            followers = [stream.follower for stream in streams.values()]
            try:
                told = await self._in_thread(
                    lambda: line.tell(topic, followers, changed, at=clock.now())
                )
            except psycopg.Error:
                table.is_anything = True
                log.exception("What is new of a live page could not be read")
                return
            except Exception:
                table.is_anything = True
                log.exception("What is new of a live page could not be drawn")
                return
            for key, each in told.items():
                stream = streams[key]
                stream.follower.number = max(stream.follower.number, each.number)
                stream.waiting.put_nowait(each)

    async def _in_thread(self, work: Callable[[], Made]) -> Made:
        return await asyncio.get_running_loop().run_in_executor(self._readers, _and_let_go(work))


def _and_let_go(work: Callable[[], Made]) -> Callable[[], Made]:
    """The work, after which its thread gives the connection back."""

    def done() -> Made:
        try:
            return work()
        finally:
            connection.close()

    return done


# --- who may follow -----------------------------------------------------------------------------


def _asked(line: Line, scope: Scope) -> Asked | None:
    topic = line.topic_of(scope["path"].removeprefix(line.prefix).strip("/"))
    if topic is None:
        return None
    headers = {name.lower(): value.decode("latin-1") for name, value in scope["headers"]}
    cookies: SimpleCookie = SimpleCookie()
    try:
        cookies.load(headers.get(b"cookie", ""))
    except CookieError:
        return None
    held = cookies.get(settings.SESSION_COOKIE_NAME)
    if held is None:
        return None
    sent = parse_qs(scope.get("query_string", b"").decode("latin-1"))
    query = {name: values[0] for name, values in sent.items()}
    said = headers.get(b"last-event-id", "") or query.get("after", "0")
    after = int(said) if said.isdecimal() and len(said) <= 9 else 0
    client = scope.get("client")
    return Asked(topic, after, query, held.value, client[0] if client else None)


def _admit(line: Line, asked: Asked) -> Follower | None:
    """The follower behind a session; None for who may not, or may no longer."""
    session = SessionStore(asked.session_key)
    account_id = session.get("_auth_user_id")
    if account_id is None or _has_ended(session):
        return None
    at = clock.now()
    hat = session.get(HAT_IN_SESSION)
    viewer = load_viewer(
        uuid.UUID(str(account_id)),
        uuid.UUID(hat) if hat else None,
        at=at,
        session_hash=session.get(HASH_SESSION_KEY, ""),
        route=f"{line.channel}:stream",
    )
    if viewer is None or _lacks_second_step(viewer, session):
        return None
    viewer = replace(viewer, door="stream", request_id=uuid.uuid4())
    with viewing(viewer, at=at):
        return line.admit(asked, viewer, at=at)


def _lacks_second_step(viewer: Viewer, session: SessionStore) -> bool:
    if not settings.SECOND_FACTOR_REQUIRED or viewer.kind is not AccountKind.STAFF:
        return False
    return not session.get(PROVEN_BY_PROVIDER) and not viewer.has_second_step


def _has_ended(session: SessionStore) -> bool:
    """Whether the session is past the place's limits, by machine time."""
    limits = settings.PLACE.sessions
    now = datetime.now(UTC)
    for key, limit in ((SEEN_IN_SESSION, limits.idle), (BEGAN_IN_SESSION, limits.absolute)):
        said = session.get(key)
        if isinstance(said, str) and now - datetime.fromisoformat(said) > limit.timedelta:
            return True
    return False


# --- the wire -----------------------------------------------------------------------------------


def _event(told: Told) -> str:
    data = orjson.dumps({"n": told.number, "regions": told.regions, "over": told.is_over})
    return f"id: {told.number}\nevent: change\ndata: {data.decode()}\n\n"


async def _send(send: Send, text: str) -> None:
    await send({"type": "http.response.body", "body": text.encode(), "more_body": True})


async def _not_found(send: Send) -> None:
    headers = [(b"content-type", b"text/plain"), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": 404, "headers": headers})
    await send({"type": "http.response.body", "body": b"not found\n"})


async def _left(receive: Receive) -> None:
    """Returns once the screen has gone."""
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return


async def _next(
    waiting: "asyncio.Queue[Told | None]", leaving: "asyncio.Future[None]", *, within_s: float
) -> Told | None:
    """What waits next; None when nothing came in time, or the screen has gone."""
    getting = asyncio.ensure_future(waiting.get())
    both: set[asyncio.Future[Any]] = {getting, leaving}
    await asyncio.wait(both, timeout=within_s, return_when=asyncio.FIRST_COMPLETED)
    if getting.done():
        return getting.result()
    getting.cancel()
    return None
