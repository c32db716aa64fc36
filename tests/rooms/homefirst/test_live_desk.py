"""The desk as others' screens see it change: what travels, to whom, and what the audit keeps."""

import asyncio
import uuid
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from oneplace.access import screens
from oneplace.access.live import Asked, Streams
from oneplace.access.models import AuditEntry, AuditPerson, Barrier
from oneplace.access.viewer import Viewer, viewing
from oneplace.config.database import Role as DatabaseRole
from oneplace.homefirst import verbs
from oneplace.homefirst.models import Package
from oneplace.homefirst.permissions import SEE_LIFE_DESK
from oneplace.homefirst.streaming import TOPIC, DeskFollower, DeskLive, DeskTold
from oneplace.kit import clock
from oneplace.visits import verbs as visit_verbs
from oneplace.visits.models import Visit
from oneplace.vocabulary.terms import BarrierKind, Role
from tests import database
from tests.database import as_role
from tests.rooms.homefirst.around_a_desk import (
    World,
    a_full_desk,
    accepted,
    asked,
    at_the_desk,
    crisis,
    left,
    make_world,
    sent,
)
from tests.rooms.huddles.test_streaming import Screen, elsewhere, until
from tests.rooms.people.saying import AT
from tests.rooms.plans.around_margaret import client_of, unconnected


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: AT)


LINE = DeskLive()


def follower(viewer: Viewer, **chosen: str) -> DeskFollower:
    """A screen of somebody's that has just been opened."""
    found = LINE.admit(Asked(TOPIC, 0, chosen, "", None), viewer, at=AT)
    assert found is not None
    return found


def told(screen: DeskFollower, *changed: uuid.UUID) -> DeskTold | None:
    """What one screen is told of these cases; of everything where none is named."""
    names = frozenset(str(each) for each in changed) or None
    return LINE.tell(TOPIC, [screen], names, at=AT).get(screen.key)  # type: ignore[return-value]


def pieces(said: DeskTold | None) -> dict[str, Any]:
    return {} if said is None else {piece["region"]: piece for piece in said.regions}


def opened(world: World, **chosen: str) -> DeskFollower:
    with viewing(world.coordinator, at=AT):
        return follower(world.coordinator, **chosen)


@pytest.mark.django_db
def test_a_change_travels_as_the_row_it_altered_to_each_screen(world: World) -> None:
    case = asked(world)
    mine = opened(world)
    first = pieces(told(mine))["whole"]["html"]

    with viewing(at_the_desk("Dan Desk"), at=AT) as by:
        verbs.triage(case=case, by=by, at=AT)
    said = pieces(told(mine, case.pk))

    assert "Margaret Okafor" in first
    assert "Dan Desk is looking at it" in said["row"]["html"]
    assert said["row"]["id"] == f"case-{case.pk}"
    assert "whole" not in said


@pytest.mark.django_db
def test_a_screen_that_shows_it_already_is_told_nothing(world: World) -> None:
    case = asked(world)
    mine = opened(world)
    told(mine)

    assert told(mine, case.pk) is None
    assert told(mine) is None


@pytest.mark.django_db
def test_a_row_goes_where_it_is_not_wanted_any_more(world: World) -> None:
    asked(world)
    other = crisis(world)
    mine = opened(world, show="new")
    told(mine)

    with viewing(world.coordinator, at=AT) as by:
        verbs.redirect(case=other, to="The ambulance service", by=by, at=AT)
    said = pieces(told(mine, other.pk))

    assert said["gone"]["id"] == f"case-{other.pk}"
    assert "1 open" in said["today"]["html"]


@pytest.mark.django_db
def test_a_new_referral_stands_before_the_one_with_more_time(world: World) -> None:
    case = asked(world)
    mine = opened(world)
    told(mine)

    new = crisis(world)
    said = pieces(told(mine, new.pk))

    assert said["row"]["before"] == f"case-{case.pk}"
    assert said["row"]["new"] == "Margaret Okafor"


@pytest.mark.django_db
def test_a_board_puts_the_card_into_the_column_of_its_state(world: World) -> None:
    case = asked(world)
    other = crisis(world)
    mine = opened(world, view="board")
    assert "desk-board" in pieces(told(mine))["whole"]["html"]

    with viewing(world.coordinator, at=AT) as by:
        verbs.accept(case=case, package=Package.NONE, by=by, at=AT)
    said = pieces(told(mine, case.pk))

    assert said["row"]["in"] == "rows-accepted"
    assert "desk-card" in said["row"]["html"]
    assert str(other.pk) not in str(said)


@pytest.mark.django_db
def test_nobody_who_is_not_of_the_desk_follows_it(world: World) -> None:
    with viewing(unconnected(Role.PHARMACIST), at=AT) as by:
        assert LINE.admit(Asked(TOPIC, 0, {}, "", None), by, at=AT) is None


@pytest.mark.django_db
def test_whoever_a_barrier_closes_meanwhile_leaves_the_screen(world: World) -> None:
    case = asked(world)
    mine = opened(world)
    assert "Margaret Okafor" in str(told(mine))

    with as_role(DatabaseRole.LOADER):
        Barrier(
            person_id=world.margaret.pk,
            party_id=world.coordinator.account_id,
            kind=BarrierKind.OWN_FAMILY,
            starts_at=AT,
        ).save(force_insert=True)
    said = told(mine, case.pk)

    assert said is not None
    assert "Okafor" not in str(said)
    assert mine.kept == {}


@pytest.mark.django_db
def test_the_screen_says_at_once_that_somebody_is_on_the_way(world: World) -> None:
    case = sent(world)
    mine = opened(world)
    told(mine)

    with viewing(world.worker, at=AT) as by:
        visit_verbs.set_out(visit=Visit.objects.get(pk=case.visit_id), by=by, at=AT)

    assert "Sana Mirza is on the way" in pieces(told(mine, case.pk))["row"]["html"]


# --- the audit ----------------------------------------------------------------------------------


def _noted() -> list[tuple[str, set[uuid.UUID]]]:
    """The entries of the desk, in order, each with whom it names."""
    with as_role(DatabaseRole.LOADER):
        return [
            (
                entry.route,
                set(AuditPerson.objects.filter(entry=entry).values_list("person_id", flat=True)),
            )
            for entry in AuditEntry.objects.filter(action=SEE_LIFE_DESK).order_by("id")
        ]


def _asks_again(client: Client) -> tuple[str, Callable[[], Any]]:
    """Opens the desk, and asks for its rows as the open screen does."""
    page = client.get(reverse("homefirst:desk"), {"show": "new"}).content.decode()
    address = page.split('hx-get="')[1].split('"')[0].replace("&amp;", "&")
    return page, lambda: client.get(address)


@pytest.mark.django_db
def test_exactly_who_is_shown_is_noted_and_once_while_the_screen_shows_them(
    now: None, world: World
) -> None:
    accepted(world)
    page, again = _asks_again(client_of(world.coordinator))
    assert "Okafor" not in page
    assert _noted() == [("homefirst:desk", set())]

    for _ in range(3):
        assert again().status_code == 200
    assert len(_noted()) == 1

    crisis(world)
    for _ in range(3):
        assert "Okafor" in again().content.decode()

    assert _noted()[1:] == [("homefirst:desk_rows", {world.margaret.pk})]


@pytest.mark.django_db
def test_a_screen_is_noted_anew_after_a_quarter_of_an_hour(
    now: None, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked(world)
    _, again = _asks_again(client_of(world.coordinator))
    again()
    before = len(_noted())

    real = screens.time.time
    later = timedelta(minutes=15, seconds=1).total_seconds()
    monkeypatch.setattr(screens.time, "time", lambda: real() + later)
    again()
    again()

    assert _noted()[before:] == [
        ("homefirst:desk_rows", set()),
        ("homefirst:desk_rows", {world.margaret.pk}),
    ]


@pytest.mark.django_db
def test_another_reader_cannot_hide_behind_a_screen_that_is_noted(now: None, world: World) -> None:
    asked(world)
    page, _ = _asks_again(client_of(world.coordinator))
    address = page.split('hx-get="')[1].split('"')[0].replace("&amp;", "&")
    before = len(_noted())

    client_of(at_the_desk("Dan Desk")).get(address)

    assert [persons for _, persons in _noted()[before:]] == [set(), {world.margaret.pk}]


@pytest.mark.django_db
def test_the_stream_notes_whoever_is_new_on_the_screen_before_it_tells(world: World) -> None:
    mine = opened(world)
    told(mine)
    case = asked(world)

    told(mine, case.pk)
    told(mine, case.pk)
    told(mine)

    assert [persons for _, persons in _noted() if persons] == [{world.margaret.pk}]


@pytest.mark.django_db
def test_the_stream_tells_nothing_of_somebody_whom_the_audit_cannot_note(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked(world)
    mine = opened(world)

    def broken(**_: Any) -> None:
        raise RuntimeError("no audit")

    monkeypatch.setattr("oneplace.access.audit.record", broken)
    with pytest.raises(RuntimeError, match="no audit"):
        told(mine)

    assert mine.kept is None


# --- what a long queue costs --------------------------------------------------------------------

FRAME = ("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "COMMIT")


def _statements(ask: Callable[[], Any]) -> int:
    ask()
    with CaptureQueriesContext(connection) as captured:
        assert ask().status_code == 200
    return sum(not query["sql"].startswith(FRAME) for query in captured)


@pytest.mark.django_db
@pytest.mark.parametrize("view", ["", "board", "map"])
def test_the_desk_costs_twelve_statements_at_most_however_long(
    view: str, now: None, world: World
) -> None:
    sent(world)
    left()
    desk = client_of(world.coordinator)
    few = _statements(lambda: desk.get(reverse("homefirst:desk"), {"view": view}))

    a_full_desk(world, 25)
    many = _statements(lambda: desk.get(reverse("homefirst:desk"), {"view": view}))

    assert many == few
    assert many <= 12


@pytest.mark.django_db
def test_a_change_costs_each_screen_few_statements_however_long_the_queue(world: World) -> None:
    cases = a_full_desk(world, 25)
    mine = opened(world)
    told(mine)

    with CaptureQueriesContext(connection) as captured:
        told(mine, cases[7].pk)

    assert sum(not query["sql"].startswith(FRAME) for query in captured) <= 8


# --- over the wire ------------------------------------------------------------------------------


class DeskScreen(Screen):
    """One stream of the desk as a browser holds it."""

    def scope(self, meeting_id: uuid.UUID, after: int) -> dict[str, Any]:
        found = super().scope(meeting_id, after)
        return found | {"path": "/live/desk/", "query_string": b"show=new"}


def test_what_one_does_another_desks_stream_brings(committed: str) -> None:
    world = make_world()
    case = asked(world)
    screen = DeskScreen(client_of(at_the_desk("Dan Desk")).session.session_key or "")
    stranger = DeskScreen(client_of(unconnected(Role.PHARMACIST)).session.session_key or "")

    def look() -> None:
        try:
            with viewing(world.coordinator, at=AT) as by:
                verbs.triage(case=case, by=by, at=AT)
        finally:
            connection.close()

    async def follow() -> None:
        streams = Streams(lambda: database._connection(committed).conninfo(), [DeskLive()])
        none = uuid.uuid4()
        await streams.answer(stranger.scope(none, 0), stranger.receive, stranger.send)
        following: Awaitable[None] = asyncio.ensure_future(
            streams.answer(screen.scope(none, 0), screen.receive, screen.send)
        )
        await until(lambda: len(screen.events()) == 1)
        await asyncio.to_thread(look)
        await until(lambda: len(screen.events()) == 2)
        screen.gone.set()
        await following
        await streams.close()

    elsewhere(follow)

    assert stranger.status == 404
    assert "Cora Desk is looking at it" in screen.events()[1]["regions"][0]["html"]
