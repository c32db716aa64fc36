"""Kills what takes feeds in, at random points of each stage, and looks at what was left.

`python -m tests.campaigns.feeds_kills` is the process that kills its own children: it is set up
once, so that a kill costs what the stage costs and not a start of Python.
"""

import functools
import hashlib
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

AT = datetime(2026, 3, 12, 9, 40, tzinfo=UTC)
STAGES = ("receive", "read", "link")
"""Bytes kept; kept bytes read into the record and their people decided; everybody linked anew."""
_PORTION = 3
_HEADING = "SWIFT_NO,HAZARD,NOTED,ADVICE\n"
SOURCES = {
    ".hl7": ("adt", "hl7"),
    ".ndjson": ("gp", "fhir"),
    ".csv": ("cases", "council_cases"),
}

PEOPLE = """
select array_agg(s.source_value order by s.source_value)::text
from (select s.authority || ' ' || s.value as source_value, p.current_id as person
      from records_subject s join people_person p on p.id = s.person_id) s
group by person order by 1
"""
"""Who is one person, by the numbers that name them; people's own ids are made by chance."""
UNFINISHED = """
select (select count(*) from feeds_delivery where state = 'received'),
       (select count(*) from feeds_delivery d where first_id is null and not is_in_folder
          and not exists (select 1 from feeds_raw r where r.delivery_id = d.id)),
       (select count(*) - count(distinct (delivery_id, number)) from feeds_message),
       (select count(*) from (select 1 from feeds_resource where is_current
          group by source_id, kind, fhir_id having count(*) > 1) twice),
       (select count(*) from (select 1 from feeds_delivery
          where first_id is null and replays_id is null
          group by source_id, sha256 having count(*) > 1) twice)
"""
"""What waits, what has no bytes, what is there twice: all noughts once everything was read."""


def mixed_files(folder: Path, count: int, *, seed: int) -> list[Path]:
    """Files of messages, of bundles and of rows about a few people; each about its own moment."""
    from tests.rooms.feeds.core.test_intake import _files
    from tests.rooms.feeds.fhir import samples

    chance = random.Random(seed)
    paths: list[Path] = list(_files(folder / "adt", (count + 2) // 3, seed=seed))
    for number in range((count + 1) // 3):
        lines = []
        for nth in range(4):
            who, moment = chance.randrange(8), number * 4 + nth
            meta = {"lastUpdated": f"2026-03-{1 + moment // 1440 % 28:02}T{moment // 60 % 24:02}:"
                    f"{moment % 60:02}:00Z"}  # fmt: skip
            patient = samples.patient(id=f"p{who}", meta=meta, identifier=[])
            patient["name"] = [{"family": f"Bell{who}", "given": ["Ada"]}]
            about = {"reference": f"Patient/p{who}"}
            condition = samples.condition(id=f"c{chance.randrange(20)}", meta=meta, subject=about)
            lines.append(samples.bundle(samples.put(patient), samples.put(condition)))
        path = folder / f"gp{number:04}.ndjson"
        path.write_bytes(b"\n".join(lines) + b"\n")
        paths.append(path)
    for number in range(count // 3):
        rows = [
            f"{chance.randrange(9)},HAZ{number}x{nth},{1 + number % 28}/3/26,ask first {number}\n"
            for nth in range(4)
        ]
        path = folder / f"hazards{number:04}.csv"
        path.write_text(_HEADING + "".join(rows) + "TRAILER,4\n")
        paths.append(path)
    chance.shuffle(paths)
    return paths


def add_sources(house: Any) -> None:
    """The feeds of bundles and of rows, beside the house's own of messages."""
    for code, reader in SOURCES.values():
        if code != "adt":
            house.ask(
                "insert into feeds_source (code, name, organisation_code, kind, reader, habits,"
                " senders, ring, phone, is_of_place, is_active, added_at) values"
                f" ('{code}', '{code}', 'trust', '', '{reader}', '{{}}', '[]', '', '', false, true,"
                " now()) returning 1"
            )


def in_portions(*, portions: list[list[str]]) -> str:
    """Bring in and read files portion by portion; the hash of the state they end in. Inside."""
    from django.db import connection

    from tests.rooms.feeds.core.test_intake import STATE

    for portion in portions:
        _receive([Path(each) for each in portion])
        _read()
    with connection.cursor() as cursor:
        cursor.execute(STATE)
        return hashlib.sha256(repr(cursor.fetchall()).encode()).hexdigest()


def read_waiting() -> None:
    """Read what waits. Inside."""
    _read()


def any_order(files: list[Path], chance: random.Random) -> list[list[str]]:
    """The files one to three times each in any order, in portions of any size."""
    mixed = [str(each) for each in files for _ in range(chance.randint(1, 3))]
    chance.shuffle(mixed)
    portions = []
    while mixed:
        size = chance.randint(1, 40)
        portions.append(mixed[:size])
        mixed = mixed[size:]
    return portions


def run(
    house: Any, *, files: list[Path], kills: int, seed: int, stages: Sequence[str] = STAGES
) -> dict[str, Any]:
    """Kill and then finish in a process of its own; how many kills met each stage at work."""
    order = {
        "files": [str(path) for path in files], "kills": kills, "seed": seed, "stages": stages,
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-m", "tests.campaigns.feeds_kills", json.dumps(order)],
        env=house.environment, text=True, capture_output=True,
    )  # fmt: skip
    if done.returncode != 0:
        print(done.stderr, file=sys.stderr)
        raise AssertionError(done.stderr.strip().splitlines()[-1])
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


# --- inside the process ---------------------------------------------------------------------------


def _receive(paths: list[Path]) -> None:
    from oneplace.config.intake import READER
    from oneplace.feeds.bringing import bring_in

    for path in paths:
        brought = bring_in(paths=[path], feed=SOURCES[path.suffix][0], by=READER, at=AT)
        if brought.left_out:
            raise AssertionError(str(brought.left_out))


def _read() -> None:
    from oneplace.config.intake import take_in_waiting

    take_in_waiting(at=AT)


def _link() -> None:
    from oneplace.config.intake import link_everybody

    link_everybody(at=AT)


def _killed(work: Callable[[], None], after_s: float | None) -> bool:
    """Do this in a child and kill it after so long; whether it was still at work."""
    child = os.fork()
    if child == 0:
        code = 7
        try:
            work()
            code = 0
        except BaseException as error:
            print(f"{type(error).__name__}: {error}", file=sys.stderr)
        finally:
            os._exit(code)
    if after_s is not None:
        time.sleep(after_s)
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return True
    if os.WEXITSTATUS(status):
        raise SystemExit("A stage failed by itself.")
    return False


def _timed(work: Callable[[], None]) -> float:
    began = time.monotonic()
    _killed(work, None)
    return time.monotonic() - began


def _main(*, files: list[Path], kills: int, seed: int, stages: list[str]) -> None:
    import django

    django.setup()
    chance = random.Random(seed)
    works = {"read": _read, "link": _link}
    lasts = {"receive": _timed(lambda: _receive(files[:_PORTION]))}
    lasts |= {stage: _timed(works[stage]) for stage in stages if stage != "receive" and kills}
    met: Counter[str] = Counter()
    tries = 0
    while sum(met.values()) < kills:
        tries += 1
        if tries > kills * 20:
            raise SystemExit("The kills came too late too often.")
        stage = stages[sum(met.values()) % len(stages)]
        # Always something new to be killed at, beside what an earlier kill left undone.
        start = (tries * _PORTION) % len(files)
        receives = functools.partial(_receive, files[start : start + _PORTION])
        if stage == "read":
            _killed(receives, None)
        met[stage] += _killed(works.get(stage, receives), chance.random() * lasts[stage])
    _receive(files)
    _read()
    _read()
    if "link" in stages:
        _link()
    print(json.dumps({"met": met, "tries": tries}))


if __name__ == "__main__":
    told = json.loads(sys.argv[1])
    _main(**{**told, "files": [Path(each) for each in told["files"]]})
