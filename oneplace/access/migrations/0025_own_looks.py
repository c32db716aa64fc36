"""Who looked at one's own record, told by whichever of one's identifiers it is asked."""

from importlib import import_module

from django.db import migrations

_BEFORE = import_module("oneplace.access.migrations.0022_pages_about_a_person").FORWARD
_EXACT = """exists (select from access_ownrecord o
                    where o.person_id = of_person and o.account_id = any (access_parties())
                      and o.suspended_at is null and not o.is_supporter)"""
_ANY = "of_person = any (access_own_people(false))"


class Migration(migrations.Migration):
    """Who may call it stays as it was."""

    dependencies = [("access", "0024_own_pages")]
    operations = [migrations.RunSQL(_BEFORE.replace(_EXACT, _ANY), _BEFORE)]
