"""What has happened since yesterday to the people a viewer is there for: the rows of My day."""

import uuid
from datetime import datetime
from typing import Any, Final, NamedTuple

from django.db import connection

from oneplace.access import audit
from oneplace.access.viewer import Viewer
from oneplace.vocabulary.rows.categories import TIER_OF
from oneplace.vocabulary.terms import (
    EntryKind,
    EntryStatus,
    Exactness,
    RelationshipKind,
    RelationshipTier,
)

MOST: Final = 20
KINDS: Final = (EntryKind.STAY, EntryKind.ATTENDANCE, EntryKind.FALL, EntryKind.DEATH)
"""What is news of somebody: the index `records_news` holds these kinds only."""
_WAYS: Final = [
    kind.value
    for kind, tier in TIER_OF.items()
    if tier not in (RelationshipTier.STEWARD, RelationshipTier.NARROW)
]


class News(NamedTuple):
    """One thing that happened to somebody, and why the viewer is told."""

    person_id: uuid.UUID
    name: str
    kind: EntryKind
    status: EntryStatus
    title: str
    starts_at: datetime | None
    ends_at: datetime | None
    exactness: Exactness
    source: str
    arrived_at: datetime
    why: RelationshipKind


# From what is new to whose it is: few things are new in a day, and a practice has thousands.
_NEWS: Final = """
with fresh as materialized (
    select e.id, e.subject_id, e.kind, e.status, e.title, e.starts_at, e.ends_at, e.exactness,
           e.source, e.sorts_at, e.arrived_at
      from records_entry e
     where e.kind in ('stay', 'attendance', 'fall', 'death') and e.arrived_at > %(since)s
       and e.status not in ('cancelled', 'in_error', 'planned')
       and (coalesce(e.ends_at, e.starts_at) is null
            or coalesce(e.ends_at, e.starts_at) > %(since)s - interval '7 days')
)
select p.id, trim(p.given || ' ' || p.family), f.kind, f.status, f.title, f.starts_at, f.ends_at,
       f.exactness, f.source, f.arrived_at, r.kind
  from fresh f
  join records_subject s on s.id = f.subject_id
  join people_person p on p.id = s.person_id
 cross join lateral (
    select r.kind from access_relationship r
     where r.person_id = p.id and r.party_id = any (%(parties)s) and r.kind = any (%(ways)s)
       and r.starts_at <= %(at)s and (r.ends_at is null or r.ends_at > %(at)s)
     order by array_position(%(ways)s, r.kind::text) limit 1
  ) r
 order by coalesce(f.ends_at, f.sorts_at) desc nulls last, f.id limit %(most)s
"""


def _as_news(row: tuple[Any, ...]) -> News:
    """A row of the statement, its words as terms."""
    plain = News._make(row)
    return plain._replace(
        kind=EntryKind(plain.kind),
        status=EntryStatus(plain.status),
        exactness=Exactness(plain.exactness),
        why=RelationshipKind(plain.why),
    )


def news(*, viewer: Viewer, since: datetime, at: datetime) -> list[News]:
    """What reached us since a moment of the viewer's own people, the newest first; at most 20.

    Leaves an entry in the audit that names everybody it shows.
    """
    if viewer.account_id is None:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            _NEWS,
            {
                "since": since,
                "parties": list(viewer.parties),
                "ways": _WAYS,
                "at": at,
                "most": MOST,
            },
        )
        found = [_as_news(row) for row in cursor.fetchall()]
    if found:
        shown = list(dict.fromkeys(each.person_id for each in found))
        audit.record(by=viewer, at=at, action="see_news", persons_shown=shown)
    return found
