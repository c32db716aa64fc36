"""One small borough for all tests of the feeds, and a clean one beside it."""

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from oneplace.borough.lives.settings import settings_for
from oneplace.borough.make import Made, make_borough
from oneplace.vocabulary.place import Place, load_place, place_path

PEOPLE = 1_500
SEED = 7


@dataclass(frozen=True)
class Message:
    """One HL7 message, split at its separators."""

    file: str
    segments: tuple[tuple[str, ...], ...]

    def segment(self, name: str) -> tuple[str, ...]:
        """The first segment of that name; empty where there is none."""
        return next((found for found in self.segments if found[0] == name), ())

    def field(self, name: str, number: int) -> str:
        """A field by segment and HL7 number."""
        found = self.segment(name)
        place = number - 1 if name == "MSH" else number
        return found[place] if place < len(found) else ""

    @property
    def event(self) -> str:
        """A01, A02 ..."""
        return self.field("MSH", 9).split("^")[1]

    @property
    def control(self) -> str:
        """The control id."""
        return self.field("MSH", 10)

    @property
    def visit(self) -> str:
        """The visit number."""
        return self.field("PV1", 19).split("^")[0]

    @property
    def identifiers(self) -> dict[str, str]:
        """PID-3 by type; a hospital number is named by its authority."""
        return named_identifiers(self.field("PID", 3))


def named_identifiers(text: str) -> dict[str, str]:
    """Identifiers of a repeating CX field: `NHS` and, by authority, hospital numbers."""
    found = {}
    for repetition in text.split("~"):
        parts = repetition.split("^")
        found[parts[3]] = parts[0]
    return found


def messages_in(path: Path, name: str) -> list[Message]:
    """The messages of a file."""
    found: list[list[tuple[str, ...]]] = []
    for line in path.read_bytes().decode("utf-8").split("\r"):
        if line.startswith("MSH"):
            found.append([])
        if line:
            found[-1].append(tuple(line.split("|")))
    return [Message(name, tuple(segments)) for segments in found]


class Borough:
    """A made borough, read back from its files alone."""

    def __init__(self, made: Made) -> None:
        self.made = made
        self.folder = made.folder
        self.manifest: dict[str, Any] = json.loads((made.folder / "manifest.json").read_text())
        self.files: list[dict[str, Any]] = self.manifest["files"]

    def of_feed(self, feed: str) -> list[dict[str, Any]]:
        """The manifest's rows of a feed, in order of arrival."""
        rows = [row for row in self.files if row["feed"] == feed]
        return sorted(rows, key=lambda row: (row["arrives_at"], row["path"]))

    @cached_property
    def messages(self) -> list[Message]:
        """Every hospital message in order of arrival."""
        return [
            message
            for row in sorted(self.of_feed("hospital_messages"), key=lambda row: row["covers_from"])
            for message in messages_in(self.folder / row["path"], row["path"])
        ]

    def sheet(self, feed: str, name: str) -> list[dict[str, str]]:
        """The rows of a sheet over all its runs, oldest run first."""
        rows: list[dict[str, str]] = []
        for row in self.of_feed(feed):
            if row["path"].endswith(f"/{name}"):
                rows += self.read_csv(row["path"])
        return rows

    def read_csv(self, path: str) -> list[dict[str, str]]:
        """One CSV file."""
        with (self.folder / path).open(newline="", encoding="utf-8") as opened:
            return list(csv.DictReader(opened))

    def bundles(self, feed: str) -> Iterator[tuple[str, dict[str, Any]]]:
        """Every bundle of a feed, with its file, in order of arrival."""
        for row in self.of_feed(feed):
            with (self.folder / row["path"]).open(encoding="utf-8") as opened:
                for line in opened:
                    yield row["path"], json.loads(line)

    def truth(self, name: str) -> list[dict[str, Any]]:
        """A table of the truth."""
        rows: list[dict[str, Any]] = pq.read_table(
            self.folder / "truth" / f"{name}.parquet"
        ).to_pylist()
        return rows

    def truth_json(self, name: str) -> Any:
        """A small file of the truth."""
        return json.loads((self.folder / "truth" / f"{name}.json").read_text())

    @cached_property
    def defects(self) -> dict[tuple[str, str, str], dict[str, Any]]:
        """What was spoiled, by source, identifier and field."""
        return {
            (row["source"], row["identifier"], row["field"]): row for row in self.truth("defects")
        }


@pytest.fixture(scope="session")
def place() -> Place:
    return load_place(place_path())


@pytest.fixture(scope="session")
def borough(tmp_path_factory: pytest.TempPathFactory, place: Place) -> Borough:
    out = tmp_path_factory.mktemp("borough") / "small"
    return Borough(make_borough(settings_for(place, people=PEOPLE, seed=SEED), out, place))


@pytest.fixture(scope="session")
def clean(tmp_path_factory: pytest.TempPathFactory, place: Place) -> Borough:
    """The same lives, written by partners who make no mistakes."""
    out = tmp_path_factory.mktemp("clean") / "small"
    return Borough(
        make_borough(settings_for(place, people=PEOPLE, seed=SEED), out, place, defects=0.0)
    )
