"""Business identifiers of resources: how conditional requests find what has a number."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from oneplace.feeds.fhir.asking import Search

Numbered = tuple[str, str]
"""A type and the hash of a number, as `number_sha` gives it."""


def number_sha(search: Search) -> str:
    """How a business identifier is looked up: it may be longer than an index takes."""
    return hashlib.sha256(f"{search.system}|{search.value}".encode()).hexdigest()


def numbers_of(resource: Mapping[str, Any]) -> Iterator[str]:
    """The hash of every business identifier of a sound resource, each once."""
    held = resource.get("identifier")
    if not held:
        return
    found = dict.fromkeys(
        Search(one.get("system", ""), one["value"])
        for one in (held if isinstance(held, list) else [held])
        if one.get("value")
    )
    yield from map(number_sha, found)


class Numbers:
    """Which resources have which numbers: those read just now, before those kept earlier.

    What was read in the same transaction is not in the table yet, and may have given up a number it
    has there.
    """

    def __init__(self) -> None:
        self._ids: dict[Numbered, dict[str, None]] = {}
        self._shas: dict[tuple[str, str], frozenset[str]] = {}
        self._content: dict[tuple[str, str], str] = {}

    def note(self, kind: str, identifier: str, shas: Collection[str], content: str) -> None:
        """A resource was read: its numbers, and the hash of its bytes."""
        known = self._shas.get((kind, identifier))
        if known:
            for sha in known:
                self._ids[kind, sha].pop(identifier, None)
        for sha in shas:
            self._ids.setdefault((kind, sha), {})[identifier] = None
        if known or shas:
            self._shas[kind, identifier] = frozenset(shas)
            self._content[kind, identifier] = content

    def found(self, numbered: Numbered, kept: Mapping[str, str]) -> dict[str, str]:
        """The ids that have a number, each with the hash of its bytes; `kept` from the table."""
        kind, sha = numbered
        still = {
            identifier: content
            for identifier, content in kept.items()
            if sha in self._shas.get((kind, identifier), (sha,))
        }
        read = {one: self._content[kind, one] for one in self._ids.get(numbered, ())}
        return still | read
