"""Decides the conditions of a file's requests: what has the number stands, or its entry is new.

At the HTTP door the same is decided before the answer (`feeds.verbs.resources`); of a file nobody
waits for an answer, so it is decided when it is read, against what was read before it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Final, NamedTuple

from oneplace.feeds.fhir.faults import Fault
from oneplace.feeds.fhir.numbers import Numbered, Numbers, number_sha, numbers_of
from oneplace.feeds.fhir.plans import Plan, Step

Kept = Callable[[Collection[Numbered]], Mapping[Numbered, Mapping[str, str]]]
"""By type and number, the resources kept earlier that have it: id to the hash of the bytes."""

EACH_ALONE: Final = frozenset({"batch", "collection"})
"""Kinds of bundle whose entries stand or fall on their own, one after the other."""


class Decided(NamedTuple):
    """A plan whose conditions were decided."""

    plan: Plan
    ids: dict[int | None, str]
    left_out: frozenset[int | None] = frozenset()
    """Entries to be created unless found, which were found: what is here stands."""
    shas: Mapping[int | None, tuple[str, ...]] = {}
    """The hashes of the numbers each entry's resource has."""


def decide(plan: Plan, ids: Mapping[int | None, str], numbers: Numbers, kept: Kept) -> Decided:
    """Decide the conditions of a plan, and note in `numbers` what its resources have.

    `ids` are those the entries get where nothing is found. In a transaction conditions are matched
    before anything is done (R4, section 3.1.0.11.2); other entries go one after the other.
    """
    deciding = _Deciding(plan, dict(ids), numbers, kept)
    deciding.go()
    return deciding.decided()


class _Deciding:
    """Goes through the steps of one plan."""

    def __init__(
        self, plan: Plan, ids: dict[int | None, str], numbers: Numbers, kept: Kept
    ) -> None:
        self.plan = plan
        self.ids = ids
        self.numbers = numbers
        asked = {_numbered(step) for step in plan.steps if step.search}
        self.kept = kept(asked) if asked else {}
        self.is_conditional = bool(asked)
        self.left_out: set[int | None] = set()
        self.faults: list[Fault] = []
        self.shas: dict[int | None, tuple[str, ...]] = {}

    def go(self) -> None:
        """Every step, in the order in which they count."""
        if self.plan.kind in EACH_ALONE:
            for step in self.plan.steps:
                if self._settle(step):
                    self._note(step)
            return
        if self.is_conditional:
            for step in self.plan.steps:
                self._settle(step)
            self._refuse_overlaps(self.plan.steps)
        if not self.faults:
            for step in self.plan.steps:
                self._note(step)

    def decided(self) -> Decided:
        """The plan without what could not be decided; of a transaction nothing is left then."""
        plan = self.plan
        if self.faults:
            bad = {fault.entry for fault in self.faults}
            steps = tuple(step for step in plan.steps if step.entry not in bad)
            plan = plan._replace(
                steps=steps if plan.kind in EACH_ALONE else (), faults=(*plan.faults, *self.faults)
            )
        return Decided(plan, self.ids, frozenset(self.left_out), self.shas)

    def _settle(self, step: Step) -> bool:
        """Decide one condition; whether it could be."""
        if step.search is None:
            return True
        numbered = _numbered(step)
        found = self.numbers.found(numbered, self.kept.get(numbered, {}))
        if len(found) > 1:
            self.faults.append(several(step, len(found)))
            return False
        for identifier, content in found.items():
            self.ids[step.entry] = identifier
            # With the very same bytes it was this that was kept: the file is read once more.
            if step.verb == "create_unless_found" and content != step.sha256:
                self.left_out.add(step.entry)
        return True

    def _refuse_overlaps(self, steps: Iterable[Step]) -> None:
        touched: dict[tuple[str, str], int | None] = {}
        for step in steps:
            if step.entry in self.left_out:
                continue
            key = (step.kind, self.ids[step.entry])
            if key in touched:
                self.faults.append(overlapping(step, touched[key]))
            touched.setdefault(key, step.entry)

    def _note(self, step: Step) -> None:
        if step.entry in self.left_out:
            return
        shas = numbers_of(step.resource) if "identifier" in step.resource else ()
        if shas:
            self.shas[step.entry] = shas
        self.numbers.note(step.kind, self.ids[step.entry], shas, step.sha256)


def several(step: Step, count: int) -> Fault:
    """The fault of a condition that several resources meet."""
    words = f"{count} resources have this number; say by id which is meant."
    path = "entry.request" if step.entry is not None else step.kind
    return Fault("error", "multiple-matches", words, path, step.entry, step.kind, step.id)


def overlapping(step: Step, first: int | None) -> Fault:
    """The fault of a transaction's entry that touches what another entry does."""
    words = f"Entry {first} already touches this resource; a transaction does so once."
    return Fault("error", "duplicate", words, "entry.request.url", step.entry, step.kind, step.id)


def _numbered(step: Step) -> Numbered:
    return (step.kind, number_sha(step.search)) if step.search else (step.kind, "")
