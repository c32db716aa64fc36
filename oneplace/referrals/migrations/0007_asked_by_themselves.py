"""Somebody asks on the public pages: written by a function, which also counts who asks too often.

Whoever asks has no account and reads nothing back; the team that answers reads it alone.
"""

import django.db.models.deletion
from django.db import migrations, models

import oneplace.kit.fields

FORWARD = """
-- 'kept', or 'too_often' where this address, or everybody together, asked too often of late.
create function referrals_ask_yourself(given jsonb, most_of_one int, most_of_all int) returns text
language plpgsql security definer set search_path = public, pg_temp as
$$ declare s referrals_selfreferral := jsonb_populate_record(null::referrals_selfreferral, given);
begin
    if access_viewer() is null or not exists (
        select from access_auditentry e
         where e.recorded_at > now() - interval '1 day' and e.transaction_id = pg_current_xact_id()
           and e.action = 'ask_yourself' and e.subject_kind = 'self_referral'
           and e.subject_id = s.id::text and e.account_id = access_viewer()
    ) then
        raise exception 'a self-referral is written only with its entry in the audit'
            using errcode = 'insufficient_privilege';
    end if;
    -- One at a time from one address, so that a burst at once cannot pass the count.
    perform pg_advisory_xact_lock(hashtextextended('self-referral ' || s.from_hash, 0));
    if (select count(*) from referrals_selfreferral r
         where r.from_hash = s.from_hash and r.asked_at > s.asked_at - interval '1 hour')
       >= most_of_one
       or (select count(*) from referrals_selfreferral r
            where r.asked_at > s.asked_at - interval '1 hour') >= most_of_all then
        return 'too_often';
    end if;
    s.answer := ''; s.answer_words := ''; s.answered_at := null; s.answered_by_name := '';
    s.person_id := null; s.referral_id := null; s.reminders := 0; s.tries := '[]';
    insert into referrals_selfreferral select s.*;
    return 'kept';
end $$;
"""
BACKWARD = """
drop function referrals_ask_yourself(jsonb, int, int);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("directory", "0002_kept_right"),
        ("people", "0008_own_pages"),
        ("referrals", "0006_figures"),
    ]

    operations = [
        migrations.AddField(
            model_name="signposted",
            name="is_wanted",
            field=models.BooleanField(default=True),
        ),
        migrations.CreateModel(
            name="SelfReferral",
            fields=[
                ("id", oneplace.kit.fields.IdField(primary_key=True, serialize=False)),
                ("number", models.CharField(max_length=12, unique=True)),
                ("service_name", models.CharField(max_length=200)),
                ("provider_name", models.CharField(max_length=200)),
                ("answering_id", models.UUIDField(db_index=True)),
                ("answering_name", models.CharField(max_length=200)),
                ("asked_for", models.CharField(max_length=48)),
                ("given", models.CharField(max_length=100)),
                ("family", models.CharField(max_length=100)),
                ("born_on", models.DateField(blank=True, null=True)),
                ("phone", models.CharField(max_length=40)),
                ("email", models.EmailField(blank=True, max_length=254)),
                ("postcode", models.CharField(blank=True, max_length=10)),
                ("how_to_talk", models.CharField(blank=True, max_length=300)),
                ("may_leave_message", models.BooleanField(default=False)),
                ("need", models.TextField()),
                ("need_kind", models.CharField(blank=True, max_length=48)),
                ("asker_name", models.CharField(blank=True, max_length=160)),
                ("asker_phone", models.CharField(blank=True, max_length=40)),
                ("asker_relation", models.CharField(blank=True, max_length=80)),
                ("from_hash", models.CharField(blank=True, max_length=64)),
                ("asked_at", models.DateTimeField()),
                ("answer_by", models.DateTimeField()),
                ("reminders", models.PositiveSmallIntegerField(default=0)),
                ("tries", models.JSONField(blank=True, default=list)),
                ("answer", models.CharField(blank=True, max_length=48)),
                ("answer_words", models.CharField(blank=True, max_length=500)),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                ("answered_by_name", models.CharField(blank=True, max_length=160)),
                (
                    "person",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.person",
                    ),
                ),
                (
                    "referral",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="asked_first",
                        to="referrals.referral",
                    ),
                ),
                (
                    "service",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="directory.service",
                    ),
                ),
            ],
            options={
                "ordering": ["asked_at", "id"],
                "indexes": [
                    models.Index(
                        fields=["answering_id", "answered_at"],
                        name="referrals_s_answeri_b56bb7_idx",
                    ),
                    models.Index(
                        fields=["from_hash", "asked_at"], name="referrals_s_from_ha_40b009_idx"
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("need", ""), _negated=True),
                            models.Q(("phone", ""), _negated=True),
                        ),
                        name="referrals_self_says_need_and_number",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("answer", ""), ("answered_at", None)),
                            models.Q(
                                models.Q(("answer", ""), _negated=True),
                                models.Q(("answered_at", None), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="referrals_self_answered_or_not",
                    ),
                ],
            },
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
