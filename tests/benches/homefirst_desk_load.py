"""Holds a full desk against a real web service: what the page costs, how soon a change is seen.

Run as a process of its own by the figures. Every screen is somebody's own at the desk; one of them
asks referrers something back, case after case, and every screen must show what was asked.
"""

import asyncio
import json
import os
import random
import time
import uuid
from collections import defaultdict
from dataclasses import dataclass, field

from tests.benches.served import (
    all_saw,
    ask,
    follow,
    serving,
    session_of,
    share,
    statements_of,
)

OPEN = int(os.environ.get("DESK_OPEN", "500"))
SCREENS = int(os.environ.get("DESK_SCREENS", "8"))
CHANGES = int(os.environ.get("DESK_CHANGES", "100"))
PAGES = 20
PAUSE_S = 0.4


@dataclass
class FullDesk:
    """The cases of a desk, the sessions of everybody at it, and what was seen when."""

    cases: list[str]
    sessions: list[str]
    sent: dict[str, float] = field(default_factory=dict)
    seen: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))


def make() -> FullDesk:
    """A desk with so many open referrals, and so many people at it."""
    from tests.rooms.homefirst.around_a_desk import a_full_desk, at_the_desk, make_world

    world = make_world()
    cases = a_full_desk(world, OPEN)
    sessions = [session_of(at_the_desk(f"Desk {number}")) for number in range(SCREENS)]
    return FullDesk([str(case.pk) for case in cases], sessions)


# --- the load -----------------------------------------------------------------------------------


async def watch(port: int, desk: FullDesk, session: str, ready: asyncio.Semaphore) -> None:
    """One screen: ready once it has the whole queue, then when it saw what."""
    events = 0
    async for came, names in follow(port, "/live/desk/", session):
        events += 1
        if events == 2:
            ready.release()
        for name in names:
            desk.seen[name].append(came)


async def load(port: int, desk: FullDesk) -> list[float]:
    """The page by itself, then every screen follows and one case after another changes."""
    await ask(port, desk.sessions[0], "/life/")
    pages = [await ask(port, desk.sessions[0], "/life/") for _ in range(PAGES)]
    ready = asyncio.Semaphore(0)
    screens = [
        asyncio.ensure_future(watch(port, desk, session, ready)) for session in desk.sessions
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
    waits, lost = all_saw(desk.sent, desk.seen, screens=SCREENS)
    return {
        "p95_s": share(waits, 0.95),
        "p50_s": share(waits, 0.5),
        "lost": lost,
        "changes": len(desk.sent),
        "screens": SCREENS,
        "open": OPEN,
        "page_p50_s": share(pages, 0.5),
        "page_p95_s": share(pages, 0.95),
    }


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
    statements = statements_of("/life/", desk.sessions[0])
    with serving() as port:
        pages = asyncio.run(load(port, desk))
    print(json.dumps({**said(desk, pages), "statements": statements}))


if __name__ == "__main__":
    main()
