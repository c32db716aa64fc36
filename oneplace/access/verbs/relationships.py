"""Open and end relationships: why somebody may open a person's record.

Pages may not write the table by themselves: two functions of the database do, and they demand the
entry in the audit, so it is written first. Jobs that write in sets are the loader and may.
"""

import uuid
from datetime import datetime

import orjson
from django.db import transaction

from oneplace.access import audit
from oneplace.access.models import Relationship
from oneplace.access.viewer import Viewer
from oneplace.kit.refusals import refuse_if
from oneplace.vocabulary.ids import new_id
from oneplace.vocabulary.terms import RelationshipKind

_OPEN = "select * from access_open_relationships(%s::jsonb)"
_END = "select * from access_end_relationships(%s::uuid[], %s)"


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
    """Let a party stand in a relationship to a person; `source` names the room and why it ends.

    The party may be any account, hat, team, organisation or network, not the viewer's own alone.
    The database must have been told that `by` acts (`viewing`, or a page's guard).
    """
    opened = {
        "id": str(new_id()),
        "person_id": str(person_id),
        "party_id": str(party_id),
        "kind": kind.value,
        "source": source,
        "source_id": str(source_id) if source_id else None,
        "starts_at": at.isoformat(),
    }
    audit.record(
        by=by,
        at=at,
        action="open_relationship",
        subject=("relationship", opened["id"]),
        person_id=person_id,
    )
    (relationship,) = Relationship.objects.raw(_OPEN, [orjson.dumps([opened]).decode()])
    return relationship


@transaction.atomic
def end_relationship(*, relationship: Relationship, by: Viewer, at: datetime) -> Relationship:
    """End a relationship, whoever's it is; its past stays readable to its party.

    Raises `Refused` for one that has already ended. The database must have been told that `by`
    acts, as for opening.
    """
    audit.record(
        by=by,
        at=at,
        action="end_relationship",
        subject=("relationship", relationship.pk),
        person_id=relationship.person_id,
    )
    ended = list(Relationship.objects.raw(_END, [[relationship.pk], at]))
    refuse_if(None if ended else "This has already ended.")
    relationship.ends_at = ended[0].ends_at
    return relationship
