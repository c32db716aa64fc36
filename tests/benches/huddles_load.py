"""Holds many huddles at once against a real web service: who is told what, how soon, how surely.

Run as a process of its own by the figures. Each huddle has its team, each member a stream of their
own; one member of each writes a line every few seconds, and every screen must see every line.
"""

import asyncio
import json
import os
import random
import time
import uuid
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import urlencode

from tests.benches.served import (
    all_saw,
    connected,
    follow,
    head_of,
    serving,
    session_of,
    share,
    statements_of,
)

HUDDLES = int(os.environ.get("HUDDLES", "60"))
PEOPLE = int(os.environ.get("HUDDLE_PEOPLE", "12"))
EVERY_S = 5.0
FOR_S = float(os.environ.get("HUDDLE_SECONDS", "60"))
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
        sessions = [session_of(viewer) for viewer in viewers]
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


# --- the load -----------------------------------------------------------------------------------


async def watch(port: int, held: Held, session: str, ready: asyncio.Semaphore) -> None:
    """One screen: its stream, and when it saw which line."""
    path = f"/live/huddles/{held.meeting}?after={held.changes}"
    is_ready = False
    async for came, names in follow(port, path, session):
        if not is_ready:
            is_ready = True
            ready.release()
        for name in names:
            held.seen[name].append(came)


async def write(port: int, held: Held, ends: float, chance: random.Random) -> None:
    """One scribe: a line every few seconds, on one connection."""
    reader, writer = await connected(port)
    await asyncio.sleep(chance.random() * EVERY_S)
    while time.perf_counter() < ends:
        began = time.perf_counter()
        name = uuid.uuid4().hex[:12]
        fields = {"kind": "note", "words": f"token-{name}", "line": str(uuid.uuid4())}
        body = urlencode(fields).encode()
        kind = {
            "Accept": "application/json",
            "Content-Type": "application/x-www-form-urlencoded",
            "Content-Length": str(len(body)),
        }
        session = chance.choice(held.sessions)
        writer.write(head_of("POST", f"/huddles/people/{held.item}/line/", session, kind) + body)
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
        asyncio.ensure_future(watch(port, one, session, ready))
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
    waits, lost = [], 0
    for one in held:
        came, missing = all_saw(one.sent, one.seen, screens=len(one.sessions))
        waits += came
        lost += missing
    return {
        "p95_s": share(waits, 0.95),
        "p50_s": share(waits, 0.5),
        "lost": lost,
        "lines": sum(len(one.sent) for one in held),
        "screens": sum(len(one.sessions) for one in held),
    }


def main() -> None:
    """Make the huddles, serve them, load them, say the figures as JSON."""
    from tests import database

    database.ready_cluster()
    database.clone(database.NAME)
    import django

    django.setup()
    held = make()
    statements = statements_of(f"/huddles/meetings/{held[0].meeting}/room/", held[0].sessions[1])
    with serving() as port:
        asyncio.run(load(port, held))
    print(json.dumps({**said(held), "statements": statements}))


if __name__ == "__main__":
    main()
