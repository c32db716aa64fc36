"""The services' own work in a snapshot: asks, episodes, huddles, by pseudonym."""

import uuid
from datetime import UTC, date, datetime

import duckdb
import pytest

from oneplace.insight.shapes import WORK
from oneplace.insight.snapshot import Manifest, Snapshot
from oneplace.records.extracts import WORK_COLUMNS
from oneplace.vocabulary.terms import EntryKind, EntryStatus
from tests.database import as_role
from tests.rooms.people.saying import GP, margaret, person_of, say
from tests.rooms.snapshot.national import nobody_is_out
from tests.rooms.snapshot.test_taking import DatabaseRole, entry, taken

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("partners")]


def _work(found):
    with duckdb.connect() as store:
        return store.execute(
            "select kind, mark, state, note, started_on, due_on, ended_on, value, other, source,"
            f" pseudonym is not null from '{found.folder / 'work.parquet'}' order by all"
        ).fetchall()


@pytest.fixture
def margaret_at_home(partners: None) -> uuid.UUID:
    with as_role(DatabaseRole.LOADER):
        say(margaret(GP, "1", practice_code="ZZAS06"))
        say(
            entry(
                EntryKind.EPISODE,
                "life:1",
                datetime(2026, 1, 5, 15, 30, tzinfo=UTC),
                ends_at=datetime(2026, 2, 9, 9, tzinfo=UTC),
                detail={
                    "stream": "discharge",
                    "decision": "accepted",
                    "left_hospital_at": "2026-01-05T14:00:00+00:00",
                    "first_seen_at": "2026-01-05T15:30:00+00:00",
                    "minutes_to_first_visit": 90,
                    "sequel": "independent",
                    "status_at_91_days": "at_home",
                },
            ),
            entry(
                EntryKind.EPISODE,
                "transfer:1",
                datetime(2025, 12, 30, tzinfo=UTC),
                ends_at=datetime(2026, 1, 5, 14, tzinfo=UTC),
                detail={
                    "earlier_statuses": [
                        {"status": "ready to leave", "since": "2026-01-01T10:00:00+00:00"}
                    ]
                },
            ),
            entry(
                EntryKind.EPISODE,
                "life:2",
                datetime(2026, 3, 5, tzinfo=UTC),
                status=EntryStatus.PLANNED,
                detail={"stream": "reablement", "decision": "rejected"},
            ),
        )
        nobody_is_out()
        return person_of(GP, "1").pk


def test_an_episode_at_home_is_told_with_its_clock_its_end_and_day_91(margaret_at_home, tmp_path):
    found = _work(taken(tmp_path))

    assert found == [
        ("day_91", "discharge", "at_home", "", date(2026, 1, 5), date(2026, 4, 6), None, None, None,
         "practice", True),
        ("delay", "", "", "", date(2026, 1, 1), None, date(2026, 1, 5), None, None, "practice",
         True),
        ("life", "discharge", "independent", "accepted", date(2026, 1, 5), None, date(2026, 2, 9),
         90.0, 840.0, "practice", True),
        ("life", "reablement", "", "rejected", date(2026, 3, 5), None, None, None, 0.0, "practice",
         True),
    ]  # fmt: skip


def test_every_room_that_tells_of_work_fills_the_columns(db):
    from django.db import connection

    with as_role(DatabaseRole.LOADER), connection.cursor() as cursor:
        import importlib

        for room in ("records", "actions", "huddles", "referrals"):
            cursor.execute(importlib.import_module(f"oneplace.{room}.extracts").WORK)
            assert tuple(column.name for column in cursor.description) == WORK_COLUMNS, room


def test_a_snapshot_of_before_is_read_as_one_without_work(margaret_at_home, tmp_path):
    found = taken(tmp_path)
    files = {name: list_ for name, list_ in found.manifest.files.items() if name != "work"}
    Manifest(**{**found.manifest.__dict__, "files": files}).write(found.folder)

    opened = Snapshot.open(found.folder)

    assert opened.table("work").count().to_pyarrow().as_py() == 0
    assert tuple(opened.table("work").schema()) == tuple(WORK.names)
    opened.close()
