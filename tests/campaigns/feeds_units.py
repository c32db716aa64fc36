"""Declared units damaged on their way, brought in at the doors: all of each or nothing."""

import hashlib
import json
import random
import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from tests.campaigns.feeds_kills import AT, SOURCES

_HEADING = b"SWIFT_NO,HAZARD,NOTED,ADVICE\n"
_COUNTS = """
select (select count(*) from records_entry), (select count(*) from records_identity),
       (select count(*) from records_agent), (select count(*) from records_subject),
       (select count(*) from records_version), (select count(*) from feeds_resource),
       (select count(*) from feeds_message)
"""


class Unit(NamedTuple):
    """One declared unit: how it is brought damaged and whole."""

    damaged: Path
    whole: Path
    feed: str


def batch(number: int, chance: random.Random) -> tuple[bytes, bytes, int]:
    """A batch of messages, damaged and whole, and how many messages it has."""
    from tests.rooms.feeds.hl7.messages import written

    messages = [
        written(MSH={10: f"Q{number}x{count}"}, PID={3: f"{number}x{count}^^^ZZ8^MR"})
        for count in range(chance.randint(2, 9))
    ]
    trailer = b"BTS|%d\r" % len(messages)
    whole = [b"BHS|^~\\&|PAS|ZZ8\r", *messages, trailer]
    is_file = chance.random() < 0.5
    if is_file:
        whole = [b"FHS|^~\\&|PAS|ZZ8\r", *whole, b"FTS|1\r"]
    first = 2 if is_file else 1
    damage = chance.choice(("cut", "count", "missing", "doubled", "no trailer"))
    parts = list(whole)
    if damage == "count":
        wrong = len(messages) + chance.choice((-1, 1, 7))
        parts[parts.index(trailer)] = b"BTS|%d\r" % wrong
    elif damage == "missing":
        del parts[first + chance.randrange(len(messages))]
    elif damage == "doubled":
        parts.insert(first, messages[0])
    elif damage == "no trailer":
        parts.pop()
    content = b"".join(parts)
    if damage == "cut":
        content = content[: chance.randrange(30, len(content) - 7)]
    return content, b"".join(whole), len(messages)


def _messages(number: int, chance: random.Random, folder: Path) -> Unit:
    damaged, whole, _ = batch(number, chance)
    return _written(folder, number, ".hl7", damaged, whole)


def _transaction(number: int, chance: random.Random, folder: Path) -> Unit:
    from tests.rooms.feeds.fhir import samples

    url = f"urn:uuid:{number:08x}-0000-4000-8000-000000000001"
    about = {"reference": url}
    entries: list[dict[str, Any]] = [samples.put(samples.patient(id=f"p{number}"), url)] + [
        samples.put(samples.condition(id=f"c{number}x{count}", subject=about))
        for count in range(chance.randint(1, 6))
    ]
    whole = samples.bundle(*entries)
    damage = chance.choice(("cut", "missing", "doubled", "spoiled"))
    if damage == "missing":  # the one whom all others are about
        damaged = samples.bundle(*entries[1:])
    elif damage == "doubled":
        damaged = samples.bundle(*entries, entries[-1])
    elif damage == "spoiled":
        spoiled = samples.condition(id=f"c{number}x99", subject=about, onsetDateTime="long ago")
        damaged = samples.bundle(*entries, samples.put(spoiled))
    else:
        damaged = whole[: chance.randrange(20, len(whole) - 1)]
    return _written(folder, number, ".ndjson", damaged, whole)


def _trailer(number: int, chance: random.Random, folder: Path) -> Unit:
    rows = _rows(number, chance)
    whole = _HEADING + b"".join(rows) + b"TRAILER,%d\n" % len(rows)
    damage = chance.choice(("count", "missing", "doubled"))
    if damage == "count":
        damaged = _HEADING + b"".join(rows) + b"TRAILER,%d\n" % (len(rows) + chance.choice((-1, 4)))
    elif damage == "missing":
        damaged = _HEADING + b"".join(rows[1:]) + b"TRAILER,%d\n" % len(rows)
    else:
        damaged = _HEADING + b"".join([*rows, rows[0]]) + b"TRAILER,%d\n" % len(rows)
    return _written(folder, number, ".csv", damaged, whole)


def _rows(number: int, chance: random.Random) -> list[bytes]:
    return [
        b"%d,HAZ%dx%d,7/3/26,ask first\n" % (number, number, count)
        for count in range(chance.randint(2, 30))
    ]


def _announced(number: int, chance: random.Random, folder: Path) -> Unit:
    """A folder whose manifest says how many rows a file has, and its SHA-256."""
    rows = _rows(number, chance)
    content = _HEADING + b"".join(rows)
    damage = chance.choice(("cut", "changed", "missing", "count"))
    sent, count = content, len(rows)
    if damage == "cut":
        sent = content[: chance.randrange(40, len(content) - 2)]
    elif damage == "changed":
        sent = content.replace(b"ask first", b"ask fIrst", 1)
    elif damage == "missing":
        sent = _HEADING + b"".join(rows[1:])
    else:
        count += chance.choice((-1, 1, 5))
    damaged = _folder(folder / f"{number}damaged", sent, content, count)
    return Unit(damaged, _folder(folder / f"{number}whole", content, content, len(rows)), "")


def _folder(folder: Path, sent: bytes, announced: bytes, count: int) -> Path:
    folder.mkdir()
    (folder / "hazards.csv").write_bytes(sent)
    row = {"path": "hazards.csv", "feed": "cases", "count": count,
           "sha256": hashlib.sha256(announced).hexdigest()}  # fmt: skip
    (folder / "manifest.json").write_text(json.dumps({"files": [row]}))
    return folder


def _packed(number: int, chance: random.Random, folder: Path) -> Unit:
    """A zip cut short or changed inside; whole it holds one transaction."""
    unit = _transaction(number, chance, folder)
    whole = folder / f"{number}.zip"
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as opened:
        opened.write(unit.whole, unit.whole.name)
    content = bytearray(whole.read_bytes())
    if chance.random() < 0.5:
        content = content[: chance.randrange(30, len(content) - 10)]
    else:
        content[chance.randrange(60, 150)] ^= 0x55
    damaged = folder / f"{number}damaged.zip"
    damaged.write_bytes(bytes(content))
    return Unit(damaged, whole, "gp")


def _written(folder: Path, number: int, ends: str, damaged: bytes, whole: bytes) -> Unit:
    one, other = folder / f"{number}damaged{ends}", folder / f"{number}whole{ends}"
    one.write_bytes(damaged)
    other.write_bytes(whole)
    return Unit(one, other, SOURCES[ends][0])


MAKERS: dict[str, Callable[[int, random.Random, Path], Unit]] = {
    "batches of messages": _messages,
    "transactions": _transaction,
    "files with a trailer": _trailer,
    "announced files": _announced,
    "zips": _packed,
}


def damage_units(*, damages: int, seed: int, folder: str) -> dict[str, int]:
    """Bring in so many damaged units, each then whole; how many of each kind. Runs inside."""
    chance = random.Random(seed)
    kinds = list(MAKERS)
    met: Counter[str] = Counter()
    for number in range(damages):
        kind = kinds[number % len(kinds)]
        unit = MAKERS[kind](number, chance, Path(folder))
        before = _counts()
        is_told = _brought(unit.damaged, unit.feed)
        if _counts() != before:
            raise AssertionError(f"seed {seed}: {kind} {number} was taken in part")
        if not is_told:
            raise AssertionError(f"seed {seed}: of {kind} {number} nobody is told")
        _brought(unit.whole, unit.feed)
        if _counts() == before:
            raise AssertionError(f"seed {seed}: {kind} {number} was not taken whole")
        met[kind] += 1
    return dict(met)


def _counts() -> tuple[int, ...]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(_COUNTS)
        return tuple(cursor.fetchone())


def _brought(path: Path, feed: str) -> bool:
    """Bring it in and read it; whether something was kept aside or left out with a reason."""
    from django.db import transaction

    from oneplace.access.viewer import tell_database
    from oneplace.config.intake import READER
    from oneplace.feeds import queries
    from oneplace.feeds.bringing import bring_in
    from oneplace.feeds.models import Quarantined
    from oneplace.records import verbs as records

    brought = bring_in(paths=[path], feed=feed, by=READER, at=AT)
    with transaction.atomic():
        tell_database(READER, at=AT)
        records.take_in(deliveries=queries.waiting(), by=READER, at=AT)
    keys = [delivery.pk for delivery in brought.deliveries]
    aside = Quarantined.objects.filter(delivery_id__in=keys)
    told = [each.place and each.words for each in aside] + [each.why for each in brought.left_out]
    return bool(told) and all(told)
