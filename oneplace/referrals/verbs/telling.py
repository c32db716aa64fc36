"""Somebody is told of a service they go to by themselves: by text, letter, email or on paper."""

import uuid
from datetime import datetime
from typing import Final

from django.db import transaction

from oneplace.access import audit
from oneplace.access import verbs as access_verbs
from oneplace.access.viewer import Viewer
from oneplace.directory.models import Service
from oneplace.kit.refusals import Refused
from oneplace.kit.words import label_of
from oneplace.people import queries as people
from oneplace.people.models import Person
from oneplace.people.rules import account_of
from oneplace.post import verbs as post
from oneplace.post.models import Message
from oneplace.post.recipients import Recipient
from oneplace.post.verbs import Cause
from oneplace.referrals import rules
from oneplace.referrals.models import Signpost, Signposted
from oneplace.referrals.queries.reach import HowToReach, how_to_reach
from oneplace.referrals.verbs.making import is_connected
from oneplace.referrals.verbs.writing import refuse
from oneplace.vocabulary.terms import NeedKind

_LONGEST_TEXT: Final = 300


@transaction.atomic
def signpost(
    *,
    person_id: uuid.UUID,
    service: Service,
    how: Signpost,
    to: str = "",
    words: str = "",
    need_kind: NeedKind | None = None,
    is_wanted: bool = True,
    by: Viewer,
    at: datetime,
) -> Signposted:
    """Tell somebody of a service: what, where, when and how to ask; nobody else hears of it.

    With `is_wanted` false nothing is sent: it is written down that they were offered it and did not
    want it. `to` is a number or email address other than the one in the record. An email holds a
    link to the service's public page and no word about the person. Raises `Refused`.
    """
    person = people.person(person_id, viewer=by)
    refuse(
        rules.why_not_signpost(
            service,
            is_connected=person is not None and is_connected(person.pk, viewer=by),
            is_dead=person is not None and person.is_dead,
            by=by,
            at=at,
        )
    )
    assert person is not None  # noqa: S101 - the rule refused nobody's before
    access_verbs.own_by_hand(by=by)
    message = None
    if is_wanted:
        message = _write(person, service, how, to=to.strip(), words=words.strip(), by=by, at=at)
    told = Signposted(
        person=person,
        owner=f"oneplace:{by.organisation_name}",
        service=service,
        service_name=service.name,
        need_kind=need_kind or "",
        how=how,
        words=words.strip(),
        is_wanted=is_wanted,
        message_id=message.pk if message else None,
        by_id=account_of(by),
        by_name=by.name,
        by_organisation=by.organisation_name,
        told_at=at,
    )
    told.save(force_insert=True)
    audit.record(
        by=by,
        at=at,
        action="signpost",
        subject=("service", service.pk),
        person_id=person.pk,
        detail={"how": how.value},
    )
    return told


def text_of(service: Service) -> str:
    """What a text message says of a service: name, when it is, where to ring."""
    phone = service.phone or service.provider.phone
    parts = [f"{service.name} ({service.provider.name})", service.what.split(". ")[0].rstrip(".")]
    if phone:
        parts.append(f"Ring {phone}")
    said = ". ".join(filter(None, parts))
    return f"{said[: _LONGEST_TEXT - 1].rstrip('. ')}."


def _write(
    person: Person,
    service: Service,
    how: Signpost,
    *,
    to: str,
    words: str,
    by: Viewer,
    at: datetime,
) -> Message | None:
    if how in (Signpost.PAPER, Signpost.TALK):
        return None
    reach = how_to_reach(person.pk, viewer=by, at=at)
    name = " ".join(filter(None, (person.known_as or person.given, person.family))) or "You"
    recipient = Recipient.person(person.pk, name=name, to=_where(how, to, reach, name))
    values: dict[str, object] = {"text": " ".join(filter(None, (text_of(service), words)))}
    if how is Signpost.EMAIL:
        values = {"service": f"/find-help/service/{service.pk}/"}
    if how is Signpost.LETTER:
        values = {
            "salutation": f"Dear {name}",
            "subject": service.name,
            "words": _letter(service, words),
            "signed_by": by.name,
            "role": by.title or (label_of(by.role) if by.role else "Your team"),
        }
    template = {
        Signpost.SMS: "signpost_text",
        Signpost.EMAIL: "signpost_email",
        Signpost.LETTER: "plain_letter",
    }[how]
    return post.write_message(
        template=template,
        values=values,
        to=recipient,
        cause=Cause("referrals", "signpost", service.pk),
        person_id=person.pk,
        by=by,
        at=at,
    )


def _where(how: Signpost, to: str, reach: HowToReach, name: str) -> str:
    if how is Signpost.SMS:
        number = to or reach.phone
        if not number:
            raise Refused("No number is known. Type one, or choose paper.", field="to")
        return number
    if how is Signpost.EMAIL:
        if not to:
            raise Refused("Type their email address.", field="to")
        return to
    if not reach.address:
        raise Refused("No address is known, or it is kept secret. Give it on paper.", field="how")
    lines = [part.strip() for part in reach.address.split(",") if part.strip()]
    return "\n".join([name, *lines])


def _letter(service: Service, words: str) -> str:
    phone = service.phone or service.provider.phone
    lines = [
        words,
        service.what,
        service.who_for,
        f"Cost: {service.cost_words}" if service.cost_words else "",
        service.how_to_refer,
        f"Ring {phone}, {service.provider.name}." if phone else service.provider.name,
    ]
    return "\n\n".join(filter(None, lines))
