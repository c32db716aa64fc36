"""Opens a snapshot: a folder of Parquet files with a manifest, read as Ibis tables on DuckDB."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

import ibis
import orjson
import pyarrow as pa

from oneplace.insight.shapes import MAY_LACK, TABLES

MANIFEST: Final = "manifest.json"
SHAPE: Final = 1
"""Rises when the columns change: an older snapshot is then made anew, not read wrongly."""


class SnapshotRefused(Exception):
    """There is no snapshot there, or one that cannot be read; says what to do."""


@dataclass(frozen=True)
class Manifest:
    """When a snapshot was made, how much is in it, and the hash of what it says."""

    made_at: datetime
    """Care time, in the zone of the place: what was recorded until then."""
    hash: str
    counts: Mapping[str, int]
    files: Mapping[str, tuple[str, ...]]
    """Table → its files, relative to the folder of the snapshot."""
    taken_at: str = ""
    """Machine time at which the record was read, as ISO 8601."""
    shape: int = SHAPE
    based_on: str = ""
    """The hash of the snapshot whose unchanged parts were taken over."""
    changed: int | None = None
    """How many people were read anew; None where all were."""
    as_of: Mapping[str, str] | None = None
    """When each source last said something, as ISO 8601."""

    @property
    def made_on(self) -> date:
        """The day it was made, on the wall of the place, whose zone `made_at` carries."""
        return self.made_at.date()

    def write(self, folder: Path) -> None:
        """Write it into its folder."""
        said = {
            **self.__dict__,
            "made_at": self.made_at.isoformat(),
            "files": {table: list(files) for table, files in self.files.items()},
        }
        (folder / MANIFEST).write_bytes(orjson.dumps(said, option=orjson.OPT_INDENT_2))


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a snapshot; raises `SnapshotRefused`."""
    try:
        said = orjson.loads((folder / MANIFEST).read_bytes())
        found = Manifest(
            **{
                **said,
                "made_at": datetime.fromisoformat(said["made_at"]),
                "files": {table: tuple(files) for table, files in said["files"].items()},
            }
        )
    except FileNotFoundError as error:
        raise SnapshotRefused(
            f"{folder} holds no snapshot. Make one with `oneplace snapshot`."
        ) from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise SnapshotRefused(
            f"The manifest in {folder} cannot be read. Make a new snapshot with"
            " `oneplace snapshot --all`."
        ) from error
    if found.shape != SHAPE:
        raise SnapshotRefused(
            f"The snapshot in {folder} was made by another version of oneplace. Make a new one with"
            " `oneplace snapshot --all`."
        )
    return found


@dataclass(frozen=True)
class Snapshot:
    """An open snapshot: Ibis tables of one connection, and its manifest."""

    folder: Path
    manifest: Manifest
    connection: Any

    @classmethod
    def open(cls, folder: Path, *, memory: str = "3GB", threads: int | None = None) -> "Snapshot":
        """Open a snapshot to be read; a web worker gives little memory and one thread."""
        manifest = read_manifest(folder)
        options: dict[str, Any] = {"memory_limit": memory, "preserve_insertion_order": False}
        if threads is not None:
            options["threads"] = threads
        connection = ibis.duckdb.connect(**options)
        for table in TABLES:
            files = [str(folder / name) for name in manifest.files.get(table, ())]
            if not files and table in MAY_LACK:
                connection.con.register(table, TABLES[table].empty_table())
                continue
            missing = [name for name in files if not Path(name).exists()]
            if missing or not files:
                raise SnapshotRefused(
                    f"The snapshot in {folder} lacks its table '{table}'. Make a new one with"
                    " `oneplace snapshot --all`."
                )
            connection.read_parquet(files, table_name=table)
        return cls(folder, manifest, connection)

    def table(self, name: str) -> Any:
        """One of its tables, by the names in `shapes.TABLES`."""
        return self.connection.table(name)

    def keep(self, name: str, told: Any) -> Any:
        """A table of this connection alone, made of an Ibis expression or of Arrow rows."""
        # Written by hand: the way Ibis replaces a table is not understood by DuckDB 2.
        if isinstance(told, pa.Table):
            self.connection.con.register("told_in_arrow", told)
            query = "select * from told_in_arrow"
        else:
            query = self.connection.compile(told)
        self.connection.raw_sql(f"create or replace temp table {name} as {query}")
        return self.connection.table(name)

    def close(self) -> None:
        """Close the connection."""
        self.connection.disconnect()


def newest(folder: Path) -> Path:
    """The newest whole snapshot in the folder of snapshots; raises `SnapshotRefused`."""
    whole = sorted(path.parent for path in folder.glob(f"*/{MANIFEST}"))
    if not whole:
        raise SnapshotRefused(
            f"There is no snapshot in {folder} yet. Make one with `oneplace snapshot`."
        )
    return whole[-1]
