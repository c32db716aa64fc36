"""Figures of tables: a practice's measurements from files received to entries committed.

The peer is what PostgreSQL does by itself with the same rows in the same run: two connections, each
copying its file into a staging table and inserting from that into a table as wide as ours, with our
primary key and the index of the timeline, the ids made from the rows.
"""

import csv
import io
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from tests.benches import PROJECT, SEED, Figure, figure

GOAL = 0.6
_ROWS = int(os.environ.get("ONEPLACE_BENCH_ROWS", "60000"))
_FILES = 2
_TIMES = 3
_READ_ALONE = 60_000
_COLUMNS = (
    "PracticeCode", "PatientID", "Taken", "Code", "Term", "Value", "SecondValue", "Unit",
)  # fmt: skip


@figure("feeds.csv")
def csv_rows() -> Figure:
    """Rows a second of a GP extract, two loaders, validation and provenance included."""
    rates, floors = [], []
    for number in range(_TIMES):
        with _installed() as environment, tempfile.TemporaryDirectory() as folder:
            files = [
                _made(Path(folder) / f"values_{part}.csv", number * _FILES + part)
                for part in range(_FILES)
            ]
            floors.append(_ROWS * _FILES / _floor(environment, files))
            rates.append(_ROWS * _FILES / _ours(environment, Path(folder)))
    rate, floor = statistics.median(rates), statistics.median(floors)
    return Figure(
        "feeds.csv", round(rate), "rows/s", "two connections, staged insert-select", round(floor),
        f">= {GOAL} of the peer", rate >= GOAL * floor,
    )  # fmt: skip


@figure("feeds.csv_reading")
def csv_reading() -> Figure:
    """Rows a second that one core turns into rows of ours, beside the csv module's bare cells."""
    from oneplace.feeds.reading import Received, reader

    content = _table(_READ_ALONE, 1)
    received = Received(
        "bench", "gp_history", "Z00", "gp/extract/2025-12-12/values.csv", len(content), "",
        datetime.fromisoformat("2026-03-12T09:40:00+00:00"), lambda: io.BytesIO(content),
    )  # fmt: skip

    def ours() -> int:
        return sum(unit.fault is None for unit in reader("gp_extract").units(received))

    def bare() -> int:
        return sum(1 for _ in csv.reader(io.StringIO(content.decode()))) - 1

    rate, floor = (_rate(work) for work in (ours, bare))
    return Figure(
        "feeds.csv_reading", round(rate), "rows/s", "csv module, cells only", round(floor),
        "reported", None,
    )  # fmt: skip


def _rate(work: Callable[[], int]) -> float:
    rates = []
    for _ in range(_TIMES):
        began = time.process_time()
        count = work()
        rates.append(count / (time.process_time() - began))
    return statistics.median(rates)


def _table(rows: int, seed: int) -> bytes:
    """Measurements of some patients, as a practice's system writes them."""
    chance = random.Random(SEED + seed)
    made = io.StringIO()
    writer = csv.writer(made)
    writer.writerow(_COLUMNS)
    first = datetime.fromisoformat("2024-01-01T08:00:00")
    for number in range(rows):
        taken = first + timedelta(minutes=chance.randrange(1_000_000))
        writer.writerow(
            ("ZZAS06", f"{seed}{number // 8:06d}", f"{taken:%d-%b-%Y %H:%M}",
             "100001089999999100", "Blood pressure", f"{chance.randrange(90, 190)}.0",
             f"{chance.randrange(50, 110)}.0", "mmHg")
        )  # fmt: skip
    return made.getvalue().encode()


def _made(path: Path, seed: int) -> Path:
    path.write_bytes(_table(_ROWS, seed))
    return path


@contextmanager
def _installed() -> Iterator[dict[str, str]]:
    """A fresh, durable installation; the environment of its commands."""
    with tempfile.TemporaryDirectory(prefix="oneplace-bench-") as folder:
        Path(folder).chmod(0o755)
        environment = {**os.environ, "ONEPLACE_DATA": folder, "ONEPLACE_DEMO": "1"}
        environment.pop("ONEPLACE_TEST", None)
        make = f"from tests.benches.feeds_load import prepared; prepared({folder!r})"
        subprocess.run([sys.executable, "-c", make], check=True, cwd=PROJECT, env=environment)
        try:
            yield environment
        finally:
            subprocess.run(
                [sys.executable, "-m", "oneplace.cli", "database", "stop"],
                env=environment, cwd=PROJECT, stdout=subprocess.DEVNULL,
            )  # fmt: skip


def _ours(environment: dict[str, str], folder: Path) -> float:
    receive = (
        "from pathlib import Path; from oneplace.config.database import Role;"
        "from oneplace.config.installation import become; become(Role.LOADER);"
        "from django.utils import timezone; from oneplace.config.intake import READER;"
        "from oneplace.feeds.bringing import bring_in;"
        f"bring_in(paths=[Path({str(folder)!r})], feed='gp_history', by=READER, at=timezone.now())"
    )
    subprocess.run([sys.executable, "-c", receive], check=True, cwd=PROJECT, env=environment)
    loaders = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.benches.feeds_csv_load"],
            cwd=PROJECT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )
        for _ in range(_FILES)
    ]  # fmt: skip
    for loader in loaders:
        if _line_of(loader).strip() != "ready":
            raise RuntimeError("a loader did not start")
    began = time.perf_counter()
    # A loader that goes on living has committed when it says so: its end is no part of it.
    answers = [json.loads(_line_of(loader)) for loader in _told(loaders)]
    seconds = time.perf_counter() - began
    for loader in loaders:
        loader.communicate()
    entries = sum(answer["entries"] for answer in answers)
    if entries != _ROWS * _FILES:
        raise RuntimeError(f"{entries} entries of {_ROWS * _FILES} rows")
    return seconds


def _line_of(loader: Any) -> str:
    return str(loader.stdout.readline())


def _told(loaders: list[Any]) -> list[Any]:
    """The loaders, each told to begin before any is waited for."""
    for loader in loaders:
        loader.stdin.write("go\n")
        loader.stdin.flush()
    return loaders


def _floor(environment: dict[str, str], files: list[Path]) -> float:
    import psycopg

    ask = (
        "from oneplace.config.database import Database, Role;"
        "print(Database().connection(Role.OWNER).conninfo())"
    )
    done = subprocess.run(
        [sys.executable, "-c", ask], env=environment, cwd=PROJECT, capture_output=True, text=True
    )
    address = done.stdout.strip().splitlines()[-1]
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(
            "create table bench_entry (like records_entry including generated including defaults)"
        )
        connection.execute("alter table bench_entry add primary key (id)")
        connection.execute("create index on bench_entry (subject_id, sorts_at desc nulls last)")
    threads = [threading.Thread(target=_copied, args=(address, path)) for path in files]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - began
    with psycopg.connect(address, autocommit=True) as connection:
        found = connection.execute("select count(*) from bench_entry").fetchone()
        connection.execute("drop table bench_entry")
    if found is None or found[0] != _ROWS * _FILES:
        raise RuntimeError(f"the peer wrote {found} rows")
    return seconds


def _copied(address: str, path: Path) -> None:
    """One connection of the peer: copy, then insert what was copied, in one transaction."""
    import psycopg

    columns = ", ".join(f"{name.lower()} text" for name in _COLUMNS)
    with psycopg.connect(address) as connection:
        connection.execute(f"create temporary table staged (number serial, {columns})")
        names = ", ".join(name.lower() for name in _COLUMNS)
        copy = f"copy staged ({names}) from stdin with (format csv, header)"
        with connection.cursor().copy(copy) as copying, path.open("rb") as opened:
            while block := opened.read(1 << 20):
                copying.write(block)
        connection.execute(
            """insert into bench_entry (id, kind, key, subject_id, status, starts_at, exactness,
                title, code, code_system, words, unit, organisation, by, labels, detail, source,
                said_at, version, content_sha, first_said_at, place, arrived_at, received_at)
            select md5(practicecode || patientid || taken || value || number)::uuid,
                'observation', practicecode || '|' || patientid || '|' || code || '|' || taken,
                md5(practicecode || patientid)::uuid, 'ended',
                to_timestamp(taken, 'DD-Mon-YYYY HH24:MI'), 'second', term, code, 'snomed', '', '',
                practicecode, '', '{}', jsonb_build_object('components', jsonb_build_array(
                    jsonb_build_object('what', 'systolic', 'value', value, 'unit', unit),
                    jsonb_build_object('what', 'diastolic', 'value', secondvalue, 'unit', unit))),
                'gp_history', now(), number::text, sha256((practicecode || patientid || taken
                    || value)::bytea), now(), 'row ' || number, now(), now()
            from staged"""
        )
