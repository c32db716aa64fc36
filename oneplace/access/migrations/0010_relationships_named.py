"""Relationships kept in sets are kept of the persons named, each by name in the audit.

By 0008 one entry that named nobody opened and ended relationships of anybody, and served a second
call as well. Now every person has to be among those named, and the function itself leaves the name
of each with the entry. (It writes the names instead of asking for them: the owner, as whom it runs,
reads none.)
"""

from django.db import migrations

_SIGNATURE = """uuid, text, uuid[], uuid[], uuid[], uuid[], text[], uuid[], timestamptz[],
    timestamptz[], uuid[], uuid[], timestamptz"""

FORWARD = """
alter function access_keep_relationships(SIGNATURE) rename to access_keep_as_told;
-- By itself it writes only for who may write the table: the loader, and the function below.
alter function access_keep_as_told(SIGNATURE) security invoker;

create function access_keep_relationships(
    entry uuid, held_by text, persons uuid[], ids uuid[], persons_of uuid[], parties uuid[],
    kinds text[], sources uuid[], starts timestamptz[], ends timestamptz[],
    same_persons uuid[], same_others uuid[], now_at timestamptz,
    out opened bigint, out changed bigint, out ended bigint)
language plpgsql security definer set search_path = public, pg_temp as
$$
declare
    noted bigint;
    -- `set role` is told apart from the role that connected; neither is the owner here.
    caller text := case current_setting('role') when 'none' then session_user::text
                   else current_setting('role') end;
begin
    if exists (select unnest(persons_of || same_persons || same_others)
               except select unnest(persons)) then
        raise exception 'relationships are kept only of the persons named'
            using errcode = 'insufficient_privilege';
    end if;
    -- Who serves pages leaves a name for every person; the loader, who reads everything, its batch.
    if caller is distinct from 'oneplace_loader' then
        select e.id into noted from access_auditentry e
         where e.recorded_at > now() - interval '1 day'
           and e.transaction_id = pg_current_xact_id()
           and e.action = 'keep_relationships' and e.subject_kind = 'relationships'
           and e.subject_id = entry::text and e.detail ->> 'source' = held_by
           and e.account_id = any (access_parties());
        if noted is null then
            raise exception 'relationships are written only with their entry in the audit, by who acts'
                using errcode = 'insufficient_privilege';
        end if;
        insert into access_auditperson (entry_id, person_id)
        select noted, one.person_id from (select distinct unnest(persons) as person_id) one;
    end if;
    select kept.opened, kept.changed, kept.ended into opened, changed, ended
      from access_keep_as_told(entry, held_by, persons, ids, persons_of, parties, kinds, sources,
           starts, ends, same_persons, same_others, now_at) kept;
end $$;
"""
BACKWARD = """
drop function access_keep_relationships(SIGNATURE);
alter function access_keep_as_told(SIGNATURE) rename to access_keep_relationships;
alter function access_keep_relationships(SIGNATURE) security definer;
"""


class Migration(migrations.Migration):
    """Who may call them is granted after every migration, with all other functions."""

    dependencies = [("access", "0009_partners_systems")]
    operations = [
        migrations.RunSQL(*(text.replace("SIGNATURE", _SIGNATURE) for text in (FORWARD, BACKWARD)))
    ]
