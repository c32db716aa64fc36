"""Server-sent events of meetings under way: one listener a process, a stream for each screen.

PostgreSQL tells which meeting changed and by which number, never a word of anybody. The process
reads the change once and draws it for each of its own screens (`fragments`), by each viewer's
rights. A screen that was away says which number it saw last and is told everything since.
"""

import asyncio
import logging
import uuid
from collections.abc import Awaitable, Callable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from http.cookies import CookieError, SimpleCookie
from typing import Any, Final, TypeVar
from urllib.parse import parse_qs

import orjson
import psycopg
from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY
from django.db import connection

from oneplace.access import audit
from oneplace.access.guard import BEGAN_IN_SESSION, HAT_IN_SESSION, PROVEN_BY_PROVIDER
from oneplace.access.middleware import SEEN_IN_SESSION
from oneplace.access.sessions import SessionStore
from oneplace.access.viewer import Viewer, load_viewer, viewing
from oneplace.huddles import fragments, queries
from oneplace.huddles.fragments import Follower, Told
from oneplace.huddles.permissions import SEE_HUDDLES
from oneplace.huddles.verbs.changing import CHANNEL
from oneplace.kit import clock
from oneplace.vocabulary.terms import AccountKind

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Made = TypeVar("Made")

PREFIX: Final = "/live/huddles/"
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


@dataclass
class _Stream:
    """One open stream: its follower, and what waits to be sent."""

    follower: Follower
    waiting: asyncio.Queue[Told] = field(default_factory=asyncio.Queue)


@dataclass
class _Table:
    """One meeting with the streams that follow it here; changes are read one after another."""

    streams: set[Any] = field(default_factory=set)
    reading: asyncio.Lock = field(default_factory=asyncio.Lock)
    is_called: bool = False


class Streams:
    """The streams of one process."""

    def __init__(self, conninfo: Callable[[], str | None]) -> None:
        self._conninfo = conninfo
        self._tables: dict[uuid.UUID, _Table] = {}
        self._listener: asyncio.Task[None] | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._readers = ThreadPoolExecutor(_READERS, thread_name_prefix="huddles")
        self._is_over = False

    async def answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one stream until its screen goes away, or its viewer may no longer follow."""
        asked = _asked(scope)
        admitted = None
        if asked is not None and scope["method"] == "GET":
            admitted = await self._in_thread(lambda: _admit(asked))
        if asked is None or admitted is None:
            await _not_found(send)
            return
        self._listen()
        stream = _Stream(admitted)
        table = self._tables.setdefault(asked.meeting_id, _Table())
        table.streams.add(_Hashed(stream))
        await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
        leaving = asyncio.ensure_future(_left(receive))
        try:
            await _send(send, f"retry: {_RETRY_MS}\n\n")
            self._call(asked.meeting_id)
            await self._follow(stream, asked, send, leaving)
        finally:
            leaving.cancel()
            table.streams.discard(_Hashed(stream))
            if not table.streams:
                self._tables.pop(asked.meeting_id, None)

    async def _follow(
        self, stream: _Stream, asked: "_Asked", send: Send, leaving: "asyncio.Future[None]"
    ) -> None:
        loop = asyncio.get_running_loop()
        ask_again_at = loop.time() + ASKS_AGAIN_EVERY_S
        while not leaving.done() and not self._is_over:
            told = await _next(stream.waiting, leaving, within_s=BREATHES_EVERY_S)
            if loop.time() >= ask_again_at:
                ask_again_at = loop.time() + ASKS_AGAIN_EVERY_S
                if await self._in_thread(lambda: _admit(asked)) is None:
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
        if self._listener is not None:
            self._listener.cancel()
        for table in self._tables.values():
            for hashed in table.streams:
                hashed.stream.waiting.put_nowait(Told(hashed.stream.follower.number, ()))
        self._readers.shutdown(wait=False, cancel_futures=True)

    # --- from the database to the streams ---

    def _listen(self) -> None:
        if self._listener is None or self._listener.done():
            self._listener = asyncio.create_task(self._hear())

    async def _hear(self) -> None:
        """Hear of changes; after the connection was lost everybody is brought up to date."""
        while not self._is_over:
            try:
                conninfo = self._conninfo()
                if conninfo is None:
                    return
                heard = await psycopg.AsyncConnection.connect(conninfo, autocommit=True)
                async with heard:
                    await heard.execute(f"listen {CHANNEL}")
                    for meeting_id in list(self._tables):
                        self._call(meeting_id)
                    async for notice in heard.notifies():
                        told_of = _meeting_of(notice.payload)
                        if told_of is not None:
                            self._call(told_of)
            except (psycopg.Error, OSError):
                log.warning("The listener of huddles lost the database and tries again")
                await asyncio.sleep(1)

    def _call(self, meeting_id: uuid.UUID) -> None:
        """Read what is new of a meeting; called several times meanwhile, once more is enough."""
        table = self._tables.get(meeting_id)
        if table is None or table.is_called:
            return
        table.is_called = True
        task = asyncio.create_task(self._bring_up_to_date(meeting_id, table))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _bring_up_to_date(self, meeting_id: uuid.UUID, table: _Table) -> None:
        async with table.reading:
            table.is_called = False
            streams = {hashed.stream.follower.key: hashed.stream for hashed in table.streams}
            followers = [stream.follower for stream in streams.values()]
            try:
                told = await self._in_thread(lambda: _read(meeting_id, followers))
            except psycopg.Error:
                log.exception("What is new of a huddle could not be read")
                return
            except Exception:
                log.exception("What is new of a huddle could not be drawn")
                return
            for key, each in told.items():
                stream = streams[key]
                stream.follower.number = max(stream.follower.number, each.number)
                stream.waiting.put_nowait(each)

    async def _in_thread(self, work: Callable[[], Made]) -> Made:
        return await asyncio.get_running_loop().run_in_executor(self._readers, _and_let_go(work))


class _Hashed:
    """A stream in a set, by itself."""

    def __init__(self, stream: _Stream) -> None:
        self.stream = stream

    def __hash__(self) -> int:
        return id(self.stream)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Hashed) and other.stream is self.stream


def _and_let_go(work: Callable[[], Made]) -> Callable[[], Made]:
    """The work, after which its thread gives the connection back."""

    def done() -> Made:
        try:
            return work()
        finally:
            connection.close()

    return done


def _read(meeting_id: uuid.UUID, followers: list[Follower]) -> dict[uuid.UUID, Told]:
    return fragments.tell(meeting_id, followers, at=clock.now())


# --- who may follow -----------------------------------------------------------------------------


@dataclass(frozen=True)
class _Asked:
    """What a screen asks for: which meeting, since which change, with which session."""

    meeting_id: uuid.UUID
    after: int
    session_key: str
    from_address: str | None


def _asked(scope: Scope) -> _Asked | None:
    try:
        meeting_id = uuid.UUID(scope["path"].removeprefix(PREFIX).strip("/"))
    except ValueError:
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
    query = parse_qs(scope.get("query_string", b"").decode("latin-1"))
    said = headers.get(b"last-event-id", "") or query.get("after", ["0"])[0]
    after = int(said) if said.isdecimal() and len(said) <= 9 else 0
    client = scope.get("client")
    return _Asked(meeting_id, after, held.value, client[0] if client else None)


def _admit(asked: _Asked) -> Follower | None:
    """The follower behind a session, with an entry in the audit; None for who may not."""
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
        route="huddles:stream",
    )
    if viewer is None or _lacks_second_step(viewer, session) or not viewer.may(SEE_HUDDLES):
        return None
    viewer = replace(viewer, door="stream", request_id=uuid.uuid4())
    with viewing(viewer, at=at):
        meeting = queries.meeting(asked.meeting_id, viewer=viewer)
        if meeting is None:
            return None
        opened = frozenset(item.person_id for item in queries.items(meeting, viewer=viewer))
        audit.record(by=viewer, at=at, action="follow_huddle", subject=("meeting", meeting.pk))
    return Follower(viewer, asked.after, opened)


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


def _meeting_of(payload: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(payload.partition(":")[0])
    except ValueError:
        return None


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
    waiting: "asyncio.Queue[Told]", leaving: "asyncio.Future[None]", *, within_s: float
) -> Told | None:
    """What waits next; None when nothing came in time, or the screen has gone."""
    getting = asyncio.ensure_future(waiting.get())
    both: set[asyncio.Future[Any]] = {getting, leaving}
    await asyncio.wait(both, timeout=within_s, return_when=asyncio.FIRST_COMPLETED)
    if getting.done():
        return getting.result()
    getting.cancel()
    return None
