"""What was said once is never changed or removed: the trigger that keeps versions."""

from django.db import migrations

KEEP = """
create function records_version_is_kept() returns trigger language plpgsql as $$
begin
    if tg_op <> 'UPDATE' then
        raise exception 'versions only grow: % on % is refused', tg_op, tg_table_name
            using errcode = 'insufficient_privilege';
    end if;
    -- Only the span over which it was said may widen.
    if (new.id, new.thing, new.thing_id, new.source, new.content_sha, new.content)
            is distinct from
            (old.id, old.thing, old.thing_id, old.source, old.content_sha, old.content)
        or new.subject_id is distinct from old.subject_id
        or new.delivery_id is distinct from old.delivery_id
        or new.place <> old.place
        or (new.arrived_at, new.received_at) is distinct from (old.arrived_at, old.received_at)
        or new.first_said_at > old.first_said_at
        or new.said_at < old.said_at then
        raise exception 'a version says for ever what it said'
            using errcode = 'insufficient_privilege';
    end if;
    return new;
end $$;
create trigger says_for_ever before update or delete on records_version
    for each row execute function records_version_is_kept();
create trigger only_grows before truncate on records_version
    for each statement execute function records_version_is_kept();
"""
UNDO = """
drop trigger only_grows on records_version; drop trigger says_for_ever on records_version;
drop function records_version_is_kept();
"""


class Migration(migrations.Migration):
    """The trigger; policies are derived after every migration."""

    dependencies = [("records", "0001_initial")]
    operations = [migrations.RunSQL(KEEP, UNDO)]
