"""One reader process of the bench: receives its share of the files, then takes in what waits.

    python -m tests.benches.fhir_worker WHAT FOLDER SHARE SHARES

WHAT is `prepare` (make and migrate the database, add the sources), `take` (receive and read),
`peer` (what is measured beside it), `count`, `http` or `stop`. Its data folder is in ONEPLACE_DATA.
Prints one JSON object; `take` and `peer` wait for a line before they start, so that several begin
together.
"""

import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path

SOURCES = {"gp": "gp_recent", "mental_health": "mental_health"}


def main(what: str, folder: Path, share: int, shares: int) -> None:
    """Do one of them."""
    if what == "peer":
        print(json.dumps(_peer(sorted(folder.glob("*/fhir/*.ndjson"))[share::shares])))
        return
    from oneplace.config import installation
    from oneplace.config.database import Database, Role

    if what == "stop":
        Database().stop()
        return
    if what == "prepare":
        print(json.dumps(_prepare()))
        return
    installation.join(Role.LOADER)
    if what == "count":
        print(json.dumps(_count()))
    elif what == "http":
        print(json.dumps(_http()))
    else:
        print(json.dumps(_take(sorted(folder.glob("*/fhir/*.ndjson"))[share::shares])))


def _prepare() -> dict[str, float]:
    from oneplace.config import installation
    from oneplace.config.database import Database, Role

    database = Database()
    database.start()
    database.prepare()
    installation.become(Role.OWNER, database)
    installation.migrate()
    installation.become(Role.LOADER, database)
    installation.bring_in_place()
    from oneplace.feeds.models import Source

    return {"sources": Source.objects.count()}


def _count() -> dict[str, float]:
    from oneplace.feeds.models import Resource
    from oneplace.records.models import Agent, Entry, Identity, Reach, Same, Subject, Version

    tables = (Agent, Entry, Identity, Reach, Same, Subject, Version, Resource)
    return {
        "rows": sum(model.objects.count() for model in tables),
        "entries": Entry.objects.count(),
    }


def _wait() -> None:
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()


def _peer(files: Sequence[Path]) -> dict[str, float]:
    from tests.benches.feeds_fhir_figures import peer_validates

    lines = [line for file in files[:: max(1, len(files) // 8)] for line in _lines(file)]
    _wait()
    resources, began, ended = peer_validates(lines)
    return {"resources": resources, "began": began, "ended": ended}


def _lines(file: Path) -> list[bytes]:
    return file.read_bytes().splitlines()


def _http() -> dict[str, float]:
    """PUTs through the whole of Django by one caller, and commits of one row beside them."""
    from datetime import UTC, datetime

    from django.db import connection
    from django.test import Client

    from oneplace.access import verbs
    from oneplace.access.viewer import Viewer
    from oneplace.feeds.fhir_door import commands, views
    from oneplace.feeds.fhir_door.pace import Pace
    from oneplace.vocabulary.terms import AccountKind

    views.PACE = Pace(a_second=1e9, at_once=1e9)
    made = commands.new_client(name="bench", source="gp_recent", scopes=["system/*.write"])
    anybody = Viewer(account_id=None, kind=AccountKind.LINK, name="bench")
    issued = verbs.issue_token(
        client_id=str(made.client.pk),
        secret=made.secret,
        scopes=(),
        by=anybody,
        at=datetime.now(UTC),
    )
    caller = Client(headers={"Authorization": f"Bearer {issued.token}", "Host": "localhost"})
    # A test client's requests close the connection after each; a server's worker keeps its own.
    began, requests = time.perf_counter(), 2_000
    for number in range(requests):
        body = (
            f'{{"resourceType":"Condition","id":"c{number}","subject":{{"reference":"Patient/p1"}},'
            f'"code":{{"text":"number {number}"}}}}'
        )
        answer = caller.put(
            f"/fhir/Condition/c{number}", body, content_type="application/fhir+json"
        )
        assert answer.status_code == 201, answer.content
    spent = time.perf_counter() - began
    connection.ensure_connection()
    return {"requests": requests / spent, "commits": _commits()}


def _commits(rows: int = 2_000) -> float:
    from django.db import connection, transaction

    began = time.perf_counter()
    for number in range(rows):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "insert into feeds_unmappedfield (source_id, path, times, first_at, last_at)"
                " values ('gp_recent', %s, 1, now(), now())",
                [f"bench {number}"],
            )
    return rows / (time.perf_counter() - began)


def _take(files: Sequence[Path]) -> dict[str, float]:
    from django.db import connection, transaction

    from oneplace.access.viewer import tell_database
    from oneplace.config.intake import READER, seldom_collecting
    from oneplace.feeds import queries
    from oneplace.feeds.models import Source
    from oneplace.feeds.verbs import receive
    from oneplace.kit import clock
    from oneplace.records.verbs import take_in
    from oneplace.vocabulary.terms import Door

    sources = Source.objects.in_bulk(list(SOURCES.values()))
    connection.ensure_connection()
    _wait()
    began, spent = time.time(), time.process_time()
    for file in files:
        at = clock.now()
        with transaction.atomic():
            tell_database(READER, at=at)
            receive(
                source=sources[SOURCES[file.parent.parent.name]],
                door=Door.FOLDER,
                name=file.name,
                content=file.read_bytes(),
                by=READER,
                at=at,
            )
    entries = 0
    with seldom_collecting():
        while True:
            at = clock.now()
            with transaction.atomic():
                tell_database(READER, at=at)
                waiting = queries.waiting(limit=8)
                if not waiting:
                    break
                taken = take_in(deliveries=waiting, by=READER, at=at)
                entries += taken.entries_new + taken.entries_changed
    return {
        "began": began,
        "ended": time.time(),
        "processor_s": time.process_time() - spent,
        "entries": entries,
    }


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))
