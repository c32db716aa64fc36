"""Takes a snapshot: everybody, or only those whose record changed since the last one.

Rows leave the database by COPY, pseudonymous already, and are written as Parquet by DuckDB. A
snapshot is a new folder made under another name and renamed when it is whole, so a reader never
sees half of one; files nothing changed in are shared with the one before.
"""

import hashlib
import os
import secrets
import shutil
import uuid
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import duckdb
import pyarrow as pa
from django.db import connection, transaction
from django.utils import timezone

from oneplace.access.viewer import Viewer, tell_database
from oneplace.insight.shapes import EVENTS, PEOPLE, WORK
from oneplace.insight.snapshot import MANIFEST, Manifest, SnapshotRefused, newest, read_manifest
from oneplace.people import extracts as people_extracts
from oneplace.people import queries as people_queries
from oneplace.people import verbs as people_verbs
from oneplace.records import extracts as records_extracts
from oneplace.records.extracts import WORK_COLUMNS
from oneplace.vocabulary.terms import Purpose

SNAPSHOTS: Final = "snapshots"
PARTS: Final = 16
"""Events lie in so many files by pseudonym; a change rewrites its own file only."""
MARGIN: Final = timedelta(hours=1)
"""What was being written while the last snapshot was taken is read again."""
_KEPT: Final = 3
_MEMORY: Final = "2GB"


def folder_of(data: Path) -> Path:
    """Where snapshots are kept in a data folder."""
    return data / SNAPSHOTS


class SnapshotFailed(Exception):
    """A snapshot could not be taken; says why, and that the last one stands."""


@dataclass(frozen=True)
class Taken:
    """A snapshot that was taken, and how much was read for it."""

    folder: Path
    manifest: Manifest
    is_new: bool = True
    """False where nothing had changed since the last one, which stands."""


@dataclass
class _Work:
    """One run of taking."""

    folder: Path
    store: Any
    before: Path | None = None
    manifest: Manifest | None = None
    files: dict[str, tuple[str, ...]] = field(default_factory=dict)


def take(
    *,
    folder: Path,
    by: Viewer,
    at: datetime,
    everybody: bool = False,
    geography: Path | None = None,
) -> Taken:
    """Take a snapshot into a new folder under `folder`, as the loader.

    Whoever objects to being found is not in it. Reads only whose record changed since the last
    snapshot, unless `everybody` or there is none to build on. `geography` is a folder with
    `postcodes.csv` and `areas.csv`, which say how deprived a postcode's area is. A run cut short
    leaves the last snapshot as it was.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    people_verbs.give_pseudonyms(by=by, at=at)
    making = folder / f".making-{os.getpid()}-{secrets.token_hex(4)}"
    making.mkdir(mode=0o700)
    try:
        with duckdb.connect() as store:
            store.execute(f"set memory_limit='{_MEMORY}'")
            store.execute(f"set temp_directory='{making / 'spill'}'")
            work = _Work(making, store)
            if not everybody:
                with suppress(SnapshotRefused):
                    before = newest(folder)
                    work.before, work.manifest = before, read_manifest(before)
            with transaction.atomic():
                _read_as_one(by, at)
                _bring_deciles(geography_of(folder.parent) if geography is None else geography)
                manifest = _take(work, by=by, at=at)
        if work.manifest is not None and work.manifest.hash == manifest.hash and work.before:
            shutil.rmtree(making)
            return Taken(work.before, work.manifest, is_new=False)
        shutil.rmtree(making / "spill", ignore_errors=True)
        manifest.write(making)
        whole = folder / _name(manifest)
        making.rename(whole)
    except (duckdb.Error, OSError) as error:
        shutil.rmtree(making, ignore_errors=True)
        raise SnapshotFailed(
            f"The snapshot could not be written ({str(error).splitlines()[0]}). The last one "
            "stands. See that the disk has room, then run the same command again."
        ) from error
    except BaseException:
        shutil.rmtree(making, ignore_errors=True)
        raise
    _forget_old(folder)
    return Taken(whole, manifest)


def geography_of(data: Path) -> Path:
    """Where a place's geography lies: in the data folder, or in that of its invented borough."""
    own = data / "geography"
    return own if own.is_dir() else data / "demo" / "borough" / "geography"


def _bring_deciles(geography: Path) -> None:
    """Lay deciles of deprivation out for the database to join; none where there are no files."""
    found: list[tuple[str, int]] = []
    postcodes, areas = geography / "postcodes.csv", geography / "areas.csv"
    if postcodes.exists() and areas.exists():
        with duckdb.connect() as store:
            found = store.execute(
                "select distinct upper(replace(p.postcode, ' ', '')), a.deprivation_decile::integer"
                f" from read_csv('{postcodes}', all_varchar=true) p"
                f" join read_csv('{areas}', all_varchar=true) a using (area)"
                " where a.deprivation_decile <> ''"
            ).fetchall()
    with connection.cursor() as cursor:
        cursor.execute(people_extracts.DECILES)
        cursor.execute("delete from deciles")
    with (
        connection.connection.cursor() as cursor,
        cursor.copy("copy deciles (postcode, decile) from stdin") as rows,
    ):
        for row in dict(found).items():
            rows.write_row(row)


def _name(manifest: Manifest) -> str:
    """Names that sort by when the record was read, then by what was said of care time."""
    taken = datetime.fromisoformat(manifest.taken_at).astimezone(UTC)
    return f"{taken:%Y%m%dT%H%M%S%f}-{manifest.hash[:8]}-{secrets.token_hex(2)}"


def _read_as_one(by: Viewer, at: datetime) -> None:
    """All statements of the transaction see one moment of the record."""
    tell_database(by, at=at)


def _take(work: _Work, *, by: Viewer, at: datetime) -> Manifest:
    with connection.cursor() as cursor:
        cursor.execute("select now()::text")
        taken_at = str(cursor.fetchone()[0])
        cursor.execute("select id from people_person where current_id = id")
        everybody = [row[0] for row in cursor.fetchall()]
    allowed = people_queries.may_use(everybody, Purpose.RISK_STRATIFICATION, viewer=by)
    _copy(work, "people", people_extracts.PEOPLE, {"people": list(allowed)}, _PEOPLE_TYPES)
    _copy(work, "whose", people_extracts.WHOSE, {}, _WHOSE_TYPES)
    changed = _changed(work)
    _read_events(work, changed, allowed)
    _number_sorts(work)
    counted = people_queries.may_use(everybody, Purpose.COMMISSIONING, viewer=by)
    people = {"people": list(allowed), "counted": list(counted)}
    _copy(work, "work", _work_query(), people, _WORK_TYPES)
    _copy(work, "uncounted", people_extracts.UNCOUNTED, people, {"pseudonym": "BIGINT"})
    files = {
        "people": _write_one(work, "people", _PEOPLE_OUT),
        "events": _write_events(work, changed),
        "whats": _write_one(work, "whats", "select * from whats order by what"),
        "sources": _write_one(work, "sources", "select * from sources order by source"),
        "whose": _write_one(work, "whose", "select * from whose order by pseudonym"),
        "work": _write_one(work, "work", f"select {', '.join(WORK.names)} from work order by all"),
        "uncounted": _write_one(work, "uncounted", "select * from uncounted order by pseudonym"),
    }
    counts = {
        "people": _count(work, "people"),
        "events": _count_files(work, files["events"]),
        "whats": _count(work, "whats"),
        "sources": _count(work, "sources"),
        "work": _count(work, "work"),
    }
    return Manifest(
        made_at=timezone.localtime(at),
        hash=_hash(work, files),
        counts=counts,
        files=files,
        taken_at=taken_at,
        based_on=work.manifest.hash if work.manifest and changed is not None else "",
        changed=None if changed is None else len(changed),
        as_of=_as_of(),
    )


_PEOPLE_TYPES: Final = {
    "pseudonym": "BIGINT", "born_month": "DATE", "gender": "VARCHAR", "ethnicity": "VARCHAR",
    "practice": "VARCHAR", "deprivation": "TINYINT", "lives_alone": "BOOLEAN", "died_on": "DATE",
}  # fmt: skip
_WHOSE_TYPES: Final = {"pseudonym": "BIGINT", "whose": "BIGINT"}
_EVENT_TYPES: Final = {
    "pseudonym": "BIGINT", "event": "BIGINT", "kind": "VARCHAR", "mark": "VARCHAR",
    "system": "VARCHAR", "code": "VARCHAR", "unit": "VARCHAR", "happened_on": "DATE",
    "ended_on": "DATE", "value": "DOUBLE", "source": "VARCHAR",
}  # fmt: skip
_WORK_TYPES: Final = {
    "work": "BIGINT", "pseudonym": "BIGINT", "kind": "VARCHAR", "mark": "VARCHAR",
    "state": "VARCHAR", "note": "VARCHAR", "started_on": "DATE", "due_on": "DATE",
    "ended_on": "DATE", "value": "DOUBLE", "other": "DOUBLE", "practice": "VARCHAR",
    "source": "VARCHAR",
}  # fmt: skip
_TELL_OF_WORK: Final = (
    "records",
    "actions",
    "referrals",
    "visits",
    "huddles",
    "plans",
    "homefirst",
)
"""The rooms that tell of work, those not yet built left out."""


def _work_query() -> str:
    """What every room tells of its work, by pseudonym."""
    rooms = [f"oneplace.{room}.extracts" for room in _TELL_OF_WORK]
    told = [
        f"select {', '.join(WORK_COLUMNS)} from ({import_module(room).WORK}) as told"
        for room in rooms
        if find_spec(room.rpartition(".")[0]) and find_spec(room)
        if hasattr(import_module(room), "WORK")
    ]
    return people_extracts.WORK.format(work="\nunion all\n".join(told))


_PEOPLE_OUT: Final = f"select {', '.join(PEOPLE.names)} from people order by pseudonym"


def _copy(
    work: _Work, name: str, query: str, values: Mapping[str, Any], types: Mapping[str, str]
) -> None:
    """Carry a query's rows from PostgreSQL into a table of DuckDB."""
    path = work.folder / f"{name}.csv"
    statement = f"copy ({query}) to stdout (format csv, header true)"
    connection.ensure_connection()
    with (
        path.open("wb") as file,
        connection.connection.cursor() as cursor,
        cursor.copy(_with_values(cursor, statement, values)) as rows,
    ):
        for part in rows:
            file.write(part)
    columns = "{" + ", ".join(f"'{column}': '{type_}'" for column, type_ in types.items()) + "}"
    work.store.execute(
        f"create or replace table {name} as select * from read_csv('{path}', header=true,"
        f" columns={columns}, nullstr='', allow_quoted_nulls=false)"
    )
    path.unlink()


def _with_values(cursor: Any, statement: str, values: Mapping[str, Any]) -> str:
    """The statement with its values in place: COPY takes no parameters from the client."""
    from psycopg import ClientCursor

    client = ClientCursor(cursor.connection)
    return client.mogrify(statement, values) if "%" in statement else statement


def _changed(work: _Work) -> frozenset[int] | None:
    """Pseudonyms to be read anew; None for all."""
    before, manifest = work.before, work.manifest
    if before is None or manifest is None or "whose" not in manifest.files:
        return None
    since = datetime.fromisoformat(manifest.taken_at) - MARGIN
    with connection.cursor() as cursor:
        cursor.execute(
            people_extracts.CHANGED,
            {"since": since, "since_care": manifest.made_at, "people": None},
        )
        changed = {row[0] for row in cursor.fetchall()}
    old_whose, old_people = (str(before / manifest.files[name][0]) for name in ("whose", "people"))
    changed |= _column(
        work,
        f"select coalesce(n.pseudonym, o.pseudonym) from whose n full join '{old_whose}' o"
        " using (pseudonym) where n.whose is distinct from o.whose",
    )
    # Newly allowed or newly objecting.
    changed |= _column(
        work,
        f"select coalesce(n.pseudonym, o.pseudonym) from people n full join '{old_people}' o"
        " using (pseudonym) where n.pseudonym is null or o.pseudonym is null",
    )
    return frozenset(changed)


def _column(work: _Work, query: str) -> set[int]:
    return {row[0] for row in work.store.execute(query).fetchall()}


def _read_events(
    work: _Work, changed: Collection[int] | None, allowed: Collection[uuid.UUID]
) -> None:
    people: Sequence[uuid.UUID] | None = list(allowed)
    if changed is not None:
        with connection.cursor() as cursor:
            cursor.execute(
                "select person_id from people_pseudonym where number = any (%s)", [list(changed)]
            )
            people = [row[0] for row in cursor.fetchall() if row[0] in allowed]
    _copy(work, "happened", people_extracts.EVENTS, {"people": people}, _EVENT_TYPES)


def _number_sorts(work: _Work) -> None:
    """Number what events are and where they come from; numbers given before stay."""
    store = work.store
    old = work.manifest.files if work.manifest is not None and work.before is not None else None
    for name, shape in (
        ("whats", "what INTEGER, kind VARCHAR, mark VARCHAR, system VARCHAR, code VARCHAR,"
                  " unit VARCHAR"),
        ("sources", "source SMALLINT, name VARCHAR"),
    ):  # fmt: skip
        store.execute(f"create or replace table {name} ({shape})")
        if old is not None and work.before is not None:
            store.execute(f"insert into {name} select * from '{work.before / old[name][0]}'")
    store.execute("""
        update happened set mark = coalesce(mark, ''), system = coalesce(system, ''),
            code = coalesce(code, ''), unit = coalesce(unit, '')
    """)
    store.execute("""
        insert into whats
        select (select coalesce(max(what), 0) from whats)
            + row_number() over (order by kind, mark, system, code, unit), *
        from (select distinct kind, mark, system, code, unit from happened
              except select kind, mark, system, code, unit from whats)
    """)
    store.execute("""
        insert into sources
        select (select coalesce(max(source), 0) from sources)
            + row_number() over (order by name), *
        from (select distinct source as name from happened except select name from sources)
    """)


_EVENTS_OUT: Final = """
select h.pseudonym, h.event, w.what, h.happened_on, h.ended_on, h.value, s.source
  from happened h join whats w using (kind, mark, system, code, unit)
  join sources s on s.name = h.source
"""


def _write_events(work: _Work, changed: frozenset[int] | None) -> tuple[str, ...]:
    """Events by part; parts in which nobody changed are shared with the snapshot before."""
    names = tuple(f"events-{part:02d}.parquet" for part in range(PARTS))
    touched = None if changed is None else {number % PARTS for number in changed}
    if changed is not None:
        numbers = pa.table({"pseudonym": pa.array(sorted(changed), pa.int64())})
        work.store.register("changed", numbers)
    for part, name in enumerate(names):
        path = work.folder / name
        old = None if work.before is None else work.before / name
        if touched is not None and part not in touched and old is not None and old.exists():
            os.link(old, path)
            continue
        query = f"{_EVENTS_OUT} where h.pseudonym % {PARTS} = {part}"
        if changed is not None and old is not None and old.exists():
            query += (
                f" union all select {', '.join(EVENTS.names)} from '{old}'"
                " anti join changed using (pseudonym)"
            )
        _write(work, path, f"select * from ({query}) order by all")
    return names


def _write_one(work: _Work, name: str, query: str) -> tuple[str, ...]:
    path = work.folder / f"{name}.parquet"
    _write(work, path, query)
    return (path.name,)


def _write(work: _Work, path: Path, query: str) -> None:
    work.store.execute(
        f"copy ({query}) to '{path}' (format parquet, row_group_size 65536, compression zstd)"
    )


def _count(work: _Work, table: str) -> int:
    return int(work.store.execute(f"select count(*) from {table}").fetchall()[0][0])


def _count_files(work: _Work, names: Sequence[str]) -> int:
    files = ", ".join(f"'{work.folder / name}'" for name in names)
    return int(work.store.execute(f"select count(*) from read_parquet([{files}])").fetchall()[0][0])


def _hash(work: _Work, files: Mapping[str, Sequence[str]]) -> str:
    """The hash of what the snapshot says: of the rows, not of how they are numbered or packed."""
    digest = hashlib.sha256()
    events = ", ".join(f"'{work.folder / name}'" for name in files["events"])
    for query in (
        f"select * from '{work.folder / files['people'][0]}'",
        "select e.pseudonym, e.event, w.kind, w.mark, w.system, w.code, w.unit, e.happened_on,"
        f" e.ended_on, e.value, s.name from read_parquet([{events}]) e"
        f" join '{work.folder / files['whats'][0]}' w using (what)"
        f" join '{work.folder / files['sources'][0]}' s using (source)",
        f"select * from '{work.folder / files['work'][0]}'",
        f"select * from '{work.folder / files['uncounted'][0]}'",
    ):
        found = work.store.execute(
            f"select count(*), coalesce(sum(hash(x)::hugeint), 0)::varchar from ({query}) x"
        ).fetchall()
        digest.update(repr(found).encode())
    return digest.hexdigest()


def _as_of() -> dict[str, str]:
    with connection.cursor() as cursor:
        cursor.execute(records_extracts.AS_OF)
        return dict(cursor.fetchall())


def _forget_old(folder: Path) -> None:
    """Keep the newest few; files they share stay until the last that holds them is gone."""
    whole = sorted(path.parent for path in folder.glob(f"*/{MANIFEST}"))
    for old in whole[:-_KEPT]:
        shutil.rmtree(old, ignore_errors=True)
