"""Requests of people about their own data; holds and reviews of what is kept long enough."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import oneplace.kit.fields

# Pages of officers read another partner's nothing: a request names its partner, and these functions
# give what belongs to one request, to whoever may handle it and has said so in the audit.
FORWARD = """
create function access_is_own(of_person uuid) returns boolean
language sql stable security definer set search_path = public, pg_temp as
$$ select exists (select from access_ownrecord o
                   where o.person_id = of_person and o.account_id = any (access_parties())) $$;

create function access_owners_of(of_organisation uuid) returns text[]
language sql stable set search_path = public, pg_temp as
$$ select coalesce(array_agg(named), '{}') from (
       select s.owner as named from access_sourceowner s where s.organisation_id = of_organisation
       union
       select 'oneplace:' || word from partners_organisation o
        cross join unnest(array[o.code, o.name]) as word where o.id = of_organisation) known $$;

create function access_person_of_right(of_right uuid, wanted text) returns uuid
language plpgsql security definer set search_path = public, pg_temp as
$$ declare found access_right; begin
    select * into found from access_right r where r.id = of_right;
    if found.person_id is null
       or not ('handle_rights' = any (access_permissions()))
       or not (found.organisation_id = any (access_parties())
               or coalesce(found.asked_id = any (access_parties()), false))
       or access_is_own(found.person_id) then
        raise exception 'this request is not this viewer''s to handle'
            using errcode = 'insufficient_privilege';
    end if;
    perform access_demand_entry(wanted, 'right', of_right, found.person_id);
    return found.person_id;
end $$;

-- A link is opened by somebody nobody knows: the secret and the code are all they have.
create function access_open_right_link(of_secret text, of_code text, wanted_form text)
returns table (handover_id uuid, person_id uuid, form text, content bytea)
language plpgsql security definer set search_path = public, pg_temp as
$$ declare h access_righthandover; begin
    select * into h from access_righthandover o
     where o.secret_hash = of_secret and of_secret <> '' and o.closed_at is null
       and o.expires_at > now() and o.wrong_codes < 5 for update;
    if h.id is null then return; end if;
    if h.code_hash <> of_code then
        update access_righthandover set wrong_codes = wrong_codes + 1 where id = h.id;
        return;
    end if;
    update access_righthandover o
       set openings = o.openings + 1, opened_at = coalesce(o.opened_at, now()), wrong_codes = 0
     where o.id = h.id;
    return query
        select h.id, r.person_id, c.form::text, c.content
          from access_right r join access_rightcopy c on c.right_id = r.id
         where r.id = h.right_id and not c.is_superseded
           and (c.form = wanted_form or (wanted_form = 'pdf' and c.form = 'html'))
         order by c.made_at desc limit 1;
end $$;
"""
BACKWARD = """
drop function access_open_right_link(text, text, text);
drop function access_person_of_right(uuid, text);
drop function access_owners_of(uuid); drop function access_is_own(uuid);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0014_emergency"),
        ("partners", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="RetentionHold",
            fields=[
                ("id", oneplace.kit.fields.IdField(primary_key=True, serialize=False)),
                ("person_id", models.UUIDField(db_index=True)),
                ("kind", models.CharField(max_length=40)),
                ("why", models.TextField()),
                ("placed_by_id", models.UUIDField()),
                ("placed_by_name", models.CharField(max_length=160)),
                ("placed_at", models.DateTimeField()),
                ("lifted_at", models.DateTimeField(blank=True, null=True)),
                ("lifted_why", models.TextField(blank=True)),
                ("lifted_by_name", models.CharField(blank=True, max_length=160)),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="partners.organisation",
                    ),
                ),
            ],
            options={
                "ordering": ["-placed_at"],
            },
        ),
        migrations.CreateModel(
            name="RetentionReview",
            fields=[
                ("id", oneplace.kit.fields.IdField(primary_key=True, serialize=False)),
                ("person_id", models.UUIDField(db_index=True)),
                ("rule", models.CharField(max_length=60)),
                ("due_on", models.DateField()),
                ("decision", models.CharField(max_length=20)),
                ("keep_until", models.DateField(blank=True, null=True)),
                ("why", models.TextField()),
                ("reviewed_by_id", models.UUIDField()),
                ("reviewed_by_name", models.CharField(max_length=160)),
                ("reviewed_at", models.DateTimeField()),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="partners.organisation",
                    ),
                ),
            ],
            options={
                "ordering": ["-reviewed_at"],
            },
        ),
        migrations.CreateModel(
            name="Right",
            fields=[
                ("id", oneplace.kit.fields.IdField(primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=48)),
                ("state", models.CharField(default="received", max_length=48)),
                ("asker_name", models.CharField(max_length=160)),
                ("asker_is", models.CharField(max_length=48)),
                ("asker_authority", models.TextField(blank=True)),
                ("reach", models.TextField(blank=True)),
                ("words", models.TextField()),
                ("came_by", models.CharField(max_length=48)),
                ("received_on", models.DateField()),
                ("covers", models.CharField(default="own", max_length=48)),
                ("person_id", models.UUIDField(blank=True, db_index=True, null=True)),
                ("person_name", models.CharField(blank=True, max_length=200)),
                ("identity_how", models.TextField(blank=True)),
                ("identity_shown_on", models.DateField(blank=True, null=True)),
                ("extended_by_months", models.PositiveSmallIntegerField(default=0)),
                ("extended_why", models.TextField(blank=True)),
                ("due_on", models.DateField(db_index=True)),
                ("ground", models.CharField(blank=True, max_length=60)),
                ("decided_why", models.TextField(blank=True)),
                ("handled_by_id", models.UUIDField()),
                ("handled_by_name", models.CharField(max_length=160)),
                ("reviewed_by_id", models.UUIDField(blank=True, null=True)),
                ("signed_by_id", models.UUIDField(blank=True, null=True)),
                ("signed_by_name", models.CharField(blank=True, max_length=160)),
                ("written_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "asked",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="partners.organisation",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="partners.organisation",
                    ),
                ),
            ],
            options={
                "ordering": ["due_on", "id"],
            },
        ),
        migrations.CreateModel(
            name="RightCopy",
            fields=[
                ("id", oneplace.kit.fields.IdField(primary_key=True, serialize=False)),
                ("form", models.CharField(max_length=8)),
                ("content", models.BinaryField()),
                ("sha256", models.CharField(max_length=64)),
                ("size", models.PositiveBigIntegerField()),
                ("made_at", models.DateTimeField()),
                ("is_superseded", models.BooleanField(default=False)),
                (
                    "right",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="copies",
                        to="access.right",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="RightHandover",
            fields=[
                ("id", oneplace.kit.fields.IdField(primary_key=True, serialize=False)),
                ("how", models.CharField(max_length=48)),
                ("to", models.TextField(blank=True)),
                ("by_id", models.UUIDField()),
                ("by_name", models.CharField(max_length=160)),
                ("at", models.DateTimeField()),
                ("secret_hash", models.CharField(blank=True, db_index=True, max_length=64)),
                ("code_hash", models.CharField(blank=True, max_length=64)),
                ("expires_at", models.DateTimeField(blank=True, null=True)),
                ("wrong_codes", models.PositiveSmallIntegerField(default=0)),
                ("openings", models.PositiveSmallIntegerField(default=0)),
                ("opened_at", models.DateTimeField(blank=True, null=True)),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "right",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="handovers",
                        to="access.right",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="RightItem",
            fields=[
                ("id", oneplace.kit.fields.IdField(primary_key=True, serialize=False)),
                ("thing", models.CharField(max_length=20)),
                ("thing_id", models.UUIDField()),
                ("owner", models.TextField()),
                ("content_sha", models.CharField(max_length=64)),
                (
                    "hints",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40),
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
                ("decision", models.CharField(blank=True, default="", max_length=48)),
                (
                    "black",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), blank=True, default=list, size=None
                    ),
                ),
                ("reason", models.TextField(blank=True)),
                ("decided_by_id", models.UUIDField(blank=True, null=True)),
                ("decided_by_name", models.CharField(blank=True, max_length=160)),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                (
                    "right",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="items",
                        to="access.right",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="RightStep",
            fields=[
                ("id", oneplace.kit.fields.IdField(primary_key=True, serialize=False)),
                ("what", models.CharField(max_length=200)),
                ("words", models.TextField(blank=True)),
                ("by_id", models.UUIDField()),
                ("by_name", models.CharField(max_length=160)),
                ("by_title", models.CharField(blank=True, max_length=200)),
                ("at", models.DateTimeField()),
                (
                    "right",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="steps",
                        to="access.right",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.AddIndex(
            model_name="right",
            index=models.Index(
                condition=models.Q(("closed_at__isnull", True)),
                fields=["organisation", "due_on"],
                name="access_rights_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="right",
            constraint=models.CheckConstraint(
                condition=models.Q(("extended_by_months__lte", 2)),
                name="access_right_extended_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="rightitem",
            constraint=models.UniqueConstraint(
                fields=("right", "thing", "thing_id"), name="access_right_item_once"
            ),
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
