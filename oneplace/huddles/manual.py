"""The huddle manual: versioned text, shown whole on its page and in pieces where each is needed."""

import functools
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from importlib import resources
from typing import Any

from oneplace.kit.words import say


@dataclass(frozen=True)
class Chapter:
    """One piece of the manual: for which moment, and what is done then."""

    key: str
    title: str
    minutes: str
    says: tuple[str, ...]


@dataclass(frozen=True)
class Version:
    """One version of the manual: since when, and what was new in it."""

    number: str
    since: date
    what_changed: str


@dataclass(frozen=True)
class Manual:
    """The manual as it holds, with the versions before it."""

    versions: tuple[Version, ...]
    """The one that holds first."""
    chapters: tuple[Chapter, ...]

    @property
    def version(self) -> Version:
        """The version that holds."""
        return self.versions[0]

    def of(self, key: str) -> Chapter | None:
        """The piece for one moment, shown on the screen of that moment."""
        return next((one for one in self.chapters if one.key == key), None)


@functools.cache
def _written() -> Mapping[str, Any]:
    text = (resources.files("oneplace.huddles") / "manual.toml").read_text("utf-8")
    return tomllib.loads(text)


def manual() -> Manual:
    """The manual as it stands (`manual.toml`), in the place's own words."""
    found = _written()
    chapters = tuple(
        Chapter(
            row["key"],
            say(row["title"]),
            row.get("minutes", ""),
            tuple(say(each) for each in row["says"]),
        )
        for row in found["chapters"]
    )
    versions = tuple(
        Version(row["version"], row["changed"], say(row["what_changed"]))
        for row in found["versions"]
    )
    return Manual(versions, chapters)
