"""Open and end relationships: why somebody may open a person's record."""

import uuid
from datetime import datetime

from django.db import transaction

from oneplace.access import audit
from oneplace.access.models import Relationship
from oneplace.access.viewer import Viewer
from oneplace.vocabulary.terms import RelationshipKind


@transaction.atomic
def open_relationship(
    *,
    person_id: uuid.UUID,
    party_id: uuid.UUID,
    kind: RelationshipKind,
    source: str,
    source_id: uuid.UUID | None = None,
    by: Viewer,
    at: datetime,
) -> Relationship:
    """Let a party stand in a relationship to a person; `source` names the room and why it ends."""
    relationship = Relationship(
        person_id=person_id,
        party_id=party_id,
        kind=kind,
        source=source,
        source_id=source_id,
        starts_at=at,
    )
    relationship.save(force_insert=True)
    audit.record(
        by=by,
        at=at,
        action="open_relationship",
        subject=("relationship", relationship.pk),
        person_id=person_id,
    )
    return relationship


@transaction.atomic
def end_relationship(*, relationship: Relationship, by: Viewer, at: datetime) -> Relationship:
    """End a relationship; its past stays readable to its party."""
    relationship.ends_at = at
    relationship.save(update_fields=["ends_at"])
    audit.record(
        by=by,
        at=at,
        action="end_relationship",
        subject=("relationship", relationship.pk),
        person_id=relationship.person_id,
    )
    return relationship
