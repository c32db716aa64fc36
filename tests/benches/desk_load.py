"""Holds the record's page and its timeline as data against a bare Django service of equal bytes.

Run as a process of its own by the figures. Both are served at once by the web server of a place
with as many workers, and asked in turn, a few seconds each, round after round, so that a busy
moment of the machine falls on both; the asking runs on the same processors. Every answer's rows are
counted: a page without them would be fast.
"""

import asyncio
import json
import os
import socket
import statistics
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from uuid import UUID

WORKERS: Final = 2
CONNECTIONS: Final = 16
PERSONS: Final = 40
ENTRIES: Final = 200
ROUNDS: Final = int(os.environ.get("DESK_ROUNDS", "6"))
FOR_S: Final = float(os.environ.get("DESK_SECONDS", "5"))
WARM_UP: Final = int(os.environ.get("DESK_WARM_UP", "800"))
MOST_BARE_ROWS: Final = 150
BARE_SCHEMA: Final = "bench_bare"
_FOLDER = Path(__file__).resolve().parents[2]
_OURS_ROW: Final = b'<li class="line'
_OURS_ENTRY: Final = b'"exactness":'
_BARE_ROW: Final = b'<tr class="bench-row">'
_BARE_ENTRY: Final = b'"starts_at":'


@dataclass
class Asked:
    """One kind of answer: where it is asked for, how its rows are known, and how it went."""

    name: str
    port: int
    cookie: str
    paths: Sequence[str]
    mark: bytes
    rows: int = 0
    size: int = 0
    rates: list[float] = field(default_factory=list)
    latencies: list[float] = field(default_factory=list)
    processor_ms: list[float] = field(default_factory=list)


def main() -> None:
    """Make the records, serve both, ask both in turn, print the figures as JSON."""
    from tests import database

    os.environ["ONEPLACE_LOG_LEVEL"] = "ERROR"
    import django

    django.setup()
    database.ready_cluster()
    database.clone(database.NAME)
    persons, cookie = _records()
    bare_cookie, bare = _bare(persons)
    from django.db import connections

    connections.close_all()
    ours = {"ONEPLACE_POOL": "1", "ONEPLACE_PUBLIC_URL": "http://localhost:8000"}
    with (
        _served("asgi", "oneplace.config.asgi:application", ours, "/live/health") as port,
        _served("wsgi", "tests.benches.desk_bare:application", bare, "/") as bare_port,
    ):
        pages = [f"/person/{person}/" for person in persons]
        timelines = [f"/person/{person}/timeline.json" for person in persons]
        page = Asked("page", port, cookie, pages, _OURS_ROW)
        data = Asked("timeline", port, cookie, timelines, _OURS_ENTRY)
        asyncio.run(_look_at(page))
        asyncio.run(_look_at(data))
        both = (
            page,
            _equal(page, bare_port, bare_cookie, _BARE_ROW),
            data,
            _equal(data, bare_port, bare_cookie, _BARE_ENTRY),
        )
        for asked in both:
            asyncio.run(_warm_up(asked))
        for _ in range(ROUNDS):
            for asked in both:
                asyncio.run(_load(asked, seconds=FOR_S))
    print(json.dumps({asked.name: _told(asked) for asked in both}))


def _told(asked: Asked) -> dict[str, float]:
    waits = sorted(asked.latencies)
    return {
        "per_second": round(statistics.median(asked.rates), 1),
        "p50_ms": round(1000 * waits[len(waits) // 2], 1),
        "p95_ms": round(1000 * waits[int(len(waits) * 0.95)], 1),
        "processor_ms": round(statistics.median(asked.processor_ms), 2),
        "bytes": asked.size,
        "rows": asked.rows,
    }


# --- the records --------------------------------------------------------------------------------


def _records() -> tuple[list[UUID], str]:
    """Persons with entries of four partners each, and the cookie of a GP who may open them."""
    from django.conf import settings
    from django.db import connection

    from oneplace.vocabulary.terms import Role
    from tests.benches.access_reads import lengthen
    from tests.house.role_matrix.world import make_world

    world = make_world()
    persons = [lengthen(world, "own_team", ENTRIES)[0] for _ in range(PERSONS)]
    # The rows are of a day of the tests; a service reads the machine's.
    session = world.browser(Role.GP).cookies[settings.SESSION_COOKIE_NAME].value
    with connection.cursor() as cursor:
        cursor.execute("set role oneplace_owner")
        cursor.execute("analyze")
        cursor.execute("set role oneplace_web")
    return persons, f"{settings.SESSION_COOKIE_NAME}={session}"


def _bare(persons: Sequence[UUID]) -> tuple[str, dict[str, str]]:
    """A schema of its own with Django's tables and a plain copy of the entries; who is signed in.

    Returns the cookie and the environment of the bare service.
    """
    from oneplace.config.database import Role as DatabaseRole
    from tests import database

    with database.admin(database.NAME) as admin:
        admin.execute(f"create schema {BARE_SCHEMA} authorization oneplace_loader")
    where = database._connection(database.NAME, role=DatabaseRole.LOADER)
    options = f"-c role=oneplace_loader -c search_path={BARE_SCHEMA}"
    told = {
        "NAME": where.name, "HOST": where.host, "PORT": where.port, "USER": where.user,
        "PASSWORD": where.password, "ATOMIC_REQUESTS": True, "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"options": options, "pool": {"min_size": 1, "max_size": 16, "timeout": 20}},
    }  # fmt: skip
    environment = {
        "BARE_DATABASE": json.dumps(told),
        "DJANGO_SETTINGS_MODULE": "tests.benches.desk_bare",
    }
    done = subprocess.run(
        [sys.executable, "-c", _SET_UP, *(str(person) for person in persons)],
        cwd=_FOLDER,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise RuntimeError(f"the bare service could not be set up: {done.stderr[-1500:]}")
    return f"sessionid={done.stdout.split()[-1]}", environment


_SET_UP: Final = """
import sys, django
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
with connection.cursor() as cursor:
    cursor.execute('''create table bench_entry as
        select s.person_id, e.id, e.kind, e.status, e.starts_at, e.title, e.words, e.source
          from public.records_entry e join public.records_subject s on s.id = e.subject_id
         where s.person_id = any (%s::uuid[])''', [sys.argv[1:]])
    cursor.execute("create index on bench_entry (person_id, starts_at desc nulls last, id)")
    cursor.execute("analyze bench_entry")
client = Client()
client.force_login(User.objects.create_user("Somebody"))
print(client.cookies["sessionid"].value)
"""


# --- serving ------------------------------------------------------------------------------------


@contextmanager
def _served(
    interface: str, application: str, told: dict[str, str], answers_at: str
) -> Iterator[int]:
    from oneplace.config.parts import web_command

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    command = [*web_command("127.0.0.1", port, WORKERS)[:-1], application]
    command[command.index("asgi")] = interface
    if interface == "wsgi":
        # As many at once as a worker of ours serves.
        command[-1:-1] = ["--blocking-threads", "12"]
    server = subprocess.Popen(command, cwd=_FOLDER, env={**os.environ, **told}, stdout=sys.stderr)
    try:
        _wait(f"http://127.0.0.1:{port}{answers_at}", server)
        yield port
    finally:
        server.terminate()
        server.wait(timeout=20)


def _wait(address: str, server: "subprocess.Popen[bytes]") -> None:
    for _ in range(600):
        if server.poll() is not None:
            raise RuntimeError("the service ended before it answered")
        try:
            urllib.request.urlopen(address, timeout=2).close()
            return
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.2)
    raise RuntimeError("the service did not start")


# --- asking -------------------------------------------------------------------------------------


class Connection:
    """One browser's connection, kept open."""

    def __init__(self, asked: Asked) -> None:
        self._asked = asked
        self._reader: Any = None
        self._writer: Any = None

    async def ask(self, path: str) -> bytes:
        """The body of one answer; raises for any that is not the page asked for."""
        if self._writer is None:
            self._reader, self._writer = await asyncio.open_connection(
                "127.0.0.1", self._asked.port, limit=1 << 24
            )
        asked = f"GET {path} HTTP/1.1\r\nHost: localhost\r\nCookie: {self._asked.cookie}\r\n\r\n"
        self._writer.write(asked.encode())
        head = await self._reader.readuntil(b"\r\n\r\n")
        if b" 200 " not in head.split(b"\r\n", 1)[0]:
            raise RuntimeError(f"{path} was answered with {head[:60]!r}")
        length = head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0]
        return bytes(await self._reader.readexactly(int(length)))

    def close(self) -> None:
        """Leave."""
        if self._writer is not None:
            self._writer.close()


async def _look_at(asked: Asked) -> None:
    """Open each once, note how many rows and bytes an answer has."""
    connection = Connection(asked)
    found = [await connection.ask(path) for path in asked.paths]
    connection.close()
    rows = {body.count(asked.mark) for body in await _again(asked)}
    if len(rows) != 1 or not min(rows):
        raise RuntimeError(f"answers have {rows} rows, and all should have as many")
    asked.rows = rows.pop()
    asked.size = round(statistics.mean(len(body) for body in found))


async def _again(asked: Asked) -> list[bytes]:
    # The second look shows other news than the first: what is measured is the second and later.
    connection = Connection(asked)
    found = [await connection.ask(path) for path in asked.paths]
    connection.close()
    return found


def _equal(ours: Asked, port: int, cookie: str, mark: bytes) -> Asked:
    """The bare service's answer of as many bytes, of as many rows as fill them."""

    def sized(rows: int, size: int) -> list[str]:
        return [f"{path}?rows={rows}&bytes={size}" for path in ours.paths]

    bare = Asked(f"{ours.name}_bare", port, cookie, sized(0, 0), mark)
    lengths = []
    for rows in (0, 50):
        bare.paths = sized(rows, 0)
        lengths.append(len(asyncio.run(_again(bare))[0]))
    each = (lengths[1] - lengths[0]) / 50
    bare.rows = min(MOST_BARE_ROWS, int((ours.size - lengths[0]) / each) - 1)
    bare.paths, bare.size = sized(bare.rows, ours.size), ours.size
    if {len(body) for body in asyncio.run(_again(bare))} != {ours.size}:
        raise RuntimeError("the bare service's answers have other lengths than ours")
    return bare


async def _warm_up(asked: Asked) -> None:
    """Ask until every connection of every worker has made its plans: a running service has them."""

    async def one(number: int) -> None:
        connection = Connection(asked)
        for turn in range(WARM_UP // CONNECTIONS):
            await connection.ask(asked.paths[(number + turn) % len(asked.paths)])
        connection.close()

    await asyncio.gather(*(one(number) for number in range(CONNECTIONS)))


async def _load(asked: Asked, *, seconds: float) -> None:
    """Every connection asks for one after another until the time is over."""
    ends = time.perf_counter() + seconds
    waits: list[float] = []
    before, began = _processor_s(), time.perf_counter()

    async def one(number: int) -> None:
        connection, turn = Connection(asked), number
        while time.perf_counter() < ends:
            path = asked.paths[turn % len(asked.paths)]
            turn += CONNECTIONS + 1
            sent = time.perf_counter()
            body = await connection.ask(path)
            waits.append(time.perf_counter() - sent)
            if (found := body.count(asked.mark)) != asked.rows:
                raise RuntimeError(f"{path} came with {found} rows instead of {asked.rows}")
        connection.close()

    await asyncio.gather(*(one(number) for number in range(CONNECTIONS)))
    took = time.perf_counter() - began
    asked.rates.append(len(waits) / took)
    asked.latencies += waits
    asked.processor_ms.append(1000 * (_processor_s() - before) / len(waits))


def _processor_s() -> float:
    """Processor seconds of all at work here: this, the services, the database's processes."""
    from tests import database

    ticks, own = 0, os.getpid()
    parents, spent = {}, {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
            command = (folder / "cmdline").read_bytes()
        except OSError:
            continue
        process = int(folder.name)
        parents[process] = int(fields[1])
        spent[process] = int(fields[11]) + int(fields[12])
        if database.NAME.encode() in command:
            ticks += spent[process]
    mine = {own}
    while more := {each for each, parent in parents.items() if parent in mine} - mine:
        mine |= more
    return (ticks + sum(spent[each] for each in mine)) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    main()
