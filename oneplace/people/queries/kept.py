"""What each partner recorded of each person long ago: for the schedule of retention."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db import connection

from oneplace.access.viewer import Viewer
from oneplace.vocabulary.terms import AccountKind

_AT_ONCE = 2000


@dataclass(frozen=True)
class Kept:
    """The last day on which anything of a person was recorded by a partner."""

    person_id: uuid.UUID
    organisation_id: uuid.UUID
    kind: str
    born_on: date | None
    died_on: date | None
    last_on: date


_KEPT = """
select p.id, o.id, o.kind, p.born_on, (p.died_at at time zone 'Europe/London')::date,
       (max(coalesce(e.ends_at, e.sorts_at, e.said_at)) at time zone 'Europe/London')::date
  from records_entry e
  join records_subject s on s.id = e.subject_id
  join people_person p on p.id = s.person_id
  join access_sourceowner w on w.owner = e.owner
  join partners_organisation o on o.id = w.organisation_id
 where e.erased_at is null
 group by p.id, o.id, o.kind
having max(coalesce(e.ends_at, e.sorts_at, e.said_at)) < %s
"""


def kept_long(*, before: date, viewer: Viewer) -> Iterator[Kept]:
    """Whose last entry with a partner is older than a day, over everybody; for a job alone."""
    if viewer.kind is not AccountKind.BACKGROUND_JOB:
        return
    with connection.cursor() as cursor:
        cursor.execute(_KEPT, [before])
        while rows := cursor.fetchmany(_AT_ONCE):
            yield from (Kept(*row) for row in rows)
