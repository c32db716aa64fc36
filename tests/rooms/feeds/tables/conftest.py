"""One small borough for the tests of partners' tables, and deliveries made of a few lines."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from oneplace.borough.lives.settings import settings_for
from oneplace.borough.make import make_borough
from oneplace.feeds.reading import Received, Unit, read
from oneplace.vocabulary.place import load_place, place_path
from oneplace.vocabulary.rows import EntrySaid, Said

PEOPLE = 1_500
SEED = 7
ORGANISATIONS = {"community_services": "Z03"}


@dataclass(frozen=True)
class Borough:
    """A made borough's files, and what was planted in them."""

    folder: Path

    @cached_property
    def manifest(self) -> list[dict[str, Any]]:
        """Every file's row of the manifest, those that came later apart."""
        files = json.loads((self.folder / "manifest.json").read_text())["files"]
        return [row for row in files if not row["path"].startswith("later/")]

    def received(self, feed: str) -> Iterator[Received]:
        """The deliveries of a feed in the order they came."""
        rows = [row for row in self.manifest if row["feed"] == feed]
        for row in sorted(rows, key=lambda row: (row["arrives_at"], row["path"])):
            path = self.folder / row["path"]
            yield Received(
                id=row["path"],
                source=feed,
                organisation=ORGANISATIONS.get(feed, "Z00"),
                name=row["path"],
                size=row["bytes"],
                sha256=row["sha256"],
                arrived_at=datetime.fromisoformat(row["arrives_at"]),
                open=partial(path.open, "rb"),
                declared_count=row["count"],
                covers_until=datetime.fromisoformat(row["covers_until"]),
            )

    def units(self, feed: str, reader: str) -> list[Unit]:
        """What a reader makes of all of a feed."""
        return [unit for each in self.received(feed) for unit in read(each, reader)]

    def truth(self, name: str) -> list[dict[str, Any]]:
        """A table of the truth."""
        rows: list[dict[str, Any]] = pq.read_table(
            self.folder / "truth" / f"{name}.parquet"
        ).to_pylist()
        return rows


@pytest.fixture(scope="session")
def borough(tmp_path_factory: pytest.TempPathFactory) -> Borough:
    folder = tmp_path_factory.mktemp("borough") / "tables"
    place = load_place(place_path())
    make_borough(settings_for(place, people=PEOPLE, seed=SEED), folder, place)
    return Borough(folder)


def latest(units: list[Unit]) -> dict[tuple[str, str], EntrySaid]:
    """The entries as the record would keep them: of sayings of one thing the latest."""
    found: dict[tuple[str, str], EntrySaid] = {}
    for unit in units:
        for row in unit.rows:
            if isinstance(row, EntrySaid):
                thing = (row.kind.value, row.key)
                stands = found.get(thing)
                if stands is None or (row.said_at, row.version) >= (
                    stands.said_at,
                    stands.version,
                ):
                    found[thing] = row
    return found


def rows_of(units: list[Unit]) -> list[Said]:
    """Every row of some units."""
    return [row for unit in units for row in unit.rows]
