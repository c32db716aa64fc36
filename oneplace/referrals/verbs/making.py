"""A referral is made: on a person's page, in a huddle, from a plan, or because somebody rang."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from django.db import connection, transaction

from oneplace.access import verbs as access_verbs
from oneplace.access.models import Relationship
from oneplace.access.viewer import Viewer
from oneplace.directory.models import Service
from oneplace.kit.announcing import announce
from oneplace.kit.clock import local_day
from oneplace.kit.formats import years_old
from oneplace.kit.refusals import Refused
from oneplace.partners.models import Organisation
from oneplace.people import queries as people
from oneplace.people.models import Person
from oneplace.people.rules import account_of
from oneplace.referrals import links, rules
from oneplace.referrals.announcements import ReferralMade
from oneplace.referrals.models import Happened, PassedOn, Referral, ReferralOrigin, WaitsFor
from oneplace.referrals.naming import telling_in, without_telling
from oneplace.referrals.queries.reach import how_to_reach
from oneplace.referrals.queries.referral import OVER
from oneplace.referrals.verbs.answering import take_back
from oneplace.referrals.verbs.by_link import send_link
from oneplace.referrals.verbs.writing import note, refuse
from oneplace.vocabulary.ids import new_id
from oneplace.vocabulary.terms import (
    ConnectionState,
    NeedKind,
    ReferralSource,
    RelationshipKind,
    Urgency,
)


@transaction.atomic
def make_referral(
    *,
    person_id: uuid.UUID,
    service: Service,
    need: str,
    need_kind: NeedKind | None = None,
    concerns: Sequence[str] = (),
    words: str = "",
    urgency: Urgency = Urgency.ROUTINE,
    is_wanted: bool = True,
    safety: str = "",
    asked_from: ReferralSource | None = None,
    rang: str = "",
    origin: ReferralOrigin = ReferralOrigin.RECORD,
    origin_id: uuid.UUID | None = None,
    follows: Referral | None = None,
    by: Viewer,
    at: datetime,
) -> Referral:
    """Ask a service to help somebody who wants it.

    A team or partner that works here sees the person's record while the referral is open; an
    organisation without accounts gets a link that shows need and district. `words` are for those
    who said yes; `rang` is who asked by telephone, where `by` wrote it down for them. Raises
    `Refused` with the reason, `service` or `need` naming what it is about.
    """
    person = people.person(person_id, viewer=by)
    known = Referral.objects.filter(person__current_id=person.pk) if person else None
    already = (
        known.filter(service=service).exclude(state__in=OVER).first() if known is not None else None
    )
    refuse(
        rules.why_not_make(
            service,
            need,
            is_wanted=is_wanted,
            is_connected=person is not None and is_connected(person.pk, viewer=by),
            is_dead=person is not None and person.is_dead,
            already=already,
            telling=telling_in(need, person) if answers_by_link(service) else (),
            by=by,
            at=at,
        )
    )
    assert person is not None  # noqa: S101 - the rule refused nobody's referral before
    answering_id, answering_name = answering(service)
    if answering_id is None and not address_of(service):
        raise Refused(
            f"{service.name} has nobody here and no email in the directory. Ring them "
            f"({service.phone or service.provider.phone or 'no number known'}), or choose another.",
            field="service",
        )
    if follows is not None and follows.is_lost:
        take_back(referral=follows, why=f"Nobody answered; {service.name} is asked", by=by, at=at)
    access_verbs.own_by_hand(by=by)
    reach = how_to_reach(person.pk, viewer=by, at=at)
    referral = Referral(
        id=new_id(),
        number=links.new_number(),
        person=person,
        owner=f"oneplace:{by.organisation_name}",
        service=service,
        service_name=service.name,
        provider_name=service.provider.name,
        need=need.strip(),
        need_kind=need_kind or "",
        concerns=[NeedKind(each).value for each in concerns],
        district=reach.district,
        age_band=_age_band(person, at=at),
        urgency=urgency,
        is_wanted=is_wanted,
        answer_by=at + rules.ANSWERS_WITHIN[urgency],
        moved_at=at,
        origin=origin,
        origin_id=origin_id,
        asked_from=asked_from or "",
        asked_by_id=account_of(by),
        asked_by_name=rang.strip()[:160] or by.name,
        asked_by_organisation_id=by.organisation_id,
        asked_by_organisation=(
            ReferralSource(asked_from).label
            if rang.strip() and asked_from
            else by.organisation_name
        ),
        asked_at=at,
        answering_id=answering_id,
        answering_name=answering_name,
        practice_id=practice_of(person),
        follows=follows,
    )
    referral.save(force_insert=True)
    PassedOn(
        referral=referral,
        person=person,
        owner=referral.owner,
        asked_by_id=referral.asked_by_id,
        name=" ".join(filter(None, (person.known_as or person.given, person.family))) or "No name",
        phone=reach.phone,
        address=reach.address,
        how_to_talk=reach.how_to_talk,
        words=words.strip(),
        safety="; ".join(filter(None, (reach.safety, safety.strip()))),
    ).save(force_insert=True)
    note("make_referral", referral, Happened.OFFERED, by=by, at=at, detail={"by": origin.value})
    if answering_id is not None:
        open_record(referral, party_id=answering_id, by=by, at=at)
    else:
        send_link(referral=referral, to=address_of(service), by=by, at=at)
    announce(
        ReferralMade(referral.pk, person.pk, service.pk, answering_id, origin, origin_id, at, by)
    )
    return referral


@transaction.atomic
def offer_elsewhere(*, referral: Referral, service: Service, by: Viewer, at: datetime) -> Referral:
    """Ask another service for the same, after the first said no or sent the person back."""
    if (
        referral.state
        not in (
            ConnectionState.DECLINED,
            ConnectionState.SENT_BACK,
            ConnectionState.ENDED,
        )
        and not referral.is_lost
    ):
        raise Refused("The service that was asked has not answered yet.")
    if Referral.objects.filter(follows=referral).exists():
        raise Refused("Another service was asked already.")
    passed_on = PassedOn.objects.filter(pk=referral.pk).first()
    return make_referral(
        person_id=referral.person_id,
        service=service,
        need=need_by_link(referral.need, service, people.person(referral.person_id, viewer=by)),
        need_kind=referral.need_kind or None,
        words=passed_on.words if passed_on else "",
        urgency=referral.urgency,
        asked_from=referral.asked_from or None,
        origin=referral.origin,
        origin_id=referral.origin_id,
        follows=referral,
        by=by,
        at=at,
    )


@transaction.atomic
def take_call(*, person_id: uuid.UUID, from_whom: str, by: Viewer, at: datetime) -> Referral:
    """Keep the referral of somebody just looked up, because somebody outside rang.

    Taking them on opened the record to the viewer's organisation for as long as the place says, so
    this is accepted as it is made. It ends like any other.
    """
    person = people.person(person_id, viewer=by)
    if person is None:
        raise Refused("The record is kept closed. Ask the information governance officer.")
    access_verbs.own_by_hand(by=by)
    us = by.organisation_id or account_of(by)
    opened = Relationship.objects.filter(
        person_id=person_id, party_id=us, source=f"look_up:{us.hex}", ends_at__gt=at
    )
    name = by.organisation_name or by.name
    referral = Referral(
        id=new_id(),
        number=links.new_number(),
        person=person,
        owner=f"oneplace:{by.organisation_name}",
        service_name=name,
        provider_name=name,
        need=f"Asked by {from_whom}",
        answer_by=at,
        moved_at=at,
        state=ConnectionState.ACCEPTED,
        waits_for=WaitsFor.NOBODY,
        origin=ReferralOrigin.CALL,
        asked_by_id=account_of(by),
        asked_by_name=from_whom[:160],
        asked_at=at,
        answering_id=us,
        answering_name=name,
        practice_id=practice_of(person),
        relationship_id=opened.values_list("pk", flat=True).first(),
    )
    referral.save(force_insert=True)
    note("take_call", referral, Happened.ACCEPTED, words=from_whom, by=by, at=at)
    return referral


def is_connected(person_id: uuid.UUID, *, viewer: Viewer) -> bool:
    """Whether the record opens to the viewer by what connects them, not by a duty over all."""
    with connection.cursor() as cursor:
        cursor.execute("select access_record_open(%s)", [person_id])
        return bool(cursor.fetchall()[0][0])


def answering(service: Service) -> tuple[uuid.UUID | None, str]:
    """The team or partner that answers for a service, by id; nothing for one without accounts."""
    if service.team is not None:
        return service.team.pk, service.team.name
    organisation = service.provider.organisation
    if organisation is not None and organisation.is_partner:
        return organisation.pk, organisation.name
    return None, service.provider.name


def address_of(service: Service) -> str:
    """The email address the directory knows, to which links and codes go and nowhere else."""
    return service.email or service.provider.email


def practice_of(person: Person) -> uuid.UUID | None:
    """The practice the person is registered with."""
    if not person.practice_code:
        return None
    return (
        Organisation.objects.filter(code=person.practice_code).values_list("pk", flat=True).first()
    )


def open_record(referral: Referral, *, party_id: uuid.UUID, by: Viewer, at: datetime) -> None:
    """Let whoever is asked read what they need to answer and to help."""
    opened = access_verbs.open_relationship(
        person_id=referral.person_id,
        party_id=party_id,
        kind=RelationshipKind.OPEN_REFERRAL,
        source="referrals",
        source_id=referral.pk,
        by=by,
        at=at,
    )
    referral.relationship_id = opened.pk
    referral.save(update_fields=["relationship_id"])


def _age_band(person: Person, *, at: datetime) -> str:
    """`in their 80s`: enough to choose who visits, too little to tell who it is."""
    if person.born_on is None:
        return ""
    decade = years_old(person.born_on, local_day(at)) // 10 * 10
    return f"in their {decade}s" if decade else ""


def need_by_link(need: str, service: Service, person: Person | None) -> str:
    """A need somebody else wrote before: without what tells who it is, where a link shows it."""
    return without_telling(need, person) if answers_by_link(service) else need


def answers_by_link(service: Service) -> bool:
    """Whether whoever offers a service has no account here and answers by a link."""
    return answering(service)[0] is None
