"""What the rule reads about the viewer; barriers and permits written with their entry in the audit.

A barrier is the lock of a record, so who serves pages may neither write nor see one by themselves. Each
relationship knows whether its person has, or had, any barrier: triggers keep that.
"""

from django.db import migrations

FORWARD = """
create function access_sees() returns text[] language sql stable parallel safe as
$$ select coalesce(nullif(current_setting('oneplace.sees', true), '')::text[], '{}') $$;

create function access_opened() returns text[] language sql stable parallel safe as
$$ select coalesce(nullif(current_setting('oneplace.opened', true), '')::text[], '{}') $$;

create function access_demand_entry(wanted text, kind text, about uuid, person uuid) returns void
language plpgsql security definer set search_path = public, pg_temp as
$$ begin
    if access_viewer() is null or not exists (
        select from access_auditentry e
         where e.person_id = person
           -- Only so that the index is used: the transaction itself is asked for below.
           and e.recorded_at > now() - interval '1 day'
           and e.transaction_id = pg_current_xact_id()
           and e.action = wanted and e.subject_kind = kind and e.subject_id = about::text
           and e.account_id = any (access_parties())
    ) then
        raise exception 'a % is written only with its entry in the audit, by who acts', kind
            using errcode = 'insufficient_privilege';
    end if;
end $$;

create function access_open_barrier(opened jsonb) returns void
language plpgsql security definer set search_path = public, pg_temp as
$$ declare b access_barrier := jsonb_populate_record(null::access_barrier, opened); begin
    perform access_demand_entry('open_barrier', 'barrier', b.id, b.person_id);
    insert into access_barrier
           (id, person_id, kind, party_id, category, lets_in, source, source_id, starts_at, ends_at)
    values (b.id, b.person_id, b.kind, b.party_id, coalesce(b.category, ''),
            coalesce(b.lets_in, '{}'), b.source, b.source_id, b.starts_at, b.ends_at);
end $$;

-- Ends what a thing gave rise to: the barriers and permits of one `source` and `source_id`.
create function access_end_choice(of_person uuid, of_source text, of_source_id uuid,
    ends timestamptz) returns bigint
language plpgsql security definer set search_path = public, pg_temp as
$$ declare ended bigint; begin
    perform access_demand_entry('end_choice', 'choice', of_source_id, of_person);
    with barriers as (
        update access_barrier set ends_at = greatest(starts_at, ends)
         where person_id = of_person and source = of_source and source_id = of_source_id
           and (ends_at is null or ends_at > ends) returning 1
    ), permits as (
        update access_permit set ends_at = greatest(starts_at, ends)
         where person_id = of_person and source = of_source and source_id = of_source_id
           and (ends_at is null or ends_at > ends) returning 1
    )
    select (select count(*) from barriers) + (select count(*) from permits) into ended;
    return ended;
end $$;

create function access_open_permit(opened jsonb) returns void
language plpgsql security definer set search_path = public, pg_temp as
$$ declare p access_permit := jsonb_populate_record(null::access_permit, opened); begin
    perform access_demand_entry('open_permit', 'permit', p.id, p.person_id);
    insert into access_permit
           (id, person_id, party_id, category, source, source_id, starts_at, ends_at)
    values (p.id, p.person_id, p.party_id, coalesce(p.category, ''), p.source, p.source_id,
            p.starts_at, p.ends_at);
end $$;

create function access_mark_barred() returns trigger
language plpgsql security definer set search_path = public, pg_temp as
$$ begin
    update access_relationship set has_barriers = true
     where person_id = new.person_id and not has_barriers;
    return null;
end $$;

create function access_know_barred() returns trigger
language plpgsql security definer set search_path = public, pg_temp as
$$ begin
    new.has_barriers := exists (select from access_barrier where person_id = new.person_id);
    return new;
end $$;

create trigger mark_barred after insert on access_barrier
    for each row execute function access_mark_barred();
create trigger know_barred before insert on access_relationship
    for each row execute function access_know_barred();
"""
BACKWARD = """
drop trigger know_barred on access_relationship; drop trigger mark_barred on access_barrier;
drop function access_know_barred(); drop function access_mark_barred();
drop function access_open_permit(jsonb);
drop function access_end_choice(uuid, text, uuid, timestamptz);
drop function access_open_barrier(jsonb);
drop function access_demand_entry(text, text, uuid, uuid);
drop function access_opened(); drop function access_sees();
"""


class Migration(migrations.Migration):
    """Who may call them is granted after every migration, with all other functions."""

    dependencies = [("access", "0011_one_rule")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
