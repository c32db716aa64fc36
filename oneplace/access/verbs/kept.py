"""Keeps what a room holds to many people in step: why their records may be opened, in sets."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from django.db import connection, transaction

from oneplace.access import audit
from oneplace.access.viewer import Viewer
from oneplace.vocabulary.ids import new_id
from oneplace.vocabulary.terms import RelationshipKind


class WantedRelationship(NamedTuple):
    """One relationship a room wants to hold, with the thing of the room it follows from."""

    person_id: uuid.UUID
    party_id: uuid.UUID
    kind: RelationshipKind
    source_id: uuid.UUID | None
    starts_at: datetime
    ends_at: datetime | None = None


class KeptRelationships(NamedTuple):
    """How many relationships `keep_relationships` opened, changed and ended."""

    opened: int
    changed: int
    ended: int


_KEEP = """
select * from access_keep_relationships(%s, %s, %s::uuid[], %s::uuid[], %s::uuid[], %s::uuid[],
    %s::text[], %s::uuid[], %s::timestamptz[], %s::timestamptz[], %s::uuid[], %s::uuid[], %s)
"""


@transaction.atomic
def keep_relationships(
    *,
    persons: Sequence[uuid.UUID],
    wanted: Sequence[WantedRelationship],
    same: Sequence[tuple[uuid.UUID, uuid.UUID]] = (),
    source: str,
    by: Viewer,
    at: datetime,
) -> KeptRelationships:
    """Make the relationships the room `source` holds to `persons` exactly those `wanted`.

    Missing ones are opened, others whose end differs are changed, those no longer wanted end at
    `at`; what other rooms hold is left alone. For each pair of `same`, two identifiers of one
    person, what other rooms hold to the second holds for the first as well. One statement however
    many there are. The database must have been told that `by` acts (`viewing`, or a page's guard).
    """
    columns = list(zip(*wanted, strict=True)) or [()] * len(WantedRelationship._fields)
    entry = new_id()
    audit.record(
        by=by,
        at=at,
        action="keep_relationships",
        subject=("relationships", entry),
        person_id=persons[0] if len(persons) == 1 else None,
        detail={"source": source, "persons": len(persons), "wanted": len(wanted)},
    )
    with connection.cursor() as cursor:
        cursor.execute(
            _KEEP,
            [
                entry,
                source,
                list(persons),
                [new_id() for _ in wanted],
                *(list(column) for column in columns),
                [person for person, _ in same],
                [other for _, other in same],
                at,
            ],
        )
        return KeptRelationships(*cursor.fetchall()[0])
