"""Visits to come, for whose door it is: when and who, and neither why nor what was noted."""

from django.db import migrations

FORWARD = """
create function visits_coming_to(of_person uuid, from_at timestamptz)
returns table (opens_at timestamptz, closes_at timestamptz, worker text, organisation text)
language sql stable security definer set search_path = public, pg_temp as
$$ select v.opens_at, v.closes_at, v.worker_name::text, v.organisation_name::text
     from visits_visit v
     join people_person p on p.id = v.person_id
    where p.current_id = of_person and v.person_id = any (access_own_people(true))
      and v.state in ('booked', 'set_out') and v.closes_at >= from_at
    order by v.opens_at, v.id limit 20 $$;
"""
BACKWARD = "drop function visits_coming_to(uuid, timestamptz);"


class Migration(migrations.Migration):
    """Who may call it is granted after every migration."""

    dependencies = [
        ("visits", "0001_initial"),
        ("people", "0008_own_pages"),
        ("access", "0024_own_pages"),
    ]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
