"""A browser that stays known to an own page, with a number in the head of whoever comes.

Functions of the owner's write and open it, like links; closing the page to somebody forgets their
devices in the same statement, so that nobody finds a way back.
"""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

import oneplace.kit.fields

FORWARD = """
-- Kept by whoever is signed in to a page that is open to them, of that page.
create function access_remember_device(of_own uuid, device uuid, secret text, number text,
    called text, expires timestamptz) returns bigint
language plpgsql security definer set search_path = public, pg_temp as
$$ declare o access_ownrecord; made bigint; begin
    select * into o from access_ownrecord r
     where r.id = of_own and r.account_id = access_viewer() and r.suspended_at is null
       and r.ended_at is null and r.person_id = any (access_own_people(true));
    if o.id is null or secret = '' or number = '' then return 0; end if;
    perform access_demand_entry('remember_device', 'own_device', device, o.person_id);
    insert into access_owndevice
           (id, own_record_id, secret_hash, number_hash, browser, expires_at, wrong_numbers)
    values (device, o.id, secret, number, left(called, 80), expires, 0);
    get diagnostics made = row_count;
    return made;
end $$;

-- Opened by somebody nobody knows yet, like a link: the fifth wrong number forgets the device.
create function access_open_by_device(of_secret text, of_number text)
returns table (standing boolean, account_id uuid)
language plpgsql security definer set search_path = public, pg_temp as
$$ declare d access_owndevice; begin
    select k.* into d from access_owndevice k
      join access_ownrecord o on o.id = k.own_record_id
     where k.secret_hash = of_secret and of_secret <> '' and k.expires_at > now()
       and k.wrong_numbers < 5 and o.suspended_at is null and o.ended_at is null
       for update of k;
    if d.id is null then return query select false, null::uuid; return; end if;
    if coalesce(of_number, '') = '' then return query select true, null::uuid; return; end if;
    if d.number_hash <> of_number then
        update access_owndevice set wrong_numbers = wrong_numbers + 1 where id = d.id;
        return query select true, null::uuid;
        return;
    end if;
    update access_owndevice set used_at = now(), wrong_numbers = 0 where id = d.id;
    return query select true, o.account_id from access_ownrecord o where o.id = d.own_record_id;
end $$;

-- All devices of whoever is signed in: how many were forgotten.
create function access_forget_devices() returns bigint
language plpgsql security definer set search_path = public, pg_temp as
$$ declare forgotten bigint; begin
    update access_owndevice d set expires_at = now() from access_ownrecord o
     where o.id = d.own_record_id and o.account_id = access_viewer() and d.expires_at > now();
    get diagnostics forgotten = row_count;
    return forgotten;
end $$;

-- How many browsers each of these ways in stays known to: a count and no more, for whoever reads
-- the row itself.
create function access_devices_of(of_person uuid) returns table (own_record_id uuid, devices bigint)
language sql stable security definer set search_path = public, pg_temp as
$$ select d.own_record_id, count(*) from access_owndevice d
     join access_ownrecord o on o.id = d.own_record_id
    where o.person_id = of_person and d.expires_at > now() and d.wrong_numbers < 5
      and (access_may_let_in(of_person) or of_person = any (access_own_people(false)))
    group by d.own_record_id $$;

create function access_close_devices() returns trigger
language plpgsql security definer set search_path = public, pg_temp as
$$ begin
    update access_owndevice set expires_at = least(expires_at, now())
     where own_record_id = new.id;
    return null;
end $$;
create trigger close_devices after update on access_ownrecord for each row
    when (new.suspended_at is not null and old.suspended_at is null or new.ended_at is not null)
    execute function access_close_devices();
"""
BACKWARD = """
drop trigger close_devices on access_ownrecord; drop function access_close_devices();
drop function access_devices_of(uuid); drop function access_forget_devices();
drop function access_open_by_device(text, text);
drop function access_remember_device(uuid, uuid, text, text, text, timestamptz);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0025_own_looks"),
    ]

    operations = [
        migrations.CreateModel(
            name="OwnDevice",
            fields=[
                ("id", oneplace.kit.fields.IdField(primary_key=True, serialize=False)),
                ("secret_hash", models.CharField(max_length=64, unique=True)),
                ("number_hash", models.CharField(max_length=64)),
                ("browser", models.CharField(blank=True, max_length=80)),
                (
                    "made_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                ("expires_at", models.DateTimeField()),
                ("used_at", models.DateTimeField(blank=True, null=True)),
                ("wrong_numbers", models.PositiveSmallIntegerField(default=0)),
                (
                    "own_record",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="devices",
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
