"""Writes anew what is kept of a person besides who they are: summary, ways to be found, household.

All of it follows from what sources say of the numbers that are the person's now, so it may be
written again at any time and comes out the same. Everything is a few statements for many people.
"""

import uuid
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

from django.db import connection

from oneplace.kit.clock import local_day
from oneplace.people.spelling import near_spellings
from oneplace.people.verbs.statements import pluck, run_all

CHUNK = 10_000
"""Persons in one statement: bounded memory, and plans that stay good."""

# The order in which sources are believed: a practice that has the number verified, a practice,
# anybody else with a verified number, the others; the newest of equals; then the identifier, so
# that the outcome never hangs on the order of arrival.
_SAID = """
    select s.person_id as whose, i.*,
           case when o.id is not null and i.nhs_number_status = 'verified' then 0
                when o.id is not null then 1
                when i.nhs_number_status = 'verified' then 2
                else 3 end
           + case when i.is_deleted then 10 else 0 end as trust
      from records_subject s
      join records_identity i on i.subject_id = s.id
      left join partners_organisation o on o.code = i.organisation and o.kind = 'gp_practice'
     where s.person_id = any(%(persons)s)
"""
_BEST = "trust, said_at desc, id"
_EXACT = "array_position(array['day', 'month', 'year'], born_exactness::text)"
_SUMMARY = f"""
with said as ({_SAID}),
best as (
    select whose,
        (array_agg(array[title, given, family]
            order by (family = ''), (given = ''), {_BEST}))[1:1] as named,
        (array_agg(known_as order by (known_as = ''), {_BEST}))[1] as known_as,
        (array_agg(born_on order by (born_on is null),
            {_EXACT}, {_BEST}))[1] as born_on,
        (array_agg(born_exactness order by (born_on is null),
            {_EXACT}, {_BEST}))[1] as exactness,
        (array_agg(gender order by (gender = ''), (gender in ('not_known', 'not_stated')),
            {_BEST}))[1] as gender,
        array_agg(nhs_number order by (nhs_number_status <> 'verified'), {_BEST})
            filter (where is_nhs_number_sound) as numbers,
        bool_or(is_nhs_number_sound and nhs_number_status = 'verified') as is_verified,
        count(distinct nhs_number) filter (where is_nhs_number_sound) as different_numbers,
        (array_agg(practice_code order by (practice_code = ''), {_BEST}))[1] as practice_code,
        bool_and(is_identity_unknown) as is_unknown
      from said group by whose
),
counted as (
    select person_id as whose, count(*) as subjects from records_subject
     where person_id = any(%(persons)s) group by person_id
)
update people_person p set
    title = coalesce(best.named[1][1], ''),
    given = coalesce(best.named[1][2], ''),
    family = coalesce(best.named[1][3], ''),
    known_as = case when people_letters(coalesce(best.known_as, ''))
                       = people_letters(coalesce(best.named[1][2], '')) then ''
                    else coalesce(best.known_as, '') end,
    sort_name = trim(people_letters(coalesce(best.named[1][3], '')) || ' '
                     || people_letters(coalesce(best.named[1][2], ''))),
    born_on = best.born_on,
    born_exactness = coalesce(best.exactness, 'day'),
    gender = coalesce(best.gender, ''),
    nhs_number = coalesce(best.numbers[1], ''),
    is_nhs_number_verified = coalesce(best.is_verified, false),
    has_other_nhs_number = coalesce(best.different_numbers, 0) > 1,
    practice_code = coalesce(best.practice_code, ''),
    is_identity_unknown = coalesce(best.is_unknown, false),
    subjects = coalesce(counted.subjects, 0),
    is_dead = death.id is not null,
    died_at = death.died_at,
    died_exactness = coalesce(death.died_exactness, 'day')
  from unnest(%(persons)s::uuid[]) as wanted (id)
  left join best on best.whose = wanted.id
  left join counted on counted.whose = wanted.id
  left join people_death death on death.person_id = wanted.id and death.undone_at is null
 where p.id = wanted.id and p.current_id = p.id
"""
HOME: Final = f"""
with said as ({_SAID}),
homes as (
    select distinct on (whose) whose, r.uprn, r.postcode, r.text
      from said join records_reach r on r.identity_id = said.id
     where r.kind = 'address' and (r.ends_on is null or r.ends_on >= %(today)s)
       and lower(r.use) not in ('previous', 'old', 'temporary', 'temp', 'billing', 'mailing')
     order by whose, trust, said_at desc, said.id, r.rank, r.position
),
"""
# What stands of people in a list, and where they live: their home is looked for once.
_FINDING_AND_HOUSEHOLD = f"""
{HOME}
gone as (
    delete from people_finding f using unnest(%(persons)s::uuid[]) as wanted (id)
     where f.person_id = wanted.id
       and not exists (select from people_person p where p.id = wanted.id and p.current_id = p.id)
),
now_at as (
    select whose, people_home(uprn, postcode, text) as place from homes
),
moved_out as (
    delete from people_household h where h.person_id = any(%(persons)s)
       and not exists (select from now_at n where n.whose = h.person_id and n.place <> '')
),
moved_in as (
    insert into people_household as h (person_id, place)
    select whose, place from now_at where place <> ''
    on conflict (person_id) do update set place = excluded.place where h.place <> excluded.place
)
insert into people_finding as f
    (person_id, name, born_year, part_of_address, practice_code, is_dead)
select p.id,
       concat_ws(' ', nullif(p.given, ''), nullif(p.family, ''),
                 case when p.known_as <> '' then '(' || p.known_as || ')' end),
       extract(year from p.born_on)::int,
       concat_ws(', ', nullif(people_street(homes.text), ''),
                 nullif(split_part(homes.postcode, ' ', 1), '')),
       p.practice_code, p.is_dead
  from unnest(%(persons)s::uuid[]) as wanted (id)
  join people_person p on p.id = wanted.id and p.current_id = p.id
  left join homes on homes.whose = p.id
on conflict (person_id) do update set
    name = excluded.name, born_year = excluded.born_year,
    part_of_address = excluded.part_of_address, practice_code = excluded.practice_code,
    is_dead = excluded.is_dead
where (f.name, f.born_year, f.part_of_address, f.practice_code, f.is_dead) is distinct from
    (excluded.name, excluded.born_year, excluded.part_of_address, excluded.practice_code,
     excluded.is_dead)
"""
_WANTED_KEYS = f"""
with said as ({_SAID}),
wanted as (
    select whose, 'n:' || part as key from said,
           people_name_parts(concat_ws(' ', given, other_given, family, known_as,
                                       array_to_string(previous_families, ' '))) as part
    union select whose, 'b:' || born_on from said where born_on is not null
    union select whose, 'h:' || nhs_number from said where is_nhs_number_sound
    union select s.person_id, 'r:' || upper(s.value) from records_subject s
     where s.person_id = any(%(persons)s)
    union select whose, 'c:' || replace(r.postcode, ' ', '') from said
            join records_reach r on r.identity_id = said.id where r.postcode <> ''
    union select whose, 't:' || people_phone(r.text) from said
            join records_reach r on r.identity_id = said.id
     where r.kind in ('landline', 'mobile', 'work_phone') and people_phone(r.text) <> ''
)
"""
_SEARCH_KEYS = f"""
{_WANTED_KEYS},
gone as (
    delete from people_searchkey k where k.person_id = any(%(persons)s)
       and not exists (select from wanted w where w.whose = k.person_id and w.key = k.key)
),
added as (
    insert into people_searchkey (person_id, key) select whose, key from wanted
    on conflict (person_id, key) do nothing
)
select distinct substr(key, 3) from wanted
 where key like 'n:%%'
   and not exists (select from people_namekey n
                    where n.key = '=' || substr(wanted.key, 3) and n.name = substr(wanted.key, 3))
"""
_ADD_NAMES = """
insert into people_namekey (key, name) select * from unnest(%s::text[], %s::text[])
on conflict (key, name) do nothing
"""


REFRESH: Final = (_SUMMARY, _FINDING_AND_HOUSEHOLD, _SEARCH_KEYS)
"""Writes anew what follows from what is said of `persons`; the last gives names not known yet."""


def refresh_summaries(*, persons: Sequence[uuid.UUID], at: datetime) -> None:
    """Write anew what follows from what is said of these current persons; any number of them."""
    for chunk in chunks(persons):
        values = {"persons": chunk, "today": local_day(at)}
        add_names(pluck(run_all(REFRESH, values, things=len(chunk))[-1]))


def add_names(names: Sequence[str]) -> None:
    """Let these names be found by their sound and near spellings too."""
    if not names:
        return
    keys = [(key, name) for name in names for key in near_spellings(name)]
    with connection.cursor() as cursor:
        cursor.execute(_ADD_NAMES, [[key for key, _ in keys], [name for _, name in keys]])


def chunks(persons: Sequence[uuid.UUID], size: int = CHUNK) -> Iterator[list[uuid.UUID]]:
    """The identifiers in order, each once, in lists of at most `size`."""
    ordered = sorted(set(persons))
    for start in range(0, len(ordered), size):
        yield ordered[start : start + size]
