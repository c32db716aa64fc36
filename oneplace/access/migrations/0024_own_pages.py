"""Somebody's own page: who comes in by which account, by which link, and what that opens.

An own record is a key, so who serves pages does not cut it: the owner's functions do, each with its
entry in the audit, for a resident's or supporter's account and never for whoever is acting.
"""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

import oneplace.kit.fields

FORWARD = """
-- Those whose own page the viewer opens; `also_supporters`, those they were chosen to help too. Whoever
-- is sealed, or whom a court restricts, has none, unless its list names the account; and whoever the
-- record is closed to by name does not come in by another door.
create function access_own_people(also_supporters boolean) returns uuid[]
language sql stable security definer set search_path = public, pg_temp as
$$ select coalesce(array_agg(o.person_id), '{}') from access_ownrecord o
    where o.account_id = access_viewer() and o.suspended_at is null and o.ended_at is null
      and (also_supporters or not o.is_supporter)
      and not exists (
          select from access_barrier b
           where b.person_id = o.person_id and b.category = ''
             and not o.account_id = any (b.lets_in)
             and b.starts_at <= coalesce(access_at(), now())
             and (b.ends_at is null or b.ends_at > coalesce(access_at(), now()))
             and (b.party_id = o.account_id
                  or b.party_id is null and b.kind in ('sealed', 'court_restriction'))) $$;

-- Who is connected with the person today, for the person: whoever cares for them, and whom they
-- chose. Who looks into a concern, puts records together or came in an emergency is not told here.
create function access_around_me(of_person uuid) returns table (party_id uuid, kind text,
    since timestamptz)
language sql stable security definer set search_path = public, pg_temp as
$$ select r.party_id, r.kind::text, min(r.starts_at) from access_relationship r
    where r.person_id = of_person and of_person = any (access_own_people(false))
      and r.kind in ('registered_practice', 'caseload', 'huddle_list', 'open_referral', 'care_home',
                     'action_owner', 'supporter')
      and r.starts_at <= coalesce(access_at(), now())
      and (r.ends_at is null or r.ends_at > coalesce(access_at(), now()))
    group by r.party_id, r.kind $$;

create function access_may_let_in(of_person uuid) returns boolean
language plpgsql stable set search_path = public, pg_temp as
$$ begin return 'keep_choices' = any (access_permissions()) and access_record_open(of_person); end $$;

create function access_open_own_record(opened jsonb) returns void
language plpgsql security definer set search_path = public, pg_temp as
$$ declare o access_ownrecord := jsonb_populate_record(null::access_ownrecord, opened); begin
    perform access_demand_entry('open_own_record', 'own_record', o.id, o.person_id);
    if not access_may_let_in(o.person_id) or o.account_id = any (access_parties()) then
        raise exception 'an own page is opened by whoever keeps the choices of this person, for others'
            using errcode = 'insufficient_privilege';
    end if;
    if not exists (select from access_account a where a.id = o.account_id
                    and a.kind = case when o.is_supporter then 'supporter' else 'resident' end) then
        raise exception 'an own page is opened to a resident''s or supporter''s account alone'
            using errcode = 'insufficient_privilege';
    end if;
    if btrim(coalesce(o.confirmed_how, '')) = '' then
        raise exception 'how it was confirmed is missing' using errcode = 'insufficient_privilege';
    end if;
    insert into access_relationship
           (id, person_id, party_id, kind, source, source_id, starts_at, written_at)
    values (o.relationship_id, o.person_id, o.account_id,
            case when o.is_supporter then 'supporter' else 'own_record' end, 'access.own_record',
            o.id, o.confirmed_at, statement_timestamp());
    insert into access_ownrecord
           (id, account_id, person_id, is_supporter, relation, email, confirmed_at,
            confirmed_by_id, confirmed_by_name, confirmed_how, relationship_id, suspended_by_name,
            suspended_why)
    values (o.id, o.account_id, o.person_id, o.is_supporter, coalesce(o.relation, ''),
            coalesce(o.email, ''), o.confirmed_at, o.confirmed_by_id,
            coalesce(o.confirmed_by_name, ''), o.confirmed_how, o.relationship_id, '', '');
end $$;

-- Closes it at once, by whoever keeps the person's choices, or by the person, of a supporter. How
-- many were closed: one or none.
create function access_suspend_own_record(of_id uuid, of_person uuid, ends timestamptz,
    by_name text, in_words text, for_good boolean) returns bigint
language plpgsql security definer set search_path = public, pg_temp as
$$ declare closed bigint; begin
    perform access_demand_entry('suspend_own_record', 'own_record', of_id, of_person);
    update access_ownrecord o
       set suspended_at = coalesce(o.suspended_at, ends), suspended_by_name = by_name,
           suspended_why = in_words, ended_at = case when for_good then ends end
     where o.id = of_id and o.person_id = of_person and o.ended_at is null
       and (o.suspended_at is null or for_good)
       and (access_may_let_in(of_person)
            or o.is_supporter and of_person = any (access_own_people(false)));
    get diagnostics closed = row_count;
    if closed = 1 then
        update access_relationship r set ends_at = greatest(r.starts_at, ends)
          from access_ownrecord o
         where o.id = of_id and r.id = o.relationship_id and r.ends_at is null;
        update access_ownlink l set expires_at = least(l.expires_at, now())
         where l.own_record_id = of_id;
    end if;
    return closed;
end $$;

-- Opens it again after the person was asked alone once more.
create function access_resume_own_record(of_id uuid, of_person uuid, begins timestamptz,
    by_id uuid, by_name text, how text, relationship uuid) returns bigint
language plpgsql security definer set search_path = public, pg_temp as
$$ declare opened bigint; begin
    perform access_demand_entry('resume_own_record', 'own_record', of_id, of_person);
    if not access_may_let_in(of_person) or btrim(coalesce(how, '')) = '' then
        raise exception 'an own page is opened again by whoever keeps the choices of this person'
            using errcode = 'insufficient_privilege';
    end if;
    update access_ownrecord o
       set suspended_at = null, suspended_by_name = '', suspended_why = '', confirmed_at = begins,
           confirmed_by_id = by_id, confirmed_by_name = by_name, confirmed_how = how,
           relationship_id = relationship
     where o.id = of_id and o.person_id = of_person and o.ended_at is null
       and o.suspended_at is not null;
    get diagnostics opened = row_count;
    if opened = 1 then
        insert into access_relationship
               (id, person_id, party_id, kind, source, source_id, starts_at, written_at)
        select relationship, o.person_id, o.account_id,
               case when o.is_supporter then 'supporter' else 'own_record' end,
               'access.own_record', o.id, begins, statement_timestamp()
          from access_ownrecord o where o.id = of_id;
    end if;
    return opened;
end $$;

-- A new link, by whoever keeps the person's choices; links sent before it open nothing any more.
create function access_make_own_link(of_id uuid, of_person uuid, link uuid, secret text, code text,
    expires timestamptz) returns bigint
language plpgsql security definer set search_path = public, pg_temp as
$$ declare made bigint; begin
    perform access_demand_entry('send_own_link', 'own_record', of_id, of_person);
    if not access_may_let_in(of_person) then
        raise exception 'a link to an own page is made by whoever keeps the choices of this person'
            using errcode = 'insufficient_privilege';
    end if;
    update access_ownlink set expires_at = least(expires_at, now()) where own_record_id = of_id;
    insert into access_ownlink (id, own_record_id, secret_hash, code_hash, expires_at, wrong_codes)
    select link, o.id, secret, code, expires, 0 from access_ownrecord o
     where o.id = of_id and o.person_id = of_person and o.suspended_at is null
       and o.ended_at is null;
    get diagnostics made = row_count;
    return made;
end $$;

-- Opened by somebody nobody knows: the secret and the code are all they have. `standing` says
-- whether there is such a link at all, so that a wrong code can be told from one that is over. The
-- fifth wrong code is answered like the first: the link is over from the next try on.
create function access_open_own_link(of_secret text, of_code text)
returns table (standing boolean, account_id uuid)
language plpgsql security definer set search_path = public, pg_temp as
$$ declare l access_ownlink; begin
    select k.* into l from access_ownlink k
      join access_ownrecord o on o.id = k.own_record_id
     where k.secret_hash = of_secret and of_secret <> '' and k.used_at is null
       and k.expires_at > now() and k.wrong_codes < 5
       and o.suspended_at is null and o.ended_at is null
       for update of k;
    if l.id is null then return query select false, null::uuid; return; end if;
    -- The page before the code was typed.
    if coalesce(of_code, '') = '' then return query select true, null::uuid; return; end if;
    if l.code_hash <> of_code then
        update access_ownlink set wrong_codes = wrong_codes + 1 where id = l.id;
        return query select true, null::uuid;
        return;
    end if;
    update access_ownlink set used_at = now() where id = l.id;
    return query select true, o.account_id from access_ownrecord o where o.id = l.own_record_id;
end $$;
"""
BACKWARD = """
drop function access_open_own_link(text, text);
drop function access_make_own_link(uuid, uuid, uuid, text, text, timestamptz);
drop function access_resume_own_record(uuid, uuid, timestamptz, uuid, text, text, uuid);
drop function access_suspend_own_record(uuid, uuid, timestamptz, text, text, boolean);
drop function access_open_own_record(jsonb);
drop function access_may_let_in(uuid); drop function access_around_me(uuid);
drop function access_own_people(boolean) cascade;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0023_partners_parts"),
    ]

    operations = [
        migrations.AddField(
            model_name="ownrecord",
            name="confirmed_by_id",
            field=models.UUIDField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="ownrecord",
            name="confirmed_by_name",
            field=models.CharField(blank=True, max_length=160),
        ),
        migrations.AddField(
            model_name="ownrecord",
            name="confirmed_how",
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name="ownrecord",
            name="email",
            field=models.EmailField(blank=True, max_length=254),
        ),
        migrations.AddField(
            model_name="ownrecord",
            name="ended_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="ownrecord",
            name="relation",
            field=models.CharField(blank=True, max_length=80),
        ),
        migrations.AddField(
            model_name="ownrecord",
            name="relationship_id",
            field=models.UUIDField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="ownrecord",
            name="suspended_by_name",
            field=models.CharField(blank=True, max_length=160),
        ),
        migrations.AddField(
            model_name="ownrecord",
            name="suspended_why",
            field=models.TextField(blank=True),
        ),
        migrations.CreateModel(
            name="OwnLink",
            fields=[
                ("id", oneplace.kit.fields.IdField(primary_key=True, serialize=False)),
                ("secret_hash", models.CharField(max_length=64, unique=True)),
                ("code_hash", models.CharField(max_length=64)),
                (
                    "made_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                ("expires_at", models.DateTimeField()),
                ("used_at", models.DateTimeField(blank=True, null=True)),
                ("wrong_codes", models.PositiveSmallIntegerField(default=0)),
                (
                    "own_record",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="links",
                        to="access.ownrecord",
                    ),
                ),
            ],
            options={
                "ordering": ["-made_at"],
            },
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
