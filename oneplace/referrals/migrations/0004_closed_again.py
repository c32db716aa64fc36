"""What was passed on closes again to those who helped, once the referral is over.

A record opens to whoever helps while they help. The row with the name, the phone and the address
opened after their yes, so it closes with the referral, and with a link in whose place another came.
"""

from django.db import migrations

FORWARD = """
create function referrals_close_passed_on() returns trigger
language plpgsql security definer set search_path = public, pg_temp as
$$ begin
    if new.state in ('declined', 'sent_back', 'ended') then
        update referrals_passedon set answering_id = null, opened_to_id = null
         where referral_id = new.id;
    else
        update referrals_passedon set opened_to_id = null where referral_id = new.id;
    end if;
    return null;
end $$;

create trigger referrals_close_passed_on after update on referrals_referral
   for each row when (
       (new.state in ('declined', 'sent_back', 'ended') and new.state is distinct from old.state)
       or new.link_party_id is distinct from old.link_party_id)
   execute function referrals_close_passed_on();
"""
BACKWARD = """
drop trigger referrals_close_passed_on on referrals_referral;
drop function referrals_close_passed_on();
"""


class Migration(migrations.Migration):
    """A trigger, so that no way of ending a referral forgets it."""

    dependencies = [("referrals", "0003_known_after_a_yes")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
