"""One small borough for the tests of its hospital's messages."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from oneplace.borough.lives.settings import settings_for
from oneplace.borough.make import make_borough
from oneplace.feeds.hl7.reading import Message, Reading, read_file
from oneplace.vocabulary.place import load_place, place_path

FEWEST_PEOPLE = 500
FEED = "hospital_messages"


@dataclass(frozen=True)
class Borough:
    """A made borough's hospital messages, and what was planted in them."""

    folder: Path
    readings: tuple[Reading, ...]

    @property
    def messages(self) -> list[Message]:
        """Every message in the order of the files."""
        return [message for reading in self.readings for message in reading.messages]

    def truth(self, name: str) -> list[dict[str, Any]]:
        """A table of the truth."""
        rows: list[dict[str, Any]] = pq.read_table(
            self.folder / "truth" / f"{name}.parquet"
        ).to_pylist()
        return rows


@pytest.fixture(scope="session")
def borough(tmp_path_factory: pytest.TempPathFactory) -> Borough:
    folder = tmp_path_factory.mktemp("borough") / "small"
    place = load_place(place_path())
    make_borough(settings_for(place, people=FEWEST_PEOPLE, seed=7), folder, place)
    manifest = json.loads((folder / "manifest.json").read_text())
    rows = [row for row in manifest["files"] if row["feed"] == FEED]
    rows.sort(key=lambda row: (row["covers_from"], row["path"]))
    readings = tuple(
        read_file((folder / row["path"]).read_bytes(), file=row["path"]) for row in rows
    )
    return Borough(folder, readings)
