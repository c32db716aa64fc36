"""What a person chose stands before all their identifiers, and a secret address before all finding.

Access keeps barriers and permits by an opaque identifier; who is one with whom is known here. So
triggers here carry each barrier and permit to every identifier of the person, and take them back
when two people turn out to be two after all. Others take out of what is written to find people where
somebody lives whose address is kept secret, and whoever is sealed altogether. Being triggers, no
verb can forget them, and nobody who serves pages learns of a barrier by asking.
"""

from django.db import migrations

_CARRY = """
    with around as (
        select p.id, p.current_id from people_person p
         where p.id = any (asked)
            or p.current_id in (select q.current_id from people_person q where q.id = any (asked))
            or p.id in (select c.person_id from {table} c join {table} o on o.id = c.carried_from
                         where o.person_id = any (asked))
    ), wanted as (
        select o.*, other.id as whose
          from around own
          join {table} o on o.person_id = own.id and o.carried_from is null
          join around other on other.current_id = own.current_id and other.id <> own.id
    ), written as (
        insert into {table} as held (id, person_id, {columns}, starts_at, ends_at, carried_from)
        select gen_random_uuid(), w.whose, {named}, w.starts_at, w.ends_at, w.id from wanted w
        on conflict (carried_from, person_id) do update
           set ends_at = excluded.ends_at where held.ends_at is distinct from excluded.ends_at
    )
    update {table} held set ends_at = greatest(held.starts_at, now_at)
      from around
     where around.id = held.person_id and held.carried_from is not null
       and (held.ends_at is null or held.ends_at > now_at)
       and not exists (select from wanted w
                        where w.id = held.carried_from and w.whose = held.person_id);
"""


def _carry(table: str, columns: tuple[str, ...]) -> str:
    return _CARRY.format(
        table=table, columns=", ".join(columns), named=", ".join(f"w.{name}" for name in columns)
    )


_BARRIERS = _carry(
    "access_barrier", ("kind", "party_id", "category", "lets_in", "source", "source_id")
)
_PERMITS = _carry("access_permit", ("party_id", "category", "source", "source_id"))

FORWARD = f"""
-- Called by the triggers below, as the owner; by itself it does nothing for who serves pages.
create function people_carry(asked uuid[]) returns void language plpgsql as
$$
declare now_at timestamptz := coalesce(access_at(), now());
begin
{_BARRIERS}
{_PERMITS}
end $$;

create function people_carry_choice() returns trigger
language plpgsql security definer set search_path = public, pg_temp as
$$ begin
    if exists (select from people_person p join people_person other
                   on other.current_id = p.current_id and other.id <> p.id
                where p.id = new.person_id) then
        perform people_carry(array[new.person_id]);
    end if;
    return null;
end $$;

create function people_carry_merge() returns trigger
language plpgsql security definer set search_path = public, pg_temp as
$$ begin
    if exists (select from access_barrier) or exists (select from access_permit) then
        perform people_carry(array[new.id, new.current_id, old.current_id]);
    end if;
    return null;
end $$;

create trigger carry_choice after insert or update on access_barrier
    for each row when (new.carried_from is null) execute function people_carry_choice();
create trigger carry_choice after insert or update on access_permit
    for each row when (new.carried_from is null) execute function people_carry_choice();
create trigger carry_choices after update of current_id on people_person
    for each row when (old.current_id is distinct from new.current_id)
    execute function people_carry_merge();

-- As the owner too. A street, a postcode and a telephone number go; of a sealed record, all.
create function people_hide(asked uuid[]) returns void language plpgsql as
$$
declare
    hidden uuid[];
    sealed uuid[];
begin
    select array_agg(b.person_id),
           array_agg(b.person_id) filter (
               where b.category = '' and b.kind in ('sealed', 'court_restriction'))
      into hidden, sealed
      from access_barrier b
     where b.person_id = any (asked) and b.party_id is null
       and b.kind in ('protected_address', 'sealed', 'court_restriction')
       and b.category in ('', 'reach')
       and (b.ends_at is null or b.ends_at > coalesce(access_at(), now()));
    if hidden is null then
        return;
    end if;
    update people_finding set part_of_address = ''
     where person_id = any (hidden) and part_of_address <> '';
    delete from people_household where person_id = any (hidden);
    delete from people_searchkey
     where person_id = any (hidden) and (starts_with(key, 'c:') or starts_with(key, 't:'));
    delete from people_finding where person_id = any (sealed);
    delete from people_searchkey where person_id = any (sealed);
end $$;

-- Whom a record is of, for those who protect records without reading them; null for nobody known.
create function people_called(asked uuid) returns text
language sql stable security definer set search_path = public, pg_temp as
$$ select concat_ws(' ', nullif(p.given, ''), nullif(p.family, '')) from people_person p
    where p.id = asked and 'keep_protections' = any (access_permissions()) $$;

create function people_hide_barred() returns trigger
language plpgsql security definer set search_path = public, pg_temp as
$$ begin perform people_hide(array[new.person_id]); return null; end $$;

create function people_hide_written() returns trigger
language plpgsql security definer set search_path = public, pg_temp as
$$
declare asked uuid[];
begin
    -- What is taken out by this very function is not looked at again.
    if pg_trigger_depth() > 1 then
        return null;
    end if;
    select array_agg(distinct w.person_id) into asked
      from written w join access_barrier b on b.person_id = w.person_id
     where b.kind in ('protected_address', 'sealed', 'court_restriction');
    if asked is not null then
        perform people_hide(asked);
    end if;
    return null;
end $$;

create trigger hide_barred after insert on access_barrier
    for each row when (new.kind in ('protected_address', 'sealed', 'court_restriction'))
    execute function people_hide_barred();
create trigger hide_added after insert on people_finding
    referencing new table as written for each statement execute function people_hide_written();
create trigger hide_changed after update on people_finding
    referencing new table as written for each statement execute function people_hide_written();
create trigger hide_added after insert on people_household
    referencing new table as written for each statement execute function people_hide_written();
create trigger hide_changed after update on people_household
    referencing new table as written for each statement execute function people_hide_written();
create trigger hide_added after insert on people_searchkey
    referencing new table as written for each statement execute function people_hide_written();
"""
BACKWARD = """
drop function people_called(uuid);
drop trigger hide_added on people_searchkey;
drop trigger hide_changed on people_household; drop trigger hide_added on people_household;
drop trigger hide_changed on people_finding; drop trigger hide_added on people_finding;
drop trigger hide_barred on access_barrier; drop trigger carry_choices on people_person;
drop trigger carry_choice on access_permit; drop trigger carry_choice on access_barrier;
drop function people_hide_written(); drop function people_hide_barred();
drop function people_hide(uuid[]); drop function people_carry_merge();
drop function people_carry_choice(); drop function people_carry(uuid[]);
"""


class Migration(migrations.Migration):
    """Triggers only; who may call functions is granted after every migration."""

    dependencies = [("people", "0002_folding"), ("access", "0013_choices")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
