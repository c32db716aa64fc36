"""Own pages follow who is one with whom; a resident is known by what a provider vouched for."""

from django.db import migrations

FORWARD = """
-- As access wrote it, for every identifier of each person.
create or replace function access_own_people(also_supporters boolean) returns uuid[]
language sql stable security definer set search_path = public, pg_temp as
$$
with held as (
    select o.person_id, o.account_id from access_ownrecord o
     where o.account_id = access_viewer() and o.suspended_at is null and o.ended_at is null
       and (also_supporters or not o.is_supporter)
       and not exists (
           select from access_barrier b
            where b.person_id = o.person_id and b.category = ''
              and not o.account_id = any (b.lets_in)
              and b.starts_at <= coalesce(access_at(), now())
              and (b.ends_at is null or b.ends_at > coalesce(access_at(), now()))
              and (b.party_id = o.account_id
                   or b.party_id is null and b.kind in ('sealed', 'court_restriction')))
), selves as (
    select person_id from held
    union
    select other.id from held
      join people_person p on p.id = held.person_id
      join people_person other on other.current_id = p.current_id
)
select coalesce(array_agg(person_id), '{}') from selves
$$;

-- Whose own page the account of the viewer opens from now on: of the one person with this sound number
-- and this birth date, as their sign-in's provider vouched; null where there is not exactly one.
create function people_admit_resident(own uuid, number text, born date, how text,
    relationship uuid, begins timestamptz) returns uuid
language plpgsql security definer set search_path = public, pg_temp as
$$ declare found uuid[]; begin
    if not exists (select from access_account a where a.id = access_viewer()
                    and a.kind = 'resident' and a.is_active) then
        raise exception 'an own page is opened to a resident''s own account'
            using errcode = 'insufficient_privilege';
    end if;
    select array_agg(p.id) into found from people_person p
     where p.nhs_number = number and number <> '' and p.current_id = p.id
       and p.born_on = born and p.born_exactness = 'day' and not p.is_dead;
    if found is null or cardinality(found) <> 1 then
        return null;
    end if;
    if exists (select from access_ownrecord o
                where o.account_id = access_viewer() and o.person_id = found[1]) then
        return found[1];
    end if;
    insert into access_relationship
           (id, person_id, party_id, kind, source, source_id, starts_at, written_at)
    values (relationship, found[1], access_viewer(), 'own_record', 'access.own_record', own, begins,
            statement_timestamp());
    insert into access_ownrecord
           (id, account_id, person_id, is_supporter, relation, email, confirmed_at,
            confirmed_by_name, confirmed_how, relationship_id, suspended_by_name, suspended_why)
    values (own, access_viewer(), found[1], false, '', '', begins, '', how, relationship, '', '');
    return found[1];
end $$;
"""
BACKWARD = """
drop function people_admit_resident(uuid, text, date, text, uuid, timestamptz);
"""


class Migration(migrations.Migration):
    """Who may call functions is granted after every migration."""

    dependencies = [("people", "0007_concern"), ("access", "0024_own_pages")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
