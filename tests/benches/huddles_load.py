"""Holds many huddles at once against a real web service: who is told what, how soon, how surely.

Run as a process of its own by the figures. Each huddle has its team, each member a stream of their
own; one member of each writes a line every few seconds, and every screen must see every line.
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
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

HUDDLES = int(os.environ.get("HUDDLES", "60"))
PEOPLE = int(os.environ.get("HUDDLE_PEOPLE", "12"))
EVERY_S = 5.0
FOR_S = float(os.environ.get("HUDDLE_SECONDS", "60"))
WORKERS = 2
AT = datetime.now(UTC)


@dataclass
class Held:
    """One huddle under way: the sessions of its team, and whom they speak of."""

    meeting: str
    item: str
    changes: int
    sessions: list[str]
    sent: dict[str, float] = field(default_factory=dict)
    seen: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))


def make() -> list[Held]:
    """Huddles of practices of their own, each with a team and a person, under way."""
    from django.utils import timezone

    from oneplace.access.viewer import viewing
    from oneplace.huddles import verbs
    from oneplace.huddles.models import Meeting
    from oneplace.partners.models import Network, Organisation
    from oneplace.vocabulary.ids import new_id
    from oneplace.vocabulary.terms import OrganisationKind, Rhythm, Weekday
    from tests.factories import bring_in_place

    bring_in_place()
    now = timezone.localtime()
    weekday = list(Weekday)[now.weekday() if now.weekday() < 5 else 4]
    made = []
    for number in range(HUDDLES):
        network = Network.objects.create(
            id=new_id(), key=f"bench-{number}", name=f"Network {number}"
        )
        practice = Organisation.objects.create(
            id=new_id(), code=f"BENCH{number}", name=f"Practice {number}", short_word="GP",
            kind=OrganisationKind.GP_PRACTICE, network=network,
        )  # fmt: skip
        viewers = [_somebody(practice, network, place) for place in range(PEOPLE)]
        chair, gp = viewers[0], viewers[1]
        person = _person(gp)
        with viewing(chair, at=AT):
            series = verbs.open_series(
                host=practice, every=Rhythm.WEEKLY, weekday=weekday,
                starts=now.replace(hour=8, minute=0).time().replace(second=0, microsecond=0),
                minutes=60, first_on=date(2020, 1, 1), by=chair, at=AT,
            )  # fmt: skip
        meeting = (
            Meeting.objects.filter(series=series, starts_at__lte=AT).order_by("-starts_at").first()
        )
        assert meeting is not None
        with viewing(gp, at=AT):
            item = verbs.bring_to_huddle(
                person_id=person.pk, practice_id=practice.pk, meeting=meeting, why="Bench",
                by=gp, at=AT,
            )  # fmt: skip
        assert item is not None
        with viewing(chair, at=AT):
            verbs.start_meeting(meeting=meeting, by=chair, at=AT)
            meeting = verbs.turn_to(meeting=meeting, item=item, by=chair, at=AT)
        meeting.refresh_from_db()
        sessions = [_session(viewer) for viewer in viewers]
        made.append(Held(str(meeting.pk), str(item.pk), meeting.changes, sessions))
    return made


def _somebody(practice: Any, network: Any, place: int) -> Any:
    from oneplace.access.models import Hat
    from oneplace.config.database import Role as DatabaseRole
    from oneplace.huddles.rules import CORE
    from oneplace.partners.models import Post
    from oneplace.vocabulary.ids import new_id
    from oneplace.vocabulary.terms import Role
    from tests.database import as_role
    from tests.factories import make_account, viewer_in

    role = [Role.NETWORK_FACILITATOR, Role.GP, *CORE[2:]][place % len(CORE)]
    with as_role(DatabaseRole.LOADER):
        post = Post.objects.create(
            id=new_id(), key=f"bench-{new_id()}", role=role, title=role.label,
            organisation=practice, network=network,
        )  # fmt: skip
        hat = Hat(
            account=make_account(name=f"{role.label} {place}"), post=post, employer=practice,
            starts_on=date(2024, 1, 1), source="bench",
        )  # fmt: skip
    with as_role(DatabaseRole.LOADER):
        hat.save(force_insert=True)
    return viewer_in(hat, at=AT)


def _person(gp: Any) -> Any:
    from oneplace.access.models import Relationship
    from oneplace.config.database import Role as DatabaseRole
    from oneplace.people.models import Person
    from oneplace.vocabulary.ids import new_id
    from oneplace.vocabulary.terms import RelationshipKind
    from tests.database import as_role

    with as_role(DatabaseRole.LOADER):
        person = Person(id=new_id(), given="Bench", family="Person", made_at=AT)
        person.current_id = person.pk
        person.save(force_insert=True)
        Relationship(
            person_id=person.pk, party_id=gp.hat_id, kind=RelationshipKind.REGISTERED_PRACTICE,
            source="bench", starts_at=datetime(2020, 1, 1, tzinfo=UTC),
        ).save(force_insert=True)  # fmt: skip
    return person


def _session(viewer: Any) -> str:
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


def board_statements(held: Held) -> int:
    """How many statements one screen asks of the database, with those of session and audit."""
    from django.conf import settings
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    frame = ("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "COMMIT")
    client = Client(SERVER_NAME="localhost")
    client.cookies[settings.SESSION_COOKIE_NAME] = held.sessions[1]
    address = f"/huddles/meetings/{held.meeting}/room/"
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(address)
    if answer.status_code != 200:
        raise RuntimeError(f"the screen was answered with {answer.status_code}")
    return sum(not query["sql"].startswith(frame) for query in captured)


# --- the load -----------------------------------------------------------------------------------


async def follow(port: int, held: Held, session: str, ready: asyncio.Semaphore) -> None:
    """One screen: its stream, and when it saw which line."""
    from django.conf import settings

    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 22)
    writer.write(
        f"GET /live/huddles/{held.meeting}?after={held.changes} HTTP/1.1\r\nHost: localhost\r\n"
        f"Cookie: {settings.SESSION_COOKIE_NAME}={session}\r\n\r\n".encode()
    )
    await writer.drain()
    first = await reader.readline()
    if b"200" not in first:
        raise RuntimeError(f"a screen was not let in: {first!r}")
    ready.release()
    known: set[str] = set()
    while line := await reader.readline():
        if not line.startswith(b"data: "):
            continue
        came = time.perf_counter()
        for token in _tokens(line.decode()):
            if token not in known:
                known.add(token)
                held.seen[token].append(came)


def _tokens(text: str) -> list[str]:
    return [piece[:12] for piece in text.split("token-")[1:]]


async def write(port: int, held: Held, ends: float, chance: random.Random) -> None:
    """One scribe: a line every few seconds."""
    from django.conf import settings

    token = secrets.token_hex(16)
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 22)
    await asyncio.sleep(chance.random() * EVERY_S)
    while time.perf_counter() < ends:
        began = time.perf_counter()
        name = uuid.uuid4().hex[:12]
        body = f"kind=note&words=token-{name}&line={uuid.uuid4()}".encode()
        cookies = (
            f"{settings.SESSION_COOKIE_NAME}={chance.choice(held.sessions)}; "
            f"{settings.CSRF_COOKIE_NAME}={token}"
        )
        writer.write(
            f"POST /huddles/people/{held.item}/line/ HTTP/1.1\r\nHost: localhost\r\n"
            f"Cookie: {cookies}\r\nX-CSRFToken: {token}\r\nOrigin: http://localhost:8000\r\n"
            f"Accept: application/json\r\nContent-Type: application/x-www-form-urlencoded\r\n"
            f"Content-Length: {len(body)}\r\n\r\n".encode()
            + body
        )
        await writer.drain()
        held.sent[name] = began
        status = await _answer(reader)
        if status != 200:
            raise RuntimeError(f"a line was answered with {status}")
        await asyncio.sleep(max(0.0, EVERY_S - (time.perf_counter() - began)))


async def _answer(reader: asyncio.StreamReader) -> int:
    status = int((await reader.readline()).split()[1])
    length = 0
    while (line := await reader.readline()) not in (b"\r\n", b""):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    await reader.readexactly(length)
    return status


async def load(port: int, held: list[Held]) -> None:
    """Every screen follows, then every scribe writes."""
    chance = random.Random(2026)
    ready = asyncio.Semaphore(0)
    screens = [
        asyncio.ensure_future(follow(port, one, session, ready))
        for one in held
        for session in one.sessions
    ]
    for _ in screens:
        await asyncio.wait_for(ready.acquire(), timeout=120)
    await asyncio.sleep(2)
    ends = time.perf_counter() + FOR_S
    await asyncio.gather(*(write(port, one, ends, random.Random(chance.random())) for one in held))
    await asyncio.sleep(3)
    for screen in screens:
        screen.cancel()


def said(held: list[Held]) -> dict[str, float]:
    """The figures: seconds until a line was seen by all, and lines some screen never saw."""
    waits, lost, lines = [], 0, 0
    for one in held:
        for token, began in one.sent.items():
            lines += 1
            came = one.seen.get(token, [])
            lost += len(one.sessions) - len(came)
            if len(came) == len(one.sessions):
                waits.append(max(came) - began)
    waits.sort()
    at = waits[int(len(waits) * 0.95)] if waits else float("inf")
    middle = waits[len(waits) // 2] if waits else float("inf")
    return {"p95_s": at, "p50_s": middle, "lost": lost, "lines": lines, "screens": _screens(held)}


def _screens(held: list[Held]) -> int:
    return sum(len(one.sessions) for one in held)


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
    """Make the huddles, serve them, load them, say the figures as JSON."""
    from tests import database

    database.ready_cluster()
    database.clone(database.NAME)
    import django

    django.setup()
    held = make()
    statements = board_statements(held[0])
    from django.db import connections

    connections.close_all()
    port = _port()
    from oneplace.config.parts import web_command

    server = subprocess.Popen(
        web_command("127.0.0.1", port, WORKERS),
        cwd=Path(__file__).resolve().parents[2],
        env={**os.environ, "ONEPLACE_POOL": "1", "ONEPLACE_PUBLIC_URL": "http://localhost:8000"},
        stdout=sys.stderr,
    )
    try:
        _wait(port)
        asyncio.run(load(port, held))
    finally:
        server.terminate()
        server.wait(timeout=20)
    print(json.dumps({**said(held), "statements": statements}))


if __name__ == "__main__":
    main()
