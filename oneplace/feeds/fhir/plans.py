"""What a bundle asks, checked: a plan of steps, and which text names which entry.

Nothing here decides an identifier or touches a store.
"""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

from oneplace.feeds.fhir import checking
from oneplace.feeds.fhir.asking import Search, Verb
from oneplace.feeds.fhir.exact import Span
from oneplace.feeds.fhir.faults import Fault, refusing

Kind = Literal["transaction", "batch", "collection", "single", "unreadable"]


class Target(NamedTuple):
    """What a reference inside a bundle names."""

    entry: int
    kind: str
    id: str
    """Its id where the sender gave it (PUT); empty where we will give it."""


class Step(NamedTuple):
    """One entry to be carried out."""

    entry: int | None
    verb: Verb
    kind: str
    id: str
    """The id it is put under; empty for a create or a conditional update."""
    search: Search | None
    if_match: str
    full_url: str
    resource: dict[str, Any]
    span: Span
    sha256: str
    """Of its bytes as received."""


class Rewrite(NamedTuple):
    """A reference to another entry, to be read as that entry's own type and id."""

    entry: int
    path: str
    text: str
    target: Target


class Plan(NamedTuple):
    """What a bundle (or a single resource) asks, checked."""

    kind: Kind
    data: bytes
    """What was received, byte for byte."""
    steps: tuple[Step, ...]
    faults: tuple[Fault, ...]
    targets: dict[str, Target]
    """Entries of the bundle by the text that references name them with."""
    entries: int
    """How many entries the bundle has."""
    bundle_id: str
    timestamp: str
    is_exact: bool
    held: dict[str, dict[str, Any]]
    """Medications of the bundle by the text that references name them with: read, never kept."""
    held_entries: frozenset[int]
    """The entries they came in."""

    @property
    def is_refused(self) -> bool:
        """Whether nothing of it may be carried out."""
        return not self.steps and refusing(self.faults)

    def faults_of(self, entry: int | None) -> list[Fault]:
        """The faults of one entry."""
        return [fault for fault in self.faults if fault.entry == entry]

    def bytes_of(self, step: Step) -> bytes:
        """A resource exactly as it was sent."""
        return step.span.of(self.data)

    def rewrites(self) -> list[Rewrite]:
        """Every reference of a step that names another entry."""
        return [
            Rewrite(step.entry or 0, f"{step.kind}.{path}", text, self.targets[text])
            for step in self.steps
            for path, text in checking.references(step.resource)
            if text in self.targets
        ]
