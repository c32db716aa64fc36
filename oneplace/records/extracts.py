"""Rows for the snapshot: what sources say happened, as one statement that runs where the rows are.

Free text stays behind: neither titles, names nor notes leave. What a source marked as protected, or
as being about safeguarding, stays behind too; nobody is found by it.
"""

from typing import Final

TIMEZONE: Final = "Europe/London"
EVENT_COLUMNS: Final = (
    "person_id", "entry_id", "kind", "mark", "system", "code", "unit", "happened_on", "ended_on",
    "value", "source",
)  # fmt: skip
"""Columns of `EVENTS`: whose it is, which entry says so, and what the snapshot keeps of it."""


def _day(moment: str) -> str:
    return f"({moment} at time zone '{TIMEZONE}')::date"


# What never happened, was taken back, erased, or opens to few, tells the snapshot nothing.
_TOLD: Final = """
select s.person_id, e.* from records_subject s join records_entry e on e.subject_id = s.id
 where s.person_id is not null
   and e.status not in ('planned', 'cancelled', 'in_error') and e.erased_at is null
   and e.part not in ('protected', 'safeguarding') and e.sorts_at is not null
   and (%(people)s::uuid[] is null or s.person_id = any (%(people)s))
"""
# The first digit of the national admission method says whether a stay was an emergency; in words of
# our own where a source sends its own.
_ACUITY: Final = """
case when exists (select from jsonb_array_elements(coalesce(e.detail -> 'codes', '[]')) c
                   where c ->> 'system' = 'nhs_admission_method' and c ->> 'code' like '2%%')
       or e.detail ->> 'admission_method' ~* '(emergency|accident|a&e|bed bureau|^2)'
     then 'emergency'
     when coalesce(e.detail ->> 'admission_method', '') <> ''
       or jsonb_path_exists(e.detail, '$.codes[*] ? (@.system == "nhs_admission_method")')
     then 'planned' else 'unknown' end
"""
_MARK: Final = f"""
case e.kind
  when 'stay' then {_ACUITY}
  when 'review' then lower(coalesce(e.detail ->> 'type', ''))
  when 'fall' then lower(coalesce(e.detail ->> 'harm', ''))
  when 'care_package' then lower(coalesce(e.detail ->> 'component', ''))
  when 'attendance' then lower(coalesce(e.detail ->> 'department', ''))
  when 'appointment' then case when e.detail ->> 'did_attend' = 'false'
                               then 'did_not_attend' else '' end
  when 'contact' then case when e.detail ->> 'did_attend' = 'false'
                             or e.detail ->> 'outcome' in ('did_not_attend', 'no_answer')
                           then 'did_not_attend' else '' end
  when 'care_plan' then case when e.key like 'huddle:%%' then 'huddle list' else '' end
  else '' end
"""
_SYSTEM: Final = """
case when e.code <> '' then e.code_system
     when e.kind = 'observation' and e.title = 'Clinical Frailty Scale' then 'oneplace'
     when e.kind = 'medicine' and e.title <> '' then 'words' else '' end
"""
_CODE: Final = """
case when e.code <> '' then e.code
     when e.kind = 'observation' and e.title = 'Clinical Frailty Scale' then 'clinical-frailty'
     when e.kind = 'medicine' then lower(btrim(e.title)) else '' end
"""
# An issue that is not repeated ends when it was last issued; one that goes on has no end.
_ENDS: Final = """
coalesce(e.ends_at,
         case when e.kind = 'medicine' and e.detail ->> 'is_repeat' = 'false'
              then coalesce((nullif(e.detail ->> 'last_issued', ''))::timestamptz, e.starts_at)
              when e.kind in ('medicine', 'care_package', 'care_plan') and e.status = 'ended'
              then coalesce(e.starts_at, e.recorded_at) end)
"""
_VALUE: Final = """
case e.kind when 'care_package' then (e.detail ->> 'hours_per_week')::float8
            else e.value::float8 end
"""
_PLAIN_KINDS: Final = (
    "stay", "attendance", "contact", "appointment", "episode", "condition", "observation",
    "procedure", "medicine", "review", "care_package", "care_plan", "flag", "fall", "immunisation",
    "request", "referral",
)  # fmt: skip
_KINDS: Final = ", ".join(f"'{kind}'" for kind in _PLAIN_KINDS)

EVENTS: Final = f"""
with e as not materialized ({_TOLD})
select e.person_id, e.id as entry_id, e.kind, {_MARK} as mark, {_SYSTEM} as system,
       {_CODE} as code, e.unit, {_day("e.sorts_at")} as happened_on,
       {_day(_ENDS)} as ended_on, {_VALUE} as value, e.source
  from e where e.kind in ({_KINDS}) and not (e.kind = 'condition' and e.within_id is not null)
   -- What must not be given is no medicine anybody takes.
   and not (e.kind = 'medicine' and coalesce(e.detail ->> 'must_not', '') = 'true')
union all
-- When a medicine that goes on was last issued: that nobody ended it does not say so.
select e.person_id, e.id, 'issue', '', {_SYSTEM}, {_CODE}, '',
       {_day("(e.detail ->> 'last_issued')::timestamptz")}, null, null, e.source
  from e where e.kind = 'medicine' and coalesce(e.detail ->> 'last_issued', '') <> ''
   and coalesce(e.detail ->> 'must_not', '') <> 'true'
union all
-- What a hospital diagnosed during a visit belongs to the visit and has its number.
select c.person_id, coalesce(e.id, c.id),
       case when e.id is null then 'condition' else 'diagnosis' end,
       case when e.kind = 'stay' then {_ACUITY} else '' end, c.code_system, c.code, '',
       {_day("coalesce(e.sorts_at, c.sorts_at)")}, {_day("e.ends_at")}, null, c.source
  from ({_TOLD}) c left join records_entry e on e.id = c.within_id
   and e.kind in ('stay', 'attendance') and e.status not in ('planned', 'cancelled', 'in_error')
 where c.kind = 'condition' and c.within_id is not null and c.code <> ''
union all
select e.person_id, e.id, 'diagnosis', {_ACUITY}, coalesce(d ->> 'system', ''), d ->> 'code', '',
       {_day("e.sorts_at")}, {_day("e.ends_at")}, null, e.source
  from e, jsonb_array_elements(coalesce(e.detail -> 'diagnoses', '[]')) d
 where e.kind = 'stay' and coalesce(d ->> 'code', '') <> ''
union all
select e.person_id, e.id, 'observation', '', 'oneplace', 'clinical-frailty', '',
       {_day("e.sorts_at")}, null, (e.detail ->> 'frailty')::float8, e.source
  from e where e.kind = 'stay' and e.detail ? 'frailty'
union all
select e.person_id, e.id, 'questionnaire', '', 'oneplace', replace(t.key, '_', '-'), '',
       {_day("e.sorts_at")}, null, t.value::text::float8, e.source
  from e, jsonb_each(coalesce(e.detail -> 'totals', '{{}}')) t
 where e.kind = 'questionnaire' and jsonb_typeof(t.value) = 'number'
union all
select e.person_id, e.id, 'carer', case when e.detail ->> 'is_carer_of' = 'true'
            then 'cares for somebody' else '' end,
       '', '', '', {_day("e.sorts_at")}, {_day("e.ends_at")}, null, e.source
  from e where e.kind = 'tie' and e.detail -> 'kinds' ? 'unpaid_carer'
union all
-- How hard caring is was true when it was last said, not when caring began.
select e.person_id, e.id, 'carer_strain', case when e.detail ->> 'is_carer_of' = 'true'
            then 'cares for somebody' else '' end,
       '', '', '', {_day("e.said_at")}, null, (e.detail ->> 'strain')::float8, e.source
  from e where e.kind = 'tie' and e.detail ? 'strain'
"""
"""Every event of everybody, or of `people` (ids, or null for all); columns as `EVENT_COLUMNS`."""

TIES: Final = f"""
with e as not materialized ({_TOLD})
select e.person_id, e.id as entry_id, o.person_id as other_id, e.source
  from e join records_subject o on o.authority = e.detail ->> 'other_authority'
                               and o.value = e.detail ->> 'other_value'
 where e.kind = 'tie' and o.person_id is not null and o.person_id <> e.person_id
"""
"""Who is close to whom where both are known: `person_id`, `entry_id`, `other_id`, `source`."""

CHANGED: Final = """
select distinct s.person_id from records_entry e join records_subject s on s.id = e.subject_id
 where e.received_at > %(since)s and s.person_id is not null
union
select s.person_id from records_entry e join records_subject s on s.id = e.subject_id
 where e.erased_at is not null and s.person_id is not null
   and e.erased_at > least(%(since)s, %(since_care)s)
"""
"""Whose record changed since a moment of machine time (erasures: also of care time)."""

WHOSE: Final = """
select person_id, md5(string_agg(id::text, ',' order by id)) as subjects
  from records_subject where person_id is not null group by person_id
"""
"""Which numbers are whose, as a hash: relinking changes whose the entries are, and no entry."""

AS_OF: Final = "select source, max(said_at)::text from records_entry group by source"
"""When each source last said something."""

ETHNICITIES: Final = """
select distinct on (s.person_id) s.person_id, i.ethnicity, i.lives_alone
  from records_subject s join records_identity i on i.subject_id = s.id
 where s.person_id is not null and not i.is_deleted
   and (%(people)s::uuid[] is null or s.person_id = any (%(people)s))
 order by s.person_id, (i.ethnicity = ''), i.said_at desc
"""
"""What sources say of ethnicity and living alone, one row a person, the newest that says it."""

HOMES: Final = """
select distinct on (s.person_id) s.person_id, upper(replace(r.postcode, ' ', '')) as postcode
  from records_subject s join records_identity i on i.subject_id = s.id
  join records_reach r on r.identity_id = i.id
 where s.person_id is not null and not i.is_deleted and r.kind = 'address' and r.postcode <> ''
   and r.ends_on is null
   and (%(people)s::uuid[] is null or s.person_id = any (%(people)s))
 order by s.person_id, i.said_at desc, r.rank, r.position
"""
"""Where somebody lives, to be turned into how deprived that is before anything leaves."""


WORK_COLUMNS: Final = (
    "person_id", "work_id", "kind", "mark", "state", "note", "started_on", "due_on", "ended_on",
    "value", "other", "practice", "source",
)  # fmt: skip
"""Columns of every room's `WORK`, as `insight.shapes.WORK` says, before anybody has a pseudonym."""

# Who was asked for and never seen counts too: what was only planned is told here.
_WORKED: Final = """
select s.person_id, e.id, e.kind, e.detail, e.starts_at, e.ends_at, e.source
  from records_subject s join records_entry e on e.subject_id = s.id
 where s.person_id is not null and e.kind = 'episode' and e.starts_at is not null
   and e.status not in ('cancelled', 'in_error') and e.erased_at is null
   and e.part not in ('protected', 'safeguarding')
"""
_LEFT: Final = "(e.detail ->> 'left_hospital_at')::timestamptz"
_SEEN: Final = "(e.detail ->> 'first_seen_at')::timestamptz"
_MINUTES: Final = f"""
coalesce((e.detail ->> 'minutes_to_first_visit')::float8,
         extract(epoch from {_SEEN} - {_LEFT})::float8 / 60)
"""
# The clock starts when somebody leaves hospital, else when they were asked for.
_CLOCK: Final = (
    f"coalesce({_LEFT}, {_SEEN} - make_interval(mins => ({_MINUTES})::int), e.starts_at)"
)
_READY: Final = """
(jsonb_path_query_first(e.detail, '$.earlier_statuses[*] ? (@.status == "ready to leave").since')
 #>> '{}')::timestamptz
"""

WORK: Final = f"""
with e as materialized ({_WORKED})
select e.person_id, e.id as work_id, 'life' as kind, e.detail ->> 'stream' as mark,
       coalesce(nullif(e.detail ->> 'sequel', ''), e.detail ->> 'disposition', '') as state,
       coalesce(e.detail ->> 'decision', '') as note, {_day(_CLOCK)} as started_on,
       null::date as due_on, {_day("e.ends_at")} as ended_on, {_MINUTES} as value,
       extract(epoch from ({_CLOCK} at time zone '{TIMEZONE}')::time)::float8 / 60 as other,
       null::text as practice, e.source
  from e where coalesce(e.detail ->> 'stream', '') <> ''
union all
select e.person_id, e.id, 'day_91', e.detail ->> 'stream',
       coalesce(e.detail ->> 'status_at_91_days', ''), '', {_day(_LEFT)}, {_day(_LEFT)} + 91, null,
       null, null, null, e.source
  from e where coalesce(e.detail ->> 'stream', '') <> '' and {_LEFT} is not null
           and {_SEEN} is not null
union all
select e.person_id, e.id, 'delay', '', '', '', {_day(_READY)}, null, {_day("e.ends_at")}, null,
       null, null, e.source
  from e where {_READY} is not null
"""
"""What partners' feeds tell of the services' own work; columns as `WORK_COLUMNS`."""
