"""The envelope of a letter to somebody who must not be found is seen by its writer alone.

Triggers see to it, for letters written before as well, because whoever writes a letter or hides an
address may not know of the other.
"""

from django.db import migrations

FORWARD = """
-- As the owner, called by the triggers below; by itself it sees no barrier.
create function post_is_hidden(person uuid) returns boolean language sql stable as
$$ select exists (
    select from access_barrier b
     where b.person_id = person and b.party_id is null
       and b.kind in ('protected_address', 'sealed', 'court_restriction')
       and b.category in ('', 'reach') and (b.ends_at is null or b.ends_at > access_at())) $$;

create function post_hide_envelopes() returns trigger
language plpgsql security definer set search_path = public, pg_temp as
$$ begin
    update post_address a set is_secret = true from post_message m
     where m.id = a.message_id and m.recipient_kind = 'person' and m.recipient_id = new.person_id
       and not a.is_secret and post_is_hidden(new.person_id);
    return null;
end $$;

create function post_hide_envelope() returns trigger
language plpgsql security definer set search_path = public, pg_temp as
$$ begin
    if exists (select from post_message m
                where m.id = new.message_id and m.recipient_kind = 'person'
                  and post_is_hidden(m.recipient_id)) then
        new.is_secret := true;
    end if;
    return new;
end $$;

create trigger hide_envelopes after insert on access_barrier
    for each row when (new.kind in ('protected_address', 'sealed', 'court_restriction'))
    execute function post_hide_envelopes();
create trigger hide_envelope before insert on post_address
    for each row when (not new.is_secret) execute function post_hide_envelope();
"""
BACKWARD = """
drop trigger hide_envelope on post_address; drop trigger hide_envelopes on access_barrier;
drop function post_hide_envelope(); drop function post_hide_envelopes();
drop function post_is_hidden(uuid);
"""


class Migration(migrations.Migration):
    """Triggers only; who may call functions is granted after every migration."""

    dependencies = [("post", "0001_initial"), ("access", "0013_choices")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
