"""Agreements written with their entry in the audit, by an officer; what was signed is not rewritten.

An agreement in force is a key to many records, so whoever serves pages writes none by itself. The loader,
which brings in what a place's file says, is not held to this: it never serves a page.
"""

from django.db import migrations

FORWARD = """
create function access_agreement_with_its_entry() returns trigger
language plpgsql security definer set search_path = public, pg_temp as
$$ declare of_code text; begin
    if tg_op = 'DELETE' then
        raise exception 'no version of an agreement is taken away'
            using errcode = 'insufficient_privilege';
    end if;
    if tg_table_name = 'access_sharingagreement' then
        of_code := new.code;
    else
        select a.code into of_code from access_sharingagreement a where a.id = new.agreement_id;
    end if;
    if access_viewer() is null or not 'keep_agreements' = any (access_permissions()) or not exists (
        select from access_auditentry e
         where e.action in ('change_agreement', 'renew_agreement', 'sign_agreement',
                            'record_signature', 'stop_agreement')
           -- Only so that the index is used: the transaction itself is asked for below.
           and e.recorded_at > now() - interval '1 day'
           and e.transaction_id = pg_current_xact_id()
           and e.subject_kind = 'agreement'
           and starts_with(e.subject_id, left(of_code || ' version ', 60))
           and e.account_id = any (access_parties())
    ) then
        raise exception 'an agreement is written only with its entry in the audit, by an officer'
            using errcode = 'insufficient_privilege';
    end if;
    if tg_op = 'UPDATE' then
        if tg_table_name = 'access_sharingagreement' then
            if to_jsonb(new) - '{stopped_on,stopped_why}'::text[]
               is distinct from to_jsonb(old) - '{stopped_on,stopped_why}'::text[] then
                raise exception 'a version of an agreement is stopped, never rewritten'
                    using errcode = 'insufficient_privilege';
            end if;
        elsif tg_table_name = 'access_agreementparty' then
            if to_jsonb(old) -> 'signed_on' <> 'null'::jsonb
               or to_jsonb(new) - '{signed_on,signed_by}'::text[]
               is distinct from to_jsonb(old) - '{signed_on,signed_by}'::text[] then
                raise exception 'a party signs once, and stays who it is'
                    using errcode = 'insufficient_privilege';
            end if;
        else
            raise exception 'a line of an agreement is never rewritten'
                using errcode = 'insufficient_privilege';
        end if;
    elsif tg_table_name = 'access_agreementparty' then
        if exists (select from access_agreementterm t where t.agreement_id = new.agreement_id) then
            raise exception 'no party joins a version whose lines are written'
                using errcode = 'insufficient_privilege';
        end if;
    elsif tg_table_name = 'access_agreementterm' then
        if not exists (select from access_agreementparty p
                        where p.agreement_id = new.agreement_id and p.signed_on is null) then
            raise exception 'no line is added to a version that every party has signed'
                using errcode = 'insufficient_privilege';
        end if;
    end if;
    return new;
end $$;
create trigger with_its_entry before insert or update or delete on access_sharingagreement
    for each row when (current_user = 'oneplace_web')
    execute function access_agreement_with_its_entry();
create trigger with_its_entry before insert or update or delete on access_agreementparty
    for each row when (current_user = 'oneplace_web')
    execute function access_agreement_with_its_entry();
create trigger with_its_entry before insert or update or delete on access_agreementterm
    for each row when (current_user = 'oneplace_web')
    execute function access_agreement_with_its_entry();
"""
BACKWARD = """
drop trigger with_its_entry on access_agreementterm;
drop trigger with_its_entry on access_agreementparty;
drop trigger with_its_entry on access_sharingagreement;
drop function access_agreement_with_its_entry();
"""


class Migration(migrations.Migration):
    """The function runs as the owner, who may read every entry; the triggers bind the web role."""

    dependencies = [("access", "0015_rights")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
