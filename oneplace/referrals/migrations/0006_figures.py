"""Counts of what services were asked and said, without a row: nobody is read for a figure.

The usual reply time and the share that was taken of each service stand in the directory; what a
grant connected stands with the grant. Whoever asks these functions gets numbers alone.
"""

from django.db import migrations

FORWARD = """
create function referrals_figures(of_services uuid[], since timestamptz)
returns table (service_id uuid, asked bigint, answered bigint, taken bigint, hours float8,
               waiting bigint)
language sql stable security definer set search_path = public, pg_temp as
$$
    select r.service_id, count(*),
           count(r.answered_at),
           count(*) filter (where r.answered_at is not null and r.state <> 'declined'),
           percentile_cont(0.5) within group (
               order by extract(epoch from r.answered_at - r.asked_at) / 3600),
           count(*) filter (where r.state = 'offered')
      from referrals_referral r
     where r.service_id = any (of_services) and r.asked_at >= since
       and access_viewer() is not null
     group by r.service_id
$$;

create function referrals_connected(of_service uuid, from_day date, until_day date)
returns table (asked bigint, connected bigint)
language sql stable security definer set search_path = public, pg_temp as
$$
    select count(distinct r.person_id),
           count(distinct r.person_id) filter (
               where r.state in ('connected', 'attended')
                  or (r.state = 'ended' and r.outcome in ('took_part', 'still_going', 'tried_it')))
      from referrals_referral r
     where r.service_id = of_service
       and r.asked_at >= from_day and r.asked_at < until_day + 1
       and access_viewer() is not null
$$;
"""
BACKWARD = """
drop function referrals_connected(uuid, date, date);
drop function referrals_figures(uuid[], timestamptz);
"""


class Migration(migrations.Migration):
    """The functions; who may call them is granted after every migration."""

    dependencies = [("referrals", "0005_answered_and_told")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
