"""What is received is read into the record once: killed at any moment, in any order, repeated."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from oneplace.config.database import Role
from tests.database import PROJECT, _connection, connection_as

from ..hl7.messages import written

# What stands in the record and how it was said; nothing of when or by which delivery it came.
STATE = """
select 'entry', e.source || ' ' || e.kind || ' ' || e.key, s.authority || ' ' || s.value,
       e.status, e.starts_at::text, e.ends_at::text, e.title, e.said_at::text, e.version,
       e.detail::text
from records_entry e join records_subject s on s.id = e.subject_id
union all
select 'identity', i.source, s.authority || ' ' || s.value, i.family, i.given, i.born_on::text,
       i.nhs_number, i.said_at::text, i.version, i.detail::text
from records_identity i join records_subject s on s.id = i.subject_id
order by 1, 2, 3, 4, 5, 6, 7
"""
COUNTS = """
select (select count(*) from records_entry), (select count(*) from records_identity),
       (select count(*) from records_version), (select count(*) from people_person),
       (select count(*) from feeds_message)
"""


_TAKING = """
import json, sys
from pathlib import Path
import django
django.setup()
from django.utils import timezone
from oneplace.config.intake import READER, take_in_waiting
from oneplace.feeds.bringing import bring_in
counts = []
for portion in sys.argv[1:]:
    paths = [Path(each) for each in portion.split(":")]
    brought = bring_in(paths=paths, feed="adt", by=READER, at=timezone.now())
    take_in_waiting(at=timezone.now())
    counts.append([brought.fresh, brought.seen_before])
print(json.dumps(counts))
"""


class House:
    """A database of its own whose feeds are read by processes of their own."""

    def __init__(self, name: str, folder: Path) -> None:
        self.name = name
        owned = _connection(name, role=Role.LOADER)
        self.environment = {
            **os.environ,
            **owned.for_environment(),
            "ONEPLACE_DATA": str(folder),
            "ONEPLACE_TEST": "1",
        }
        with connection_as(Role.LOADER, name) as connection:
            connection.execute(
                "insert into feeds_source (code, name, organisation_code, kind, reader, habits,"
                " senders, ring, phone, is_of_place, is_active, added_at) values ('adt', 'Adt',"
                " 'trust', '', 'hl7', '{}', '[]', '', '', false, true, now())"
            )

    def runs(self, *arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "oneplace.cli", *arguments, "--json"],
            cwd=PROJECT, env=self.environment, text=True, start_new_session=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip

    def takes(self, *portions: list[Path]) -> list[list[int]]:
        """Bring these in portion by portion in one process; how many were new and known of each."""
        done = subprocess.run(
            [sys.executable, "-c", _TAKING, *(":".join(map(str, each)) for each in portions)],
            cwd=PROJECT, env=self.environment, text=True, capture_output=True,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        found: list[list[int]] = json.loads(done.stdout)
        return found

    def ask(self, question: str) -> list[tuple[Any, ...]]:
        with connection_as(Role.LOADER, self.name) as connection:
            return connection.execute(question).fetchall()


@pytest.fixture
def house(committed: str, tmp_path: Path) -> Iterator[House]:
    yield House(committed, tmp_path)


def _files(folder: Path, count: int = 40, *, seed: int = 1) -> list[Path]:
    """Files of messages about a few patients and their visits."""
    chance = random.Random(seed)
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for number in range(count):
        person, visit = chance.randrange(12), chance.randrange(20)
        event = chance.choice(("A01", "A02", "A03", "A08", "A31", "A13"))
        hour = f"202603{1 + number % 28:02}{chance.randrange(24):02}0000"
        message = written(
            event,
            MSH={7: hour, 10: f"Q{number}"},
            EVN={2: hour, 6: hour},
            PID={3: f"{person}^^^ZZ8^MR", 5: f"BELL{person}^ADA"},
            PV1={2: "N"} if event == "A31" else {19: f"V{person}x{visit}^^^ZZ8^VN", 44: ""},
        )
        path = folder / f"{number:03}.hl7"
        path.write_bytes(message)
        paths.append(path)
    return paths


def test_bringing_the_same_in_again_adds_nothing(house: House, tmp_path: Path) -> None:
    files = _files(tmp_path / "in")
    (first,) = house.takes(files)
    before = house.ask(COUNTS), house.ask(STATE)

    (again,) = house.takes(files)

    assert (first, again) == ([40, 0], [0, 40])
    assert (house.ask(COUNTS), house.ask(STATE)) == before


def test_killed_again_and_again_it_ends_as_if_it_had_never_been(
    house: House, tmp_path: Path, at: datetime
) -> None:
    files = _files(tmp_path / "in")
    chance = random.Random(3)
    for _ in range(3):
        process = house.runs("import", str(tmp_path / "in"), "--feed", "adt")
        time.sleep(1.0 + chance.random() * 1.5)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    house.takes(files)
    killed = house.ask(STATE)

    assert house.ask("select count(*) from feeds_delivery where state = 'received'") == [(0,)]
    assert house.ask("select count(distinct (delivery_id, number)) - count(*) from feeds_message")[
        0
    ] == (0,)
    assert killed == _undisturbed(files, tmp_path / "calm")


def test_another_order_in_other_portions_ends_in_the_same_record(
    house: House, tmp_path: Path
) -> None:
    files = _files(tmp_path / "in")
    random.Random(7).shuffle(files)

    house.takes(*(files[start : start + 7] for start in range(0, len(files), 7)))

    assert house.ask(STATE) == _undisturbed(sorted(files), tmp_path / "calm")


def _undisturbed(files: list[Path], folder: Path) -> list[tuple[Any, ...]]:
    """What the same files make of a fresh database, read once in their order."""
    from tests import database

    name = f"{database.NAME}_calm"
    database.clone(name)
    try:
        folder.mkdir()
        calm = House(name, folder)
        calm.takes(files)
        return calm.ask(STATE)
    finally:
        database.drop(name)
