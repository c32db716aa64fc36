"""Whose record is to open in an emergency: by a number, or whoever was just looked up.

It answers an identifier and nothing else, with its entry in the audit: whether the record opens is for
the function that opens it, which passes no seal.
"""

from django.db import migrations

FORWARD = """
create function people_in_emergency(about uuid, of_number text, of_person uuid) returns uuid
language plpgsql security definer set search_path = public, pg_temp as
$$ declare found uuid[]; begin
    if not ('open_emergency' = any (access_permissions())) or not exists (
        select from access_auditentry e
         where e.recorded_at > now() - interval '1 day'
           and e.transaction_id = pg_current_xact_id()
           and e.action = 'look_up_in_emergency' and e.subject_kind = 'look_up'
           and e.subject_id = about::text and btrim(e.reason) <> ''
           and e.account_id = any (access_parties())
    ) then
        raise exception 'who is in danger is looked up only with a reason and its entry in the audit'
            using errcode = 'insufficient_privilege';
    end if;
    select array_agg(distinct p.current_id) into found
      from people_person p
     where case when of_number <> ''
                then p.id in (select k.person_id from people_searchkey k
                               where k.key = 'h:' || of_number)
                else p.id = of_person end;
    return case when cardinality(found) = 1 then found[1] end;
end $$;
"""
BACKWARD = "drop function people_in_emergency(uuid, text, uuid);"


class Migration(migrations.Migration):
    """Who may call it is granted after every migration, with all other functions."""

    dependencies = [("people", "0005_asked_for"), ("access", "0014_emergency")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
