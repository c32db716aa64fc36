"""What people said of what matters to them, the best we know of each, one statement for many.

What stands in the plan comes first; then a goal in their words, set here or sent by a partner; then
what they wanted to stand beside an entry of their record.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.conf import settings
from django.db import connection

from oneplace.access.viewer import Viewer
from oneplace.kit.together import Statement


@dataclass(frozen=True)
class Words:
    """Somebody's own words, when they said them, and whose words they are."""

    text: str
    said_on: date | None
    by_whom: str
    source: str = ""
    """The code of the feed that brought them; empty for what was written here."""


# Each table is asked for one person at a time, along its index: joined to all of them at once, the
# policies would weigh every row of the record.
OWN_WORDS: Final = """
with me as materialized (
    select asked.id as asked, other.id as self
      from unnest(%(persons)s::uuid[]) as asked (id)
     cross join lateral (select p.current_id from people_person p
                          where p.id = asked.id offset 0) p
     cross join lateral (select o.id from people_person o
                          where o.current_id = p.current_id offset 0) other
), entries as materialized (
    select me.asked, e.id, e.kind, e.status, e.detail, e.sorts_at, e.said_at, e.source
      from me
     cross join lateral (select s.id from records_subject s
                          where s.person_id = me.self offset 0) s
     cross join lateral (select * from records_entry e where e.subject_id = s.id offset 0) e
), said as (
    select me.asked, e.words, e.said_on, e.said_by_name as by_whom, '' as source,
           case when e.said_by = 'person' then 0 else 1 end as rank
      from me cross join lateral (
        select * from plans_planentry e
         where e.person_id = me.self and e.section = 'what_matters' and e.ended_at is null offset 0
      ) e
    union all
    select me.asked, g.in_their_words, g.set_on, '', '', 2
      from me cross join lateral (
        select * from plans_goal g
         where g.person_id = me.self and g.state in ('agreed', 'under_way') offset 0
      ) g
    union all
    select e.asked, e.detail ->> 'in_their_words',
           (coalesce(e.sorts_at, e.said_at) at time zone %(zone)s)::date, '', e.source, 2
      from entries e
     where e.kind = 'goal' and e.status not in ('in_error', 'cancelled')
       and coalesce(e.detail ->> 'in_their_words', '') <> ''
    union all
    select e.asked, w.words, (w.taken_at at time zone %(zone)s)::date, w.said_by, '', 3
      from entries e cross join lateral (
        select * from records_ownwords w
         where w.entry_id = e.id and w.withdrawn_at is null and w.right_id is null offset 0
      ) w
)
select distinct on (asked) asked, words, said_on, by_whom, source
  from said order by asked, rank, said_on desc nulls last, words
"""


def own_words(person_ids: Sequence[uuid.UUID], *, viewer: Viewer) -> dict[uuid.UUID, Words]:
    """What matters to each of these people in their own words; nobody of whom none are known."""
    if viewer.account_id is None or not person_ids:
        return {}
    asked = own_words_asked(person_ids, viewer=viewer)
    with connection.cursor() as cursor:
        cursor.execute(asked.sql, asked.values)
        return {
            person: Words(text, said_on, by_whom, source)
            for person, text, said_on, by_whom, source in cursor.fetchall()
        }


def own_words_asked(person_ids: Sequence[uuid.UUID], *, viewer: Viewer) -> Statement:
    """The read behind `own_words`, to be made together with others; `words_of` says its rows."""
    return Statement(OWN_WORDS, {"persons": list(person_ids), "zone": settings.TIME_ZONE})


def words_of(row: Mapping[str, Any]) -> Words:
    """A row of that read."""
    said_on = date.fromisoformat(row["said_on"]) if row["said_on"] else None
    return Words(row["words"], said_on, row["by_whom"], row["source"])
