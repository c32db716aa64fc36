"""A record opened to look into a safeguarding concern: cut by the owner's function, with its entry."""

import datetime

import django.db.models.expressions
import django.db.models.functions.datetime
from django.db import migrations, models

import oneplace.kit.fields

FORWARD = """
-- True where it opened; false where nothing opens this way, and then nothing was written.
create function access_wear_safeguarding(opened jsonb) returns boolean
language plpgsql security definer set search_path = public, pg_temp as
$$ declare
    w access_wornpurpose := jsonb_populate_record(null::access_wornpurpose, opened);
begin
    perform access_demand_entry('wear_safeguarding', 'worn_purpose', w.id, w.person_id);
    if not 'wear_safeguarding' = any (access_permissions())
       or w.account_id is null or not w.account_id = any (access_parties()) then
        raise exception 'a concern is looked into by whoever may, for themselves alone'
            using errcode = 'insufficient_privilege';
    end if;
    if w.purpose is distinct from 'safeguarding' or btrim(coalesce(w.reason, '')) = '' then
        raise exception 'a concern is looked into to keep somebody safe, with a reason'
            using errcode = 'insufficient_privilege';
    end if;
    if w.starts_at is distinct from access_at() or w.ends_at is null or w.ends_at <= w.starts_at
       or w.ends_at > w.starts_at + interval '4 hours' then
        raise exception 'a look begins now and ends within four hours'
            using errcode = 'insufficient_privilege';
    end if;
    begin
        -- A seal is passed by nobody in this way, not even by who is on its list.
        if exists (
            select from access_barrier b
             where b.person_id = w.person_id and b.category = ''
               and b.kind in ('sealed', 'court_restriction')
               and (b.party_id is null or b.party_id = any (access_parties()))
               and b.starts_at <= w.starts_at and (b.ends_at is null or b.ends_at > w.starts_at)
        ) then
            raise exception 'sealed' using errcode = 'OP001';
        end if;
        insert into access_relationship
               (id, person_id, party_id, kind, source, source_id, starts_at, ends_at, written_at)
        values (w.relationship_id, w.person_id, access_viewer(), 'safeguarding_enquiry', 'access',
                w.id, w.starts_at, w.ends_at, statement_timestamp());
        insert into access_wornpurpose
               (id, account_id, account_name, hat_id, role, title, organisation_id,
                organisation_name, person_id, relationship_id, purpose, reason, starts_at, ends_at,
                from_address, request_id)
        values (w.id, w.account_id, w.account_name, w.hat_id, w.role, coalesce(w.title, ''),
                w.organisation_id, coalesce(w.organisation_name, ''), w.person_id,
                w.relationship_id, w.purpose, w.reason, w.starts_at, w.ends_at, w.from_address,
                w.request_id);
        -- The rule itself has the last word: a worker the person keeps out stays out.
        if not access_record_open(w.person_id) then
            raise exception 'closed' using errcode = 'OP001';
        end if;
    exception when sqlstate 'OP001' then
        return false;
    end;
    return true;
end $$;

-- Ends it before its time, by whoever looks. How many ended: one or none.
create function access_take_off_safeguarding(of_id uuid, of_person uuid, ends timestamptz)
    returns bigint
language plpgsql security definer set search_path = public, pg_temp as
$$ declare ended bigint; begin
    perform access_demand_entry('take_off_safeguarding', 'worn_purpose', of_id, of_person);
    update access_wornpurpose w set ended_at = ends
     where w.id = of_id and w.person_id = of_person and w.account_id = any (access_parties())
       and w.ended_at is null and w.ends_at > ends and w.starts_at <= ends;
    get diagnostics ended = row_count;
    if ended = 1 then
        update access_relationship r set ends_at = ends
          from access_wornpurpose w where w.id = of_id and r.id = w.relationship_id;
    end if;
    return ended;
end $$;

-- Until when somebody wears the purpose for a person: asked before there is a viewer, by the account and
-- the hat of a session; told nobody of anybody else.
create function access_worn_until(of_account uuid, of_hat uuid, of_person uuid, now_at timestamptz)
    returns timestamptz
language sql stable security definer set search_path = public, pg_temp as
$$ select max(w.ends_at) from access_wornpurpose w
    where w.account_id = of_account and w.person_id = of_person
      and w.hat_id is not distinct from of_hat
      and (access_viewer() is null or w.account_id = any (access_parties()))
      and w.ended_at is null and w.starts_at <= now_at and w.ends_at > now_at $$;
"""
BACKWARD = """
drop function access_worn_until(uuid, uuid, uuid, timestamptz);
drop function access_take_off_safeguarding(uuid, uuid, timestamptz);
drop function access_wear_safeguarding(jsonb);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0020_national_opt_out"),
    ]

    operations = [
        migrations.CreateModel(
            name="WornPurpose",
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
            ],
            options={
                "ordering": ["-starts_at", "-id"],
                "indexes": [
                    models.Index(
                        fields=["account_id", "person_id", "starts_at"],
                        name="access_worn_account_17f7f4_idx",
                    )
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
                                    models.Value(datetime.timedelta(seconds=14400)),
                                ),
                            ),
                        ),
                        name="access_worn_for_hours",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("purpose", "safeguarding")),
                        name="access_worn_for_safety",
                    ),
                ],
            },
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
