"""Whose entries a request reaches, for a partner too who reviews what it recorded, and no more."""

from django.db import migrations

_OWNERS_OF = """
-- Whose entries a request reaches for this viewer: null for everybody's.
create or replace function records_owners_of_right(of_right uuid) returns text[]
language sql stable security definer set search_path = public, pg_temp as
$$ select case when not r.organisation_id = any (access_parties()) then OTHERS
               when r.covers = 'all' then null
               else access_owners_of(r.organisation_id) end
     from access_right r where r.id = of_right $$;
"""
FORWARD = _OWNERS_OF.replace(
    "OTHERS",
    """
                    case when r.asked_id = any (access_parties()) then access_owners_of(r.asked_id)
                    else array(select distinct owner from unnest(r.source_ids) as source (id)
                                cross join unnest(access_owners_of(source.id)) as owner
                                where source.id = any (access_parties())) end""",
)
BACKWARD = _OWNERS_OF.replace("OTHERS", "access_owners_of(r.asked_id)")


class Migration(migrations.Migration):
    """Who may call it stays as it was."""

    dependencies = [("records", "0008_safety"), ("access", "0023_partners_parts")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
