"""What people said of what matters to them, the best we know of each, one statement for many.

What stands in the plan comes first; then a goal in their words, set here or sent by a partner; then
what they wanted to stand beside an entry of their record.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.conf import settings
from django.db import connection

from oneplace.access.viewer import Viewer


@dataclass(frozen=True)
class Words:
    """Somebody's own words, when they said them, and whose words they are."""

    text: str
    said_on: date | None
    by_whom: str
    source: str = ""
    """The code of the feed that brought them; empty for what was written here."""


OWN_WORDS: Final = """
with me as (
    select asked.id as asked, other.id as self
      from unnest(%(persons)s::uuid[]) as asked (id)
      join people_person p on p.id = asked.id
      join people_person other on other.current_id = p.current_id
), said as (
    select m.asked, e.words, e.said_on, e.said_by_name as by_whom, '' as source,
           case when e.said_by = 'person' then 0 else 1 end as rank
      from plans_planentry e join me m on m.self = e.person_id
     where e.section = 'what_matters' and e.ended_at is null
    union all
    select m.asked, g.in_their_words, g.set_on, '', '', 2
      from plans_goal g join me m on m.self = g.person_id
     where g.state in ('agreed', 'under_way')
    union all
    select m.asked, e.detail ->> 'in_their_words',
           (coalesce(e.sorts_at, e.said_at) at time zone %(zone)s)::date, '', e.source, 2
      from records_entry e
      join records_subject s on s.id = e.subject_id join me m on m.self = s.person_id
     where e.kind = 'goal' and e.status not in ('in_error', 'cancelled')
       and coalesce(e.detail ->> 'in_their_words', '') <> ''
    union all
    select m.asked, w.words, (w.taken_at at time zone %(zone)s)::date, w.said_by, '', 3
      from records_ownwords w join records_entry e on e.id = w.entry_id
      join records_subject s on s.id = e.subject_id join me m on m.self = s.person_id
     where w.withdrawn_at is null and w.right_id is null
)
select distinct on (asked) asked, words, said_on, by_whom, source
  from said order by asked, rank, said_on desc nulls last, words
"""


def own_words(person_ids: Sequence[uuid.UUID], *, viewer: Viewer) -> dict[uuid.UUID, Words]:
    """What matters to each of these people in their own words; nobody of whom none are known."""
    if viewer.account_id is None or not person_ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(OWN_WORDS, {"persons": list(person_ids), "zone": settings.TIME_ZONE})
        return {
            person: Words(text, said_on, by_whom, source)
            for person, text, said_on, by_whom, source in cursor.fetchall()
        }
