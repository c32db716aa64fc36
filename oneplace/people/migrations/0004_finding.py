"""One demographic match or none, for intake staff of statutory bodies: nobody leafs through people.

Who serves pages reads of people they may not open neither names nor keys: this function alone looks
among everybody. It demands its entry in the audit, with a reason, of the same transaction, adds to
it whom it showed, and never shows who is protected, sealed, or keeps the asker out.
"""

from django.db import migrations

from oneplace.vocabulary.terms import BarrierKind, OrganisationKind


def _words(*words: str) -> str:
    return ", ".join(f"'{word}'" for word in words)


STATUTORY = (
    OrganisationKind.COUNCIL,
    OrganisationKind.ACUTE_TRUST,
    OrganisationKind.MENTAL_HEALTH_TRUST,
    OrganisationKind.GP_COLLABORATIVE,
    OrganisationKind.GP_PRACTICE,
)
_HIDDEN = _words(
    BarrierKind.SEALED.value,
    BarrierKind.COURT_RESTRICTION.value,
    BarrierKind.PROTECTED_ADDRESS.value,
)
_AGAINST_ME = _words(
    BarrierKind.NAMED_PERSON.value,
    BarrierKind.OWN_FAMILY.value,
    BarrierKind.INVESTIGATION.value,
    BarrierKind.ORGANISATION_EXCLUDED.value,
    BarrierKind.SEALED.value,
    BarrierKind.COURT_RESTRICTION.value,
)

FORWARD = f"""
create function people_look_up(about uuid, nhs_number text, names text[], born_on date)
returns table (person_id uuid, name text, born_year smallint, part_of_address text,
               practice_code text, is_dead boolean)
language plpgsql security definer set search_path = public, pg_temp as
$$
#variable_conflict use_column
declare
    entry bigint;
    wanted text[] := case when nhs_number <> '' then array['h:' || nhs_number]
        else array['b:' || born_on::text] || array(select 'n:' || one from unnest(names) as one) end;
    found uuid[];
begin
    if not ('look_up_person' = any (access_permissions())) or not exists (
        select from partners_organisation o
         where o.id = any (access_parties()) and o.kind in ({_words(*(k.value for k in STATUTORY))})
    ) then
        raise exception 'people are looked up by intake staff of statutory bodies'
            using errcode = 'insufficient_privilege';
    end if;
    select e.id into entry from access_auditentry e
     where e.recorded_at > now() - interval '1 day'
       and e.transaction_id = pg_current_xact_id()
       and e.action = 'look_up_person' and e.subject_kind = 'look_up'
       and e.subject_id = about::text and btrim(e.reason) <> ''
       and e.account_id = any (access_parties());
    if entry is null then
        raise exception 'people are looked up only with a reason and its entry in the audit'
            using errcode = 'insufficient_privilege';
    end if;
    -- A number, or a birth date and two names at least: less finds a crowd.
    if nhs_number = '' and (born_on is null or coalesce(cardinality(names), 0) < 2) then
        return;
    end if;
    select array_agg(distinct p.current_id) into found
      from (select k.person_id from people_searchkey k where k.key = any (wanted)
             group by k.person_id having count(distinct k.key) = cardinality(wanted)) hit
      join people_person p on p.id = hit.person_id
     where not exists (
        select from access_barrier b
         where b.person_id in (p.id, p.current_id)
           and b.starts_at <= access_at() and (b.ends_at is null or b.ends_at > access_at())
           and (b.party_id is null and b.kind in ({_HIDDEN})
                or b.party_id = any (access_parties()) and b.kind in ({_AGAINST_ME})));
    if cardinality(found) is distinct from 1 then
        return;
    end if;
    return query select f.person_id, f.name, f.born_year, f.part_of_address,
                        f.practice_code::text, f.is_dead
                   from people_finding f where f.person_id = found[1];
    if found[1] is not null then
        insert into access_auditperson (entry_id, person_id) values (entry, found[1]);
    end if;
end $$;
"""
BACKWARD = """
drop function people_look_up(uuid, text, text[], date);
"""


class Migration(migrations.Migration):
    """Who may call them is granted after every migration, with all other functions."""

    dependencies = [("people", "0003_choices"), ("access", "0014_emergency")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
