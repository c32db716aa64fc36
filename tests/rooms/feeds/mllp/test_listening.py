"""Messages over a connection: answered once kept, the same every time, whoever else is talking."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest

from oneplace.access.viewer import system_viewer
from oneplace.config.database import Role
from oneplace.feeds.hl7.framing import framed
from oneplace.feeds.listening import Listener, Settings
from oneplace.vocabulary.terms import Purpose
from tests.database import connection_as

from ..hl7.messages import written

BY = system_viewer("message listener", purpose=Purpose.DIRECT_CARE, permissions=frozenset())
AT = datetime(2026, 3, 12, 9, 40, tzinfo=UTC)


class Database:
    """The committed database behind the listener, asked over a connection of its own."""

    def __init__(self, name: str) -> None:
        self.name = name

    def ask(self, question: str) -> list[tuple[Any, ...]]:
        with connection_as(Role.LOADER, self.name) as connection:
            return connection.execute(question).fetchall()


@pytest.fixture
def database(committed: str, django_db_blocker: Any, tmp_path: Path, settings: Any) -> Any:
    settings.DATA_FOLDER = tmp_path
    with connection_as(Role.LOADER, committed) as connection:
        connection.execute(
            "insert into feeds_source (code, name, organisation_code, kind, reader, habits,"
            " senders, ring, phone, is_of_place, is_active, added_at) values ('adt', 'Hospital',"
            """ 'trust', '', 'hl7', '{}', '["ZZ8", "ZZ9/PAS"]', '', '', false, true, now())"""
        )
    with as_loader(django_db_blocker):
        yield Database(committed)


def as_loader(blocker: Any) -> Any:
    """Let every connection Django opens, in any thread, speak as the loader."""
    from contextlib import contextmanager

    from django.db import connections
    from django.db.backends.signals import connection_created

    @contextmanager
    def speaking() -> Any:
        def become(connection: Any, **_: Any) -> None:
            with connection.cursor() as cursor:
                cursor.execute(f"set role {Role.LOADER.value}")

        with blocker.unblock():
            connections.close_all()
            connection_created.connect(become)
            try:
                yield
            finally:
                connection_created.disconnect(become)
                connections.close_all()

    return speaking()


class Sender:
    """A sender on one connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    async def sends(self, *contents: bytes) -> list[dict[str, str]]:
        """Send these at once; one answer for each, by segment."""
        self.writer.write(b"".join(framed(content) for content in contents))
        return [await self.answer() for _ in contents]

    async def answer(self) -> dict[str, str]:
        raw = await asyncio.wait_for(self.reader.readuntil(b"\x1c\r"), 10)
        lines = raw.strip(b"\x0b\x1c\r").decode().split("\r")
        return {line[:3]: line for line in lines}


@asynccontextmanager
async def _listening(**options: Any) -> AsyncIterator[Callable[[], Coroutine[Any, Any, Sender]]]:
    listener = Listener(Settings(port=0, **options), by=BY, now=lambda: AT)
    host, port = await listener.start()
    opened: list[Sender] = []

    async def connect() -> Sender:
        sender = Sender(*await asyncio.open_connection(host, port))
        opened.append(sender)
        return sender

    try:
        yield connect
    finally:
        for sender in opened:
            sender.writer.close()
        await listener.stop()


def _run(test: Callable[[Callable[[], Coroutine[Any, Any, Sender]]], Any], **options: Any) -> None:
    async def running() -> None:
        async with _listening(**options) as connect:
            await test(connect)

    # In a thread of its own: a browser of another test may keep an event loop running in this one.
    with ThreadPoolExecutor(1) as elsewhere:
        elsewhere.submit(asyncio.run, running()).result()


def test_a_message_is_answered_once_it_is_kept(database: Database) -> None:
    async def test(connect: Any) -> None:
        sender = await connect()
        (answer,) = await sender.sends(written())
        assert answer["MSA"] == "MSA|AA|Q1"
        assert database.ask("select state, door, name from feeds_delivery") == [
            ("received", "mllp", "Q1")
        ]

    _run(test)


def test_a_repeat_is_answered_as_the_first_and_leaves_a_receipt(database: Database) -> None:
    async def test(connect: Any) -> None:
        sender = await connect()
        first, again = await sender.sends(written(), written())
        (later,) = await (await connect()).sends(written())
        assert first["MSA"] == again["MSA"] == later["MSA"]
        counted = database.ask("select state, count(*) from feeds_delivery group by 1 order by 1")
        assert counted == [("received", 1), ("seen_before", 2)]

    _run(test)


def test_what_cannot_be_applied_is_kept_and_answered_with_segment_and_field(
    database: Database,
) -> None:
    async def test(connect: Any) -> None:
        sender = await connect()
        (error,) = await sender.sends(written(PID={3: ""}))
        (nobody,) = await sender.sends(written(MSH={10: "Q2"}, PID={3: "^^^ZZ8^MR"}))
        (unknown,) = await sender.sends(written("Q99", layout="MSH EVN PID"))
        assert error["MSA"].startswith("MSA|AE|Q1|PID-3")
        assert error["ERR"].startswith("ERR|PID^1^3")
        assert nobody["MSA"].startswith("MSA|AE|Q2|PID-3: No number")
        assert "PID^1^3^101" in nobody["ERR"]
        assert unknown["MSA"].startswith("MSA|AR|Q1|MSH-9")
        assert database.ask("select count(*) from feeds_delivery") == [(3,)]

    _run(test)


def test_enhanced_mode_is_answered_as_asked(database: Database) -> None:
    async def test(connect: Any) -> None:
        sender = await connect()
        (commit,) = await sender.sends(written(MSH={15: "AL", 16: "NE"}))
        assert commit["MSA"] == "MSA|CA|Q1"
        sender.writer.write(framed(written(MSH={10: "Q2", 15: "NE", 16: "NE"})))
        (both, later) = await sender.sends(written(MSH={10: "Q3", 15: "AL", 16: "AL"})), None
        assert both[0]["MSA"] == "MSA|CA|Q3"
        assert (await sender.answer())["MSA"] == "MSA|AA|Q3"
        assert later is None
        assert database.ask("select count(*) from feeds_delivery") == [(3,)]

    _run(test)


def test_an_unknown_sender_is_rejected_and_the_message_kept_aside(database: Database) -> None:
    async def test(connect: Any) -> None:
        sender = await connect()
        (answer,) = await sender.sends(written(MSH={4: "ZZ7"}))
        (known,) = await sender.sends(written(MSH={4: "ZZ9"}))
        (other,) = await sender.sends(written(MSH={3: "LAB", 4: "ZZ9"}))
        assert answer["MSA"].startswith("MSA|AR|Q1")
        assert known["MSA"] == "MSA|AA|Q1"
        assert other["MSA"].startswith("MSA|AR|Q1")
        kept = database.ask(
            "select d.source_id, d.state, q.reason from feeds_quarantined q"
            " join feeds_delivery d on d.id = q.delivery_id"
        )
        assert kept == [("unknown_sender", "kept_aside", "unknown_sender")] * 2

    _run(test)


def test_rubbish_is_refused_and_the_connection_goes_on(database: Database) -> None:
    async def test(connect: Any) -> None:
        sender = await connect()
        sender.writer.write(b"GET / HTTP/1.1\r\n\r\n")
        sender.writer.write(b"\x0bMSH|^~\\&|cut short")
        (answer,) = await sender.sends(written())
        assert answer["MSA"] == "MSA|AA|Q1"
        (odd,) = await sender.sends(written(codec="latin-1", PID={5: "M\xdcLLER"}))
        assert odd["MSA"].startswith("MSA|AR|Q1|PID-5")
        assert odd["ERR"].startswith("ERR|PID^1^5")
        (headless,) = await sender.sends(b"no message at all")
        assert headless["MSA"].startswith("MSA|AR||Expected a message to begin with MSH")
        (well,) = await sender.sends(written(MSH={10: "Q2"}))
        assert well["MSA"] == "MSA|AA|Q2"
        aside = database.ask("select place, reason, words from feeds_quarantined")
        assert [(place, reason) for place, reason, _ in aside if place == "frame"] == [
            ("frame", "unreadable")
        ]
        assert "Its first 18 of 18 bytes are kept" in aside[0][2]

    _run(test)


def test_a_frame_too_large_is_refused_and_its_beginning_kept_aside(database: Database) -> None:
    async def test(connect: Any) -> None:
        sender = await connect()
        (answer,) = await sender.sends(written(PID={5: "X" * 5000}))
        assert answer["MSA"].startswith("MSA|AR|Q1")
        (well,) = await sender.sends(written(MSH={10: "Q2"}))
        assert well["MSA"] == "MSA|AA|Q2"
        kept = database.ask(
            "select d.source_id, d.state, d.size, q.words from feeds_quarantined q"
            " join feeds_delivery d on d.id = q.delivery_id"
        )
        assert [row[:3] for row in kept] == [("adt", "kept_aside", 3000)]
        assert "Its first 3,000 of" in kept[0][3]

    _run(test, longest=3000)


def test_a_sender_that_says_nothing_or_never_ends_is_let_go(database: Database) -> None:
    async def test(connect: Any) -> None:
        silent, endless = await connect(), await connect()
        endless.writer.write(b"\x0bMSH|")
        assert await asyncio.wait_for(silent.reader.read(), 10) == b""
        assert await asyncio.wait_for(endless.reader.read(), 10) == b""

    _run(test, idle_s=0.3, frame_s=0.2)


def test_many_senders_at_once_lose_and_double_nothing(database: Database) -> None:
    async def test(connect: Any) -> None:
        async def talk(number: int) -> list[str]:
            sender = await connect()
            found = []
            for count in range(20):
                (answer,) = await sender.sends(written(MSH={10: f"{number}x{count}"}))
                found.append(answer["MSA"])
            return found

        answered = await asyncio.gather(*(talk(number) for number in range(12)))
        assert all(
            answer == f"MSA|AA|{number}x{count}"
            for number, answers in enumerate(answered)
            for count, answer in enumerate(answers)
        )
        assert database.ask("select count(*) from feeds_delivery") == [(240,)]

    _run(test)


def test_more_connections_than_allowed_are_closed(database: Database) -> None:
    async def test(connect: Any) -> None:
        await (await connect()).sends(written())
        second = await connect()
        assert await asyncio.wait_for(second.reader.read(), 10) == b""

    _run(test, most_connections=1)


def test_what_cannot_be_kept_is_not_accepted(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(**_: Any) -> None:
        raise psycopg.OperationalError("gone")

    async def test(connect: Any) -> None:
        sender = await connect()
        with monkeypatch.context() as broken:
            broken.setattr("oneplace.feeds.verbs.receive_messages", failing)
            (refused,) = await sender.sends(written())
        assert refused["MSA"].startswith("MSA|AE|Q1")
        (again,) = await sender.sends(written())
        assert again["MSA"] == "MSA|AA|Q1"
        assert database.ask("select count(*) from feeds_delivery") == [(1,)]

    _run(test)
