"""Business identifiers of resources: how conditional requests find what has a number."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from typing import Any

from oneplace.feeds.fhir.asking import Search

Numbered = tuple[str, str]
"""A type and the hash of a number, as `number_sha` gives it."""


def number_sha(search: Search) -> str:
    """How a business identifier is looked up: it may be longer than an index takes."""
    return _sha(search.system, search.value)


def _sha(system: str, value: str) -> str:
    return hashlib.sha256(f"{system}|{value}".encode()).hexdigest()


def numbers_of(resource: Mapping[str, Any]) -> tuple[str, ...]:
    """The hash of every business identifier of a sound resource, each once."""
    held = resource.get("identifier")
    if not held:
        return ()
    listed = held if held.__class__ is list else [held]
    found = {(one.get("system", ""), one["value"]): None for one in listed if one.get("value")}
    return tuple([_sha(system, value) for system, value in found])


class Numbers:
    """Which resources have which numbers: those read just now, before those kept earlier.

    What was read in the same transaction is not in the table yet, and may have given up a number it
    has there.
    """

    def __init__(self) -> None:
        self._ids: dict[Numbered, dict[str, None]] = {}
        self._noted: dict[tuple[str, str], tuple[Collection[str], str]] = {}

    def note(self, kind: str, identifier: str, shas: Collection[str], content: str) -> None:
        """A resource was read: its numbers, and the hash of its bytes."""
        key = (kind, identifier)
        known = self._noted.get(key)
        before = known[0] if known else ()
        if before != shas:
            for sha in before:
                self._ids[kind, sha].pop(identifier, None)
            for sha in shas:
                self._ids.setdefault((kind, sha), {})[identifier] = None
        self._noted[key] = (shas, content)

    def found(self, numbered: Numbered, kept: Mapping[str, str]) -> dict[str, str]:
        """The ids that have a number, each with the hash of its bytes; `kept` from the table."""
        kind, sha = numbered
        still = {
            identifier: content
            for identifier, content in kept.items()
            if (kind, identifier) not in self._noted or sha in self._noted[kind, identifier][0]
        }
        read = {one: self._noted[kind, one][1] for one in self._ids.get(numbered, ())}
        return still | read
