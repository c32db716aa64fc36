"""Listens for hospital messages (MLLP): many connections, each message answered after its commit.

One writer keeps the messages of all connections: what has come while it wrote goes into its next
transaction, so that many senders share a commit and a single one never waits for another.
"""

import asyncio
import contextlib
import logging
import queue
import ssl
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import Final

from django.db import close_old_connections, connection

from oneplace.access.viewer import Viewer
from oneplace.feeds import queries, verbs
from oneplace.feeds.hl7.answering import answer_to_unreadable, answers
from oneplace.feeds.hl7.checking import NOT_IN_TABLE, NOT_KEPT, Fault, check
from oneplace.feeds.hl7.framing import LONGEST, Frame, FrameSplitter, Stray, framed
from oneplace.feeds.hl7.habits import STANDARD, Answer, Habits
from oneplace.feeds.hl7.looking import habits_of
from oneplace.feeds.hl7.reading import Message, Refusal, Unreadable, read_message
from oneplace.feeds.verbs.messages import MessageIn
from oneplace.vocabulary.terms import QuarantineReason

IDLE_S: Final = 3600.0
"""A connection silent for so long is closed; interface engines keep theirs open."""
FRAME_S: Final = 30.0
"""A frame begun must end within this."""
MOST_CONNECTIONS: Final = 256
_CHUNK: Final = 65_536
_MOST_TOGETHER: Final = 256
# A sender is looked up again after this, so that one just named is soon taken.
_KNOWN_FOR_S: Final = 5.0
_MOST_SENDERS: Final = 10_000
# The other side has gone, or says nothing any more.
_GONE: Final = (ConnectionError, TimeoutError, asyncio.IncompleteReadError, ssl.SSLError)
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Settings:
    """How to listen."""

    host: str = "127.0.0.1"
    port: int = 2575
    tls: ssl.SSLContext | None = None
    longest: int = LONGEST
    idle_s: float = IDLE_S
    frame_s: float = FRAME_S
    most_connections: int = MOST_CONNECTIONS
    takes_anybody: bool = False
    """Whether one open feed takes senders nobody has named: on this machine alone."""


@dataclass
class Counted:
    """What has come in since the start."""

    connections: int = 0
    messages: int = 0
    repeats: int = 0
    refused: int = 0


@dataclass
class _Sender:
    source: str
    habits: Habits
    known_at: float
    is_known: bool


@dataclass
class _Job:
    message: MessageIn
    at: datetime
    done: "Future[bool]" = field(default_factory=Future)


class Writer:
    """Keeps messages in the database, those that wait together in one transaction."""

    def __init__(self, *, by: Viewer) -> None:
        self._by = by
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="messages", daemon=True)

    def start(self) -> None:
        """Begin to work."""
        self._thread.start()

    def stop(self) -> None:
        """Finish what waits and end."""
        self._jobs.put(None)
        self._thread.join(timeout=10)

    def keep(self, message: MessageIn, at: datetime) -> "Future[bool]":
        """Keep a message; done once committed, with whether it is new."""
        job = _Job(message, at)
        self._jobs.put(job)
        return job.done

    def _work(self) -> None:
        is_ending = False
        while not is_ending:
            first = self._jobs.get()
            if first is None:
                break
            jobs = [first]
            while len(jobs) < _MOST_TOGETHER:
                try:
                    following = self._jobs.get_nowait()
                except queue.Empty:
                    break
                if following is None:
                    is_ending = True
                    break
                jobs.append(following)
            self._keep(jobs)
        connection.close()

    def _keep(self, jobs: list[_Job]) -> None:
        try:
            kept = verbs.receive_messages(
                messages=[job.message for job in jobs], by=self._by, at=jobs[-1].at
            )
        except Exception as error:
            # Whatever it is: it is not kept, so it is not accepted; and the writer goes on.
            connection.close()
            if len(jobs) > 1:
                # One bad neighbour must not refuse the others.
                for job in jobs:
                    self._keep([job])
                return
            jobs[0].done.set_exception(error)
            return
        for job, each in zip(jobs, kept, strict=True):
            job.done.set_result(each.is_new)


class Listener:
    """Takes connections and answers their messages."""

    def __init__(self, settings: Settings, *, by: Viewer, now: Callable[[], datetime]) -> None:
        self.settings = settings
        self.counted = Counted()
        self._now = now
        self._writer = Writer(by=by)
        self._senders: dict[tuple[str, str], _Sender] = {}
        self._open = 0
        self._numbers = count(1)
        self._began = datetime.now(UTC).strftime("%y%m%d%H%M%S")
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self) -> tuple[str, int]:
        """Begin to listen; returns where. Raises `OSError` where that cannot be."""
        self._writer.start()
        self._server = await asyncio.start_server(
            self._serve, self.settings.host, self.settings.port, ssl=self.settings.tls
        )
        address = self._server.sockets[0].getsockname()
        return address[0], address[1]

    async def stop(self) -> None:
        """Take no more, finish what is being answered, and end."""
        if self._server is not None:
            self._server.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.to_thread(self._writer.stop)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is not None:
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        if self._open >= self.settings.most_connections:
            writer.close()
            return
        self._open += 1
        self.counted.connections += 1
        splitter = FrameSplitter(longest=self.settings.longest)
        try:
            with contextlib.suppress(*_GONE):
                await self._talk(reader, writer, splitter)
            # However the talk ended, what it cut short is shown to whoever looks after the feed.
            for each in splitter.close():
                await self._answered(each)
        except asyncio.CancelledError:
            pass
        except Exception as error:
            _log.error("A connection ended: %s", type(error).__name__)
        finally:
            self._open -= 1
            writer.close()
            with contextlib.suppress(ConnectionError, TimeoutError, ssl.SSLError):
                await asyncio.wait_for(writer.wait_closed(), 5)

    async def _talk(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, splitter: FrameSplitter
    ) -> None:
        is_inside = False
        while True:
            limit = self.settings.frame_s if is_inside else self.settings.idle_s
            chunk = await asyncio.wait_for(reader.read(_CHUNK), limit)
            if not chunk:
                return
            found = splitter.take(chunk)
            is_inside = splitter.is_in_frame
            # A sender may put several messages on the way: kept together, answered in their order.
            for answered in await asyncio.gather(*(self._answered(each) for each in found)):
                for answer in answered:
                    writer.write(framed(answer))
            await writer.drain()

    async def _answered(self, each: Frame | Stray) -> list[bytes]:
        """The answers to one frame, after its message has been committed."""
        if isinstance(each, Frame):
            return await self._keep(_Heard(each.content))
        self.counted.refused += 1
        if each.is_frame or b"MSH" in each.begins:
            await self._keep_stray(each)
        answer = answer_to_unreadable(
            each.begins, Refusal(each.reason), at=self._now(), control_id=self._number(),
            is_awaited=each.is_ended,
        )  # fmt: skip
        return [answer] if answer else []

    async def _keep_stray(self, each: Stray) -> None:
        """Keep aside what is no whole frame, as far as it was held, so that somebody sees it."""
        heard = _Heard(each.begins)
        sender = await self._sender(heard.header(3), heard.header(2))
        kept = f"Its first {len(each.begins):,} of {each.length:,} bytes are kept."
        why = f"{each.reason} {kept} Ask the sender to send the whole message again."
        if each.is_ended:
            why = f"{each.reason} {kept} Ask the sender to send less in one message."
        reason, name = QuarantineReason.UNREADABLE, heard.header(9) or "part of a message"
        message = MessageIn(sender.source, name, each.begins, why, reason, "frame")
        try:
            await asyncio.wrap_future(self._writer.keep(message, self._now()))
        except Exception as error:
            _log.error("Part of a message was not kept: %s", type(error).__name__)

    async def _keep(self, heard: "_Heard") -> list[bytes]:
        at = self._now()
        message = heard.read("")
        facility = message.text("MSH", 4) if message else heard.header(3)
        application = message.text("MSH", 3) if message else heard.header(2)
        sender = await self._sender(facility, application)
        if sender.habits.charset:
            message = heard.read(sender.habits.charset)
        why = (
            ""
            if sender.is_known
            else f"The sender {facility[:40]!r} / {application[:40]!r} is on no feed's list. Add "
            "it to the feed it belongs to, then read this message again."
        )
        name = (message.control_id if message else "") or "a message"
        kept = MessageIn(sender.source, name, heard.content, why)
        try:
            is_new = await asyncio.wrap_future(self._writer.keep(kept, at))
        except Exception as error:
            # Not kept, so not accepted: the sender keeps it and sends it again.
            _log.error("A message was not kept: %s", type(error).__name__)
            return self._refusing(message, heard, "It could not be kept just now; send it again.")
        self.counted.messages += 1
        self.counted.repeats += not is_new
        if message is None:
            self.counted.refused += 1
            answer = answer_to_unreadable(
                heard.content, heard.refusal, at=at, control_id=self._number(), is_awaited=True
            )
            return [answer] if answer else []
        faults = check(message, sender.habits)
        if why:
            faults = (_unknown(facility), *faults)
        both = answers(message, faults, at=at, control_id=self._number())
        return [each for each in (both.at_once, both.later) if each]

    def _refusing(self, message: Message | None, heard: "_Heard", reason: str) -> list[bytes]:
        self.counted.refused += 1
        at, number = self._now(), self._number()
        if message is None:
            answer = answer_to_unreadable(
                heard.content, Refusal(reason), at=at, control_id=number, is_awaited=True
            )
            return [answer] if answer else []
        fault = Fault("MSH", 1, 0, 1, 0, reason, Answer.ERROR, NOT_KEPT)
        both = answers(message, (fault,), at=at, control_id=number)
        return [each for each in (both.at_once, both.later) if each]

    def _number(self) -> str:
        return f"{self._began}{next(self._numbers)}"

    async def _sender(self, facility: str, application: str) -> _Sender:
        now = asyncio.get_running_loop().time()
        known = self._senders.get((facility, application))
        if known is not None and now - known.known_at < _KNOWN_FOR_S:
            return known
        source, habits, is_known = await asyncio.to_thread(
            _look_up, facility, application, takes_anybody=self.settings.takes_anybody
        )
        found = _Sender(source, habits, now, is_known)
        if len(self._senders) > _MOST_SENDERS:
            self._senders.clear()
        self._senders[facility, application] = found
        return found


class _Heard:
    """A frame's content, read when its sender's habits are known."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.refusal = Refusal("It could not be read.")

    def read(self, charset: str) -> Message | None:
        """The message; None where it cannot be read, and `refusal` then says why."""
        try:
            return read_message(self.content, charset=charset, largest=max(len(self.content), 1))
        except Unreadable as error:
            self.refusal = error.refusal
            return None

    def header(self, number: int) -> str:
        """A field of the header of something unreadable, as far as it stands."""
        line = self.content.lstrip(b"\r\n").split(b"\r", 1)[0].decode("latin-1")
        parts = line.split(line[3]) if line.startswith("MSH") and len(line) > 3 else []
        return parts[number].split("^")[0] if number < len(parts) else ""


def _unknown(facility: str) -> Fault:
    reason = f"The sender {facility[:40]!r} is not known here; the message is kept, not applied."
    return Fault("MSH", 1, 4, 1, 1, reason, Answer.REJECT, NOT_IN_TABLE)


def _look_up(facility: str, application: str, *, takes_anybody: bool) -> tuple[str, Habits, bool]:
    close_old_connections()
    try:
        source = queries.source_of_messages(facility, application, takes_anybody=takes_anybody)
        if source is None:
            return verbs.unknown_sender().code, STANDARD, False
        return source.code, habits_of(source.habits), True
    finally:
        connection.close()
