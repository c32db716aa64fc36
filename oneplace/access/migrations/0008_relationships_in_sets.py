"""What a room holds to many people at once is brought in step by one function, with its entry.

The room says what it wants; the function opens what is missing, changes ends and ends the rest. It
runs as the owner, because the record steward, who serves pages, ends relationships of others when
two people turn out to be one.
"""

from django.db import migrations

FORWARD = """
create function access_keep_relationships(
    entry uuid, held_by text, persons uuid[], ids uuid[], persons_of uuid[], parties uuid[],
    kinds text[], sources uuid[], starts timestamptz[], ends timestamptz[],
    same_persons uuid[], same_others uuid[], now_at timestamptz,
    out opened bigint, out changed bigint, out ended bigint)
language plpgsql security definer set search_path = public, pg_temp as
$$ begin
    if access_viewer() is null or not exists (
        select from access_auditentry e
         where e.recorded_at > now() - interval '1 day'
           and e.transaction_id = pg_current_xact_id()
           and e.action = 'keep_relationships'
           and e.subject_kind = 'relationships'
           and e.subject_id = entry::text
           and e.account_id = any (access_parties())
    ) then
        raise exception 'relationships are written only with their entry in the audit, by who acts'
            using errcode = 'insufficient_privilege';
    end if;
    with told as (
        select * from unnest(ids, persons_of, parties, kinds, sources, starts, ends)
            as w (id, person_id, party_id, kind, source_id, starts_at, ends_at)
        union all
        -- What other rooms opened for one identifier of a person holds for the others.
        select gen_random_uuid(), same.person_id, r.party_id, r.kind, r.id, r.starts_at, r.ends_at
          from unnest(same_persons, same_others) as same (person_id, other_id)
          join access_relationship r on r.person_id = same.other_id and r.source <> held_by
         where r.ends_at is null or r.ends_at > now_at
    ),
    wanted as (
        select distinct on (person_id, party_id, kind, source_id) * from told
         order by person_id, party_id, kind, source_id, starts_at, id
    ),
    -- One that follows from a thing of the room (a stay) is found again by it, ended or not; one
    -- that follows from nothing else (a registration) is opened anew once it has ended.
    held as (
        select r.id, r.ends_at, w.id as wanted_id, w.ends_at as wanted_ends_at
          from access_relationship r
          left join wanted w on w.person_id = r.person_id and w.party_id = r.party_id
           and w.kind = r.kind and w.source_id is not distinct from r.source_id
         where r.person_id = any (persons) and r.source = held_by
           and (r.ends_at is null or r.ends_at > now_at or r.source_id is not null)
    ),
    moved as (
        update access_relationship r
           set ends_at = case
               when held.wanted_id is null then greatest(r.starts_at, now_at)
               when held.wanted_ends_at is not null then greatest(r.starts_at, held.wanted_ends_at)
           end
          from held
         where r.id = held.id
           and case when held.wanted_id is null then held.ends_at is null or held.ends_at > now_at
                    else held.ends_at is distinct from held.wanted_ends_at end
     returning held.wanted_id is null as is_ended
    ),
    made as (
        insert into access_relationship
            (id, person_id, party_id, kind, source, source_id, starts_at, ends_at)
        select w.id, w.person_id, w.party_id, w.kind, held_by, w.source_id, w.starts_at,
               case when w.ends_at is not null then greatest(w.starts_at, w.ends_at) end
          from wanted w
         where not exists (select from held where held.wanted_id = w.id)
     returning 1
    )
    select (select count(*) from made), count(*) filter (where not is_ended),
           count(*) filter (where is_ended)
      into opened, changed, ended from moved;
end $$;
"""
BACKWARD = """
drop function access_keep_relationships(uuid, text, uuid[], uuid[], uuid[], uuid[], text[], uuid[],
    timestamptz[], timestamptz[], uuid[], uuid[], timestamptz);
"""


class Migration(migrations.Migration):
    """Who may call it is granted after every migration, with all other functions."""

    dependencies = [("access", "0007_relationships_with_their_entry")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
