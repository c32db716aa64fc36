"""Small siblings of the long campaigns of feeds: killed, cut off, full, poisoned, hostile."""

import random
import time
from datetime import datetime
from pathlib import Path

import psycopg
import pytest
from django.db import OperationalError

from oneplace.config.database import Role
from oneplace.config.intake import READER
from oneplace.feeds.models import Delivery, Source
from oneplace.feeds.reading import Fault, Tally, Unit
from oneplace.feeds.verbs import mark_read, receive
from oneplace.files.store import NotKept
from oneplace.vocabulary.terms import Door, QuarantineReason
from tests.campaigns import feeds_http, feeds_input, feeds_kills, feeds_trouble
from tests.campaigns.inside import inside
from tests.database import as_role

from .test_intake import STATE, House


def test_killed_while_it_receives_or_reads_it_ends_as_if_it_had_never_been(
    committed: str, tmp_path: Path
) -> None:
    from tests import database

    stages = ("receive", "read")
    files = feeds_kills.mixed_files(tmp_path / "in", 12, seed=5)
    house, name = House(committed, tmp_path / "killed"), f"{database.NAME}_calm"
    feeds_kills.add_sources(house)

    found = feeds_kills.run(house, files=files, kills=4, seed=5, stages=stages)

    database.clone(name)
    try:
        calm = House(name, tmp_path / "calm")
        feeds_kills.add_sources(calm)
        feeds_kills.run(calm, files=files, kills=0, seed=5, stages=stages)
        assert found["met"] == {"receive": 2, "read": 2}
        assert house.ask(feeds_kills.UNFINISHED) == [(0, 0, 0, 0, 0)]
        assert house.ask(STATE) == calm.ask(STATE)
    finally:
        database.drop(name)


def test_a_server_killed_while_it_takes_fhir_keeps_what_it_answered(
    committed: str, tmp_path: Path
) -> None:
    house = House(committed, tmp_path)
    feeds_kills.add_sources(house)

    sent = feeds_http.kill_again_and_again(house, kills=2, seed=3)

    assert sent.accepted


def test_damaged_units_of_every_kind_are_all_or_nothing(committed: str, tmp_path: Path) -> None:
    house = House(committed, tmp_path / "house")
    feeds_kills.add_sources(house)
    (tmp_path / "in").mkdir()

    met = inside(
        house, "tests.campaigns.feeds_units:damage_units",
        damages=15, seed=4, folder=str(tmp_path / "in"),
    )  # fmt: skip

    assert set(met.values()) == {3}


def test_any_order_of_every_kind_ends_in_one_state(committed: str, tmp_path: Path) -> None:
    from tests import database

    files = feeds_kills.mixed_files(tmp_path / "in", 12, seed=8)
    take, states = "tests.campaigns.feeds_kills:in_portions", set()
    for number in range(2):
        database.clone(committed)
        house = House(committed, tmp_path / str(number))
        feeds_kills.add_sources(house)
        portions = feeds_kills.any_order(files, random.Random(number))
        states.add(inside(house, take, portions=portions))

    assert len(states) == 1


def test_poison_is_kept_aside_and_costs_little(committed: str, tmp_path: Path) -> None:
    house = House(committed, tmp_path)

    found = inside(house, "tests.campaigns.feeds_trouble:poison", messages=1_000, pairs=1, seed=2)

    # How much is measured by the campaign: a thousand messages beside other tests tell little.
    assert found["aside"] == 1
    assert found["lost"] < 0.5


def test_cut_off_from_its_database_it_loses_nothing(committed: str, tmp_path: Path) -> None:
    house = House(committed, tmp_path)
    feeds_kills.add_sources(house)
    load = feeds_trouble.Load(house, seed=6)

    load.begin()
    try:
        for _ in range(3):
            before = len(load.messages), load.sent.answers
            until = time.monotonic() + 60
            while time.monotonic() < until and not (
                len(load.messages) > before[0] and load.sent.answers > before[1]
            ):
                time.sleep(0.05)
            feeds_trouble.cut_connections(house.name)
    finally:
        load.end()

    assert feeds_trouble.faults_of(load) == []
    assert load.messages and load.sent.answers


@pytest.mark.django_db
def test_a_full_disk_of_the_database_is_told(at: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OperationalError("no space left on device") from psycopg.errors.DiskFull()

    with as_role(Role.LOADER):
        source = Source(code="adt", name="Hospital", reader="hl7")
        source.save(force_insert=True)
        with monkeypatch.context() as broken:
            broken.setattr("oneplace.feeds.verbs.receiving._keep", full)
            with pytest.raises(NotKept, match="disk of the database is full"):
                receive(source=source, door=Door.COMMAND, name="x", content=b"x", by=READER, at=at)
        assert not Delivery.objects.exists()


@pytest.mark.parametrize("kind", feeds_input.SEEDS)
def test_spoiled_input_is_answered_by_place(kind: str) -> None:
    assert feeds_input.fuzz(kind, examples=300, seed=9) == []


def test_a_few_of_every_hostile_kind_do_no_harm(tmp_path: Path) -> None:
    contents = [each for each in feeds_input.hostile() if len(each.content) < 2_000_000]

    assert [harm for each in contents if (harm := feeds_input.harm_of(each))] == []
    packed = feeds_input.packed(tmp_path)
    assert [harm for each in packed if (harm := feeds_input.harm_of_packed(each))] == []


@pytest.mark.django_db
def test_a_null_character_in_the_place_of_a_fault_stops_nobody(at: datetime) -> None:
    with as_role(Role.LOADER):
        source = Source(code="adt", name="Hospital", reader="hl7")
        source.save(force_insert=True)
        made = receive(
            source=source, door=Door.COMMAND, name="x", content=b"MSH\x00|", by=READER, at=at
        )
        tally = Tally()
        tally.take(Unit("a\x00b", fault=Fault("a\x00b", QuarantineReason.UNREADABLE, "x\x00y")))
        mark_read(read=[(made, tally)], by=READER, at=at)

        assert made.quarantined.get().place == "a b"
