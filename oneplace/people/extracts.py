"""Rows for the snapshot: who somebody is, as far as scores need it, and by which number.

The pseudonym is put in place of the person here, in the database: what leaves it names nobody.
"""

from typing import Final

from oneplace.people.queries.pseudonyms import EVENT_NUMBER
from oneplace.records import extracts as records
from oneplace.records.extracts import TIMEZONE

DECILES: Final = (
    "create temporary table if not exists deciles"
    " (postcode text primary key, decile smallint) on commit delete rows"
)
"""By postcode without its space, how deprived the area is; made before `PEOPLE` is asked."""

PEOPLE: Final = f"""
with said as materialized ({records.ETHNICITIES}), homes as materialized ({records.HOMES})
select k.number as pseudonym,
       case when p.born_on is null then null
            when p.born_exactness = 'year' then null
            else date_trunc('month', p.born_on)::date end as born_month,
       nullif(p.gender, '') as gender, nullif(s.ethnicity, '') as ethnicity,
       nullif(p.practice_code, '') as practice, d.decile as deprivation, s.lives_alone,
       case when p.is_dead then coalesce((p.died_at at time zone '{TIMEZONE}')::date,
                                         date '1900-01-01') end as died_on
  from people_person p
  join people_pseudonym k on k.person_id = p.id
  left join said s on s.person_id = p.id
  left join homes h on h.person_id = p.id
  left join deciles d on d.postcode = h.postcode
 where p.current_id = p.id and p.id = any (%(people)s)
"""
"""One row for each of `people`; somebody dead without a date has the first of 1900."""

_OF_PERSON: Final = EVENT_NUMBER.format(entry="x.entry_id", salt="k.event_salt")
EVENTS: Final = f"""
select k.number as pseudonym, {_OF_PERSON} as event, x.kind, x.mark, x.system, x.code, x.unit,
       x.happened_on, x.ended_on, x.value, x.source
  from ({records.EVENTS}) x
  join people_pseudonym k on k.person_id = x.person_id
union all
select k.number, {_OF_PERSON}, 'bereavement', '', '', '', '',
       (o.died_at at time zone '{TIMEZONE}')::date, null, null, x.source
  from ({records.TIES}) x
  join people_pseudonym k on k.person_id = x.person_id
  join people_person was on was.id = x.other_id
  join people_person o on o.id = was.current_id
 where o.is_dead and o.died_at is not null
"""
"""Everything that happened to `people`, and the deaths of people close to them."""

WHOSE: Final = f"""
select k.number as pseudonym,
       ('x' || substr(md5(w.subjects || ':' || k.event_salt::text), 1, 15))::bit(60)::bigint
           as whose
  from ({records.WHOSE}) w join people_pseudonym k on k.person_id = w.person_id
"""
"""A number that changes when other numbers of sources become a person's, or cease to be."""

CHANGED: Final = f"""
with changed as materialized ({records.CHANGED})
select k.number from people_pseudonym k join changed c on c.person_id = k.person_id
union
select k.number from ({records.TIES}) x
  join people_pseudonym k on k.person_id = x.person_id
  join people_person was on was.id = x.other_id
  join people_person o on o.id = was.current_id
 where o.is_dead
"""
"""Pseudonyms whose record changed since a moment, and of those close to somebody dead."""

_OF_WORK: Final = EVENT_NUMBER.format(entry="x.work_id", salt="coalesce(k.event_salt::text, '')")
WORK: Final = f"""
select {_OF_WORK} as work, k.number as pseudonym, x.kind, x.mark, x.state, x.note, x.started_on,
       x.due_on, x.ended_on, x.value, x.other, x.practice, x.source
  from ({{work}}) x
  left join people_person w on w.id = x.person_id
  left join people_pseudonym k on k.person_id = w.current_id and w.current_id = any (%(people)s)
 where x.started_on is not null and (x.person_id is null or k.number is not null)
"""
"""What rooms tell of their work (`work`, their statements joined), by pseudonym; of `people` and of
nobody in particular."""

UNCOUNTED: Final = """
select k.number as pseudonym from people_pseudonym k
 where k.person_id = any (%(people)s) and not k.person_id = any (%(counted)s)
"""
"""Who of `people` may not be `counted` for planning."""
