"""A message heard: its facts, which visit and patient it speaks of, and its place among others.

The state of a patient or visit is a function of the set of messages heard of it. A saying drawn
from a set has the greatest time of its messages and how many there are: both only grow with the
set, so that the fuller reading stands whatever came first.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple, TypeVar

from oneplace.feeds.hl7.facts import (
    AdtFact,
    Change,
    Identifier,
    MergeKind,
    MergeSaid,
    PersonSaid,
    Source,
    SpellSaid,
)
from oneplace.feeds.hl7.habits import Habits
from oneplace.feeds.hl7.meaning import Unmapped, source_of, understand
from oneplace.feeds.hl7.order import SpellKey, key_of
from oneplace.feeds.hl7.reading import Message
from oneplace.feeds.hl7.wording import joined, subject_of
from oneplace.vocabulary.rows import SubjectKey

_NO_TIME: Final = datetime(1850, 1, 1, tzinfo=UTC)
# A visit begun without a number is known by its patient and its beginning.
_NUMBERLESS: Final = "begun"
_BEGINS: Final = frozenset(
    {Change.ADMITTED, Change.REGISTERED, Change.PLANNED, Change.BECAME_INPATIENT}
)

_NONE: Final[list[Any]] = []

Fact = TypeVar("Fact", bound=AdtFact)


@dataclass(frozen=True, slots=True)
class Heard:
    """One message and what it says."""

    digest: str
    """SHA-256 of its bytes: a message delivered twice is heard once."""
    said_at: datetime
    source: Source
    subject: SubjectKey | None
    visit: SpellKey | None
    prior_visit: SpellKey | None
    facts: tuple[AdtFact, ...]
    unmapped: tuple[Unmapped, ...]
    by_kind: dict[type, list[Any]]

    @property
    def order(self) -> tuple[object, ...]:
        """Newer after older, total and the same whatever came first."""
        sent = self.source.sent.at if self.source.sent else _NO_TIME
        return (self.said_at, sent, self.source.key, self.digest)

    @property
    def subject_key(self) -> str:
        """The subject as one text; empty where there is none."""
        return joined(self.subject) if self.subject else ""

    @property
    def visit_key(self) -> str:
        """The visit as one text; empty where there is none."""
        return text_of(self.visit) if self.visit else ""

    @property
    def prior_visit_key(self) -> str:
        """The visit that has become this one, as one text."""
        return text_of(self.prior_visit) if self.prior_visit else ""

    def of(self, kind: type[Fact]) -> list[Fact]:
        """Its facts of one kind, in their order."""
        found: list[Fact] = self.by_kind.get(kind, _NONE)
        return found


class Said(NamedTuple):
    """When a saying drawn from a set of messages was said, and which version it is."""

    at: datetime
    version: str


def hear(message: Message, habits: Habits) -> Heard:
    """What a message says; it must have passed its check."""
    meaning = understand(message, habits)
    facts = meaning.facts
    source = facts[0].source if facts else source_of(message)
    person = next((fact for fact in facts if isinstance(fact, PersonSaid)), None)
    subject = subject_of(person.identifiers, source.facility) if person else None
    visit = prior = None
    told: list[AdtFact] = []
    for each in facts:
        fact = _with_number(each, subject) if isinstance(each, SpellSaid) else each
        if isinstance(fact, SpellSaid):
            visit = key_of(fact.visit) if fact.visit else visit
        elif isinstance(fact, MergeSaid) and fact.kind is MergeKind.VISIT_MERGED:
            visit = key_of(fact.visit) if fact.visit else visit
            prior = key_of(fact.prior_visit) if fact.prior_visit else prior
        told.append(fact)
    by_kind: dict[type, list[Any]] = {}
    for told_fact in told:
        by_kind.setdefault(type(told_fact), []).append(told_fact)
    return Heard(
        digest=hashlib.sha256(message.raw).hexdigest(),
        said_at=_known_at(source),
        source=source,
        subject=subject,
        visit=visit,
        prior_visit=prior,
        facts=tuple(told),
        unmapped=meaning.unmapped,
        by_kind=by_kind,
    )


def in_order(heard: Iterable[Heard]) -> list[Heard]:
    """Each message once, older before newer."""
    once = {each.digest: each for each in heard}
    return sorted(once.values(), key=lambda each: each.order)


def said_of(heard: list[Heard]) -> Said:
    """When what these messages say together was said; they must be distinct."""
    return Said(max(each.said_at for each in heard), f"{len(heard):08d}")


def text_of(key: SpellKey) -> str:
    """A visit's key as one text: who gave the number, its kind, the number."""
    return f"{key.authority}:{key.kind}:{key.value}"


def _known_at(source: Source) -> datetime:
    for moment in (source.recorded, source.occurred, source.sent):
        if moment is not None:
            return moment.at
    return _NO_TIME


def _with_number(fact: SpellSaid, subject: SubjectKey | None) -> SpellSaid:
    """A beginning without a visit number gets one made from its patient and its time."""
    if fact.visit is not None or fact.change not in _BEGINS or subject is None:
        return fact
    number = f"{subject.value}@{fact.happened.at:%Y%m%dT%H%M%SZ}"
    return replace(fact, visit=Identifier(number, fact.source.facility, _NUMBERLESS))
