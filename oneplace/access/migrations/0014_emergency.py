"""Emergency access, questions about a look, looks out of the ordinary; and who looked, and why.

Emergency access is a key to a record, so who serves pages does not cut it: the owner's function does,
with the entry in the audit, for an hour at most, for care or safety alone, and never through a seal.
"""

import datetime

import django.contrib.postgres.fields
import django.db.models.expressions
import django.db.models.functions.datetime
from django.db import migrations, models

import oneplace.kit.fields

FORWARD = """
-- True where it opened; false where nothing opens this way, and then nothing was written.
create function access_open_emergency(opened jsonb) returns boolean
language plpgsql security definer set search_path = public, pg_temp as
$$ declare
    e access_emergencyaccess := jsonb_populate_record(null::access_emergencyaccess, opened);
begin
    perform access_demand_entry('open_emergency', 'emergency', e.id, e.person_id);
    if e.account_id is null or not e.account_id = any (access_parties()) then
        raise exception 'emergency access is opened by whoever needs it, for themselves alone'
            using errcode = 'insufficient_privilege';
    end if;
    if e.purpose is null or e.purpose not in ('direct_care', 'safeguarding') then
        raise exception 'emergency access is for care or safety, not for %', e.purpose
            using errcode = 'insufficient_privilege';
    end if;
    if btrim(coalesce(e.reason, '')) = '' then
        raise exception 'emergency access needs a reason' using errcode = 'insufficient_privilege';
    end if;
    if e.starts_at is distinct from access_at() or e.ends_at is null or e.ends_at <= e.starts_at
       or e.ends_at > e.starts_at + interval '60 minutes' then
        raise exception 'emergency access begins now and ends within 60 minutes'
            using errcode = 'insufficient_privilege';
    end if;
    begin
        -- A seal is passed by nobody in this way, not even by who is on its list.
        if exists (
            select from access_barrier b
             where b.person_id = e.person_id and b.category = ''
               and b.kind in ('sealed', 'court_restriction')
               and (b.party_id is null or b.party_id = any (access_parties()))
               and b.starts_at <= e.starts_at and (b.ends_at is null or b.ends_at > e.starts_at)
        ) then
            raise exception 'sealed' using errcode = 'OP001';
        end if;
        insert into access_relationship
               (id, person_id, party_id, kind, source, source_id, starts_at, ends_at, written_at)
        values (e.relationship_id, e.person_id, access_viewer(), 'emergency', 'access', e.id,
                e.starts_at, e.ends_at, statement_timestamp());
        insert into access_emergencyaccess
               (id, account_id, account_name, hat_id, role, title, organisation_id,
                organisation_name, person_id, relationship_id, purpose, ground, reason, starts_at,
                ends_at, from_address, request_id, is_unsafe_to_tell, unsafe_why, concerned,
                officers_told, not_told_why, reviewed_by_name, outcome, review_words)
        values (e.id, e.account_id, e.account_name, e.hat_id, e.role, coalesce(e.title, ''),
                e.organisation_id, coalesce(e.organisation_name, ''), e.person_id,
                e.relationship_id, e.purpose, e.ground, e.reason, e.starts_at, e.ends_at,
                e.from_address, e.request_id, coalesce(e.is_unsafe_to_tell, false),
                coalesce(e.unsafe_why, ''),
                -- Whoever is connected with the person today is concerned.
                array(select distinct r.party_id from access_relationship r
                       where r.person_id = e.person_id and r.id <> e.relationship_id
                         and r.starts_at <= e.starts_at
                         and (r.ends_at is null or r.ends_at > e.starts_at)),
                0, '', '', '', '');
        -- The rule itself has the last word: a worker the person keeps out stays out.
        if not access_record_open(e.person_id) then
            raise exception 'closed' using errcode = 'OP001';
        end if;
    exception when sqlstate 'OP001' then
        return false;
    end;
    return true;
end $$;

-- Whom to tell of it: known only in the transaction that opens it.
create function access_emergency_concerned(of_id uuid, of_person uuid) returns uuid[]
language plpgsql security definer set search_path = public, pg_temp as
$$ begin
    perform access_demand_entry('open_emergency', 'emergency', of_id, of_person);
    return (select concerned from access_emergencyaccess
             where id = of_id and person_id = of_person);
end $$;

-- Who was told of it, in the transaction that opens it.
create function access_note_told(of_id uuid, of_person uuid, letter uuid, why_not text,
    officers integer, also_concerned uuid[]) returns void
language plpgsql security definer set search_path = public, pg_temp as
$$ begin
    perform access_demand_entry('open_emergency', 'emergency', of_id, of_person);
    update access_emergencyaccess e
       set letter_id = letter, not_told_why = why_not, officers_told = officers,
           concerned = array(select distinct unnest(e.concerned || also_concerned))
     where id = of_id and person_id = of_person;
end $$;

-- Ends it before its time, by whoever opened it or reviews it. How many ended: one or none.
create function access_end_emergency(of_id uuid, of_person uuid, ends timestamptz) returns bigint
language plpgsql security definer set search_path = public, pg_temp as
$$ declare ended bigint; begin
    perform access_demand_entry('end_emergency', 'emergency', of_id, of_person);
    update access_emergencyaccess e set ended_at = ends
     where e.id = of_id and e.person_id = of_person
       and e.ended_at is null and e.ends_at > ends and e.starts_at <= ends
       and (e.account_id = any (access_parties())
            or 'review_emergency' = any (access_permissions()));
    get diagnostics ended = row_count;
    if ended = 1 then
        update access_relationship r set ends_at = ends
          from access_emergencyaccess e where e.id = of_id and r.id = e.relationship_id;
    end if;
    return ended;
end $$;

-- Says what to make of it; never by whoever opened it. How many were reviewed: one or none.
create function access_review_emergency(of_id uuid, of_person uuid, reviewer uuid,
    reviewer_name text, verdict text, in_words text, reviewed timestamptz) returns bigint
language plpgsql security definer set search_path = public, pg_temp as
$$ declare done bigint; begin
    perform access_demand_entry('review_emergency', 'emergency', of_id, of_person);
    if not 'review_emergency' = any (access_permissions())
       or not reviewer = any (access_parties()) then
        raise exception 'emergency access is reviewed by an officer who may, in their own name'
            using errcode = 'insufficient_privilege';
    end if;
    if coalesce(verdict, '') = '' or btrim(coalesce(in_words, '')) = '' then
        raise exception 'a review says what it found, in words'
            using errcode = 'insufficient_privilege';
    end if;
    if exists (select from access_emergencyaccess e
                where e.id = of_id and e.account_id = any (access_parties())) then
        raise exception 'nobody reviews what they opened themselves'
            using errcode = 'insufficient_privilege';
    end if;
    update access_emergencyaccess
       set reviewed_at = reviewed, reviewed_by_id = reviewer, reviewed_by_name = reviewer_name,
           outcome = verdict, review_words = in_words
     where id = of_id and person_id = of_person and reviewed_at is null;
    get diagnostics done = row_count;
    return done;
end $$;

-- Who looked at a record, and why they could: for those who answer for access, and for the person.
-- One row for what one account did in one hat for one purpose and reason on one day of `zone`.
create function access_looks(of_person uuid, since timestamptz, zone text, most integer)
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
BACKWARD = """
drop function access_looks(uuid, timestamptz, text, integer);
drop function access_review_emergency(uuid, uuid, uuid, text, text, text, timestamptz);
drop function access_end_emergency(uuid, uuid, timestamptz);
drop function access_note_told(uuid, uuid, uuid, text, integer, uuid[]);
drop function access_emergency_concerned(uuid, uuid);
drop function access_open_emergency(jsonb);
"""


class Migration(migrations.Migration):
    """Who may call the functions is granted after every migration, with all other functions."""

    dependencies = [("access", "0013_choices")]
    operations = [
        migrations.CreateModel(
            name="EmergencyAccess",
            fields=[
                ("id", oneplace.kit.fields.IdField(primary_key=True, serialize=False)),
                ("account_id", models.UUIDField()),
                ("account_name", models.CharField(max_length=160)),
                ("hat_id", models.UUIDField(blank=True, null=True)),
                ("role", models.CharField(max_length=48)),
                ("title", models.CharField(blank=True, max_length=160)),
                ("organisation_id", models.UUIDField(blank=True, null=True)),
                ("organisation_name", models.CharField(blank=True, max_length=200)),
                ("person_id", models.UUIDField(db_index=True)),
                ("relationship_id", models.UUIDField()),
                ("purpose", models.CharField(max_length=48)),
                ("ground", models.CharField(max_length=48)),
                ("reason", models.TextField()),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "recorded_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                ("from_address", models.GenericIPAddressField(blank=True, null=True)),
                ("request_id", models.UUIDField(blank=True, null=True)),
                (
                    "concerned",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.UUIDField(), blank=True, default=list, size=None
                    ),
                ),
                ("officers_told", models.PositiveSmallIntegerField(default=0)),
                ("is_unsafe_to_tell", models.BooleanField(default=False)),
                ("unsafe_why", models.TextField(blank=True)),
                ("letter_id", models.UUIDField(blank=True, null=True)),
                ("not_told_why", models.TextField(blank=True)),
                ("reviewed_at", models.DateTimeField(blank=True, null=True)),
                ("reviewed_by_id", models.UUIDField(blank=True, null=True)),
                ("reviewed_by_name", models.CharField(blank=True, max_length=160)),
                ("outcome", models.CharField(blank=True, max_length=48)),
                ("review_words", models.TextField(blank=True)),
            ],
            options={
                "ordering": ["starts_at", "id"],
                "indexes": [
                    models.Index(
                        fields=["account_id", "starts_at"], name="access_emer_account_f83fdc_idx"
                    ),
                    models.Index(
                        condition=models.Q(("reviewed_at__isnull", True)),
                        fields=["starts_at"],
                        name="access_emergency_waiting",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ends_at__gt", models.F("starts_at")),
                            (
                                "ends_at__lte",
                                django.db.models.expressions.CombinedExpression(
                                    models.F("starts_at"),
                                    "+",
                                    models.Value(datetime.timedelta(seconds=3600)),
                                ),
                            ),
                        ),
                        name="access_emergency_is_short",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("purpose__in", ["direct_care", "safeguarding"])),
                        name="access_emergency_is_for_care",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LookQuestion",
            fields=[
                ("id", oneplace.kit.fields.IdField(primary_key=True, serialize=False)),
                ("person_id", models.UUIDField(db_index=True)),
                ("entry_id", models.BigIntegerField()),
                ("about_id", models.UUIDField()),
                ("about_name", models.CharField(max_length=160)),
                ("looked_at", models.DateTimeField()),
                ("looked_words", models.TextField()),
                ("asked_by_id", models.UUIDField()),
                ("asked_by_name", models.CharField(max_length=160)),
                ("is_own", models.BooleanField(default=False)),
                ("asked_at", models.DateTimeField()),
                ("words", models.TextField()),
                (
                    "to_ids",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.UUIDField(), size=None
                    ),
                ),
                ("to_names", models.TextField()),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                ("answered_by_id", models.UUIDField(blank=True, null=True)),
                ("answered_by_name", models.CharField(blank=True, max_length=160)),
                ("answer", models.TextField(blank=True)),
            ],
            options={
                "ordering": ["asked_at", "id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("answered_at__isnull", True)),
                        fields=["asked_at"],
                        name="access_question_waiting",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="UnusualAccess",
            fields=[
                ("id", oneplace.kit.fields.IdField(primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=48)),
                ("account_id", models.UUIDField()),
                ("account_name", models.CharField(max_length=160)),
                ("title", models.CharField(blank=True, max_length=160)),
                ("organisation_id", models.UUIDField(blank=True, null=True)),
                ("organisation_name", models.CharField(blank=True, max_length=200)),
                ("person_id", models.UUIDField(blank=True, db_index=True, null=True)),
                ("on_day", models.DateField()),
                ("first_at", models.DateTimeField()),
                ("last_at", models.DateTimeField()),
                ("looks", models.PositiveIntegerField()),
                ("words", models.TextField()),
                ("found_at", models.DateTimeField()),
                ("settled_at", models.DateTimeField(blank=True, null=True)),
                ("settled_by_id", models.UUIDField(blank=True, null=True)),
                ("settled_by_name", models.CharField(blank=True, max_length=160)),
                ("outcome", models.CharField(blank=True, max_length=48)),
                ("settled_words", models.TextField(blank=True)),
            ],
            options={
                "ordering": ["first_at", "id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("settled_at__isnull", True)),
                        fields=["first_at"],
                        name="access_unusual_waiting",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("kind", "account_id", "person_id", "on_day"),
                        name="access_unusual_once_a_day",
                        nulls_distinct=False,
                    )
                ],
            },
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
