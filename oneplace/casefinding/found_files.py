"""Where the tables of the current run lie, pseudonymous, for lists that are asked of them.

They hold what the snapshot held and no more; who is behind a row only `people` tells.
"""

import uuid
from pathlib import Path
from typing import Any

import ibis
from django.conf import settings

from oneplace.insight.blocks import Blocks, matching

MEMORY = "256MB"
"""A web worker's share: a list is one pass over one table."""


def folder(run_id: uuid.UUID) -> Path:
    """The folder of a run."""
    return Path(settings.DATA_FOLDER) / "found" / str(run_id)


def is_there(run_id: uuid.UUID) -> bool:
    """Whether a run's tables can be asked."""
    return (folder(run_id) / "scores.parquet").exists()


class Asking:
    """The tables of a run, opened to be asked once; a context that closes them."""

    def __init__(self, run_id: uuid.UUID) -> None:
        self._folder = folder(run_id)
        self._store = ibis.duckdb.connect(memory_limit=MEMORY, threads=1)

    def __enter__(self) -> "Asking":
        return self

    def __exit__(self, *_: object) -> None:
        self._store.disconnect()

    def table(self, name: str) -> Any:
        """One of the tables, by its name in `insight.shapes.FOUND`."""
        return self._store.read_parquet(str(self._folder / f"{name}.parquet"))

    def matching(self, blocks: Blocks) -> frozenset[int]:
        """The pseudonyms that satisfy the blocks."""
        found = matching(self.table("scores"), blocks).to_pyarrow()
        return frozenset(found.column("pseudonym").to_pylist())

    def with_reasons(self) -> frozenset[int]:
        """The pseudonyms for whom any reason holds."""
        found = self.table("reasons").select("pseudonym").distinct().to_pyarrow()
        return frozenset(found.column("pseudonym").to_pylist())

    def everything(self, table: str) -> Any:
        """All rows of one of the small tables."""
        return self.table(table).to_pyarrow().to_pylist()

    def rows(self, table: str, pseudonyms: frozenset[int], columns: tuple[str, ...]) -> Any:
        """These columns of the rows of these pseudonyms."""
        asked = ibis.memtable({"pseudonym": sorted(pseudonyms)})
        found = self.table(table).semi_join(asked, "pseudonym").select(*columns)
        return found.to_pyarrow().to_pylist()
