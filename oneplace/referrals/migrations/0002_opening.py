"""A Yes, and of a link a right code, opens what was passed on: the database asks for it itself.

Whoever holds a link reads the referral and no name. The row with the name opens to the link's party
through this function alone: after a Yes, with the code that went to the organisation's known
address, before it expires, at most five times wrong.
"""

from django.db import migrations

FORWARD = """
create function referrals_open_passed_on(of_link uuid, given_hash text) returns text
language plpgsql security definer set search_path = public, pg_temp as
$$
declare held referrals_answerlink; asked referrals_referral;
begin
    if not (of_link = any (access_parties())) then return 'closed'; end if;
    select * into held from referrals_answerlink l where l.id = of_link for update;
    if held.id is null or held.closed_at is not null or held.expires_at <= now() then
        return 'closed';
    end if;
    select * into asked from referrals_referral r where r.id = held.referral_id;
    if asked.link_party_id is distinct from of_link
       or asked.state not in ('accepted', 'allocated', 'first_contact', 'connected', 'attended') then
        return 'closed';
    end if;
    if held.wrong_codes >= 5 then return 'too_often'; end if;
    if held.code_hash = '' or held.code_expires_at is null or held.code_expires_at <= now() then
        return 'expired';
    end if;
    if held.code_hash <> given_hash then
        update referrals_answerlink set wrong_codes = wrong_codes + 1 where id = of_link;
        return 'wrong';
    end if;
    update referrals_answerlink
       set proved_at = now(), code_hash = '', wrong_codes = 0 where id = of_link;
    update referrals_passedon set opened_to_id = of_link where referral_id = held.referral_id;
    return 'opened';
end $$;

-- To a team or partner that works here it opens once they said yes.
create function referrals_pass_on(of_referral uuid) returns void
language plpgsql security definer set search_path = public, pg_temp as
$$
declare asked referrals_referral;
begin
    select * into asked from referrals_referral r where r.id = of_referral;
    if asked.answering_id = any (access_parties())
       and asked.state in ('accepted', 'allocated', 'first_contact', 'connected', 'attended') then
        update referrals_passedon set answering_id = asked.answering_id
         where referral_id = of_referral;
    end if;
end $$;
"""
BACKWARD = """
drop function referrals_pass_on(uuid);
drop function referrals_open_passed_on(uuid, text);
"""


class Migration(migrations.Migration):
    """The function; who may call it is granted after every migration."""

    dependencies = [("referrals", "0001_initial"), ("access", "0018_retention")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
