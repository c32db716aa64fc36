"""The net: what policies read about the viewer, and an audit that can only grow."""

from django.db import migrations

FUNCTIONS = """
create or replace function access_viewer() returns uuid language sql stable parallel safe as
$$ select nullif(current_setting('oneplace.viewer', true), '')::uuid $$;

create or replace function access_parties() returns uuid[] language sql stable parallel safe as
$$ select coalesce(nullif(current_setting('oneplace.parties', true), ''), '{}')::uuid[] $$;

create or replace function access_permissions() returns text[] language sql stable parallel safe as
$$ select coalesce(nullif(current_setting('oneplace.permissions', true), ''), '{}')::text[] $$;

create or replace function access_at() returns timestamptz language sql stable parallel safe as
$$ select coalesce(nullif(current_setting('oneplace.at', true), '')::timestamptz, now()) $$;

create or replace function access_only_grows() returns trigger language plpgsql as
$$ begin raise exception 'the audit only grows: % on % is refused', tg_op, tg_table_name
   using errcode = 'insufficient_privilege'; end $$;
"""
TRIGGERS = "".join(
    f"""
create trigger only_grows before update or delete or truncate on {table}
    for each statement execute function access_only_grows();
"""
    for table in ("access_auditentry", "access_auditperson", "access_auditseal")
)
UNDO = """
drop trigger only_grows on access_auditentry; drop trigger only_grows on access_auditperson;
drop trigger only_grows on access_auditseal;
drop function access_only_grows(); drop function access_at(); drop function access_permissions();
drop function access_parties(); drop function access_viewer();
"""


class Migration(migrations.Migration):
    """Functions and triggers; policies themselves are derived after every migration."""

    dependencies = [("access", "0002_initial")]
    operations = [migrations.RunSQL(FUNCTIONS + TRIGGERS, UNDO)]
