"""What the rule decides about: who looks, in which hat, at which part of whose record, and when."""

import uuid
from dataclasses import dataclass, field
from datetime import datetime

from oneplace.vocabulary.terms import BarrierKind, DataCategory, RelationshipKind


@dataclass(frozen=True)
class Related:
    """A relationship between a party and the person."""

    kind: RelationshipKind
    party_id: uuid.UUID | None
    starts_at: datetime
    ends_at: datetime | None = None


@dataclass(frozen=True)
class Barred:
    """A barrier before the person's record or a part of it."""

    kind: BarrierKind
    starts_at: datetime
    ends_at: datetime | None = None
    party_id: uuid.UUID | None = None
    category: DataCategory | None = None
    lets_in: frozenset[uuid.UUID] = frozenset()


@dataclass(frozen=True)
class Permitted:
    """The person's yes to sharing with a party."""

    party_id: uuid.UUID
    starts_at: datetime
    ends_at: datetime | None = None
    category: DataCategory | None = None


@dataclass(frozen=True)
class Case:
    """Everything the rule may ask. `owner` and `part` are those of what is looked at.

    `sees` is what the viewer's role needs (the matrix); `opened` are lines `own|owner|part`,
    `flow|...`, `asks|...` and `gp|...`: what the viewer's organisation recorded itself, what comes
    to it under an agreement, what comes only with the person's yes, what GPs recorded; `mind|...`
    is what a mental health service recorded, whatever its kind, and `safe|...` what comes under an
    agreement on keeping people safe, to whoever looks into a concern.
    """

    at: datetime
    parties: frozenset[uuid.UUID]
    sees: frozenset[str]
    opened: frozenset[str]
    owner: str = ""
    part: DataCategory = DataCategory.WHO
    relationships: tuple[Related, ...] = field(default=())
    barriers: tuple[Barred, ...] = field(default=())
    permits: tuple[Permitted, ...] = field(default=())
