"""A person shown belongs to an entry of the same transaction: none can be added to a sealed one."""

from django.db import migrations

FORWARD = """
create or replace function access_with_its_entry() returns trigger
language plpgsql security definer set search_path = public as
$$ begin
    if exists (
        select 1 from added a left join access_auditentry e
          on e.id = a.entry_id and e.transaction_id = pg_current_xact_id()
        where e.id is null
    ) then
        raise exception 'a person is added to the audit only with the entry that showed them'
            using errcode = 'insufficient_privilege';
    end if;
    return null;
end $$;
create trigger with_its_entry after insert on access_auditperson
    referencing new table as added for each statement execute function access_with_its_entry();
"""
BACKWARD = """
drop trigger with_its_entry on access_auditperson; drop function access_with_its_entry();
"""


class Migration(migrations.Migration):
    """The trigger runs as the owner, who may read every entry."""

    dependencies = [("access", "0005_guesses_by_known_place")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
