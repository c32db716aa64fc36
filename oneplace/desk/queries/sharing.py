"""Whose numbers are one person's and why, who lives with them, and the viewer's own looks."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson
from django.db import connection

from oneplace.access.viewer import Viewer
from oneplace.people.permissions import SEE_WHO_IS_WHO

Row = Mapping[str, Any]
MOST_LOOKS: Final = 20


@dataclass(frozen=True)
class Sharing:
    """What the page about people and sharing asks beside the record."""

    links: Sequence[Row]
    """Numbers of sources: how it was decided that they are this person's, and since when."""
    household: Sequence[Row]
    """Who lives at the same address, of whom the viewer may open."""
    merges: Sequence[Row]
    """With whom this person was made one, undone or not."""
    apart: Sequence[Row]
    """Persons somebody decided are not this one, though they look alike."""
    looks: Sequence[Row]
    """When the viewer looked at this record."""


_SHARING: Final = f"""
with mine as materialized (
    select s.id, s.authority, s.value from records_subject s
     where s.person_id = %(person)s
       -- That a source knows the person is told only with something it says.
       and (%(is_steward)s or exists (select from records_identity i where i.subject_id = s.id)
            or exists (select from records_entry e where e.subject_id = s.id))
)
select (select coalesce(json_agg(json_build_object(
            'subject', m.id, 'authority', m.authority, 'value', m.value,
            'linked_by', l.linked_by, 'evidence', l.evidence, 'since_at', l.since_at,
            'sources', (select array_agg(distinct i.source) from records_identity i
                         where i.subject_id = m.id),
            'entries', (select count(*) from records_entry e where e.subject_id = m.id)
        ) order by l.since_at, m.authority, m.value), '[]')
          from mine m left join people_link l on l.subject_id = m.id and l.ended_at is null),
       (select coalesce(json_agg(json_build_object(
            'id', p.id, 'title', p.title, 'given', p.given, 'family', p.family,
            'born_on', p.born_on, 'is_dead', p.is_dead) order by p.sort_name), '[]')
          from people_household own join people_household h on h.place = own.place
          join people_person p on p.id = h.person_id and p.current_id = p.id
         where own.person_id = %(person)s and h.person_id <> own.person_id),
       (select coalesce(json_agg(json_build_object(
            'id', g.id, 'kept', g.kept_id, 'given_up', g.given_up_id, 'why', g.why,
            'decided_by', g.decided_by, 'by', g.merged_by_name, 'at', g.merged_at,
            'undone_by', g.undone_by_name, 'undone_why', g.undone_why, 'undone_at', g.undone_at
        ) order by g.merged_at desc, g.id), '[]')
          from people_merge g where g.kept_id = %(person)s or g.given_up_id = %(person)s),
       (select coalesce(json_agg(apart), '[]') from (
            select o.person_id as other, max(t.settled_at) as at, min(t.evidence) as why
              from people_match t
              join records_subject o
                on o.id = case when t.one_id in (select id from mine) then t.other_id
                               else t.one_id end
             where t.state = 'different'
               and (t.one_id in (select id from mine) or t.other_id in (select id from mine))
               and o.person_id <> %(person)s
             group by o.person_id order by 2 desc
        ) apart),
       (select coalesce(json_agg(look), '[]') from (
            select min(a.care_at) as at, a.role, count(*) as pages from access_auditentry a
             where a.account_id = %(account)s and a.person_id = %(person)s
               and a.action = 'see_record'
             group by date_trunc('hour', a.care_at), a.role order by 1 desc limit {MOST_LOOKS}
        ) look)
"""  # noqa: S608 - put together of our own parts


def sharing(person_id: uuid.UUID, *, viewer: Viewer) -> Sharing:
    """All of it in one statement; the row policies leave a stranger nothing."""
    if viewer.account_id is None:
        return Sharing((), (), (), (), ())
    with connection.cursor() as cursor:
        cursor.execute(
            _SHARING,
            {
                "person": person_id,
                "account": viewer.account_id,
                "is_steward": viewer.may(SEE_WHO_IS_WHO),
            },
        )
        row = cursor.fetchone()
    parts = [orjson.loads(part) if isinstance(part, str) else part for part in row or ()]
    return Sharing(*parts)
