"""What this room tells later rooms."""

import uuid
from dataclasses import dataclass


@dataclass(frozen=True)
class SubjectsTouched:
    """What is said of these subjects is new or has changed.

    `to_place` are those of them that are new, or of whose identity something changed: only they
    can belong to somebody else than before.
    """

    subject_ids: frozenset[uuid.UUID]
    to_place: frozenset[uuid.UUID]
