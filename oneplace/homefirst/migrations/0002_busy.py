"""When whoever goes out is busy today, and not with whom: a round is never offered as free.

A desk may not open everybody its colleagues visit. Reading only the visits it sees would make a
full day look empty, and a promise would be made that nobody can keep. This tells the times alone:
no person, no address, nothing written.
"""

from django.db import migrations

FORWARD = """
create function homefirst_busy(workers uuid[], since timestamptz, until timestamptz)
returns table (
    visit_id uuid, worker_id uuid, opens_at timestamptz, closes_at timestamptz, minutes integer,
    planned_at timestamptz, state text, arrived_at timestamptz, finished_at timestamptz
)
language sql stable security definer set search_path = public, pg_temp as
$$
    select v.id, v.worker_id, v.opens_at, v.closes_at, v.minutes::integer, v.planned_at,
           v.state::text, v.arrived_at, v.finished_at
      from visits_visit v
     where v.worker_id = any (workers) and v.opens_at < until and v.closes_at >= since
       and v.state not in ('cancelled', 'moved')
       and 'run_life_desk' = any (access_permissions())
$$;
"""
BACKWARD = "drop function homefirst_busy(uuid[], timestamptz, timestamptz)"


class Migration(migrations.Migration):
    """The function; who may call it is granted after every migration."""

    dependencies = [("homefirst", "0001_initial"), ("visits", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
