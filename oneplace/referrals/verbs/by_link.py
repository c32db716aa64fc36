"""Answering by link: a link goes out, is opened, and after a Yes a code shows the name."""

import uuid
from datetime import datetime

from django.db import connection, transaction
from django.utils import timezone

from oneplace.access import audit
from oneplace.access.viewer import Viewer
from oneplace.kit.refusals import Refused, refuse_if
from oneplace.post import verbs as post
from oneplace.post.recipients import Recipient
from oneplace.post.verbs import Cause
from oneplace.referrals import links, rules
from oneplace.referrals.models import AnswerLink, Happened, Referral
from oneplace.referrals.verbs.writing import close_links, note
from oneplace.vocabulary.terms import AccountKind, ConnectionState

_SAYS = {
    "wrong": "This is not the code we sent last. Look at the newest email, or ask for another.",
    "expired": "This code has expired. Ask for another.",
    "too_often": "Too many wrong codes. Ring us: we will send a new link.",
    "closed": "This link opens nothing any more.",
}
_YES = (
    ConnectionState.ACCEPTED,
    ConnectionState.ALLOCATED,
    ConnectionState.FIRST_CONTACT,
    ConnectionState.CONNECTED,
    ConnectionState.ATTENDED,
)


def viewer_of_link(
    secret: str, *, name: str, request_id: uuid.UUID | None, from_address: str | None, route: str
) -> Viewer:
    """Whoever holds this link, as a viewer: one party, no permission, no organisation."""
    return Viewer(
        account_id=links.party_of(secret),
        kind=AccountKind.LINK,
        name=name,
        request_id=request_id,
        from_address=from_address,
        door="page",
        route=route,
    )


@transaction.atomic
def send_link(*, referral: Referral, to: str, by: Viewer, at: datetime) -> AnswerLink:
    """Send a link to the organisation's known address; an older one opens nothing from then on."""
    secret, now = links.new_secret(), timezone.now()
    close_links(referral, now=now)
    link = AnswerLink(
        id=links.party_of(secret),
        referral=referral,
        secret_hash=links.hash_of(secret),
        sent_to=to,
        expires_at=now + rules.LINK_OPENS,
    )
    link.save(force_insert=True)
    referral.link_party_id = link.pk
    referral.save(update_fields=["link_party_id"])
    audit.record(
        by=by,
        at=at,
        action="send_link",
        subject=("referral", referral.pk),
        person_id=referral.person_id,
    )
    post.write_message(
        template="referral_link",
        values={
            "name": referral.provider_name,
            "link": links.address_of(secret),
            "expires_on": (at + rules.LINK_OPENS).date(),
        },
        to=Recipient.address(name=referral.provider_name, to=to),
        cause=Cause("referrals", "link", referral.pk),
        has_secret=True,
        by=by,
        at=at,
    )
    return link


@transaction.atomic
def open_link(*, link: AnswerLink, by: Viewer, at: datetime) -> AnswerLink:
    """Note that somebody opened the link."""
    refuse_if(rules.why_link_is_closed(link, link.referral, now=timezone.now()))
    if link.first_opened_at is None:
        link.first_opened_at = timezone.now()
        link.save(update_fields=["first_opened_at"])
    audit.record(by=by, at=at, action="open_referral_link", subject=("referral", link.referral_id))
    return link


@transaction.atomic
def send_code(*, link: AnswerLink, by: Viewer, at: datetime) -> AnswerLink:
    """Send a code to the organisation's known address; the one before is good for nothing."""
    now = timezone.now()
    referral = link.referral
    refuse_if(rules.why_link_is_closed(link, referral, now=now))
    if referral.state not in _YES:
        raise Refused("Say yes first; the code comes then.")
    if link.codes_sent >= rules.MOST_CODES:
        raise Refused("We sent several codes already. Ring us: we will send a new link.")
    first, second = links.new_code()
    link.code_hash = links.hash_of_code(link.pk, f"{first}{second}")
    link.code_expires_at = now + rules.CODE_OPENS
    link.codes_sent += 1
    link.save(update_fields=["code_hash", "code_expires_at", "codes_sent"])
    audit.record(by=by, at=at, action="send_code", subject=("referral", link.referral_id))
    post.write_message(
        template="referral_code",
        values={"name": referral.provider_name, "first": first, "second": second},
        to=Recipient.address(name=referral.provider_name, to=link.sent_to),
        cause=Cause("referrals", "link", link.referral_id),
        has_secret=True,
        by=by,
        at=at,
    )
    return link


@transaction.atomic
def enter_code(*, link: AnswerLink, code: str, by: Viewer, at: datetime) -> str:
    """Show the name to whoever gives the right code; the reason why not, else nothing.

    A wrong code is counted, so this refuses with words and never by an exception that would take
    the count back.
    """
    audit.record(by=by, at=at, action="enter_code", subject=("referral", link.referral_id))
    with connection.cursor() as cursor:
        cursor.execute(
            "select referrals_open_passed_on(%s, %s)",
            [link.pk, links.hash_of_code(link.pk, code)],
        )
        said: str = cursor.fetchall()[0][0]
    if said != "opened":
        return _SAYS[said]
    link.refresh_from_db()
    note("open_passed_on", link.referral, Happened.OPENED, by=by, at=at)
    return ""
