"""Whose record somebody asks for: one person or none, for the officer who handles the request."""

from django.db import migrations

# By the NHS number, or by family name and date of birth together. Two who fit are none: then more
# must be known. The officer has said in the audit for which request it is asked.
FORWARD = """
create function people_asked_for(of_right uuid, of_number text, of_family text, of_born date)
returns setof people_person
language plpgsql security definer set search_path = public, pg_temp as
$$ begin
    if not ('handle_rights' = any (access_permissions())) or not exists (
        select from access_auditentry a
         where a.action = 'look_for_asker' and a.subject_id = of_right::text
           and a.recorded_at > now() - interval '1 day'
           and a.transaction_id = pg_current_xact_id()
           and a.account_id = any (access_parties())) then
        raise exception 'whose record it is is asked for a request, by who handles it'
            using errcode = 'insufficient_privilege';
    end if;
    return query
        with fits as (
            select p.* from people_searchkey k join people_person p on p.id = k.person_id
             where p.current_id = p.id and of_number <> '' and k.key = 'h:' || of_number
               and p.nhs_number = of_number
            union
            select p.* from people_searchkey k join people_person p on p.id = k.person_id
             where p.current_id = p.id and of_number = '' and of_born is not null
               and k.key = 'b:' || of_born and lower(p.family) = lower(of_family)
        )
        select f.* from fits f where (select count(*) from fits) = 1
           and not access_is_own(f.id);
end $$;
"""
BACKWARD = "drop function people_asked_for(uuid, text, text, date);"


class Migration(migrations.Migration):
    """The function; who may call it is granted after every migration."""

    dependencies = [("people", "0004_finding"), ("access", "0015_rights")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
