"""The person’s own words beside an entry; erasure that stays; what a request is about."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import oneplace.kit.fields

FORWARD = """
-- Only where an erasure is certified does a content go; nothing else of a version ever changes.
create or replace function records_version_is_kept() returns trigger language plpgsql as $$
begin
    if tg_op <> 'UPDATE' then
        raise exception 'versions only grow: % on % is refused', tg_op, tg_table_name
            using errcode = 'insufficient_privilege';
    end if;
    -- Only the span over which it was said may widen.
    if (new.id, new.thing, new.thing_id, new.source, new.content_sha)
            is distinct from (old.id, old.thing, old.thing_id, old.source, old.content_sha)
        or new.content <> old.content
           and not (new.content = '{}'::jsonb and records_is_erased(new.thing_id))
        or new.subject_id is distinct from old.subject_id
        or new.delivery_id is distinct from old.delivery_id
        or new.place <> old.place
        or (new.arrived_at, new.received_at) is distinct from (old.arrived_at, old.received_at)
        or new.first_said_at > old.first_said_at
        or new.said_at < old.said_at then
        raise exception 'a version says for ever what it said'
            using errcode = 'insufficient_privilege';
    end if;
    return new;
end $$;

create function records_is_erased(of_thing uuid) returns boolean
language sql stable security definer set search_path = public, pg_temp as
$$ select exists (select from records_erasure x where x.entry_id = of_thing) $$;

-- What is erased stays so, whatever its source says of it later.
create function records_stays_erased() returns trigger language plpgsql as
$$ begin return null; end $$;
create trigger stays_erased before update on records_entry
    for each row when (old.erased_at is not null) execute function records_stays_erased();

create function records_keeps_none_of_erased() returns trigger language plpgsql as
$$ begin
    if new.thing = 'entry' and records_is_erased(new.thing_id) then return null; end if;
    return new;
end $$;
create trigger keeps_none_of_erased before insert on records_version
    for each row execute function records_keeps_none_of_erased();

-- Whose entries a request reaches for this viewer: null for everybody's.
create function records_owners_of_right(of_right uuid) returns text[]
language sql stable security definer set search_path = public, pg_temp as
$$ select case when not r.organisation_id = any (access_parties()) then access_owners_of(r.asked_id)
               when r.covers = 'all' then null
               else access_owners_of(r.organisation_id) end
     from access_right r where r.id = of_right $$;

create function records_of_right(of_right uuid, wanted text) returns setof records_entry
language plpgsql security definer set search_path = public, pg_temp as
$$ declare
    person uuid := access_person_of_right(of_right, wanted);
    owners text[] := records_owners_of_right(of_right);
begin
    return query select e.* from records_subject s join records_entry e on e.subject_id = s.id
      where s.person_id = person and e.erased_at is null
        and (owners is null or e.owner = any (owners));
end $$;

create function records_identities_of_right(of_right uuid, wanted text)
returns setof records_identity
language plpgsql security definer set search_path = public, pg_temp as
$$ declare
    person uuid := access_person_of_right(of_right, wanted);
    owners text[] := records_owners_of_right(of_right);
begin
    return query select i.* from records_subject s join records_identity i on i.subject_id = s.id
      where s.person_id = person and (owners is null or i.owner = any (owners));
end $$;

create function records_reach_of_right(of_right uuid, wanted text) returns setof records_reach
language plpgsql security definer set search_path = public, pg_temp as
$$ begin
    return query select w.* from records_identities_of_right(of_right, wanted) i
      join records_reach w on w.identity_id = i.id;
end $$;

create function records_own_words_of_right(of_right uuid, wanted text) returns setof records_ownwords
language plpgsql security definer set search_path = public, pg_temp as
$$ begin
    return query select o.* from records_of_right(of_right, wanted) e
      join records_ownwords o on o.entry_id = e.id where o.withdrawn_at is null;
end $$;

-- Stops, or lets go on, the use of entries: no role has the part of a record that is marked so.
create function records_restrict(of_right uuid, entries uuid[], is_restricted boolean, of_why text,
    by_id uuid, by_name text, of_at timestamptz) returns bigint
language plpgsql security definer set search_path = public, pg_temp as
$$ declare mine uuid[]; begin
    mine := array(select e.id from records_of_right(of_right, 'restrict_entries') e
                   where e.id = any (entries));
    if is_restricted then
        insert into records_restriction (id, entry_id, person_id, label, why, put_at, put_by_id,
                put_by_name, lifted_by_name, lifted_why)
        select gen_random_uuid(), e.id, s.person_id, 'use_restricted', of_why, of_at, by_id, by_name,
               '', ''
          from records_entry e join records_subject s on s.id = e.subject_id
         where e.id = any (mine)
            on conflict do nothing;
    else
        update records_restriction set lifted_at = of_at, lifted_by_name = by_name,
               lifted_why = of_why
         where entry_id = any (mine) and label = 'use_restricted' and lifted_at is null;
    end if;
    update records_entry e
       set own_labels = array(select r.label from records_restriction r
                               where r.entry_id = e.id and r.lifted_at is null order by r.label)
     where e.id = any (mine);
    return cardinality(mine);
end $$;

create function records_put_beside(of_right uuid, said jsonb) returns void
language plpgsql security definer set search_path = public, pg_temp as
$$ declare o records_ownwords := jsonb_populate_record(null::records_ownwords, said); begin
    if not exists (select from records_of_right(of_right, 'put_beside') e where e.id = o.entry_id) then
        raise exception 'this entry is not one of the request' using errcode = 'insufficient_privilege';
    end if;
    insert into records_ownwords
           (id, entry_id, words, said_by, right_id, taken_by_id, taken_by_name, taken_at)
    values (o.id, o.entry_id, o.words, o.said_by, of_right, o.taken_by_id, o.taken_by_name,
            o.taken_at);
end $$;
"""
BACKWARD = """
drop function records_put_beside(uuid, jsonb);
drop function records_restrict(uuid, uuid[], boolean, text, uuid, text, timestamptz);
drop function records_own_words_of_right(uuid, text);
drop function records_reach_of_right(uuid, text);
drop function records_identities_of_right(uuid, text);
drop function records_of_right(uuid, text); drop function records_owners_of_right(uuid);
drop trigger keeps_none_of_erased on records_version;
drop function records_keeps_none_of_erased();
drop trigger stays_erased on records_entry; drop function records_stays_erased();
drop function records_is_erased(uuid);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0006_news"),
        ("access", "0015_rights"),
    ]

    operations = [
        migrations.AddField(
            model_name="entry",
            name="erased_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.CreateModel(
            name="Erasure",
            fields=[
                ("id", oneplace.kit.fields.IdField(primary_key=True, serialize=False)),
                ("right_id", models.UUIDField()),
                ("certificate", models.CharField(max_length=40)),
                ("entry_id", models.UUIDField(unique=True)),
                ("source", models.TextField()),
                ("kind", models.CharField(max_length=48)),
                (
                    "content_shas",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=64), size=None
                    ),
                ),
                ("cut_from", models.JSONField(default=list)),
                ("ground", models.CharField(max_length=60)),
                ("why", models.TextField()),
                ("decided_by_name", models.CharField(max_length=160)),
                ("signed_by_name", models.CharField(max_length=160)),
                ("erased_at", models.DateTimeField()),
                (
                    "subject",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="records.subject",
                    ),
                ),
            ],
            options={
                "ordering": ["-erased_at", "id"],
            },
        ),
        migrations.CreateModel(
            name="OwnWords",
            fields=[
                ("id", oneplace.kit.fields.IdField(primary_key=True, serialize=False)),
                ("words", models.TextField()),
                ("said_by", models.CharField(max_length=160)),
                ("right_id", models.UUIDField(blank=True, null=True)),
                ("taken_by_id", models.UUIDField()),
                ("taken_by_name", models.CharField(max_length=160)),
                ("taken_at", models.DateTimeField()),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
                (
                    "entry",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="own_words",
                        to="records.entry",
                    ),
                ),
            ],
            options={
                "ordering": ["taken_at", "id"],
            },
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
