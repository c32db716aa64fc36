"""A relationship is opened and ended by two functions only, each with its entry in the audit.

A relationship is the key to a record, so who serves pages may not write one by itself: the
functions run as the owner and demand the entry of the same transaction, by whoever is looking.
"""

from django.db import migrations

FORWARD = """
create function access_demand_entries(wanted text, about jsonb) returns void
language plpgsql security definer set search_path = public, pg_temp as
$$ begin
    if access_viewer() is null then
        raise exception 'nobody is looking: tell the database who acts before a relationship is written'
            using errcode = 'insufficient_privilege';
    end if;
    if exists (
        select from jsonb_to_recordset(about) as r (id uuid, person_id uuid)
         where not exists (
            select from access_auditentry e
             where e.person_id = r.person_id
               -- Only so that the index is used: the transaction itself is asked for below.
               and e.recorded_at > now() - interval '1 day'
               and e.transaction_id = pg_current_xact_id()
               and e.action = wanted
               and e.subject_kind = 'relationship'
               and e.subject_id = r.id::text
               and e.account_id = any (access_parties())
         )
    ) then
        raise exception 'a relationship is written only with its entry in the audit, by who acts'
            using errcode = 'insufficient_privilege';
    end if;
end $$;

create function access_open_relationships(opened jsonb) returns setof access_relationship
language plpgsql security definer set search_path = public, pg_temp as
$$ begin
    perform access_demand_entries('open_relationship', opened);
    return query
        insert into access_relationship
               (id, person_id, party_id, kind, source, source_id, starts_at, written_at)
        select r.id, r.person_id, r.party_id, r.kind, r.source, r.source_id, r.starts_at,
               statement_timestamp()
          from jsonb_to_recordset(opened) as r (id uuid, person_id uuid, party_id uuid,
               kind text, source text, source_id uuid, starts_at timestamptz)
        returning *;
end $$;

create function access_end_relationships(ended uuid[], ends timestamptz)
returns setof access_relationship
language plpgsql security definer set search_path = public, pg_temp as
$$ begin
    perform access_demand_entries('end_relationship', (
        select coalesce(jsonb_agg(jsonb_build_object('id', r.id, 'person_id', r.person_id)), '[]')
          from access_relationship r where r.id = any (ended)
    ));
    return query
        update access_relationship r
           -- One that was to begin later never begins.
           set ends_at = greatest(r.starts_at, ends)
         where r.id = any (ended) and (r.ends_at is null or r.ends_at > ends)
        returning r.*;
end $$;

-- A temporary table of the caller's own must not stand in for the audit's.
alter function access_with_its_entry() set search_path = public, pg_temp;
"""
BACKWARD = """
alter function access_with_its_entry() set search_path = public;
drop function access_end_relationships(uuid[], timestamptz);
drop function access_open_relationships(jsonb);
drop function access_demand_entries(text, jsonb);
"""


class Migration(migrations.Migration):
    """Who may call them is granted after every migration, with all other functions."""

    dependencies = [("access", "0006_persons_with_their_entry")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
