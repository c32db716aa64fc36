"""What whoever visits must do reaches everybody to whom the record opens: the instruction alone.

A hazard's own entry may be kept back (an objection, a label, a role that does not read alerts) and
its reason with it. That two should go together, or that the dog is to be shut away, may not be.
"""

from django.db import migrations

FORWARD = """
create function records_safety(of_person uuid) returns table (says text, said_at timestamptz)
language plpgsql stable security definer set search_path = public, pg_temp as
$$ begin
    -- The rule's own function, made after every migration: so not written in plain SQL.
    if not (access_record_open(of_person)
            or 'see_who_is_who' = any (access_permissions())) then
        return;
    end if;
    return query select e.detail->>'advice', max(e.said_at)
      from records_subject s
      join records_entry e on e.subject_id = s.id
     where s.person_id = of_person and e.kind = 'hazard'
       and btrim(coalesce(e.detail->>'advice', '')) <> ''
       and e.status not in ('cancelled', 'in_error', 'ended', 'planned')
       and (e.ends_at is null or e.ends_at > access_at())
     group by 1;
end $$;
"""
BACKWARD = "drop function records_safety(uuid);"


class Migration(migrations.Migration):
    """Who may call it is granted after every migration, with all other functions."""

    dependencies = [("records", "0007_own_words"), ("access", "0012_barriers_with_their_entry")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
