"""The stream of a meeting: who may follow, what travels, what a screen that was away is told."""

import asyncio
import json
import uuid
from collections.abc import Awaitable, Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.conf import settings
from django.db import connections

from oneplace.access.live import Streams
from oneplace.access.viewer import viewing
from oneplace.huddles import fragments, verbs
from oneplace.huddles.fragments import Follower
from oneplace.huddles.models import LineKind, Meeting
from oneplace.huddles.streaming import MeetingsLive
from oneplace.vocabulary.terms import CaseClosed
from tests import database
from tests.factories import bring_in_place
from tests.rooms.huddles.around_the_table import (
    EIGHT,
    Team,
    a_meeting,
    a_series,
    a_team,
    begun,
)
from tests.rooms.huddles.test_pages import client_of


def regions(told: fragments.Told) -> dict[str, str]:
    return {piece["region"]: piece["html"] for piece in told.regions}


@pytest.mark.django_db
def test_a_line_travels_with_its_words_to_everybody_and_its_button_to_its_author(
    team: Team, meeting: Meeting
) -> None:
    first, *_ = begun(team, meeting)
    meeting.refresh_from_db()
    opened = frozenset(person.pk for person in team.people)
    screens = [Follower(viewer, meeting.changes, opened) for viewer in (team.pharmacist, team.gp)]
    with viewing(team.pharmacist, at=EIGHT):
        verbs.write_line(
            item=first, kind=LineKind.NOTE, words="Likes the window seat", by=team.pharmacist,
            at=EIGHT,
        )  # fmt: skip

    told = fragments.tell(meeting.pk, screens, at=EIGHT)

    mine, theirs = (regions(told[screen.key])["lines"] for screen in screens)
    assert "Likes the window seat" in mine
    assert "Likes the window seat" in theirs
    assert "Take back" in mine
    assert "screen" not in regions(told[screens[0].key])


@pytest.mark.django_db
def test_no_word_of_somebody_reaches_a_screen_they_are_closed_to(
    team: Team, meeting: Meeting
) -> None:
    first, *_ = begun(team, meeting)
    meeting.refresh_from_db()
    follower = Follower(team.pharmacist, meeting.changes, frozenset())
    with viewing(team.gp, at=EIGHT):
        verbs.write_line(
            item=first, kind=LineKind.NOTE, words="Spoke of her son", by=team.gp, at=EIGHT
        )
        verbs.close_cases(
            person_ids=[first.person_id], reason=CaseClosed.OBJECTION, why="Objects",
            by=team.gp, at=EIGHT,
        )  # fmt: skip

    told = fragments.tell(meeting.pk, [follower], at=EIGHT)[follower.key]

    shown = " ".join(regions(told).values())
    assert "Spoke of her son" not in shown
    assert "Margaret" not in shown
    assert "does not open to you" in shown


@pytest.mark.django_db
def test_a_screen_that_is_up_to_date_is_told_nothing(team: Team, meeting: Meeting) -> None:
    begun(team, meeting)
    meeting.refresh_from_db()

    assert fragments.tell(meeting.pk, [Follower(team.gp, meeting.changes)], at=EIGHT) == {}


# --- over the wire ------------------------------------------------------------------------------


@dataclass
class Screen:
    """One stream as a browser holds it: what came, and the way to leave."""

    session_key: str
    came: list[bytes] = field(default_factory=list)
    status: int = 0
    gone: asyncio.Event = field(default_factory=asyncio.Event)

    def scope(self, meeting_id: uuid.UUID, after: int) -> dict[str, Any]:
        cookie = f"{settings.SESSION_COOKIE_NAME}={self.session_key}".encode()
        return {
            "type": "http", "method": "GET", "path": f"/live/huddles/{meeting_id}",
            "query_string": f"after={after}".encode(), "headers": [(b"cookie", cookie)],
            "client": ("127.0.0.1", 1),
        }  # fmt: skip

    async def receive(self) -> dict[str, Any]:
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
        else:
            self.came.append(message["body"])

    def events(self) -> list[dict[str, Any]]:
        lines = b"".join(self.came).decode().split("\n")
        return [json.loads(line[6:]) for line in lines if line.startswith("data: ")]


async def until(holds: Callable[[], bool], *, within_s: float = 10.0) -> None:
    loop = asyncio.get_running_loop()
    ends = loop.time() + within_s
    while not holds():
        assert loop.time() < ends, "it did not come in time"
        await asyncio.sleep(0.02)


def elsewhere(work: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Run it in a thread of its own: a browser of another test may keep a loop running in this."""

    def run() -> None:
        try:
            asyncio.run(work())
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as threads:
        threads.submit(run).result()


def test_what_one_writes_the_others_stream_brings_and_a_stranger_gets_none(
    committed: str,
) -> None:
    bring_in_place()
    team = a_team()
    meeting = a_meeting(team, a_series(team))
    first, *_ = begun(team, meeting)
    meeting.refresh_from_db()
    screen = Screen(client_of(team.pharmacist).session.session_key or "")
    signed_out = Screen("nobody")

    def write(words: str) -> None:
        with viewing(team.facilitator, at=EIGHT):
            verbs.write_line(
                item=first, kind=LineKind.NOTE, words=words, by=team.facilitator, at=EIGHT
            )

    async def follow() -> None:
        streams = Streams(lambda: database._connection(committed).conninfo(), [MeetingsLive()])
        await streams.answer(signed_out.scope(meeting.pk, 0), signed_out.receive, signed_out.send)
        following: Awaitable[None] = asyncio.ensure_future(
            streams.answer(screen.scope(meeting.pk, meeting.changes), screen.receive, screen.send)
        )
        await until(lambda: screen.status == 200)
        await asyncio.to_thread(_let_go(lambda: write("first")))
        await until(lambda: len(screen.events()) == 1)
        await asyncio.to_thread(_let_go(lambda: write("second")))
        await until(lambda: len(screen.events()) == 2)
        screen.gone.set()
        await following
        away = Screen(screen.session_key)
        again = asyncio.ensure_future(
            streams.answer(away.scope(meeting.pk, meeting.changes), away.receive, away.send)
        )
        await until(lambda: len(away.events()) == 1)
        assert "first" in away.events()[0]["regions"][0]["html"]
        assert "second" in away.events()[0]["regions"][0]["html"]
        away.gone.set()
        await again
        await streams.close()

    elsewhere(follow)

    assert signed_out.status == 404
    assert "first" in screen.events()[0]["regions"][0]["html"]
    assert screen.events()[1]["n"] == screen.events()[0]["n"] + 1


def _let_go(work: Callable[[], None]) -> Callable[[], None]:
    from django.db import connection

    def done() -> None:
        try:
            work()
        finally:
            connection.close()

    return done
