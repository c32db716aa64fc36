"""Who looked at a record: a page about the person that was opened counts, a form nobody sent too."""

from django.db import migrations

FORWARD = """
-- Who looked at a record, and why they could: for those who answer for access, and for the person.
-- One row for what one account did in one hat for one purpose and reason on one day of `zone`. That a
-- page about the person was opened, whatever it then showed, is `open_page`.
create or replace function access_looks(of_person uuid, since timestamptz, zone text, most integer)
returns table (entry_id bigint, first_at timestamptz, last_at timestamptz, times bigint,
    account_id uuid, account_kind text, name text, hat_id uuid, role text, title text,
    organisation_id uuid, organisation text, actions text[], outcome text, purpose text,
    reason text, connected text[], is_list boolean)
language sql stable security definer set search_path = public, pg_temp as
$$
with may as materialized (
    select 'see_audit' = any (access_permissions())
        or exists (select from access_ownrecord o
                    where o.person_id = of_person and o.account_id = any (access_parties())
                      and o.suspended_at is null and not o.is_supporter) as may
), selves as materialized (
    select of_person as id
    union
    -- Whoever was found to be the same person, unless that was undone since.
    select (m.detail ->> 'given_up')::uuid from access_auditentry m
     where m.person_id = of_person and m.action = 'merge'
       and not exists (select from access_auditentry u
                        where u.person_id = of_person and u.action = 'undo_merge'
                          and u.subject_id = m.subject_id and u.recorded_at > m.recorded_at)
), seen as (
    select e.*, case when e.subject_kind = 'person_id' then 'open_page' else e.action end as did,
           false as is_list
      from access_auditentry e
     where e.person_id in (select id from selves) and e.recorded_at >= since
       and (select may.may from may)
       -- Pages of officers who look up who looked leave an entry of just that.
       and not (e.subject_kind = 'person_id' and e.action = 'see_audit' and e.outcome = 'done')
    union all
    select e.*, e.action, true from access_auditperson p join access_auditentry e on e.id = p.entry_id
     where p.person_id in (select id from selves) and e.recorded_at >= since
       and (select may.may from may)
), days as (
    select min(s.id) as entry_id, max(s.id) as newest, min(s.care_at) as first_at, max(s.care_at) as last_at,
           -- A page opened and what it then showed are one look.
           greatest(count(*) filter (where s.did <> 'open_page'),
                    count(*) filter (where s.did = 'open_page')) as times,
           s.account_id, s.account_kind, s.hat_id, s.role, s.organisation_id,
           array_agg(distinct s.did::text) as actions, s.outcome, s.purpose, s.reason, s.is_list
      from seen s
     group by s.account_id, s.account_kind, s.hat_id, s.role, s.organisation_id, s.outcome,
              s.purpose, s.reason, s.is_list, date_trunc('day', s.care_at, zone)
     order by max(s.care_at) desc, max(s.id) desc
     limit most
)
select d.entry_id, d.first_at, d.last_at, d.times, d.account_id, d.account_kind::text,
       coalesce(a.name, '')::text, d.hat_id, d.role::text, coalesce(p.title, '')::text,
       d.organisation_id, coalesce(o.name, '')::text, d.actions, d.outcome::text, d.purpose::text,
       d.reason::text,
       array(select distinct r.kind::text from access_relationship r
              where r.person_id in (select id from selves)
                and (r.party_id in (d.account_id, d.hat_id, d.organisation_id, p.network_id,
                                    o.network_id)
                     or r.party_id in (select t.team_id from partners_post_teams t
                                        where t.post_id = h.post_id))
                and r.starts_at <= d.last_at and (r.ends_at is null or r.ends_at >= d.first_at)),
       d.is_list
  from days d
  left join access_account a on a.id = d.account_id
  left join access_hat h on h.id = d.hat_id
  left join partners_post p on p.id = h.post_id
  left join partners_organisation o on o.id = d.organisation_id
 order by d.last_at desc, d.newest desc
$$;
"""
BACKWARD = """
-- Who looked at a record, and why they could: for those who answer for access, and for the person.
-- One row for what one account did in one hat for one purpose and reason on one day of `zone`.
create or replace function access_looks(of_person uuid, since timestamptz, zone text, most integer)
returns table (entry_id bigint, first_at timestamptz, last_at timestamptz, times bigint,
    account_id uuid, account_kind text, name text, hat_id uuid, role text, title text,
    organisation_id uuid, organisation text, actions text[], outcome text, purpose text,
    reason text, connected text[], is_list boolean)
language sql stable security definer set search_path = public, pg_temp as
$$
with may as materialized (
    select 'see_audit' = any (access_permissions())
        or exists (select from access_ownrecord o
                    where o.person_id = of_person and o.account_id = any (access_parties())
                      and o.suspended_at is null and not o.is_supporter) as may
), selves as materialized (
    select of_person as id
    union
    -- Whoever was found to be the same person, unless that was undone since.
    select (m.detail ->> 'given_up')::uuid from access_auditentry m
     where m.person_id = of_person and m.action = 'merge'
       and not exists (select from access_auditentry u
                        where u.person_id = of_person and u.action = 'undo_merge'
                          and u.subject_id = m.subject_id and u.recorded_at > m.recorded_at)
), seen as (
    select e.*, false as is_list from access_auditentry e
     where e.person_id in (select id from selves) and e.recorded_at >= since
       and (select may.may from may)
    union all
    select e.*, true from access_auditperson p join access_auditentry e on e.id = p.entry_id
     where p.person_id in (select id from selves) and e.recorded_at >= since
       and (select may.may from may)
), days as (
    select min(s.id) as entry_id, max(s.id) as newest, min(s.care_at) as first_at, max(s.care_at) as last_at,
           count(*) as times, s.account_id, s.account_kind, s.hat_id, s.role, s.organisation_id,
           array_agg(distinct s.action::text) as actions, s.outcome, s.purpose, s.reason, s.is_list
      from seen s
     group by s.account_id, s.account_kind, s.hat_id, s.role, s.organisation_id, s.outcome,
              s.purpose, s.reason, s.is_list, date_trunc('day', s.care_at, zone)
     order by max(s.care_at) desc, max(s.id) desc
     limit most
)
select d.entry_id, d.first_at, d.last_at, d.times, d.account_id, d.account_kind::text,
       coalesce(a.name, '')::text, d.hat_id, d.role::text, coalesce(p.title, '')::text,
       d.organisation_id, coalesce(o.name, '')::text, d.actions, d.outcome::text, d.purpose::text,
       d.reason::text,
       array(select distinct r.kind::text from access_relationship r
              where r.person_id in (select id from selves)
                and (r.party_id in (d.account_id, d.hat_id, d.organisation_id, p.network_id,
                                    o.network_id)
                     or r.party_id in (select t.team_id from partners_post_teams t
                                        where t.post_id = h.post_id))
                and r.starts_at <= d.last_at and (r.ends_at is null or r.ends_at >= d.first_at)),
       d.is_list
  from days d
  left join access_account a on a.id = d.account_id
  left join access_hat h on h.id = d.hat_id
  left join partners_post p on p.id = h.post_id
  left join partners_organisation o on o.id = d.organisation_id
 order by d.last_at desc, d.newest desc
$$;
"""


class Migration(migrations.Migration):
    """Who may call it stays as it was."""

    dependencies = [("access", "0021_worn_purpose")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
